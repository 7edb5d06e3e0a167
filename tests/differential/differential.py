"""Plans and applies random stacks with Terraform and with trueup, and says
where they differ. README.md says more."""

import argparse
import json
import os
import random
import re
import subprocess
import sys
import time
from collections import Counter

from compare import (
    canonical, compare_diagnostics, compare_plans, compare_states, in_order, listed, paths, relevant,
)
from generate import Generator, Local, random_schema, render, upgraded


class Side:
    """One of the two programs: a process that answers lines."""

    def __init__(self, program):
        self.program, self.process = program, None

    def ask(self, request):
        if self.process is None:
            self.process = subprocess.Popen(
                [self.program], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                text=True,
            )
        try:
            self.process.stdin.write(json.dumps(request) + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            self.process.wait()
            self.process = None
            return {"crash": f"{self.program} ended"}
        return json.loads(line)


def targets(r, state, stack):
    """One or two addresses of what is configured or in the state."""
    found = [e.address for e in stack.entries if not isinstance(e, Local)]
    for one in (state or {}).get("resources", []):
        address = f"{one['type']}.{one['name']}"
        address = f"data.{address}" if one["mode"] == "data" else address
        module = one.get("module")
        found.append(f"{module}.{address}" if module else address)
        for instance in one["instances"]:
            if "index_key" in instance:
                found.append(f"{found[-1].split('[')[0] if not module else found[-1]}[{json.dumps(instance['index_key'])}]")
                break
        if module:
            found.append(module)
    return r.sample(found, min(len(found), r.randint(1, 2)))


def options(r, state, stack):
    """How a step is planned."""
    request = {"mode": "normal", "refresh": True, "replace": [], "targets": []}
    x = r.random()
    if r.random() < 0.1:
        request["targets"] = targets(r, state, stack)
    if state and x < 0.1:
        request["mode"] = "destroy"
        request["refresh"] = r.random() < 0.8
    elif state and x < 0.2 and any(one["instances"] for one in state["resources"]):
        resource = r.choice([one for one in state["resources"] if one["instances"]])
        instance = r.choice(resource["instances"])
        if resource["mode"] == "managed":
            key = instance.get("index_key")
            module = resource.get("module", "")
            key = "" if key is None else f"[{json.dumps(key)}]"
            address = f"{resource['type']}.{resource['name']}{key}"
            request["replace"] = [f"{module}.{address}" if module else address]
    elif x < 0.25:
        request["refresh"] = False
    elif x < 0.32:
        request["mode"] = "refresh-only"
    return request


def disturb(r, state):
    """What happens to a state between two runs."""
    if not state or r.random() > 0.25:
        return
    managed = [x for x in state["resources"] if x["mode"] == "managed" and x["instances"]]
    if not managed:
        return
    resource = r.choice(managed)
    instance = r.choice(resource["instances"])
    if instance.get("deposed"):
        return
    if r.random() < 0.5:
        instance["status"] = "tainted"
    else:
        deposed = json.loads(json.dumps(instance))
        deposed["deposed"] = f"{r.randrange(1 << 32):08x}"
        resource["instances"].append(deposed)
        if r.random() < 0.3:
            resource["instances"].remove(instance)


def step(sides, request, tolerated):
    """Both answers, and their differences. What is not compared is counted in
    `tolerated`."""
    terraform, trueup = (side.ask(request) for side in sides)
    if trueup.get("crash"):
        return terraform, [f"crash: {trueup['crash']}"], {}
    if terraform.get("crash"):
        # Terraform panics at some configurations; there is no answer then.
        tolerated["Terraform panicked"] += 1
        return terraform, [], {}
    found = compare_diagnostics(terraform.get("validated"), trueup.get("validated"), "validated")
    reason = unplanned(request, terraform, trueup) or overcautious(terraform, trueup)
    if reason:
        tolerated[reason] += 1
        return {**terraform, "state": trueup.get("state")}, found, {}
    failed = bool(errors(terraform, "planned"))
    said = compare_diagnostics(terraform.get("planned"), trueup.get("planned"), "planned", request["mode"])
    if failed and request["mode"] == "destroy" and request["refresh"]:
        # What is warned of is about the changes that could not be planned.
        said = [one for one in said if not one.startswith("planned warnings")]
    found += said
    if terraform.get("plan") and trueup.get("plan") and not failed:
        differing = compare_plans(terraform, trueup, request["mode"])
        if request["mode"] == "destroy" and request["refresh"]:
            # Which data is read depends on changes, of which no plan is made
            # first (docs/differences.md).
            differing = [one for one in differing if not one.startswith("relevant_attributes")]
        found += differing
    reason = unapplied(terraform, trueup) or half_applied(request, terraform, trueup)
    if reason:
        tolerated[reason] += 1
        return {**terraform, "state": trueup.get("state")}, found, {}
    found += compare_diagnostics(terraform.get("applied"), trueup.get("applied"), "applied")
    if terraform.get("state") and trueup.get("state"):
        before = request["state"] if errors(terraform, "applied") else None
        ours = without_held(terraform, trueup, tolerated)
        theirs = without_late_deposed(terraform, trueup, tolerated)
        theirs = without_late_ends({**terraform, "state": theirs}, trueup, tolerated)
        found += compare_states(theirs, ours, before)
    if request["targets"]:
        found = without_late_outputs(terraform, trueup, found)
        found = with_outputs_left(request, trueup, found)
    if request["targets"] and request["mode"] == "destroy":
        # Terraform reads what is needed, too (docs/differences.md).
        anew = r"\.create_before_destroy: only terraform: true$|\.dependencies: only trueup: |^applyable : terraform: true"
        found = [one for one in found if not re.search(anew, one)]
    if request["replace"]:
        found = without_namesakes(request, trueup, found)
    if found and request["mode"] == "refresh-only":
        found = without_orphans(sides[1], request, found, tolerated)
    return terraform, found, trueup


# What follows from the value of a resource if nothing is planned.
OF_VALUES = r"(output_changes|relevant_attributes|checks|applyable|(prior_state|state|planned_values) \.(outputs|check_results))"


def without_orphans(trueup, request, found, tolerated):
    """Leaves out what follows from objects that are not configured any more: in
    a refresh-only plan Terraform counts them among the values of a resource, and
    those in a module among what is needed by whoever refers to the module."""
    plan = trueup.ask({**request, "mode": "normal", "apply": False}).get("plan") or {}
    reasons = {change.get("action_reason") for change in plan.get("resource_changes") or []}
    if reasons & {"delete_because_count_index", "delete_because_each_key", "delete_because_wrong_repetition"}:
        tolerated["values without what is not configured any more"] += 1
        found = [one for one in found if not re.match(OF_VALUES, one)]
    if reasons & {"delete_because_no_resource_config", "delete_because_no_move_target"}:
        tolerated["dependencies on what is not configured any more"] += 1
        found = [one for one in found if not re.search(r"\.(depends_on|dependencies): ", one)]
    return found


def without_late_outputs(terraform, trueup, found):
    """Leaves out outputs that Terraform changes with targets without having
    planned it: there is something that is not configured any more in a module
    they refer to. The states must be the same then."""
    theirs, ours = ((side.get("plan") or {}).get("output_changes") or {} for side in (terraform, trueup))
    late = "|".join(re.escape(name) for name in ours if name not in theirs)
    if not late or any(one.startswith("state .outputs") for one in found):
        return found
    return [one for one in found if not re.match(rf"(output_changes |prior_state \.outputs)\.({late})\b", one)]


def with_outputs_left(request, trueup, found):
    """Leaves out outputs that a destruction with targets leaves as they were, or
    takes from what there is; Terraform brings some up to date with what it would
    have planned (docs/differences.md)."""
    if request["mode"] != "destroy" or not trueup.get("state"):
        return found
    before, after = (state.get("outputs") or {} for state in (request["state"], trueup["state"]))
    left = "|".join(re.escape(name) for name in before if before[name] == after.get(name))
    new = "|".join(re.escape(name) for name in after if name not in before)
    known = rf"state \.outputs\.(({left or '$'})\b|({new or '$'}): only trueup)"
    return [one for one in found if not re.match(known, one)]


def without_namesakes(request, trueup, found):
    """Leaves out that Terraform warns of `-replace` for every resource of that
    type and name, in whatever module (docs/differences.md)."""
    modules = lambda text: re.findall(r"module\.(\w+)", text)
    root = (((trueup.get("plan") or {}).get("configuration") or {}).get("root_module")) or {}
    for address in request["replace"]:
        module = root
        for name in modules(address):
            module = ((module.get("module_calls") or {}).get(name) or {}).get("module") or {}
        plain = re.sub(r"^(module\.\w+(\[[^]]*\])?\.)*", "", address)
        own = [one for one in module.get("resources") or [] if one["address"] == plain]
        if any("count_expression" in one or "for_each_expression" in one for one in own):
            return found
    return [one for one in found if not re.match(r"planned warnings: terraform: \[\('Incompletely-matched force-replace[^)]*\)\] trueup: \[\]", one)]


def errors(answer, phase):
    return [d["summary"] for d in answer.get(phase) or [] if d["severity"] == "error"]


def unplanned(request, terraform, trueup):
    """Why Terraform fails to plan what trueup plans, if that is on purpose
    (docs/differences.md)."""
    theirs, ours = errors(terraform, "planned"), errors(trueup, "planned")
    if request["mode"] != "normal" and theirs and set(theirs) - set(ours) == {"Invalid index"} and set(ours) <= set(theirs):
        return "postconditions of instances that are not there yet"
    doomed = {change["address"] for change in (trueup.get("plan") or {}).get("resource_changes") or []}
    # Only the changes that are planned first would destroy it.
    spared = lambda d: (found := re.match(r"Resource (.+) has lifecycle\.prevent_destroy", d["detail"])) and found[1] not in doomed
    more = [d["summary"] for d in terraform.get("planned") or [] if d["severity"] == "error" and (d["summary"] not in ours or spared(d))]
    # What must not be destroyed it would find afterwards.
    sooner = set(ours) - {"Instance cannot be destroyed"} <= set(theirs)
    if request["mode"] == "destroy" and request["refresh"] and more and sooner and all(
        summary.startswith("no change found for ")
        or summary in ("Provider produced invalid plan", "Planning failed", "Output refers to sensitive values")
        or summary == "Instance cannot be destroyed" and summary not in ours
        for summary in more
    ):
        return "a destruction before which no changes can be planned"
    if ours or not theirs:
        return None
    if all(summary.startswith("Cycle: ") for summary in theirs):
        return "a cycle of create_before_destroy in a plan"
    return None


def overcautious(terraform, trueup):
    """Why trueup refuses what Terraform plans, if that is on purpose."""
    theirs, ours = errors(terraform, "planned"), errors(trueup, "planned")
    changes = (terraform.get("plan") or {}).get("resource_changes") or []
    replaced = any(len(change["change"]["actions"]) > 1 for change in changes)
    more = set(ours) - set(theirs)
    if replaced and set(theirs) <= set(ours) and more == {"Output refers to sensitive values"}:
        return "what the schema calls sensitive, while it is replaced"
    return None


def unapplied(terraform, trueup):
    """The same of applying."""
    theirs, ours = errors(terraform, "applied"), errors(trueup, "applied")
    if set(ours) < set(theirs) and set(theirs) - set(ours) == {"Invalid index"}:
        return "postconditions of instances that were not made"
    if ours or not theirs:
        return None
    if all(summary.startswith("Cycle: ") for summary in theirs):
        return "a cycle of create_before_destroy"
    if all(summary == "Opening failed" for summary in theirs):
        return "an ephemeral resource that nothing needs"
    if all(summary == "Cannot apply non-applyable plan" for summary in theirs):
        return "a refresh-only plan in which only outputs change"
    return None


def address(one, instance):
    """The address of an instance in a state."""
    module = f"{one['module']}." if "module" in one else ""
    data = "data." if one["mode"] == "data" else ""
    key = f"[{json.dumps(instance['index_key'])}]" if "index_key" in instance else ""
    return f"{module}{data}{one['type']}.{one['name']}{key}"


def without_held(terraform, trueup, tolerated):
    """Our state without what is kept because a deposed object that needs it could
    not be destroyed: Terraform looks at what the current object needs
    (docs/differences.md)."""
    changes = (terraform.get("plan") or {}).get("resource_changes") or []
    if not errors(terraform, "applied") or not any(change.get("deposed") for change in changes):
        return trueup["state"]
    ends = {c["address"] for c in changes if c["change"]["actions"] == ["delete"]}
    theirs = {address(one, i) for one in terraform["state"]["resources"] for i in one["instances"]}
    state = json.loads(json.dumps(trueup["state"]))
    for one in state["resources"]:
        kept = [i for i in one["instances"] if address(one, i) in theirs or address(one, i) not in ends]
        if len(kept) < len(one["instances"]):
            tolerated["what a deposed object that stays needs"] += 1
        one["instances"] = kept
    return state


def without_late_deposed(terraform, trueup, tolerated):
    """Terraform's state without deposed objects that it did not destroy because
    something failed that the current object, which stays, refers to
    (docs/differences.md)."""
    changes = (terraform.get("plan") or {}).get("resource_changes") or []
    ends = {c["address"] for c in changes if c.get("deposed") and c["change"]["actions"] == ["delete"]}
    if not errors(terraform, "applied") or not ends:
        return terraform["state"]
    ours = [(address(one, i), bool(i.get("deposed"))) for one in trueup["state"]["resources"] for i in one["instances"]]
    gone = {place for place in ends if (place, False) in ours and (place, True) not in ours}
    state = json.loads(json.dumps(terraform["state"]))
    for one in state["resources"]:
        kept = [i for i in one["instances"] if not i.get("deposed") or address(one, i) not in gone]
        if len(kept) < len(one["instances"]):
            tolerated["a deposed object whose current one refers to what failed"] += 1
            one["instances"] = kept
    return state


def without_late_ends(terraform, trueup, tolerated):
    """Terraform's state without objects to be created first that it did not destroy
    because something failed that they needed (docs/differences.md)."""
    changes = (terraform.get("plan") or {}).get("resource_changes") or []
    if not errors(terraform, "applied"):
        return terraform["state"]
    ends = {c["address"] for c in changes if c["change"]["actions"] == ["delete"] and not c.get("deposed")}
    ours = {address(one, i) for one in trueup["state"]["resources"] for i in one["instances"]}
    late = lambda one, i: i.get("create_before_destroy") and address(one, i) in ends - ours
    state = json.loads(json.dumps(terraform["state"]))
    for one in state["resources"]:
        kept = [i for i in one["instances"] if not late(one, i)]
        if len(kept) < len(one["instances"]):
            tolerated["what is created first and goes where what it needed fails"] += 1
            one["instances"] = kept
    state["resources"] = [one for one in state["resources"] if one["instances"]]
    return state


def half_applied(request, terraform, trueup=None):
    """With targets Terraform applies only those instances of what is needed
    that something refers to, of those it planned. After a failure only what
    trueup has made tells."""
    if not request["targets"] or not terraform.get("state"):
        return None
    objects = [(one, instance) for one in terraform["state"]["resources"] for instance in one["instances"]]
    there = {address(one, instance) for one, instance in objects}
    current = {address(one, instance) for one, instance in objects if not instance.get("deposed")}
    deposed = {address(one, instance) for one, instance in objects if instance.get("deposed")}
    changes = terraform["plan"].get("resource_changes") or []
    planned = {c["address"] for c in changes if {"create", "read"} & set(c["change"]["actions"])}
    plainly = {address(one, instance): untyped(instance.get("attributes")) for one, instance in objects if not instance.get("deposed")}
    stays = lambda c: plainly.get(c["address"]) == c["change"]["before"] != c["change"]["after"]
    late = [c for c in changes if c["change"]["actions"] == ["update"] and stays(c)]
    gone = {c["address"] for c in changes if c["change"]["actions"] in (["delete"], ["forget"]) and not c.get("deposed")}
    if errors(terraform, "applied"):
        made = ((trueup or {}).get("state") or {}).get("resources", [])
        planned &= {address(one, instance) for one in made for instance in one["instances"]}
        gone = late = set()
    replaced = {c["address"] for c in changes if c["change"]["actions"] == ["create", "delete"]}
    whole = planned <= there and not gone & current and not late and not replaced & deposed
    return None if whole else "a plan with targets that is applied in part"


def untyped(value):
    """Attributes as a plan has them, without the types of those of any type."""
    if isinstance(value, list):
        return [untyped(one) for one in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"value", "type"}:
        return value["value"]
    return {name: untyped(one) for name, one in value.items()}


def given_back(sides, request, ours, tolerated):
    """Terraform finds nothing to do in a state that trueup wrote, or the same."""
    again = {**request, "state": ours, "mode": "normal", "replace": [], "targets": [], "apply": False, "refresh": True}
    terraform, found, *_ = step(sides, again, tolerated)
    changes = (terraform.get("plan") or {}).get("output_changes") or {}
    same = [name for name, one in changes.items() if one["actions"] == ["update"] and one.get("before") == one.get("after")]
    if any(one.startswith(f"output_changes .{name}.actions") for one in found for name in same):
        # Its types say of some attributes that they may be left out.
        tolerated["outputs of which only the type changes"] += 1
        found = [one for one in found if not re.match(r"(output_changes|relevant_attributes|applyable)\b", one)]
    return [f"given back: {d}" for d in found]


def run(seed, steps, sides, mock, tolerated):
    """The differences of one seed, as a list of (step, request, differences)."""
    r = random.Random(f"run {seed}")
    schema = random_schema(seed) if mock else None
    generator = Generator(seed, schema)
    stack = generator.module()
    state, out, asked = None, [], 0
    for number in range(steps):
        if number:
            stack = generator.module() if r.random() < 0.1 else generator.change(stack)
        if mock and number and r.random() < 0.1:
            schema = upgraded(schema, r.choice(["mock_a", "mock_b"]))
            generator.schema = schema
        stack.imports = generator.imports(stack)
        disturb(r, state)
        request = {
            "files": render(stack, mock=mock), "state": state, "apply": True,
            "schema": schema, **options(r, state, stack),
        }
        terraform, found, trueup = step(sides, request, tolerated)
        asked += 1
        # What Terraform does first where it has the choice may decide.
        if found and any(not step(sides, request, Counter())[1] for _ in range(4)):
            tolerated["Terraform answers differently from run to run"] += 1
            found = []
        if found:
            out.append((number, request, found))
        if terraform.get("state"):
            state = terraform["state"]
            if not found and trueup.get("state") and r.random() < 0.3:
                found = given_back(sides, request, trueup["state"], tolerated)
                if found:
                    out.append((number, request, found))
    return out, asked


def prior(plan):
    """The objects of the prior state: address, whether it is deposed, and the
    version of the schema."""
    objects = listed((plan.get("prior_state") or {}).get("values", {}).get("root_module"))
    return [[one["address"], "deposed_key" in one, one["schema_version"]] for one in objects.values()]


def freeze(path, request, terraform):
    """Writes Terraform's answer down as a test of trueup-core reads it."""
    said = lambda phase: sorted(
        list(one) for one in {(d["severity"], d["summary"], in_order(d["detail"])) for d in terraform.get(phase) or []}
    )
    answer = {"planned": {"said": said("planned")}}
    if not errors(terraform, "planned"):
        plan = terraform["plan"]
        answer["planned"].update({
            "changes": plan.get("resource_changes") or [], "drift": plan.get("resource_drift") or [],
            "relevant": [json.loads(one) for one in relevant(plan)],
            "prior": prior(plan),
        })
        if request["mode"] != "destroy":
            # What a destruction shows of outputs is what the state has of them.
            answer["planned"]["outputs"] = plan.get("output_changes") or {}
        if terraform.get("state"):
            state = canonical(terraform["state"])
            answer["applied"] = said("applied")
            answer["state"] = {"resources": state["resources"], "outputs": state["outputs"]}
    drawn = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|ID\([^\"]*\)")
    text = drawn.sub("ID", json.dumps(answer))
    answer = json.loads(re.sub(r'"deposed": "[^"]*"', '"deposed": "KEY"', text))
    with open(path, "w") as file:
        json.dump({"request": request, "answer": answer}, file, indent=1, sort_keys=True)
        file.write("\n")


def save(folder, seed, number, request, found):
    """Writes a request down, to be looked at and asked again."""
    os.makedirs(folder, exist_ok=True)
    with open(f"{folder}/{seed}-{number}.json", "w") as file:
        json.dump({"request": request, "found": found}, file)


def command_lines(arguments):
    """The same command lines with both programs."""
    import cli

    low, high = map(int, arguments.seeds.split(".."))
    programs = {"terraform": arguments.cli, "trueup": arguments.trueup}
    ran, differ, bad, began = Counter(), 0, 0, time.time()
    for seed in range(low, high):
        found, count = cli.run(seed, arguments.steps, programs, arguments.mock, cli.server(arguments.oracle), arguments.streams)
        ran += count
        bad += bool(found)
        for number, request, differences in found:
            differ += len(differences)
            print(f"seed {seed} step {number} {' '.join(cli.flags(request))}")
            for difference in differences[: arguments.most]:
                print(f"    {difference}")
            if arguments.save:
                save(arguments.save, seed, number, request, differences)
            sys.stdout.flush()
    commands = ", ".join(f"{count} {name}" for name, count in sorted(ran.items()))
    seconds = time.time() - began
    print(f"{high - low} folders, {sum(ran.values())} command lines ({commands}): {differ} differences in {bad} folders, {seconds:.0f} s")
    return 1 if bad else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default="0..20", help="A..B")
    parser.add_argument("--steps", type=int, default=4)
    parser.add_argument("--mock", action="store_true", help="with resources of a provider with a random schema")
    parser.add_argument("--oracle", required=True)
    parser.add_argument("--trueup", required=True)
    parser.add_argument("--cli", metavar="TERRAFORM", help="command lines instead: the terraform program to compare with")
    parser.add_argument("--streams", action="store_true", help="with --cli: compare what is said with -json, message by message")
    parser.add_argument("--save", help="a folder for the requests that were answered differently")
    parser.add_argument("--request", help="ask again what was saved in this file")
    parser.add_argument("--freeze", metavar="FILE", help="write Terraform's answer to the request there, as a test")
    parser.add_argument("--most", type=int, default=8, help="differences shown of a step")
    arguments = parser.parse_args()
    if arguments.cli:
        return command_lines(arguments)
    sides = Side(arguments.oracle), Side(arguments.trueup)
    if arguments.request:
        with open(arguments.request) as file:
            request = json.load(file)["request"]
        for name, text in request["files"].items():
            print(f"## {name}\n{text}")
        print({k: v for k, v in request.items() if k not in ("files", "state", "schema")})
        terraform, found, *_ = step(sides, request, Counter())
        for phase in ("planned", "applied"):
            for d in terraform.get(phase) or []:
                print(phase, d)
        for change in (terraform.get("plan") or {}).get("resource_changes") or []:
            actions = change["change"]["actions"]
            if actions != ["no-op"]:
                print(change["address"], change.get("previous_address", ""), actions, change.get("action_reason", ""))
        print("\n".join(found))
        if arguments.freeze:
            freeze(arguments.freeze, request, terraform)
        return 1 if found else 0
    low, high = map(int, arguments.seeds.split(".."))
    bad, asked, began, tolerated = 0, 0, time.time(), Counter()
    for seed in range(low, high):
        found, count = run(seed, arguments.steps, sides, arguments.mock, tolerated)
        asked += count
        bad += bool(found)
        for number, request, differences in found:
            print(f"seed {seed} step {number} {request['mode']} {request['replace'] or ''} {request['targets'] or ''}")
            for difference in differences[: arguments.most]:
                print(f"    {difference}")
            if arguments.save:
                save(arguments.save, seed, number, request, differences)
            sys.stdout.flush()
    seconds = time.time() - began
    print(f"{high - low} stacks, {asked} steps, {bad} stacks with differences, {seconds:.0f} s")
    for reason, count in sorted(tolerated.items()):
        print(f"    not compared, {count} times: {reason}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
