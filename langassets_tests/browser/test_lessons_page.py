"""The lessons' pages in Chromium: a person's path, two at one segment, keys, and those who see otherwise."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from langassets.settings import Settings
from langassets_tests.api.conftest import home  # noqa: F401 (a fixture)
from langassets_tests.api.pages import lesson_in, plain_lesson_in, preloaded, settings_beside, stored
from langassets_tests.api.running import TOKEN, served, settings_of
from langassets_tests.browser.axe import axe_source, complaints
from langassets_tests.browser.conftest import README
from langassets_tests.browser.contrast import TOO_PALE
from langassets_tests.project import Project
from langassets_tests.servers.openai_server import OpenAIServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

WIDTHS = (1280, 768, 320)
MINE, THEIRS = "نفّذ <x1/> قبل أن يبدأ الدرس الأول.", "شغّل <x1/> قبل بداية الدرس الأول."
_WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture
def settings(home: Path) -> Iterator[Settings]:  # noqa: F811
    """Of an API with a model beside it."""
    with OpenAIServer() as server:
        yield settings_beside(server, home)


def signed_in(context: BrowserContext, name: str, to: str) -> Page:
    """A page of somebody who came by a link to it and signed in."""
    page = context.new_page()
    page.goto(to)
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Token").fill(TOKEN)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(f"{page.url.split('/lessons')[0]}{to}")
    return page


def correct(page: Page, segment: str, text: str) -> None:
    """Correct a segment."""
    one = page.get_by_role("article", name=segment)
    one.get_by_text("Correct or reject").click()
    one.get_by_label("Translation").fill(text)
    one.get_by_role("button", name="Store the correction").click()


def test_a_persons_path_and_the_second_of_two(settings: Settings, browser: Browser) -> None:
    lesson = lesson_in(settings)
    path, segment = f"/lessons/ar/{lesson}", f"Segment {lesson}/text/0"
    with served(settings) as client:
        first, second = (browser.new_context(base_url=str(client.base_url)) for _ in range(2))
        refused = first.new_page()
        refused.goto("/")
        refused.get_by_role("link", name="Sign in").click()
        refused.get_by_label("Your name").fill("Ada")
        refused.get_by_label("Token").fill("wrong-wrong-wrong")
        refused.get_by_role("button", name="Sign in").click()
        expect(refused.get_by_role("alert")).to_contain_text("The token is wrong")
        ada, ben = signed_in(first, "Ada", "/lessons/ar"), signed_in(second, "Ben", path)
        errors: list[str] = []
        ada.on("pageerror", lambda error: errors.append(str(error)))
        ada.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
        ada.get_by_role("link", name="Begin").click()
        target = ada.get_by_role("article", name=segment).locator(".target")
        assert (target.get_attribute("dir"), target.get_attribute("lang")) == ("rtl", "ar")
        assert target.locator("code").first.evaluate("one => getComputedStyle(one).direction") == "ltr"
        correct(ada, segment, MINE)
        expect(ada.get_by_role("status")).to_have_text("Stored.")
        ada.reload()
        expect(ada.get_by_role("article", name=segment)).to_contain_text(MINE.split("<")[0])
        correct(ben, segment, THEIRS)
        expect(ben.get_by_role("alert")).to_contain_text("Ada accepted")
        expect(ben.get_by_label("Translation").first).to_be_focused()
        preloaded(settings, "second")
        assert MINE.split("<")[0] in stored(settings, lesson)
        assert ada.evaluate("window.hurt") is None
        assert errors == []
        first.close()
        second.close()


def test_the_keys_are_a_segments_own(settings: Settings, browser: Browser) -> None:
    lesson = lesson_in(settings)
    with served(settings) as client:
        context = browser.new_context(base_url=str(client.base_url))
        page = signed_in(context, "Ada", f"/lessons/ar/{lesson}")
        segments = page.get_by_role("article")
        page.keyboard.press("j")
        assert page.evaluate("document.activeElement.className") != "segment"
        segments.nth(0).focus()
        page.keyboard.press("j")
        expect(segments.nth(1)).to_be_focused()
        page.keyboard.press("k")
        page.keyboard.press("e")
        expect(segments.nth(0).get_by_label("Translation")).to_be_focused()
        page.keyboard.type("a")
        expect(segments.nth(0).get_by_label("Translation")).to_be_focused()
        segments.nth(0).focus()
        page.keyboard.press("a")
        expect(page.get_by_role("status")).to_have_text("Stored.")
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everyone_can_use_them(
    settings: Settings,
    browser: Browser,
    scheme: Literal["light", "dark"],
    request: pytest.FixtureRequest,
) -> None:
    lesson, source = plain_lesson_in(settings), axe_source()
    pictures = request.config.getoption("--pictures")
    with served(settings) as client:
        context = browser.new_context(base_url=str(client.base_url), color_scheme=scheme)
        page = signed_in(context, "Ada", f"/lessons/ar/{lesson}")
        found: list[str] = []
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            for path in ("/", "/lessons/ar", f"/lessons/ar/{lesson}", "/jobs", "/login", "/lessons/ar/999"):
                page.goto(path)
                for fold in page.locator("summary").all():
                    fold.click()
                trouble = complaints(page, source) + page.evaluate(TOO_PALE)
                trouble += ["wider than the screen"] if page.evaluate(_WIDER) else []
                found += [f"{path} at {width}: {one}" for one in trouble]
                if pictures:
                    name = f"lessons-page-{path.strip('/').replace('/', '-') or 'overview'}-{width}-{scheme}"
                    page.screenshot(path=Path(pictures) / f"{name}.png")
        assert found == []
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_as_the_readme_shows_them(
    settings: Settings,
    browser: Browser,
    history: Project,
    web: str,
    scheme: Literal["light", "dark"],
    request: pytest.FixtureRequest,
) -> None:
    """The demo's overview beside its Dagster, and a lesson that somebody corrects."""
    folder = Path(request.config.getoption("--pictures") or history.folder)
    demo = settings_of(history.folder / ".langassets", dagster_webserver_url=web)
    seen: dict[str, Any] = {"color_scheme": scheme, "viewport": README, "device_scale_factor": 2}
    with served(demo) as client:
        context = browser.new_context(base_url=str(client.base_url), **seen)
        page = context.new_page()
        page.goto("/")
        expect(page.get_by_role("heading", name="Spanish")).to_be_visible()
        expect(page.get_by_role("img", name="Share over the last 90 days").first).to_be_visible()
        expect(page.get_by_text("Dagster cannot be reached")).to_have_count(0)
        page.get_by_role("heading", name="Languages").evaluate("one => one.scrollIntoView()")
        keep(page, folder / f"overview-{scheme}.png")
        context.close()
    lesson = plain_lesson_in(settings)
    with served(settings) as client:
        context = browser.new_context(base_url=str(client.base_url), **seen)
        page = signed_in(context, "Ada", f"/lessons/ar/{lesson}")
        correct(page, f"Segment {lesson}/text/1", "يُحفظ درسك تلقائيًا كل عشر ثوانٍ.")
        expect(page.get_by_role("status")).to_have_text("Stored.")
        keep(page, folder / f"lesson-{scheme}.png")
        context.close()


def keep(page: Page, file: Path) -> None:
    """A picture in 256 colours."""
    picture = Image.open(BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
    file.parent.mkdir(parents=True, exist_ok=True)
    picture.quantize(256, dither=Image.Dither.NONE).save(file, optimize=True)
