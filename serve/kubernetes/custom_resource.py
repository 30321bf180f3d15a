"""Compares the manifest with its kind's definition (a CustomResourceDefinition), as the API server does.

`kubectl get crd rayservices.ray.io -o yaml > crd.yaml && python -m serve.kubernetes.custom_resource crd.yaml` says what
would be refused or, worse, left out without a word.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

MANIFEST = Path(__file__).with_name("rayservice.yaml")


def faults(manifest: dict[str, Any], definition: dict[str, Any]) -> list[str]:
    """What is wrong with it, each with its place; [] = nothing."""
    spec = definition["spec"]
    name, _, version = manifest["apiVersion"].rpartition("/")
    if (name, manifest["kind"]) != (spec["group"], spec["names"]["kind"]):
        return [f"it is no {spec['group']}/{spec['names']['kind']}"]
    found = next((each for each in spec["versions"] if each["name"] == version and each["served"]), None)
    if found is None:
        return [f"there is no version {version}"]
    schema = strict(found["schema"]["openAPIV3Schema"], is_root=True)
    errors = Draft202012Validator(schema).iter_errors(manifest)
    return sorted(f"{'/'.join(map(str, error.absolute_path))}: {error.message}" for error in errors)


def strict(schema: Any, is_root: bool = False) -> Any:
    """JSON Schema of a schema of Kubernetes. An object has no members but those that are named."""
    if isinstance(schema, list):
        return [strict(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: strict(value) for key, value in schema.items() if key != "properties"}
    if isinstance(schema.get("properties"), dict):
        made["properties"] = {name: strict(each) for name, each in schema["properties"].items()}
        # Of `metadata` alone a definition says nothing, and the API server knows it.
        is_open = schema.get("x-kubernetes-preserve-unknown-fields") or "additionalProperties" in schema
        if not is_open and not is_root:
            made["additionalProperties"] = False
    if schema.get("x-kubernetes-int-or-string"):
        made.pop("type", None)
        made.setdefault("anyOf", [{"type": "integer"}, {"type": "string"}])
    if schema.get("nullable") and isinstance(made.get("type"), str):
        made["type"] = [made["type"], "null"]
    return made


def main(arguments: list[str]) -> Iterator[str]:
    [file] = arguments
    definition = yaml.safe_load(Path(file).read_text(encoding="utf-8"))
    yield from faults(yaml.safe_load(MANIFEST.read_text(encoding="utf-8")), definition)


if __name__ == "__main__":
    wrong = list(main(sys.argv[1:]))
    print("\n".join(wrong) or f"{MANIFEST.name} is as it should be")
    sys.exit(1 if wrong else 0)
