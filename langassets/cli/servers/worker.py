"""`langassets worker`: carries out runs that Dagster hands to Celery."""

from typing import Annotated

import typer

from langassets.cli.servers.dagster_home import use_dagster_home
from langassets.cli.servers.instance import own_instance
from langassets.errors import SettingsError
from langassets.services import Services
from langassets.settings import load_settings


def worker(
    runs: Annotated[int, typer.Option(min=1, help="Runs at once on this machine.")] = 1,
    name: Annotated[str, typer.Option(help="Name of this worker on this machine.")] = "langassets",
) -> None:
    """Carry out runs that Dagster hands to Celery.

    One process each, until SIGTERM, which waits for them. Broker and queue are those of the dagster.yaml in
    DAGSTER_HOME; see deploy/celery/dagster.yaml.

    Example: langassets worker --runs 2
    """
    settings = load_settings()  # a wrong setting is said now, and not by the first run
    home = use_dagster_home()
    try:
        from dagster_celery import launcher, tasks  # noqa: PLC0415 (an extra, which may be missing)
    except ImportError:
        raise SettingsError("Workers need Celery: pip install 'langassets[celery]'.") from None
    with own_instance(home, Services(settings)) as instance:
        celery = instance.run_launcher
        if not isinstance(celery, launcher.CeleryRunLauncher):
            raise SettingsError(
                f"{home / 'dagster.yaml'} (DAGSTER_HOME) hands no runs to Celery: start from "
                "deploy/celery/dagster.yaml."
            )
        app, queue = celery.celery, celery.default_queue
        tasks.create_execute_job_task(app)
        tasks.create_resume_job_task(app)
    options = [f"--concurrency={runs}", f"--hostname={name}@%h", f"--queues={queue}", "--loglevel=INFO"]
    # Workers say nothing to each other that a run needs, and it costs requests to the broker.
    app.worker_main(["worker", *options, "--without-gossip", "--without-mingle"])
