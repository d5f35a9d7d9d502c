"""The variables about alerts, retries and how long runs are remembered; part of `Settings`."""

import re

from pydantic import Field, SecretStr, field_validator

from langassets.settings.values import SecretHttpAddress, SettingsPart

# Between two addresses: commas or spaces, but only where another address begins after them.
_BETWEEN = re.compile(r"[\s,]+(?=[A-Za-z][A-Za-z0-9+.-]*://)")


class AlertSettings(SettingsPart):
    """What is told to whom, and how often it is tried again first."""

    alert_urls: SecretStr | None = Field(
        None, description="Where alerts go: Apprise addresses by commas, like slack://… or mailto://…"
    )
    alert_on_completion: bool = Field(
        False, description="Whether runs that succeeded are told too: true or false."
    )
    heartbeat_url: SecretHttpAddress | None = Field(
        None,
        description="Address that is asked every five minutes while the scheduled jobs are done in time, "
        "like https://hc-ping.com/…; its service raises the alarm when that ends.",
    )
    retry_delay: float = Field(
        30, ge=0, description="Seconds before a job is tried again after a passing fault; doubles each time."
    )
    run_history_days: int = Field(
        365, ge=0, description="Days after which Dagster forgets a run; 0: never. Our own history stays."
    )

    @property
    def alert_addresses(self) -> tuple[str, ...]:
        """The addresses of `ALERT_URLS`, each for itself. They are secrets."""
        given = self.alert_urls.get_secret_value() if self.alert_urls else ""
        return tuple(_BETWEEN.split(given)) if given else ()

    @field_validator("alert_urls")
    @classmethod
    def _alert_urls(cls, value: SecretStr | None) -> SecretStr | None:
        text = value.get_secret_value().strip(" ,\n\t") if value else ""
        parts = _BETWEEN.split(text) if text else []
        if not all(re.match(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s]", part) for part in parts):
            raise ValueError("something in it is no address: each one starts like slack:// or mailto://")
        return SecretStr(text) if text else None
