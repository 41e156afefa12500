"""Addresses of the first ten minutes: those of a workspace, and those of a person who may have none."""

from django.urls import path

from tropa.desk import start_views

urlpatterns = [
    path("start/", start_views.start, name="start"),
    path("start/begin/", start_views.start_begin, name="start_begin"),
    path("start/skip/", start_views.start_skip, name="start_skip"),
    path("start/hide/", start_views.start_hide, name="start_hide"),
    path("start/demo/remove/", start_views.demo_remove, name="demo_remove"),
]

personal_urlpatterns = [
    path("start/demo/", start_views.demo_world, name="demo_world"),
    path("start/demo/load/", start_views.demo_load, name="demo_load"),
]
