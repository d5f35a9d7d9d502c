"""langassets keeps every lesson translated and fresh in storage for the languages that people use."""

from importlib import import_module

__version__ = "0.1.0"


def __dir__() -> list[str]:
    """With the component, which Dagster looks for here."""
    return sorted({*globals(), "LanguageAssets"})


def __getattr__(name: str) -> object:
    """The Dagster component (PEP 562): Dagster takes a second to load, which most commands do without."""
    if name != "LanguageAssets":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module("langassets.component").LanguageAssets
