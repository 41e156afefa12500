"""Addresses of this room, under /w/<workspace>/."""

from django.urls import URLPattern, path

from tropa.journeys import draft_views, making_views, mapping_views, rule_views, target_views, version_views, views

urlpatterns: list[URLPattern] = [
    path("journeys/", views.journeys, name="journeys"),
    path("journeys/new/", making_views.journey_new, name="journey_new"),
    path("journeys/rule/count/", rule_views.rule_count, name="rule_count"),
    path("journeys/<int:pk>/", views.journey, name="journey"),
    path("journeys/<int:pk>/file/", views.journey_file, name="journey_file"),
    path("journeys/<int:pk>/edit/", draft_views.journey_edit, name="journey_edit"),
    path("journeys/<int:pk>/archive/", views.journey_archive, name="journey_archive"),
    path("journeys/<int:pk>/return/", views.journey_return, name="journey_return"),
    path("journeys/<int:pk>/on/<str:stage>/", views.journey_units, name="journey_units"),
    path("journeys/<int:pk>/on/<str:stage>/export/", views.journey_units_export, name="journey_units_export"),
    path("journeys/<int:pk>/target/", target_views.stage_target, name="stage_target"),
    path("journeys/<int:pk>/stages/", draft_views.journey_stages, name="journey_stages"),
    path("journeys/<int:pk>/stages/add/", draft_views.stage_add, name="stage_add"),
    path("journeys/<int:pk>/rules/<slug:end>/", rule_views.journey_rule, name="journey_rule"),
    path("journeys/<int:pk>/crm/", mapping_views.journey_mapping, name="journey_mapping"),
    path("journeys/<int:pk>/crm/accept/", mapping_views.journey_mapping_accept, name="journey_mapping_accept"),
    path("journeys/<int:pk>/versions/", version_views.journey_versions, name="journey_versions"),
    path("journeys/<int:pk>/versions/propose/", version_views.journey_propose, name="journey_propose"),
    path("journeys/stages/<int:pk>/", draft_views.stage, name="stage"),
    path("journeys/stages/<int:pk>/rule/", rule_views.stage_rule, name="stage_rule"),
    path("journeys/stages/<int:pk>/move/", draft_views.stage_move, name="stage_move"),
    path("journeys/stages/<int:pk>/remove/", draft_views.stage_remove, name="stage_remove"),
    path("journeys/stages/<int:pk>/return/", draft_views.stage_return, name="stage_return"),
    path("journeys/versions/<int:pk>/", version_views.version, name="journey_version"),
    path("journeys/versions/<int:pk>/publish/", version_views.version_publish, name="version_publish"),
    path("journeys/versions/<int:pk>/discard/", version_views.version_discard, name="version_discard"),
    path("journeys/versions/<int:pk>/moves/", version_views.version_moves, name="version_moves"),
]
