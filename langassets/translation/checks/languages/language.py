"""The target's language, with 'cannot tell' as an answer."""

from collections.abc import Iterator
from functools import cache
from tempfile import gettempdir
from threading import Lock
from typing import Any

from langassets import lazy
from langassets.errors import PassingError
from langassets.locales import distance, english_name
from langassets.translation.checks.data import read
from langassets.translation.checks.pair import Pair, subtag_of
from langassets.translation.checks.scripts import script_of_letter, scripts_for

_RELATIVES = read("relatives")
_KNOWN: list[str] = _RELATIVES["labels"].split()
_FAMILIES = [frozenset(line.split()) for line in _RELATIVES["families"].splitlines()]
_LABELS = {"nb": "no", "fil": "tl", "iw": "he", "in": "id"}
# Measured on 18,000 translations of software by people: below 20 letters it begins to be wrong, above it was
# not once; three answers in four in a wrong language of the same script are named.
_LETTERS = 20
_SURE = 0.4
_UNLIKELY = 0.05
_NO_LANGUAGE = "zxx"
# CLDR's matching says 8 to 14 of `bs` and `hr`, `id` and `ms`, `lb` and `de`, `ltg` and `lv`.
_CLOSE = 14
_SEVERAL_SCRIPTS = {"sr"}
# Answers are checked in several threads: without it each would load a model of its own, 130 MB at a time.
_LOADING = Lock()


def language(pair: Pair) -> Iterator[str]:
    """Where the text is long enough to tell, and its letters do not tell it: no other language than the
    target's."""
    target = _LABELS.get(pair.target, pair.target)
    # What it learnt of a language was in its usual script: Punjabi in Arabic letters it calls Urdu.
    usual = scripts_for(pair.target_language) == scripts_for(pair.target) or pair.target in _SEVERAL_SCRIPTS
    if target not in _scripts() or not usual:
        return
    text = "".join(pair.new_words)
    letters = len(text) if text.isalpha() else sum(map(str.isalpha, text))
    if letters < _LETTERS or _is_told_by_letters(target, text, letters):
        return
    text = " ".join(pair.new_words)
    likely, _ = _identifier().classify(text)
    if likely in _relatives(target):
        return  # no share is more than twice its own: it is not unlikely, or none is sure
    likely, share = _with_shares().classify(text)
    if likely == _NO_LANGUAGE or share <= _SURE or likely in _relatives(target):
        return
    shares: dict[str, float] = dict(_with_shares().rank(text))
    if sum(shares.get(label, 0) for label in _relatives(target)) < _UNLIKELY:
        yield f"it reads like {english_name(likely)}, not {english_name(pair.target_language)}"


def load_identifier_for(target_language: str) -> None:
    """Load the identifier where a language's letters never tell it; raises `PassingError` like the check."""
    subtag = subtag_of(target_language)
    target = _LABELS.get(subtag, subtag)
    if target in _scripts() and not _own_scripts(target):
        _identifier()


def _is_told_by_letters(target: str, text: str, letters: int) -> bool:
    """Whether most letters of a text are of a script that only the target and its relatives have."""
    own = _own_scripts(target)
    if not own:
        return False
    return 2 * sum(text.count(letter) for letter in set(text) if script_of_letter(letter) in own) > letters


@cache
def _own_scripts(target: str) -> frozenset[str]:
    scripts = _scripts()
    others = (scripts[label] for label in scripts.keys() - _relatives(target))
    return scripts[target].difference(*others)


@cache
def _relatives(target: str) -> frozenset[str]:
    """The identifier's labels of a language, of those that it mixes up with it, and of those that CLDR says
    are close to it."""
    families = [family for family in _FAMILIES if target in family]
    near = (label for label in _scripts() if min(distance(target, label), distance(label, target)) <= _CLOSE)
    return frozenset({target}).union(near, *families)


@cache
def _scripts() -> dict[str, frozenset[str]]:
    """Each label of the identifier, with the scripts of that language."""
    return {label: scripts_for(label) for label in _KNOWN}


def _identifier() -> Any:
    with _LOADING:
        return _loaded()


@cache
def _with_shares() -> Any:
    """The same model, which says how likely each language is: few texts have need of that."""
    one = _identifier()
    parts = (one.nb_ptc, one.nb_pc, one.nb_classes, one.tk_nextmove, one.tk_output)
    return lazy.py3langid_langid.LanguageIdentifier(*parts, norm_probs=True, tk_row=one.tk_row)


@cache
def _loaded() -> Any:
    langid = lazy.py3langid_langid
    try:
        return langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE)
    except OSError as error:  # it unpacks 68 MB into a file first
        raise PassingError(
            f"The language identifier's model cannot be unpacked into {gettempdir()} ({error.strerror}): "
            "free some space there, or point TMPDIR at another disk."
        ) from error
