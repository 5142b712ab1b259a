"""Routes of this room; who may open them stands in config/access.py."""

from django.urls import path
from django.views.generic import RedirectView

from .views import addresses, roles, sign_in, staff, staff_import

app_name = "people"
urlpatterns = [
    path("in/demo/<str:signed>/", sign_in.demo_link, name="demo-link"),
    path("in/<str:token>/", sign_in.link, name="sign-in-link"),
    path("address/<str:token>/", addresses.confirm, name="confirm-address"),
    path("account/sent/", sign_in.sent, name="sign-in-sent"),
    path("account/second-step/", sign_in.second_factor, name="second-factor"),
    path("account/security/", RedirectView.as_view(pattern_name="mfa_index"), name="security"),
    path("account/organisation/", sign_in.organisations, name="organisations"),
    path("roles/", roles.overview, name="roles"),
    path("roles/<int:pk>/revoke/", roles.revoke, name="role-revoke"),
    path("staff/", staff.overview, name="staff"),
    path("staff/units/<int:pk>/", staff.unit, name="staff-unit"),
    path("staff/import/", staff_import.upload, name="staff-upload"),
    path("staff/import/<str:code>/columns/", staff_import.columns, name="staff-columns"),
    path("staff/import/<str:code>/", staff_import.check, name="staff-check"),
    path("staff/import/<str:code>/errors.csv", staff_import.errors, name="staff-errors"),
    path("staff/import/<str:code>/confirm/", staff_import.confirm, name="staff-confirm"),
    path("staff/imports/<int:pk>/", staff.done, name="staff-done"),
    path("staff/imports/<int:pk>/undo/", staff.undo, name="staff-undo"),
]
