"""Routes of this room; who may open them stands in config/access.py."""

from django.urls import path

from .views import imports, moments

app_name = "figures"
urlpatterns = [
    path("figures/", imports.overview, name="overview"),
    path("figures/import/", imports.upload, name="upload"),
    path("figures/import/<str:code>/columns/", imports.columns, name="columns"),
    path("figures/import/<str:code>/", imports.check, name="check"),
    path("figures/import/<str:code>/mistakes.csv", imports.mistakes, name="mistakes"),
    path("figures/import/<str:code>/confirm/", imports.confirm, name="confirm"),
    path("figures/imports/<int:pk>/", imports.done, name="done"),
    path("figures/imports/<int:pk>/undo/", imports.undo, name="undo"),
    path("figures/moments/", moments.calendar, name="moments"),
    path("figures/moments/<int:pk>/", moments.change, name="moment"),
    path("figures/moments/<int:pk>/remove/", moments.remove, name="moment-remove"),
]
