"""The restore drill: objects really made again from memory, and held against what stands, byte for byte.

What proves it is the ETag: the MD5 of the bytes that were stored, which storage lists and the manifest has
kept since they were written. So an object that is made again costs storage no request; only where the two
differ is it read, to tell why.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from random import SystemRandom
from typing import Any

import sqlalchemy as sa

from langassets.database.connection import reading
from langassets.database.manifest import ManifestEntry
from langassets.database.rows import chunks
from langassets.database.translations.edits import Content, learnt_at
from langassets.database.translations.memory_rows import MemoryRow, rows_of
from langassets.errors import StoreError
from langassets.jobs.cleanup.drill.rebuilding import Rebuilder, RebuiltObject
from langassets.jobs.cleanup.drill.verdicts import Outcome, Verdict, Witnesses, failed, judge
from langassets.retention.sampling import DrillPolicy
from langassets.storage.etags import etag_of
from langassets.storage.store import ContentStore
from langassets.translation.recipes import text_hash
from langassets.wording import counted

# Objects made again together; their texts are looked up in memory at once.
_MADE_AT_ONCE = 100
_NAMED, _EXPLAINED = 20, 1000


@dataclass(slots=True, repr=False)
class DrillReport:
    """Of `population` objects, what came of those that were tried; `bad` are those that were not made again
    as they stand, of which a thousand say why: a memory that is all wrong is not held whole."""

    population: int = 0
    found: Counter[Outcome] = field(default_factory=Counter)
    bad: list[Verdict] = field(default_factory=list)

    @property
    def tried(self) -> int:
        """How many were made again, or could not be."""
        return self.found.total()

    @property
    def failures(self) -> list[Verdict]:
        """Those that memory should have made again, and did not."""
        return [one for one in self.bad if one.outcome is Outcome.FAILED]

    @property
    def rows(self) -> dict[MemoryRow, str]:
        """The rows of memory that are at fault, each with a segment that it spoils."""
        faults = [fault for one in self.failures for fault in one.faults]
        return {fault.row: fault.segment for fault in reversed(faults) if fault.row}

    def add(self, verdicts: Iterable[Verdict]) -> None:
        """Take up what was found."""
        for one in verdicts:
            self.found[one.outcome] += 1
            if one.outcome is Outcome.FAILED and len(self.bad) < _EXPLAINED:
                self.bad.append(one)
            elif one.outcome in (Outcome.FAILED, Outcome.NOT_HELD):
                self.bad.append(replace(one, faults=()))

    @property
    def summary(self) -> str:
        """All in a line or two: counts, and the first keys and rows that are at fault; no text."""
        words = [f"{self.tried:,} of {counted(self.population, 'object')} tried"]
        words += [f"{self.found[outcome]:,} {outcome}" for outcome in Outcome if self.found[outcome]]
        text = f"{', '.join(words)}."
        if bad := self.failures:
            text += f" Not made again: {_first(one.key for one in bad)}."
        if rows := self.rows:
            named = _first(f"{row.id} at {segment}" for row, segment in rows.items())
            text += f" {counted(len(rows), 'row')} of memory at fault: {named}."
        return text

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return {
            "population": self.population,
            "tried": self.tried,
            **{str(outcome).replace(" ", "_"): self.found[outcome] for outcome in Outcome},
            "bad": [one.as_json() for one in self.bad],
        }


_Try = Callable[[Sequence[str], DrillReport], Awaitable[None]]


async def tried(keys: Sequence[str], policy: DrillPolicy, attempt: _Try) -> DrillReport:
    """What comes of trying objects: all, or a sample where the policy says so. Where one of a sample fails,
    nothing is believed of the others any more, and each of them is tried."""
    report = DrillReport(len(keys))
    chosen = policy.sample(keys, SystemRandom())
    await attempt(chosen, report)
    if report.failures and len(chosen) < len(keys):
        before = set(chosen)
        await attempt([key for key in keys if key not in before], report)
    return report


@dataclass(frozen=True, slots=True)
class Drill:
    """The tools. Objects that are `held` are known to be in memory, so that what is not is a failure."""

    data: sa.Engine
    store: ContentStore
    rebuilder: Rebuilder
    held: bool = False

    async def __call__(self, keys: Iterable[str], policy: DrillPolicy) -> DrillReport:
        """Make objects again; nothing is changed, and no model asked. Raises what store and database do."""
        # A content is read and cut once for all languages that it stands in.
        return await tried(sorted(keys, key=lambda key: key.partition("/")[2]), policy, self._try)

    async def _try(self, keys: Sequence[str], report: DrillReport) -> None:
        for chunk in chunks(keys, _MADE_AT_ONCE):
            differing = await asyncio.to_thread(self._made_otherwise, chunk, report)
            bodies = await asyncio.gather(*(self._body(made.entry) for made in differing))
            found = list(zip(differing, bodies, strict=True))
            report.add(await asyncio.to_thread(self._judged, found))

    def _made_otherwise(self, keys: Sequence[str], report: DrillReport) -> list[RebuiltObject]:
        """Those that are not made with the ETag that they have; the others go into the report."""
        left = dict.fromkeys(keys)
        differing = []
        for made in self.rebuilder.rebuild(keys):
            body = made.body
            del left[made.entry.key]
            if body is not None and etag_of(body) == made.entry.etag:
                report.found[Outcome.SAME] += 1
            else:
                differing.append(made)
        report.add(failed(key, "its lesson cannot be read any more") for key in left)
        return differing

    async def _body(self, entry: ManifestEntry) -> bytes | None:
        """The object; None where it does not stand any more as it was stored."""
        try:
            body = await self.store.read(entry.key)
        except StoreError:
            return None
        return body if etag_of(body) == entry.etag else None

    def _judged(self, found: Sequence[tuple[RebuiltObject, bytes | None]]) -> list[Verdict]:
        hashes = defaultdict[tuple[str, str], set[str]](set)
        for made, _ in found:
            hashes[made.pair].update(text_hash(segment.text) for segment in made.keys)
        verdicts = []
        with reading(self.data) as connection:
            rows = {pair: rows_of(connection, *pair, some) for pair, some in hashes.items()}
            for made, body in found:
                content = Content(made.pair[1], made.entry.lesson, made.entry.content_type)
                witnesses = Witnesses(rows[made.pair], learnt_at(connection, content))
                verdicts.append(judge(made, body, witnesses, held=self.held))
        return verdicts


def _first(names: Iterable[str]) -> str:
    every = list(names)
    left = f" and {len(every) - _NAMED:,} more" if len(every) > _NAMED else ""
    return ", ".join(every[:_NAMED]) + left
