"""Routes of this room; who may open them stands in config/access.py."""

from django.urls import path

from draagkracht.consent import views

app_name = "consent"
urlpatterns = [
    path("privacy/", views.who_sees_what, name="who-sees-what"),
    path("me/privacy/", views.mine, name="mine"),
    path("me/privacy/agree/<slug:purpose>/", views.agree, name="agree"),
]
