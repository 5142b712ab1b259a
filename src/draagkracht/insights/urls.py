"""Routes of this room; who may open them stands in config/access.py."""

from django.urls import path

from draagkracht.insights import effect_views, rights_views
from draagkracht.insights.personal import pages as personal
from draagkracht.insights.reading import views as reading
from draagkracht.insights.research import views as research
from draagkracht.insights.shared import effects, opened, organisation, released, unit
from draagkracht.insights.sharing import views as sharing

app_name = "insights"
urlpatterns = [
    path("me/", personal.me, name="me"),
    path("me/a4.pdf", personal.me_paper, name="me-paper"),
    path("me/what-helps/", personal.what_helps, name="what-helps"),
    path("me/data/", rights_views.take_along, name="my-data"),
    path("me/privacy/withdraw/<slug:purpose>/", rights_views.withdraw, name="withdraw"),
    path("team/", unit.team, name="team"),
    path("units/<int:unit_id>/", unit.unit, name="unit"),
    path("units/<int:unit_id>/a4.pdf", unit.unit_paper, name="unit-paper"),
    path("organisation/", organisation.organisation, name="organisation"),
    path("organisation/a4.pdf", organisation.organisation_paper, name="organisation-paper"),
    path("organisation/cells.csv", organisation.download, name="organisation-cells"),
    path("effects/", effects.index, name="effects"),
    path("effects/new/", effect_views.new, name="effect-new"),
    path("effects/<int:study_id>/", effects.effect, name="effect"),
    path("effects/<int:study_id>/calculate/", effect_views.calculate, name="effect-calculate"),
    path("effects/<int:study_id>/figures.csv", effects.download, name="effect-table"),
    path("research/", research.index, name="research"),
    path("research/<int:study_id>/", research.study, name="research-study"),
    path("research/<int:study_id>/file/", research.download, name="research-download"),
    path("research/<int:study_id>/close/", research.close, name="research-close"),
    path("organisation/links/", sharing.links, name="organisation-links"),
    path("organisation/links/<int:link_id>/revoke/", sharing.revoke, name="organisation-link-revoke"),
    path("shared/<str:token>/", opened.page, name="shared"),
    path("shared/<str:token>/a4.pdf", opened.paper, name="shared-paper"),
    path("shared/<str:token>/figures.csv", opened.figures, name="shared-cells"),
    path("texts/", reading.index, name="texts"),
    path("texts/<int:release_id>/", reading.round_, name="texts-round"),
    path("texts/<int:release_id>/publish/", reading.publish, name="texts-publish"),
    path("texts/<int:release_id>/<slug:mark>/", reading.text, name="text"),
    path("release/", released.index, name="releases"),
    path("release/<int:release_id>/", released.details, name="release"),
]
