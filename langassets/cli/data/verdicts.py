"""`langassets review list`, `accept` and `reject`: a person's word on single translations."""

from typing import Annotated

import typer
from rich.table import Column

from langassets.cli.terminal.arguments import code_of, languages, reviewer_named
from langassets.cli.terminal.messages import as_called
from langassets.cli.terminal.output import end_with_problems, print_json
from langassets.cli.terminal.tables import show
from langassets.database.translations.reviews import Verdict
from langassets.errors import InputError
from langassets.ingestion.review.exporting import to_review
from langassets.ingestion.review.speaking import ALL, Answered, Request, in_the_way, speak
from langassets.ingestion.review.units import listed
from langassets.ingestion.review.verdicts import Outcome
from langassets.services import services_in_force
from langassets.wording import counted

_Language = Annotated[
    str, typer.Argument(help="A language like he, or all for every one.", autocompletion=languages)
]
_Segment = Annotated[
    str | None,
    typer.Argument(help="Lesson, content type and place, as 'langassets review list' shows: 17/text/4."),
]
_Text = Annotated[str | None, typer.Option(help="The source text, whole, instead of a segment.")]
_Why = Annotated[str, typer.Option(help="Why. Of what is rejected, the model is told so.")]
_By = Annotated[str | None, typer.Option(help="Who says so; by default who is logged in here.")]
_Everywhere = Annotated[
    bool, typer.Option("--everywhere", help="Of the segment's text wherever it stands, not of this place.")
]
_Instead = Annotated[bool, typer.Option("--instead", help="Also where somebody else said otherwise.")]


def list_waiting(
    language: Annotated[
        str, typer.Argument(help="The language to review, like he.", autocompletion=languages)
    ],
    limit: Annotated[int, typer.Option(min=1, help="At most so many, the least sure ones.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="For machines: a JSON list.")] = False,
) -> None:
    """List translations that wait for a person, the least sure first.

    With their segment, lesson, source, translation, and what speaks against them. 'langassets export-review'
    writes the same into a file for many.

    Example: langassets review list he --limit 5
    """
    services = services_in_force()
    units = to_review(services.data, services.recipes, code_of(language))
    if as_json:
        print_json([listed(unit) for unit in units[:limit]])
        return
    columns = [Column(name, overflow="fold") for name in ("Segment", "Lesson", "Source", "Translation")]
    rows = [
        (
            f"{unit.confidence:.2f}",
            *(" ".join(unit.segments[:1]), " ".join(unit.lessons[:1])),
            *(unit.segment.text, unit.translation),
            "; ".join(unit.reasons),
        )
        for unit in units[:limit]
    ]
    show(("Sure", *columns, "Findings"), rows)
    print(f"{len(rows):,} of {counted(len(units), 'translation')} that wait in {language}")


def accept(
    language: _Language,
    segment: _Segment = None,
    text: _Text = None,
    translation: Annotated[
        str | None,
        typer.Option(help="The translation; by default the one in use, and for all the text as it is."),
    ] = None,
    why: _Why = "",
    by: _By = None,
    everywhere: _Everywhere = False,
    instead: _Instead = False,
) -> None:
    """Accept a translation until its source changes.

    Of a segment: at that place alone, or with --everywhere wherever its text stands, as with --text. No model
    replaces it, and doubts of the checks are overruled; errors, such as a lost tag, are not.

    Example: langassets review accept he 17/text/4 --why "the term of the course"
    """
    by = reviewer_named(by)
    _speak(Request(Verdict.ACCEPTED, language, by, segment, text, translation, why, instead, everywhere))


def reject(
    language: _Language,
    segment: _Segment = None,
    text: _Text = None,
    translation: Annotated[
        str | None, typer.Option(help="The translation; by default the one in use.")
    ] = None,
    why: _Why = "",
    by: _By = None,
    everywhere: _Everywhere = False,
    instead: _Instead = False,
) -> None:
    """Reject a translation: it is never used again for its text and language.

    The next preload asks the model anew, with what was rejected and why. Of a segment whose text stands
    elsewhere too, only that place is meant: it stands first in the list until somebody accepts another,
    unless you say --everywhere.

    Example: langassets review reject he 17/text/4 --why "too formal"
    """
    by = reviewer_named(by)
    _speak(Request(Verdict.REJECTED, language, by, segment, text, translation, why, instead, everywhere))


def _speak(request: Request) -> None:
    if (request.segment is None) == (request.text is None):
        raise InputError("Name a segment like 17/text/4, or give the whole source text with --text.")
    services = services_in_force()
    answered = speak(services.data, services.recipes, request, services.clock())
    if left := in_the_way(answered.answers):
        print("Nothing was taken in:")
    else:
        _tell(answered)
        left = [one for one in answered.answers if one.outcome is Outcome.NOTHING and request.language != ALL]
    end_with_problems([f"{one.target_language}: {one.message}" for one in left])


def _tell(answered: Answered) -> None:
    for one in answered.answers:
        if one.outcome in (Outcome.TAKEN, Outcome.ALREADY):
            print(f"{one.target_language}: {one.message}")
    if any(one.outcome is Outcome.TAKEN for one in answered.answers):
        print(as_called("The next preload puts it into the lessons: `langassets run preload`"))
    if answered.glossary:
        print(
            f"To say so for every text with these words, add this line to the glossary:\n{answered.glossary}"
        )
