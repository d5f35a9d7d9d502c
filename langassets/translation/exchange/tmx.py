"""TMX 1.4, the exchange format of translation memories: written and read a unit at a time.

A tag of ours (`<x1/>`) becomes a placeholder of TMX's and back; the codes of other tools become tags,
numbered by their order in the source.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import IO, NamedTuple
from xml.sax.saxutils import escape, quoteattr

from langassets.translation.checks.added import active, may_be_active
from langassets.translation.checks.pair import Pair
from langassets.translation.exchange.tmx_units import NUMBER, TmxUnit, TmxVariant, read_units
from langassets.translation.exchange.variants import roles, servings
from langassets.translation.recipes import ANY_RECIPE
from langassets.translation.types import MemoryKey, Remembered, Segment

_TAG = re.compile(rf"&lt;x({NUMBER})/&gt;")
_TAGS = re.compile(rf"<x{NUMBER}/>")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# What XML 1.0 cannot hold or would change: a carriage return becomes a line feed unless it is written so.
_ESCAPES = {"\r": "&#13;"}


def write_tmx(
    units: Iterable[Remembered], file: IO[str], *, version: str, made_at: datetime, source_language: str
) -> int:
    """Write a memory as a TMX file; returns how many translations went in.

    `made_at` is in UTC. A translation with characters that XML cannot hold stays out.
    """
    file.write(
        f'<?xml version="1.0" encoding="UTF-8"?>\n<tmx version="1.4">\n'
        f'<header creationtool="langassets" creationtoolversion={quoteattr(version)} segtype="block" '
        f'o-tmf="langassets" adminlang="en" srclang={quoteattr(source_language)} datatype="plaintext" '
        f'creationdate="{made_at:%Y%m%dT%H%M%SZ}"/>\n<body>\n'
    )
    count = 0
    for unit in units:
        if not _NOT_XML.search(unit.key.text) and not _NOT_XML.search(unit.translation):
            file.write(_unit(unit))
            count += 1
    file.write("</body>\n</tmx>\n")
    return count


def _unit(unit: Remembered) -> str:
    key = unit.key
    kept = {"origin": unit.origin, "provider": unit.provider, "model": unit.model, "recipe": key.recipe}
    properties = "".join(
        f'<prop type="x-{name}">{escape(value)}</prop>' for name, value in kept.items() if value
    )
    source, target = _variant(key.source_language, key.text), _variant(key.target_language, unit.translation)
    return f"<tu srclang={quoteattr(key.source_language)}>{properties}{source}{target}</tu>\n"


def _variant(language: str, text: str) -> str:
    content = _TAG.sub(r'<ph x="\1"/>', escape(text, _ESCAPES))
    return f"<tuv xml:lang={quoteattr(language)}><seg>{content}</seg></tuv>"


class Imported(NamedTuple):
    """One translation of a file; `variant` is the language that it is in where it serves another one."""

    kept: Remembered
    variant: str = ""


@dataclass
class TmxFile:
    """The translations from `source_language` in a TMX file, one for each other language of a unit.

    `languages` are those in use (BCP-47 tags): a file's `ar-SA` is read as `ar` where only that is one of
    them (`variants.servings` has the rule). `origin` is `import`, or `approved` where a person stands for
    every one of them, in its own variant; translations that this program's export marked as a model's stay
    that. `left_out` counts, by reason, what was not taken. Raises InputError, with the line, where the file
    is no TMX or declares entities.
    """

    file: IO[bytes]
    source_language: str
    languages: Collection[str] = ()
    origin: str = "import"
    left_out: Counter[str] = field(default_factory=Counter)

    def __iter__(self) -> Iterator[Imported]:
        for unit in read_units(self.file):
            yield from self._of(unit)

    def _of(self, unit: TmxUnit) -> Iterator[Imported]:
        those = roles(tuple([each.language for each in unit.variants]), self.source_language)
        if those.unknown:
            self.left_out["a language that is not known"] += those.unknown
        if those.source is None:
            self.left_out["no source in the language of the lessons"] += 1
            return
        source = unit.variants[those.source]
        usable: dict[int, str] = {}
        for index, tag in those.targets.items():
            if reason := _unusable(source, unit.variants[index]):
                self.left_out[reason] += 1
            else:
                usable[index] = tag
        served = servings(tuple(usable.values()), frozenset(self.languages))
        for (index, tag), serving in zip(usable.items(), served, strict=True):
            if serving is None:
                self.left_out["another translation of the same text into the same language beside it"] += 1
                continue
            kept = self._remembered(unit, source, unit.variants[index], serving.target)
            yield _near(kept, tag) if serving.is_near else Imported(kept)

    def _remembered(self, unit: TmxUnit, source: TmxVariant, variant: TmxVariant, target: str) -> Remembered:
        properties = unit.properties
        origin = properties.get("x-origin", "") if unit.is_ours else ""
        recipe = properties.get("x-recipe", "") if origin == "model" else ANY_RECIPE
        if origin == "model" and not recipe:
            origin = self.origin
        key = MemoryKey(source.text, self.source_language, target, recipe)
        provider, model = properties.get("x-provider", "tmx"), properties.get("x-model", "")
        return Remembered(key, variant.text, provider[:32], model[:100], origin or self.origin)


def _near(kept: Remembered, tag: str) -> Imported:
    """One that serves another variant than its own, which no recipe was asked for and nobody stands for: but
    for readers of no variant named (`ar-SA` for `ar`) a person does."""
    key = replace(kept.key, recipe=ANY_RECIPE)
    stands = kept.origin == "approved" and "-" not in key.target_language
    return Imported(replace(kept, key=key, origin="approved" if stands else "import"), tag)


def _unusable(source: TmxVariant, variant: TmxVariant) -> str | None:
    if not source.text.strip() or not variant.text.strip():
        return "an empty side"
    if "<x" in source.text or "<x" in variant.text:
        if sorted(_TAGS.findall(source.text)) != sorted(_TAGS.findall(variant.text)):
            return "other codes in the translation than in the source"
    elif not may_be_active(variant.text):
        return None
    if any(active(Pair(Segment(source.text), variant.text, source.language, variant.language))):
        return "HTML, a script or a placeholder that the source does not have"
    return None
