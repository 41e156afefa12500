"""Addresses of this room, under /w/<workspace>/."""

from django.urls import URLPattern, path

from tropa.insights import behind_views, dashboard_views

urlpatterns: list[URLPattern] = [
    path("dashboard/", dashboard_views.dashboard_page, name="dashboard"),
    path("dashboard/<slug:tile>/export/", dashboard_views.dashboard_tile_export, name="dashboard_tile_export"),
    path("figures/<int:pk>/behind/", behind_views.behind_page, name="behind"),
    path("figures/<int:pk>/behind/export/", behind_views.behind_export, name="behind_export"),
]
