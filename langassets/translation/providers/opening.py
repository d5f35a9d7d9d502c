"""The models that can be asked, chosen by which keys are set. A client library is loaded when it is used."""

from langassets.settings import Settings
from langassets.translation import providers as clients
from langassets.translation.providers.pseudo import PseudoProvider
from langassets.translation.types import Provider


def open_providers(settings: Settings) -> list[Provider]:
    """The providers in force: the first is asked, the second stands in for it.

    Gemini where its key is set, then OpenAI where its key or another address is; the pseudo-translator
    where neither is. Raises `SettingsError` where Gemini's package is not installed.
    """
    providers: list[Provider] = []
    timeout = settings.translation_timeout
    if key := settings.gemini_api_key:
        address = settings.gemini_api_endpoint
        providers.append(
            clients.gemini.GeminiProvider(key.get_secret_value(), settings.gemini_model, address, timeout)
        )
    if settings.openai_api_key or settings.openai_base_url:
        own = settings.openai_api_key.get_secret_value() if settings.openai_api_key else None
        address = settings.openai_base_url
        providers.append(clients.openai.OpenAIProvider(own, settings.openai_model, address, timeout))
    return providers or [PseudoProvider()]


def open_judge(settings: Settings) -> Provider:
    """The model that QUALITY_JUDGE_MODEL names, at Gemini where it is Gemini's and its key is set, else at
    whoever is asked. Raises `SettingsError` as `open_providers` does."""
    model = settings.quality_judge_model
    found = open_providers(settings.model_copy(update={"openai_model": model, "gemini_model": model}))
    is_gemini = "gemini" in (model or "")
    return next((one for one in found if (one.name == "gemini") is is_gemini), found[0])
