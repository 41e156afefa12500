"""Touches on their way into the log, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class NewTouch:
    """One touch to be stored.

    message_id: unique within its source, up to 200 characters; sending it again is a duplicate. type: key of a
    TouchType (an unknown key makes one). Moments in microseconds since 1970-01-01 UTC. properties: further values, text
    by name.
    position: its place in what was sent, told when it is refused; None: its place in the list.
    """

    message_id: str
    type: str
    occurred_us: int
    account_id: int | None = None
    contact_id: int | None = None
    deal_id: int | None = None
    ended_us: int | None = None
    sent_us: int | None = None
    client_us: int | None = None
    channel: str = ""
    campaign: str = ""
    page: str = ""
    value: float | None = None
    properties: Mapping[str, str] = field(default_factory=dict)
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Rejection:
    """One touch that cannot be stored. position: its place in the batch; payload: what was sent."""

    position: int
    reason: str
    payload: str
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Appended:
    """What became of a batch: received = stored + duplicate + rejected + suppressed. refused: the touches that the log
    itself refused; the caller knows its own."""

    stored: int
    duplicate: int
    rejected: int
    suppressed: int = 0
    refused: tuple[Rejection, ...] = ()

    @property
    def received(self) -> int:
        return self.stored + self.duplicate + self.rejected + self.suppressed
