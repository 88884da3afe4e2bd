"""Signing in with a second step, and the pages of one's own account."""

from django.contrib import admin
from django.urls import path

from orderflow_bridge.access import account, signing_in

urlpatterns = [
    path("login/", signing_in.password_view, name="sign_in"),
    path("login/code/", signing_in.code_view, name="sign_in_code"),
    path("account/", admin.site.admin_view(account.account_view), name="account"),
    path("account/two-factor/", admin.site.admin_view(account.setup_view), name="two_factor_setup"),
    path(
        "account/two-factor/codes/",
        admin.site.admin_view(account.codes_view),
        name="two_factor_codes",
    ),
    path("account/two-factor/off/", admin.site.admin_view(account.off_view), name="two_factor_off"),
]
