"""Addresses of this room."""

from django.urls import path

from tropa.capture import views

urlpatterns = [
    path("imports/", views.imports, name="imports"),
    path("imports/new", views.import_new, name="import_new"),
    path("imports/sample/<slug:kind>/<slug:encoding>.csv", views.import_sample, name="import_sample"),
    path("imports/mappings/<int:pk>/forget", views.mapping_forget, name="mapping_forget"),
    path("imports/<int:pk>/", views.import_page, name="import"),
    path("imports/<int:pk>/columns", views.import_columns, name="import_columns"),
    path("imports/<int:pk>/check", views.import_check, name="import_check"),
    path("imports/<int:pk>/rows", views.import_rows, name="import_rows"),
    path("imports/<int:pk>/rejected.csv", views.import_rejected, name="import_rejected"),
    path("imports/<int:pk>/run", views.import_run, name="import_run"),
    path("imports/<int:pk>/stop", views.import_stop, name="import_stop"),
    path("imports/<int:pk>/continue", views.import_continue, name="import_continue"),
    path("imports/<int:pk>/undo", views.import_undo, name="import_undo"),
    path("imports/<int:pk>/delete", views.import_delete, name="import_delete"),
]
