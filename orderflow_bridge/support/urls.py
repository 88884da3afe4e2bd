"""The addresses of Version, of help and of invitations; Support is a page of the admin's own."""

from django.contrib import admin
from django.urls import path

from orderflow_bridge.support import help as help_pages
from orderflow_bridge.support import invitation_page, version_page

urlpatterns = [
    path(
        "version/", admin.site.admin_view(version_page.version_view, cacheable=True), name="version"
    ),
    path("help/", admin.site.admin_view(help_pages.help_view), name="help_search"),
    path(
        "help/glossary.json",
        admin.site.admin_view(help_pages.glossary_view, cacheable=True),
        name="help_glossary",
    ),
    path(
        "help/<path:name>", admin.site.admin_view(help_pages.help_view, cacheable=True), name="help"
    ),
    path("invitation/<str:token>/", invitation_page.invitation_view, name="invitation"),
]
