"""The variables of the web UI and the HTTP API; part of `Settings`."""

from ipaddress import ip_address

from pydantic import Field

from langassets.settings.values import HttpAddress, Origins, SettingsPart, Tokens, by_commas


class WebSettings(SettingsPart):
    """Where the web UI and the HTTP API answer, and whom."""

    # Web
    webserver_port: int = Field(3000, ge=1, le=65535, description="Port of the web UI.")

    # HTTP API
    admin_api_token: Tokens | None = Field(
        None,
        description="Tokens for triggers and usage, by commas; make one with `openssl rand -hex 24`. "
        "Unset: both are switched off.",
    )
    api_host: str = Field("127.0.0.1", description="Address that the API listens on; 0.0.0.0 is all.")
    api_port: int = Field(8000, ge=1, le=65535, description="Port that the API listens on.")
    api_public_status: bool = Field(
        True, description="Whether status, history, languages and metrics need no token: true or false."
    )
    api_cors_origins: Origins = Field(
        (), description="Sites whose pages may call the API, by commas, like https://admin.example.org."
    )
    dagster_webserver_url: HttpAddress | None = Field(
        None, description="Address of Dagster's web server, like http://127.0.0.1:3000 (the default)."
    )
    dagster_public_url: HttpAddress | None = Field(
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
        return by_commas(self.admin_api_token.get_secret_value()) if self.admin_api_token else ()


def is_loopback(host: str) -> bool:
    """Whether an address, or a name, is this machine's own, and nobody else's to reach."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
