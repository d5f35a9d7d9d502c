"""The target's language, with 'cannot tell' as an answer."""

from collections.abc import Iterator
from functools import cache
from threading import Lock
from typing import Any

from langassets import lazy
from langassets.locales import english_name
from langassets.translation.checks.data import read
from langassets.translation.checks.languages.scripts import scripts_for
from langassets.translation.checks.pair import Pair

_FAMILIES = [frozenset(line.split()) for line in read("relatives")["families"].splitlines()]
_LABELS = {"nb": "no", "fil": "tl", "iw": "he", "in": "id"}
# Measured on 18,000 translations of software by people: below 20 letters it begins to be wrong, above it was
# not once; three answers in four in a wrong language of the same script are named.
_LETTERS = 20
_SURE = 0.4
_UNLIKELY = 0.05
_NO_LANGUAGE = "zxx"
_SEVERAL_SCRIPTS = {"sr"}
# Answers are checked in several threads: without it each would load a model of its own, 130 MB at a time.
_LOADING = Lock()


def language(pair: Pair) -> Iterator[str]:
    """Where the text is long enough to tell: no other language than the target's."""
    identifier = _identifier()
    target = _LABELS.get(pair.target, pair.target)
    # What it learnt of a language was in its usual script: Punjabi in Arabic letters it calls Urdu.
    usual = scripts_for(pair.target_language) == scripts_for(pair.target) or pair.target in _SEVERAL_SCRIPTS
    if target not in identifier.labels or not usual:
        return
    text = " ".join(word for word in pair.words if word.lower() not in pair.source_vocabulary)
    if sum(map(str.isalpha, text)) < _LETTERS:
        return
    shares: dict[str, float] = dict(identifier.rank(text))
    likely = max(shares, key=shares.__getitem__)
    if likely == _NO_LANGUAGE or shares[likely] <= _SURE:
        return
    relatives = {target}.union(*(family for family in _FAMILIES if target in family))
    if sum(shares.get(label, 0) for label in relatives) < _UNLIKELY:
        yield f"it reads like {english_name(likely)}, not {english_name(pair.target_language)}"


def _identifier() -> Any:
    with _LOADING:
        return _loaded()


@cache
def _loaded() -> Any:
    langid = lazy.py3langid_langid
    return langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)
