"""The manifests of deploy/kubernetes, held against the API's schemas, the operator's fields, and the bot itself."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import kubernetes_validate
import pytest
import yaml

from bot import wiring
from bot.slack import web
from embeddings import planning

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "deploy" / "kubernetes"
VERSION = "1.34"
"""The oldest Kubernetes that the manifests are for."""
BY_HAND = {"secret.yaml", "fill.yaml"}
"""What a person applies: the one has values, the other is done when it is done."""
OPERATOR = {
    "Cluster": """
        affinity bootstrap.initdb.builtinLocale bootstrap.initdb.database bootstrap.initdb.encoding
        bootstrap.initdb.localeProvider bootstrap.initdb.owner bootstrap.initdb.postInitApplicationSQL imageName
        instances plugins postgresql.parameters postgresql.synchronous primaryUpdateStrategy resources storage
        walStorage
    """,
    "ObjectStore": "configuration.destinationPath configuration.s3Credentials configuration.wal retentionPolicy",
    "ScheduledBackup": "backupOwnerReference cluster method pluginConfiguration schedule",
}
"""The fields of a spec that the manifests may use, as the operator's reference names them: its schemas are not to be
had from a package, and an API server drops what they do not know."""
SLACK_PATIENCE = 20
"""Seconds that what was begun may take before and after the draining, as for compose and systemd."""

Manifest = dict[str, Any]


def manifests() -> Iterator[tuple[str, Manifest]]:
    """Every object of every file but kustomize's own, with the file's name."""
    for file in sorted(FOLDER.glob("*.yaml")):
        for one in yaml.safe_load_all(file.read_text(encoding="utf-8")):
            if file.name != "kustomization.yaml":
                yield file.name, one


MANIFESTS = list(manifests())
NAMES = [f"{file}-{one['kind']}" for file, one in MANIFESTS]
KUSTOMIZATION: Manifest = yaml.safe_load((FOLDER / "kustomization.yaml").read_text(encoding="utf-8"))


def the(kind: str, name: str | None = None) -> Manifest:
    """The one object of a kind; a copy, to be spoiled."""
    [found] = [one for _, one in MANIFESTS if one["kind"] == kind and name in (None, one["metadata"].get("name"))]
    return copy.deepcopy(found)


def validate(manifest: Manifest) -> None:
    """Raise where the API, or the operator, would refuse it or drop a field."""
    if manifest["kind"] in OPERATOR:
        known = OPERATOR[manifest["kind"]].split()
        if unknown := [
            path for path in paths(manifest["spec"]) if not any(f"{path}.".startswith(f"{one}.") for one in known)
        ]:
            raise jsonschema.ValidationError(f"{', '.join(unknown)}: no field of the operator's")
    else:
        kubernetes_validate.validate(manifest, VERSION, strict=True)


def paths(value: Manifest, *above: str) -> Iterator[str]:
    """The way to every value, parted by dots."""
    for key, one in value.items():
        if isinstance(one, dict):
            yield from paths(one, *above, key)
        else:
            yield ".".join((*above, key))


def bot() -> Manifest:
    """The container of the bot."""
    [container] = the("Deployment")["spec"]["template"]["spec"]["containers"]
    assert isinstance(container, dict)
    return container


def pods() -> list[Manifest]:
    return [the(kind)["spec"]["template"]["spec"] for kind in ("Deployment", "Job")]


@pytest.mark.parametrize("manifest", [one for _, one in MANIFESTS], ids=NAMES)
def test_the_api_takes_it(manifest: Manifest) -> None:
    validate(manifest)


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("Deployment", ("spec", "template", "spec")),
        ("HorizontalPodAutoscaler", ("spec",)),
        ("Cluster", ("spec", "bootstrap", "initdb")),
        ("ObjectStore", ("spec", "configuration")),
        ("ScheduledBackup", ("spec",)),
    ],
)
def test_a_field_that_is_none_is_noticed(kind: str, path: tuple[str, ...]) -> None:
    wrong = the(kind)
    place = wrong
    for key in path:
        place = place[key]
    place["replicaz"] = 3
    with pytest.raises(jsonschema.ValidationError, match="replicaz"):
        validate(wrong)


def test_kustomize_applies_every_file_that_is_not_a_persons_to_apply() -> None:
    files = {file.name for file in FOLDER.glob("*.yaml")} - {"kustomization.yaml"}
    assert set(KUSTOMIZATION["resources"]) == files - BY_HAND


def test_everything_is_in_the_namespace_that_is_made() -> None:
    namespace = the("Namespace")["metadata"]["name"]
    assert KUSTOMIZATION["namespace"] == namespace
    assert {one["metadata"]["namespace"] for file, one in MANIFESTS if file in BY_HAND} == {namespace}


def test_the_image_that_fills_is_the_one_that_serves() -> None:
    [image] = KUSTOMIZATION["images"]
    assert bot()["image"] == image["name"]
    [fill] = the("Job")["spec"]["template"]["spec"]["containers"]
    assert fill["image"] == f"{image['newName']}:{image['newTag']}"


# Against the bot


def settings_named() -> set[str]:
    containers = [one for pod in pods() for one in pod["containers"]]
    return {
        *the("ConfigMap")["data"],
        *the("Secret")["stringData"],
        *(variable["name"] for one in containers for variable in one["env"]),
    }


def test_every_setting_is_one_of_ours() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert settings_named() <= set(re.findall(r"^#([A-Z_]+)=", example, re.MULTILINE))


def test_no_secret_has_a_value() -> None:
    assert set(the("Secret")["stringData"].values()) == {""}
    assert not {name for name in the("ConfigMap")["data"] if re.search("TOKEN|SECRET|DATABASE|ARCHIVE", name)}


def test_events_come_over_http() -> None:
    # Socket Mode would give each replica one of the ten connections that Slack allows.
    assert "SLACK_APP_TOKEN" not in settings_named()
    assert "SLACK_SIGNING_SECRET" in settings_named()
    [path] = the("Ingress")["spec"]["rules"][0]["http"]["paths"]
    assert web.EVENTS_PATH.startswith(f"{path['path']}/")


@pytest.mark.parametrize("probe", ["startupProbe", "livenessProbe", "readinessProbe"])
def test_every_probe_asks_a_page_that_is_there(probe: str) -> None:
    served = {getattr(route, "path", "") for route in web.web_app(bolt=None, health=web.Health).routes}
    assert bot()[probe]["httpGet"]["path"] in served
    assert bot()[probe]["httpGet"]["port"] == "http"


def test_a_bot_that_cannot_answer_at_the_moment_is_not_killed_for_it() -> None:
    paths = {probe: bot()[probe]["httpGet"]["path"] for probe in ("livenessProbe", "readinessProbe")}
    assert paths == {"livenessProbe": "/healthz", "readinessProbe": "/readyz"}


def test_ports_are_those_of_the_image() -> None:
    image = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
    [port] = re.findall(r"^EXPOSE (\d+)$", image, re.MULTILINE)
    assert bot()["ports"] == [{"name": "http", "containerPort": int(port)}]
    assert the("ConfigMap")["data"]["ONRECORD_PORT"] == port
    assert the("Service")["spec"]["ports"][0]["targetPort"] == "http"
    assert the("NetworkPolicy", "bot")["spec"]["ingress"][0]["ports"] == [{"protocol": "TCP", "port": "http"}]


def test_it_runs_as_the_image_means_it_and_can_write_nowhere_else() -> None:
    image = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
    [user] = re.findall(r"^USER (\d+):\d+$", image, re.MULTILINE)
    for pod in pods():
        assert (pod["securityContext"]["runAsNonRoot"], str(pod["securityContext"]["runAsUser"])) == (True, user)
        assert pod["automountServiceAccountToken"] is False
        for container in pod["containers"]:
            allowed = container["securityContext"]
            assert (allowed["readOnlyRootFilesystem"], allowed["allowPrivilegeEscalation"]) == (True, False)
            assert allowed["capabilities"] == {"drop": ["ALL"]}
            written = {one["mountPath"] for one in container["volumeMounts"] if not one.get("readOnly")}
            assert written == {"/data", "/tmp"}
    [cache] = {value.rstrip(" \\") for value in re.findall(r"^(?:ENV|   ) *ONRECORD_CACHE=(\S+)", image, re.MULTILINE)}
    assert the("ConfigMap")["data"]["ONRECORD_CACHE"] == cache


def test_the_image_has_the_driver() -> None:
    assert "optional-dependencies" in (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")


def test_what_was_accepted_is_answered_before_the_end() -> None:
    pod = the("Deployment")["spec"]["template"]["spec"]
    pause = bot()["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert pod["terminationGracePeriodSeconds"] >= pause + wiring.DRAIN + SLACK_PATIENCE


def test_a_replica_has_the_memory_and_the_processor_that_are_planned_for() -> None:
    asked = bot()["resources"]["requests"]
    assert int(asked["memory"].removesuffix("Mi")) * 2**20 >= planning.BOT_MEMORY.value * 1e9
    threads = the("ConfigMap")["data"]["ONRECORD_THREADS"]
    assert asked["cpu"] == threads
    utilization = the("HorizontalPodAutoscaler")["spec"]["metrics"][0]["resource"]["target"]["averageUtilization"]
    assert utilization == planning.BUSY.value * 100


def test_the_pieces_find_one_another() -> None:
    labels = the("Deployment")["spec"]["template"]["metadata"]["labels"]
    for selector in (
        the("Deployment")["spec"]["selector"]["matchLabels"],
        the("Service")["spec"]["selector"],
        the("PodDisruptionBudget")["spec"]["selector"]["matchLabels"],
        the("NetworkPolicy", "bot")["spec"]["podSelector"]["matchLabels"],
    ):
        assert selector.items() <= labels.items()
    assert the("HorizontalPodAutoscaler")["spec"]["scaleTargetRef"]["name"] == the("Deployment")["metadata"]["name"]
    taken = {next(iter(one.values()))["name"] for one in bot()["envFrom"]}
    assert taken == {the("ConfigMap")["metadata"]["name"], the("Secret")["metadata"]["name"]}


# The database


def test_the_bot_reads_the_address_that_the_operator_writes() -> None:
    cluster = the("Cluster")["metadata"]["name"]
    sources = [variable["valueFrom"]["secretKeyRef"] for variable in bot()["env"]]
    # The operator's name for the application's own Secret, with the whole address under "uri".
    assert sources == [{"name": f"{cluster}-app", "key": "uri"}] * 2
    assert the("ScheduledBackup")["spec"]["cluster"]["name"] == cluster
    egress = the("NetworkPolicy", "bot")["spec"]["egress"][1]["to"][0]["podSelector"]["matchLabels"]
    assert (
        egress == the("NetworkPolicy", "database")["spec"]["podSelector"]["matchLabels"] == {"cnpg.io/cluster": cluster}
    )


def test_the_database_has_the_extension_a_majority_and_a_backup() -> None:
    spec = the("Cluster")["spec"]
    assert spec["instances"] == planning.COPIES.value
    assert "standard" in spec["imageName"], "the minimal images have no pgvector"
    assert spec["bootstrap"]["initdb"]["postInitApplicationSQL"] == ["CREATE EXTENSION IF NOT EXISTS vector"]
    [plugin] = spec["plugins"]
    assert plugin["parameters"]["barmanObjectName"] == the("ObjectStore")["metadata"]["name"]
    assert the("ScheduledBackup")["spec"]["pluginConfiguration"]["name"] == plugin["name"]


def test_the_database_is_as_large_as_planned_for_ten_million() -> None:
    planned, spec = planning.plan(paragraphs=10_000_000, questions_per_second=1, replicas=3), the("Cluster")["spec"]
    parameters = spec["postgresql"]["parameters"]

    def gigabytes(quantity: str) -> float:
        return int(re.sub(r"G(i|B)$", "", quantity)) * 2**30 / 1e9

    assert gigabytes(spec["resources"]["requests"]["memory"]) >= planned["memory a machine"]
    assert gigabytes(spec["storage"]["size"]) + gigabytes(spec["walStorage"]["size"]) >= planned["disk a machine"]
    assert gigabytes(parameters["maintenance_work_mem"]) >= planned["maintenance_work_mem"]
    most = the("HorizontalPodAutoscaler")["spec"]["maxReplicas"]
    assert int(parameters["max_connections"]) == planning.MOST_CONNECTIONS.value
    assert most * planning.BOT_CONNECTIONS.value <= planning.MOST_CONNECTIONS.value
