"""What people look at in Dagster's web UI: the lineage, every asset's page, a run; in light and dark mode."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from langassets_tests.browser.conftest import LOW, README, Camera

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

ASSETS = (
    "language_usage_stats",
    "frequent_language_tier",
    "cleaned_storage_state",
    "preloaded_translations",
    "lessons",
    "tier_policy_backtest",
)
# By asset: its chart, and a row of its table.
SHOWN = {
    "language_usage_stats": ("shares", ["es", "Spanish", "12."]),
    "frequent_language_tier": ("shares", ["es", "promoted", "at or above the 5 % that promotes"]),
    "cleaned_storage_state": ("by_language", ["fr", "delete", "can be made again from memory"]),
    "preloaded_translations": ("coverage", ["text", "8", "8"]),
    "tier_policy_backtest": ("trade_off", ["today", "28"]),
}


def nothing_is_wrong(page: Page) -> None:
    for said in ("Something went wrong", "GraphQL error", "An unexpected error", "PythonError"):
        expect(page.get_by_text(said)).to_have_count(0)


def inside(small: Locator, large: Locator) -> None:
    """Nothing of it is cut on its right."""
    inner, outer = small.bounding_box(), large.bounding_box()
    assert inner
    assert outer
    assert inner["x"] + inner["width"] <= outer["x"] + outer["width"]


def row(page: Page, cells: list[str]) -> Locator:
    found = page.locator("tr")
    for cell in cells:
        found = found.filter(has_text=cell)
    return found.last


def test_the_whole_lineage(page: Page, camera: Camera) -> None:
    """As it opens: the assets themselves, and nothing that 'Materialize all' would make by accident."""
    page.goto("/asset-groups/")
    for asset in ASSETS:
        # In the graph, not only in the list on the left.
        expect(page.locator("foreignObject").get_by_text(asset, exact=True).first).to_be_visible()
    expect(page.get_by_text("Materialize all (4)")).to_be_visible()
    expect(page.get_by_text("Observed", exact=True).first).to_be_visible()
    expect(page.get_by_text("SQLite").first).to_be_visible()
    expect(page.get_by_text(re.compile("Supabase|OpenAI|Gemini"))).to_have_count(0)
    expect(page.get_by_text("100% filled").first).to_be_visible()
    expect(page.get_by_text("optional", exact=True)).to_be_visible()
    nothing_is_wrong(page)
    camera.take(page, "lineage-whole")


def test_the_lineage_around_the_tier(page: Page, camera: Camera) -> None:
    page.set_viewport_size(LOW)
    page.goto("/assets/frequent_language_tier?view=lineage")
    page.get_by_text("Hide navigation").click()
    page.wait_for_load_state("networkidle")
    # The scale that it opens at is now a little above and now a little below the one where names are whole.
    if page.get_by_text(re.compile("^language_us….*")).first.is_visible():
        page.get_by_role("button", name="zoom_in").click()
    for asset in ASSETS[:4]:
        expect(page.get_by_text(asset, exact=True).first).to_be_visible()
    expect(page.get_by_text("1 / 1 Passed").first).to_be_visible()
    nothing_is_wrong(page)
    camera.take(page, "lineage")


@pytest.mark.parametrize("asset", SHOWN)
def test_an_asset_its_table_and_its_chart(page: Page, camera: Camera, asset: str) -> None:
    chart, cells = SHOWN[asset]
    page.goto(f"/assets/{asset}?view=events")
    shown = row(page, cells)
    expect(shown).to_be_visible()
    inside(shown, page.locator("body"))
    expect(page.get_by_text("peak_memory_mb")).to_be_visible()
    camera.take(page, f"{asset}-events")
    page.locator("tr", has_text=re.compile(f"^{chart}")).get_by_text("[Show Markdown]").click()
    picture = page.locator('img[src^="data:image/svg+xml"]')
    expect(picture).to_be_visible()
    wide, high = picture.evaluate("image => [image.naturalWidth, image.naturalHeight]")
    assert wide >= 600
    assert high >= 80
    inside(picture, page.get_by_role("dialog"))
    assert len(picture.get_attribute("alt") or "") > 15
    nothing_is_wrong(page)
    page.set_viewport_size(README)
    camera.take(page, f"{asset}-chart")


@pytest.mark.parametrize("asset", ASSETS)
def test_what_an_asset_is(page: Page, camera: Camera, asset: str) -> None:
    page.goto(f"/assets/{asset}")
    expect(page.get_by_text("Description", exact=True).first).to_be_visible()
    for title in ("Owners", "Kinds", "Tags", "Source code"):
        expect(page.get_by_text(title, exact=True).first).to_be_visible()
    expect(page.get_by_text("content", exact=True).first).to_be_visible()
    nothing_is_wrong(page)
    camera.take(page, asset)


@pytest.mark.parametrize("asset", ASSETS[:4])
def test_the_latest_figures_are_seen_without_a_click(page: Page, camera: Camera, asset: str) -> None:
    page.goto(f"/assets/{asset}")
    figures = page.locator("tr", has_text="at_a_glance").locator("table tr").nth(1)
    expect(figures).to_be_in_viewport()
    inside(figures, page.get_by_role("button", name="Plots"))  # which ends where the table does
    camera.take(page, f"{asset}-at-a-glance")


def test_no_tag_of_ours_fills_the_rows_of_runs(page: Page, camera: Camera) -> None:
    page.goto("/runs")
    expect(page.get_by_text("language_cleanup").first).to_be_visible()
    expect(page.get_by_text(re.compile("langassets[/_]"))).to_have_count(0)
    camera.take(page, "runs")


def test_figures_over_time(page: Page, camera: Camera) -> None:
    page.set_viewport_size({"width": 1440, "height": 2000})
    page.goto("/assets/frequent_language_tier")
    page.get_by_role("button", name="Plots").click()
    for figure in ("frequent_count", "promoted_count", "cpu_seconds", "peak_memory_mb"):
        expect(page.get_by_text(figure, exact=True).first).to_be_visible()
    expect(page.locator("canvas").first).to_be_visible()
    nothing_is_wrong(page)
    camera.take(page, "plots")


def test_the_checks_of_an_asset(page: Page, camera: Camera) -> None:
    page.goto("/assets/preloaded_translations?view=checks")
    for check in (
        "coverage_is_complete",
        "translations_are_fresh",
        "few_segments_failed",
        "nothing_is_doubted",
    ):
        expect(page.get_by_text(check, exact=True).first).to_be_visible()
    expect(page.get_by_text("Nothing is missing in 5 frequent languages.").first).to_be_visible()
    nothing_is_wrong(page)
    camera.take(page, "checks")


def test_a_run_reads_like_a_story(page: Page, camera: Camera) -> None:
    page.goto("/assets/frequent_language_tier?view=events")
    page.locator('a[href^="/runs/"]').first.click()
    log = page.get_by_placeholder("Filter…")
    for filtered, line in (
        ("Cycle", "Starting Language Evaluation Cycle"),
        ("Step", "[Step 1/2] Evaluating language statistics..."),
        ("promoted", "es promoted: 12.1 % of requests"),
        ("completed", "Language evaluation completed"),
    ):
        log.fill(filtered)
        expect(page.get_by_text(line).first).to_be_visible()
    nothing_is_wrong(page)
    camera.take(page, "run")


def test_what_runs_by_itself(page: Page, camera: Camera) -> None:
    page.goto("/automation")
    for name in (
        "language_evaluation_schedule",
        "preload_frequent_languages_schedule",
        "cleanup_after_evaluation",
        "preload_on_startup",
        "send_alerts",
        "heartbeat",
    ):
        expect(page.get_by_text(name, exact=True).first).to_be_visible()
    expect(page.get_by_text("At 03:00 AM UTC").first).to_be_visible()
    expect(page.get_by_text("Standard sensor").first).to_be_visible()
    nothing_is_wrong(page)
    camera.take(page, "automation")
