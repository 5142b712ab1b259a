"""Routes of this room; who may open them stands in config/access.py."""

from django.urls import URLPattern, path

from draagkracht.insights import rights_views

app_name = "insights"
urlpatterns: list[URLPattern] = [
    path("me/privacy/withdraw/<slug:purpose>/", rights_views.withdraw, name="withdraw"),
]
