"""Left-to-right runs in right-to-left text, kept together when they are shown: `C++` and not `++C`.

A sign at the edge of a Latin word takes the direction of the text around it (Unicode's bidirectional
algorithm, N1 and N2), so it jumps to the word's other side. An isolate (U+2066 ... U+2069) keeps the
word and its signs together, and touches nothing else.
"""

import re
from collections.abc import Iterator
from itertools import accumulate

from langassets.locales import is_right_to_left
from langassets.translation.checks.added import ISOLATE_END, ISOLATES
from langassets.translation.checks.pair import Pair
from langassets.translation.markdown.escaping import TAG

_OPEN = "\u2066"
_DEPTH = dict.fromkeys(ISOLATES, 1) | {ISOLATE_END: -1}
_LATIN = r"A-Za-z\u00c0-\u024f\u0370-\u03ff\u0400-\u052f"
_RIGHT_TO_LEFT = r"\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
# A run begins after a blank, a bracket or a right-to-left letter, or after the hyphen of a prefix (b-C++).
_BEGINS = (
    rf"(?:(?<=[{_RIGHT_TO_LEFT}][-\u2010\u2011\u05be])|(?<![{_LATIN}\d_.$#@+/\\\u2010\u2011\u05be\u2069)-]))"
)
# Neither Markdown's own marks (* _ ` [ ] ~ |) nor a sentence's punctuation: those stay outside.
_SIGN_FIRST = rf"(?<!\w)(?:\.|#|@|\$|--?|\+|/)(?=[{_LATIN}])[{_LATIN}\d][{_LATIN}\d.+#@$/=-]*+(?<![.,/=-])"
_SIGN_LAST = rf"[{_LATIN}][{_LATIN}\d.-]*+(?:\+{{1,2}}+|#|\(\))"
_NEGATIVE = r"(?<![\w)])[-+±]\d+(?:[.,-]\d+)*+%?"
_RUN = rf"{_BEGINS}(?:{_SIGN_FIRST}|{_SIGN_LAST}|{_NEGATIVE})(?![{_LATIN}\d_(\[+#]|-[{_LATIN}\d])"
# Tags, addresses, escapes, HTML, and what is isolated already.
_KEPT = rf"{TAG.pattern}|[\u2066-\u2068][^\u2066-\u2069]*+\u2069|\]\([^)]*+\)|\w+://\S+|\\.|<[^<>]*+>"
# What every run has: most texts have none, and are done.
_SIGN_BESIDE = re.compile(rf"[.#@$/+±-][{_LATIN}\d]|[{_LATIN}\d.-][+#(]")
_KEPT_OR_RUN = re.compile(rf"(?:{_KEPT})|(?P<run>{_RUN})")


def isolate_ltr(text: str, target_language: str) -> str:
    """`text` with an isolate around each left-to-right run whose signs would jump.

    Nothing changes for a left-to-right language, inside `<x1/>`, an address or an isolate; doing it twice
    is doing it once.
    """
    if not (is_right_to_left(target_language) and _SIGN_BESIDE.search(text)):
        return text
    return _KEPT_OR_RUN.sub(
        lambda found: f"{_OPEN}{found['run']}{ISOLATE_END}" if found["run"] else found[0], text
    )


def direction(pair: Pair) -> Iterator[str]:
    """Isolates are closed, and every run that needs one has it."""
    text = pair.translation
    # No isolate is printable, and most texts are.
    depths = [0, *accumulate(_DEPTH.get(sign, 0) for sign in ("" if text.isprintable() else text))]
    if not min(depths) == depths[-1] == 0:
        yield "an isolate (U+2066 to U+2069) is opened or closed without its other half"
    elif isolate_ltr(text, pair.target_language) != text:
        yield "a left-to-right run with a sign at its edge is not isolated"
