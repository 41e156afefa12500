"""What the rooms put into a workspace that is founded, so that it can be worked with at once."""

from tropa.customers.actions import starter_pipeline
from tropa.facts.actions import load_catalogue
from tropa.workspace.actions import STARTERS

STARTERS[:] = [load_catalogue, starter_pipeline]
