"""What `benchmarks.targets` has its programs read; drawn by a seed, so that it is the same each time."""

import random
import re
from datetime import date, timedelta
from pathlib import Path

from benchmarks.stage import ROOT

LESSONS = ROOT.parent / "shared" / "lessons" / "en"
"""What others are measured with, too; beside the project, as for its tests."""
_CODES = ("en", "he", "ar", "es", "fr", "de", "it", "pt", "ru", "zh", "ja", "ko")


def corpus(folder: Path, times: int) -> Path:
    """The lessons so many times, each time in other words: nothing is a repetition."""
    folder.mkdir(exist_ok=True)
    for number in range(times):
        for file in sorted(LESSONS.glob("*.md")):
            text = re.sub(r"\b(the|a|to|and|of|or)\b", rf"\g<1>{number}", file.read_text(encoding="utf-8"))
            (folder / f"{number:02}-{file.name}").write_text(text, encoding="utf-8")
    return folder


def usage(path: Path, count: int) -> Path:
    """A CSV of so many rows."""
    pick = random.Random(1)
    with path.open("w", encoding="utf-8") as file:
        file.write("language,lesson,day,count\n")
        for _ in range(count):
            day = date(2025, 3, 1) + timedelta(days=pick.randrange(365))
            file.write(f"{pick.choice(_CODES)},{pick.randrange(200)},{day},{pick.randrange(1, 9)}\n")
    return path


def tmx(path: Path, count: int) -> Path:
    """So many units, English to Hebrew by their tags."""
    pick, words = random.Random(1), (ROOT / "docs" / "operations.md").read_text(encoding="utf-8").split()
    words = [word for word in words if word.isalpha()]
    head = '<tmx version="1.4"><header srclang="en" datatype="plaintext" segtype="block" adminlang="en"'
    with path.open("w", encoding="utf-8") as file:
        file.write(f'{head} o-tmf="x" creationtool="x" creationtoolversion="1"/><body>\n')
        for number in range(count):
            sides = (" ".join(pick.choices(words, k=pick.randint(4, 25))) for _ in range(2))
            units = zip(("en", "he"), sides, strict=True)
            said = (f'<tuv xml:lang="{code}"><seg>{text} {number}.</seg></tuv>' for code, text in units)
            file.write(f"<tu>{''.join(said)}</tu>\n")
        file.write("</body></tmx>\n")
    return path


def lessons(folder: Path, count: int) -> Path:
    """So many files of three thousand characters, each with a title of its own."""
    folder.mkdir(exist_ok=True)
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")[:3000]
    for number in range(count):
        (folder / f"{number:05}.md").write_text(f"# Lesson {number}\n\n{text}\n", encoding="utf-8")
    return folder


_WORDS = (
    "river bridge water engine garden market window teacher student lesson number simple quick road light "
    "house green small large moving power wheel iron stone table paper"
)


def short_lessons(folder: Path) -> Path:
    """Twenty files of seven sentences each."""
    pick, words = random.Random(7), _WORDS.split()
    folder.mkdir(exist_ok=True)
    for number in range(20):
        said = "\n\n".join(f"{' '.join(pick.choices(words, k=14)).capitalize()}." for _ in range(7))
        (folder / f"{number:02}.md").write_text(f"# Lesson {number}\n\n{said}\n", encoding="utf-8")
    return folder
