"""How often the checks refuse what is sound and pass what is not, over folders of real translations.

python -m benchmarks.checks ../shared/pairs                all languages but those set aside
python -m benchmarks.checks ../shared/pairs --set-aside    those alone, at the very end
python -m benchmarks.checks DIR --read to-read.txt         writes what was drawn and nobody has read;
                                                           its lines with verdicts go into verdicts.txt
DIR holds one folder of Markdown for each language, with the same names of files in each.
"""

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from benchmarks.checks.blocks import Block, blocks, languages
from benchmarks.checks.figures import part, read
from benchmarks.checks.verdicts import VERDICTS, drawn, set_aside, to_read, verdicts


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the refusals of each check by language, and what reading says of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--source", default="en", help="the folder of the sources, and their language")
    parser.add_argument("--language", action="append", help="these alone")
    parser.add_argument("--set-aside", action="store_true")
    parser.add_argument("--number", type=int, default=300, help="how many of each kind are drawn")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--read", type=Path, help="where to write what is to be read")
    given = parser.parse_args(arguments)
    chosen = given.language or [
        language
        for language in languages(given.folder, given.source)
        if (language in set_aside()) is given.set_aside
    ]
    every = {language: blocks(given.folder, given.source, language) for language in chosen}
    print("\n".join([*refusals(every), "", *judged(every, given.number, given.seed, given.read)]))


def refusals(every: dict[str, list[Block]]) -> list[str]:
    """A table: of each language's blocks, how many are unchanged, refused, and refused by which check."""
    by = {
        language: Counter(name for one in found for name in one.refused_by)
        for language, found in every.items()
    }
    names = sorted(set().union(*by.values()))
    rows = [["language", "blocks", "unchanged", "refused", *names]]
    for language, found in every.items():
        counts = [len(found), sum(one.unchanged for one in found), sum(bool(one.refused_by) for one in found)]
        rows.append([language, *map(str, [*counts, *(by[language][name] for name in names)])])
    return ["| " + " | ".join(row) + " |" for row in [rows[0], ["---"] * len(rows[0]), *rows[1:]]]


def judged(every: dict[str, list[Block]], number: int, seed: str, unread: Path | None) -> list[str]:
    """What the verdicts on blocks drawn at random say; those without one are written down to be read."""
    whole, known = [block for found in every.values() for block in found], verdicts()
    kinds = {
        "refused": [one for one in whole if one.refused_by],
        "passed": [one for one in whole if not one.refused_by],
        "refused, unchanged": [one for one in whole if one.refused_by and one.unchanged],
        "passed, unchanged": [one for one in whole if not one.refused_by and one.unchanged],
    }
    # There are few texts among the unchanged, each in many languages: all are read.
    samples = {kind: drawn(found, number, seed) for kind, found in kinds.items() if "unchanged" not in kind}
    samples = kinds | samples
    if unread:
        distinct = {(one.language, one.key): one for sample in samples.values() for one in sample}
        unread.write_text("\n".join(to_read(distinct.values(), known)), encoding="utf-8")
    told = {kind: read(kinds[kind], samples[kind], known) for kind in kinds}
    counts = {kind: Counter(one.verdicts) for kind, one in told.items()}
    bad = ("untranslated", "wrong")
    return [
        *(
            f"{kind}: {one.number} blocks, {len(one.verdicts)} of {len(samples[kind])} drawn read: "
            + ", ".join(f"{counts[kind][word]} {word}" for word in VERDICTS)
            for kind, one in told.items()
        ),
        f"false alarms, of sound blocks: {part(told['refused'], told['passed'], ['sound'])}",
        f"misses, of unchanged blocks to be refused: "
        f"{part(told['passed, unchanged'], told['refused, unchanged'], ['untranslated'])}",
        f"misses, of all blocks to be refused: {part(told['passed'], told['refused'], bad)}",
    ]


if __name__ == "__main__":
    main()
