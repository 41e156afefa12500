"""Addresses of this room, under /w/<workspace>/."""

from django.urls import URLPattern, path

from tropa.insights import dashboard_views

urlpatterns: list[URLPattern] = [
    path("dashboard/", dashboard_views.dashboard_page, name="dashboard"),
    path("dashboard/<slug:tile>/export/", dashboard_views.dashboard_tile_export, name="dashboard_tile_export"),
]
