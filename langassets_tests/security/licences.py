"""The licences of everything that `requirements.lock` installs; `make licences` writes them to docs/."""

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

# What may be used by a program under the MIT licence, and handed on with it unchanged.
ALLOWED = (
    "MIT",
    "BSD",
    "Apache",
    "ISC",
    "PSF",
    "Python Software Foundation",
    "Zlib",
    "CC0",
    # Only changes of the library itself have to be handed on: these are used as they come.
    "MPL",
    "Mozilla Public License",
    "LGPL",
    "Lesser General Public License",
)
# Where a package's classifier says something else than the text of its licence, which was read.
_BY_THEIR_TEXT = {"locate": "MIT License"}


def locked(lock: Path) -> dict[str, str]:
    """The versions that a lock file names, by package."""
    return dict(re.findall(r"^([a-z0-9-]+)==([^ ;\\]+)", lock.read_text(encoding="utf-8"), re.MULTILINE))


def licences() -> dict[str, str]:
    """The licence of each package of `requirements.lock`, empty for one that this platform does without."""
    command = [str(Path(sys.executable).with_name("pip-licenses")), "--from=mixed", "--format=json"]
    rows = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
    here = {re.sub(r"[-_.]+", "-", row["Name"]).lower(): row["License"] for row in rows} | _BY_THEIR_TEXT
    return {name: here.get(name, "") for name in locked(ROOT / "requirements.lock")}


def is_allowed(licence: str) -> bool:
    """Whether one of the licences that a package gives is among those that may be used."""
    return any(word.lower() in licence.lower() for word in ALLOWED)


def page() -> str:
    """The list for people."""
    rows = [
        f"| {name} | {licence or 'only on other platforms'} |" for name, licence in sorted(licences().items())
    ]
    return "\n".join(
        [
            "# Licences",
            "",
            "langassets itself is under the MIT licence. What it installs, as each package says of itself",
            "(`make licences` writes this list, and a test fails where it is out of date):",
            "",
            "| package | licence |",
            "| --- | --- |",
            *rows,
            "",
            "Swagger UI, which `fastapi-offline` brings for the page at `/docs`, is under Apache-2.0.",
        ]
    )


if __name__ == "__main__":
    print(page())
