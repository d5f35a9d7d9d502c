"""Hypothesis strategies: messages of ICU MessageFormat, and what they are made of."""

from hypothesis import strategies as st

WORDS = st.sampled_from(
    ["word", "Two words", "it''s", "l'été", "{name}", "{d, date, short}", "'{'x'}'", "`#`"]
)
_NAMES = st.sampled_from(["n", "user_2", "0", "a.b"])
_CATEGORIES = ["=0", "=1", "zero", "one", "two", "few", "many"]


def _text(within: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(st.one_of(within, WORDS), min_size=1, max_size=3).map(" ".join)


def _argument(texts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    number = st.one_of(texts, texts.map("# {}".format))
    selectors = st.lists(st.sampled_from(_CATEGORIES), unique=True, max_size=3)
    kinds = st.sampled_from(["plural,", "plural, offset:1", "selectordinal,"])
    plural = st.builds(_written, _NAMES, kinds, selectors, st.lists(number, min_size=4, max_size=4))
    genders = st.lists(st.sampled_from(["male", "female", "no-one"]), unique=True, max_size=3)
    select = st.builds(_written, _NAMES, st.just("select,"), genders, st.lists(texts, min_size=4, max_size=4))
    return st.one_of(plural, select)


def _written(name: str, kind: str, selectors: list[str], texts: list[str]) -> str:
    branches = zip([*selectors, "other"], texts, strict=False)
    return f"{{{name}, {kind} {' '.join(f'{one} {{{text}}}' for one, text in branches)}}}"


ARGUMENTS = st.recursive(_argument(_text(WORDS)), lambda within: _argument(_text(within)), max_leaves=3)
MESSAGES = _text(ARGUMENTS)
