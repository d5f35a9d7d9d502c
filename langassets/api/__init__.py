"""The HTTP API: `langassets.api:create_app` is an ASGI application factory."""

from langassets.api.app import create_app

__all__ = ["create_app"]
