"""What people and the application do."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from langassets.database.application import language_stats
from langassets.database.connection import writing
from langassets.storage import keys
from langassets_tests.chaos.machine.life import LANGUAGES, STRANGE, Life
from langassets_tests.chaos.machine.system import KEEP_DAYS
from langassets_tests.jobs.lessons import add_lesson, request

# The languages as some write them, and one that is never written as its tag is.
SPELLINGS = (*LANGUAGES, "ES", "Fr", "iw", "EN", "pt_BR", "pt-br")
# Keys that only look like lessons, or not even that: nobody's business but their owner's.
OTHERS = (
    "fr/lessons/1/speech.mp3",
    "fr/lessons/1/text.json.bak",
    "fr/lessons/a/b/text.json",
    "archive/readme.txt",
    "archive/fr/lessons/1/text.20300101T000000000000Z.json.txt",
    "lessons/1/text.json",
)


class People(Life):
    """Lessons come, change, go and come back, all of them at times; usage shifts, and some of it names no
    lesson; people edit objects, put some there and delete some; the model changes; time passes."""

    @initialize(count=st.integers(2, 5))
    def begin(self, count: int) -> None:
        for _ in range(count):
            self.lesson_comes()
        self.languages_are_used(dict.fromkeys(("en", "he", *LANGUAGES), 100))

    @rule()
    def lesson_comes(self) -> None:
        if len(self.lessons) < 8:
            lesson = add_lesson(self.system.data, "A lesson", {"text": {"text": ""}})
            self.lessons.append(lesson)
            self._write(lesson, 1)

    @rule(data=st.data())
    def lesson_changes(self, data: st.DataObject) -> None:
        lesson = data.draw(st.sampled_from(self.lessons))
        if self.system.has_content(lesson):
            self._write(lesson, self.version[lesson] + 1)

    @rule(
        data=st.data(),
        status=st.sampled_from(["active", "active", "archived", "deleted"]),
        dated=st.booleans(),
    )
    def lesson_goes_or_returns(self, data: st.DataObject, status: str, dated: bool) -> None:
        lesson = data.draw(st.sampled_from(self.lessons))
        self.system.set_lesson(lesson, status, self.system.now if dated else None)

    @rule(data=st.data())
    def lesson_is_taken_out_of_the_tables_or_put_back(self, data: st.DataObject) -> None:
        self.system.take_out_or_put_back(data.draw(st.sampled_from(self.lessons)))

    @rule()
    def the_tables_of_lessons_are_empty_for_a_while(self) -> None:
        """An outage, as it looks from here, for longer than anything of a lesson that ended is kept."""
        before = self.system.objects()
        with self.system.no_lessons():
            for days in (0, KEEP_DAYS + 10):
                self.system.pass_time(days)
                self._attempt(self._clean_up(confirmed=False), None, None)
        self.system.now += timedelta(minutes=1)
        assert not [key for key in before if keys.parse(key) and key not in self.system.objects()]

    @rule(more=st.dictionaries(st.sampled_from(("en", "he", *SPELLINGS)), st.sampled_from([5, 50, 5000])))
    def languages_are_used(self, more: dict[str, int]) -> None:
        with writing(self.system.data) as connection:
            for language, requests in more.items():
                at = language_stats.c.language_code == language
                counted = language_stats.c.total_requests + requests
                if not connection.execute(
                    language_stats.update().where(at).values(total_requests=counted)
                ).rowcount:
                    row = {"language_code": language, "total_requests": requests}
                    connection.execute(language_stats.insert().values(**row))

    @rule(data=st.data(), language=st.sampled_from(SPELLINGS))
    def lesson_is_used(self, data: st.DataObject, language: str) -> None:
        lesson = data.draw(st.sampled_from(self.lessons))
        request(self.system.data, language, lesson, 3, self.system.now.date())

    @rule(
        language=st.sampled_from(LANGUAGES), name=st.sampled_from(STRANGE), requests=st.sampled_from([1, 900])
    )
    def usage_names_no_lesson(self, language: str, name: str, requests: int) -> None:
        request(self.system.data, language, name, requests, self.system.now.date())

    @rule(language=st.sampled_from(LANGUAGES), name=st.sampled_from(STRANGE))
    def usage_that_names_no_lesson_takes_nothing_from_any(self, language: str, name: str) -> None:
        """Whatever a cleanup would remove with it, it would have removed without."""
        before = {step.key for step in self._plan().steps}
        request(self.system.data, language, name, 900, self.system.now.date())
        plan = self._plan()
        assert {step.key for step in plan.steps} <= before, "usage that names no lesson had something removed"
        if language in plan.cleared_languages and self._matched(language) < self._unmatched(language):
            assert plan.doubts, "most of the usage names no lesson, and nobody is told"

    @rule(data=st.data())
    def person_edits_an_object(self, data: st.DataObject) -> None:
        live = self._live()
        if live:
            key = data.draw(st.sampled_from(live))
            self.by_hand.pop(self.system.objects()[key], None)  # they saw what stood there
            self._put_by_hand(key)

    @rule(data=st.data(), language=st.sampled_from(("he", *LANGUAGES)))
    def person_puts_an_object(self, data: st.DataObject, language: str) -> None:
        lesson = data.draw(st.sampled_from([*self.lessons, "gone"]))
        key = keys.LessonKey(language, lesson, "text").key
        if key not in self.system.objects():
            self._put_by_hand(key)

    @rule(data=st.data())
    def person_deletes_an_object(self, data: st.DataObject) -> None:
        live = self._live()
        if live:
            key = data.draw(st.sampled_from(live))
            self.by_hand.pop(self.system.objects()[key], None)
            self.system.remove(key)

    @rule(key=st.sampled_from(OTHERS))
    def someone_stores_something_else(self, key: str) -> None:
        self.others[key] = f"{key} {len(self.others)}".encode()
        self.system.put(key, self.others[key])

    @rule(days=st.sampled_from([1, 20, 40, 100]))
    def time_passes(self, days: int) -> None:
        self.system.pass_time(days)

    @rule(model=st.sampled_from(["gpt-6-luna", "gpt-5-mini"]))
    def the_model_is_changed(self, model: str) -> None:
        self.system.model = model
