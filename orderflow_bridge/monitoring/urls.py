"""The addresses of the first page's parts, and of the failure bar's."""

from django.contrib import admin
from django.urls import path

from orderflow_bridge.monitoring import notices, page

wrap = admin.site.admin_view

urlpatterns = [
    path("dashboard/statistics/", wrap(page.statistics_view), name="dashboard_statistics"),
    path("dashboard/checklist/", wrap(page.dismiss_view), name="dashboard_dismiss"),
    path("notices/<slug:noun>/", wrap(notices.unread_view), name="notices"),
    path("notices/<slug:noun>/read/", wrap(notices.read_view), name="notices_read"),
]
