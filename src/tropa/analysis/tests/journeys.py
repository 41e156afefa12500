"""Journeys to read in tests."""


def stage_lines(*stages: str) -> str:
    """A journey of these stages, each written in one line; the first stands in line 3."""
    return "journey: {key: j}\nstages:\n" + "".join(f"  - {stage}\n" for stage in stages)
