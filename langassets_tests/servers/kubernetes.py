"""As much of Kubernetes' API as a run launcher needs: jobs that are made, looked at and deleted."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import yaml

from langassets_tests.servers.threaded import serving


class Cluster:
    """What stands in the cluster: its jobs and the pods that carry them out."""

    def __init__(self) -> None:
        self.jobs: dict[str, dict[str, Any]] = {}
        self.pods: set[str] = set()
        self.address = ""

    def end(self, name: str, outcome: str) -> None:
        """What a node reports when a job's pod has ended: `outcome` is succeeded or failed."""
        self.jobs[name]["status"] = {outcome: 1}

    def kubeconfig(self, folder: Path) -> Path:
        """A file by which clients find the cluster."""
        path = folder / "kubeconfig.yaml"
        entry = {"name": "here", "context": {"cluster": "here", "user": "here"}}
        content = {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "here",
            "contexts": [entry],
            "clusters": [{"name": "here", "cluster": {"server": self.address}}],
            "users": [{"name": "here", "user": {}}],
        }
        path.write_text(yaml.safe_dump(content), encoding="utf-8")
        return path


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    """A cluster on loopback."""
    cluster = Cluster()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            body["status"] = {"active": 1}
            name = body["metadata"]["name"]
            cluster.jobs[name] = body
            cluster.pods.add(f"{name}-pod")
            self._answer(201, body)

        def do_GET(self) -> None:
            kind, name = self._asked()
            if kind == "pods":
                items = [{"metadata": {"name": pod}} for pod in sorted(cluster.pods)]
                self._answer(200, {"kind": "PodList", "items": items})
            elif job := cluster.jobs.get(name):
                self._answer(200, job)
            else:
                self._answer(404, {"kind": "Status", "status": "Failure", "reason": "NotFound", "code": 404})

        def do_DELETE(self) -> None:
            kind, name = self._asked()
            if kind == "pods":
                cluster.pods.remove(name)
            else:
                del cluster.jobs[name]
            self._answer(200, {"kind": "Status", "status": "Success"})

        def _asked(self) -> tuple[str, str]:
            """Of /…/namespaces/{namespace}/{kind}/{name}/…, kind and name."""
            parts = self.path.partition("?")[0].split("/")
            kind, *rest = parts[parts.index("namespaces") + 2 :]
            return kind, rest[0] if rest else ""

        def _answer(self, status: int, body: dict[str, Any]) -> None:
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with serving(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as cluster.address:
        yield cluster
