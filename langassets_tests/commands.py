"""The `langassets` command in a process of its own, forked from one that has loaded everything already.

All else is as in a shell: a folder, an environment, files for what is printed, an exit code. Tests of what a
start loads, of signals and of servers start the installed script itself.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from langassets.cli import main
from langassets_tests.servers.forked import forked


def run_command(
    arguments: Sequence[str], folder: Path, environ: Mapping[str, str], timeout: float
) -> subprocess.CompletedProcess[str]:
    """Run `langassets` with these arguments to its end; raises `subprocess.TimeoutExpired`."""
    with tempfile.TemporaryDirectory() as printed:
        out, err = Path(printed, "out"), Path(printed, "err")
        process = forked(_run, tuple(arguments), folder, dict(environ), out, err)
        process.join(timeout)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise subprocess.TimeoutExpired(["langassets", *arguments], timeout, _read(out), _read(err))
        code = process.exitcode
        process.close()
        return subprocess.CompletedProcess(["langassets", *arguments], code, _read(out), _read(err))


def _run(arguments: tuple[str, ...], folder: Path, environ: dict[str, str], out: Path, err: Path) -> None:
    for file, descriptor in ((out, 1), (err, 2)):
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT), descriptor)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environ)
    sys.argv = [str(Path(sys.executable).with_name("langassets")), *arguments]
    main()


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.exists() else ""
