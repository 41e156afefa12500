"""The demo world inside the product: a workspace of its own with people, companies, deals and every touch.

Not part of what the library imports: this needs Django.
"""

from tropa.demo.loading.load import Loaded, load_world
from tropa.demo.loading.people import LOGIN, NAME, PASSWORD, SLUG, disband, workspace_of
from tropa.demo.world import DEFAULT_SIZE

__all__ = ["DEFAULT_SIZE", "LOGIN", "NAME", "PASSWORD", "SLUG", "Loaded", "disband", "load_world", "workspace_of"]
