"""What counts as a difference between two answers."""

import json
import re


def paths(a, b, path=""):
    """The places where two JSON values differ."""
    if isinstance(a, dict) and isinstance(b, dict):
        found = []
        for key in sorted(set(a) | set(b)):
            if key not in a:
                found.append(f"{path}.{key}: only trueup: {short(b[key])}")
            elif key not in b:
                found.append(f"{path}.{key}: only terraform: {short(a[key])}")
            else:
                found += paths(a[key], b[key], f"{path}.{key}")
        return found
    if isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        return [p for i, (x, y) in enumerate(zip(a, b)) for p in paths(x, y, f"{path}[{i}]")]
    same = a == b and type(a) is type(b) or isinstance(a, (int, float)) and isinstance(b, (int, float)) and a == b and not isinstance(a, bool) and not isinstance(b, bool)
    return [] if same else [f"{path}: terraform: {short(a)} trueup: {short(b)}"]


def short(value):
    return json.dumps(value)[:300]


def keyed(changes):
    return {f"{c['address']} {c.get('deposed', '')}": c for c in changes or []}


def listed(modules):
    """The resources of a tree of modules, by address."""
    found = {}
    def visit(module):
        for one in module.get("resources") or []:
            found[f"{one['address']} {one.get('deposed_key', '')}"] = one
        for child in module.get("child_modules") or []:
            visit(child)
    visit(modules or {})
    return found


def relevant(plan):
    """The relevant attributes, whose order means nothing."""
    return sorted(json.dumps(one, sort_keys=True) for one in plan.get("relevant_attributes") or [])


def checks(plan):
    """The checks by address: the order of objects changes from run to run."""
    found = {}
    for check in plan.get("checks") or []:
        objects = {
            one["address"]["to_display"]: [one["status"], sorted(p["message"] for p in one.get("problems") or [])]
            for one in check.get("instances") or []
        }
        found[f"{check['address']['kind']} {check['address']['to_display']}"] = [check["status"], objects]
    return found


def state_values(document):
    """What a document says about a state: outputs and objects by address."""
    values = (document or {}).get("values", document) or {}
    outputs = {
        name: {**one, "type": without_optional(one["type"])} if "type" in one else one
        for name, one in (values.get("outputs") or {}).items()
    }
    return {"outputs": outputs, "resources": listed(values.get("root_module"))}


def compare_plans(terraform, trueup, mode):
    """The differences between two plans as documents."""
    a, b = terraform["plan"], trueup["plan"]
    found = []
    for part in ("resource_changes", "resource_drift"):
        found += [f"{part} {p}" for p in paths(keyed(a.get(part)), keyed(b.get(part)))]
        if not found:
            order = lambda plan: [c["address"] for c in plan.get(part) or []]
            if order(a) != order(b):
                found.append(f"{part} order: {order(a)} {order(b)}")
    # What a destruction shows of outputs is what the state has of them.
    if mode != "destroy":
        found += [f"output_changes {p}" for p in paths(a.get("output_changes") or {}, b.get("output_changes") or {})]
    found += [f"checks {p}" for p in paths(checks(a), checks(b))]
    if relevant(a) != relevant(b):
        only = [one for one in relevant(a) if one not in relevant(b)], [one for one in relevant(b) if one not in relevant(a)]
        found.append(f"relevant_attributes: terraform: {only[0]} trueup: {only[1]}")
    for part in ("planned_values", "prior_state"):
        if part == "prior_state" and mode == "destroy":
            continue
        x, y = state_values(a.get(part)), state_values(b.get(part))
        values_without_gone(x["resources"], y["resources"], a)
        if part == "planned_values":
            # Terraform mixes those of all modules up before a plan is a file.
            x, y = x["resources"], y["resources"]
        found += [f"{part} {p}" for p in paths(x, y)]
    if any(len(c["change"]["actions"]) > 1 for c in a.get("resource_changes") or []):
        # What the schema calls sensitive stays so while an object is replaced.
        found = [p for p in found if not re.search(r"sensitive.*: (only )?.*trueup: true$", p)]
        found = without_unveiled(keyed(a.get("resource_changes")), found)
    if mode == "refresh-only" and a.get("applyable") and a.get("output_changes") == b.get("output_changes"):
        # Terraform compares how numbers in outputs are stored.
        a = {**a, "applyable": b.get("applyable")}
    # Of what could not be read Terraform remembers that it is not known, until it
    # writes the plan to a file.
    data = r"prior_state \.resources\.(.*\.)?data\..* "
    unread = data + r"\.sensitive_values\..*: only terraform: (\[\]|\{\})$"
    nothing = data + r"\.values\..*: terraform: null trueup: \{(\"\w+\": null(, )?)+\}$"
    found = [p for p in found if not re.match(f"{unread}|{nothing}", p)]
    for part in ("variables", "configuration", "applyable", "complete", "errored"):
        found += [f"{part} {p}" for p in paths(a.get(part), b.get(part))]
    return found


def without_unveiled(changes, found):
    """Leaves out updates that change nothing but what is sensitive, because
    something is replaced from which a secret comes."""
    unveiled = [
        place for place, one in changes.items()
        if f'resource_changes .{place}.change.actions[0]: terraform: "update" trueup: "no-op"' in found
        and one["change"]["before"] == one["change"]["after"]
    ]
    if not unveiled:
        return found
    of_these = tuple(f"resource_changes .{place}.change." for place in unveiled)
    return [one for one in found if not one.startswith((*of_these, "relevant_attributes"))]


FORGOTTEN = "Some objects will no longer be managed by Terraform"


def in_order(detail):
    """A detail with the objects sorted that it lists in no order."""
    return re.sub(r"(\n - .*)+", lambda found: "\n" + "\n".join(sorted(found[0][1:].split("\n"))), detail)


def summaries(diagnostics, severity):
    return sorted({(d["summary"], d["detail"]) for d in diagnostics or [] if d["severity"] == severity})


def compare_diagnostics(a, b, phase, mode="normal"):
    found = []
    # What is destroyed is not kept, whatever `removed` says (docs/differences.md).
    if mode == "destroy":
        a, b = ([d for d in side or [] if d["summary"] != FORGOTTEN] for side in (a, b))
    for severity in ("error", "warning"):
        x, y = summaries(a, severity), summaries(b, severity)
        # Cycles are named by their members, in an order of no meaning.
        x, y = ([cycle(d) for d in side] for side in (x, y))
        # What depends on something faulty is judged, too (docs/differences.md).
        more = set(y) - set(x)
        spared = lambda all: (summary == "Instance cannot be destroyed" for summary, _ in all)
        protected = all(spared(more)) or any(spared(x))
        if severity == "error" and x and set(x) <= set(y) and (phase == "validated" or protected):
            continue
        if x != y:
            only = [d for d in x if d not in y], [d for d in y if d not in x]
            found.append(f"{phase} {severity}s: terraform: {only[0]} trueup: {only[1]}")
    return found


def cycle(diagnostic):
    summary, detail = diagnostic
    if "tracking information" in detail:
        return summary, "\n".join(sorted(detail.split("\n")))
    return ("Cycle", "") if summary.startswith("Cycle: ") else diagnostic


def without_optional(ty):
    """A type as JSON without what says that attributes may be left out, which
    Terraform forgets to take away (docs/differences.md)."""
    if not isinstance(ty, list) or not ty:
        return ty
    if ty[0] == "object":
        return ["object", {name: without_optional(one) for name, one in ty[1].items()}]
    return [without_optional(one) for one in ty]


def without_optional_within(value):
    """The same of all values in attributes that have their type with them."""
    if isinstance(value, list):
        return [without_optional_within(one) for one in value]
    if not isinstance(value, dict):
        return value
    value = {name: without_optional_within(one) for name, one in value.items()}
    if set(value) == {"value", "type"}:
        value["type"] = without_optional(value["type"])
    return value


def canonical(state):
    """A state in which what is drawn at random is named after its place."""
    state = json.loads(json.dumps(state))
    for resource in (state or {}).get("resources", []):
        # Deposed objects stand in the order of their keys, which are drawn.
        resource["instances"].sort(key=place_of)
    text = json.dumps(state)
    for resource in (state or {}).get("resources", []):
        seen = {}
        for instance in resource["instances"]:
            key = str(instance.get("index_key"))
            place = f"{resource.get('module', '')}.{resource['name']}[{key}]"
            if instance.get("deposed"):
                seen[key] = seen.get(key, 0) + 1
                place += f" deposed {seen[key]}"
                text = text.replace(instance["deposed"], f"key {seen[key]}")
            id = (instance.get("attributes") or {}).get("id")
            if id and re.fullmatch(r"[0-9a-f]{8}-[0-9a-f-]{27}", id):
                text = text.replace(id, f"ID({place})".replace('"', "'"))
    state = json.loads(text) or {}
    # A failed run leaves resources without instances behind.
    if state.get("resources"):
        state["resources"] = [r for r in state["resources"] if r["instances"]]
    for output in (state.get("outputs") or {}).values():
        output["type"] = without_optional(output["type"])
    for resource in state.get("resources", []):
        for instance in resource["instances"]:
            instance["attributes"] = without_optional_within(instance.get("attributes"))
            # Terraform lists them in the order of a hash table.
            instance.get("sensitive_attributes", []).sort(key=lambda path: json.dumps(path, sort_keys=True))
    results = {
        f"{c['object_kind']} {c['config_addr']}": [c["status"], keyed_objects(c["objects"])]
        for c in state.get("check_results") or []
    }
    return {
        "resources": state.get("resources"),
        "outputs": state.get("outputs"),
        "check_results": results,
    }


def place_of(instance):
    key = instance.get("index_key")
    told = (json.dumps(instance.get(part), sort_keys=True) for part in ("attributes", "dependencies"))
    return isinstance(key, str), key or 0, "deposed" in instance, *told


def keyed_objects(objects):
    return objects and {o["object_addr"]: [o["status"], o.get("failure_messages")] for o in objects}


def without_gone(terraform, trueup):
    """Drops dependencies on what is not there any more, which Terraform keeps
    for one more run."""
    key = lambda r: (r.get("module", ""), r["mode"], r["type"], r["name"])
    module = lambda m: re.sub(r"\[[^]]*\]", "", m)
    there = set()
    for resource in terraform["resources"] or []:
        prefix = module(resource.get("module", ""))
        data = "data." if resource["mode"] == "data" else ""
        there.add(f"{prefix}.{data}{resource['type']}.{resource['name']}".lstrip("."))
    ours = {key(r): r for r in trueup["resources"] or []}
    for resource in terraform["resources"] or []:
        other = ours.get(key(resource), {}).get("instances", [])
        for a, b in zip(resource["instances"], other):
            known = b.get("dependencies", [])
            keep = [d for d in a.get("dependencies", []) if d in there or d in known]
            if keep:
                a["dependencies"] = keep
            else:
                a.pop("dependencies", None)


def values_without_gone(terraform, trueup, plan):
    """The same in the resources of a document, and of what is to go."""
    plain = lambda one: re.sub(r"\[[^]]*\]", "", one["address"])
    ends = (["delete"], ["forget"])
    goes = {plain(c) for c in plan.get("resource_changes") or [] if c["change"]["actions"] in ends}
    there = {plain(one) for one in trueup.values()} - goes
    for address, one in terraform.items():
        known = trueup.get(address, {}).get("depends_on", [])
        keep = [d for d in one.get("depends_on", []) if d in there or d in known]
        if keep:
            one["depends_on"] = keep
        else:
            one.pop("depends_on", None)


def with_secrets_kept(terraform, trueup, before):
    """Makes sensitive again what was so in an object that could not be destroyed:
    Terraform forgets it (docs/differences.md)."""
    key = lambda r: (r.get("module", ""), r["mode"], r["type"], r["name"])
    place = lambda r, i: (key(r), str(i.get("index_key")), bool(i.get("deposed")))
    told = lambda i: {json.dumps(path, sort_keys=True) for path in i.get("sensitive_attributes", [])}
    was = {}
    for r in before["resources"] or []:
        for i in r["instances"]:
            was.setdefault(place(r, i), set()).update(told(i))
    ours = {key(r): r for r in trueup["resources"] or []}
    for resource in terraform["resources"] or []:
        other = ours.get(key(resource), {}).get("instances", [])
        for a, b in zip(resource["instances"], other):
            if told(a) < told(b) <= was.get(place(resource, a), set()):
                a["sensitive_attributes"] = b["sensitive_attributes"]


def compare_states(terraform, trueup, before=None):
    """The differences between two states. `before` is the one before a run that
    failed."""
    terraform, trueup = canonical(terraform), canonical(trueup)
    without_gone(terraform, trueup)
    if before:
        with_secrets_kept(terraform, trueup, canonical(before))
    found = paths(terraform, trueup)
    # All instances of a resource are alike to trueup (docs/differences.md).
    tolerated = ".create_before_destroy: only trueup: true"
    return [f"state {p}" for p in found if not p.endswith(tolerated)]
