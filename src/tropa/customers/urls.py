"""Addresses of this room."""

from django.urls import path

from tropa.customers import views
from tropa.customers.accounts import views as accounts
from tropa.customers.contacts import views as contacts
from tropa.customers.deals import views as deals
from tropa.customers.pipelines import views as pipelines

urlpatterns = [
    path("accounts/", accounts.accounts, name="accounts"),
    path("accounts/new/", accounts.account_new, name="account_new"),
    path("accounts/bulk/", views.accounts_bulk, name="accounts_bulk"),
    path("accounts/export/", views.accounts_export, name="accounts_export"),
    path("accounts/suggest/", accounts.accounts_suggest, name="accounts_suggest"),
    path("accounts/<int:pk>/", accounts.account, name="account"),
    path("accounts/<int:pk>/edit/", accounts.account_edit, name="account_edit"),
    path("accounts/<int:pk>/archive/", accounts.account_archive, name="account_archive"),
    path("accounts/<int:pk>/restore/", accounts.account_restore, name="account_restore"),
    path("accounts/<int:pk>/touch/", accounts.account_touch, name="account_touch"),
    path("accounts/<int:pk>/touches/", accounts.account_touches, name="account_touches"),
    path("accounts/<int:pk>/orders/new/", deals.order_new, name="order_new"),
    path("accounts/<int:pk>/subscriptions/new/", deals.subscription_new, name="subscription_new"),
    path("orders/<int:pk>/edit/", deals.order_edit, name="order_edit"),
    path("subscriptions/<int:pk>/edit/", deals.subscription_edit, name="subscription_edit"),
    path("contacts/", contacts.contacts, name="contacts"),
    path("contacts/new/", contacts.contact_new, name="contact_new"),
    path("contacts/bulk/", views.contacts_bulk, name="contacts_bulk"),
    path("contacts/export/", views.contacts_export, name="contacts_export"),
    path("contacts/<int:pk>/", contacts.contact, name="contact"),
    path("contacts/<int:pk>/edit/", contacts.contact_edit, name="contact_edit"),
    path("contacts/<int:pk>/place/", contacts.contact_work, name="contact_work"),
    path("contacts/<int:pk>/archive/", contacts.contact_archive, name="contact_archive"),
    path("contacts/<int:pk>/restore/", contacts.contact_restore, name="contact_restore"),
    path("affiliations/<int:pk>/leave/", contacts.contact_leave, name="contact_leave"),
    path("deals/", deals.deals, name="deals"),
    path("deals/list/", deals.deals_list, name="deals_list"),
    path("deals/new/", deals.deal_new, name="deal_new"),
    path("deals/bulk/", views.deals_bulk, name="deals_bulk"),
    path("deals/export/", views.deals_export, name="deals_export"),
    path("deals/columns/<int:pk>/", deals.deals_column, name="deals_column"),
    path("deals/<int:pk>/", deals.deal, name="deal"),
    path("deals/<int:pk>/edit/", deals.deal_edit, name="deal_edit"),
    path("deals/<int:pk>/move/", deals.deal_move, name="deal_move"),
    path("deals/<int:pk>/archive/", deals.deal_archive, name="deal_archive"),
    path("deals/<int:pk>/restore/", deals.deal_restore, name="deal_restore"),
    path("customers/undo/<slug:token>/", views.customers_undo, name="customers_undo"),
    path("settings/pipelines/", pipelines.pipelines, name="pipelines"),
    path("settings/pipelines/new/", pipelines.pipeline_new, name="pipeline_new"),
    path("settings/pipelines/<int:pk>/", pipelines.pipeline, name="pipeline"),
    path("settings/pipelines/<int:pk>/edit/", pipelines.pipeline_edit, name="pipeline_edit"),
    path("settings/pipelines/<int:pk>/delete/", pipelines.pipeline_delete, name="pipeline_delete"),
    path("settings/pipelines/<int:pk>/stages/new/", pipelines.stage_new, name="pipeline_stage_new"),
    path("settings/stages/<int:pk>/edit/", pipelines.stage_edit, name="pipeline_stage_edit"),
    path("settings/stages/<int:pk>/shift/", pipelines.stage_shift, name="pipeline_stage_shift"),
    path("settings/stages/<int:pk>/delete/", pipelines.stage_delete, name="pipeline_stage_delete"),
    path("settings/pipelines/<int:pk>/facts/new/", pipelines.fact_new, name="entry_fact_new"),
    path("settings/facts/<int:pk>/delete/", pipelines.fact_delete, name="entry_fact_delete"),
]
