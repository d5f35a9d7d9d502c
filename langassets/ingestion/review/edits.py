"""People's edits of segments that have changed since: what is offered beside the new translation."""

from collections import defaultdict

import sqlalchemy as sa

from langassets.database.connection import reading
from langassets.database.content.lessons import content_data, lessons
from langassets.database.translations.edits import Content, every_edit
from langassets.errors import InputError
from langassets.locales import is_language_code, tag_of
from langassets.translation.documents.document import document
from langassets.translation.edits.placing import Edit
from langassets.translation.edits.standing import outdated_beside

Outdated = dict[tuple[str, str], list[Edit]]
"""Edits by what has taken the place of their segments: source language (a tag) and text."""


def outdated_edits(data: sa.Engine, language: str) -> Outdated:
    """Edits of one language (a tag) that stand nowhere any more, since what they are of has changed."""
    found: Outdated = defaultdict(list)
    with reading(data) as connection:
        edits = every_edit(connection, language)
        if not edits:
            return {}
        written = {
            lesson.id: lesson.language for lesson in lessons(connection) if is_language_code(lesson.language)
        }
        wanted = [(content.lesson, content.content_type) for content in edits if content.lesson in written]
        for lesson, content_type, value in content_data(connection, wanted):
            if not isinstance(value, dict):
                continue
            try:
                cut = document(content_type, value, tag_of(written[lesson]))
            except InputError:
                continue
            for text, edit in outdated_beside(cut, edits[Content(language, lesson, content_type)]):
                found[cut.source_language, text].append(edit)
    return dict(found)


def in_words(edit: Edit) -> str:
    """An edit as a reviewer reads it, with protected parts of the person's own in their places."""
    text = edit.wording.text
    for number, part in edit.wording.parts.items():
        text = text.replace(f"<x{number}/>", part)
    return f"a person's words for the earlier text {edit.source_text!r}: {text}"
