#!/usr/bin/env python3
"""Makes kinds.txt out of Kubernetes' own OpenAPI document.

    python3 derive.py path/to/kubernetes/api/openapi-spec/swagger.json > kinds.txt

The document is part of Kubernetes' sources (Apache License 2.0); the Go modules
that the sandbox is built of bring it along, in the folder
`k8s.io/kubernetes@VERSION/api/openapi-spec` of the module cache.

One definition after the other: its name, then a line for each field with name,
type and the first sentence of its description. `!` marks fields that must be
given.
"""

import json
import re
import sys

KINDS = [
    "api.core.v1.ConfigMap",
    "api.core.v1.Namespace",
    "api.core.v1.Node",
    "api.core.v1.PersistentVolumeClaim",
    "api.core.v1.Secret",
    "api.core.v1.Service",
    "api.core.v1.ServiceAccount",
    "api.networking.v1.Ingress",
    "api.networking.v1.NetworkPolicy",
    "api.rbac.v1.ClusterRole",
    "api.rbac.v1.ClusterRoleBinding",
    "api.rbac.v1.Role",
    "api.rbac.v1.RoleBinding",
    "api.storage.v1.StorageClass",
]
# Metadata is the same for all of them and has a file of its own.
SKIPPED_FIELDS = {"apiVersion", "kind", "metadata", "managedFields"}
PLAIN = {"string": "string", "boolean": "bool", "integer": "int", "number": "number"}


def short(name):
    return name.rsplit(".", 1)[1]


def type_of(field, pending):
    if "$ref" in field:
        name = field["$ref"].rsplit("/", 1)[1]
        if name.endswith(".Quantity"):
            return "quantity"
        if name.endswith(".IntOrString"):
            return "intstr"
        if name.endswith((".Time", ".MicroTime")):
            return "string"
        pending.append(name)
        return short(name)
    if field.get("type") == "array":
        return "[]" + type_of(field["items"], pending)
    if field.get("type") == "object":
        return "map " + type_of(field.get("additionalProperties", {"type": "string"}), pending)
    if field.get("format") == "byte":
        return "bytes"
    return PLAIN[field["type"]]


def sentence(text):
    text = re.sub(r"\s+", " ", text).strip()
    return re.split(r"(?<=[a-z)`\"'])\. (?=[A-Z])", text, maxsplit=1)[0].rstrip(".") + "."


def main():
    document = json.load(open(sys.argv[1], encoding="utf-8"))
    definitions = document["definitions"]
    pending = ["io.k8s." + kind for kind in KINDS]
    done = {}
    while pending:
        name = pending.pop()
        if name in done:
            continue
        definition = definitions[name]
        required = definition.get("required", [])
        lines = []
        for field, about in sorted(definition.get("properties", {}).items()):
            if name[len("io.k8s."):] in KINDS and field in SKIPPED_FIELDS:
                continue
            mark = "!" if field in required else ""
            lines.append(
                f"  {field}{mark}: {type_of(about, pending)} | {sentence(about.get('description', ''))}"
            )
        done[name] = (sentence(definition.get("description", "")), lines)
    names = {}
    for name in done:
        if names.setdefault(short(name), name) != name:
            sys.exit(f"two definitions are called {short(name)}: {name}, {names[short(name)]}")
    version = document["info"]["version"]
    print(f"# Derived from the OpenAPI document of Kubernetes {version} by derive.py.")
    print("# Copyright The Kubernetes Authors. Licensed under the Apache License 2.0.")
    for name in sorted(done, key=short):
        about, lines = done[name]
        print(f"{short(name)} | {about}")
        print("\n".join(lines), end="\n" if lines else "")


main()
