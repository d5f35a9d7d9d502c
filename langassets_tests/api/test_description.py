"""The description of the API, asked for everything that it allows and much that it does not."""

import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from langassets_tests.api.running import TOKEN, Started

_CONFIG = Path(__file__).with_name("schemathesis.toml")


@pytest.mark.timeout(480)
def test_every_answer_is_described_and_none_is_a_failure(live: Started, tmp_path: Path) -> None:
    """Some hundred requests, the same each time; `benchmarks/api.py description` sends random ones too, as
    many as one likes."""
    script = str(Path(sys.executable).with_name("schemathesis"))
    options = ["--seed", "1", "--phases", "examples,coverage"]
    options += ["--header", f"Authorization: Bearer {TOKEN}"]
    outcome = subprocess.run(
        [script, "--config-file", str(_CONFIG), "run", f"{live.url}/openapi.json", *options],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stdout[-5000:]
    assert "Tested: 12" in outcome.stdout


def test_the_page_to_read_it_needs_nothing_from_elsewhere(api: httpx.Client) -> None:
    page = api.get("/docs")
    assert page.status_code == 200
    assert "/openapi.json" in page.text
    assert "//" not in re.sub(r"<!--.*?-->", "", page.text, flags=re.DOTALL)
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'; script-src 'self' 'sha256-" in policy
    assert "http" not in policy
    for place in re.findall(r'(?:src|href)="(/docs/[^"]+)"', page.text):
        file = api.get(place)
        assert (file.status_code, file.headers["x-content-type-options"]) == (200, "nosniff"), place
        assert len(file.content) > 100_000


def test_every_route_says_what_can_go_wrong(api: httpx.Client) -> None:
    paths = api.get("/openapi.json").json()["paths"]
    assert set(paths) == {
        "/api/jobs/status",
        "/api/jobs/trigger/{job}",
        "/api/jobs/runs/{run_id}",
        "/api/jobs/history",
        "/api/jobs/preload/plan",
        "/api/languages",
        "/api/usage",
        "/api/review",
        "/api/review/waiting",
        "/health",
        "/ready",
        "/metrics",
    }
    for path in ("/api/jobs/trigger/{job}", "/api/usage"):
        assert {"401", "409", "413", "422", "429", "503"} <= set(paths[path]["post"]["responses"])
        assert paths[path]["post"]["security"] == [{"HTTPBearer": []}]
