"""Every environment variable: read and validated in one place, and handed on from there."""

from langassets.settings.environment import Settings, load_settings

__all__ = ["Settings", "load_settings"]
