"""`langassets compare`: the decisions of the replaced system beside langassets' own."""

from typing import Annotated

import typer

from langassets.cli.terminal.output import print_json, yes_or_no
from langassets.jobs.evaluation.comparison import compare as compared
from langassets.services import services_in_force
from langassets.wording import counted


def compare(as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False) -> None:
    """Compare the tier in language_stats with our decisions.

    Nothing is written. Two rules are tried: the replaced system's own (5 % of all requests ever), which
    should agree, and that of today's settings.

    Example: langassets compare
    """
    services = services_in_force()
    found = compared(services.data, services.settings, services.clock())
    if as_json:
        rows = [
            {
                "language": one.language,
                "stands": one.stands,
                "parity": {"frequent": one.parity.frequent, "share": one.parity.share},
                "today": {"frequent": one.today.frequent, "share": one.today.share},
                "differences": list(one.lines()),
            }
            for one in found
        ]
        print_json(rows)
        return
    print(f"{'':8}{'stands':>10}{'same rule':>12}{'':9}{'today':>8}")
    for one in found:
        stands = "no row" if one.stands is None else yes_or_no(one.stands)
        print(
            f"{one.language:8}{stands:>10}{yes_or_no(one.parity.frequent):>12} {one.parity.share:8.2%}"
            f"{yes_or_no(one.today.frequent):>8} {one.today.share:8.2%}"
        )
    for one in found:
        for line in one.lines():
            print(line)
    wrong = sum(not one.agrees for one in found)
    changed = sum(one.changes for one in found)
    print(
        f"{counted(len(found), 'language')}: {len(found) - wrong} stand as the replaced system's rule has "
        f"them, {wrong} do not; today's settings would change {changed}."
    )
