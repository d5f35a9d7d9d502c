"""What models were asked for in vain: looked up before a request, and kept after the last try."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from langassets.translation.checks import DOUBTS, Finding
from langassets.translation.engine.lookup import Portion
from langassets.translation.recipes import Recipes
from langassets.translation.refusals import Reason, Refusals, Refused
from langassets.translation.types import MemoryKey, Provider


@dataclass(slots=True)
class Attempts:
    """What one provider answered for a text in this run: the last translation, None for none, and what speaks
    against it. `doubted` once nothing but doubts do, and it came twice alike. What is `remembered` is of an
    earlier run: this one does not ask that provider."""

    translation: str | None = None
    findings: Sequence[Finding] = ()
    doubted: bool = False
    remembered: bool = False
    _doubts: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, refused: Refused) -> "Attempts":
        """What is remembered of an earlier run."""
        findings = [Finding(each.check, each.text, each.check in DOUBTS) for each in refused.reasons]
        return cls(refused.translation, findings, refused.doubted, remembered=True)

    def note(self, translation: str | None, findings: Sequence[Finding]) -> None:
        """Note an answer. What was given twice alike stands."""
        if self.doubted:
            return
        self.translation, self.findings = translation, findings
        if translation is not None and all(finding.is_doubt for finding in findings):
            self.doubted = translation in self._doubts
            self._doubts.add(translation)


class GivenUp(NamedTuple):
    """A text that no sound translation came for (source, target, text), and what each provider answered."""

    key: tuple[str, str, str]
    attempts: Sequence[tuple[Provider, Attempts]]


class RefusalLookup:
    """What is not to be asked for, and what is to be kept of it; blocks on a database. Without `refusals`
    nothing is remembered."""

    def __init__(self, refusals: Refusals | None, recipes: Recipes) -> None:
        self._refusals = refusals
        self._recipes = recipes

    def __call__(self, portion: Portion, recalled: Mapping[MemoryKey, str]) -> Mapping[MemoryKey, Refused]:
        """What was refused of those texts of a portion that memory does not hold."""
        if self._refusals is None:
            return {}
        missing: dict[MemoryKey, None] = {}
        for task, segments in portion:
            for segment in segments:
                keys = self._recipes.keys(segment.text, task.source_language, task.target_language)
                if not any(key in recalled for key in keys):
                    missing.update(dict.fromkeys(keys))
        return self._refusals.recall(list(missing)) if missing else {}

    def keep(self, given_up: Iterable[GivenUp]) -> None:
        """Remember what each provider was asked for in vain."""
        if self._refusals is not None:
            self._refusals.keep([refused for each in given_up for refused in self._refused(each)])

    def _refused(self, given_up: GivenUp) -> Iterator[Refused]:
        source, target, text = given_up.key
        for provider, attempts in given_up.attempts:
            if attempts.remembered:
                continue
            yield Refused(
                self._recipes.key(provider, text, source, target),
                attempts.translation,
                tuple(Reason(finding.name, finding.reason) for finding in attempts.findings),
                attempts.doubted,
                provider.name,
                provider.model,
            )
