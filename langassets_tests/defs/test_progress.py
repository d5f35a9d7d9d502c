"""What the log of a run says while it is under way, and what it reads like when it is over."""

import re
import threading
from collections.abc import Callable
from pathlib import Path

import dagster as dg
import pytest

from langassets.defs.assets import preloaded_translations
from langassets.defs.runs.progress import progress_logged
from langassets_tests.defs.conftest import Place
from langassets_tests.servers.model_replies import Asked, Reply
from langassets_tests.servers.openai_server import OpenAIServer

LINE = re.compile(
    r"Preload: (\d+) of 81 objects done, (\d+) left, [\d,.]+ a minute"
    r"(; so far segments: ([\d,]+), model requests: (\d+), cost: \$([\d.]+))?"
)


def said(place: Place, run_id: str) -> list[str]:
    """The lines of a run's log, as the web UI shows them."""
    return [entry.user_message for entry in place.instance.all_logs(run_id) if entry.dagster_event is None]


def _cost(line: str) -> float:
    found = LINE.fullmatch(line)
    return float(found[6] or 0) if found else 0.0


def test_it_speaks_while_everything_waits_for_the_model_and_not_of_every_segment(
    home: Path, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The model answers its second request only after a line has told what the first one cost."""
    spoken: list[str] = []
    heard = threading.Condition()

    def answer(asked: Asked, reply: Reply) -> Reply:
        first = len(model.requests) == 1
        with heard:
            heard.wait_for(lambda: first or any(_cost(line) for line in spoken), 60)
        return reply

    def aloud(services: object, say: Callable[[str], None]) -> object:
        def say_and_tell(line: str) -> None:
            say(line)
            with heard:
                spoken.append(line)
                heard.notify_all()

        return progress_logged(services, say_and_tell, every=0.2)  # type: ignore[arg-type]

    monkeypatch.setattr(preloaded_translations, "progress_logged", aloud)
    with OpenAIServer(behaviour=answer) as model:
        place = Place(
            home,
            instance,
            OPENAI_API_KEY=model.key,
            OPENAI_BASE_URL=model.url,
            OPENAI_MODEL="ours",
            MODEL_PRICES="ours=1/4",
            TRANSLATION_CONCURRENCY="1",
        )
        result = place.run("preload_frequent_languages")
    assert result.success
    lines = [found for line in said(place, result.run_id) if (found := LINE.fullmatch(line))]
    assert [line.group() for line in lines] == spoken
    assert all(int(line[1]) + int(line[2]) == 81 for line in lines)
    assert [int(line[1]) for line in lines] == sorted(int(line[1]) for line in lines)
    assert any(_cost(line.group()) for line in lines)
    shown = [
        event.step_materialization_data.materialization.metadata
        for event in result.all_events
        if event.is_step_materialization
    ]
    [of_run] = {one["cost_dollars_of_run"].value for one in shown}
    by_language = [float(str(one["cost_dollars"].value)) for one in shown]
    assert of_run == pytest.approx(sum(by_language), abs=1e-5)
    assert {one["cost_dollars_of_run_not_known"].value for one in shown} == {0.0}
    place.services.data.dispose()


def test_nothing_left_nothing_said(place: Place) -> None:
    lines: list[str] = []
    told = threading.Event()
    with progress_logged(place.services, lines.append, every=0.01):
        place.services.progress("Preload", 81, 81)
        told.wait(0.1)
    assert not lines


def test_the_log_reads_like_the_example_of_the_replaced_system(place: Place) -> None:
    evaluation, cleanup = place.run("language_evaluation"), place.run("language_cleanup")
    text = "\n".join([*said(place, evaluation.run_id), *said(place, cleanup.run_id)])
    line = "=" * 40
    in_order = (
        f"{line}\nStarting Language Evaluation Cycle\n{line}",
        "[Step 1/2] Evaluating language statistics...",
        "es promoted: 12.1 % of requests",
        "Language evaluation completed: {\n  evaluation_date: ",
        "  total_languages: 12,",
        '  promoted_languages: ["es"],',
        "[Step 2/2] Cleaning up storage...",
        "Language cleanup completed: {\n  cleaned_languages: ",
        "  total_cleaned_lessons: ",
        f"{line}\nLanguage Evaluation Cycle Completed\n{line}",
    )
    place_in_text = 0
    for part in in_order:
        place_in_text = text.index(part, place_in_text)


def test_an_error_stands_in_the_log_in_words(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    place = Place(tmp_path, instance)
    result = place.run("language_evaluation")
    assert not result.success
    failure = next(event for event in result.all_events if event.is_step_failure)
    assert failure.step_failure_data.error is not None
    assert "language_stats" in str(failure.step_failure_data.error.cause)
    place.services.data.dispose()
