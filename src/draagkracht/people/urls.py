"""Routes of this room; who may open them stands in config/access.py."""

from django.urls import path
from django.views.generic import RedirectView

from .views import sign_in

app_name = "people"
urlpatterns = [
    path("in/demo/<str:signed>/", sign_in.demo_link, name="demo-link"),
    path("in/<str:token>/", sign_in.link, name="sign-in-link"),
    path("account/sent/", sign_in.sent, name="sign-in-sent"),
    path("account/second-step/", sign_in.second_factor, name="second-factor"),
    path("account/security/", RedirectView.as_view(pattern_name="mfa_index"), name="security"),
    path("account/organisation/", sign_in.organisations, name="organisations"),
]
