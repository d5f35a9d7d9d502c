"""deploy/helm/values.yaml: the instance that the chart makes of it, loaded and used by dagster-k8s itself."""

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import sqlalchemy as sa
import yaml
from dagster._core.code_pointer import ModuleCodePointer
from dagster._core.launcher import LaunchRunContext
from dagster._core.launcher.base import WorkerStatus
from dagster._core.origin import JobPythonOrigin, RepositoryPythonOrigin
from dagster_k8s import K8sRunLauncher

from langassets.definitions import assemble
from langassets.services import Services
from langassets.settings import load_settings
from langassets_tests.deploy.chart import HOME, container_context, instance_config
from langassets_tests.deploy.compose import DEPLOY
from langassets_tests.servers.kubernetes import Cluster, running_cluster
from langassets_tests.servers.postgres import new_database

VALUES: dict[str, Any] = yaml.safe_load((DEPLOY / "helm/values.yaml").read_text(encoding="utf-8"))
DEPLOYMENT: dict[str, Any] = VALUES["dagster-user-deployments"]["deployments"][0]
IMAGE = f"{DEPLOYMENT['image']['repository']}:{DEPLOYMENT['image']['tag']}"
PASSWORD = "0a1b2c3d4e5f"
RELEASE, NAMESPACE = "langassets", "content"


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with running_cluster() as running:
        yield running


@pytest.fixture
def instance(
    postgres_server: str, cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[dg.DagsterInstance]:
    """The instance of a release, with the addresses of this machine in place of a cluster's."""
    with new_database(postgres_server) as address:
        url = sa.make_url(address)
        here = copy.deepcopy(VALUES)
        here["postgresql"] |= {
            "postgresqlHost": "",
            "postgresqlUsername": url.username,
            "postgresqlDatabase": url.database,
            "postgresqlParams": dict(url.query),
        }
        here["runLauncher"]["config"]["k8sRunLauncher"] |= {
            "loadInclusterConfig": False,
            "kubeconfigFile": str(cluster.kubeconfig(tmp_path)),
        }
        config = yaml.safe_dump(instance_config(here, RELEASE, NAMESPACE))
        (tmp_path / "dagster.yaml").write_text(config, encoding="utf-8")
        monkeypatch.setenv("DAGSTER_PG_PASSWORD", PASSWORD)
        with dg.DagsterInstance.from_config(str(tmp_path)) as made:
            yield made


def launched(instance: dg.DagsterInstance, tmp_path: Path) -> tuple[dg.DagsterRun, K8sRunLauncher]:
    """A run of the daily preload, started as the daemon starts it."""
    services = Services(load_settings({"LANGASSETS_HOME": str(tmp_path / "home")}))
    job = assemble(services).resolve_job_def("preload_frequent_languages")
    origin = RepositoryPythonOrigin(
        executable_path="python",
        code_pointer=ModuleCodePointer("langassets.definitions", "defs", None),
        container_image=IMAGE,
        entry_point=["dagster"],
        container_context=container_context(DEPLOYMENT, RELEASE, NAMESPACE),
    )
    run = instance.create_run_for_job(job, job_code_origin=JobPythonOrigin(job.name, origin))
    launcher = instance.run_launcher
    assert isinstance(launcher, K8sRunLauncher)
    launcher.launch_run(LaunchRunContext(dagster_run=run, workspace=None))
    return run, launcher


def test_a_run_is_a_job_with_the_image_secrets_and_limits_of_the_values(
    instance: dg.DagsterInstance, cluster: Cluster, tmp_path: Path
) -> None:
    run, _ = launched(instance, tmp_path)
    (job,) = cluster.jobs.values()
    assert run.run_id in job["metadata"]["name"]
    assert job["metadata"]["labels"]["dagster/run-id"] == run.run_id
    assert job["spec"]["backoffLimit"] == 0
    assert job["spec"]["ttlSecondsAfterFinished"] == 86400
    pod = job["spec"]["template"]["spec"]
    assert pod["terminationGracePeriodSeconds"] == 60
    (container,) = pod["containers"]
    assert container["image"] == IMAGE
    assert {"secretRef": {"name": "langassets"}} in container["envFrom"]
    assert container["resources"]["limits"] == {"memory": "1Gi"}
    assert container["securityContext"]["runAsNonRoot"] is True
    environ = {entry["name"]: entry for entry in container["env"]}
    assert environ["DAGSTER_HOME"]["value"] == HOME
    secret = environ["DAGSTER_PG_PASSWORD"]["valueFrom"]["secretKeyRef"]
    assert secret == {"name": "langassets-postgresql", "key": "postgresql-password"}
    assert PASSWORD not in str(job)


def test_a_pod_that_died_is_noticed_and_its_run_started_again(
    instance: dg.DagsterInstance, cluster: Cluster, tmp_path: Path
) -> None:
    run, launcher = launched(instance, tmp_path)
    assert launcher.check_run_worker_health(run).status is WorkerStatus.RUNNING
    (name,) = cluster.jobs
    cluster.end(name, "failed")
    assert launcher.check_run_worker_health(run).status is WorkerStatus.FAILED
    assert instance.run_retries_enabled
    assert not instance.run_retries_retry_on_asset_or_op_failure


def test_a_run_can_be_stopped(instance: dg.DagsterInstance, cluster: Cluster, tmp_path: Path) -> None:
    run, launcher = launched(instance, tmp_path)
    assert launcher.terminate(run.run_id)  # type: ignore[no-untyped-call]
    assert not cluster.jobs
    assert not cluster.pods


def test_limits_and_retries_are_those_of_every_other_server(instance: dg.DagsterInstance) -> None:
    elsewhere = yaml.safe_load((DEPLOY / "dagster.yaml").read_text(encoding="utf-8"))
    here = VALUES["additionalInstanceConfig"]
    assert here["run_monitoring"] | {"start_timeout_seconds": 300} == elsewhere["run_monitoring"]
    for section in ("concurrency", "run_retries", "freshness", "retention", "nux"):
        assert here[section] == elsewhere[section], section
    assert VALUES["telemetry"] == elsewhere["telemetry"]
    queue = instance.get_concurrency_config().run_queue_config
    assert queue
    assert queue.max_concurrent_runs == 4


def test_one_image_everywhere_and_names_that_fit() -> None:
    images = [VALUES[part]["image"] for part in ("dagsterWebserver", "dagsterDaemon")]
    assert images == [DEPLOYMENT["image"], DEPLOYMENT["image"]]
    api, service = VALUES["extraManifests"]
    (container,) = api["spec"]["template"]["spec"]["containers"]
    assert container["image"] == IMAGE
    assert "--location-name" in DEPLOYMENT["codeServerArgs"]
    assert DEPLOYMENT["codeServerArgs"][-1] == DEPLOYMENT["name"] == "langassets"
    port = VALUES["dagsterWebserver"]["service"]["port"]
    assert container["env"] == [
        {"name": "DAGSTER_WEBSERVER_URL", "value": f"http://{RELEASE}-dagster-webserver:{port}"}
    ]
    assert service["spec"]["selector"] == api["spec"]["template"]["metadata"]["labels"]
    assert VALUES["dagsterWebserver"]["readinessProbe"]["httpGet"]["port"] == port
