"""Whether two programs counted the same. Where they did not, a comparison of their speed says nothing."""

from typing import Any

COUNTED = ("visits", "variants", "transitions", "entered", "reached")
# retentioneering counts whole seconds.
TOLERANCE_SECONDS = 1.0


def differences(ours: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """What differs between two sets of figures, in words; empty when they agree.

    Compared: number of visits and of distinct paths, moves between each two stages and their median time, who entered
    each stage and went on, the most frequent paths.
    """
    found = [f"{name}: {ours[name]} and {other[name]}" for name in COUNTED if ours[name] != other[name]]
    found += [
        f"path {path}: {count} and {other['paths'].get(path, 0)}"
        for path, count in ours["paths"].items()
        if count != other["paths"].get(path)
    ]
    return found + [
        f"median of {move}: {seconds} s and {other['medians'].get(move)} s"
        for move, seconds in ours["medians"].items()
        if abs(seconds - other["medians"].get(move, float("inf"))) > TOLERANCE_SECONDS
    ]
