"""Routes of this room; who may open them stands in config/access.py."""

from django.urls import path

from .views import answering, parts, posters, saving, waves

app_name = "surveys"
urlpatterns = [
    path("a/<str:token>/", answering.answer, name="answer"),
    path("a/<str:token>/save", saving.save_answers, name="save"),
    path("a/<str:token>/complete", answering.complete_answers, name="complete"),
    path("a/<str:token>/result/", answering.result, name="result"),
    path("a/<str:token>/wipe", answering.wipe, name="wipe"),
    path("q/<str:code>/", posters.start, name="start"),
    path("sw.js", parts.service_worker, name="service-worker"),
    path("surveys/<slug:digest>/<str:name>", parts.part, name="part"),
    path("campaigns/", waves.campaigns, name="campaigns"),
    path("campaigns/new/", waves.new_campaign, name="new-campaign"),
    path("campaigns/<int:campaign_id>/", waves.campaign, name="campaign"),
    path("campaigns/<int:campaign_id>/waves/new/", waves.new_wave, name="new-wave"),
    path("waves/<int:wave_id>/", waves.wave, name="wave"),
    path("waves/<int:wave_id>/open/", waves.open_now, name="open-wave"),
    path("waves/<int:wave_id>/close/", waves.close_now, name="close-wave"),
    path("waves/<int:wave_id>/send-again/", waves.remind, name="send-again"),
    path("waves/<int:wave_id>/renew-links/", waves.renew_all, name="renew-links"),
    path("waves/<int:wave_id>/renew-link/", waves.renew_one, name="renew-link"),
    path("waves/<int:wave_id>/poster.pdf", posters.poster, name="poster"),
]
