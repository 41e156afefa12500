"""Addresses of this room, under /w/<workspace>/."""

from django.urls import URLPattern, path

from tropa.desk import views

urlpatterns: list[URLPattern] = [
    path("home/", views.home, name="home_of"),
    path("home/trails/<int:pk>/", views.home_trail, name="home_trail"),
    path("home/<slug:what>/", views.home_news, name="home_news"),
    path("accounts/<int:pk>/others/", views.card_others, name="card_others"),
]
