"""Addresses of this room, under /w/<workspace>/."""

from django.urls import path

from tropa.maps import board_views, change_views

urlpatterns = [
    path("maps/<int:pk>/", board_views.map_, name="map"),
    path("maps/<int:pk>/cards/<int:card>/", board_views.map_card, name="map_card"),
    path("maps/<int:pk>/add/", board_views.map_add, name="map_add"),
    path("maps/<int:pk>/figures/", board_views.map_figures, name="map_figures"),
    path("maps/<int:pk>/change/", change_views.map_change, name="map_change"),
    path("maps/<int:pk>/changes/", change_views.map_changes, name="map_changes"),
    path("maps/<int:pk>/undo/", change_views.map_undo, name="map_undo"),
    path("maps/<int:pk>/redo/", change_views.map_redo, name="map_redo"),
]
