"""By which code a language is kept: one for each BCP 47 tag, however else it is spelled.

The code stands in keys of objects, the manifest, decisions and partitions. It is settled once; whatever else
means the same language is read as it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from langassets.locales import is_language_code, tag_of


@dataclass(frozen=True, slots=True)
class Candidate:
    """One spelling of a language, and what speaks for it: the requests that the application counts under it
    (None: it does not use it), the objects that stand under it, and whether it was ever decided on."""

    code: str
    requests: int | None = None
    objects: int = 0
    decided: bool = False

    @property
    def used(self) -> bool:
        """Whether the application uses it."""
        return self.requests is not None


def key_of(tag: str, candidates: Iterable[Candidate]) -> str:
    """The code to keep a language under, of those candidates that mean it: what the application uses, else
    what has objects, else what was decided on, else the tag. Of several the one with most objects, then
    with most requests, then the tag, then the first by alphabet.
    """
    own = [one for one in candidates if tag_of(one.code) == tag and (one.used or one.objects or one.decided)]
    best = min(
        own,
        key=lambda one: (not one.used, -one.objects, -(one.requests or 0), one.code != tag, one.code),
        default=None,
    )
    return best.code if best else tag


@dataclass(frozen=True, slots=True)
class LanguageKeys:
    """The code of each language, by its tag; one that is not `settled` is kept under its tag.

    `beside` has, by tag, further codes that the application uses too, and that have objects: they are kept as
    well, or it would not find what it looks for. `merges` are codes that have objects and should not, by the
    code that these belong under.
    """

    settled: Mapping[str, str] = field(default_factory=dict)
    beside: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    merges: Mapping[str, str] = field(default_factory=dict)

    def of(self, code: str) -> str:
        """The code that the language of `code` is kept under."""
        tag = tag_of(code)
        return self.settled.get(tag, tag)

    def all_of(self, code: str) -> tuple[str, ...]:
        """The same, and those that are kept beside it."""
        return (self.of(code), *self.beside.get(tag_of(code), ()))

    def kept_as(self, code: str) -> str:
        """`code` itself where it is kept, else the one that its language is kept under."""
        return code if code in self.all_of(code) else self.of(code)

    def spellings(self, codes: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """`codes` by the code that their language is kept under, each once and in order; those that are no
        language codes are left out."""
        groups = defaultdict[str, set[str]](set)
        for code in filter(is_language_code, codes):
            groups[self.of(code)].add(code)
        return {key: tuple(sorted(group)) for key, group in groups.items()}


def language_keys(recorded: Mapping[str, str], candidates: Iterable[Candidate]) -> LanguageKeys:
    """The code of each language, from what was settled before (code by tag) and what is there now.

    What was settled stands unless the application has come to use another code, and nothing is stored under
    what was settled, or something under the other. Candidates that are no language codes are passed over.
    """
    by_tag = defaultdict[str, list[Candidate]](list)
    for candidate in candidates:
        if is_language_code(candidate.code):
            by_tag[tag_of(candidate.code)].append(candidate)
    settled = dict(recorded)
    beside: dict[str, tuple[str, ...]] = {}
    merges: dict[str, str] = {}
    for tag, own in by_tag.items():
        key = settled[tag] = _key(tag, recorded.get(tag), own)
        used = {one.code for one in own if one.used}
        home = key_of(tag, own) if used and key not in used else key
        elsewhere = [one.code for one in own if one.objects and one.code != home]
        merges |= {code: home for code in elsewhere if code not in used}
        if kept := tuple(sorted(code for code in elsewhere if code in used)):
            beside[tag] = kept
    return LanguageKeys(settled, beside, merges)


def _key(tag: str, recorded: str | None, own: list[Candidate]) -> str:
    used = [one for one in own if one.used]
    stored = {one.code for one in own if one.objects}
    if recorded and (
        not used
        or recorded in {one.code for one in used}
        or (recorded in stored and not any(one.objects for one in used))
    ):
        return recorded
    return key_of(tag, own)
