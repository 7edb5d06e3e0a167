"""Plans and applies random stacks with Terraform and with trueup, and says
where they differ. README.md says more."""

import argparse
import json
import os
import random
import subprocess
import sys
import time

from compare import compare_diagnostics, compare_plans, compare_states
from generate import Generator, random_schema, render


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


def options(r, state):
    """How a step is planned."""
    request = {"mode": "normal", "refresh": True, "replace": []}
    x = r.random()
    if state and x < 0.1:
        request["mode"] = "destroy"
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


def step(sides, request):
    """Both answers, and their differences."""
    terraform, trueup = (side.ask(request) for side in sides)
    if trueup.get("crash"):
        return terraform, [f"crash: {trueup['crash']}"], {}
    if terraform.get("crash"):
        # Terraform panics at some configurations; there is no answer then.
        return terraform, [], {}
    if no_answer(request, terraform, trueup):
        return {**terraform, "state": trueup.get("state")}, [], {}
    found = []
    for phase in ("validated", "planned", "applied"):
        found += compare_diagnostics(terraform.get(phase), trueup.get(phase), phase)
    failed = any(d["severity"] == "error" for d in terraform.get("planned") or [])
    if terraform.get("plan") and trueup.get("plan") and not failed:
        found += compare_plans(terraform, trueup, request["mode"])
    if terraform.get("state") and trueup.get("state"):
        found += compare_states(terraform["state"], trueup["state"])
    return terraform, found, trueup


def no_answer(request, terraform, trueup):
    """Whether Terraform fails where trueup does not on purpose."""
    errors = [d["summary"] for phase in ("planned", "applied") for d in terraform.get(phase) or [] if d["severity"] == "error"]
    ours = [d for phase in ("planned", "applied") for d in trueup.get(phase) or [] if d["severity"] == "error"]
    # Edges of create_before_destroy that lead in a circle, a refresh-only plan
    # in which only outputs change, postconditions of instances that are not
    # there yet (docs/differences.md).
    expected = lambda summary: (
        summary.startswith("Cycle: ")
        or summary == "Cannot apply non-applyable plan"
        or summary == "Invalid index" and request["mode"] != "normal"
    )
    return bool(errors) and not ours and all(expected(summary) for summary in errors)


def given_back(sides, request, ours):
    """Terraform finds nothing to do in a state that trueup wrote, or the same."""
    again = {**request, "state": ours, "mode": "normal", "replace": [], "apply": False, "refresh": True}
    _, found, *_ = step(sides, again)
    return [f"given back: {d}" for d in found]


def run(seed, steps, sides, mock, record=None):
    """The differences of one seed, as a list of (step, request, differences)."""
    r = random.Random(f"run {seed}")
    schema = random_schema(seed) if mock else None
    generator = Generator(seed, schema)
    stack = generator.module()
    state, out, asked = None, [], 0
    for number in range(steps):
        if number:
            stack = generator.module() if r.random() < 0.1 else generator.change(stack)
        disturb(r, state)
        request = {
            "files": render(stack, mock=mock), "state": state, "apply": True,
            "schema": schema, **options(r, state),
        }
        terraform, found, trueup = step(sides, request)
        asked += 1
        if record is not None:
            record.append((request, terraform))
        if found:
            out.append((number, request, found))
        if terraform.get("state"):
            state = terraform["state"]
            if not found and trueup.get("state") and r.random() < 0.3:
                found = given_back(sides, request, trueup["state"])
                if found:
                    out.append((number, request, found))
    return out, asked


def save(folder, seed, number, request, found):
    """Writes a request down, to be looked at and asked again."""
    os.makedirs(folder, exist_ok=True)
    with open(f"{folder}/{seed}-{number}.json", "w") as file:
        json.dump({"request": request, "found": found}, file)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default="0..20", help="A..B")
    parser.add_argument("--steps", type=int, default=4)
    parser.add_argument("--mock", action="store_true", help="with resources of a provider with a random schema")
    parser.add_argument("--oracle", required=True)
    parser.add_argument("--trueup", required=True)
    parser.add_argument("--save", help="a folder for the requests that were answered differently")
    parser.add_argument("--request", help="ask again what was saved in this file")
    parser.add_argument("--most", type=int, default=8, help="differences shown of a step")
    arguments = parser.parse_args()
    sides = Side(arguments.oracle), Side(arguments.trueup)
    if arguments.request:
        with open(arguments.request) as file:
            request = json.load(file)["request"]
        for name, text in request["files"].items():
            print(f"## {name}\n{text}")
        print({k: v for k, v in request.items() if k not in ("files", "state", "schema")})
        terraform, found, *_ = step(sides, request)
        for phase in ("planned", "applied"):
            for d in terraform.get(phase) or []:
                print(phase, d)
        for change in (terraform.get("plan") or {}).get("resource_changes") or []:
            actions = change["change"]["actions"]
            if actions != ["no-op"]:
                print(change["address"], change.get("previous_address", ""), actions, change.get("action_reason", ""))
        print("\n".join(found))
        return 1 if found else 0
    low, high = map(int, arguments.seeds.split(".."))
    bad, asked, began = 0, 0, time.time()
    for seed in range(low, high):
        found, count = run(seed, arguments.steps, sides, arguments.mock)
        asked += count
        bad += bool(found)
        for number, request, differences in found:
            print(f"seed {seed} step {number} {request['mode']} {request['replace'] or ''}")
            for difference in differences[: arguments.most]:
                print(f"    {difference}")
            if arguments.save:
                save(arguments.save, seed, number, request, differences)
            sys.stdout.flush()
    seconds = time.time() - began
    print(f"{high - low} stacks, {asked} steps, {bad} stacks with differences, {seconds:.0f} s")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
