"""A history of real runs, Dagster's web server over it, and Chromium to look at it.

`--pictures FOLDER` keeps what is seen as PNGs.
"""

import re
import subprocess
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from langassets_tests.project import BIN, Project
from langassets_tests.servers.ports import free_port
from langassets_tests.servers.waiting import wait_until

# In milliseconds; pages are quick, machines that run tests are not.
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
_LAPTOP = ViewportSize(width=1440, height=900)
LOW, README = ViewportSize(width=1000, height=600), ViewportSize(width=1000, height=720)
"""For pictures that are shown smaller in the README, and still have to be read."""
_SHARP = 2
"""Pixels for each that a page counts, as screens have them today."""


@pytest.fixture(scope="session")
def history(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Two evaluations: the first changes nothing, the second promotes one language and demotes another; then
    everything else once."""
    project = Project(tmp_path_factory.mktemp("history"))
    project.ok("langassets", "demo")
    project.environ["TIER_MIN_REQUESTS"] = "1000000000"
    project.ok("langassets", "run", "evaluation")
    project.environ["TIER_MIN_REQUESTS"] = "0"
    project.ok("langassets", "run", "all")
    backtest = ("--select", "tier_policy_backtest")
    project.ok("dagster", "asset", "materialize", "-m", "langassets.definitions", *backtest)
    return project


@pytest.fixture(scope="session")
def web(history: Project, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of Dagster's web server over that history."""
    port = free_port()
    log = tmp_path_factory.mktemp("web") / "webserver.log"
    with log.open("w") as out:
        server = subprocess.Popen(
            [str(BIN / "dagster-webserver"), "--host", "127.0.0.1", "--port", str(port)],
            cwd=history.folder,
            env=history.env | {"DAGSTER_HOME": str(history.folder)},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until(
            "the web server to listen",
            lambda: "Serving dagster-webserver" in log.read_text(encoding="utf-8"),
            alive=server,
        )
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(60)


# Closed before another module's tests begin: Playwright's event loop runs in this very thread, where no other
# can while it is there.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=[*_FLAGS])
        yield chromium
        chromium.close()


@pytest.fixture(params=["Light", "Dark"])
def page(request: pytest.FixtureRequest, browser: Browser, web: str) -> Iterator[Page]:
    """A page in one of the web UI's two modes; an error in its script fails the test."""
    context = browser.new_context(base_url=web, viewport=_LAPTOP, device_scale_factor=_SHARP)
    context.set_default_timeout(PATIENCE)
    # Where the web UI keeps what a person chose in its settings.
    context.add_init_script(f"localStorage.setItem('dagster-theme', '\"{request.param}\"')")
    errors: list[str] = []
    opened = context.new_page()
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    assert mode_of(opened) == request.param.lower()
    context.close()
    assert not errors


def mode_of(page: Page) -> str:
    """The mode that a page is in: light or dark."""
    [mode] = re.findall(r"\btheme(Light|Dark)\b", page.evaluate("document.body.className"))
    return str(mode).lower()


class Camera:
    """Keeps a picture under a name and the page's mode, where a folder was given."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def take(self, page: Page, name: str) -> None:
        """Take it as it is on the screen once nothing loads any more, in 256 colours: that is a third of the
        size."""
        page.wait_for_load_state("networkidle")
        expect(page.get_by_text(re.compile("^Loading"))).to_have_count(0)
        page.wait_for_timeout(500)  # what fades in has done so by then
        picture = page.screenshot(animations="disabled")
        if self._folder:
            self._folder.mkdir(parents=True, exist_ok=True)
            image = Image.open(BytesIO(picture)).convert("RGB").quantize(256, dither=Image.Dither.NONE)
            image.save(self._folder / f"{name}-{mode_of(page)}.png", optimize=True)


@pytest.fixture(scope="session")
def camera(request: pytest.FixtureRequest) -> Camera:
    folder = request.config.getoption("--pictures")
    return Camera(Path(folder) if folder else None)
