"""An earlier version of langassets and this one, over one database and one bucket."""

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from langassets_tests.chaos.rounds import ROUNDS, Tally, ended, started, until_it_has_come_far
from langassets_tests.chaos.world import NOW, World, Worlds
from langassets_tests.project import ROOT

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(3600)]

EARLIER = "65d4ac6"
"""Of an earlier generation of code on this generation of the schema: it knows it up to 0002."""

_RUN = """
import datetime, json, sys
from langassets_tests.chaos.job import Task, run_killed
job, environ, now = json.loads(sys.argv[1])
run_killed(Task(job, environ, datetime.datetime.fromisoformat(now), run_id="earlier"))
"""


@pytest.fixture(scope="session")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The earlier version, as it was."""
    folder = tmp_path_factory.mktemp("earlier")
    packed = subprocess.run(["git", "archive", EARLIER], cwd=ROOT, capture_output=True, check=False)
    if packed.returncode:
        pytest.skip(f"only where git knows the commit {EARLIER}")
    subprocess.run(["tar", "x", "-C", folder], input=packed.stdout, check=True)
    return folder


@pytest.mark.parametrize("worlds", [True], indirect=True, ids=["remote"])
def test_an_earlier_version_beside_this_one(worlds: Worlds, tally: Tally, earlier: Path) -> None:
    """While one is being replaced by the other, both start jobs; the earlier one may be cut off."""

    def disturb(world: World, luck: random.Random) -> str:
        given = json.dumps([job, world.environ, NOW.isoformat()])
        environ = {**os.environ, "PYTHONPATH": str(earlier)}
        other = subprocess.Popen([sys.executable, "-c", _RUN, given], cwd=earlier, env=environ)
        when = until_it_has_come_far(worlds, world, job, luck)
        process = started(world.task(job, NOW))
        if cut := luck.random() < 0.5:
            other.kill()
        code = other.wait(120)
        assert code == 0 or cut, f"the earlier version ended with {code}"
        return (
            f"{ended(process)}: {when} of the earlier one, {'which was cut off' if cut else 'which went on'}"
        )

    for number in range(max(3, ROUNDS // 20)):
        job = ("preload", "cleanup", "preload")[number % 3]
        tally.play(worlds, job, disturb, number)
    tally.check()
