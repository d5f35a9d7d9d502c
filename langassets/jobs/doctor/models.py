"""Are the keys accepted, and does the provider know the model? Asked by calls that cost nothing."""

from collections.abc import AsyncIterator, Iterator
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
    """How to ask a provider for its models; `prefix` is that of the variables of its key and its model."""

    name: str
    models: str
    headers: dict[str, str]
    model: str
    prefix: str
    address_name: str


def files(examined: Examined) -> Iterator[Finding]:
    """The glossary can be read."""
    glossary = load_glossary(examined.services.settings.glossary_file)
    terms = counted(len(glossary.terms), "term")
    yield ok(f"The glossary has {terms}." if glossary.terms else "No glossary.")


def prices(examined: Examined) -> Iterator[Finding]:
    """MODEL_PRICES can be read, each model that is set has a price, and the public ones are not old."""
    services = examined.services
    prices_of = services.prices.of  # read here, whatever models are set
    models = [provider.model for provider in _providers(services.settings)]
    if unknown := [model for model in models if prices_of(model) is None]:
        yield warning(
            f"The price of {' and '.join(unknown)} is not known: what it costs cannot be said or limited.",
            "Set MODEL_PRICES to it, in dollars a million tokens: my-model=0.25/2.00.",
        )
    checked = checked_on()
    age = services.clock().date() - checked
    seen = f"Public prices are those of {package()}, compared with lists on {checked}, {age.days} days ago."
    cure = "Update it: pip install --upgrade genai-prices. MODEL_PRICES goes before it."
    yield warning(seen, cure) if age > OLD_PRICES else ok(seen)


async def keys(examined: Examined) -> AsyncIterator[Finding]:
    """Each provider that is set takes its key and knows its model."""
    settings = examined.services.settings
    providers = _providers(settings)
    if not providers:
        yield warning(
            "No key is set: lessons are only pseudo-translated.",
            "Set GEMINI_API_KEY or OPENAI_API_KEY, or OPENAI_BASE_URL for a model server of your own.",
        )
        return
    if settings.gemini_api_key and find_spec("google.generativeai") is None:
        yield failed("Gemini's package is not installed.", "Install it: pip install 'langassets[gemini]'")
    async with httpx.AsyncClient(timeout=20) as http:
        for provider in providers:
            yield await _ask(http, provider, examined)


def _providers(settings: Settings) -> list[_Provider]:
    gemini, openai, own_server = settings.gemini_api_key, settings.openai_api_key, settings.openai_base_url
    found = []
    if gemini:
        url = f"{settings.gemini_api_endpoint or _GEMINI}/v1beta/models"
        headers = {"x-goog-api-key": gemini.get_secret_value()}
        model = settings.gemini_model
        found.append(_Provider("Gemini", url, headers, model, "GEMINI", "GEMINI_API_ENDPOINT"))
    if openai or own_server:
        url = f"{own_server or _OPENAI}/models"
        headers = {"Authorization": f"Bearer {openai.get_secret_value()}"} if openai else {}
        model = settings.openai_model
        found.append(_Provider(own_server or "OpenAI", url, headers, model, "OPENAI", "OPENAI_BASE_URL"))
    return found


async def _ask(http: httpx.AsyncClient, provider: _Provider, examined: Examined) -> Finding:
    """What the status of an answer says of key and model."""
    name, address = provider.name, provider.address_name
    try:
        url = f"{provider.models}/{quote(provider.model, safe='')}"
        answer = await http.get(url, headers=provider.headers)
    except httpx.HTTPError as error:
        # Only its kind: the text of an httpx error may hold the headers.
        cure = f"See that this machine may reach it; {address} names another address."
        return failed(f"{name} cannot be reached ({type(error).__name__}).", cure)
    examined.keep_time(name, clocks.time_of_answer(answer))
    status = answer.status_code
    if answer.is_success:
        return ok(f"{name} takes the key and knows the model {provider.model}.")
    if status in _REFUSED:
        return failed(f"{name} refuses the key ({status}).", f"Set {provider.prefix}_API_KEY to a valid key.")
    if status == httpx.codes.NOT_FOUND:
        cure = f"Set {provider.prefix}_MODEL to one that it has, or correct {address}."
        return failed(f"{name} does not know the model {provider.model}.", cure)
    if status == httpx.codes.TOO_MANY_REQUESTS:
        cure = "See the account's limits and credit, and try again later."
        return warning(f"{name} asks to slow down.", cure)
    return failed(f"{name} answers {status}.", f"Try again later; if it stays so, correct {address}.")
