"""By what a translation was made: what it is found by in memory, and what makes a stored lesson stale.

A segment's recipe covers what shapes its translation: provider, model, prompt version, and those of the
glossary's terms that occur in it, so that a new term makes only the segments stale that hold it.
"""

import hashlib
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from langassets.translation.glossary import Glossary
from langassets.translation.object_recipe import ObjectRecipe, digest
from langassets.translation.providers.prompts import PROMPT_VERSION
from langassets.translation.types import MemoryKey, Model

CUT_VERSION = "1"
"""Raise it when lessons are cut into other texts than before: what is known of stored objects' texts is then
not held against them any more, and they are made again where anything has changed."""

ANY_RECIPE = ""
"""The recipe of translations that a person approved or imported: they hold whatever makes the others."""


def text_hash(text: str) -> str:
    """SHA-256 of a segment's text, in hexadecimal: what the memory looks it up by."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True)
class Recipes:
    """The recipes in force: one for each provider that may translate in this run, the preferred one first.

    `models` are pairs of provider and model. With `ignores_model`, translations by another model of the
    same provider are as good as its own.
    """

    models: tuple[tuple[str, str], ...]
    glossary: Glossary = field(default_factory=Glossary)
    ignores_model: bool = False

    @cached_property
    def _without_terms(self) -> Sequence[str]:
        """What nearly all texts are made by, whatever they say."""
        return tuple(self._recipe(*model, ()) for model in self.models)

    @classmethod
    def of(
        cls, providers: Sequence[Model], glossary: Glossary | None = None, *, ignores_model: bool = False
    ) -> "Recipes":
        """The recipes of `providers`, as `open_providers` gives them."""
        models = tuple((provider.name, provider.model) for provider in providers)
        return cls(models, glossary or Glossary(), ignores_model)

    def keys(self, text: str, source_language: str, target_language: str) -> tuple[MemoryKey, ...]:
        """What a text may be found by in memory: one key for each provider, the preferred one's first."""
        terms = [term.parts for term in self.glossary.terms_in([text], target_language)]
        recipes = [self._recipe(*model, terms) for model in self.models] if terms else self._without_terms
        return tuple([MemoryKey(text, source_language, target_language, recipe) for recipe in recipes])

    def of_object(self, target_language: str, approved: str = "") -> ObjectRecipe:
        """What the recipes of all objects of a language share, without the parts for an object's texts. While
        its `language` is the same, none of them is stale.

        `approved` is the memory's `approved_state` for the language: with it, imported translations reach
        lessons that are already stored.
        """
        terms = [term.parts for term in self.glossary.terms_for(target_language)]
        whole = self._recipe(*self.models[0], [terms, approved])
        return ObjectRecipe(whole, self.made_by(*self.models[0]), digest(terms))

    def made_by(self, provider: str, model: str) -> str:
        """The part of an object's recipe that says by which model it was made, were it this one."""
        return digest([provider, "" if self.ignores_model else model, PROMPT_VERSION, CUT_VERSION])

    def _recipe(self, provider: str, model: str, more: Sequence[object]) -> str:
        return digest([provider, "" if self.ignores_model else model, PROMPT_VERSION, list(more)], 16)


def remembered(
    texts: Iterable[str],
    source_language: str,
    target_language: str,
    recipes: Recipes,
    known: Container[MemoryKey],
) -> bool:
    """Whether `known` (see `DatabaseMemory.known`) holds a translation of every text: then the lesson can be
    made again without a request."""
    return all(
        any(key in known for key in recipes.keys(text, source_language, target_language)) for text in texts
    )
