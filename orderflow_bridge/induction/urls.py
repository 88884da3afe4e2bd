"""The address of shared checklists: outside of the admin, for whoever holds a link."""

from django.urls import path

from orderflow_bridge.induction.views import shared_checklist

urlpatterns = [
    path("connect-orderflow/<str:key>/", shared_checklist, name="shared_checklist"),
]
