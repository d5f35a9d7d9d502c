"""The words of translating: what goes to a provider, what comes back, what memory holds.

Values and protocols only; no clock, no network, no database.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from operator import add
from typing import Any, NamedTuple, Protocol


class Segment(NamedTuple):
    """One translatable piece of a text: a paragraph, a heading, a table cell, a label.

    `text` is what a translator sees: prose with Markdown's inline marks, and a tag `<x1/>`, `<x2/>`, …
    for each protected part (inline code, an address, a placeholder, raw HTML), numbered from 1 in
    order of appearance. `protected[0]` stands for `<x1/>`. Two segments with the same `text` share
    one translation, whatever their protected parts are.
    """

    text: str
    protected: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wording:
    """What a person wrote at one place of one object. A tag in `text` stands for that part of the segment, or
    for the person's own where `parts` has its number; parts that they left out are left out.
    """

    text: str
    parts: Mapping[int, str] = field(default_factory=dict)

    def protected(self, segment: Segment) -> tuple[str, ...]:
        """What the tags stand for at a place with this segment, `<x1/>` first; '' for those that it lacks."""
        every = dict(enumerate(segment.protected, 1)) | dict(self.parts)
        return tuple(every.get(number, "") for number in range(1, max(every, default=0) + 1))


@dataclass(frozen=True, slots=True)
class Term:
    """One line of the glossary that occurs in a batch; `translation` None means: leave as it is.

    `others` are as good as the translation, and `note` is for the model alone. Without a `source` it is said
    of every text in the language: the note, and `formal` or `informal` as the translation.
    """

    source: str
    translation: str | None
    others: tuple[str, ...] = ()
    note: str = ""

    @property
    def parts(self) -> tuple[Any, ...]:
        """All that shapes a translation, as it is hashed and kept: what few terms have comes with it only
        where it is there, so that terms without are what they were to earlier versions."""
        more = (list(self.others), self.note) if self.others or self.note else ()
        return (self.source, self.translation, *more)

    @classmethod
    def of(cls, source: str, translation: str | None, others: Iterable[str] = (), note: str = "") -> "Term":
        """A term from its parts."""
        return cls(source, translation, tuple(others), note)


@dataclass(frozen=True, slots=True)
class Passage:
    """Neighbouring segments of one lesson in a batch: from index `start` to where the next passage starts.

    `title` is the lesson's, empty where it is the same as that of the passage before; `before` is the
    text in front of the first segment, where that is not in the batch itself. Both are context, not to
    be translated.
    """

    start: int
    title: str = ""
    before: str = ""


class Former(NamedTuple):
    """What a text was before it changed, and how that was translated: context for a model, nothing else."""

    source: str
    translation: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Segments that travel in one request: distinct texts, one pair of languages.

    Languages are BCP-47 tags. `terms` are those of the glossary that occur in the texts. For a segment that
    is tried again, `complaints` names the checks that its last translation failed, and `refused` is that
    translation; `former` is what a text was before it changed. All three are by index into `texts`. With
    `shared`, the same texts are about to be asked for in other languages too. Where there are `translations`,
    one for each text, the request is to judge these.
    """

    source_language: str
    target_language: str
    texts: tuple[str, ...]
    passages: tuple[Passage, ...] = ()
    terms: tuple[Term, ...] = ()
    complaints: Mapping[int, str] = field(default_factory=dict)
    refused: Mapping[int, str] = field(default_factory=dict)
    former: Mapping[int, Former] = field(default_factory=dict)
    shared: bool = False
    translations: tuple[str, ...] = ()


class Finish(StrEnum):
    """How an answer ended; only `COMPLETE` is a whole answer.

    `TRUNCATED` met the limit of tokens; `BROKEN` ended by a connection that was cut or fell silent.
    """

    COMPLETE = "complete"
    TRUNCATED = "truncated"
    BROKEN = "broken"
    REFUSED = "refused"


class Mode(StrEnum):
    """How a request is sent: at once; by the provider's batch interface, within a day; or at once in its
    cheaper tier, which answers when it has room."""

    DIRECT = "direct"
    BATCH = "batch"
    FLEX = "flex"


@dataclass(frozen=True, slots=True)
class TokenUsage:
    """What a request was billed for, in tokens. Of `input_tokens`, the provider had `cached_tokens` in its
    cache, and put `written_tokens` there; of `output_tokens`, `reasoning_tokens` were thought, not said."""

    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    written_tokens: int = 0
    reasoning_tokens: int = 0

    def __add__(self, other: "TokenUsage") -> "TokenUsage":
        return TokenUsage(*map(add, astuple(self), astuple(other)))


@dataclass(frozen=True, slots=True)
class RateLimits:
    """What the provider said of its limits with an answer; None where it said nothing.

    `remaining_*` is what may still be sent in the running window, `reset_*` the seconds until it is full.
    """

    limit_requests: int | None = None
    remaining_requests: int | None = None
    reset_requests: float | None = None
    limit_tokens: int | None = None
    remaining_tokens: int | None = None
    reset_tokens: float | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A provider's answer as it came: translations by index into the batch's `texts`; any may be missing.

    `problem` says what is wrong with the answer as a whole, None where nothing is. Whether a
    translation is any good is not the provider's to say: the checks decide. `mode` is the way that it was
    billed by, which need not be the one that was asked for; `request_id` is the provider's, None where it
    has not said one; `estimated` says that `usage` is ours, for the provider gave none; `answered_at` is when
    it was made, where that was earlier than now.
    """

    texts: Mapping[int, str]
    usage: TokenUsage
    finish: Finish = Finish.COMPLETE
    limits: RateLimits | None = None
    problem: str | None = None
    mode: Mode = Mode.DIRECT
    request_id: str | None = None
    estimated: bool = False
    answered_at: datetime | None = None

    def at(self, moment: datetime | None) -> "Answer":
        """The same, with the moment that the provider names for it."""
        return replace(self, answered_at=moment)


Heard = Callable[[Mapping[int, str]], None]
"""Called on the event loop each time a model has said something, with the texts that are complete by it, by
their index: often none. The answer as a whole may yet prove to be another."""


def unheard(_texts: Mapping[int, str]) -> None:
    """For who waits for the whole answer."""


class Model(Protocol):
    """Whatever asks a model: a provider, its batch interface, or a judge."""

    name: str
    """`openai`, `gemini` or `pseudo`."""

    model: str


class Provider(Model, Protocol):
    """A model behind an address.

    `translate` sends one request, without retrying, and raises `ProviderError` (with `QuotaError`) or
    `ProviderUnavailableError` (with `RateLimitedError`); none of them ever holds a secret. What breaks off
    after something was said is an answer, `BROKEN`.
    """

    mode: Mode
    """The way that requests are asked to go: directly, or by flex where there is room."""

    async def translate(self, batch: Batch, heard: Heard = unheard) -> Answer: ...

    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class MemoryKey:
    """What a remembered translation is found by: texts and languages as in `Batch`, and the recipe.

    `recipe` is a short hash over all that shapes an answer (provider, model, prompt version, the
    glossary's terms that occur in the text).
    """

    text: str
    source_language: str
    target_language: str
    recipe: str


@dataclass(frozen=True, slots=True)
class Remembered:
    """One translation to keep; `origin` is `model`, `import`, or `approved` (by a person: never replaced)."""

    key: MemoryKey
    translation: str
    provider: str
    model: str
    origin: str = "model"


class Rejection(NamedTuple):
    """A translation that a person does not want, and why; '' where they did not say."""

    translation: str
    reason: str

    def is_said_by(self, translation: str) -> bool:
        """Whether a translation is this one; how its lines are broken does not count."""
        return translation.split() == self.translation.split()


LanguagePair = tuple[str, str]
"""Source and target language, as tags."""


class Memory(Protocol):
    """The translation memory. Calls are in bulk, block on a database, and may come from any thread."""

    def recall(self, keys: Sequence[MemoryKey]) -> Mapping[MemoryKey, str]:
        """The translations that are known, `approved` and `import` ones before a model's; none that a person
        rejected."""

    def rejected(
        self, texts: Mapping[LanguagePair, Collection[str]]
    ) -> Mapping[tuple[str, str, str], Sequence[Rejection]]:
        """What people rejected of these texts, the newest last, by source, target and text."""

    def remember(self, translations: Iterable[Remembered]) -> None:
        """Keep translations for good: committed when this returns."""

    def forget(self, translations: Iterable[Remembered]) -> None:
        """Take back what `remember` kept, where it still says the same and no person has approved it."""

    def pairs(self, source_language: str, target_language: str) -> Sequence[tuple[str, str]]:
        """Some thousand sources and translations for a pair of languages, the newest: to learn from."""
