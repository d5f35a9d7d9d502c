#!/usr/bin/env bash
# An interruption of a Dagster run (Ctrl-C, or the web UI's "Terminate") can be lost where an op works on an asyncio
# event loop: the run goes on, and ends as a success.
#
# Dagster 1.13.27 turns SIGINT into DagsterExecutionInterruptedError, raised by its signal handler between any two
# instructions of the main thread. That is a BaseException, and no KeyboardInterrupt. Where it strikes within a callback
# of the event loop, asyncio (Python 3.11 to 3.14) lets only SystemExit and KeyboardInterrupt through: it logs
# "Exception in callback" and goes on. Seen: the op runs to its end, and result.success is True. Within the op's own
# coroutine the same signal ends the run.
#
# Fails if that changes. Needs Python 3.11 or newer and PyPI; nothing is left behind.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check "dagster==1.13.27" "sqlalchemy<2.1"
cat > "$work/interrupted.py" <<'PY'
import asyncio, logging, os, signal, sys
import dagster as dg

logging.getLogger("asyncio").setLevel(logging.CRITICAL)


def strike() -> None:
    os.kill(os.getpid(), signal.SIGINT)


async def in_a_callback() -> str:
    asyncio.get_running_loop().call_soon(strike)
    await asyncio.sleep(0.5)
    return "worked to its end"


async def in_the_coroutine() -> str:
    strike()
    await asyncio.sleep(0.5)
    return "worked to its end"


def outcome(work) -> bool:
    @dg.op
    def waits() -> str:
        return asyncio.run(work())

    @dg.job
    def one() -> None:
        waits()

    return one.execute_in_process(raise_on_error=False).success


lost, heeded = outcome(in_a_callback), not outcome(in_the_coroutine)
print(f"Dagster {dg.__version__}, Python {sys.version.split()[0]}")
print(f"struck within a callback of the event loop: {'lost, the run succeeded' if lost else 'the run ended'}")
print(f"struck within the coroutine: {'the run ended' if heeded else 'lost, the run succeeded'}")
sys.exit(0 if lost and heeded else 1)
PY
DAGSTER_DISABLE_TELEMETRY=1 "$work/venv/bin/python" "$work/interrupted.py" 2>/dev/null
