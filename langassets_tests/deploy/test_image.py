"""deploy/Dockerfile and what goes into the image, without an engine."""

import fnmatch
import re
import shlex
import shutil
import subprocess
import zipfile
from itertools import chain
from pathlib import Path

from langassets_tests.deploy.compose import DEPLOY, instructions, stages
from langassets_tests.project import BIN, ROOT


def test_the_linter_finds_nothing_in_the_dockerfile() -> None:
    done = subprocess.run(
        [BIN / "hadolint", "--no-color", "--failure-threshold", "style", DEPLOY / "Dockerfile"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_last_stage_builds_nothing_and_is_not_root() -> None:
    last = stages()[-1]
    words = [word for word, _ in last]
    assert [rest for word, rest in last if word == "USER"] == ["10001:10001"]
    assert not any(re.search(r"pip|apt|gcc|hatch", rest) for word, rest in last if word == "RUN")
    assert "ARG" not in words, "what is handed in while building stands in the image's history"
    assert {"HEALTHCHECK", "CMD"} <= set(words)
    assert words.index("USER") > words.index("RUN")


def test_what_is_installed_is_held_against_hashes() -> None:
    installs = [rest for _, rest in instructions() if "install --" in rest]
    commands = [command for rest in installs for command in re.split("&&", rest) if "pip" in command]
    for command in commands:
        words = shlex.split(command)
        # Our own wheel has none, and brings nothing along.
        assert "--require-hashes" in words or "--no-deps" in words or "venv" in words, command
    for name in ("requirements.lock", "requirements-build.lock"):
        requirements = (DEPLOY / name).read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
        assert requirements
        assert all("--hash=sha256:" in line for line in requirements if line.strip()), name


def test_the_image_holds_the_versions_that_are_tested() -> None:
    def versions(path: Path) -> dict[str, str]:
        lines = path.read_text(encoding="utf-8").splitlines()
        return dict(re.findall(r"^([a-z0-9-]+)==([^ ;\\]+)", "\n".join(lines), re.MULTILINE))

    tested = versions(ROOT / "requirements-dev.lock")
    held = versions(DEPLOY / "requirements.lock") | versions(DEPLOY / "requirements-build.lock")
    assert {"dagster-postgres", "dagster-k8s", "dagster-celery", "psycopg2-binary"} <= held.keys()
    assert {
        name: (version, tested.get(name)) for name, version in held.items() if tested.get(name) != version
    } == {}
    assert versions(ROOT / "requirements.lock").items() <= held.items()


def _goes_into_the_context(path: str) -> bool:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    there = True
    for pattern in (line for line in lines if line and not line.startswith("#")):
        wanted, pattern = pattern.startswith("!"), pattern.removeprefix("!")
        names = [pattern, pattern.removeprefix("**/"), f"{pattern}/*"]
        if any(fnmatch.fnmatch(path, name) for name in names):
            there = wanted
    return there


def test_only_what_is_named_goes_into_the_image() -> None:
    for kept_out in (
        ".env",
        "deploy/.env",
        ".git/config",
        ".langassets/langassets.db",
        ".dagster/x",
        "README",
        "langassets/.env",
        "langassets/__pycache__/x.pyc",
        "langassets_tests/project.py",
    ):
        assert not _goes_into_the_context(kept_out), kept_out
    copied = [rest.split()[:-1] for word, rest in instructions() if word == "COPY" and "--from" not in rest]
    for path in chain.from_iterable(copied):
        inside = f"{path}__init__.py" if path.endswith("/") else path
        assert (ROOT / inside).exists(), path
        assert _goes_into_the_context(inside), path


def test_the_image_installs_a_whole_package(tmp_path: Path) -> None:
    for path in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / path, tmp_path)
    shutil.copytree(ROOT / "langassets", tmp_path / "langassets")
    (build,) = [rest for word, rest in instructions() if word == "RUN" and "hatchling build" in rest]
    program, *words = shlex.split(build.partition("&&")[0])
    subprocess.run([BIN / program, *words], cwd=tmp_path, check=True, capture_output=True)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    held = set(zipfile.ZipFile(wheel).namelist())
    there = {
        str(path.relative_to(tmp_path))
        for path in (tmp_path / "langassets").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert there <= held
    assert not [name for name in held if not name.startswith(("langassets/", "langassets-"))]
