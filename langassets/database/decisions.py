"""The tier: decisions of every evaluation, and the newest of them, which are in force."""

from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa

from langassets.database.application import language_stats
from langassets.database.schema import tier_decisions
from langassets.locales import is_language_code, tag_of
from langassets.tiering.policy import TierDecision


@dataclass(frozen=True, slots=True)
class Tier:
    """The decisions of one evaluation, when it was made, and when the usage was read that it stands on."""

    evaluated_at: datetime
    usage_read_at: datetime
    decisions: tuple[TierDecision, ...]

    @property
    def frequent(self) -> tuple[str, ...]:
        """The application's codes of the frequent languages, in order."""
        return tuple(sorted(d.language for d in self.decisions if d.frequent))

    @property
    def others(self) -> tuple[str, ...]:
        """The codes of all other languages that were decided on, in order."""
        return tuple(sorted(d.language for d in self.decisions if not d.frequent))


def current_tier(connection: sa.Connection) -> Tier | None:
    """The tier in force; None before the first evaluation."""
    newest = sa.select(sa.func.max(tier_decisions.c.evaluated_at)).scalar_subquery()
    order = (tier_decisions.c.share.desc(), tier_decisions.c.tag, tier_decisions.c.language)
    query = sa.select(tier_decisions).where(tier_decisions.c.evaluated_at == newest)
    rows = connection.execute(query.order_by(*order)).all()
    if not rows:
        return None
    decisions = tuple(TierDecision(*(getattr(row, name) for name in TierDecision.__slots__)) for row in rows)
    return Tier(rows[0].evaluated_at, rows[0].usage_read_at, decisions)


def shares(connection: sa.Connection, since: datetime) -> dict[str, list[float]]:
    """The shares of each language (a tag) at the evaluations since then, in order."""
    columns = (tier_decisions.c.tag, tier_decisions.c.share)
    query = sa.select(*columns).where(tier_decisions.c.evaluated_at >= since)
    found: dict[str, list[float]] = {}
    for tag, share in connection.execute(query.order_by(tier_decisions.c.evaluated_at)):
        found.setdefault(tag, []).append(share)
    return found


def record_tier(connection: sa.Connection, tier: Tier, run_id: str) -> None:
    """Put a tier into force, and into the application's `language_stats` where it knows the language: into
    each of its rows that means it."""
    at, decisions = tier.evaluated_at, tier.decisions
    common = {"evaluated_at": at, "usage_read_at": tier.usage_read_at, "run_id": run_id}
    connection.execute(tier_decisions.insert(), [common | asdict(decision) for decision in decisions])
    own = list(connection.scalars(sa.select(language_stats.c.language_code)))
    for frequent in (True, False):
        tags = {d.tag for d in decisions if d.frequent is frequent}
        codes = [code for code in own if is_language_code(code) and tag_of(code) in tags]
        connection.execute(
            language_stats.update()
            .where(
                language_stats.c.language_code.in_(codes),
                language_stats.c.is_frequent.is_distinct_from(frequent),
            )
            .values(is_frequent=frequent, updated_at=at)
        )
