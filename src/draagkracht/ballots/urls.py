"""Routes of this room; who may open them stands in config/access.py."""

from django.urls import path

from .views import managing, results, voting

app_name = "ballots"
urlpatterns = [
    path("b/", voting.start, name="start"),
    path("b/<str:code>/", voting.vote, name="vote"),
    path("b/<str:code>/sign", voting.sign, name="sign"),
    path("ballots/box/<str:code>", voting.cast, name="box"),
    path("evaluations/", managing.evaluations, name="evaluations"),
    path("evaluations/new/", managing.new, name="evaluation-new"),
    path("evaluations/<int:pk>/", managing.evaluation, name="evaluation"),
    path("evaluations/<int:pk>/codes/", managing.codes, name="evaluation-codes"),
    path("evaluations/<int:pk>/mail/", managing.mail, name="evaluation-mail"),
    path("evaluations/<int:pk>/open/", managing.open_now, name="evaluation-open"),
    path("evaluations/<int:pk>/close/", managing.close_now, name="evaluation-close"),
    path("evaluations/<int:pk>/results/", results.results, name="evaluation-results"),
    path("evaluations/<int:pk>/texts/", results.texts, name="evaluation-texts"),
    path("evaluations/<int:year>-<int:half>/", results.half_year, name="evaluation-half-year"),
    path("evaluations/<int:year>-<int:half>/report.csv", results.half_year_csv, name="evaluation-half-year-file"),
    path("signals/", results.signals, name="signals"),
    path("signals/new/", results.new_signal, name="signal-new"),
    path("signals/<int:pk>/", results.signal, name="signal"),
]
