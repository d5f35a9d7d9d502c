"""Words and wrappings of the model's own: refusals, preambles, fences, quotes."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from langassets.translation.checks.data import read
from langassets.translation.checks.pair import Pair
from langassets.translation.checks.scripts import scripts_of

# A source that speaks of translations or of regrets may have a translation that does.
_APOLOGETIC = re.compile(
    r"sorry|apolog|regret|excuse|forgive|cannot|can['’]t|unable|not able|won['’]t|unfortunately"
    r"|language model|\bAI\b",
    re.IGNORECASE,
)
_ON_TRANSLATION = re.compile(
    r"\W*(?:\w+\W+){0,3}(?:translat|sure\b|certainly\b|of course\b|absolutely\b)", re.IGNORECASE
)
_JSON = re.compile(r"""\s*(?:\{\s*"[^"]{1,40}"\s*:|\[\s*[{"])""")

_OPENING, _CLOSING = "\"'“”„‘«»‹「『《״", "\"'”””’»«›」』》״"
QUOTES = dict(zip(_OPENING, _CLOSING, strict=True)) | {"„": "”“"}
_ANY_QUOTE = tuple(set("".join(QUOTES) + "".join(QUOTES.values())))

_PHRASES = {
    kind: "|".join("|".join(phrases.splitlines()) for phrases in languages.values())
    for kind, languages in read("phrases").items()
    if kind != "in_refusals"
}
_REFUSAL = re.compile(_PHRASES["refusals"], re.IGNORECASE)
_PREAMBLE = re.compile(rf"\W*(?:{_PHRASES['preambles']})", re.IGNORECASE)
_AFTERWORD = re.compile(rf"(?:[(\[*\n]|\.\s)\W*(?:{_PHRASES['afterwords']})", re.IGNORECASE)


def refusal(pair: Pair) -> Iterator[str]:
    """No apology and no 'as an AI' that the source does not make."""
    refuses = may_refuse(pair) and _REFUSAL.search(pair.prose)
    if refuses and not _APOLOGETIC.search(pair.source_prose):
        yield "it reads like a refusal to translate"


def may_refuse(pair: Pair) -> bool:
    """Whether a translation has what every refusal in letters of its scripts has: to look for that takes a
    tenth of the time."""
    text = pair.prose.casefold().replace("ı", "i").replace("i̇", "i")  # as a pattern compares without case
    return any(any(map(text.__contains__, _in_refusals().get(script, ()))) for script in pair.scripts)


@cache
def _in_refusals() -> Mapping[str, Sequence[str]]:
    """What refusals have, by a script that it holds."""
    found = defaultdict[str, list[str]](list)
    for word in "\n".join(read("phrases")["in_refusals"].values()).splitlines():
        found[min(scripts_of(word) - {"", "Latn"}, default="Latn")].append(word)
    return found


def preamble(pair: Pair) -> Iterator[str]:
    """Nothing before or after the translation that speaks about it."""
    if _PREAMBLE.match(pair.prose) and not _ON_TRANSLATION.match(pair.source_prose):
        yield "it begins with words about the translation"
    if _AFTERWORD.search(pair.prose) and not _AFTERWORD.search(pair.source_prose):
        yield "it ends with words about the translation"


def wrapping(pair: Pair) -> Iterator[str]:
    """No code fence, no JSON and no quotes around it that the source does not have."""
    if "```" in pair.translation and "```" not in pair.source:
        yield "there is a code fence in it"
    if _JSON.match(pair.translation) and not _JSON.match(pair.source):
        yield "it is wrapped in JSON"
    if is_quoted(pair.translation) and not has_quote_at_an_end(pair.source):
        yield "it is wrapped in quotes"


def is_quoted(text: str) -> bool:
    """Whether one pair of quotes holds the whole of a text."""
    text = text.strip()
    if len(text) < 3 or text[0] not in QUOTES or text[-1] not in QUOTES[text[0]]:
        return False
    return text[0] not in text[1:-1] and text[-1] not in text[1:-1]


def has_quote_at_an_end(text: str) -> bool:
    """Whether a text begins or ends with a quote, a full stop behind it or not."""
    return text.strip().startswith(_ANY_QUOTE) or text.rstrip(" .,;:!?").endswith(_ANY_QUOTE)
