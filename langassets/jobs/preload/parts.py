"""A preload in several runs, each for languages of its own: `PRELOAD_LANGUAGES_PER_RUN`."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from langassets.errors import PassingError
from langassets.jobs import evaluation
from langassets.locales import tag_of
from langassets.services import Services
from langassets.settings.dagster import Names

LANGUAGES_TAG = "langassets/languages"
"""On a run that sees to a part of the frequent languages: which, by commas. A retry inherits it."""


@dataclass(frozen=True, slots=True)
class PreloadPart:
    """What one run of a preload sees to; no languages: all that are frequent when it starts."""

    languages: tuple[str, ...] = ()

    @property
    def tags(self) -> dict[str, str]:
        """The tags of its run."""
        return {LANGUAGES_TAG: ",".join(self.languages)} if self.languages else {}

    def config(self, names: Names = Names(), **more: Any) -> dict[str, Any]:  # noqa: B008
        """Its run config, with `more` for the asset; empty where there is nothing to say."""
        asset = ({"languages": list(self.languages)} if self.languages else {}) | more
        return {"ops": {names.op("preloaded_translations"): {"config": asset}}} if asset else {}


WHOLE = PreloadPart()


def preload_parts(services: Services) -> tuple[PreloadPart, ...]:
    """The runs that one preload takes: one for all languages, unless `PRELOAD_LANGUAGES_PER_RUN` says
    otherwise. Where the database does not answer it is one as well: a run waits for it, and nobody else does.
    """
    size = services.settings.preload_languages_per_run
    if not size:
        return (WHOLE,)
    try:
        languages = evaluation.frequent_languages.frequent_languages(
            services.data, services.settings.predefined_languages
        ).codes
    except PassingError:
        return (WHOLE,)
    parts = in_parts(languages, size)
    return tuple(map(PreloadPart, parts)) if len(parts) > 1 else (WHOLE,)


def in_parts(languages: Iterable[str], size: int) -> list[tuple[str, ...]]:
    """Languages in as few parts of at most `size` as they fit in, all of about the same size. Codes of one
    language (`iw` and `he`) stay together and count as one: one preload at a time works on a language."""
    by_tag = defaultdict[str, list[str]](list)
    for code in languages:
        by_tag[tag_of(code)].append(code)
    count = -(-len(by_tag) // size)
    dealt: list[list[str]] = [[] for _ in range(count)]
    for number, codes in enumerate(by_tag.values()):
        dealt[number % count] += codes
    return [tuple(part) for part in dealt]


def is_whole(tags: Mapping[str, str]) -> bool:
    """Whether a run with these tags sees to all frequent languages."""
    return LANGUAGES_TAG not in tags
