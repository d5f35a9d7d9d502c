"""What it takes to have a language: a translation of every lesson, and the room that they take in storage."""

from collections.abc import Iterable
from functools import cache

from langassets.errors import InputError
from langassets.jobs.forecast import Cost, Forecasts, together
from langassets.jobs.lessons import distinct_texts, documents, load_desired
from langassets.locales import same_language
from langassets.services import Services
from langassets.translation.documents.document import Document, body_of

# So many contents are read to judge all by: cutting 10,000 into segments takes minutes and tells no more.
_SAMPLE = 200


class LessonCosts:
    """Estimates for today's lessons, at today's prices, with a memory that holds nothing yet.

    A language that the memory holds already would seem to cost nothing, and so favour the settings that
    brought it there. `contents` is how many there are; the estimates are made from `sampled` of them.
    `model` is the one that is priced, `bytes_per_language` the room that one language takes in storage,
    taking translations to be as large as their sources.
    """

    def __init__(self, services: Services) -> None:
        self._forecasts = Forecasts(services)
        self.model = self._forecasts.model
        desired, _ = load_desired(services.data)
        self.contents = len(desired)
        sample = desired[:: max(1, len(desired) // _SAMPLE)][:_SAMPLE]
        self.sampled = len(sample)
        found = list(documents(services.data, sample))
        self._texts = distinct_texts(found)
        self.bytes_per_language = self._scaled(sum(_size(content) for _, content in found))
        self._of = cache(self._estimate)

    def of(self, languages: Iterable[str]) -> tuple[int, Cost | None]:
        """What it takes to translate everything into each of `languages` (tags), once: tokens in and out, and
        the cost (None where the model's price is unknown)."""
        each = [self._of(language) for language in languages]
        return sum(tokens for tokens, _ in each), together(cost for _, cost in each)

    def _estimate(self, target: str) -> tuple[int, Cost | None]:
        texts = {
            source: placed for source, placed in self._texts.items() if not same_language(source, target)
        }
        found = self._forecasts.of(texts, target, self._scaled)
        return found.usage.input_tokens + found.usage.output_tokens, found.cost

    def _scaled(self, figure: int) -> int:
        return round(figure * self.contents / self.sampled) if self.sampled else 0


def _size(content: Document) -> int:
    """Bytes of a content in storage; 0 where it cannot be stored, which the preload reports."""
    try:
        return len(body_of(content.data))
    except InputError:
        return 0
