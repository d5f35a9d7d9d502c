"""Values that people write: what is wrong with one, before anything is done with it.

Each check raises ValueError, which says what is wrong and never repeats the value: it may be a secret that
stands in the wrong variable.
"""

import re
from collections.abc import Callable
from typing import Annotated
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr

from langassets.locales import is_language_code, tag_of
from langassets.settings.cron import checked_pattern


class SettingsPart(BaseModel):
    """Some of the settings; only that of all, `Settings`, is ever built, when it is first used."""

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        populate_by_name=True,
        str_strip_whitespace=True,
        allow_inf_nan=False,
        validate_default=True,
        defer_build=True,
    )


def by_commas(text: str) -> tuple[str, ...]:
    """The parts of a list that is written with commas, without blanks around them."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def checked_http(value: str) -> str:
    """The address without a slash at its end."""
    parts = _http_parts(value)
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError("an address that is shown to people holds no user, password, ? or #")
    return value.rstrip("/")


def checked_postgresql(value: str) -> str:
    """The address as it is.

    A password with an unwritten @ would be cut in two, and its second half stand in errors as the host.
    """
    found = re.match(r"(?:postgres|postgresql|postgresql\+psycopg2)://", value)
    if found is None:
        raise ValueError("not an address of a PostgreSQL database")
    user, at, place = value[found.end() :].rpartition("@")
    if at and any(sign in user for sign in "@/?#"):
        raise ValueError("in a password, @ is written %40, / %2F, ? %3F and # %23")
    if not re.match(r"(\[[^]]*\]|[^:/?]*)(:[0-9]*)?([/?]|$)", place):
        raise ValueError("its port is no number")
    return value


def _http_parts(value: str) -> SplitResult:
    try:
        parts = urlsplit(value)
    except ValueError:
        raise ValueError("not an address") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("not an address: it starts with http:// or https:// and names a host")
    return parts


def _secret_http(value: SecretStr) -> SecretStr:
    _http_parts(value.get_secret_value())
    return value


def _time_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, OSError, ValueError):  # KeyError: ZoneInfoNotFoundError is one
        raise ValueError("no such time zone") from None
    if value in {"Pacific/Chatham", "NZ-CHAT"}:
        # Its clocks change at a quarter to, which stops Dagster's schedules at 02:45 and after for good.
        raise ValueError("Dagster reads no schedule there: take Pacific/Auckland, 45 minutes behind")
    return value


def _listed(check: Callable[[tuple[str, ...]], tuple[str, ...]]) -> BeforeValidator:
    """For what is written with commas; a list that comes as one is taken as it is."""
    return BeforeValidator(lambda value: check(by_commas(value)) if isinstance(value, str) else value)


def _languages(codes: tuple[str, ...]) -> tuple[str, ...]:
    if wrong := [code for code in codes if not is_language_code(code)]:
        raise ValueError(f"not a language code: {', '.join(wrong)}")
    return tuple(dict.fromkeys(map(tag_of, codes)))


def _origins(written: tuple[str, ...]) -> tuple[str, ...]:
    origins = tuple(part.rstrip("/") for part in written)
    if any(not re.fullmatch(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?", origin) for origin in origins):
        raise ValueError("an origin is http:// or https://, a host and perhaps a port, nothing more")
    return origins


def _names(names: tuple[str, ...]) -> tuple[str, ...]:
    if wrong := [name for name in names if not re.fullmatch(r"[A-Za-z_:][\w:.-]*", name)]:
        raise ValueError(f"not the name of an attribute: {', '.join(wrong)}")
    return names


def _tokens(value: SecretStr) -> SecretStr:
    if not all(re.fullmatch(r"[!-~]*", part) for part in by_commas(value.get_secret_value())):
        raise ValueError("a token holds spaces, or letters beyond ASCII")
    return value


Share = Annotated[float, Field(ge=0, le=1)]
HttpAddress = Annotated[str, AfterValidator(checked_http)]
SecretHttpAddress = Annotated[SecretStr, AfterValidator(_secret_http)]
PostgresqlAddress = Annotated[str, AfterValidator(checked_postgresql)]
TimeZone = Annotated[str, AfterValidator(_time_zone)]
CronPattern = Annotated[str, AfterValidator(checked_pattern)]
LanguageCodes = Annotated[tuple[str, ...], _listed(_languages)]
Names = Annotated[tuple[str, ...], _listed(_names)]
Origins = Annotated[tuple[str, ...], _listed(_origins)]
Tokens = Annotated[SecretStr, AfterValidator(_tokens)]
