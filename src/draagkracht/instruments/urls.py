"""Routes of this room; who may open them stands in config/access.py."""

from django.urls import path

from draagkracht.instruments import exchange_views, permission_views, views
from draagkracht.instruments.composer.urls import urlpatterns as composer
from draagkracht.instruments.composer.visit import open_or_published

app_name = "instruments"
urlpatterns = [
    path("instruments/", views.overview, name="list"),
    path("instruments/<slug:instrument_id>/", views.detail, name="detail"),
    path("instruments/<slug:instrument_id>/definition.yaml", views.definition_file, name="definition"),
    path("instruments/<slug:instrument_id>/texts/", views.import_page, name="texts"),
    path("instruments/<slug:instrument_id>/texts/<str:language>.csv", views.blank_file, name="blank-texts"),
    path("instruments/<slug:instrument_id>/permission/", permission_views.give, name="permission"),
    path(
        "instruments/<slug:instrument_id>/permission/<int:attestation_id>/letter/",
        permission_views.letter,
        name="letter",
    ),
    path(
        "instruments/<slug:instrument_id>/permission/<int:attestation_id>/withdraw/",
        permission_views.withdraw,
        name="withdraw-permission",
    ),
    path("questionnaires/bring-in/", exchange_views.bring_in, name="bring-in"),
    path("questionnaires/versions/<int:version_id>/download/", exchange_views.version_file, name="version-file"),
    path(
        "questionnaires/drafts/<int:draft_id>/download/",
        open_or_published(exchange_views.draft_file),
        name="draft-file",
    ),
    *composer,
]
