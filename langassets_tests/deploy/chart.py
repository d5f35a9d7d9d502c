"""What Dagster's Helm chart makes of values, as far as an instance's configuration goes.

Held against the chart itself, rendered by Helm, when the values were written; the chart is not ours to keep.
"""

from typing import Any

Values = dict[str, Any]
HOME = "/opt/dagster/dagster_home"


def instance_config(values: Values, release: str, namespace: str) -> dict[str, Any]:
    """The dagster.yaml of a release."""
    assert not values["dagsterDaemon"]["runCoordinator"]["enabled"]
    assert not values["dagsterDaemon"]["runMonitoring"]["enabled"]
    assert not values["dagsterDaemon"]["runRetries"]["enabled"]
    assert not values["retention"]["enabled"]
    storages = {
        "schedule_storage": ("dagster_postgres.schedule_storage", "PostgresScheduleStorage"),
        "run_storage": ("dagster_postgres.run_storage", "PostgresRunStorage"),
        "event_log_storage": ("dagster_postgres.event_log", "PostgresEventLogStorage"),
    }
    database = {"postgres_db": _postgres(values["postgresql"])}
    threads = {"use_threads": True, "num_workers": 4}
    return {
        "scheduler": {"module": "dagster.core.scheduler", "class": "DagsterDaemonScheduler"},
        **{
            name: {"module": module, "class": kind, "config": database}
            for name, (module, kind) in storages.items()
        },
        "run_launcher": _launcher(values, release, namespace),
        "compute_logs": {
            "module": "dagster.core.storage.noop_compute_log_manager",
            "class": values["computeLogManager"]["type"],
        },
        "sensors": threads,
        "schedules": threads,
        "telemetry": {"enabled": values["telemetry"]["enabled"]},
        **values["additionalInstanceConfig"],
    }


def _postgres(values: Values) -> dict[str, Any]:
    return {
        "username": values["postgresqlUsername"],
        "password": {"env": "DAGSTER_PG_PASSWORD"},
        "hostname": values["postgresqlHost"],
        "db_name": values["postgresqlDatabase"],
        "port": values["service"]["port"],
        "params": values.get("postgresqlParams", {}),
    }


def _launcher(values: Values, release: str, namespace: str) -> dict[str, Any]:
    assert values["runLauncher"]["type"] == "K8sRunLauncher"
    given = values["runLauncher"]["config"]["k8sRunLauncher"]
    file = {"kubeconfig_file": given["kubeconfigFile"]} if "kubeconfigFile" in given else {}
    pod = given["runK8sConfig"]
    config = {
        "load_incluster_config": given["loadInclusterConfig"],
        **file,
        "job_namespace": namespace,
        "image_pull_policy": given["imagePullPolicy"],
        "service_account_name": f"{release}-dagster",
        "dagster_home": HOME,
        "instance_config_map": f"{release}-dagster-instance",
        "postgres_password_secret": values["global"]["postgresqlSecretName"],
        "env_secrets": [secret["name"] for secret in given["envSecrets"]],
        "resources": given["resources"],
        "security_context": given["securityContext"],
        "run_k8s_config": {
            "pod_spec_config": pod["podSpecConfig"],
            "job_spec_config": pod["jobSpecConfig"],
        },
    }
    return {"module": "dagster_k8s", "class": "K8sRunLauncher", "config": config}


def container_context(deployment: Values, release: str, namespace: str) -> dict[str, Any]:
    """What a code location hands on to its runs."""
    name = f"{release}-dagster-user-deployments"
    return {
        "k8s": {
            "env_config_maps": [f"{name}-{deployment['name']}-user-env"],
            "env_secrets": [secret["name"] for secret in deployment["envSecrets"]],
            "image_pull_policy": deployment["image"]["pullPolicy"],
            "namespace": namespace,
            "resources": deployment["resources"],
            "run_k8s_config": {"pod_spec_config": {"automount_service_account_token": True}},
            "service_account_name": f"{name}-user-deployments",
        }
    }
