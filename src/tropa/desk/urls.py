"""Addresses of this room, under /w/<workspace>/."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
