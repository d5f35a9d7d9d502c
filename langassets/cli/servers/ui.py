"""`langassets ui`: Dagster's web UI and daemon, and the HTTP API, together."""

import json
import os
import sys
import uuid
from pathlib import Path

from langassets.cli.servers.dagster_home import use_dagster_home
from langassets.cli.servers.instance import own_instance
from langassets.cli.servers.ports import check_free, free_port, url_host
from langassets.cli.servers.starts import end_left_over, note
from langassets.cli.servers.supervisor import Program, become, say
from langassets.defs.runs.processes import SERVER_START
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
    start = uuid.uuid4().hex  # one start, however often its parts are started again
    environ = {
        "DAGSTER_WEBSERVER_URL": os.environ.get("DAGSTER_WEBSERVER_URL", web),
        "DAGSTER_HOME": str(home.absolute()),
    }
    print(f"Web UI  {web}")
    print(f"API     http://{url_host(settings.api_host)}:{settings.api_port}/docs")
    print("Both answer in half a minute or less; Ctrl-C stops them.", flush=True)
    mark = f"{SERVER_START}={start}"
    note(record, mark)
    become(record, mark, environ, _programs(folder, settings))


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
