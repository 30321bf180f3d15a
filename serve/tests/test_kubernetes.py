"""The files for Serve and Kubernetes are what those who read them expect, and say the same."""

import copy
import os
import re
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from pydantic import BaseModel

from serve.kubernetes.custom_resource import MANIFEST, faults
from serve.rig.root import ROOT
from serve.settings import TOKEN, Settings

SERVICE = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
CLUSTER = SERVICE["spec"]["rayClusterConfig"]
TEAM = yaml.safe_load(SERVICE["spec"]["serveConfigV2"])
LOCAL = yaml.safe_load((ROOT / "serve" / "infill.yaml").read_text(encoding="utf-8"))
GROUPS = [CLUSTER["headGroupSpec"], *CLUSTER["workerGroupSpecs"]]
PODS = [group["template"]["spec"] for group in GROUPS]
CONTAINERS = [container for pod in PODS for container in pod["containers"]]
KUBERNETES = "1.37"
DEFINITION = "INFILL_KUBERAY_CRD"


@pytest.mark.parametrize("config", [LOCAL, TEAM], ids=["infill.yaml", "serveConfigV2"])
def test_ray_serve_takes_it_and_knows_all_that_it_says(config: dict[str, Any]) -> None:
    schema = pytest.importorskip("ray.serve.schema", reason="Ray has no build for this machine")
    from ray.serve.config import AutoscalingConfig, RequestRouterConfig

    schema.ServeDeploySchema.model_validate(config)

    # It passes over what it does not know, a word that is written wrongly for example.
    def unknown(said: dict[str, Any], kind: type[BaseModel]) -> set[str]:
        return said.keys() - kind.model_fields.keys()

    assert not unknown(config, schema.ServeDeploySchema)
    assert not unknown(config["http_options"], schema.HTTPOptionsSchema)
    for application in config["applications"]:
        assert not unknown(application, schema.ServeApplicationSchema)
        Settings.model_validate(application["args"])
        for deployment in application["deployments"]:
            assert not unknown(deployment, schema.DeploymentSchema)
            assert not unknown(deployment["ray_actor_options"], schema.RayActorOptionsSchema)
            assert not unknown(deployment.get("autoscaling_config", {}), AutoscalingConfig)
            assert not unknown(deployment.get("request_router_config", {}), RequestRouterConfig)


def test_one_machine_and_a_cluster_differ_in_what_they_have_to() -> None:
    here, there = copy.deepcopy(LOCAL), copy.deepcopy(TEAM)
    for config in (here, there):
        del config["http_options"]["host"], config["http_options"]["port"]
        del config["applications"][0]["args"]["behind_proxy"]
        front, replica = config["applications"][0]["deployments"]
        del front["num_replicas"]
        del replica["autoscaling_config"]["min_replicas"], replica["autoscaling_config"]["max_replicas"]
    assert here == there
    assert LOCAL["http_options"]["host"] == "127.0.0.1"
    assert TEAM["applications"][0]["args"]["behind_proxy"] is True


def test_a_replica_gets_as_many_cores_as_it_has_threads() -> None:
    for config in (LOCAL, TEAM):
        [application] = config["applications"]
        _, replica = application["deployments"]
        assert replica["ray_actor_options"]["num_cpus"] == application["args"]["threads"]


@pytest.mark.parametrize("pod", PODS, ids=["head", "worker"])
def test_kubernetes_takes_the_pods(pod: dict[str, Any]) -> None:
    whole = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "infill"}, "spec": pod}
    kubernetes_validate.validate(whole, KUBERNETES, strict=True)
    wrong = {**whole, "spec": {**pod, "terminationGracePeriod": 1}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, KUBERNETES, strict=True)


def test_kubernetes_takes_the_network_policy_which_selects_what_the_operator_makes() -> None:
    policy = yaml.safe_load((MANIFEST.parent / "network-policy.yaml").read_text(encoding="utf-8"))
    kubernetes_validate.validate(policy, KUBERNETES, strict=True)
    ports = [port["port"] for rule in policy["spec"]["ingress"] for port in rule.get("ports", [])]
    assert ports == [TEAM["http_options"]["port"]]


@pytest.mark.skipif(DEFINITION not in os.environ, reason=f"{DEFINITION} names no file with KubeRay's definition")
def test_kuberay_takes_the_service() -> None:
    definition = yaml.load(Path(os.environ[DEFINITION]).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    assert faults(SERVICE, definition) == []


def test_what_a_definition_does_not_know_is_found_where_it_stands() -> None:
    text = {"type": "string"}
    template = {"type": "object", "properties": {"port": {"x-kubernetes-int-or-string": True}, "labels": {}}}
    template["properties"]["labels"] = {"type": "object", "additionalProperties": text}
    items = {"type": "object", "required": ["name"], "properties": {"name": text, "template": template}}
    spec = {"type": "object", "properties": {"groups": {"type": "array", "items": items}}}
    root = {"type": "object", "properties": {"kind": text, "metadata": {"type": "object"}, "spec": spec}}
    version = {"name": "v1", "served": True, "schema": {"openAPIV3Schema": root}}
    definition = {"spec": {"group": "ray.io", "names": {"kind": "RayService"}, "versions": [version]}}

    def found(groups: object, **more: object) -> list[str]:
        head = {"apiVersion": "ray.io/v1", "kind": "RayService", "metadata": {"name": "x"}}
        return faults({**head, "spec": {"groups": groups}, **more}, definition)

    assert found([{"name": "a", "template": {"port": 1, "labels": {"any": "x"}}}, {"name": "b"}]) == []
    assert found([{"name": "a", "template": {"port": "http"}}]) == []
    assert "spec/groups/0" in found([{"name": "a", "tmplate": {}}])[0]
    assert (
        "spec/groups/1/template/labels/a" in found([{"name": "a"}, {"name": "b", "template": {"labels": {"a": 1}}}])[0]
    )
    assert "'name' is a required property" in found([{}])[0]
    assert found([], kind="RayJob") != [] != found([], apiVersion="ray.io/v2")


def test_the_token_is_in_a_secret_and_only_where_it_is_needed() -> None:
    said = [(container["name"], each) for container in CONTAINERS for each in container["env"] if each["name"] == TOKEN]
    [(name, variable)] = said
    assert name == "ray-worker" and variable["valueFrom"]["secretKeyRef"]["key"] == "token" and "value" not in variable


def test_no_container_may_more_than_it_has_to() -> None:
    for pod in PODS:
        assert pod["securityContext"]["runAsNonRoot"] and pod["securityContext"]["runAsUser"] > 0
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    for container in CONTAINERS:
        may = container["securityContext"]
        assert may["readOnlyRootFilesystem"] and not may["allowPrivilegeEscalation"]
        assert may["capabilities"] == {"drop": ["ALL"]}
        assert container["livenessProbe"] and {"cpu", "memory"} == container["resources"]["limits"].keys()
    assert PODS[1]["automountServiceAccountToken"] is False


def test_replicas_fit_into_a_pod_and_may_finish() -> None:
    front, replica = TEAM["applications"][0]["deployments"]
    [worker] = PODS[1]["containers"]
    assert float(worker["resources"]["requests"]["cpu"]) >= 2 * replica["ray_actor_options"]["num_cpus"] + 0.5
    assert PODS[1]["terminationGracePeriodSeconds"] > replica["graceful_shutdown_timeout_s"]
    places = 2 * CLUSTER["workerGroupSpecs"][0]["maxReplicas"]
    assert places >= replica["autoscaling_config"]["max_replicas"] and front["num_replicas"] > 1


def test_image_cluster_and_tests_have_one_version_of_ray() -> None:
    required = re.search(r"^ray\[serve\]==([\d.]+)", (ROOT / "serve" / "requirements.txt").read_text(), re.MULTILINE)
    image = re.search(r"^FROM rayproject/ray:([\d.]+)-py", (MANIFEST.parent / "Dockerfile").read_text(), re.MULTILINE)
    assert required and image
    assert required[1] == image[1] == CLUSTER["rayVersion"]
