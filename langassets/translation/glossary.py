"""The glossary: which terms have a set translation, and which stay as they are.

A CSV file with the columns `term`, `language`, `translation`, and `note` if it likes. `language` is a code,
or `*` for all; an empty translation means: leave the term as it is, and `a|b`: either. A note is for the
model: what the term means here, or, in a row without a term, how the language is to be written.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from langassets.errors import InputError
from langassets.locales import is_language_code, tag_of
from langassets.translation.types import Term

_COLUMNS = ("term", "language", "translation")
_NOTE = "note"
_EITHER = "|"
# How readers are addressed, in a row without a term; nothing leaves it to the model.
_ADDRESSES = ("", "formal", "informal")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Glossary:
    """Terms by target language (BCP-47 tag, or `*` for all)."""

    terms: Mapping[str, tuple[Term, ...]] = field(default_factory=dict)
    _by_word: dict[str, "_ByWord"] = field(default_factory=dict, repr=False, compare=False)

    def terms_for(self, target_language: str) -> tuple[Term, ...]:
        """The terms that hold for a language, by their source; what is said for `pt-BR` goes before what
        is said for `pt`, and that before what is said for all."""
        chosen: dict[str, Term] = {}
        for key in ("*", target_language.split("-", maxsplit=1)[0], target_language):
            chosen.update({term.source: term for term in self.terms.get(key, ())})
        return tuple(chosen[source] for source in sorted(chosen))

    def terms_in(self, texts: Iterable[str], target_language: str) -> tuple[Term, ...]:
        """The terms that occur in `texts` as whole words, sorted by their source, and what is said of
        all texts.

        A term written in lower case is found in any case; one with a capital only as it stands, so that
        `Go`, the language, is not found in 'go on'.
        """
        if not self.terms:
            return ()
        by_word = self._by_word.get(target_language)
        if by_word is None:
            by_word = self._by_word[target_language] = _by_first_word(self.terms_for(target_language))
        found = {term.source: term for text in texts for term in _occurring(text, by_word)}
        return tuple(found[source] for source in sorted(found))


_ByWord = Mapping[str, Sequence[tuple[re.Pattern[str], Term]]]


def _by_first_word(terms: Iterable[Term]) -> _ByWord:
    """Terms by their first word, so that a long glossary costs a text no more than a short one; by '' those
    without any."""
    found = defaultdict[str, list[tuple[re.Pattern[str], Term]]](list)
    for term in terms:
        first = _WORD.search(term.source)
        found[first[0].casefold() if first else ""].append((_pattern(term.source), term))
    return found


def _occurring(text: str, by_word: _ByWord) -> Iterator[Term]:
    words = {word.casefold() for word in _WORD.findall(text)} | {""}
    for word in words & by_word.keys():
        yield from (term for pattern, term in by_word[word] if pattern.search(text))


def _pattern(term: str) -> re.Pattern[str]:
    """What finds a term in a text; no term is everywhere."""
    flags = re.NOFLAG if any(map(str.isupper, term)) else re.IGNORECASE
    # Not \b: a term may start or end with a sign, as C++ and .NET do.
    return re.compile(rf"(?<!\w){re.escape(term)}(?!\w)" if term else "", flags)


def load_glossary(path: Path | None) -> Glossary:
    """The glossary in a CSV file (UTF-8, with or without a mark at its start); an empty one for None.

    Raises InputError with one line for each row that is wrong, by its line number.
    """
    if path is None:
        return Glossary()
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return _read(csv.DictReader(file, skipinitialspace=True), path)
    except OSError as error:
        raise InputError(
            f"The glossary {path} cannot be read: {error.strerror}. Correct GLOSSARY_FILE."
        ) from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(
            f"The glossary {path} is not a CSV file in UTF-8: {error}. Save it as CSV UTF-8."
        ) from None


def _read(rows: "csv.DictReader[str]", path: Path) -> Glossary:
    header = [name.strip().lower() for name in rows.fieldnames or ()]
    if missing := [name for name in _COLUMNS if name not in header]:
        raise InputError(
            f"The glossary {path} lacks a column: {', '.join(missing)}. It has the columns term, "
            "language, translation; an empty translation leaves the term as it is. Add it to the first line."
        )
    rows.fieldnames = header
    terms: dict[str, dict[str, Term]] = defaultdict(dict)
    problems = []
    for row in rows:
        term, language, translation, note = ((row.get(name) or "").strip() for name in (*_COLUMNS, _NOTE))
        if not (term or language or translation or note):
            continue
        if None in row:
            problem = "more cells than columns; put a text with a comma between quotes"
        else:
            problem = _problem(term, language, translation, note) or ""
        if not problem and term in terms[_tag(language)]:
            problem = f"{term or 'a note for all texts'!r} is there twice for {language}"
        if problem:
            problems.append(f"  line {rows.line_num}: {problem}")
        else:
            terms[_tag(language)][term] = _term(term, translation, note)
    if problems:
        raise InputError("\n".join([f"The glossary {path} is wrong:", *problems]))
    return Glossary({language: tuple(found.values()) for language, found in terms.items()})


def _term(term: str, translation: str, note: str) -> Term:
    """A term with the wordings of its cell; `||` alone, or a mark at an end, is a wording itself."""
    wordings = [each.strip() for each in translation.split(_EITHER)]
    if not all(wordings):
        wordings = [translation]
    return Term(term, wordings[0] or None, tuple(wordings[1:]), note)


def _tag(language: str) -> str:
    return language if language == "*" else tag_of(language)


def _problem(term: str, language: str, translation: str, note: str) -> str | None:
    if not term and (translation not in _ADDRESSES or not (translation or note)):
        return "the term is empty; a row without one has a note, or formal or informal as its translation"
    if language != "*" and not is_language_code(language):
        return f"{language!r} is not a language code, nor * for all" if language else "the language is empty"
    return None
