"""Repairs that cannot do harm, made before a translation is checked.

Each undoes something that models add and no translator means: a fence or quotes around the answer,
invisible characters, a tag spelt with a blank. Doing it twice is doing it once.
"""

import re
import unicodedata

from langassets.locales import is_right_to_left
from langassets.translation.checks.added import ISOLATE_END, ISOLATES, MARKS, is_stray
from langassets.translation.checks.direction import isolate_ltr
from langassets.translation.checks.wording import has_quote_at_an_end, is_quoted

_FENCE = re.compile(r"\A\s*(`{3,}|~{3,})[\w-]*[ \t]*\n(?P<text>.*?)\n?[ \t]*\1\s*\Z", re.DOTALL)
_TAG = re.compile(r"(?:<|&lt;|＜)\s*[xX]\s*(\d{1,9})\s*(?:/\s*)?(?:>|&gt;|＞)(?:</\s*[xX]\s*\1\s*>)?")
_LINES = re.compile(r"[ \t]*[\r\n\u2028\u2029\x85\v\f]+[ \t\r\n\u2028\u2029\x85\v\f]*")
_ISOLATING = ISOLATES + ISOLATE_END
# Quotes within a fence within quotes: more than that no model was seen to wrap.
_WRAPPINGS = 5


def tidy(source: str, translation: str, target_language: str) -> str:
    """`translation` without what the model added around and between the words of it.

    `source` is the segment's text. The result is on one line where the source is, composed (NFC), and in a
    right-to-left language its left-to-right runs are isolated.
    """
    text = translation
    if not text.isprintable():  # nothing that goes is
        gone = [sign for sign in set(text) if not sign.isprintable() and _goes(sign, source, target_language)]
        text = text.translate(dict.fromkeys(map(ord, gone)))
    text = unicodedata.normalize("NFC", text if "\t" in source else text.replace("\t", " "))
    if any(sign in text for sign in "<&＜"):
        text = _TAG.sub(lambda tag: f"<x{int(tag[1])}/>", text)
    text = _unwrapped(source, text.strip())
    return isolate_ltr(text, target_language)


def _unwrapped(source: str, text: str) -> str:
    """`text` without the fences, quotes and line ends around and in it that the source does not have."""
    for _ in range(_WRAPPINGS):
        fence = _FENCE.match(text)
        if fence and not source.lstrip().startswith(("```", "~~~")):
            text = fence["text"].strip()
            continue
        if "\n" not in source and not text.isprintable():  # no line end is
            text = _LINES.sub(" ", text)
        if not is_quoted(text) or has_quote_at_an_end(source):
            break
        text = text[1:-1].strip()
    return text


def _goes(sign: str, source: str, target_language: str) -> bool:
    if sign in source:
        return False
    if sign in MARKS:
        return not is_right_to_left(target_language)
    if sign in _ISOLATING:  # half of a pair alone would be worse than either
        return not any(half in source for half in _ISOLATING)
    return is_stray(sign)
