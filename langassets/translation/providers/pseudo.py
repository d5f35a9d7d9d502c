"""Pseudo-localization: accented English, plainly marked, without a network or a key.

It lets everything run on a bare machine, and shows what is translated and what is not. Tags, Markdown
marks, placeholders and addresses stay; whoever reads `⟦Ĥéļļö⟧` knows that no translator was at work.
"""

import re

from langassets.translation.types import Answer, Batch, Heard, Mode, TokenUsage, unheard

_ACCENTED = str.maketrans(
    "ABCDEGHIJKLNOPRSTUWYZabcdeghijklnoprstuwyz",
    "ÁƁÇĎÉĜĤÍĴĶĻŃÖÞŘŠŤÚŴÝŽáƀçďéĝĥíĵķļńöþřšťúŵýž",
)
# Left as they are: tags, inline code, addresses in parentheses or alone, entities, placeholders.
_KEPT = re.compile(
    r"</?x\d+/?>|`[^`]*`|\]\([^)]*\)|https?://\S+|&#?\w+;|\$?\{[^{}]*\}|%\(\w+\)[sd]|%[sd]|:\w+:|\\."
)
OPEN, CLOSE = "⟦", "⟧"


class PseudoProvider:
    """Accents the text it is given; free, at once, always the same."""

    name = "pseudo"
    model = "pseudo"
    mode = Mode.DIRECT

    async def translate(self, batch: Batch, heard: Heard = unheard) -> Answer:
        """The batch's texts, accented and between `⟦` and `⟧`."""
        terms = {term.source: term.translation or term.source for term in batch.terms if term.source}
        return Answer({index: pseudo(text, terms) for index, text in enumerate(batch.texts)}, TokenUsage())

    async def close(self) -> None:
        """Nothing to close."""


def pseudo(text: str, terms: dict[str, str] | None = None) -> str:
    """`text` accented and marked; what the glossary sets stands as it says."""
    kept = _KEPT.pattern
    if terms:
        longest_first = sorted(terms, key=len, reverse=True)
        kept = rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)|{kept}"
    parts = []
    position = 0
    for match in re.finditer(kept, text):
        parts += [text[position : match.start()].translate(_ACCENTED)]
        parts += [(terms or {}).get(match.group(), match.group())]
        position = match.end()
    parts.append(text[position:].translate(_ACCENTED))
    return _marked("".join(parts))


def _marked(text: str) -> str:
    """The marks around the words alone: what surrounds a segment, a heading's or a list's, stays outside."""
    body = text.strip()
    if not body:
        return text
    start = text.index(body)
    return f"{text[:start]}{OPEN}{body}{CLOSE}{text[start + len(body) :]}"
