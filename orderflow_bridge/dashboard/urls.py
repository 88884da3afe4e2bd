"""The addresses of the front page's parts."""

from django.contrib import admin
from django.urls import path

from orderflow_bridge.dashboard import notices

urlpatterns = [
    path("<slug:noun>/", admin.site.admin_view(notices.unread_view), name="notices"),
    path("<slug:noun>/read/", admin.site.admin_view(notices.read_view), name="notices_read"),
]
