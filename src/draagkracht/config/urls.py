"""Every route of the product. A new one also needs its line in access.py, or nobody can open it."""

from django.urls import include, path
from django.views.generic import RedirectView

from draagkracht.config import views
from draagkracht.people.views import sign_in

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz/live", views.live, name="healthz-live"),
    path("healthz/ready", views.ready, name="healthz-ready"),
    path("language/", include("django.conf.urls.i18n")),
    # One page for every way to sign in takes the place of two of allauth's.
    path("account/login/", sign_in.page, name="account_login"),
    path("account/login/code/", RedirectView.as_view(pattern_name="account_login"), name="account_request_login_code"),
    path("account/", include("allauth.urls")),
    path("", include("draagkracht.ui.urls")),
    path("", include("draagkracht.people.urls")),
    path("", include("draagkracht.consent.urls")),
    path("", include("draagkracht.instruments.urls")),
    path("", include("draagkracht.surveys.urls")),
    path("", include("draagkracht.figures.urls")),
    path("", include("draagkracht.ballots.urls")),
    path("", include("draagkracht.insights.urls")),
]

handler400 = "draagkracht.ui.views.bad_request"
handler403 = "draagkracht.ui.views.permission_denied"
handler404 = "draagkracht.ui.views.not_found"
handler500 = "draagkracht.config.faults.server_error"
