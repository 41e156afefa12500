"""Addresses of this room. Names of allauth keep their names: its own pages point at them."""

from django.urls import include, path

from tropa.workspace import account_views, people_views, views

settings_patterns = [
    path("", views.settings, name="settings"),
    path("change/", views.change_settings, name="change_settings"),
    path("members/", people_views.members, name="members"),
    path("members/<int:pk>/", people_views.edit_member, name="member"),
    path("members/<int:pk>/deactivate/", people_views.deactivate_member, name="deactivate_member"),
    path("members/<int:pk>/activate/", people_views.activate_member, name="activate_member"),
    path("invitations/", people_views.invite, name="invite"),
    path("invitations/<int:pk>/revoke/", people_views.revoke_invitation, name="revoke_invitation"),
    path("keys/", views.api_keys, name="keys"),
    path("keys/<int:pk>/revoke/", views.revoke_key, name="revoke_key"),
    path("audit/", views.audit_trail, name="audit"),
]

profile_patterns = [
    path("", account_views.profile, name="profile"),
    path("password/", account_views.change_password, name="account_change_password"),
    path("sessions/", account_views.sign_ins, name="sign_ins"),
    path("sessions/<int:pk>/end/", account_views.end_sign_in, name="end_sign_in"),
    path("sessions/end-others/", account_views.end_other_sign_ins, name="end_other_sign_ins"),
    path("second-factor/", account_views.second_factor, name="mfa_index"),
    path("second-factor/on/", account_views.second_factor_on, name="mfa_activate_totp"),
    path("second-factor/off/", account_views.second_factor_off, name="mfa_deactivate_totp"),
    path("second-factor/codes/", account_views.recovery_codes, name="mfa_view_recovery_codes"),
]

urlpatterns = [
    path("", views.home, name="home"),
    path("login/", account_views.sign_in, name="account_login"),
    path("login/code/", account_views.sign_in_code, name="mfa_authenticate"),
    path("login/inactive/", account_views.inactive, name="account_inactive"),
    path("logout/", account_views.sign_out, name="account_logout"),
    path("confirm/", account_views.confirm, name="account_reauthenticate"),
    path("confirm/code/", account_views.confirm_by_code, name="mfa_reauthenticate"),
    path("password/", account_views.reset_password, name="account_reset_password"),
    path("password/sent/", account_views.reset_password_sent, name="account_reset_password_done"),
    path("password/done/", account_views.reset_password_done, name="account_reset_password_from_key_done"),
    path(
        "password/<str:uidb36>/<str:key>/",
        account_views.reset_password_by_link,
        name="account_reset_password_from_key",
    ),
    path("join/<str:token>/", people_views.join, name="join"),
    path("language/", account_views.set_language, name="set_language"),
    path("theme/", account_views.set_theme, name="set_theme"),
    path("profile/", include(profile_patterns)),
    path("workspaces/", views.workspaces, name="workspaces"),
    path("workspaces/new/", views.new_workspace, name="new_workspace"),
    path("w/<slug:workspace>/", views.first_page, name="workspace"),
    path("w/<slug:workspace>/settings/", include(settings_patterns)),
]
