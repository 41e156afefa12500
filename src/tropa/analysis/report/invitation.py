"""A journey file to start from, written with the activities of the log itself."""

from json import dumps

from tropa.analysis.report.subject import Subject, clean

STAGES, WIDEST = 3, 60


def invitation(subject: Subject) -> str:
    """YAML that JourneyModel reads once the person has put the stages in their order."""
    activities = sorted(subject.stages.values(), key=lambda stage: -stage["entered"])[:STAGES]
    lines = ["journey: {key: my-journey}", "stages:"]
    for place, stage in enumerate(activities, 1):
        # JSON strings are YAML strings; quoting keeps any activity name a name.
        name = dumps(clean(stage["key"])[:WIDEST], ensure_ascii=False)
        lines += [f"  - key: stage-{place}", f"    rank: {place}", f"    enter: {{touch: [{name}]}}"]
    return "\n".join(lines)
