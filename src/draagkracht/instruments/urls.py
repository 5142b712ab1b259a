"""Routes of this room; who may open them stands in config/access.py."""

from django.urls import path

from draagkracht.instruments import views

app_name = "instruments"
urlpatterns = [
    path("instruments/", views.overview, name="list"),
    path("instruments/<slug:instrument_id>/", views.detail, name="detail"),
    path("instruments/<slug:instrument_id>/texts/", views.import_page, name="texts"),
    path("instruments/<slug:instrument_id>/texts/<str:language>.csv", views.blank_file, name="blank-texts"),
]
