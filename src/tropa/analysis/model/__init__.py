"""The journey model: what a person says about the stages of a journey, read from YAML (docs/reference/journey.md)."""

from tropa.analysis.model.journey import JourneyModel, Unit
from tropa.analysis.model.stage import Phase, Stage

__all__ = ["JourneyModel", "Phase", "Stage", "Unit"]
