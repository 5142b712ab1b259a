"""Routes of this room; who may open them stands in config/access.py."""

from django.urls import URLPattern

app_name = "insights"
urlpatterns: list[URLPattern] = []
