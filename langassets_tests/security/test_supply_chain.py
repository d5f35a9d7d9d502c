"""What is installed is what was locked: every file by its hash, from wherever it is fetched."""

import re
import tomllib
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from langassets_tests.security.licences import ROOT, is_allowed, licences, locked

LOCKS = sorted(
    path.relative_to(ROOT).as_posix() for path in [*ROOT.glob("*.lock"), *ROOT.glob("deploy/*.lock")]
)
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def group(name: str) -> list[str]:
    """The requirements of a dependency group, with those of the groups that it includes."""
    found = list[str]()
    for entry in PROJECT["dependency-groups"][name]:
        found += group(entry["include-group"]) if isinstance(entry, dict) else [entry]
    return found


def extras(*names: str) -> list[str]:
    return [one for name in names for one in PROJECT["project"]["optional-dependencies"][name]]


WANTED = {
    "requirements.lock": PROJECT["project"]["dependencies"] + extras("gemini"),
    "requirements-dev.lock": PROJECT["project"]["dependencies"] + extras("gemini") + group("dev"),
    "requirements-setup.lock": group("setup"),
    "deploy/requirements.lock": PROJECT["project"]["dependencies"]
    + extras(*PROJECT["project"]["optional-dependencies"]),
    "deploy/requirements-build.lock": group("image-build"),
}


def test_every_lock_file_is_looked_at() -> None:
    assert set(LOCKS) == set(WANTED)


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_has_one_version_and_its_hashes(name: str) -> None:
    lines = [line for line in (ROOT / name).read_text(encoding="utf-8").splitlines() if line]
    entries = "\n".join(lines).replace("\\\n", " ").splitlines()
    pinned = re.compile(r"[a-z0-9-]+==[^ ;]+( ; [^#]+?)?( +--hash=sha256:[0-9a-f]{64})+ *")
    assert [entry[:60] for entry in entries if not pinned.fullmatch(entry)] == []
    assert len(entries) > 0


@pytest.mark.parametrize("name", LOCKS)
def test_no_place_to_fetch_from_is_named(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert re.findall(r"https?:|file:|--index|--extra|--find|--trusted| @ ", text) == []


@pytest.mark.parametrize("name", LOCKS)
def test_it_is_what_the_project_asks_for(name: str) -> None:
    versions = locked(ROOT / name)
    for text in WANTED[name]:
        wanted = Requirement(text)
        found = versions.get(canonicalize_name(wanted.name))
        assert found is not None, f"{wanted.name} is not in {name}: run make lock"
        assert wanted.specifier.contains(found), f"{wanted} is locked to {found} in {name}: run make lock"


def test_all_lock_files_name_the_same_versions() -> None:
    chosen: dict[str, set[str]] = {}
    for name in LOCKS:
        for package, version in locked(ROOT / name).items():
            chosen.setdefault(package, set()).add(version)
    assert {package: versions for package, versions in chosen.items() if len(versions) > 1} == {}


def test_nothing_is_installed_without_its_hash() -> None:
    for file in (ROOT / "Makefile", ROOT / "deploy" / "Dockerfile"):
        for line in file.read_text(encoding="utf-8").replace("\\\n", " ").splitlines():
            for command in re.split(r"&&|;", line):
                if re.search(r"\bpip .*install\b", command) and not command.lstrip().startswith("#"):
                    assert "--require-hashes" in command or "--no-deps" in command, command


def test_licences_are_known_and_such_as_may_be_used() -> None:
    found = licences()
    assert [name for name, licence in found.items() if licence and not is_allowed(licence)] == []
    listed = dict(re.findall(r"^\| ([a-z0-9][a-z0-9-]*) \| (.+) \|$", _page(), re.MULTILINE))
    listed.pop("package", None)
    assert set(listed) == set(found), "run make licences"
    assert len([name for name, licence in found.items() if licence]) > len(found) * 0.9


def _page() -> str:
    return (ROOT / "docs" / "licences.md").read_text(encoding="utf-8")
