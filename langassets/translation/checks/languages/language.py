"""The target's script and the target's language, with 'cannot tell' as an answer."""

from collections.abc import Iterator
from functools import cache
from threading import Lock
from typing import Any

from langassets.locales import english_name, same_language
from langassets.translation.checks.languages.scripts import NAMES, script_name, scripts_for, scripts_in
from langassets.translation.checks.languages.untranslated import may_stay
from langassets.translation.checks.pair import Pair

# Languages that an identifier mixes up (py3langid's own labels): one of them speaks for all.
_FAMILY_LINES = """
    id ms jv
    hr bs sr sl mk bg
    cs sk
    da no nn sv fo
    es gl ca an oc ext
    pt gl
    it lij vec
    fr oc wa gcf gcr lb br
    ru uk be bg
    hi mr ne sa gom
    ar arz ary
    fa ps sdh ku uzs
    he hbo
    zh yue wuu
    nl af fy lb
    et fi
    tr az crh tk
    kk ky tt ba
    en pcm
"""
_FAMILIES = [frozenset(line.split()) for line in _FAMILY_LINES.split("\n")]
_LABELS = {"nb": "no", "fil": "tl", "iw": "he", "in": "id"}
# Measured on 18,000 translations of software by people: below 20 letters it begins to be wrong, above it was
# not once; three answers in four in a wrong language of the same script are named.
_LETTERS = 20
_SURE = 0.4
_UNLIKELY = 0.05
# Answers are checked in several threads: without it each would load a model of its own, 130 MB at a time.
_LOADING = Lock()


def script(pair: Pair) -> Iterator[str]:
    """Letters of the target's script where there is something to say, and of no third one."""
    counts, expected = scripts_in(pair.prose), scripts_for(pair.target_language)
    allowed = expected | scripts_in(pair.source_prose).keys() | {"Latn"}
    strangers = [name for name in counts if name not in allowed and not (name == "Grek" and counts[name] < 4)]
    if strangers:
        yield f"there are {NAMES.get(strangers[0], strangers[0])} letters in it"
    if "Latn" in expected or same_language(pair.source_language, pair.target_language):
        return
    own = [word.lower() for word in pair.source_words]
    foreign = [word for word in pair.words if "Latn" in scripts_in(word) and word.lower() not in own]
    if not expected & counts.keys():
        if foreign or not may_stay(pair):
            yield f"there is no {script_name(pair.target_language)} letter in it"
    elif len(foreign) > 3 and len(foreign) * 2 > len(pair.words):
        yield f"most of it is not in {script_name(pair.target_language)} letters"


def language(pair: Pair) -> Iterator[str]:
    """Where the text is long enough to tell: no other language than the target's."""
    identifier = _identifier()
    target = _LABELS.get(pair.target, pair.target)
    if target not in _known():
        return
    own = {word.lower() for word in pair.source_words}
    text = " ".join(word for word in pair.words if word.lower() not in own)
    if sum(map(str.isalpha, text)) < _LETTERS:
        return
    ranking: list[tuple[str, float]] = identifier.rank(text)
    likely, share = ranking[0]  # zxx: no language at all
    relatives = {target}.union(*(family for family in _FAMILIES if target in family))
    if (
        likely != "zxx"
        and share > _SURE
        and sum(dict(ranking)[label] for label in relatives & _known()) < _UNLIKELY
    ):
        yield f"it reads like {english_name(likely)}, not {english_name(pair.target_language)}"


def _identifier() -> Any:
    with _LOADING:
        return _loaded()


@cache
def _loaded() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


@cache
def _known() -> frozenset[str]:
    """The labels that the identifier uses."""
    return frozenset(_identifier().labels)
