"""What people call a lesson."""

from hypothesis import given
from hypothesis import strategies as st

from langassets.database.usage.lesson_names import LessonNames

FILES = [("intro.md", "1"), ("unit-1/cells.md", "2"), ("unit-2/cells.md", "3"), ("unit-2/7.md", "4")]
NAMES = LessonNames.of(["1", "2", "3", "4", "7"], FILES)


def test_a_lesson_is_known_by_number_path_and_name() -> None:
    for name in (
        "2",
        "unit-1/cells.md",
        "unit-1/cells",
        "./unit-1/cells.md",
        "/unit-1/cells",
        " unit-1/cells.md ",
    ):
        assert NAMES.number_of(name) == "2", name
    assert NAMES.number_of("intro") == NAMES.number_of("intro.md") == "1"


def test_marked_letters_are_the_same_however_they_are_written() -> None:
    """macOS takes letters and their marks apart in names of files."""
    apart, together = "U\u0308ber", "\u00dcber"
    assert LessonNames.of(["1"], [(f"{apart}.md", "1")]).number_of(together) == "1"
    assert LessonNames.of(["1"], [(f"{together}.md", "1")]).number_of(f"{apart}.md") == "1"


def test_a_name_of_two_lessons_is_nobodys() -> None:
    assert NAMES.number_of("cells") is None
    assert NAMES.number_of("cells.md") is None


def test_a_number_goes_before_a_file_of_that_name() -> None:
    assert NAMES.number_of("7") == "7"
    assert NAMES.number_of("unit-2/7") == "4"


def test_what_means_nothing_is_told_with_what_looks_like_it() -> None:
    assert NAMES.number_of("999") is None
    assert NAMES.number_of("") is None
    assert NAMES.nearest("into.md") == "intro.md"
    assert NAMES.nearest("qqqqqqqq") is None


_PATHS = st.lists(
    st.text("abc/.", min_size=1, max_size=8).map(lambda text: f"{text.strip('/')}.md"), unique=True
)


@given(_PATHS)
def test_every_full_path_means_its_own_lesson_and_no_name_means_two(paths: list[str]) -> None:
    files = [(path, str(number)) for number, path in enumerate(paths, start=1)]
    names = LessonNames.of((number for _, number in files), files)
    for path, number in files:
        assert names.number_of(path) in (number, None)
        clashes = [
            other
            for other, _ in files
            if other != path and path in (other.removesuffix(".md"), other.rpartition("/")[2])
        ]
        if not clashes and path.strip().removeprefix("./").strip("/") == path:
            assert names.number_of(path) == number
