"""What goes out for review and what comes back, over a real database."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from langassets.database.translations.memory import DatabaseMemory
from langassets.errors import InputError
from langassets.ingestion.review.confidence import confidence
from langassets.ingestion.review.exporting import to_review
from langassets.ingestion.review.importing import import_reviewed
from langassets.ingestion.review.units import Reviewed, ReviewUnit, fingerprint
from langassets.translation.documents.document import document
from langassets.translation.recipes import Recipes
from langassets.translation.types import Remembered, Segment
from langassets_tests.jobs.lessons import add_lesson, request
from langassets_tests.servers.translator import translate

RECIPES = Recipes((("openai", "gpt-6-luna"),))
LESSON = {
    "text": "# Rivers of the north\n\n"
    "Every river begins somewhere in the mountains, and ends in `the sea`.\n\n"
    "There are 12 rivers here, and each of them is known to the people of the valley."
}


def texts(data: Mapping[str, object]) -> tuple[str, ...]:
    return document("text", data).texts


def remember(
    engine: sa.Engine, translations: Mapping[str, str], *, recipes: Recipes = RECIPES, origin: str = "model"
) -> None:
    DatabaseMemory(engine).remember(
        Remembered(recipes.keys(text, "en", "he")[0], translation, *recipes.models[0], origin)
        for text, translation in translations.items()
    )


def translated(engine: sa.Engine, data: Mapping[str, object] = LESSON) -> dict[str, str]:
    sound = {text: translate(text, "he") for text in texts(data)}
    remember(engine, sound)
    return sound


def back(unit: ReviewUnit, text: str | None = None, *, approved: bool = False, line: int = 2) -> Reviewed:
    return Reviewed(
        line,
        unit.source_language,
        unit.target_language,
        unit.segment.text,
        unit.translation if text is None else text,
        fingerprint(unit.translation),
        approved,
    )


def test_goes_out_least_sure_first_and_then_the_most_requested(engine: sa.Engine) -> None:
    add_lesson(engine, "Rivers", {"text": LESSON})
    second = add_lesson(engine, "Lakes", {"text": {"text": "A lake.\n\nA pond."}})
    request(engine, "he", second, 5)
    sound = translated(engine) | translated(engine, {"text": "A lake.\n\nA pond."})
    long = next(text for text in sound if text.startswith("There are 12"))
    remember(engine, {long: sound[long].replace("12", "13")})
    units = to_review(engine, RECIPES, "he")
    assert {unit.segment.text: unit.translation for unit in units} == sound | {
        long: sound[long].replace("12", "13")
    }
    assert (units[0].segment.text, units[0].confidence) == (long, 0)
    assert units[0].reasons[0].startswith("numbers: ")
    assert [unit.confidence for unit in units] == sorted(unit.confidence for unit in units)
    sure = [unit.lessons for unit in units if unit.confidence == 1]
    assert sure[:2] == [("Lakes (2)",)] * 2
    assert [unit.segment.protected for unit in units if unit.segment.text.startswith("Every")] == [
        ("`the sea`",)
    ]


def test_leaves_out_what_is_approved_older_or_no_longer_in_use(engine: sa.Engine) -> None:
    add_lesson(engine, "Rivers", {"text": LESSON})
    first, second, third = texts(LESSON)
    remember(engine, {first: "א", "In no lesson": "ב"})
    remember(engine, {second: "ג"}, origin="approved")
    remember(engine, {second: "ד"})
    remember(engine, {third: "ה"}, recipes=Recipes((("openai", "another"),)))
    assert [unit.translation for unit in to_review(engine, RECIPES, "iw")] == ["א"]
    now = datetime.now(UTC)
    assert to_review(engine, RECIPES, "he", now + timedelta(hours=1)) == []
    assert len(to_review(engine, RECIPES, "he", now - timedelta(hours=1))) == 1
    assert to_review(engine, RECIPES, "he", source="fr") == []
    with pytest.raises(InputError, match="not a language code"):
        to_review(engine, RECIPES, "h!")


def test_a_correction_is_approved_and_no_model_overwrites_it(engine: sa.Engine) -> None:
    add_lesson(engine, "Rivers", {"text": LESSON})
    translated(engine)
    one, two, three = to_review(engine, RECIPES, "he")
    better = translate(one.segment.text, "he") + " "
    better = better.replace(better.split()[0], "באמצעות", 1)
    report = import_reviewed(engine, RECIPES, [back(one, better), back(two, approved=True), back(three)])
    assert (report.approved, report.corrected, report.untouched, report.problems) == (2, 1, 1, ())
    assert to_review(engine, RECIPES, "he") == [three]
    memory = DatabaseMemory(engine)
    keys = RECIPES.keys(one.segment.text, "en", "he")
    kept = memory.recall(keys)[keys[0]]
    assert "באמצעות" in kept
    another = Recipes((("gemini", "other"),))
    for recipes in (RECIPES, another):
        remember(engine, {one.segment.text: "אחר"}, recipes=recipes)
        assert set(memory.recall(recipes.keys(one.segment.text, "en", "he")).values()) == {kept}
    # A second thought replaces the first.
    again = replace(one, translation=kept)
    assert import_reviewed(engine, RECIPES, [back(again, translate(one.segment.text, "he"))]).corrected == 1
    assert memory.recall(keys)[keys[0]] != kept


def test_what_fails_is_reported_by_line_and_left_out(engine: sa.Engine) -> None:
    add_lesson(engine, "Rivers", {"text": LESSON})
    sound = translated(engine)
    by_text = {unit.segment.text: unit for unit in to_review(engine, RECIPES, "he")}
    title, code, number = (by_text[text] for text in sound)
    report = import_reviewed(
        engine,
        RECIPES,
        [
            back(title, approved=True, line=2),
            back(code, code.translation.replace("<x1/>", ""), line=3),
            back(number, number.translation.replace("12", "21"), line=4),
            back(number, "", line=5),
            back(title, title.translation + " של", line=6),
            replace(back(title, approved=True, line=7), source="Rivers of the south"),
            replace(back(title, approved=True, line=8), target_language="?"),
            replace(back(title, line=9), problem="unreadable"),
            replace(back(title, approved=True, line=10), source_language="no language"),
        ],
    )
    said = dict(report.problems)
    assert said.keys() == {3, 4, 5, 6, 7, 8, 9, 10}
    assert "protected: <x1/> is missing" in said[3]
    assert "numbers" in said[4]
    assert "empty" in said[5]
    assert said[6] == "line 2 says otherwise of the same text: the first one holds"
    assert "in no lesson and not in the memory: 'Rivers of the south'" in said[7]
    assert said[8] == "'?' is not a language code"
    assert said[9] == "unreadable"
    assert said[10] == "'no language' is not a language code"
    assert report.approved == 1
    keys = RECIPES.keys(number.segment.text, "en", "he")
    assert DatabaseMemory(engine).recall(keys)[keys[0]] == number.translation


def test_without_its_fingerprint_a_unit_is_held_against_the_memory(engine: sa.Engine) -> None:
    add_lesson(engine, "Rivers", {"text": LESSON})
    translated(engine)
    one, two, _ = to_review(engine, RECIPES, "he")
    returned = [
        replace(back(one), exported=""),
        replace(back(one), exported="t-of-another-row"),
        replace(back(two, two.translation + "!"), exported=""),
    ]
    report = import_reviewed(engine, RECIPES, returned)
    assert report.untouched == 2
    assert report.approved + len(report.problems) == 1


def test_a_text_that_only_the_memory_knows_is_taken(engine: sa.Engine) -> None:
    remember(engine, {"Press <x1/> now": "הקש <x1/> עכשיו"})
    unit = ReviewUnit("en", "he", Segment("Press <x1/> now", ("`a`",)), "הקש <x1/> עכשיו")
    assert import_reviewed(engine, RECIPES, [back(unit, approved=True)]).approved == 1


def test_confidence_falls_as_a_translation_nears_what_is_unusual() -> None:
    source = Segment("The engineers repaired the broken bridge before the winter storms arrived again.")
    sound = "המהנדסים תיקנו את הגשר השבור לפני שסופות החורף הגיעו שוב."
    assert confidence(source, sound, "en", "he") == (1.0, ())
    shorter, why = confidence(source, "המהנדסים תיקנו את הגשר השבור.", "en", "he")
    assert 0 < shorter < 1
    assert [reason.split(":")[0] for reason in why] == ["length"]
    english, why = confidence(source, sound.replace("הגשר", "bridge"), "en", "he")
    assert 0 < english < 1
    assert confidence(source, source.text, "en", "he")[0] == 0


ORDER = {"text": "Every river begins in `the hills` and ends, far away, in `the sea`."}


def test_a_sentence_before_the_rest_of_the_old_one_is_no_correction(engine: sa.Engine) -> None:
    """As a tool leaves it that sets a plain target; see test_translation_tools.py."""
    add_lesson(engine, "Rivers", {"text": {"text": ORDER["text"]}})
    [old] = translated(engine, ORDER).values()
    [unit] = to_review(engine, RECIPES, "he")
    whole, rest = old.replace("<x1/>", "").replace("<x2/>", ""), old[old.index("<x") :]
    found = import_reviewed(engine, RECIPES, [back(unit, whole.strip() + rest)])
    [problem] = found.problems
    assert "the rest of the old sentence" in problem.reason
    assert (found.approved, found.corrected) == (0, 0)


def test_a_tool_may_set_tags_on_lines_of_their_own(engine: sa.Engine) -> None:
    add_lesson(engine, "Rivers", {"text": {"text": ORDER["text"]}})
    [old] = translated(engine, ORDER).values()
    [unit] = to_review(engine, RECIPES, "he")
    indented = replace(
        back(unit, f"{old.replace(' ', chr(10) + '    ')}\n   ", approved=True),
        source=unit.segment.text.replace(" <x", "\n          <x") + "\n        ",
    )
    found = import_reviewed(engine, RECIPES, [indented])
    assert (found.approved, found.corrected, found.problems) == (1, 0, ())
    assert not to_review(engine, RECIPES, "he")


def test_a_review_file_costs_no_query_for_each_unit(engine: sa.Engine) -> None:
    statements: list[str] = []
    paragraphs = [f"Paragraph {number} is about the people of the valley." for number in range(60)]
    add_lesson(engine, "Rivers", {"text": {"text": "\n\n".join(paragraphs)}})
    translated(engine, {"text": "\n\n".join(paragraphs)})
    units = to_review(engine, RECIPES, "he")
    sa.event.listen(engine, "before_cursor_execute", lambda *of: statements.append(of[2]))
    costs = []
    for some in (units[:2], units[2:]):
        statements.clear()
        assert import_reviewed(engine, RECIPES, [back(unit, approved=True) for unit in some]).approved == len(
            some
        )
        costs.append(len(statements))
    assert costs[0] == costs[1], statements
