"""What a TMX file brings into the translation memory: near variants only where nothing exact is there."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice

from langassets import lazy
from langassets.database.translations.memory import DatabaseMemory
from langassets.translation.exchange.tmx import Imported, TmxFile
from langassets.translation.recipes import text_hash

# Rows kept together: an import of any size takes the memory of one portion. They lie all over the table, so
# that each transaction writes most of its pages.
_PORTION = 10_000


@dataclass
class MemoryImport:
    """What became of a file's translations, while it is read and after: numbers of translations."""

    file: TmxFile
    taken: int = 0
    near: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Of those taken, by the language that they serve and the variant that they are in."""
    unused: Counter[str] = field(default_factory=Counter)
    """Of those taken, by language, what no language in use asks for."""

    def into(self, memory: DatabaseMemory) -> None:
        """Take the file in, a portion at a time; raises InputError as reading it does, and what was taken
        before that stays."""
        found = iter(self.file)
        with lazy.uncollected():
            while portion := list(islice(found, _PORTION)):
                self._keep(memory, [one for one in portion if not one.variant])
                near = [one for one in portion if one.variant]
                # After the exact ones, which stand before them whatever their order in the file.
                self._keep(memory, _where_nothing_is(memory, near, self.file))

    def _keep(self, memory: DatabaseMemory, portion: Sequence[Imported]) -> None:
        if not portion:
            return
        memory.remember(one.kept for one in portion)
        self.taken += len(portion)
        targets = Counter([(one.kept.key.target_language, one.variant) for one in portion])
        for (target, variant), number in targets.items():
            if variant:
                self.near[target, variant] += number
            if target not in self.file.languages:
                self.unused[target] += number


def _where_nothing_is(memory: DatabaseMemory, near: list[Imported], file: TmxFile) -> list[Imported]:
    """Those whose text memory has no translation of, by anybody, into the very language."""
    free: list[Imported] = []
    for target, group in groupby(sorted(near, key=_target), key=_target):
        first = {text_hash(one.kept.key.text): one for one in reversed(list(group))}
        there = memory.worded(file.source_language, target, first)
        free += [one for hashed, one in first.items() if hashed not in there]
    if len(free) < len(near):
        file.left_out["a near variant, where an exact translation is in memory"] += len(near) - len(free)
    return free


def _target(one: Imported) -> str:
    return one.kept.key.target_language
