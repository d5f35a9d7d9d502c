"""axe-core from npm: what a page has against people who see, hear or move otherwise."""

from playwright.sync_api import Page

from langassets_tests.npm import run_node

_READ = """import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
const file = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
process.stdout.write(JSON.stringify(readFileSync(file, "utf8")));"""
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_RUN = """rules => axe.run({ runOnly: rules }).then(found =>
  found.violations.map(one => `${one.id}: ${one.nodes[0].html.slice(0, 200)}`))"""


def axe_source() -> str:
    """The script; skips the test where npm cannot be had."""
    return str(run_node(["axe-core@4.14.1"], _READ, None))


def complaints(page: Page, source: str) -> list[str]:
    """What it finds, WCAG 2.2's levels A and AA and what is held for good practice."""
    # As the debugger's own, which the page's policy does not stop.
    page.evaluate(source)
    found: list[str] = page.evaluate(_RUN, _RULES)
    return found
