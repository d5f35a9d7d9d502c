"""The `langassets` command. Nothing heavy is imported before a command runs."""

import io
import sys

import typer

from langassets.cli.data import imports, memory, review
from langassets.cli.jobs import compare, plan, reconcile, restore, run, simulate
from langassets.cli.reports import doctor, history, status
from langassets.cli.servers import api, daemon, migrate, ui, worker
from langassets.errors import LangassetsError

DONE, IN_PART, WRONG_INPUT = 0, 1, 2

app = typer.Typer(
    help="Keeps every lesson translated and fresh in storage for the languages that people use.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(run.app, name="run")
app.add_typer(plan.app, name="plan")
app.command()(status.status)
app.command()(history.history)
app.command()(simulate.simulate)
app.command()(ui.ui)
app.command()(api.api)
app.command()(compare.compare)
app.command()(restore.restore)
app.command()(daemon.daemon)
app.command()(worker.worker)
app.command()(doctor.doctor)
app.command("import-lessons")(imports.import_lessons)
app.command("import-usage")(imports.import_usage)
app.command("export-memory")(memory.export_memory)
app.command("import-memory")(memory.import_memory)
app.command("export-review")(review.export_review)
app.command("import-review")(review.import_review)
app.command()(reconcile.reconcile)
app.command()(migrate.migrate)
app.command()(imports.demo)


def main() -> None:
    """Run the command; exit codes: 0 done, 1 done in part or failed, 2 bad settings or input, 130 Ctrl-C."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that cannot show a name in its own letters shows ? for each, and no trace.
            stream.reconfigure(errors="replace")
    try:
        app()
    except LangassetsError as error:
        from langassets.cli.terminal.calling import as_called

        print(f"langassets: {as_called(str(error))}", file=sys.stderr)
        sys.exit(exit_code(error))
    except BrokenPipeError:
        # What was read from was closed, by `head` for one: no reason for a trace.
        sys.stderr.close()
        sys.exit(DONE)
    except Exception as error:
        from langassets.cli.terminal.disk import trouble

        said = trouble(error)
        if said is None:
            raise
        print(f"langassets: {said}", file=sys.stderr)
        sys.exit(WRONG_INPUT)


def exit_code(error: LangassetsError) -> int:
    """2 where the user has to correct settings or input, 1 for everything that failed on the way."""
    from langassets.errors import DatabaseError, InputError, SettingsError

    return WRONG_INPUT if isinstance(error, SettingsError | InputError | DatabaseError) else IN_PART
