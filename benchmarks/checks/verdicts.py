"""What was told by reading of blocks, and which blocks are to be read: drawn by a seed, and kept by hash."""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path

import yaml

from benchmarks.checks.blocks import Block

HERE = Path(__file__).parent
VERDICTS = {
    "sound": "nothing that a check should refuse",
    "untranslated": "left in the source's language, wholly or in part",
    "wrong": "to be refused for something else",
    "either": "a good translator might write this or not: not counted",
    "apart": "the two texts are no pair, for they are of different versions: not counted",
}
"""What a reader may say of a block."""


def set_aside() -> frozenset[str]:
    """The languages that nobody may look at while checks are worked on."""
    return frozenset(yaml.safe_load((HERE / "languages.yaml").read_text("utf-8"))["set_aside"].split())


def verdicts(file: Path = HERE / "verdicts.txt") -> dict[tuple[str, str], str]:
    """Every verdict by language, or `*` for any, and key (`Block.key`). Raises ValueError for a word that is
    no verdict."""
    rows = [line.split()[:3] for line in file.read_text("utf-8").splitlines() if not line.startswith("#")]
    if strange := {verdict for _, _, verdict in rows} - VERDICTS.keys():
        raise ValueError(f"{file} has verdicts that nobody knows: {', '.join(sorted(strange))}")
    return {(language, key): verdict for language, key, verdict in rows}


def verdict_on(block: Block, known: Mapping[tuple[str, str], str]) -> str | None:
    """What was said of a block: in its language, else in any; None where nobody has read it."""
    return known.get((block.language, block.key)) or known.get(("*", block.key))


def drawn(every: Iterable[Block], number: int, seed: str) -> list[Block]:
    """So many blocks at random: a block's turn hangs on the seed and its texts alone, so that what was read
    is drawn again after the checks have changed."""
    return sorted(every, key=lambda block: _turn(block, seed))[:number]


def _turn(block: Block, seed: str) -> str:
    return sha256(f"{seed} {block.language} {block.key}".encode()).hexdigest()


def to_read(sample: Iterable[Block], known: Mapping[tuple[str, str], str]) -> list[str]:
    """A sample's blocks that nobody has read, as text for a reader who writes a verdict behind each key."""
    return [
        f"{block.language} {block.key} \n"
        f"#   {block.file}: {', '.join(block.refused_by) or 'passed'}\n"
        f"#   {block.segment.text}\n#   {block.translation}\n"
        for block in sample
        if not verdict_on(block, known)
    ]
