"""The endpoints: the admin, SOAP, REST, health."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from orderflow_bridge.catalog.picture_files import FOLDER
from orderflow_bridge.catalog.picture_view import serve_picture
from orderflow_bridge.console.apps import load_pages

# Not when the process starts: most have no pages (console/apps.py).
load_pages()

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/configuration/", include("orderflow_bridge.configuration.urls")),
    path("admin/views/", include("orderflow_bridge.console.saved_views.urls")),
    path("admin/", include("orderflow_bridge.access.urls")),
    path("admin/", include("orderflow_bridge.monitoring.urls")),
    path("admin/", include("orderflow_bridge.support.urls")),
    path("admin/", admin.site.urls),
    path("", include("orderflow_bridge.induction.urls")),
    path("", include("orderflow_bridge.access.integrations.urls")),
    path("", include("soapapi.urls")),
    path("", include("orderflow_bridge.restapi.urls")),
    # Pictures, which Magento shows to everybody; a proxy may serve the folder instead.
    path(f"media/{FOLDER}/<path:path>", serve_picture),
]

# Pages for what goes wrong (console/error_pages.py, access/foreign_names.py).
handler400 = "orderflow_bridge.access.foreign_names.refused_as_it_is"
handler403 = "orderflow_bridge.console.error_pages.permission_denied"
handler404 = "orderflow_bridge.console.error_pages.page_not_found"
handler500 = "orderflow_bridge.console.error_pages.server_error"
