"""Addresses of this room, under /w/<workspace>/."""

from django.urls import path

from tropa.maps import board_views, change_views, persona_views, version_views, views

urlpatterns = [
    path("maps/", views.maps, name="maps"),
    path("maps/new/", views.map_new, name="map_new"),
    path("maps/<int:pk>/", board_views.map_, name="map"),
    path("maps/<int:pk>/cards/<int:card>/", board_views.map_card, name="map_card"),
    path("maps/<int:pk>/add/", board_views.map_add, name="map_add"),
    path("maps/<int:pk>/figures/", board_views.map_figures, name="map_figures"),
    path("maps/<int:pk>/change/", change_views.map_change, name="map_change"),
    path("maps/<int:pk>/changes/", change_views.map_changes, name="map_changes"),
    path("maps/<int:pk>/undo/", change_views.map_undo, name="map_undo"),
    path("maps/<int:pk>/redo/", change_views.map_redo, name="map_redo"),
    path("maps/<int:pk>/settings/", views.map_settings, name="map_settings"),
    path("maps/<int:pk>/copy/", views.map_copy, name="map_copy"),
    path("maps/<int:pk>/publish/", version_views.map_publish, name="map_publish"),
    path("maps/<int:pk>/unpublish/", version_views.map_unpublish, name="map_unpublish"),
    path("maps/<int:pk>/review/", version_views.map_review, name="map_review"),
    path("maps/<int:pk>/archive/", version_views.map_archive, name="map_archive"),
    path("maps/<int:pk>/return/", version_views.map_return, name="map_return"),
    path("maps/<int:pk>/versions/", version_views.map_versions, name="map_versions"),
    path("maps/<int:pk>/versions/save/", version_views.map_version_save, name="map_version_save"),
    path("maps/<int:pk>/versions/<int:number>/", version_views.map_version, name="map_version"),
    path("maps/<int:pk>/versions/<int:number>/difference/", version_views.map_difference, name="map_difference"),
    path("personas/", persona_views.personas, name="personas"),
    path("personas/new/", persona_views.persona_new, name="persona_new"),
    path("personas/<int:pk>/", persona_views.persona, name="persona"),
    path("personas/<int:pk>/edit/", persona_views.persona_edit, name="persona_edit"),
    path("personas/<int:pk>/archive/", persona_views.persona_archive, name="persona_archive"),
    path("personas/<int:pk>/return/", persona_views.persona_return, name="persona_return"),
]
