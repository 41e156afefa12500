"""Every address of the product. Pages of a workspace live under /w/<workspace>/; each view declares who may open it
(tropa.workspace.access), and a test walks through this list.
"""

from django.urls import include, path

from tropa.config import health
from tropa.desk.start_urls import personal_urlpatterns
from tropa.web import views as web_views
from tropa.workspace.access import personal, public

urlpatterns = [
    path("", include("tropa.workspace.urls")),
    path("w/<slug:workspace>/", include("tropa.customers.urls")),
    path("w/<slug:workspace>/", include("tropa.capture.urls")),
    path("w/<slug:workspace>/", include("tropa.journeys.urls")),
    path("w/<slug:workspace>/", include("tropa.insights.urls")),
    path("w/<slug:workspace>/", include("tropa.maps.urls")),
    path("w/<slug:workspace>/", include("tropa.desk.urls")),
    path("w/<slug:workspace>/", include("tropa.desk.start_urls")),
    path("", include(personal_urlpatterns)),
    path("components/", personal(web_views.components), name="components"),
    path("favicon.ico", public(web_views.favicon), name="favicon"),
    path("healthz", health.alive, name="alive"),
    path("readyz", health.ready, name="ready"),
]

handler400 = "tropa.web.errors.bad_request"
handler403 = "tropa.web.errors.no_permission"
handler404 = "tropa.web.errors.not_found"
handler500 = "tropa.web.errors.failed"
