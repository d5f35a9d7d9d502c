"""Taking in an answer: each text's translation is checked, and the sound ones are remembered."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from langassets.translation.checks import Finding
from langassets.translation.engine.acceptance import tidy_and_check
from langassets.translation.engine.lookup import MemoryLookup
from langassets.translation.engine.pending_segments import PendingSegment
from langassets.translation.engine.request import Request
from langassets.translation.recipes import Recipes
from langassets.translation.types import Answer, Batch, Memory, Provider, Remembered


@dataclass(slots=True)
class CheckedAnswer:
    """A request's segments: `accepted` with their translations, `rejected` with what the checks found, and
    those that the answer does not have."""

    accepted: list[tuple[PendingSegment, str]] = field(default_factory=list)
    rejected: list[tuple[PendingSegment, Sequence[Finding]]] = field(default_factory=list)
    missing: list[PendingSegment] = field(default_factory=list)


class AnswerChecker:
    """Checks answers and keeps what is sound; blocks on a database, for one thread at a time."""

    def __init__(self, memory: Memory, recipes: Recipes, lookup: MemoryLookup) -> None:
        self._memory = memory
        self._recipes = recipes
        self._lookup = lookup

    def check(self, provider: Provider, request: Request, batch: Batch, answer: Answer) -> CheckedAnswer:
        """Check every text of an answer. What is accepted is in memory when this returns."""
        pair = (batch.source_language, batch.target_language)
        bounds = self._lookup.bounds(*pair)
        checked = CheckedAnswer()
        rows = []
        for index, item in enumerate(request.items):
            if index not in answer.texts:
                checked.missing.append(item)
                continue
            text, findings = tidy_and_check(item.segment, answer.texts[index], batch, provider.name, bounds)
            if findings:
                checked.rejected.append((item, findings))
                continue
            checked.accepted.append((item, text))
            key = self._recipes.key(provider, item.segment.text, *pair)
            rows.append(Remembered(key, text, provider.name, provider.model))
        self._memory.remember(rows)
        return checked
