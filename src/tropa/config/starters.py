"""What the rooms put into a workspace that is founded, so that it can be worked with at once; and what they keep on the
disk for it, which goes when it is removed; and with which page it opens."""

from tropa.capture import uploads
from tropa.customers.actions import starter_pipeline
from tropa.desk import first_steps
from tropa.facts import manifest
from tropa.facts.actions import load_catalogue
from tropa.journeys import visit_files
from tropa.workspace.actions import STARTERS
from tropa.workspace.removal import FILES
from tropa.workspace.views import OPENINGS

STARTERS[:] = [load_catalogue, starter_pipeline]
FILES[:] = [manifest.remove_folder, visit_files.remove_folders, uploads.remove_files]
OPENINGS[:] = [first_steps.opening]
