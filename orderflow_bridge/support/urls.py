"""The address of the page Version; Support is a page of the admin's own."""

from django.contrib import admin
from django.urls import path

from orderflow_bridge.support import version_page

urlpatterns = [
    path("version/", admin.site.admin_view(version_page.version_view), name="version"),
]
