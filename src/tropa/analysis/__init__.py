"""The analytical library: an event log and a journey model in, figures that hold for small data out.

from tropa.analysis import EventLog, JourneyModel, analyse

log = EventLog.read("touches.csv")
print(analyse(log, JourneyModel.read("journey.yaml")).funnel)
"""

from tropa.analysis.document import document
from tropa.analysis.dwell import dwell
from tropa.analysis.figure import Finding, Share, wilson
from tropa.analysis.funnel import funnel
from tropa.analysis.log import EventLog
from tropa.analysis.losses import losses
from tropa.analysis.model import JourneyModel, Stage
from tropa.analysis.passages import find_passages
from tropa.analysis.paths import lead_times, path_shape, transitions, variants
from tropa.analysis.placed import place
from tropa.analysis.problem import InputError
from tropa.analysis.summary import Analysis, analyse
from tropa.analysis.visits import find_visits

__all__ = [
    "Analysis",
    "EventLog",
    "Finding",
    "InputError",
    "JourneyModel",
    "Share",
    "Stage",
    "analyse",
    "document",
    "dwell",
    "find_passages",
    "find_visits",
    "funnel",
    "lead_times",
    "losses",
    "path_shape",
    "place",
    "transitions",
    "variants",
    "wilson",
]
