"""By what each object of a language would be made today: what tells whether a change concerns it."""

from collections.abc import Iterator, Mapping, Sequence

from langassets.database.connection import reading
from langassets.database.content.content_texts import ContentTexts, kept_texts
from langassets.database.translations.wording import Worded, worded_by_people
from langassets.jobs.lessons import DesiredContent, documents
from langassets.locales import tag_of
from langassets.services import Services
from langassets.translation.object_recipe import (
    ObjectRecipe,
    packed,
    short_hash,
    terms_digest,
    unpacked,
    worded_digest,
)
from langassets.translation.recipes import text_hash

Known = Mapping[DesiredContent, ObjectRecipe]
"""By what the object of each content was made, as the manifest has it."""


class ObjectRecipes:
    """Today's recipes of the objects of one language; `today` is the part that they share."""

    def __init__(self, services: Services, language: str, today: ObjectRecipe) -> None:
        self._services = services
        self._target = tag_of(language)
        self._today = today
        self.read: list[ContentTexts] = []
        """The texts of contents that had to be read, for they were not known."""

    def of(self, known: Known) -> dict[DesiredContent, ObjectRecipe]:
        """Today's recipe for each content; what has no content that can be used is left out.

        The lessons themselves are read only where the glossary has changed, or where it is not known of which
        texts they consist.
        """
        worded = worded_by_people(self._services.data, self._services.recipes, {self._target})[self._target]
        found = dict(self._from_kept_texts(known, worded))
        found.update(self._from_lessons([want for want in known if want not in found], worded))
        return found

    def _from_kept_texts(self, known: Known, worded: Worded) -> Iterator[tuple[DesiredContent, ObjectRecipe]]:
        wanted = {
            (want.lesson, want.content_type): want
            for want, before in known.items()
            if self._has_terms(before)
        }
        if not wanted:
            return
        with reading(self._services.data) as connection:
            for kept in kept_texts(connection):
                want = wanted.get((kept.lesson, kept.content_type))
                if want and want.source_hash == kept.source_hash:
                    said = worded.get(tag_of(want.source_language), {})
                    digest = worded_digest(unpacked(kept.texts), said) if said else ""
                    terms = known[want].terms if self._today.glossary else ""
                    yield want, self._today._replace(terms=terms, worded=digest)

    def _from_lessons(
        self, wanted: Sequence[DesiredContent], worded: Worded
    ) -> Iterator[tuple[DesiredContent, ObjectRecipe]]:
        for want, content in documents(self._services.data, wanted):
            self.read.append(content_texts(want, content.texts))
            said = worded.get(content.source_language, {})
            yield want, recipe_of(self._services, self._target, self._today, content.texts, said)

    def _has_terms(self, before: ObjectRecipe) -> bool:
        """Whether the glossary's terms in an object's texts are known without reading them."""
        return not self._today.glossary or (before.is_whole and before.glossary == self._today.glossary)


def recipe_of(
    services: Services, target: str, today: ObjectRecipe, texts: Sequence[str], worded: Mapping[str, str]
) -> ObjectRecipe:
    """Today's recipe of an object in `target` (a tag), with the parts for its `texts`."""
    return today._replace(
        terms=terms_digest(services.glossary.terms_in(texts, target)),
        worded=worded_digest(map(_short, texts), worded) if worded else "",
    )


def content_texts(want: DesiredContent, texts: Sequence[str]) -> ContentTexts:
    """The texts of a content, to be kept."""
    return ContentTexts(want.lesson, want.content_type, want.source_hash, packed(map(_short, texts)))


def _short(text: str) -> str:
    return short_hash(text_hash(text))
