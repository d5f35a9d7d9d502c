"""`langassets run`: a Dagster job in this process, in the UI's history like any other run."""

from typing import Annotated

import typer

from langassets import lazy
from langassets.cli.servers.dagster_home import use_dagster_home
from langassets.settings import load_settings

AcceptReset = Annotated[
    bool, typer.Option(help="Take counters that are lower than they were, or gone, as meant.")
]
ConfirmLarge = Annotated[
    bool, typer.Option(help="Carry the plan out even where it removes more than MAX_DELETE_FRACTION.")
]


def evaluation(accept_reset: AcceptReset = False) -> None:
    """Read usage and decide which languages are frequent.

    Example: langassets run evaluation
    """
    _run("evaluation", accept_reset=accept_reset)


def cleanup(confirm_large_cleanup: ConfirmLarge = False) -> None:
    """Clear out what other languages no longer need.

    Of storage, for the languages that are not frequent. Look first with `langassets plan cleanup`.

    Example: langassets run cleanup --confirm-large-cleanup
    """
    _run("cleanup", confirm_large_cleanup=confirm_large_cleanup)


def preload() -> None:
    """Translate and store what is missing or outdated.

    For every lesson in each frequent language. What it would cost: `langassets plan preload`.

    Example: langassets run preload
    """
    _run("preload")


def everything(accept_reset: AcceptReset = False, confirm_large_cleanup: ConfirmLarge = False) -> None:
    """Evaluation, cleanup and preload, one after the other.

    Example: langassets run all
    """
    options = {"accept_reset": accept_reset, "confirm_large_cleanup": confirm_large_cleanup}
    _run("evaluation", "cleanup", "preload", **options)


def _run(*jobs: str, **options: bool) -> None:
    settings = load_settings()
    home = use_dagster_home()
    # Dagster takes seconds to load: a wrong setting is said before, and `--help` does without.
    with lazy.loading():
        from langassets.cli.jobs.running import run_jobs  # noqa: PLC0415
    raise typer.Exit(run_jobs(home, settings, jobs, options))
