"""Are the keys accepted, and does the provider know the model? Asked by calls that cost nothing."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from importlib.util import find_spec
from urllib.parse import quote

import httpx

from langassets.jobs.cleanup import clocks
from langassets.jobs.doctor.findings import Examined, Finding, failed, ok, warning
from langassets.settings import Settings
from langassets.translation.cost.price_list import checked_on, package
from langassets.translation.glossary import load_glossary
from langassets.wording import counted

OLD_PRICES = timedelta(days=120)
"""How old prices may be: providers change them some times a year."""

_REFUSED = {400, 401, 403}
_GEMINI = "https://generativelanguage.googleapis.com"
_OPENAI = "https://api.openai.com/v1"


@dataclass(frozen=True, slots=True)
class _Provider:
    """How to ask a provider for its models. `key_name` and the others are the variables to set."""

    name: str
    models: str
    headers: dict[str, str]
    model: str
    key_name: str
    model_name: str
    address_name: str


async def files(examined: Examined) -> AsyncIterator[Finding]:
    """The glossary can be read."""
    settings = examined.services.settings
    glossary = await asyncio.to_thread(load_glossary, settings.glossary_file)
    yield ok(
        "files",
        f"The glossary has {counted(len(glossary.terms), 'term')}." if glossary.terms else "No glossary.",
    )


async def prices(examined: Examined) -> AsyncIterator[Finding]:
    """MODEL_PRICES can be read, each model that is set has a price, and the public ones are not old."""
    services = examined.services
    of = services.prices.of
    models = [provider.model for provider in _providers(services.settings)]
    if unknown := [model for model in models if await asyncio.to_thread(of, model) is None]:
        yield warning(
            "prices",
            f"The price of {' and '.join(unknown)} is not known: what it costs cannot be said or limited.",
            "Set MODEL_PRICES to it, in dollars a million tokens: my-model=0.25/2.00.",
        )
    checked = await asyncio.to_thread(checked_on)
    age = services.clock().date() - checked
    seen = f"Public prices are those of {package()}, compared with lists on {checked}, {age.days} days ago."
    if age > OLD_PRICES:
        cure = "Update it: pip install --upgrade genai-prices. MODEL_PRICES goes before it."
        yield warning("prices", seen, cure)
    else:
        yield ok("prices", seen)


async def keys(examined: Examined) -> AsyncIterator[Finding]:
    """Each provider that is set takes its key and knows its model."""
    settings = examined.services.settings
    providers = _providers(settings)
    if not providers:
        yield warning(
            "keys",
            "No key is set: lessons are only pseudo-translated.",
            "Set GEMINI_API_KEY or OPENAI_API_KEY, or OPENAI_BASE_URL for a model server of your own.",
        )
        return
    if settings.gemini_api_key and find_spec("google.generativeai") is None:
        yield failed(
            "keys", "Gemini's package is not installed.", "Install it: pip install 'langassets[gemini]'"
        )
    async with httpx.AsyncClient(timeout=20) as http:
        for provider in providers:
            yield await _ask(http, provider, examined)


def _providers(settings: Settings) -> list[_Provider]:
    found = []
    if settings.gemini_api_key:
        found.append(
            _Provider(
                "Gemini",
                f"{settings.gemini_api_endpoint or _GEMINI}/v1beta/models",
                {"x-goog-api-key": settings.gemini_api_key.get_secret_value()},
                settings.gemini_model,
                "GEMINI_API_KEY",
                "GEMINI_MODEL",
                "GEMINI_API_ENDPOINT",
            )
        )
    if settings.openai_api_key or settings.openai_base_url:
        secret = settings.openai_api_key.get_secret_value() if settings.openai_api_key else ""
        found.append(
            _Provider(
                "OpenAI" if not settings.openai_base_url else settings.openai_base_url,
                f"{settings.openai_base_url or _OPENAI}/models",
                {"Authorization": f"Bearer {secret}"} if secret else {},
                settings.openai_model,
                "OPENAI_API_KEY",
                "OPENAI_MODEL",
                "OPENAI_BASE_URL",
            )
        )
    return found


async def _ask(http: httpx.AsyncClient, provider: _Provider, examined: Examined) -> Finding:
    name = provider.name
    try:
        answer = await http.get(
            f"{provider.models}/{quote(provider.model, safe='')}", headers=provider.headers
        )
    except httpx.HTTPError as error:
        # Only its kind: the text of an httpx error may hold the headers.
        return failed(
            "keys",
            f"{name} cannot be reached ({type(error).__name__}).",
            f"See that this machine may reach it; {provider.address_name} names another address.",
        )
    examined.keep_time(name, clocks.time_of_answer(answer))
    return _finding(answer.status_code, provider)


def _finding(status: int, provider: _Provider) -> Finding:
    """What the status of an answer says of key and model."""
    name = provider.name
    if httpx.codes.is_success(status):
        return ok("keys", f"{name} takes the key and knows the model {provider.model}.")
    if status in _REFUSED:
        return failed(
            "keys", f"{name} refuses the key ({status}).", f"Set {provider.key_name} to a valid key."
        )
    if status == httpx.codes.NOT_FOUND:
        return failed(
            "keys",
            f"{name} does not know the model {provider.model}.",
            f"Set {provider.model_name} to one that it has, or correct {provider.address_name}.",
        )
    if status == httpx.codes.TOO_MANY_REQUESTS:
        return warning(
            "keys", f"{name} asks to slow down.", "See the account's limits and credit, and try again later."
        )
    return failed(
        "keys",
        f"{name} answers {status}.",
        f"Try again later; if it stays so, correct {provider.address_name}.",
    )
