"""Two versions of a sequence held against each other: which element now is which one before. Pure.

What stands once in both is an anchor, wherever it stands; what is equal more than once goes by its order
between anchors; the rest by likeness, and where there are as many now as there were between two anchors, by
their order. What may be one or another is neither.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

from langassets.translation.documents.former import LIKE, like

# So much more than any other an element is like the one that it is taken for.
_MARGIN = 0.15
# Texts of up to so many words are held against each other by their letters, as `like` does.
_FEW = 2
# Elements held against each other by likeness: 40 that went and 40 that came.
_MOST_PAIRS = 1600

Pairs = dict[int, int]
"""Places before, by the place now."""
Text = Callable[[int], str]
"""What stands at a place; '' where that is not known."""


def aligned(
    before: Sequence[str],
    now: Sequence[str],
    text_before: Text = lambda _: "",
    text_now: Text = lambda _: "",
) -> Pairs:
    """Which element of `before` each of `now` is; both are given by hashes, the texts for likeness apart.
    What is not there was added; what no place stands for was taken out, or is not to be told."""
    pairs = _anchors(before, now)
    pairs |= _repeated(before, now, pairs)
    if len(pairs) == len(before) or len(pairs) == len(now):
        return pairs
    were = set(pairs.values())
    gone = {place: text_before(place) for place in range(len(before)) if place not in were}
    new = {place: text_now(place) for place in range(len(now)) if place not in pairs}
    alike = _likeness(gone, new)
    found = _likest(alike, gone, new)
    for was, stands in _gaps(len(before), len(now), in_order(pairs)):
        lost = [place for place in was if place in gone]
        came = [place for place in stands if place in new]
        if len(lost) == len(came):
            by_order = dict(zip(came, lost, strict=True))
            if not _contradicted(by_order, alike, gone, new):
                found |= by_order
    return pairs | found


def in_order(pairs: Mapping[int, int]) -> list[tuple[int, int]]:
    """The longest part of some pairs (before, now) that stands in the same order in both."""
    ends: list[int] = []
    chains: list[tuple[tuple[int, int], int]] = []
    last: list[int] = []
    for now in sorted(pairs):
        at = bisect_left(ends, pairs[now])
        chains.append(((pairs[now], now), last[at - 1] if at else -1))
        ends[at : at + 1] = [pairs[now]]
        last[at : at + 1] = [len(chains) - 1]
    found = []
    link = last[-1] if last else -1
    while link >= 0:
        pair, link = chains[link]
        found.append(pair)
    return found[::-1]


def _anchors(before: Sequence[str], now: Sequence[str]) -> Pairs:
    were, are = _by_element(before, range(len(before))), _by_element(now, range(len(now)))
    both = [(were[one], are[one]) for one in are.keys() & were.keys()]
    return {stands[0]: was[0] for was, stands in both if len(was) == len(stands) == 1}


def _by_element(every: Sequence[str], places: Iterable[int]) -> dict[str, list[int]]:
    found = defaultdict[str, list[int]](list)
    for place in places:
        found[every[place]].append(place)
    return found


def _repeated(before: Sequence[str], now: Sequence[str], anchors: Pairs) -> Pairs:
    """What is equal more than once: in its order, between anchors that have it as often on both sides."""
    found: Pairs = {}
    for was, stands in _gaps(len(before), len(now), in_order(anchors)):
        were = _by_element(before, was)
        for one, places in _by_element(now, (place for place in stands if place not in anchors)).items():
            if len(places) == len(were.get(one, ())):
                found.update(zip(places, were[one], strict=True))
            elif len(was) == len(stands):  # one of several that say the same says something else by now
                offset = was.start - stands.start
                found |= {place: place + offset for place in places if before[place + offset] == one}
    return found


def _gaps(before: int, now: int, order: Sequence[tuple[int, int]]) -> Iterator[tuple[range, range]]:
    """What lies between pairs that stand in order."""
    for (was, stands), (next_was, next_stands) in pairwise([(-1, -1), *order, (before, now)]):
        yield range(was + 1, next_was), range(stands + 1, next_stands)


_Alike = Mapping[tuple[int, int], float]
_Texts = Mapping[int, str]


def _likeness(gone: _Texts, new: _Texts) -> _Alike:
    """How alike each that went is to each that came; what is not alike is left out."""
    if len(gone) * len(new) > _MOST_PAIRS:
        return {}
    found = {(one, other): like(gone[one], new[other]) for one in gone for other in new if gone[one]}
    return {pair: ratio for pair, ratio in found.items() if ratio >= LIKE}


def _likest(alike: _Alike, gone: _Texts, new: _Texts) -> Pairs:
    """Pairs that are like each other, clearly less like any other, and not more like two together, as what
    was split or joined is."""
    return {
        other: one
        for (one, other), ratio in alike.items()
        if all(
            rival + _MARGIN <= ratio
            for pair, rival in alike.items()
            if pair != (one, other) and (pair[0] == one or pair[1] == other)
        )
        and not _joined(one, other, gone, new)
    }


def _joined(one: int, other: int, gone: _Texts, new: _Texts) -> bool:
    """Whether something else that went or came has a part of a pair, as where it was split or joined."""
    was, stands = gone[one], new[other]
    came = [text for place, text in new.items() if place != other]
    went = [text for place, text in gone.items() if place != one and text]
    return bool(was) and (_has_part(was, stands, came) or _has_part(stands, was, went))


def _has_part(whole: str, version: str, others: Iterable[str]) -> bool:
    """Whether one of `others` has what a version of a text lacks, or most of it in a row; or makes the
    version more like the text where it is put before or behind it."""
    alone = like(whole, version)
    for other in others:
        if max(like(whole, f"{version} {other}"), like(whole, f"{other} {version}")) > alone:
            return True
        texts = whole, version, other
        by_words = min(len(text.split()) for text in texts) > _FEW
        units = [text.split() if by_words else list(text) for text in texts]
        lacking = _lacking(*units[:2])
        run = SequenceMatcher(None, lacking, units[2], autojunk=False).find_longest_match()
        if run.size >= max(2, len(lacking) / 2):
            return True
    return False


def _lacking(whole: Sequence[str], version: Sequence[str]) -> list[str]:
    matcher = SequenceMatcher(None, whole, version, autojunk=False)
    return [
        unit
        for tag, start, end, _, _ in matcher.get_opcodes()
        if tag in ("delete", "replace")
        for unit in whole[start:end]
    ]


def _contradicted(pairs: Pairs, alike: _Alike, gone: _Texts, new: _Texts) -> bool:
    """Whether something is more like what another is taken for, or like two of them together."""
    turned = {one: other for other, one in pairs.items()}
    for (one, other), ratio in alike.items():
        rivals = [(pairs[other], other)] if other in pairs else []
        rivals += [(one, turned[one])] if one in turned else []
        if (one, other) not in rivals and any(ratio > alike.get(rival, 0.0) for rival in rivals):
            return True
    return any(_joined(one, other, gone, new) for other, one in pairs.items())
