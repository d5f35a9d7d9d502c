"""Whether links arrive in translated lessons, on real documentation as a real site generator renders it.

    python -m benchmarks.links FOLDER --generator mkdocs
    python -m benchmarks.links FOLDER --generator docusaurus --npm DIR
    python -m benchmarks.links FOLDER --generator vitepress --npm DIR

FOLDER holds Markdown (a clone's docs/). It is imported, preloaded in pseudo-localization, which changes every
heading, and exported; source and export are built alike. Every link of every page is then followed to the id
that it names. It ends with 1 where one leads nowhere that led somewhere in the source. DIR is where the
generator was installed, with a package.json without "type":

    npm install vitepress@1.6.4
    npm install react@18 react-dom@18 @docusaurus/core@3.10.2 @docusaurus/preset-classic@3.10.2
"""

import argparse
import os
import posixpath
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

BIN = Path(sys.executable).parent
MARKDOWN = (".md", ".mdx", ".markdown")
CONFIGS = {
    "mkdocs": (
        "mkdocs.yml",
        "site_name: x\ntheme: {name: material, font: false}\nplugins: []\n"
        "markdown_extensions: [admonition, tables, md_in_html%s]\n",
    ),
    "docusaurus": (
        "docusaurus.config.js",
        "module.exports = {title: 'x', url: 'https://x.example', baseUrl: '/', onBrokenLinks: 'ignore', "
        "onBrokenAnchors: 'warn', markdown: {format: 'md', hooks: {onBrokenMarkdownLinks: 'ignore', "
        "onBrokenMarkdownImages: 'ignore'}}, presets: [['classic', {docs: {routeBasePath: '/', "
        "sidebarPath: undefined}, blog: false, pages: false}]]}\n",
    ),
    "vitepress": (
        ".vitepress/config.mjs",
        "export default {ignoreDeadLinks: true, markdown: {html: false}}\n",
    ),
}


# Links that the theme makes itself: to each heading from beside it, and from lists of headings.
_THEME = re.compile(r"headerlink|hash-link|header-anchor|table-of-contents|outline-link|skip")


class Page(HTMLParser):
    """The ids of a page, and where the links of its text lead to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: Counter[str] = Counter()
        self.navigation = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.navigation += tag == "nav"
        of_the_theme = self.navigation or any(
            name == "class" and value and _THEME.search(value) for name, value in attrs
        )
        for name, value in attrs:
            if value and (name == "id" or (name == "name" and tag == "a")):
                self.ids.add(value)
            elif value and name == "href" and tag == "a" and not of_the_theme:
                self.links[value] += 1

    def handle_endtag(self, tag: str) -> None:
        self.navigation -= tag == "nav"


class Count(NamedTuple):
    """Links to an id on a page of the site, and those of them (page and address) that lead nowhere."""

    followed: int
    broken: Counter[tuple[str, str]]


def count(site: Path) -> Count:
    """Follow every link of a built site that names an id."""
    pages = {
        file.relative_to(site).as_posix(): Page(file.read_text("utf-8")) for file in site.rglob("*.html")
    }
    followed, broken = 0, Counter[tuple[str, str]]()
    for path, page in pages.items():
        for href, times in page.links.items():
            address = urlsplit(href)
            fragment = unquote(address.fragment)
            if address.scheme or address.netloc or not fragment or fragment.startswith("__"):
                continue
            target = resolved(path, unquote(address.path), pages)
            if target is None:
                continue  # a page that there is not, or a file
            followed += times
            if fragment not in target.ids:
                broken[path, href] += times
    return Count(followed, broken)


def resolved(path: str, address: str, pages: dict[str, Page]) -> Page | None:
    """The page that an address leads to, as a server of static files has it."""
    if not address:
        return pages[path]
    joined = posixpath.normpath(posixpath.join("/", posixpath.dirname(path), address)).lstrip("/")
    every = (joined, f"{joined}/index.html".lstrip("/"), f"{joined}.html")
    return next((pages[one] for one in every if one in pages), None)


def run(*command: str | Path, cwd: Path, **environ: str) -> str:
    done = subprocess.run(
        command, cwd=cwd, env=os.environ | environ, capture_output=True, text=True, check=False
    )
    if done.returncode not in (0, 1):
        sys.exit(f"{command}: {done.stdout[-3000:]}\n{done.stderr[-3000:]}")
    return done.stdout + done.stderr


def build(generator: str, docs: Path, root: Path, npm: Path | None) -> tuple[Path, str]:
    """The site that a generator makes of a folder, and what it printed."""
    if generator == "mkdocs":
        said = run(BIN / "mkdocs", "build", "-q", cwd=root, NO_MKDOCS_2_WARNING="1")
        return root / "site", said
    assert npm
    if not (root / "node_modules").exists():
        (root / "node_modules").symlink_to(npm.resolve() / "node_modules")
        (root / "package.json").write_text('{"name": "x", "private": true}')
    command = npm.resolve() / "node_modules" / ".bin" / generator
    if generator == "docusaurus":
        said = run(
            command, "build", cwd=root, DOCUSAURUS_NO_TELEMETRY="1", DOCUSAURUS_NO_PERSISTENT_CACHE="1"
        )
        return root / "build", said
    return docs / ".vitepress" / "dist", run(command, "build", "docs", cwd=root)


def lessons(source: Path, target: Path, limit: int) -> None:
    """The Markdown of a folder, and what lies beside it, without what a generator of its own would read."""
    files = sorted(file for file in source.rglob("*") if file.is_file() and not file.is_symlink())
    taken = 0
    for file in files:
        path = file.relative_to(source)
        if any(part.startswith(".") or part == "node_modules" for part in path.parts):
            continue
        is_lesson = file.suffix.lower() in MARKDOWN
        taken += is_lesson
        if (is_lesson and taken <= limit) or file.suffix.lower() in (".png", ".jpg", ".svg", ".gif", ".webp"):
            (target / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, target / path)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--generator", choices=[*CONFIGS], required=True)
    parser.add_argument("--npm", type=Path)
    parser.add_argument("--slugs", default="auto")
    parser.add_argument("--no-braces", action="store_true", help="MkDocs without attr_list")
    parser.add_argument("--limit", type=int, default=10_000, help="files at most")
    parser.add_argument("--work", type=Path, help="a folder to leave all in")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        work = (asked.work or Path(temporary)).resolve()
        name, config = CONFIGS[asked.generator]
        if asked.generator == "mkdocs":
            config %= "" if asked.no_braces else ", attr_list"
        before, after = work / "source", work / "translated"
        for root in (before, after):
            at = root / "docs" if asked.generator == "vitepress" else root
            (at / name).parent.mkdir(parents=True, exist_ok=True)
            (at / name).write_text(config)
        lessons(asked.folder, before / "docs", asked.limit)
        settings = {
            "LANGASSETS_HOME": str(work / "home"),
            "PREDEFINED_LANGUAGES": "es",
            "HEADING_SLUGS": asked.slugs,
            "HOME": str(work),
        }
        imported = run(BIN / "langassets", "import-lessons", before / "docs", cwd=work, **settings)
        print(imported.splitlines()[0])
        run(BIN / "langassets", "run", "preload", cwd=work, **settings)
        exported = run(
            BIN / "langassets", "export-lessons", "es", after / "docs", "--force", cwd=work, **settings
        )
        print(exported.splitlines()[0])
        counts = {}
        for root in (before, after):
            site, said = build(asked.generator, root / "docs", root, asked.npm)
            if not site.is_dir():
                sys.exit(f"no site was built:\n{said[-4000:]}")
            own = sum(line.strip().startswith("-> linking to") and "#" in line for line in said.splitlines())
            counts[root.name] = found = count(site)
            more = f"; the generator itself names {own}" if asked.generator == "docusaurus" else ""
            print(
                f"{root.name}: {found.followed:,} links to headings, "
                f"{found.broken.total():,} of them lead nowhere{more}"
            )
        new = counts["translated"].broken - counts["source"].broken
        for (path, href), times in sorted(new.items())[:40]:
            print(f"  {path}: {href} ({times})")
        print(f"{new.total():,} lead nowhere that led somewhere in the source")
        return 1 if new else 0


if __name__ == "__main__":
    sys.exit(main())
