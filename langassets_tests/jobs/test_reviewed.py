"""A person's word in a preload: what is accepted stays, what is rejected is asked for anew and never kept."""

from pathlib import Path
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa

from langassets.database.connection import reading, writing
from langassets.database.schema import reviews, translation_memory
from langassets.database.translations.reviews import Verdict
from langassets.errors import InputError
from langassets.ingestion.review.exporting import to_review
from langassets.ingestion.review.speaking import ALL, Answered, Request, speak
from langassets.ingestion.review.verdicts import Outcome
from langassets.jobs.preload.job import preload
from langassets.services import Services
from langassets.settings import load_settings
from langassets.translation.recipes import text_hash
from langassets.translation.types import MemoryKey, Remembered
from langassets_tests.jobs.lessons import NOW, add_lesson
from langassets_tests.servers.model_replies import Asked, Reply
from langassets_tests.servers.openai_server import OpenAIServer
from langassets_tests.servers.translator import translate

FIRST = "The first paragraph says how the work is saved."
SECOND = "The second paragraph says where the work is kept."
LESSON = {"text": f"{FIRST}\n\n{SECOND}\n\nSupabase"}
OTHER = "הפסקה הראשונה אומרת איך העבודה נשמרת."


def services_of(engine: sa.Engine, home: Path, server: OpenAIServer, **more: str) -> Services:
    environ = {
        "LANGASSETS_HOME": str(home),
        "PREDEFINED_LANGUAGES": "he,es",
        "OPENAI_API_KEY": server.key,
        "OPENAI_BASE_URL": server.url,
        "OPENAI_MODEL": "gpt-6-luna",
    }
    made = Services(load_settings(environ | more), lambda: NOW)
    made.__dict__["data"] = engine
    return made


async def stored(services: Services, lesson: str) -> str:
    async with services.store() as store:
        return (await store.read(f"he/lessons/{lesson}/text.json")).decode()


def says(services: Services, verdict: Verdict, language: str = "he", **more: object) -> Answered:
    request = Request(verdict, language, **({"reviewer": "Ada"} | more))  # type: ignore[arg-type]
    return speak(services.data, services.recipes, request, NOW)


def outcomes(answered: Answered) -> list[Outcome]:
    return [one.outcome for one in answered.answers]


async def test_what_is_rejected_is_asked_for_anew_and_never_used_again(
    engine: sa.Engine, tmp_path: Path
) -> None:
    def stubborn(asked: Asked, reply: Reply) -> Reply:
        problems = asked.payload.get("problems", {})
        if answers and problems:
            reply.items = [(n, answers.pop(0) if str(n) in problems else text) for n, text in reply.items]
        return reply

    answers: list[str] = []
    with OpenAIServer(behaviour=stubborn) as server:
        services = services_of(engine, tmp_path, server)
        lesson = add_lesson(services.data, "A lesson", {"text": LESSON})
        assert (await preload(services, ["he"], run_id="first")).complete
        bad = translate(FIRST, "he")
        assert bad in await stored(services, lesson)
        [unit] = [unit for unit in to_review(engine, services.recipes, "he") if unit.segment.text == FIRST]
        assert says(services, Verdict.REJECTED, segment=unit.segments[0], reason="too formal").text == FIRST
        assert FIRST not in [unit.segment.text for unit in to_review(engine, services.recipes, "he")]

        # A model that says the same again: the lesson stays as it is, and nothing of it is kept.
        server.requests.clear()
        report = await preload(services, ["he"], run_id="second")
        assert not report.complete
        assert all(list(asked.texts.values()) == [FIRST] for asked in server.requests)
        [told] = server.requests[0].payload["problems"].values()
        assert "too formal" in told
        assert server.requests[0].payload["refused"] == {"1": bad}
        key = services.recipes.keys(FIRST, "en", "he")[0]
        assert services.memory.recall([key]) == {}

        # Nothing has changed: it is not asked again, until somebody says more of it.
        server.requests.clear()
        assert not (await preload(services, ["he"], run_id="third")).complete
        assert server.requests == []
        again = says(services, Verdict.REJECTED, text=FIRST, reviewer="Ben")
        assert outcomes(again) == [Outcome.ALREADY]
        assert again.answers[0].message.startswith("Ada rejected ")
        more = says(services, Verdict.REJECTED, text=FIRST, reason="say it plainly", reviewer="Ben")
        assert outcomes(more) == [Outcome.TAKEN]

        # A model that listens.
        answers[:] = [OTHER]
        assert (await preload(services, ["he"], run_id="fourth")).complete
        assert all("say it plainly" in told for told in server.requests[0].payload["problems"].values())
        body = await stored(services, lesson)
        assert OTHER in body
        assert bad not in body
        server.requests.clear()
        assert (await preload(services, ["he"], run_id="fifth")).complete
        assert server.requests == []


async def test_what_is_accepted_is_accepted_whatever_model_comes(engine: sa.Engine, tmp_path: Path) -> None:
    with OpenAIServer() as server:
        services = services_of(engine, tmp_path, server)
        lesson = add_lesson(services.data, "A lesson", {"text": LESSON})
        assert (await preload(services, ["he"], run_id="first")).complete
        assert outcomes(says(services, Verdict.ACCEPTED, segment=f"{lesson}/text/0", everywhere=True)) == [
            Outcome.TAKEN
        ]
        taken = says(services, Verdict.ACCEPTED, text=SECOND, translation=OTHER, reason="as in the book")
        assert outcomes(taken) == [Outcome.TAKEN]
        server.requests.clear()
        services = services_of(engine, tmp_path, server, OPENAI_MODEL="gpt-7")
        assert (await preload(services, ["he"], run_id="second")).complete
        asked = [text for asked in server.requests for text in asked.texts.values()]
        assert asked == ["Supabase"]
        body = await stored(services, lesson)
        assert OTHER in body
        assert translate(FIRST, "he") in body
    with reading(engine) as connection:
        rows = connection.execute(sa.select(reviews.c.reviewer, reviews.c.reason, reviews.c.reviewed_at))
        assert sorted(map(tuple, rows)) == [("Ada", "", NOW), ("Ada", "as in the book", NOW)]


@pytest.mark.parametrize("verdict", Verdict)
async def test_a_delivered_doubt_is_a_persons_to_overrule_or_reject(
    engine: sa.Engine, tmp_path: Path, verdict: Verdict
) -> None:
    """A number that is missing, twice alike, in a long lesson: delivered, listed first, and spoken of."""
    counted = "There are 12 of them."
    doubted = "יש כמה מהם."
    texts = [f"Paragraph {n} says how the work is saved before the window is closed." for n in range(60)]

    def forgets(_: Asked, reply: Reply) -> Reply:
        said = {translate(counted, "he"): doubted}
        reply.items = [(n, said.get(text, text) if not sure else text) for n, text in reply.items]
        return reply

    sure = False
    with OpenAIServer(behaviour=forgets) as server:
        services = services_of(engine, tmp_path, server)
        lesson = add_lesson(services.data, "A lesson", {"text": {"text": "\n\n".join([counted, *texts])}})
        assert (await preload(services, ["he"], run_id="first")).complete
        assert doubted in await stored(services, lesson)
        first = to_review(engine, services.recipes, "he")[0]
        assert (first.segment.text, first.translation) == (counted, doubted)
        said = says(services, verdict, segment=first.segments[0], reason="count them")
        assert [(one.outcome, one.translation) for one in said.answers] == [(Outcome.TAKEN, doubted)]
        assert counted not in [unit.segment.text for unit in to_review(engine, services.recipes, "he")]
        server.requests.clear()
        sure = True
        services = services_of(engine, tmp_path, server)
        assert (await preload(services, ["he"], run_id="second")).complete
        asked = [text for one in server.requests for text in one.texts.values()]
        assert asked == ([] if verdict is Verdict.ACCEPTED else [counted])
        assert (doubted in await stored(services, lesson)) is (verdict is Verdict.ACCEPTED)


def test_it_stays_as_it_is_in_every_language(engine: sa.Engine, tmp_path: Path) -> None:
    with OpenAIServer() as server:
        services = services_of(engine, tmp_path, server)
        add_lesson(services.data, "A lesson", {"text": LESSON})
        with pytest.raises(InputError, match="name a language"):
            says(services, Verdict.ACCEPTED, ALL, text="Supabase")
        key = services.recipes.keys("Supabase", "en", "he")[0]
        services.memory.remember([Remembered(key, "בסיס־על", "openai", "gpt-6-luna")])
        answered = says(services, Verdict.ACCEPTED, ALL, text="Supabase")
        assert [(one.target_language, one.translation) for one in answered.answers] == [("he", "Supabase")]
        assert answered.glossary == "Supabase,*,"
        assert services.memory.recall([key]) == {key: "Supabase"}
        with pytest.raises(InputError, match="No lesson has this text"):
            says(services, Verdict.ACCEPTED, text="Nobody wrote this.")


def test_doubts_are_overruled_and_errors_are_not(engine: sa.Engine, tmp_path: Path) -> None:
    with OpenAIServer() as server:
        services = services_of(engine, tmp_path, server)
        text = "Press `save` to keep all the work that was done in the last 12 hours."
        lesson = add_lesson(services.data, "A lesson", {"text": {"text": text}})
        segment = f"{lesson}/text/0"
        lost = says(services, Verdict.ACCEPTED, segment=segment, translation="לחצו כדי לשמור.")
        assert outcomes(lost) == [Outcome.REFUSED]
        assert lost.answers[0].message.startswith("protected")
        no_number = "לחצו על <x1/> כדי לשמור."
        taken = says(services, Verdict.ACCEPTED, segment=segment, translation=no_number)
        assert outcomes(taken) == [Outcome.TAKEN]
        foreign = says(services, Verdict.ACCEPTED, segment=segment, translation="Presser <x1/> toujours.")
        assert outcomes(foreign) == [Outcome.REFUSED]
        as_it_is = says(services, Verdict.ACCEPTED, segment=segment, translation=taken.text)
        assert outcomes(as_it_is) == [Outcome.TAKEN]
        with pytest.raises(InputError, match="17/text/4"):
            says(services, Verdict.ACCEPTED, segment="text/0x")
        for missing in (f"{lesson}/text/1", f"{lesson}/code/0", f"{lesson}00/text/0", "a/b/text/0"):
            with pytest.raises(InputError, match="There is no segment"):
                says(services, Verdict.ACCEPTED, segment=missing)


def test_of_two_at_once_the_second_is_told(engine: sa.Engine, tmp_path: Path) -> None:
    with OpenAIServer() as server:
        services = services_of(engine, tmp_path, server)
        lesson = add_lesson(services.data, "A lesson", {"text": LESSON})
        ready, found = Barrier(2), dict[str, Answered]()

        def speaks(name: str, translation: str) -> None:
            ready.wait()
            segment = f"{lesson}/text/0"
            found[name] = says(
                services, Verdict.ACCEPTED, segment=segment, translation=translation, reviewer=name
            )

        people = [Thread(target=speaks, args=one) for one in (("Ada", OTHER), ("Ben", f"{OTHER}!"))]
        for one in people:
            one.start()
        for one in people:
            one.join()
    assert sorted(outcomes(found["Ada"]) + outcomes(found["Ben"])) == [Outcome.CONFLICT, Outcome.TAKEN]
    [first] = [name for name, one in found.items() if outcomes(one) == [Outcome.TAKEN]]
    [second] = found.keys() - {first}
    assert found[second].answers[0].message.startswith(f"{first} accepted ")


def test_memory_neither_keeps_nor_gives_what_is_rejected(engine: sa.Engine, tmp_path: Path) -> None:
    with OpenAIServer() as server:
        services = services_of(engine, tmp_path, server)
        add_lesson(services.data, "A lesson", {"text": LESSON})
        key = MemoryKey(FIRST, "en", "he", services.recipes.keys(FIRST, "en", "he")[0].recipe)
        before = services.memory.approved_state("he")
        kept = Remembered(key, "לא טוב", "openai", "gpt-6-luna")
        services.memory.remember([kept])
        assert outcomes(says(services, Verdict.REJECTED, text=FIRST)) == [Outcome.TAKEN]
        assert services.memory.approved_state("he") != before
        for origin in ("model", "import"):
            services.memory.remember([Remembered(key, "לא טוב", "openai", "gpt-6-luna", origin)])
            assert list(services.memory.everything(["he"])) == []
        # A model says it while somebody rejects it: neither sees the other.
        row = dict.fromkeys(("recipe", "provider", "model", "origin"), "model") | {
            "target_language": "he",
            "text_hash": text_hash(FIRST),
            "source_language": "en",
            "recipe": key.recipe,
            "text": FIRST,
            "translation": "לא טוב",
            "created_at": NOW,
        }
        with writing(engine) as connection:
            connection.execute(translation_memory.insert(), row)
        assert services.memory.recall([key]) == {}
        accepted = says(services, Verdict.ACCEPTED, text=FIRST, translation="לא טוב")
        assert outcomes(accepted) == [Outcome.TAKEN]
        assert services.memory.recall([key]) == {key: "לא טוב"}
        assert services.memory.rejected({("en", "he"): [FIRST]}) == {}
