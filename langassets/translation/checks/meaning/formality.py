"""Formality: nobody is addressed in the other way than the glossary asks for, as far as pronouns tell."""

from collections.abc import Iterator

from langassets.translation.checks.data import read
from langassets.translation.checks.pair import Pair

_OTHER = {"formal": "informal", "informal": "formal"}


def formality(pair: Pair) -> Iterator[str]:
    """No pronoun of the way that was not asked for; nothing where none was."""
    if pair.formality not in _OTHER:
        return
    other = read("formality")[_OTHER[pair.formality]].get(pair.target, "").split()
    found = {*pair.words, *(word.lower() for word in pair.words)}.intersection(other)
    if found:
        yield f"{min(found)!r} addresses the reader in another way than {pair.formality}"
