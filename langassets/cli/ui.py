"""`langassets ui`: Dagster's web UI and daemon, and the HTTP API, together."""

import socket
import sys
from contextlib import closing
from pathlib import Path

from langassets.cli.supervisor import Program, Supervisor
from langassets.errors import SettingsError


def ui() -> None:
    """Start the web UI, the daemon (which runs schedules and sensors) and the API. Stop with Ctrl-C."""
    import os
    import uuid

    from langassets.cli.dagster_home import use_dagster_home
    from langassets.cli.leftovers import end_left_over, ended_with_us
    from langassets.defs.startup import SERVER_START
    from langassets.settings import load_settings

    settings = load_settings()
    home = use_dagster_home()
    folder = _own_folder(settings.langassets_home)
    record = folder / "started.json"
    for command in end_left_over(record):
        _say(f"Left over from the last start, and ended: {command}")
    _check_free("127.0.0.1", settings.webserver_port, "WEBSERVER_PORT")
    _check_free(settings.api_host, settings.api_port, "API_PORT")
    web = f"http://127.0.0.1:{settings.webserver_port}"
    start = uuid.uuid4().hex  # one start, however often its parts are started again
    environ = {
        "DAGSTER_WEBSERVER_URL": web,
        **os.environ,
        SERVER_START: start,
        "DAGSTER_HOME": str(home.absolute()),
    }
    shown = f"[{settings.api_host}]" if ":" in settings.api_host else settings.api_host
    print(f"Web UI  {web}")
    print(f"API     http://{shown}:{settings.api_port}/docs")
    print("Both answer in half a minute or less; Ctrl-C stops them.", flush=True)
    with ended_with_us(record, f"{SERVER_START}={start}"):
        Supervisor(_programs(folder, settings.webserver_port), environ, _say).run()


def _own_folder(home: Path) -> Path:
    folder = home.absolute() / "ui"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "workspace.yaml").touch()
    except OSError as error:
        raise SettingsError(
            f"{folder} cannot be written to ({error.strerror}): set LANGASSETS_HOME to a folder that this "
            "user may write to, with room on its disk."
        ) from None
    return folder


def _programs(folder: Path, webserver_port: int) -> list[Program]:
    """The code is loaded by a server of its own, for the web server and the daemon alike: when one of these
    dies, the others go on, and so do the runs."""
    port = _free_port()
    workspace = folder / "workspace.yaml"
    workspace.write_text(
        f"load_from:\n  - grpc_server: {{host: 127.0.0.1, port: {port}, location_name: langassets}}\n"
    )
    code = [
        "code-server",
        "start",
        "--module-name",
        "langassets.definitions",
        "--location-name",
        "langassets",
    ]
    at = ["--host", "127.0.0.1", "--port"]
    webserver = [_script("dagster-webserver"), "-w", str(workspace), *at, str(webserver_port)]

    def loaded() -> bool:
        return _answers(port)

    return [
        Program("The code server", [_script("dagster"), *code, *at, str(port)]),
        Program("The web UI", webserver, loaded),
        Program("The daemon", [_script("dagster-daemon"), "run", "-w", str(workspace)], loaded),
        Program("The API", [_script("langassets"), "api"]),
    ]


def _script(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def _check_free(host: str, port: int, variable: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with closing(socket.socket(family)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise SettingsError(
                f"{host}:{port} cannot be listened on ({error.strerror}): stop what listens there, or set "
                f"another {variable}."
            ) from None


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
