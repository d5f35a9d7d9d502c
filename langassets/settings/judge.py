"""Settings of the judge of translations; part of `Settings`."""

from decimal import Decimal

from pydantic import Field

from langassets.settings.values import SettingsPart


class JudgeSettings(SettingsPart):
    """Which model is asked for errors in translations, and what that may cost. See `Settings`."""

    quality_judge_model: str | None = Field(
        None,
        min_length=1,
        description="Model that export-review asks for errors in the most requested lessons' translations, "
        "at OpenAI or Gemini; unset: none is asked.",
    )
    quality_judge_max_cost: Decimal = Field(
        Decimal("0.25"), ge=0, description="Dollars that one export-review may spend on the judge."
    )
