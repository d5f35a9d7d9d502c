"""The site of docs/ in a browser: on a wide and a narrow screen, in light and in dark."""

from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Response

from langassets_tests.browser.contrast import TOO_PALE
from langassets_tests.docs.site import build
from langassets_tests.project import ROOT
from langassets_tests.servers.threaded import serving

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

WIDTHS = (1400, 390)
# Wider than the page, and neither cut off nor in a box that scrolls: what a reader would have to push aside.
_STICKING_OUT = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width) return ["the page itself"];
  return [...document.querySelectorAll("article img, article table, article pre, article svg")]
    .filter(one => one.getBoundingClientRect().right > width + 1)
    .filter(one => !one.closest(".md-typeset__scrollwrap, pre, .highlight"))
    .map(one => one.outerHTML.slice(0, 80));
}"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    done = build(ROOT, folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            """Nothing goes to the terminal."""

    with serving(ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site)))) as address:
        yield address


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_fits_and_asks_nobody_else(
    site: Path, address: str, browser: Browser, width: int, scheme: Literal["light", "dark"]
) -> None:
    pages = sorted(file.parent.relative_to(site).as_posix() for file in site.rglob("index.html"))
    assert len(pages) > 10
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    trouble: list[str] = []
    page.on("request", lambda request: trouble.extend(_elsewhere(request.url, address)))
    page.on("requestfailed", lambda request: trouble.append(f"failed: {request.url}"))
    page.on("response", lambda answer: trouble.extend(_refused(answer)))
    page.on("pageerror", lambda error: trouble.append(f"script: {error}"))
    for name in pages:
        page.goto(f"{address}/{name}/", wait_until="networkidle")
        shown = page.evaluate("getComputedStyle(document.body).backgroundColor")
        is_dark = max(int(part) for part in shown.strip("rgba()").split(",")[:3]) < 128
        assert is_dark is (scheme == "dark"), (name, shown)
        assert page.locator("h1").count() == 1, name
        assert page.evaluate(_STICKING_OUT) == [], name
        assert page.evaluate(TOO_PALE) == [], name
        for picture in page.locator("article img").all():
            assert picture.get_attribute("alt"), name
            assert picture.evaluate("one => one.complete && one.naturalWidth > 0"), name
    context.close()
    assert trouble == []


def test_the_search_finds_a_setting(address: str, browser: Browser) -> None:
    page = browser.new_page()
    with page.expect_response(lambda answer: answer.url.endswith("search_index.json")):
        page.goto(address)
    page.locator("input.md-search__input").click()
    # Typed, as people do: what stands in the field before the page looks at it starts no search.
    page.keyboard.type("MAX_DELETE_FRACTION", delay=50)
    page.locator(".md-search-result__item").first.wait_for(timeout=60_000)
    page.close()


def _elsewhere(url: str, address: str) -> list[str]:
    parts = urlsplit(url)
    ours = parts.scheme in {"data", "blob"} or f"{parts.scheme}://{parts.netloc}" == address
    return [] if ours else [f"asked elsewhere: {url}"]


def _refused(answer: Response) -> list[str]:
    return [f"{answer.status}: {answer.url}"] if answer.status >= 400 else []
