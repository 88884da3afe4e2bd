"""The addresses of the configuration that belong to no single section."""

from django.contrib import admin
from django.urls import path

from orderflow_bridge.configuration import views

urlpatterns = [
    path("", admin.site.admin_view(views.first_section), name="configuration"),
    path("changes/", admin.site.admin_view(views.all_changes), name="configuration_changes"),
    path("schedule/", admin.site.admin_view(views.schedule), name="configuration_schedule"),
]
