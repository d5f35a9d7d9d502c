"""Which languages are frequent: one decision for each, and why, in words."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from langassets.locales import tag_of
from langassets.wording import counted

Change = Literal["promoted", "demoted", "kept"]

# Decayed weights are rounded sums: a share of exactly 5 % may come out a few units in the last place
# below it. Counters are exact, and what a hundred 32-bit counters can show as less than 5 % lies four
# times as far below it as this.
_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class TierPolicy:
    """When a language enters the tier and when it leaves.

    Shares are from 0 to 1, `demote_share` at most `promote_share`; what lies between the two changes
    nothing, so that a language at the edge does not flap. `min_requests` is how many requests, of all
    languages together, a decision needs. `predefined` languages are always frequent.
    """

    promote_share: float = 0.05
    demote_share: float = 0.03
    min_requests: int = 100
    predefined: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.demote_share <= self.promote_share <= 1:
            raise ValueError("expected 0 <= demote_share <= promote_share <= 1")

    @property
    def enters_at(self) -> float:
        """The share from which a language enters the tier, a rounding error below `promote_share`."""
        return self.promote_share * (1 - _ROUNDING)

    @property
    def leaves_below(self) -> float:
        """The share below which a language leaves the tier, a rounding error below `demote_share`."""
        return self.demote_share * (1 - _ROUNDING)


@dataclass(frozen=True, slots=True)
class LanguageRecord:
    """What is known of one language, under the code that it is kept under.

    `weighted` is what its requests weigh now, `total_requests` how many there ever were, `evidence`
    how many since the last evaluation (all of them on the first). `spellings` are the codes that this was
    counted under, where there are several.
    """

    language: str
    was_frequent: bool
    predefined: bool
    weighted: float
    total_requests: float
    evidence: float
    spellings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TierDecision:
    """Whether one language is frequent from now on.

    `share`, from 0 to 1, is the one that was decided on: that of all codes with this BCP-47 `tag`
    together. `change` is measured against what the record said; `reason` is for people.
    """

    language: str
    tag: str
    share: float
    weighted_requests: float
    frequent: bool
    change: Change
    reason: str


def decide(records: Iterable[LanguageRecord], policy: TierPolicy) -> tuple[TierDecision, ...]:
    """One decision for each record, and for each predefined language without one; largest share first.

    Codes that mean the same (`iw` and `he`) are decided on together. A predefined language without a
    record counts as having been frequent all along. Raises ValueError for a code that
    `locales.is_language_code` refuses: the caller leaves those out, and reports them.
    """
    groups = defaultdict[str, list[LanguageRecord]](list)
    for record in records:
        groups[tag_of(record.language)].append(record)
    always = {tag_of(code) for code in policy.predefined}
    always |= {tag for tag, group in groups.items() if any(record.predefined for record in group)}
    for code in policy.predefined:
        if not groups[tag_of(code)]:
            groups[tag_of(code)] = [LanguageRecord(code, True, True, 0, 0, 0)]

    total = math.fsum(record.weighted for group in groups.values() for record in group)
    evidence = math.fsum(record.evidence for group in groups.values() for record in group)
    decisions = [
        decision
        for tag, group in groups.items()
        for decision in _decide_group(tag, group, policy, tag in always, total, evidence)
    ]
    return tuple(sorted(decisions, key=lambda decision: (-decision.share, decision.tag, decision.language)))


def _decide_group(
    tag: str, group: list[LanguageRecord], policy: TierPolicy, predefined: bool, total: float, evidence: float
) -> Iterator[TierDecision]:
    weighted = math.fsum(record.weighted for record in group)
    share = weighted / total if total else 0.0
    frequent: bool | None = None  # as it was
    if predefined:
        frequent, reason = True, "predefined"
    elif not any(record.total_requests for record in group):
        reason = "never requested: keeps its flag"
    elif evidence < policy.min_requests:
        reason = (
            f"too little evidence: {counted(int(evidence), 'request')} since the last evaluation, "
            f"{policy.min_requests:,} needed: nothing changes"
        )
    elif not total:
        reason = "all requests are too long ago to weigh anything: nothing changes"
    else:
        frequent, reason = _by_share(share, any(record.was_frequent for record in group), policy)
    spellings = sorted({code for record in group for code in record.spellings or (record.language,)})
    if len(spellings) > 1:
        reason += f" ({' and '.join(spellings)} together)"
    for record in group:
        now = record.was_frequent if frequent is None else frequent
        change: Change = "kept" if now == record.was_frequent else "promoted" if now else "demoted"
        yield TierDecision(record.language, tag, share, record.weighted, now, change, reason)


def _by_share(share: float, was_frequent: bool, policy: TierPolicy) -> tuple[bool, str]:
    enter, leave = _percent(policy.promote_share), _percent(policy.demote_share)
    shown = f"{_percent(share, policy.promote_share, policy.demote_share)} of requests"
    if share >= policy.enters_at:
        return True, f"{shown}, at or above the {enter} that promotes"
    if share < policy.leaves_below and was_frequent:
        return False, f"{shown}, below the {leave} that demotes"
    if was_frequent:
        return True, f"{shown}, between {leave} and {enter}: stays"
    return False, f"{shown}, below the {enter} that promotes"


def _percent(share: float, *edges: float) -> str:
    """`share` in per cent, with as many digits as tell it from the `edges` that it is not equal to."""
    if not edges:
        return f"{100 * share:.6g} %"
    for digits in range(1, 12):
        text = f"{100 * share:.{digits}f}"
        if all((round(100 * edge, 10) > float(text)) == (share < edge * (1 - _ROUNDING)) for edge in edges):
            break
    return f"{text} %"
