"""A lesson that was preloaded into Arabic, to look at through the API's pages."""

import asyncio
import threading
from pathlib import Path

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


def lesson_in(
    settings: Settings, title: str = f"Begin {SCRIPT}", text: str = f"# {TEXT}\n\n{HOSTILE}"
) -> str:
    """A lesson in the database and, in Arabic, in storage; its number."""
    data = engine_of(None, settings.langassets_home)
    number = add_lesson(data, title, {"text": {"text": text}})
    keys = {said: Services(settings).recipes.keys(text, "en", "ar")[0] for text, said in PLAIN.items()}
    DatabaseMemory(data).remember(Remembered(key, said, "openai", "") for said, key in keys.items())
    data.dispose()
    preloaded(settings, "first")
    return number


def plain_lesson_in(settings: Settings) -> str:
    """The same of a lesson as people write them."""
    text = "# {}\n\n{}\n\n{}\n\n{}".format(*PLAIN).replace("<x1/>", "`Ctrl+S`")
    return lesson_in(settings, "Save your work", text)


def preloaded(settings: Settings, run_id: str) -> None:
    """A preload, in a thread of its own: Playwright's event loop may run in this one."""
    thread = threading.Thread(
        target=lambda: asyncio.run(preload(Services(settings), ["ar"], run_id=run_id)), name=run_id
    )
    thread.start()
    thread.join()


def stored(settings: Settings, number: str) -> str:
    """The object in storage."""

    async def read() -> bytes:
        async with Services(settings).store() as store:
            return await store.read(f"ar/lessons/{number}/text.json")

    found: list[bytes] = []
    thread = threading.Thread(target=lambda: found.append(asyncio.run(read())))
    thread.start()
    thread.join()
    return found[0].decode()


def sent(client: httpx.Client, path: str, form: dict[str, str], origin: str | None = None) -> httpx.Response:
    """What a form gets that a page of ours sends, or one of another `origin`."""
    return client.post(path, data=form, headers={"Origin": origin or str(client.base_url).rstrip("/")})


def signed_in(client: httpx.Client, name: str, token: str = TOKEN) -> httpx.Response:
    """Sign in; the cookie stays in the client."""
    return sent(client, "/login", {"token": token, "name": name, "to": "/"})
