"""Where each segment of a text stands: a document cut at everything that is not prose."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from markdown_it.rules_block.html_block import HTML_SEQUENCES

from langassets.translation.icu import ICU, Argument, Branch, argument_at, categories, own_parts
from langassets.translation.markdown import escaping
from langassets.translation.markdown.blocks import Kind, leaves_of
from langassets.translation.markdown.escaping import BELOW_HEAD, HEADING, LINE, TAG, Context
from langassets.translation.markdown.front_matter import blanked, front_matter
from langassets.translation.markdown.html import sentences_of, tags_of
from langassets.translation.markdown.inline import BlockText, Part, protected_parts, tagged_text
from langassets.translation.markdown.patterns import Syntax
from langassets.translation.markdown.pieces import Embedded, Inset, Piece, Slot, replaced
from langassets.translation.markdown.stretches import stretches_of
from langassets.translation.markdown.trimming import trimmed
from langassets.translation.markdown.values import Value
from langassets.translation.markdown.values.also import Also, labels_in, words_in
from langassets.translation.markdown.values.attributes import attributes_of, may_have_attributes
from langassets.translation.markdown.values.definitions import definition_title
from langassets.translation.types import Segment


class _Scope(NamedTuple):
    """What else is read in a text (`Also`), and the labels that its references define."""

    also: Collection[str] = ()
    references: frozenset[str] = frozenset()


_PLAIN_SCOPE = _Scope()


def markdown_pieces(source: str, also: Collection[str] = ()) -> list[Piece]:
    """The pieces of a Markdown document, front matter first; with those of what else is read (`Also`)."""
    end, values = front_matter(source)
    pieces: list[Piece] = []
    for value in values:
        if value.flows is not None:
            pieces += _embedded(value, _body(value.text, value.text, flows=value.flows))
        elif ICU.search(value.text):
            pieces += _embedded(value, plain_slots(value.text))
        else:
            pieces += _value_slot(value)
    return pieces + _body(source, blanked(source, end), also)


def plain_slots(source: str) -> Iterator[Slot]:
    """The slots of a text without markup: one for each line that says something; a message of ICU
    MessageFormat may have several."""
    waiting = [line.span() for line in re.finditer(r"[^\r\n]+", source)]
    heads = [head.start() for head in ICU.finditer(source)]
    found = [(start, argument.end) for start in heads if (argument := argument_at(source, start))]
    while waiting:
        lines = [waiting.pop(0)]
        while waiting and any(start < lines[-1][1] and waiting[0][0] < end for start, end in found):
            lines.append(waiting.pop(0))
        yield from _slots(BlockText(source, lines), escaping.PLAIN)


_READ_ALSO = {Kind.FENCE: (Also.DIAGRAMS, labels_in), Kind.FORMULA: (Also.FORMULAS, words_in)}


def _body(source: str, parsed: str, also: Collection[str] = (), *, flows: bool = True) -> list[Slot]:
    """The slots of a source whose blocks are those of `parsed`; unless it `flows`, each line is its own."""
    slots: list[Slot] = []
    leaves, references = leaves_of(parsed)
    scope = _Scope(also, references)
    for leaf in leaves:
        if leaf.kind is Kind.HTML:
            slots += _html_slots(BlockText(source, leaf.lines), scope)
        elif leaf.kind is Kind.DEFINITION:
            title = definition_title(BlockText(source, leaf.lines))
            slots += _value_slot(title) if title else ()
        elif also and leaf.kind in _READ_ALSO and _READ_ALSO[leaf.kind][0] in also:
            block = BlockText(source, leaf.lines)
            for value in _READ_ALSO[leaf.kind][1](block.content):
                slots += _value_slot(Value(*block.span(value.start, value.end), value.text, value.write))
        for lines, context in stretches_of(source, leaf):
            for text in [lines] if flows else [[line] for line in lines]:
                slots += _slots(BlockText(source, text), context, scope)
    return slots


def _embedded(value: Value, slots: Iterable[Slot]) -> list[Embedded]:
    pieces = tuple(slots)
    return [Embedded(value.start, value.end, value.text, pieces, value.write)] if pieces else []


def _value_slot(value: Value) -> Iterator[Slot]:
    said = value.text.strip()
    text = " ".join(said.split())
    start, end = value.text.split(said, 1) if said else ("", "")
    block = BlockText(text, [(0, len(text))])
    for slot in _slot(block, protected_parts(block, Syntax.PLAIN), 0, len(text), escaping.PLAIN):
        write = partial(_within, value.write, start + text[: slot.start], text[slot.end :] + end)
        yield slot._replace(start=value.start, end=value.end, write=write)


def _within(write: Callable[[str], str], before: str, after: str, translation: str) -> str:
    return write(f"{before}{translation}{after}")


def _html_slots(block: BlockText, scope: _Scope) -> Sequence[Slot]:
    # CommonMark 4.6, kind 7: the tag that stands alone on the first line is what makes this HTML.
    first_line = block.content.split("\n", 1)[0]
    alone = len(first_line) if HTML_SEQUENCES[6][0].match(first_line) else 0
    tags = tags_of(block, protected_parts(block, Syntax.HTML))
    slots: list[Slot] = []
    for begin, end, within in sentences_of(block, tags):
        start = max(begin, alone)
        slots += _slot(block, [part for part in within if part.start >= start], start, end, escaping.HTML)
    return _with_values(block, [tag.part for tag in tags], slots, escaping.HTML, scope)


def _slots(block: BlockText, context: Context, scope: _Scope = _PLAIN_SCOPE) -> Sequence[Slot]:
    parts = protected_parts(block, context.syntax, scope.references)
    if context.branch is not None:
        parts = _with_own(block, parts, is_number=context.branch)
    slots = _slot(block, parts, 0, len(block.content), context)
    return _with_values(block, parts, slots, context, scope) if parts else slots


def _with_own(block: BlockText, parts: Sequence[Part], *, is_number: bool) -> list[Part]:
    """The parts of a branch, with what means something there alone."""
    parts = [part for part in parts if part.kind != "expression"]  # braces are the message's
    own = [
        one
        for one in own_parts(block.content, is_number=is_number)
        if not any(part.start <= one[0] < part.end for part in parts)
    ]
    kept = [part for part in parts if not any(start <= part.start < end for start, end in own)]
    return sorted([*kept, *(block.part(*one, "own") for one in own)], key=lambda part: part.start)


def _with_values(
    block: BlockText, parts: Iterable[Part], slots: Sequence[Slot], context: Context, scope: _Scope
) -> Sequence[Slot]:
    """`slots` of a block, with those for attributes, words of formulas and branches that its parts
    hold: within them, or beside them."""
    found: list[Slot] = []
    # In a plain text a tag may be anything; in a title its quotes would end that.
    reads = context.syntax is not Syntax.PLAIN and context != escaping.TITLE
    for part in parts:
        if part.kind == "icu":
            found += _branches(block, part.start, context, scope)
        elif reads and (part.kind == "math" or may_have_attributes(part.kind, part.text)):
            found += _values_in(block, part, scope.also)
    if not found:
        return slots
    for slot in slots:
        within = [one for one in found if slot.start <= one.start < slot.end]
        found = [one for one in found if one not in within]
        found.append(_holding(slot, within, scope, reads=reads) if within else slot)
    return sorted(found, key=lambda slot: slot.start)


def _values_of(kind: str, text: str, also: Collection[str]) -> Iterator[Value]:
    return words_in(text) if kind == "math" and Also.FORMULAS in also else attributes_of(kind, text, also)


def _values_in(block: BlockText, part: Part, also: Collection[str]) -> Iterator[Slot]:
    # A tag that comes to stand alone on one line would begin a block of HTML.
    begins_line = not block.content[: part.start].rpartition("\n")[2].strip()
    for value in _values_of(part.kind, block.content[part.start : part.end], also):
        start, end = part.start + value.start, part.start + value.end
        line_end = _LINE_END.search(block.part(start, end, "hard").text) if begins_line else None
        # Where a quote begins the next line, and no word that means more.
        write = partial(_on_lines, value.write, line_end[0]) if line_end else value.write
        yield from _value_slot(Value(*block.span(start, end), value.text, write))


_LINE_END = re.compile(r"(?:\r\n|\r|\n)[ \t>]*")


def _on_lines(write: Callable[[str], str], line_end: str, translation: str) -> str:
    return write(translation) + line_end


def _holding(slot: Slot, within: Sequence[Slot], scope: _Scope, *, reads: bool) -> Slot:
    """A slot with others in its protected parts, where they are found again; those that it is known by have
    nothing in their places."""
    waiting = iter(within)
    insets: list[Inset] = []
    protected: list[str] = []
    for index, part in enumerate(slot.parts):
        places = list(_places(slot, part, scope)) if reads or part.kind == "icu" else []
        insets += [Inset(index, start, end, next(waiting)) for start, end, _ in places]
        protected.append(replaced(part.text, places))
    return slot._replace(segment=Segment(slot.segment.text, tuple(protected)), within=tuple(insets))


def _places(slot: Slot, part: Part, scope: _Scope) -> Iterator[tuple[int, int, str]]:
    """Where in a part's text its attributes or branches are, and what nothing in their place is."""
    if part.kind == "icu":
        block = BlockText(part.text, [(0, len(part.text))])
        for one in _branches(block, 0, slot.context, _Scope(scope.also)):
            yield one.start, one.end, ""
        return
    for value in _values_of(part.kind, part.text, scope.also):
        if any(_value_slot(value)):
            yield value.start, value.end, value.write("")


def _branches(block: BlockText, start: int, context: Context, scope: _Scope) -> Iterator[Slot]:
    """The slots of the branches of the argument at `start`."""
    argument = argument_at(block.content, start)
    copies: tuple[Branch, ...] = ()
    for branch in argument.branches if argument else ():
        if argument and branch not in copies:
            within = replace(context, first=None, last=None, begins_line=False, branch=argument.is_number)
            slots = _slots(block.within(branch.start, branch.end), within, scope)
            if branch.selector == "other" and argument.is_number and _is_simple(block, branch, slots):
                copies = argument.copies_of(block.content, branch)
                slots = [_other(block, argument, branch, slots[0], copies)]
            yield from slots


def _is_simple(block: BlockText, branch: Branch, slots: Sequence[Slot]) -> bool:
    is_one = len(slots) == 1 and not (slots[0].within or slots[0].write)
    return is_one and "\n" not in block.content[branch.start : branch.end]


def _other(
    block: BlockText, argument: Argument, branch: Branch, slot: Slot, copies: Sequence[Branch]
) -> Slot:
    """The slot of the branch that all other numbers have, which is written once for each further category
    that a language has; what was written so stands in its place."""
    text, first = block.content[branch.start : branch.end], slot.start - block.at(branch.start)
    last = first + slot.end - slot.start
    present = {one.selector for one in argument.branches if one not in copies}

    def in_language(language: str) -> Callable[[str], str]:
        missing = [one for one in categories(argument.kind, language) if one not in present]
        return lambda said: said + "".join(f"{text[last:]}}} {one} {{{text[:first]}{said}" for one in missing)

    end = block.at(copies[-1].end) - (len(text) - last) if copies else slot.end
    return slot._replace(end=end, in_language=in_language)


_LETTER = re.compile(r"[^\W\d_]")


def _slot(block: BlockText, parts: Sequence[Part], start: int, end: int, context: Context) -> list[Slot]:
    """The slot between two offsets of the content, if there is something to translate."""
    if not _LETTER.search(block.content, start, end):
        return []
    kept, start, end = trimmed(block.content, parts, start, end)
    text = tagged_text(block.content, kept, start, end)
    if parts and not _LETTER.search(TAG.sub("", text)):
        return []
    first, last = block.at(start), block.at(end)
    if (context is LINE or context is HEADING or context is BELOW_HEAD) and block.is_above_dashes(last):
        flows = any("|" in part.text for part in kept) and "\n" in block.content[start:end]
        context = escaping.NOWHERE if flows else replace(escaping.ABOVE_DASHES, first=context.first)
    if context.branch is not None or (kept and any(part.kind == "icu" for part in kept)):
        text, context = text.replace("''", "'"), replace(context, in_message=True)
    segment = Segment(text, tuple([part.text for part in kept]) if kept else ())
    return [Slot(first, last, segment, tuple(kept), context)]
