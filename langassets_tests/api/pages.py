"""A lesson that was preloaded into Arabic, to look at through the API's pages."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import httpx

from langassets.database.connection import engine_of
from langassets.database.translations.memory import DatabaseMemory
from langassets.jobs.preload.job import preload
from langassets.services import Services
from langassets.settings import Settings
from langassets.translation.types import Remembered
from langassets_tests.api.running import TOKEN, settings_of
from langassets_tests.jobs.lessons import add_lesson
from langassets_tests.servers.openai_server import OpenAIServer

_T = TypeVar("_T")

TEXT = "Run `npm install` before the first lesson begins."
SCRIPT = "<script>window.hurt = 1</script>"
HOSTILE = f'Never trust "><img src=x onerror=window.hurt=1> what `{SCRIPT}` a reader may write.'


def settings_beside(server: OpenAIServer, home: Path, **more: object) -> Settings:
    """Settings with a model, a folder as storage, and Arabic frequent."""
    model = {"openai_api_key": server.key, "openai_base_url": server.url, "predefined_languages": ["ar"]}
    return settings_of(home, **model, **more)


PLAIN = {
    "Save your work": "احفظ عملك",
    "Your lesson is saved every ten seconds.": "يُحفظ درسك كل عشر ثوانٍ.",
    "Press <x1/> to save it at once.": "اضغط <x1/> لحفظه فورًا.",
    "Open **History** to see earlier versions.": "افتح **السجل** لرؤية الإصدارات السابقة.",
}
"""A lesson's segments, and what a model made of them."""

_REMEMBERED = PLAIN | {
    TEXT.replace("`npm install`", "<x1/>"): "شغّل <x1/> قبل أن يبدأ الدرس الأول.",
    HOSTILE.replace(f"`{SCRIPT}`", "<x1/>"): f"لا تثق أبدًا {HOSTILE[12:47]} بما <x1/> قد يكتبه قارئ.",
}


def lesson_in(
    settings: Settings, title: str = f"Begin {SCRIPT}", text: str = f"# {TEXT}\n\n{HOSTILE}"
) -> str:
    """A lesson in the database and, in Arabic, in storage; its number."""
    data = engine_of(None, settings.langassets_home)
    number = add_lesson(data, title, {"text": {"text": text}})
    keys = {said: Services(settings).recipes.keys(text, "en", "ar")[0] for text, said in _REMEMBERED.items()}
    DatabaseMemory(data).remember(Remembered(key, said, "openai", "") for said, key in keys.items())
    data.dispose()
    preloaded(settings, "first")
    return number


def plain_lesson_in(settings: Settings) -> str:
    """The same of a lesson as people write them."""
    text = "# {}\n\n{}\n\n{}\n\n{}".format(*PLAIN).replace("<x1/>", "`Ctrl+S`")
    return lesson_in(settings, "Save your work", text)


def preloaded(settings: Settings, run_id: str) -> None:
    """A preload of all that is wanted in Arabic."""
    _apart(lambda: preload(Services(settings), ["ar"], run_id=run_id))


def stored(settings: Settings, number: str) -> str:
    """The object in storage."""

    async def read() -> bytes:
        async with Services(settings).store() as store:
            return await store.read(f"ar/lessons/{number}/text.json")

    return _apart(read).decode()


def _apart(work: Callable[[], Coroutine[Any, Any, _T]]) -> _T:
    """What comes of something in a thread of its own: Playwright's event loop may run in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(work())).result()


def sent(client: httpx.Client, path: str, form: dict[str, str], origin: str | None = None) -> httpx.Response:
    """What a form gets that a page of ours sends, or one of another `origin`."""
    return client.post(path, data=form, headers={"Origin": origin or str(client.base_url).rstrip("/")})


def signed_in(client: httpx.Client, name: str, token: str = TOKEN) -> httpx.Response:
    """Sign in; the cookie stays in the client."""
    return sent(client, "/login", {"token": token, "name": name, "to": "/"})
