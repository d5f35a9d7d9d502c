"""Words that are foreign to the text around them: in another alphabet, or in two that look alike."""

import re
from collections.abc import Iterator
from itertools import groupby

from langassets.locales import same_language
from langassets.translation.checks.data import read
from langassets.translation.checks.pair import Pair
from langassets.translation.checks.scripts import script_of_letter, scripts_for

_LOOKALIKES: dict[str, dict[str, str]] = read("relatives")["lookalikes"]
# A Latin letter beside a Greek, Cyrillic or Armenian one: most texts have none, and are done.
_MIXED = re.compile("[a-zA-Z][\u0370-\u058f]|[\u0370-\u058f][a-zA-Z]")
_ALPHABETS = frozenset({"Grek", "Copt", "Cyrl", "Armn"})
# A word in small Latin letters that is no unit: `5 km`, `10 min`.
_LATIN_WORD = re.compile(r"(?<![\w./\\@#:-])(?<!\d )[a-z]{3,}(?![\w./\\@:-])")
# So much of a word's beginning is its stem: `notebook` for `notebooks`, `validate` for `validation`.
_STEM = 4


def foreign(pair: Pair) -> Iterator[str]:
    """No word of letters that only look like the target's, no Latin word that the source does not have."""
    if not _ALPHABETS.isdisjoint(pair.scripts) and _MIXED.search(pair.prose):
        mixed = (word for word in pair.words if _is_mixed(word, pair))
        yield from (f"there are letters of two alphabets in {word!r}" for word in mixed)
    expected = scripts_for(pair.target_language)
    if not expected or "Latn" in expected or same_language(pair.source_language, pair.target_language):
        return
    found = _LATIN_WORD.findall(pair.prose) if "Latn" in pair.scripts else ()
    if not found:
        return
    known = [word for word in pair.source_vocabulary if len(word) > 2]
    stems = tuple(word[:_STEM] for word in known)
    for word in found:
        if not word.startswith(stems) and not any(word in longer for longer in known):
            yield f"there is a word of another language in it: {word!r}"
            return


def _is_mixed(word: str, pair: Pair) -> bool:
    """Whether one alphabet's few letters in a word look like another's; `PDFов` is a name and its ending."""
    if not _MIXED.search(word) or word.lower() in pair.source_vocabulary:
        return False
    runs = [(script, "".join(run)) for script, run in groupby(word, script_of_letter) if script]
    names = (run for script, run in runs if script == "Latn" and len(run) > 1)
    if any(run.isupper() or run.lower() in pair.source_vocabulary for run in names):
        return False
    letters = {script: "".join(run for of, run in runs if of == script) for script, _ in runs}
    few, *_, many = sorted(letters, key=lambda script: len(letters[script]))
    return set(letters[few]) <= set(_LOOKALIKES.get(few, {}).get(many, ""))
