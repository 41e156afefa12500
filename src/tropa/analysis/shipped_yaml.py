"""YAML files that are shipped with the product."""

from typing import Any

import yaml


def loaded(text: str) -> Any:
    """The plain data of a shipped file."""
    # The C loader is ten times faster; both refuse anything but plain data.
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
