"""How often the checks refuse what is sound and pass what is not, over folders of real translations.

python -m benchmarks.checks ../shared/pairs                all languages but those set aside
python -m benchmarks.checks ../shared/pairs --set-aside    those alone, at the very end
python -m benchmarks.checks DIR --read to-read.txt         writes what was drawn and nobody has read;
                                                           its lines with verdicts go into verdicts.txt
DIR holds one folder of Markdown for each language, with the same names of files in each.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from benchmarks.checks.blocks import blocks, languages
from benchmarks.checks.report import HEAD, Judged, refusals
from benchmarks.checks.verdicts import set_aside, to_read, verdicts


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the refusals of each check by language, and what reading says of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--source", default="en", help="the folder of the sources, and their language")
    parser.add_argument("--language", action="append", help="these alone")
    parser.add_argument("--set-aside", action="store_true")
    parser.add_argument("--without", action="append", default=[], metavar="LANGUAGE")
    parser.add_argument("--number", type=int, default=300, help="how many of each kind are drawn")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--read", type=Path, help="where to write what is to be read")
    given = parser.parse_args(arguments)
    chosen = given.language or [
        language
        for language in languages(given.folder, given.source)
        if (language in set_aside()) is given.set_aside and language not in given.without
    ]
    every = {language: blocks(given.folder, given.source, language) for language in chosen}
    name = ", ".join(given.language or ["set aside" if given.set_aside else "worked on"])
    name = " without ".join([name, *given.without])
    whole = [block for found in every.values() for block in found]
    judged = Judged(name, whole, verdicts(), given.number, given.seed)
    if given.read:
        drawn = dict.fromkeys(block for sample in judged.samples.values() for block in sample)
        given.read.write_text("\n".join(to_read(drawn, judged.known)), encoding="utf-8")
    print("\n".join([*refusals(every), "", *judged.lines(), "", *HEAD, judged.row()]))


if __name__ == "__main__":
    main()
