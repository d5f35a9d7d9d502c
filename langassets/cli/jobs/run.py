"""`langassets run`: a Dagster job in this process, in the UI's history like any other run."""

from typing import Annotated

import typer

app = typer.Typer(help="Run a job now, in this process.", no_args_is_help=True)

AcceptReset = Annotated[
    bool, typer.Option(help="Take counters that are lower than they were, or gone, as meant.")
]
ConfirmLarge = Annotated[
    bool, typer.Option(help="Carry the plan out even where it removes more than MAX_DELETE_FRACTION.")
]


@app.command()
def evaluation(accept_reset: AcceptReset = False) -> None:
    """Read usage and decide which languages are frequent.

    Example: langassets run evaluation
    """
    _run("evaluation", accept_reset=accept_reset)


@app.command()
def cleanup(confirm_large_cleanup: ConfirmLarge = False) -> None:
    """Clear out what other languages no longer need.

    Of storage, for the languages that are not frequent. Look first with `langassets plan cleanup`.

    Example: langassets run cleanup --confirm-large-cleanup
    """
    _run("cleanup", confirm_large_cleanup=confirm_large_cleanup)


@app.command()
def preload() -> None:
    """Translate and store what is missing or outdated.

    For every lesson in each frequent language. What it would cost: `langassets plan preload`.

    Example: langassets run preload
    """
    _run("preload")


@app.command("all")
def everything(accept_reset: AcceptReset = False, confirm_large_cleanup: ConfirmLarge = False) -> None:
    """Evaluation, cleanup and preload, one after the other.

    Example: langassets run all
    """
    _run(
        "evaluation",
        "cleanup",
        "preload",
        accept_reset=accept_reset,
        confirm_large_cleanup=confirm_large_cleanup,
    )


def _run(*jobs: str, accept_reset: bool = False, confirm_large_cleanup: bool = False) -> None:
    from langassets.cli.jobs.running import Run, run_jobs
    from langassets.cli.servers.dagster_home import use_dagster_home
    from langassets.settings import load_settings

    settings = load_settings()  # before Dagster is loaded: a wrong setting is said at once
    use_dagster_home()
    outcome = run_jobs(
        settings, jobs, Run(accept_reset=accept_reset, confirm_large_cleanup=confirm_large_cleanup)
    )
    raise typer.Exit(outcome)
