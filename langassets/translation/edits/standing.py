"""What of people's edits stands in a document, and what of it stands beside."""

from collections.abc import Iterable

from langassets.errors import InputError
from langassets.translation.documents.document import Document
from langassets.translation.documents.places import source_hash
from langassets.translation.edits.placing import Edit, beside, place_edits
from langassets.translation.types import Wording


def worded_places(source: Document, edits: Iterable[Edit]) -> dict[int, Wording]:
    """What people wrote for places of a document: of their edits those that stand and can be written."""
    every = list(edits)
    if not every:
        return {}
    slots = [slot for _, part in source.parts for slot in part.slots]
    standing = place_edits(every, [source_hash(slot.segment.text) for slot in slots]).standing
    found = {}
    for place, edit in standing.items():
        try:
            slots[place].render_wording(edit.wording)
        except InputError:
            continue  # a line with a pipe that has come to stand above dashes; it waits until that has gone
        found[place] = edit.wording
    return found


def outdated_beside(source: Document, edits: Iterable[Edit]) -> list[tuple[str, Edit]]:
    """Edits whose segment is not in a document any more, each with the text that has taken its place; those
    for which there is none are left out."""
    texts = [segment.text for segment in source.placed]
    sources = [source_hash(text) for text in texts]
    placed = place_edits(edits, sources)
    near = [(edit, beside(edit, sources, texts, placed.standing)) for edit in placed.outdated]
    return [(texts[place], edit) for edit, place in near if place is not None]
