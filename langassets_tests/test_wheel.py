"""What is released: whole, well described, installed without a clone. `make wheel` builds it first."""

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from packaging.metadata import Metadata

from langassets_tests.project import ROOT

pytestmark = pytest.mark.wheel
_UV = [sys.executable, "-m", "uv", "--system-certs"]


@pytest.fixture(scope="module")
def wheel() -> Path:
    [found] = (ROOT / "dist").glob("*.whl")
    return found


@pytest.fixture(scope="module")
def sdist() -> Path:
    [found] = (ROOT / "dist").glob("*.tar.gz")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment that has the wheel, and beside it what is locked: no more, no less."""
    folder = tmp_path_factory.mktemp("installed")
    python = str(folder / "bin" / "python")
    _ok(*_UV, "venv", "--quiet", "--python", sys.executable, str(folder))
    install = [*_UV, "pip", "install", "--quiet", "--python", python]
    _ok(*install, "--require-hashes", "-r", str(ROOT / "requirements.lock"))
    _ok(*install, "--no-deps", str(wheel))
    _ok(*_UV, "pip", "check", "--python", python)
    return folder / "bin"


def test_the_wheel_has_every_file_of_the_package(wheel: Path) -> None:
    tracked = [name for name in _files() if name.startswith("langassets/")]
    packed = zipfile.ZipFile(wheel).namelist()
    assert set(tracked) - set(packed) == set()
    assert {name for name in packed if not name.startswith("langassets-")} - set(tracked) == set()


def test_the_sdist_has_what_the_wheel_is_made_of_and_nothing_else(sdist: Path) -> None:
    tracked = {*_files(), "PKG-INFO"}
    with tarfile.open(sdist) as archive:
        packed = {name.partition("/")[2] for name in archive.getnames()}
    assert packed - tracked == set()
    assert {name for name in tracked if name.startswith("langassets")} - packed == set()


def test_the_metadata_is_valid_and_the_same_in_both(wheel: Path, sdist: Path) -> None:
    with zipfile.ZipFile(wheel) as opened:
        [name] = [name for name in opened.namelist() if name.endswith(".dist-info/METADATA")]
        of_wheel = opened.read(name)
    with tarfile.open(sdist) as archive:
        member = archive.extractfile(f"{sdist.name.removesuffix('.tar.gz')}/PKG-INFO")
        assert member is not None
        assert member.read() == of_wheel
    described = Metadata.from_email(of_wheel, validate=True)
    assert str(described.version) == wheel.name.split("-")[1]
    assert described.description_content_type == "text/markdown"
    assert described.description == (ROOT / "README.md").read_text(encoding="utf-8")


def test_two_commands_lead_to_a_translated_lesson_in_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    for arguments in (["demo"], ["run", "all"]):
        _langassets(installed, tmp_path, *arguments)
    lessons = list((tmp_path / "here" / ".langassets" / "storage" / "ar" / "lessons").rglob("*.json"))
    assert len(lessons) == 27


def _files() -> list[str]:
    """The project's files, those included that are not committed yet."""
    listing = ["ls-files", "--cached", "--others", "--exclude-standard"]
    return _ok("git", "-C", str(ROOT), *listing).splitlines()


def _langassets(installed: Path, folder: Path, *arguments: str) -> str:
    """The installed command, with nothing of ours within reach: no folder, no home, no path."""
    here, home = folder / "here", folder / "home"
    here.mkdir(exist_ok=True)
    home.mkdir(exist_ok=True)
    environ = {"PATH": os.defpath, "HOME": str(home)}
    assert shutil.which("langassets", path=os.defpath) is None
    return _ok(str(installed / "langassets"), *arguments, cwd=here, env=environ)


def _ok(*command: str, cwd: Path | None = None, env: dict[str, str] | None = None) -> str:
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout
