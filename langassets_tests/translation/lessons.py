"""Where the real lessons lie that tests read: beside the checkout, never copied into it."""

from pathlib import Path

LESSONS = Path(__file__).parents[3] / "shared" / "lessons"
LANGUAGES = ("en", "he", "ar", "fr", "es")


def lesson_files(language: str) -> list[Path]:
    """The lessons in one language, in order; fails, and says where they should be, when there are none."""
    files = sorted((LESSONS / language).glob("*.md"))
    assert files, f"the real lessons are missing: expected Markdown files in {LESSONS / language}"
    return files


def read(path: Path) -> str:
    """A lesson's text with its line ends as they are."""
    return path.read_bytes().decode("utf-8")
