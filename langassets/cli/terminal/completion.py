"""What the shell offers behind Tab. Nothing is made or printed, and nothing asked but the database."""

from collections.abc import Iterator
from contextlib import suppress


def languages(incomplete: str) -> Iterator[tuple[str, str]]:
    """Codes of languages that were decided on, or are predefined, with their names."""
    from langassets.locales import both_names

    for code in sorted(_known()):
        if code.startswith(incomplete):
            yield code, both_names(code)


def subjects(incomplete: str) -> Iterator[tuple[str, str]]:
    """What `langassets history` tells of."""
    told = {
        "runs": "when each job ran, and what became of it",
        "decisions": "which languages became frequent, and why",
        "plans": "what cleanups planned and did",
        "cost": "what models cost",
    }
    yield from ((name, text) for name, text in told.items() if name.startswith(incomplete))


def _known() -> set[str]:
    from langassets.database.connection import engine_of, reading
    from langassets.database.decisions import current_tier
    from langassets.errors import LangassetsError
    from langassets.settings import load_settings

    codes: set[str] = set()
    with suppress(LangassetsError):
        settings = load_settings()
        codes |= set(settings.predefined_languages)
        # Where there is no embedded database yet, Tab does not make one.
        if settings.database_url or (settings.langassets_home / "langassets.db").exists():
            with reading(engine_of(settings.database_url, settings.langassets_home)) as connection:
                tier = current_tier(connection)
                codes |= {decision.language for decision in tier.decisions} if tier else set()
    return codes
