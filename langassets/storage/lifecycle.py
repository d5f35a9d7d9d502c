"""Lifecycle rules of a bucket: what they would remove. Pure.

In November 2026 Supabase takes rules with one action, `noncurrentVersionExpiration`, for the whole bucket. A
rule is read as S3 writes them all the same: one that removes what stands must not pass because it is new.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

# Actions that leave alone what stands; every other one is taken to remove it.
_HARMLESS = {"noncurrentVersionExpiration", "abortIncompleteMultipartUpload", "noncurrentVersionTransitions"}
_NO_ACTION = {"id", "status", "filter", "prefix", "legacyPrefix"}


@dataclass(frozen=True, slots=True)
class LifecycleRule:
    """One rule. `prefix` is what the keys start with that it holds for, '' for all; `removes` names the
    action by which it removes what stands, '' for none. `noncurrent_days` is after how many days it removes
    versions that are not current, None for never; it spares the `newest` of them."""

    id: str
    enabled: bool
    prefix: str = ""
    removes: str = ""
    noncurrent_days: float | None = None
    newest: int = 0

    def removes_below(self, prefixes: Iterable[str]) -> str | None:
        """The first of `prefixes` below which it removes what stands."""
        if not (self.enabled and self.removes):
            return None
        return next(
            (one for one in prefixes if one.startswith(self.prefix) or self.prefix.startswith(one)), None
        )


def rule_of(found: Mapping[str, Any]) -> LifecycleRule:
    """A rule as the server shows it, JSON; `TypeError`, `ValueError` or `AttributeError` where it is none."""
    chosen = found.get("filter") or {}
    chosen = chosen.get("and") or chosen
    noncurrent = found.get("noncurrentVersionExpiration") or {}
    days = noncurrent.get("noncurrentDays")
    return LifecycleRule(
        str(found.get("id") or "without an id"),
        found.get("status") != "Disabled",
        str(chosen.get("prefix") or found.get("prefix") or ""),
        next((name for name, value in found.items() if _removes(name, value)), ""),
        None if days is None else float(days),
        int(noncurrent.get("newerNoncurrentVersions") or 0),
    )


def kept_for(rules: Iterable[LifecycleRule]) -> LifecycleRule | None:
    """The rule by which a version of any key is gone first; None where none removes versions of all keys."""
    removing = [
        rule for rule in rules if rule.enabled and rule.noncurrent_days is not None and not rule.prefix
    ]
    return min(removing, key=lambda rule: (rule.newest, rule.noncurrent_days or 0), default=None)


def _removes(name: str, value: object) -> bool:
    if name in _HARMLESS or name in _NO_ACTION or not value:
        return False
    # A delete marker with nothing behind it hides nothing.
    return not (isinstance(value, Mapping) and set(value) == {"expiredObjectDeleteMarker"})
