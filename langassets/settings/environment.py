"""Every environment variable, read and validated in one place.

`load_settings()` reads the process's environment and `.env` below it; tests hand in a mapping.
Nothing here runs while importing.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import AliasChoices, Field, SecretStr, ValidationError, model_validator

from langassets.errors import SettingsError
from langassets.settings.alerts import AlertSettings
from langassets.settings.cron import check_hour
from langassets.settings.dagster import DagsterSettings
from langassets.settings.env_file import read_env_file
from langassets.settings.judge import JudgeSettings
from langassets.settings.lessons import LessonSettings
from langassets.settings.values import (
    CronPattern,
    HttpAddress,
    LanguageCodes,
    PostgresqlAddress,
    Share,
    TimeZone,
)
from langassets.settings.web import WebSettings
from langassets.settings.wording import in_words


class Settings(LessonSettings, WebSettings, AlertSettings, DagsterSettings, JudgeSettings):
    """What an operator can set. A field's name in capitals is its variable; the description is its cure."""

    # Where things lie
    langassets_home: Path = Field(
        Path(".langassets"), description="Folder of the embedded database and storage."
    )
    database_url: PostgresqlAddress | None = Field(
        None, description="PostgreSQL, like postgresql://user:password@host:5432/name; unset: SQLite."
    )
    supabase_url: HttpAddress | None = Field(
        None, description="Address of the Supabase project, like https://abc.supabase.co; unset: a folder."
    )
    supabase_service_role_key: SecretStr | None = Field(
        None, description="Service role key (or sb_secret_… key) from the project's API settings."
    )
    supabase_bucket_name: str = Field("media", min_length=1, description="Bucket that holds the objects.")
    storage_cache_seconds: int = Field(
        3600, ge=0, description="How long browsers and CDNs may keep an object, in seconds."
    )
    storage_concurrency: int = Field(8, ge=1, le=64, description="Storage requests under way at once.")

    # Jobs
    enable_background_jobs: bool = Field(
        True, description="Whether schedules and sensors start jobs; by hand always works: true or false."
    )
    jobs_timezone: TimeZone = Field("UTC", description="Time zone of the schedules, like America/New_York.")
    evaluation_cron: CronPattern = Field(
        "0 2 1,15 * *", description="When languages are evaluated: a cron pattern, as Dagster reads it."
    )
    preload_cron: CronPattern = Field(
        "0 3 * * *", description="When lessons are preloaded: a cron pattern, as Dagster reads it."
    )

    # The tier
    predefined_languages: LanguageCodes = Field(
        ("en", "he", "ar"), description="Languages that are always frequent, by commas; may be empty."
    )
    tier_half_life_days: float = Field(
        28, ge=0, description="Days after which a request weighs half; 0: all weigh the same for ever."
    )
    promote_share: Share = Field(0.05, description="Share of requests that promotes a language: 0 to 1.")
    demote_share: Share = Field(
        0.03, description="Share below which a language is demoted: 0 to 1, at most PROMOTE_SHARE."
    )
    tier_min_requests: int = Field(
        100, ge=0, description="Requests since the last evaluation below which nothing is changed."
    )

    # Cleanup
    keep_recent_days: float = Field(
        30,
        ge=0,
        description="Lessons requested, objects written, and objects of lessons that ended, within so many "
        "days are kept.",
    )
    keep_most_used: int = Field(20, ge=0, description="How many most requested lessons a language keeps.")
    archive_days: float = Field(90, ge=0, description="Days after which archived objects are purged.")
    max_delete_fraction: Share = Field(
        0.5, description="Share of all lesson objects that one cleanup may remove unconfirmed: 0 to 1."
    )

    drill_all_up_to: int = Field(
        10_000,
        ge=0,
        description="Deletions up to which a cleanup makes every object again from memory before it goes; of "
        "more it tries a sample.",
    )
    drill_accepted_share: Share = Field(
        0.001,
        description="Share of deletions that may be wrong without the sample showing one, in 1 of 20 "
        "cleanups at most: 0 to 1; 0: all are tried.",
    )

    # Preload
    overwrite_edited: bool = Field(
        False,
        description="Whether objects that were edited by hand are replaced, and nothing is learnt from them: "
        "true or false.",
    )
    edits_wait_for_review: bool = Field(
        False,
        description="Whether a lesson stays as it is where a segment that a person had edited has changed, "
        "until its new translation is approved: true or false.",
    )
    edits_teach_memory: bool = Field(
        False,
        description="Whether what people change in stored objects becomes a translation for other lessons "
        "too: true or false.",
    )
    max_cost_per_run: Decimal | None = Field(
        None, ge=0, description="Dollars that one run of a preload may spend on models; unset: no limit."
    )
    max_cost_per_month: Decimal | None = Field(
        None,
        ge=0,
        description="Dollars that all runs together may spend on models in a month (UTC); unset: no limit.",
    )
    max_requests_per_run: int | None = Field(
        None, ge=0, description="Requests that one run of a preload may send to models; unset: no limit."
    )
    preload_languages_per_run: int = Field(
        0,
        ge=0,
        description="Languages that one run of a preload sees to, so that several machines share the work; 0 "
        "or unset: one run for all.",
    )

    # Translation
    openai_api_key: SecretStr | None = Field(None, description="OpenAI's key, or that of OPENAI_BASE_URL.")
    openai_base_url: HttpAddress | None = Field(
        None, description="Address of anything that speaks OpenAI's protocol, like http://127.0.0.1:11434/v1."
    )
    openai_model: str = Field("gpt-6-luna", min_length=1, description="Model asked at OpenAI.")
    gemini_api_key: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("gemini_api_key", "google_api_key"),
        description="Key of Gemini (GOOGLE_API_KEY is read too).",
    )
    gemini_model: str = Field("gemini-3.5-flash-lite", min_length=1, description="Model asked at Gemini.")
    gemini_api_endpoint: HttpAddress | None = Field(
        None, description="Another address for Gemini's REST interface, like http://127.0.0.1:8080."
    )
    translation_mode: Literal["direct", "batch", "auto"] = Field(
        "direct",
        description="'batch' hands the daily preload to the provider's batch interface, at half the price; "
        "'auto' does so with what has time until the next preload, and asks directly for the rest.",
    )
    translation_timeout: float = Field(
        120,
        gt=0,
        description="Seconds for which a model may say nothing of an answer; after three times as long "
        "without a word it is given up for the run.",
    )
    translation_concurrency: int = Field(16, ge=1, le=256, description="Most requests under way at a model.")
    max_doubtful_share: Share = Field(
        0.02,
        description="Share of a lesson's letters that may be translations which a check only doubts: 0 to 1; "
        "0: none.",
    )
    refused_again_after_days: float = Field(
        3,
        ge=0,
        description="Days after which a model is asked again for what the checks refused, twice as many "
        "after each further refusal; 0: every time.",
    )
    refused_at_most_days: float = Field(
        60, ge=0, description="Most days that pass before it is asked for what was refused again."
    )
    glossary_file: Path | None = Field(
        None, description="CSV: term, language, translation (empty: leave it; a|b: either), and note, or not."
    )
    memory_ignores_model: bool = Field(
        False, description="Whether translations of another model count as fresh: true or false."
    )
    model_prices: str | None = Field(
        None,
        description="Dollars a million tokens, in/out or in/out/cached, by commas: my-model=0.25/2.00,"
        "other=1/4/0.1,other batch=0.5/2; what is not named has its public price.",
    )

    @model_validator(mode="before")
    @classmethod
    def _empty_is_unset(cls, values: dict[str, Any]) -> dict[str, Any]:
        # `KEY=` in a .env file means that there is none; only a list of languages may be meant empty.
        return {
            name: value for name, value in values.items() if value != "" or name == "predefined_languages"
        }

    @model_validator(mode="after")
    def _together(self) -> Self:
        for name in ("evaluation_cron", "preload_cron"):
            try:
                check_hour(getattr(self, name), self.jobs_timezone)
            except ValueError as error:
                raise ValueError(f"{name.upper()}: {error}") from None
        if self.demote_share > self.promote_share:
            raise ValueError(
                "DEMOTE_SHARE is above PROMOTE_SHARE: a language would be promoted and demoted in turns; "
                "set DEMOTE_SHARE to PROMOTE_SHARE or less"
            )
        if self.translation_mode == "batch" and not (self.openai_api_key or self.gemini_api_key):
            raise ValueError("TRANSLATION_MODE is batch: set OPENAI_API_KEY or GEMINI_API_KEY")
        if self.quality_judge_model and not (
            self.openai_api_key or self.openai_base_url or self.gemini_api_key
        ):
            raise ValueError("QUALITY_JUDGE_MODEL is set: set OPENAI_API_KEY or GEMINI_API_KEY too")
        if self.lesson_assets == "link" and not self.lesson_assets_url:
            raise ValueError(
                "LESSON_ASSETS is link, and LESSON_ASSETS_URL does not say where to: set it, or "
                "LESSON_ASSETS to name or copy"
            )
        if self.preload_languages_per_run and not self.database_url:
            raise ValueError(
                "PRELOAD_LANGUAGES_PER_RUN splits a preload between machines, which share a PostgreSQL "
                "database: set DATABASE_URL, or unset PRELOAD_LANGUAGES_PER_RUN"
            )
        if self.supabase_url and not self.supabase_service_role_key:
            raise ValueError(
                "SUPABASE_URL is set and SUPABASE_SERVICE_ROLE_KEY is not: set both, or neither for a folder"
            )
        if self.supabase_service_role_key and not self.supabase_url:
            raise ValueError(
                "SUPABASE_SERVICE_ROLE_KEY is set and SUPABASE_URL is not: set both, or neither for a folder"
            )
        return self


def load_settings(
    environ: Mapping[str, str] | None = None, env_file: Path = Path(".env"), written_in: Path | None = None
) -> Settings:
    """The settings in force: of `environ`, or of the process's environment with `env_file` below it.

    Raises `SettingsError`: one message with a line for each variable that is wrong, and its cure. Where they
    are attributes that stand in a file of others, `written_in` is that file.
    """
    if environ is None:
        environ = {**read_env_file(env_file), **os.environ}
    given: dict[str, Any] = {name.lower(): value for name, value in environ.items()}
    if "gemini_api_key" in given:  # though it were empty
        given.pop("google_api_key", None)
    try:
        with _plugins_left_alone():
            return Settings.model_validate(given)
    except ValidationError as error:
        raise SettingsError(_explain(error, written_in)) from None


@contextmanager
def _plugins_left_alone() -> Iterator[None]:
    """Pydantic looks for plugins in all packages that are installed, when a model is first used; none is to
    see what may be secret."""
    name = "PYDANTIC_DISABLE_PLUGINS"
    before = os.environ.get(name)
    os.environ[name] = "1"
    try:
        yield
    finally:
        del os.environ[name]
        if before is not None:
            os.environ[name] = before


def _explain(error: ValidationError, written_in: Path | None) -> str:
    """One line a problem. A value is never repeated: it may be a secret that stands in the wrong variable."""
    lines = []
    for problem in error.errors(include_url=False, include_input=False):
        name = str(problem["loc"][0]) if problem["loc"] else ""
        field = Settings.model_fields.get(name)
        text, cure = in_words(problem, field), field.description if field else ""
        called = name if written_in else name.upper()
        lines.append(f"  {called}: {text}. {cure}" if name else f"  {text}.")
    count = "a setting is" if len(lines) == 1 else f"{len(lines)} settings are"
    where = str(written_in) if written_in else "the environment or in .env"
    return "\n".join([f"{count[0].upper()}{count[1:]} wrong (in {where}):", *lines])
