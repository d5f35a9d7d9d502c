"""`langassets export-memory` and `import-memory`: the translation memory as TMX 1.4."""

from pathlib import Path
from typing import Annotated

import typer

from langassets import __version__
from langassets.cli.terminal.arguments import code_of, languages
from langassets.cli.terminal.output import written
from langassets.errors import InputError, unusable
from langassets.ingestion.memory import MemoryImport
from langassets.jobs.evaluation.frequent_languages import frequent_languages
from langassets.locales import tag_of
from langassets.services import services_in_force
from langassets.translation.exchange.tmx import TmxFile, write_tmx
from langassets.wording import counted


def export_memory(
    file: Annotated[Path, typer.Argument(help="The TMX file to write.")],
    language: Annotated[
        list[str] | None, typer.Option(help="Only this language; may be repeated.", autocompletion=languages)
    ] = None,
) -> None:
    """Write the translation memory as TMX 1.4.

    Translation tools read it, and `langassets import-memory` does.

    Example: langassets export-memory memory.tmx --language he
    """
    services = services_in_force()
    tags = [tag_of(code_of(code)) for code in language or ()]
    with written(file, newline="\n") as opened:
        units, now = services.memory.everything(tags), services.clock()
        count = write_tmx(units, opened, version=__version__, made_at=now, source_language="en")
    print(f"{counted(count, 'translation')} written to {file}.")


def import_memory(
    file: Annotated[Path, typer.Argument(help="A TMX file.")],
    source: Annotated[str, typer.Option(help="The language that the lessons are written in.")] = "en",
    approved: Annotated[
        bool, typer.Option(help="A person stands for every one: no model replaces them.")
    ] = False,
) -> None:
    """Take in a translation memory from a TMX file.

    No model is paid for what is in it, and it goes before a model's translations.

    Example: langassets import-memory memory.tmx
    """
    services = services_in_force()
    frequent = frequent_languages(services.data, services.settings.predefined_languages)
    used = {tag_of(code) for code in (*frequent.codes, *frequent.decided_against)}
    written_in = tag_of(code_of(source))
    try:
        with file.open("rb") as opened:
            units = TmxFile(opened, written_in, used, "approved" if approved else "import")
            done = MemoryImport(units)
            done.into(services.memory)
    except OSError as error:
        raise unusable(file, error) from None
    except InputError as error:
        kept = (
            f"{counted(done.taken, 'translation was', 'translations were')} taken in before that"
            if done.taken
            else "Nothing was taken in"
        )
        raise InputError(f"{file}: {error} {kept}.") from None
    print(f"{counted(done.taken, 'translation')} taken in.")
    for (language, variant), number in sorted(done.near.items()):
        print(f"  {number:,} of them for {language} in {variant}, for want of exact ones")
    for language, number in sorted(done.unused.items()):
        print(f"  {number:,} of them for {language}, which is not in use: they wait until it is")
    for reason, left_out in units.left_out.most_common():
        print(f"  {left_out:,} left out: {reason}")
