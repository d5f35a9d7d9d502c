"""What is handed to the engine, and what it hands back."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Protocol

from langassets.translation.types import Former, Segment


class Translatable(Protocol):
    """A document, as far as the engine looks at it (see `translation.documents`)."""

    @property
    def segments(self) -> Sequence[Segment]: ...


@dataclass(frozen=True, slots=True)
class TranslationTask:
    """One document to translate into one language. `id` is the caller's own and comes back with the result;
    languages are BCP-47 tags; `title` is the lesson's, as context for the model, and so is `former`: what
    texts of the document were before they changed, by the text. The bill calls it by its `lesson`."""

    id: str
    source_language: str
    target_language: str
    title: str
    document: Translatable = field(repr=False)
    former: Mapping[str, Former] = field(default_factory=dict, repr=False)
    lesson: str = ""


@dataclass(frozen=True, slots=True)
class Translated:
    """A document's segments are all there: `translations` by their text.

    `from_model` counts those that were paid for on account of this document; the others stood in memory
    or came with another document of the same run. `made` are the texts of those that were paid for, `doubted`
    those that a check doubts, few enough to be stored.
    """

    id: str
    translations: Mapping[str, str] = field(repr=False)
    from_memory: int
    from_model: int
    made: Set[str] = field(default_factory=frozenset, repr=False)
    doubted: "tuple[Problem, ...]" = ()


NO_ANSWER = "answer"
"""The check of a `Problem` where no answer came at all: a later try may succeed."""

NOT_IN_ANSWER = "missing"
"""The check of a `Problem` where answers came without it."""

NOT_ASKED = "not asked"
"""The check of a `Problem` where a model is not asked any more, for nothing that it said was sound."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A segment that could not be translated: the check that its last translation failed (`NO_ANSWER`,
    `NOT_IN_ANSWER` or `NOT_ASKED` where none came), and why. It is `remembered` where an earlier run says so,
    and this one did not ask."""

    text: str
    check: str
    reason: str
    remembered: bool = False


@dataclass(frozen=True, slots=True)
class Untranslated:
    """A document is not to be stored: some segments failed for good (`problems`), or the run stopped before
    they were asked for (`stopped` says why)."""

    id: str
    problems: tuple[Problem, ...]
    stopped: str | None = None


Result = Translated | Untranslated
