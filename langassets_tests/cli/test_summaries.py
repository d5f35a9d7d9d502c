"""What a run says on the terminal is what it did."""

import io
from pathlib import Path

import dagster as dg
from rich.console import Console

from langassets.cli.jobs.summaries import summarize
from langassets.defs.assets.preload_metadata import coverage_chart, language_metadata
from langassets.jobs.preload.plan import LanguagePlan
from langassets.jobs.preload.report import LanguageReport, PreloadReport


def test_however_many_were_edited_all_are_counted(tmp_path: Path) -> None:
    """The web UI lists the first hundred."""
    edited = [f"he/lessons/{number}/text.json" for number in range(250)]
    one = LanguageReport(LanguagePlan("he", edited=edited))
    report = PreloadReport([one])

    @dg.asset(name="preloaded_translations", partitions_def=dg.StaticPartitionsDefinition(["he"]))
    def preloaded() -> dg.MaterializeResult[None]:
        of_run = {"coverage": coverage_chart(report)}
        return dg.MaterializeResult(metadata=language_metadata(one, report, of_run))

    with dg.DagsterInstance.ephemeral(str(tmp_path)) as instance:
        done = dg.materialize([preloaded], instance=instance, partition_key="he")
    shown = io.StringIO()
    summarize(Console(file=shown, width=200), done)
    header, row = (line.split() for line in shown.getvalue().splitlines())
    assert row[header.index("Kept")] == "250"
