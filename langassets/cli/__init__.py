"""The `langassets` command. Nothing heavy is imported before a command runs."""

import io
import sys
from typing import Annotated

import typer

from langassets import lazy
from langassets.cli.commands import LazyGroup
from langassets.cli.terminal.messages import as_called, disk_trouble
from langassets.errors import DatabaseError, InputError, LangassetsError, SettingsError

DONE, IN_PART, WRONG_INPUT = 0, 1, 2

app = typer.Typer(
    cls=LazyGroup,
    help="Keeps every lesson translated and fresh in storage for the languages that people use.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _tell_version(asked: bool) -> None:
    if asked:
        print(f"langassets {lazy.importlib_metadata.version('langassets')}")
        raise typer.Exit


@app.callback()
def _all_commands(
    _version: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    pass


for _name, _help in (
    ("run", "Run a job now, in this process."),
    ("review", "Say what is right and what is not, translation by translation."),
    ("plan", "Show what a job would do, without doing anything."),
):
    app.add_typer(typer.Typer(cls=LazyGroup, help=_help, no_args_is_help=True), name=_name)


def main() -> None:
    """Run the command; exit codes: 0 done, 1 done in part or failed, 2 bad settings or input, 130 Ctrl-C."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that cannot show a name in its own letters shows ? for each, and no trace.
            stream.reconfigure(errors="replace")
    try:
        app()
    except LangassetsError as error:
        print(f"langassets: {as_called(str(error))}", file=sys.stderr)
        wrong = isinstance(error, SettingsError | InputError | DatabaseError)
        sys.exit(WRONG_INPUT if wrong else IN_PART)
    except BrokenPipeError:
        # What was read from was closed, by `head` for one: no reason for a trace.
        sys.stderr.close()
        sys.exit(DONE)
    except Exception as error:
        said = disk_trouble(error)
        if said is None:
            raise
        print(f"langassets: {said}", file=sys.stderr)
        sys.exit(WRONG_INPUT)
