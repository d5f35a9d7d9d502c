"""`langassets ui`: Dagster's web UI and daemon, and the HTTP API, together."""

import json
import os
import sys
import uuid
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import psutil

from langassets.cli.servers.children import Start, end, forget, noted
from langassets.cli.servers.dagster_home import use_dagster_home
from langassets.cli.servers.instance import own_instance
from langassets.cli.servers.ports import check_free, free_port, url_host
from langassets.cli.servers.supervisor import Program, become, say
from langassets.defs.runs.processes import SERVER_START, identity, may_be_alive, this_process
from langassets.errors import LangassetsError
from langassets.services import Services
from langassets.settings import Settings, load_settings
from langassets.settings.places import places


def ui() -> None:
    """Start the web UI, the daemon and the API. Stop with Ctrl-C.

    The daemon starts what is due. Each program is started again when it dies.

    Example: langassets ui
    """
    settings = load_settings()
    home = use_dagster_home()
    folder = settings.langassets_home.absolute() / "ui"
    folder.mkdir(parents=True, exist_ok=True)
    record = folder / "started.json"
    for command in end_left_over(record):
        say(f"Left over from the last start, and ended: {command}")
    with own_instance(home, Services(settings)):
        pass  # no other deployment's, or nothing of what is started here would work
    check_free("127.0.0.1", settings.webserver_port, "WEBSERVER_PORT")
    check_free(settings.api_host, settings.api_port, "API_PORT")
    web = f"http://127.0.0.1:{settings.webserver_port}"
    mark = f"{SERVER_START}={uuid.uuid4().hex}"  # one start, however often its parts are started again
    environ = {
        "DAGSTER_WEBSERVER_URL": os.environ.get("DAGSTER_WEBSERVER_URL", web),
        "DAGSTER_HOME": str(home.absolute()),
    }
    print(f"Web UI  {web}")
    print(f"API     http://{url_host(settings.api_host)}:{settings.api_port}/docs")
    print("Both answer in half a minute or less; Ctrl-C stops them.", flush=True)
    note(record, mark)
    become(record, mark, environ, _programs(folder, settings))


def note(record: Path, mark: str) -> None:
    """Note in `record` the start of this process, with the mark of what it starts; what was left of one noted
    before is to be ended first."""
    record.write_text(json.dumps(asdict(Start(mark, this_process(), os.getpid()))), encoding="utf-8")


def end_left_over(record: Path) -> list[str]:
    """End what the start noted in `record` left behind; the commands of what was ended.

    Raises `LangassetsError` where that start is still under way.
    """
    start = noted(record)
    if start is None:
        return []
    if _runs(start):
        raise LangassetsError(
            f"`langassets ui` runs already, as process {start.pid}: stop that one first, or give this one "
            "a LANGASSETS_HOME of its own."
        )
    ended = end(start.mark)
    forget(record, start.mark)
    return ended


def _runs(start: Start) -> bool:
    with suppress(psutil.Error):
        return identity(psutil.Process(start.pid)) == start.launcher and may_be_alive(start.launcher)
    return False


def _programs(folder: Path, settings: Settings) -> list[Program]:
    """The code is loaded by a server of its own, for the web server and the daemon alike: when one of these
    dies, the others go on, and so do the runs."""
    port = free_port()
    workspace = folder / "workspace.yaml"
    server = {"host": "127.0.0.1", "port": port, "location_name": "langassets"}
    # What the location's page shows as its metadata. JSON is YAML.
    shown = {"additional_metadata": places(settings)}
    workspace.write_text(json.dumps({"load_from": [{"grpc_server": server | shown}]}), encoding="utf-8")
    # Not `code-server`, whose second process of 80 MB would be there to load changed code at a click.
    code = ["api", "grpc", "--lazy-load-user-code", "--module-name", "langassets.definitions"]
    code += ["--location-name", "langassets"]
    at = ["--host", "127.0.0.1", "--port"]
    module = [sys.executable, "-m"]
    dagster = [*module, "langassets.cli.servers.program"]
    webserver = [*module, "langassets.cli.servers.webserver", "-w", str(workspace)]
    return [
        Program("The code server", [*dagster, "dagster", *code, *at, str(port)]),
        Program("The web UI", [*webserver, *at, str(settings.webserver_port)], port),
        Program("The daemon", [*dagster, "dagster-daemon", "run", "-w", str(workspace)], port),
        Program("The API", [str(Path(sys.executable).with_name("langassets")), "api"]),
    ]
