"""Addresses of this room, under /w/<workspace>/."""

from django.urls import URLPattern, path

from tropa.desk import views

urlpatterns: list[URLPattern] = [
    path("accounts/<int:pk>/others/", views.card_others, name="card_others"),
]
