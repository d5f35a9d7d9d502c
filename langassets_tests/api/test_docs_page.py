"""The page at /docs in a real browser that reaches nothing but the API."""

from collections.abc import Iterator
from typing import Literal
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Page, Route, sync_playwright

from langassets_tests.api.running import TOKEN

pytestmark = pytest.mark.browser

_OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


@pytest.fixture
def page() -> Iterator[Page]:
    """A page of Debian's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=_OPTIONS)
        try:
            yield browser.new_page()
        finally:
            browser.close()


def test_the_description_can_be_read_and_tried_with_no_network(page: Page, api: httpx.Client) -> None:
    elsewhere, complaints = list[str](), list[str]()

    def pass_on(route: Route) -> None:
        if urlsplit(route.request.url).port == api.base_url.port or route.request.url.startswith("data:"):
            route.continue_()
        else:
            elsewhere.append(route.request.url)
            route.abort()

    page.route("**/*", pass_on)
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{api.base_url}/docs", timeout=120_000)
    page.get_by_text("Start a job", exact=True).wait_for(timeout=120_000)
    assert page.locator(".opblock").count() == 12
    assert (elsewhere, complaints) == ([], [])
    inks: dict[Literal["dark", "light"], str] = {"dark": "rgb(228, 230, 230)", "light": "rgb(59, 65, 81)"}
    for scheme, ink in inks.items():
        page.emulate_media(color_scheme=scheme)
        worn = "ink => getComputedStyle(document.querySelector('.swagger-ui')).color === ink"
        page.wait_for_function(worn, arg=ink, timeout=120_000)

    # Nothing of the page's own is in the way of trying a route with a token.
    page.get_by_role("button", name="Authorize").first.click()
    page.locator(".auth-container input").fill(TOKEN)
    page.locator(".auth-btn-wrapper button[type=submit]").click()
    page.locator(".auth-btn-wrapper .btn-done").click()
    page.locator("#operations-jobs-trigger .opblock-summary-control").click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()
    page.get_by_text("dagster_unavailable").first.wait_for(timeout=120_000)
    assert elsewhere == []
    # The 503 itself, which Chromium reports too.
    assert all("503" in text for text in complaints), complaints
