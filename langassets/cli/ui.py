"""`langassets ui`: Dagster's web UI and daemon together."""


def ui() -> None:
    """Start the web UI and the daemon, which runs schedules and sensors. Stop with Ctrl-C."""
    import os
    import signal
    import subprocess
    import sys
    import time
    import uuid
    from pathlib import Path

    from langassets.cli.dagster_home import use_dagster_home
    from langassets.defs.startup import SERVER_START
    from langassets.settings import load_settings

    settings = load_settings()
    home = use_dagster_home()
    environ = os.environ | {SERVER_START: uuid.uuid4().hex, "DAGSTER_HOME": str(home.absolute())}
    command = [
        str(Path(sys.executable).with_name("dagster")),
        "dev",
        "--module-name",
        "langassets.definitions",
        "--host",
        "127.0.0.1",
        "--port",
        str(settings.webserver_port),
    ]
    print(f"The web UI will be at http://127.0.0.1:{settings.webserver_port} (Ctrl-C stops it).", flush=True)
    # A shell that starts things in the background has them ignore Ctrl-C, and they hand that on.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    process = subprocess.Popen(command, env=environ)  # noqa: S603
    try:
        sys.exit(process.wait())
    except KeyboardInterrupt:
        process.send_signal(signal.SIGINT)
        for _ in range(300):
            if process.poll() is not None:
                return
            time.sleep(0.1)
        process.kill()
