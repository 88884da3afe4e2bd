"""The addresses of saved views, below the admin's."""

from django.urls import path

from orderflow_bridge.console.saved_views import views

app_name = "grid_views"

urlpatterns = [
    path("save/", views.save, name="save"),
    path("<int:pk>/default/", views.default, name="default"),
    path("<int:pk>/delete/", views.delete, name="delete"),
]
