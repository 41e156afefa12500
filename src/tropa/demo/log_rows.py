"""From touches to rows of the log: numbers in the order in which the vendor received them, then Arrow columns."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tropa.demo.catalogue import code, touches
from tropa.demo.clock import DAY, OfficeClock
from tropa.demo.plan import ROLES, SEGMENTS, Ints, Plan
from tropa.demo.story import DECISION, PURCHASE, REASON_SHARES, REASONS
from tropa.demo.touches import Touched

ROW = np.dtype(
    [
        ("received", "<i4"),
        ("at", "<i4"),
        ("account", "<i4"),
        ("type", "u1"),
        ("contact", "u1"),
        ("deal", "?"),
        ("reason", "u1"),
        ("score", "u1"),
    ]
)
# The last reason of the story is the empty one, so rows without a loss need no code of their own.
NO_REASON = len(REASONS) - 1
# How likely clients would recommend the vendor, from 0 to 10: 59 % promoters, 29 % passives, 12 % detractors.
SCORE_SHARES = np.array([0.01, 0, 0.01, 0.01, 0.01, 0.03, 0.05, 0.11, 0.18, 0.25, 0.34])
LATE_SHARE = 0.03
LATEST_DAYS = 12.0
MICRO = 1_000_000

SCHEMA = pa.schema(
    [
        ("case_id", pa.string()),
        ("account_id", pa.string()),
        ("contact_id", pa.string()),
        ("deal_id", pa.string()),
        ("occurred_at", pa.timestamp("us", tz="UTC")),
        ("type", pa.string()),
        ("channel", pa.string()),
        ("campaign", pa.string()),
        ("value", pa.float64()),
        ("lost_reason", pa.string()),
        ("contact_role", pa.string()),
        ("segment", pa.string()),
        ("account_kind", pa.string()),
    ]
)


@dataclass(frozen=True, slots=True)
class Accounts:
    """What the columns of the log need of every account of the world."""

    is_company: npt.NDArray[np.bool_]
    segment: npt.NDArray[np.uint8]
    first_role: npt.NDArray[np.uint8]
    value: npt.NDArray[np.float32]

    @property
    def digits(self) -> int:
        return key_digits(len(self.segment))


def key_digits(accounts: int) -> int:
    """Digits of the number in a key, the same for all accounts of a world."""
    return max(6, len(str(accounts)))


def make_rows(
    plan: Plan, touched: Touched, clock: OfficeClock, random: np.random.Generator, *, first: int
) -> npt.NDArray[np.void]:
    """Rows of ROW, accounts numbered from `first`. Three in a hundred arrive hours or days late."""
    n = len(touched.visit)
    rows = np.zeros(n, ROW)
    account = touched.visits.account[touched.visit]
    rows["at"] = clock.seconds(touched.time)
    lag = np.minimum(random.lognormal(-1.0, 1.3, n), LATEST_DAYS) * DAY
    rows["received"] = rows["at"] + np.where(random.random(n) < LATE_SHARE, lag, 0).astype(np.int32)
    rows["account"] = account + first + 1
    rows["type"] = touched.type
    stage = touched.visits.stage[touched.visit]
    rows["deal"] = ((stage == DECISION) | (stage == PURCHASE)) & _is_sales_type()[touched.type]
    rows["contact"] = _contact(plan, touched, account, random)
    ends = np.isin(touched.type, [code("deal_lost"), code("contract_cancelled")])
    rows["reason"] = NO_REASON
    rows["reason"][ends] = _reasons(int(ends.sum()), random)
    return rows


def add_scores(rows: npt.NDArray[np.void], random: np.random.Generator) -> None:
    """Give answers to «would you recommend us» their scores, in exactly their shares as far as their number allows;
    so do the last answers of all who answered, which are what counts.

    random: a source of its own, so that nothing else of the world depends on it.
    """
    answers = np.flatnonzero(rows["type"] == code("nps_response"))
    who = rows["account"][answers].astype(np.int64) * 256 + rows["contact"][answers]
    order = np.lexsort((rows["at"][answers], who))
    is_last = np.append(who[order][1:] != who[order][:-1], True)[: order.size]
    for part in (answers[order[is_last]], answers[order[~is_last]]):
        even = (np.arange(part.size) + 0.5) / max(part.size, 1)
        rows["score"][part] = random.permutation(np.searchsorted(np.cumsum(SCORE_SHARES)[:-1], even))


def _reasons(n: int, random: np.random.Generator) -> Ints:
    """Reasons in exactly their shares, as far as n allows."""
    even = (np.arange(n) + 0.5) / max(n, 1)
    return random.permutation(np.searchsorted(np.cumsum(REASON_SHARES)[:-1], even))


def _is_sales_type() -> npt.NDArray[np.bool_]:
    return np.array([touch.channel not in ("ads", "social", "media", "search") for touch in touches()])


def _contact(plan: Plan, touched: Touched, account: Ints, random: np.random.Generator) -> npt.NDArray[np.uint8]:
    """Number of the person from 1, the first ones more often; 0 while nobody is known."""
    drawn = 1 + np.floor(random.random(len(account)) ** 2 * plan.companies.contacts[account])
    person = np.array([touch.person for touch in touches()])[touched.type]
    return np.where(touched.visits.named[touched.visit] & person, drawn, 0).astype(np.uint8)


def to_arrow(rows: npt.NDArray[np.void], accounts: Accounts, start: datetime) -> pa.Table:
    """Columns of SCHEMA in the order of the rows. start: the moment at which `at` is 0."""
    at = rows["account"] - 1
    case = keys("acc-", rows["account"], accounts.digits)
    contact, deal = rows["contact"], rows["deal"]
    role = (accounts.first_role[at] + contact - 1) % len(ROLES)
    won, answered = rows["type"] == code("deal_won"), rows["type"] == code("nps_response")
    value = np.where(won, accounts.value[at], rows["score"]).astype(np.float64)
    micros = rows["at"].astype(np.int64) * MICRO + int(start.timestamp()) * MICRO
    columns = [
        case,
        case,
        _contact_keys(rows, accounts.digits),
        _where(deal, keys("deal-", rows["account"], accounts.digits)),
        pa.array(micros).cast(SCHEMA.field("occurred_at").type),
        _words([touch.key for touch in touches()], rows["type"]),
        _words([touch.channel for touch in touches()], rows["type"]),
        _campaigns(rows, start),
        pa.array(value, mask=~(won | answered)),
        _words(list(REASONS), rows["reason"]),
        _words(list(ROLES), role, missing=contact == 0),
        _words(list(SEGMENTS), accounts.segment[at], missing=~accounts.is_company[at]),
        _words(["unknown", "company"], accounts.is_company[at].astype(np.int8)),
    ]
    return pa.table(columns, schema=SCHEMA)


def keys(prefix: str, numbers: npt.NDArray[np.integer], digits: int) -> pa.Array:
    """Keys such as acc-000123."""
    distinct, which = np.unique(numbers, return_inverse=True)
    padded = pc.utf8_lpad(pa.array(distinct).cast(pa.string()), digits, "0")
    return pc.binary_join_element_wise(prefix, padded, "").take(pa.array(which))


def _contact_keys(rows: npt.NDArray[np.void], digits: int) -> pa.Array:
    known = np.flatnonzero(rows["contact"] > 0)
    distinct, which = np.unique(
        rows["account"][known].astype(np.int64) * 8 + rows["contact"][known], return_inverse=True
    )
    index = np.zeros(len(rows), np.int64)
    index[known] = which
    words = contact_keys(distinct // 8, distinct % 8, digits)
    return words.take(pa.array(index, mask=rows["contact"] == 0))


def contact_keys(account: Ints, number: Ints, digits: int) -> pa.Array:
    """Keys such as con-000123-2."""
    return pc.binary_join_element_wise(keys("con-", account, digits), pa.array(number).cast(pa.string()), "-")


def _where(keep: npt.NDArray[np.bool_], column: pa.Array) -> pa.Array:
    return pc.if_else(pa.array(keep), column, pa.scalar(None, column.type))


def _words(
    words: list[str] | list[str | None], which: npt.NDArray[np.integer], missing: npt.NDArray[np.bool_] | None = None
) -> pa.Array:
    return pa.array(words, pa.string()).take(pa.array(which, mask=missing))


def _campaigns(rows: npt.NDArray[np.void], start: datetime) -> pa.Array:
    """A campaign runs for a quarter: ads-2024q3."""
    names = [touch.campaign for touch in touches()]
    running = np.array([name is not None for name in names])[rows["type"]]
    month = (
        (np.datetime64(start.replace(tzinfo=None), "s") + rows["at"][running]).astype("datetime64[M]").astype(np.int64)
    )
    quarter, which = np.unique(month // 3, return_inverse=True)
    labels = [f"{name}-{1970 + int(q) // 4}q{int(q) % 4 + 1}" for q in quarter for name in names]
    index = np.zeros(len(rows), np.int64)
    index[running] = which * len(names) + rows["type"][running]
    return pa.array(labels, pa.string()).take(pa.array(index, mask=~running))
