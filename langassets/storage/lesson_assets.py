"""Keys of what lessons show beside their text: files that stand in storage once for all languages.

    lesson-assets/{hash}/{path}    a file as it was imported, by the beginning of its SHA-256 and its path

By its hash in the key, a file never changes under an address, and two folders never meet; none of these
keys is a lesson's (`keys.parse`). Of a path, what is no letter of ASCII, no digit, and none of `_`, `-` and
`.` (but at a beginning) is written as `=` and two hexadecimal digits for each byte of its UTF-8, so that an
address needs no escapes of its own.
"""

import re
from urllib.parse import quote, unquote

ASSETS_PREFIX = "lesson-assets/"
FROM_LESSON = "../../../"
"""From `{language}/lessons/{lesson}/` to where all keys begin."""

_HASH = 16
_ADDRESS = re.compile(rf"(?:^|.*/){ASSETS_PREFIX}[0-9a-f]{{{_HASH}}}/(?P<path>[^?#]+)")


def asset_key(path: str, sha256: str) -> str:
    """The key of the file at `path` (with slashes) whose bytes have this SHA-256 (hexadecimal)."""
    return f"{ASSETS_PREFIX}{sha256[:_HASH]}/{escaped_path(path)}"


def escaped_path(path: str) -> str:
    """A path as it stands in a key."""
    escaped = quote(path, safe="/").replace("~", "%7E").replace("%", "=")
    return re.sub(r"(?<![^/])\.", "=2E", escaped)  # no part of a key begins with a dot


def asset_path(address: str) -> str | None:
    """The path of the file that an address with such a key leads to; None for any other address."""
    found = _ADDRESS.match(address)
    return unquote(found["path"].replace("=", "%")) if found else None
