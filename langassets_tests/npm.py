"""Programs of Node.js's world, for what is best judged by them: pinned packages, installed once."""

import hashlib
import json
import shutil
import subprocess
from collections.abc import Sequence

import pytest

from langassets_tests.project import ROOT


def run_node(packages: Sequence[str], program: str, given: object) -> object:
    """What an ES module prints as JSON, `given` on its standard input; `packages` are what it imports, as
    `name@version`. Skips the test, and says so, where there is no npm."""
    if not (shutil.which("npm") and shutil.which("node")):
        pytest.skip("npm and node are not installed")
    name = hashlib.sha256(" ".join(packages).encode()).hexdigest()[:16]
    folder = ROOT / ".pytest_cache" / "npm" / name
    if not (folder / "installed").exists():
        folder.mkdir(parents=True, exist_ok=True)
        # Where there is no registry, npm's own pauses between tries come to minutes.
        options = ["--silent", "--no-audit", "--no-fund", "--fetch-retries=1", "--fetch-retry-maxtimeout=999"]
        command = ["npm", "install", *options, "--prefix", str(folder), *packages]
        done = subprocess.run(command, check=False, timeout=300, capture_output=True, text=True)
        if done.returncode:
            pytest.skip(f"npm cannot install {' '.join(packages)}: {done.stderr.strip()[-300:]}")
        (folder / "installed").touch()
    file = folder / f"{hashlib.sha256(program.encode()).hexdigest()[:16]}.mjs"
    file.write_text(program, encoding="utf-8")
    done = subprocess.run(
        ["node", str(file)], input=json.dumps(given), text=True, capture_output=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)
