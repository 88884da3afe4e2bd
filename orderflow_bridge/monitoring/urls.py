"""The addresses of the first page's parts."""

from django.contrib import admin
from django.urls import path

from orderflow_bridge.console.live import live_view
from orderflow_bridge.monitoring import page

wrap = admin.site.admin_view

urlpatterns = [
    path("live/", admin.site.admin_view(live_view), name="live"),
    path("dashboard/statistics/", wrap(page.statistics_view), name="dashboard_statistics"),
    path("dashboard/checklist/", wrap(page.dismiss_view), name="dashboard_dismiss"),
]
