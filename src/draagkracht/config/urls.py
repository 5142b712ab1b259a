"""Every route of the product. A new one also needs its line in access.py, or nobody can open it."""

from django.urls import include, path

from draagkracht.config import views

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz/live", views.live, name="healthz-live"),
    path("healthz/ready", views.ready, name="healthz-ready"),
    path("language/", include("django.conf.urls.i18n")),
    path("account/", include("allauth.urls")),
    path("", include("draagkracht.ui.urls")),
    path("", include("draagkracht.people.urls")),
    path("", include("draagkracht.consent.urls")),
    path("", include("draagkracht.instruments.urls")),
    path("", include("draagkracht.surveys.urls")),
    path("", include("draagkracht.insights.urls")),
]
