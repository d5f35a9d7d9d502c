"""`langassets api`: the HTTP API."""

from typing import Any

from langassets import lazy
from langassets.cli.servers.ports import check_free, url_host
from langassets.settings import load_settings

# How the API is served, wherever it is. Whoever could name their own address by a header could guess tokens
# without end, so none is believed.
SERVING: dict[str, Any] = {
    "access_log": False,
    "server_header": False,
    "proxy_headers": False,
    "timeout_graceful_shutdown": 30,
}


def api() -> None:
    """Serve the HTTP API on API_HOST:API_PORT. Stop with Ctrl-C: what was taken in is written first.

    Example: langassets api
    """
    settings = load_settings()
    check_free(settings.api_host, settings.api_port, "API_PORT")
    print(f"The API is at http://{url_host(settings.api_host)}:{settings.api_port}/docs", flush=True)
    lazy.uvicorn.run(
        "langassets.api:create_app",
        factory=True,
        host=settings.api_host,
        port=settings.api_port,
        log_config=_logging(),
        **SERVING,
    )


def _logging() -> dict[str, Any]:
    """Lines on standard error; an audit line for each trigger is among them."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "loggers": {
            "uvicorn": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
            "langassets": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        },
    }
