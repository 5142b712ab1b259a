"""Routes of this room; who may open them stands in config/access.py."""

from django.urls import path

from draagkracht.insights import personal, rights_views
from draagkracht.insights.shared import organisation, released, unit

app_name = "insights"
urlpatterns = [
    path("me/", personal.me, name="me"),
    path("me/privacy/withdraw/<slug:purpose>/", rights_views.withdraw, name="withdraw"),
    path("team/", unit.team, name="team"),
    path("units/<int:unit_id>/", unit.unit, name="unit"),
    path("units/<int:unit_id>/a4.pdf", unit.unit_paper, name="unit-paper"),
    path("organisation/", organisation.organisation, name="organisation"),
    path("organisation/a4.pdf", organisation.organisation_paper, name="organisation-paper"),
    path("organisation/cells.csv", organisation.download, name="organisation-cells"),
    path("release/", released.index, name="releases"),
    path("release/<int:release_id>/", released.details, name="release"),
]
