"""What a run says on the terminal is what it did."""

import io
from pathlib import Path

import dagster as dg
from rich.console import Console

from langassets.cli.jobs.summaries import summarize
from langassets.defs.assets.cleaned_storage_state import metadata_of
from langassets.defs.assets.preload_metadata import coverage_chart, language_metadata
from langassets.jobs.cleanup.carry_out import CleanupReport
from langassets.jobs.cleanup.plan import CleanupSurvey
from langassets.jobs.preload.plan import LanguagePlan
from langassets.jobs.preload.report import LanguageReport, PreloadReport
from langassets.retention.plan import Action, CleanupPlan, Step
from langassets_tests.jobs.lessons import NOW


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


def test_what_is_freed_and_what_versions_keep_stand_apart(tmp_path: Path) -> None:
    step = Step("he/lessons/1/text.json", "he", "1", Action.DELETE, "outdated", 1000, "etag")
    report = CleanupReport(CleanupSurvey(CleanupPlan(), NOW), "plan", done=[step, step], bytes_kept=1500)

    @dg.asset
    def cleaned_storage_state() -> dg.MaterializeResult[None]:
        return dg.MaterializeResult(metadata=metadata_of(report))

    with dg.DagsterInstance.ephemeral(str(tmp_path)) as instance:
        done = dg.materialize([cleaned_storage_state], instance=instance)
    shown = io.StringIO()
    summarize(Console(file=shown, width=200), done)
    assert "500 bytes freed; 1,500 bytes of what was removed are kept by the bucket" in shown.getvalue()
