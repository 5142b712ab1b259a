"""Routes of the ui: namespace `ui`, included at the root."""

from django.urls import path

from draagkracht.ui import views

app_name = "ui"
urlpatterns = [
    path("ui/<slug:digest>/draagkracht.css", views.style, name="style"),
    path("ui/gallery/", views.gallery, name="gallery"),
    path("hulp/", views.help_page, name="help"),
    path("offline/", views.offline, name="offline"),
]
