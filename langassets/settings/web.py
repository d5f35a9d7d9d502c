"""The variables of the web UI and the HTTP API; part of `Settings`."""

import re
from typing import Annotated

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode

from langassets.settings.addresses import checked_http


class WebSettings(BaseSettings):
    """Where the web UI and the HTTP API answer, and whom."""

    # Web
    webserver_port: int = Field(3000, ge=1, le=65535, description="Port of the web UI.")

    # HTTP API
    admin_api_token: SecretStr | None = Field(
        None,
        description="Tokens for triggers and usage, by commas; make one with `openssl rand -hex 24`. "
        "Unset: both are switched off.",
    )
    api_host: str = Field("127.0.0.1", description="Address that the API listens on; 0.0.0.0 is all.")
    api_port: int = Field(8000, ge=1, le=65535, description="Port that the API listens on.")
    api_public_status: bool = Field(
        True, description="Whether status, history, languages and metrics need no token: true or false."
    )
    api_cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Sites whose pages may call the API, by commas, like https://admin.example.org."
    )
    dagster_webserver_url: str | None = Field(
        None, description="Address of Dagster's web server, like http://127.0.0.1:3000 (the default)."
    )
    dagster_public_url: str | None = Field(
        None,
        description="Address under which people open the web UI, for links; unset: DAGSTER_WEBSERVER_URL.",
    )

    @property
    def web_ui_url(self) -> str:
        """Where Dagster's web server answers this machine."""
        return self.dagster_webserver_url or f"http://127.0.0.1:{self.webserver_port}"

    @property
    def links_url(self) -> str:
        """Where people open the web UI."""
        return self.dagster_public_url or self.web_ui_url

    @property
    def admin_api_tokens(self) -> tuple[str, ...]:
        """The tokens that are accepted, each for itself."""
        given = self.admin_api_token.get_secret_value() if self.admin_api_token else ""
        return tuple(part.strip() for part in given.split(",") if part.strip())

    @field_validator("admin_api_token")
    @classmethod
    def _tokens(cls, value: SecretStr | None) -> SecretStr | None:
        parts = [part.strip() for part in value.get_secret_value().split(",")] if value else []
        if not all(re.fullmatch(r"[!-~]*", part) for part in parts):
            raise ValueError("a token holds spaces, or letters beyond ASCII")
        return value

    @field_validator("api_cors_origins", mode="before")
    @classmethod
    def _origins(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        origins = tuple(part.strip().rstrip("/") for part in value.split(",") if part.strip())
        if any(not re.fullmatch(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?", origin) for origin in origins):
            raise ValueError("an origin is http:// or https://, a host and perhaps a port, nothing more")
        return origins

    @field_validator("dagster_webserver_url", "dagster_public_url")
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        return None if value is None else checked_http(value)
