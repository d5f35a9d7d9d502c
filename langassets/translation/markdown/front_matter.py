"""The front matter of a Markdown document, of which a few values are prose: YAML between lines of dashes, or
TOML between lines of plus signs."""

import re
from collections.abc import Sequence

import yaml

from langassets.translation.markdown.values import Value
from langassets.translation.markdown.values.toml_text import toml_values
from langassets.translation.markdown.values.yaml_text import yaml_values

# Keys of Jekyll, Hugo, Docusaurus, MkDocs and VitePress whose values a reader sees.
_KEYS = """
    title subtitle description summary excerpt tagline lead abstract caption alt text details
    linktitle link_title nav_title navtitle sidebar_title sidebar_label pagination_label
"""
TRANSLATABLE = frozenset(_KEYS.split())
# Right at the beginning; `yaml` and `toml` are what stands between the lines.
YAML = re.compile(
    r"\ufeff?---[ \t]*+\r?\n(?P<yaml>.*?)^(?:---|\.\.\.)[ \t]*+(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE
)
TOML = re.compile(
    r"\ufeff?\+\+\+[ \t]*+\r?\n(?P<toml>.*?)^\+\+\+[ \t]*+(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE
)


def front_matter(source: str) -> tuple[int, Sequence[Value]]:
    """Where the front matter ends (0: there is none) and its translatable values, in order."""
    for pattern, values_in in ((YAML, yaml_values), (TOML, toml_values)):
        match = pattern.match(source)
        try:
            if match:
                return match.end(), list(values_in(match[1], match.start(1), TRANSLATABLE))
        except (yaml.YAMLError, ValueError, RecursionError):
            break
    return 0, []


def blanked(source: str, end: int) -> str:
    """`source` with blanks in place of what stands before `end`, but for the ends of lines."""
    return re.sub(r"[^\r\n]", " ", source[:end]) + source[end:]
