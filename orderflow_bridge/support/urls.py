"""The addresses of the page Version and of invitations; Support is a page of the admin's own."""

from django.contrib import admin
from django.urls import path

from orderflow_bridge.support import invitation_page, version_page

urlpatterns = [
    path("version/", admin.site.admin_view(version_page.version_view), name="version"),
    path("invitation/<str:token>/", invitation_page.invitation_view, name="invitation"),
]
