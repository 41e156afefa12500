"""Addresses of this room, under /w/<workspace>/."""

from django.urls import path

from tropa.maps import change_views

urlpatterns = [
    path("maps/<int:pk>/change/", change_views.map_change, name="map_change"),
    path("maps/<int:pk>/changes/", change_views.map_changes, name="map_changes"),
    path("maps/<int:pk>/undo/", change_views.map_undo, name="map_undo"),
    path("maps/<int:pk>/redo/", change_views.map_redo, name="map_redo"),
]
