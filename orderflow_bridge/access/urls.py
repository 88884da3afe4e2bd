"""Signing in with a second step, and the pages of one's own account."""

from django.contrib import admin
from django.urls import path

from orderflow_bridge.access import views

urlpatterns = [
    path("login/", views.password_view, name="sign_in"),
    path("login/code/", views.code_view, name="sign_in_code"),
    path("account/", admin.site.admin_view(views.account_view), name="account"),
    path("account/two-factor/", admin.site.admin_view(views.setup_view), name="two_factor_setup"),
    path(
        "account/two-factor/codes/",
        admin.site.admin_view(views.codes_view),
        name="two_factor_codes",
    ),
    path("account/two-factor/off/", admin.site.admin_view(views.off_view), name="two_factor_off"),
]
