"""The same command lines with the `terraform` program and with trueup, in two
folders with the same random files, and where they answer differently.

After each step trueup's folder gets the state Terraform wrote, or the other way
round: so each program goes on with what the other left.
"""

import json
import os
import random
import re
import shutil
import subprocess
import tempfile
import time
from collections import Counter

from compare import canonical, checks, compare_states, paths, relevant, state_values
from differential import disturb, half_applied, options
from generate import Generator, random_schema, render, upgraded
import stream

STATE = "terraform.tfstate"
# Of commands that know no `-no-color`.
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
# What is different from run to run.
CLOCK = re.compile(r"after \d+m?\d*s|\d+m?\d*s elapsed|\d{4}-\d\d-\d\dT[0-9:.]+Z?")
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


SENSITIVE = re.compile(r"sensitive.*: (only )?.*trueup: true$")


class Folder:
    """A folder, and the program that runs in it."""

    def __init__(self, path, program, environment):
        self.path, self.program, self.environment = path, program, environment
        os.makedirs(path)

    def write(self, files, calls):
        for name in os.listdir(self.path):
            if name.startswith("m") and os.path.isdir(f"{self.path}/{name}"):
                shutil.rmtree(f"{self.path}/{name}")
        for name, text in files.items():
            place = f"{self.path}/{name}"
            os.makedirs(os.path.dirname(place), exist_ok=True)
            with open(place, "w") as file:
                file.write(text)
        # What `init` would write, which takes Terraform a second.
        os.makedirs(f"{self.path}/.terraform/modules", exist_ok=True)
        with open(f"{self.path}/.terraform/modules/modules.json", "w") as file:
            json.dump({"Modules": [{"Key": "", "Source": "", "Dir": "."}, *calls]}, file)

    def run(self, *arguments):
        done = subprocess.run(
            [self.program, *arguments], cwd=self.path, env=self.environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
        )
        return done.returncode, COLOUR.sub("", done.stdout), COLOUR.sub("", done.stderr)

    def state(self):
        try:
            with open(f"{self.path}/{STATE}") as file:
                return json.load(file)
        except FileNotFoundError:
            return None

    def set_state(self, state):
        with open(f"{self.path}/{STATE}", "w") as file:
            json.dump(state, file, indent=2)


def calls(module, key="", folder=""):
    """The entries of a manifest for the modules that are called."""
    found = []
    for entry in module.entries:
        if hasattr(entry, "module"):
            own = f"{key}.{entry.name}" if key else entry.name
            place = f"{folder}{entry.name}"
            found.append({"Key": own, "Source": f"./{entry.name}", "Dir": place})
            found += calls(entry.module, own, f"{place}/")
    return found


def flags(request):
    found = {"destroy": ["-destroy"], "refresh-only": ["-refresh-only"]}.get(request["mode"], [])
    if not request["refresh"] and request["mode"] != "refresh-only":
        found = [*found, "-refresh=false"]
    if request["mode"] == "normal":
        found = [*found, *(f"-replace={address}" for address in request["replace"])]
    return [*found, *(f"-target={address}" for address in request["targets"])]


# Keys are drawn by each program, and only trueup names them at the end, too
# (docs/differences.md).
ENDED = re.compile(r" \(deposed object [0-9a-f]{8}\)(: Destruction complete)")
KEY = re.compile(r"(deposed object )[0-9a-f]{8}")


# Which check or which object it is about only trueup says (docs/differences.md).
NAMED = re.compile(r"^│?  with .*(\bcheck\.\w+),$")


def plain(text):
    """Text without what differs from run to run, and without the name of the
    program in commands to run."""
    text = KEY.sub(r"\1KEY", ENDED.sub(r"\1", text))
    text = ID.sub("ID", CLOCK.sub("TIME", text))
    text = "\n".join(line for line in text.split("\n") if not NAMED.match(line))
    return re.sub(r"\btrueup (plan|apply|init|destroy|refresh|validate|state|show|import)\b", r"terraform \1", text)


# What is read and done side by side is told in no order.
PROGRESS = re.compile(r": (Refreshing state|Reading|Read complete|Still |Opening|Opening complete|Closing|Closing complete|Preparing import)")


def lines(text):
    found = [line.rstrip() for line in plain(text).splitlines() if line.strip()]
    progress = sorted(line for line in found if PROGRESS.search(line))
    return progress + [line for line in found if not PROGRESS.search(line)]


def differing(kind, theirs, ours, ordered=True, failed=False):
    """What two texts do not have in common. Of what failed trueup may tell more:
    what depends on something faulty is planned, too (docs/differences.md)."""
    a, b = lines(theirs), lines(ours)
    if failed:
        left = Counter(line for line in a if not line.startswith("Plan: ")) - Counter(b)
        return [f"{kind}: only terraform: {list(left)[:4]}"] if left else []
    if not ordered:
        a, b = sorted(a), sorted(b)
    if a == b:
        return []
    only, extra = Counter(a) - Counter(b), Counter(b) - Counter(a)
    if not only and not extra:
        return [f"{kind}: the same lines in another order"]
    return [f"{kind}: terraform: {list(only)[:4]} trueup: {list(extra)[:4]}"]


def messages(text):
    """The diagnostics in a text, in no order."""
    return "\n".join(sorted(re.findall(r"^(?:│ )?((?:Error|Warning): .*)", text, re.MULTILINE)))


class Case:
    """One stack through its steps."""

    def __init__(self, seed, mock, terraform, trueup, found):
        self.terraform, self.trueup, self.found = terraform, trueup, found
        self.ran = Counter()

    def both(self, *arguments, ordered=True, errors=True):
        """Runs a command in both folders and compares code and text."""
        name = " ".join(arguments)
        a, b = self.terraform.run(*arguments), self.trueup.run(*arguments)
        self.ran[arguments[0]] += 1
        if a[0] != b[0]:
            self.found.append(f"{name}: exit code: terraform: {a[0]} trueup: {b[0]} {b[2][:300]} {a[2][:300]}")
            return a, b
        self.found += differing(f"{name}: output", a[1], b[1], ordered, failed=a[0] == 1)
        said = messages(a[2]), messages(b[2])
        # What depends on something faulty is judged, too (docs/differences.md).
        more = a[0] == 1 and said[0] and not Counter(lines(said[0])) - Counter(lines(said[1]))
        if errors and not more:
            self.found += differing(f"{name}: diagnostics", *said)
        return a, b

    def streams(self, *arguments):
        """The same with a stream of messages as output."""
        name = " ".join(arguments)
        a, b = self.terraform.run(*arguments), self.trueup.run(*arguments)
        self.ran[f"{arguments[0]} -json"] += 1
        if a[0] != b[0]:
            self.found.append(f"{name}: exit code: terraform: {a[0]} trueup: {b[0]} {b[1][-600:]} {a[1][-600:]}")
        else:
            self.found += [f"{name}: {d}" for d in stream.differences(a[1], b[1], plain, failed=a[0] == 1)]
        return a, b

    def documents(self, *arguments):
        """The same with JSON as output."""
        a, b = self.terraform.run(*arguments), self.trueup.run(*arguments)
        self.ran[arguments[0]] += 1
        if a[0] != b[0] or a[0]:
            self.found += [f"{arguments}: exit code: terraform: {a[0]} trueup: {b[0]}"] if a[0] != b[0] else []
            return None
        return json.loads(a[1]), json.loads(b[1])


def compare_plan_documents(case, mode):
    both = case.documents("show", "-json", "the.plan")
    if not both:
        return
    a, b = both
    begun = len(case.found)
    for document in (a, b):
        document.pop("timestamp", None)
    case.found += [f"plan checks {p}" for p in paths(checks(a), checks(b))]
    if relevant(a) != relevant(b):
        case.found.append(f"plan relevant_attributes: {relevant(a)} {relevant(b)}")
    for part in ("planned_values", "prior_state"):
        if part == "prior_state" and mode == "destroy":
            continue
        case.found += [f"plan {part} {p}" for p in paths(state_values(a.get(part)), state_values(b.get(part)))]
    skip = {"checks", "relevant_attributes", "planned_values", "prior_state"}
    # What a destruction shows of outputs is what the state has of them.
    skip |= {"output_changes"} if mode == "destroy" else set()
    rest = lambda document: {k: v for k, v in document.items() if k not in skip}
    case.found += [f"plan {p}" for p in paths(rest(a), rest(b))]
    if any(len(c["change"]["actions"]) > 1 for c in a.get("resource_changes") or []):
        # What the schema calls sensitive stays so while an object is replaced.
        case.found[begun:] = [p for p in case.found[begun:] if not SENSITIVE.search(p)]


def compare_what_is_left(case, r):
    """All that reads a state."""
    a, b = case.terraform.state(), case.trueup.state()
    if (a is None) != (b is None):
        case.found.append(f"state file: terraform: {a is not None} trueup: {b is not None}")
    if not a or not b:
        return
    case.found += compare_states(a, b)
    if case.terraform.run("state", "list")[0] == 1 and case.trueup.run("state", "list")[0] == 0:
        # Something else is wrong with the configuration (docs/differences.md).
        case.ran["state that only trueup reads"] += 1
        return
    case.both("state", "list")
    both = case.documents("show", "-json")
    if both:
        text = [json.loads(plain(json.dumps(one))) for one in both]
        case.found += [f"show -json {p}" for p in paths(state_values(text[0]), state_values(text[1]))]
    both = case.documents("output", "-json")
    if both:
        text = [json.loads(plain(json.dumps(one))) for one in both]
        case.found += [f"output -json {p}" for p in paths(*text)]
    case.both("output", "-no-color")
    case.both("show", "-no-color")
    addresses = [line for line in case.terraform.run("state", "list")[1].splitlines() if line]
    if addresses and r.random() < 0.5:
        case.both("state", "show", "-no-color", r.choice(addresses))


def edit(case, r):
    """Commands that change a state."""
    addresses = [line for line in case.terraform.run("state", "list")[1].splitlines() if line and "data." not in line]
    if not addresses:
        return
    address = r.choice(addresses)
    command = r.choice([
        ["taint", address], ["untaint", address], ["state", "rm", address],
        ["state", "mv", address, "terraform_data.elsewhere"], ["state", "rm", "terraform_data.nowhere"],
    ])
    case.both(*command)


def unchanged(case, r):
    """A state goes over to the other program: neither finds anything to do
    that the other does not find."""
    states = case.terraform.state(), case.trueup.state()
    if not all(states):
        return
    if r.random() < 0.5:
        case.trueup.set_state(states[0])
    else:
        case.terraform.set_state(states[1])
    case.both("plan", "-no-color", "-input=false", "-detailed-exitcode", "-lock=false")


def one_step(case, r, request):
    begun = len(case.found)
    chosen = flags(request)
    a, b = case.both("plan", "-no-color", "-input=false", "-detailed-exitcode", "-out=the.plan", *chosen)
    failed = set(messages(a[2]).splitlines())
    if a[0] == 1 and b[0] != 1 and request["mode"] != "normal" and failed <= {"Error: Invalid index"}:
        # Postconditions of instances that are not there yet (docs/differences.md).
        del case.found[begun:]
        case.ran["plan that only trueup makes"] += 1
        return
    if a[0] == 1 or b[0] == 1:
        return
    nothing = "No changes. " in a[1] and "No changes. " in b[1]
    if nothing and (a[0], b[0]) == (2, 0) and request["mode"] == "refresh-only":
        # A plan that would write the state as it is (docs/differences.md).
        del case.found[begun:]
        case.ran["plan that changes nothing"] += 1
        return
    compare_plan_documents(case, request["mode"])
    case.both("show", "-no-color", "the.plan")
    begun = len(case.found)
    plan = case.terraform.run("show", "-json", "the.plan")[1] if request["targets"] else "{}"
    case.both("apply", "-no-color", "-input=false", "the.plan", ordered=False)
    compare_what_is_left(case, r)
    if half_applied(request, {"plan": json.loads(plan), "state": case.terraform.state()}):
        del case.found[begun:]
        case.ran["apply in part"] += 1
        case.trueup.set_state(case.terraform.state())


def one_stream(case, r, request):
    """A step as programs see it: planned and applied by one command or two."""
    begun = len(case.found)
    chosen = flags(request)
    command = r.choice(["apply", "plan", "refresh", "destroy"]) if not request["targets"] else "apply"
    common = ("-json", "-input=false")
    if command == "refresh":
        a, b = case.streams("refresh", *common)
    elif command == "destroy" and r.random() < 0.5:
        a, b = case.streams("destroy", *common, "-auto-approve")
    elif command == "plan":
        a, b = case.streams("plan", *common, "-detailed-exitcode", "-out=the.plan", *chosen)
        if a[0] != 1 and b[0] != 1:
            a, b = case.streams("apply", *common, "the.plan")
    else:
        a, b = case.streams("apply", *common, "-auto-approve", *chosen)
    only_ours = ('"summary":"Invalid index"', '"summary":"Cannot apply non-applyable plan"')
    if a[0] == 1 and b[0] != 1 and any(summary in a[1] for summary in only_ours):
        # Postconditions of instances that are not there yet, refresh-only plans
        # in which only outputs change (docs/differences.md).
        del case.found[begun:]
        case.ran["stream that only trueup makes"] += 1
        return
    compare_what_is_left(case, r)


def run(seed, steps, programs, mock, server, streams):
    """The differences of one seed: (step, request, differences) each."""
    r = random.Random(f"cli {seed}")
    schema = random_schema(seed) if mock else None
    if schema:
        # The server that makes a process of the mock provider knows none.
        schema["ephemeral_resource_schemas"] = {}
    generator = Generator(seed, schema)
    stack = generator.module()
    ran, out = Counter(), []
    with tempfile.TemporaryDirectory() as place:
        environment = {"PATH": os.environ["PATH"], "HOME": place, "CHECKPOINT_DISABLE": "1"}
        process = None
        if mock:
            process, more = server(place, schema)
            environment.update(more)
        try:
            folders = [Folder(f"{place}/{name}", program, environment) for name, program in programs.items()]
            for number in range(steps):
                if number:
                    stack = generator.change(stack)
                stack.imports = generator.imports(stack)
                case = Case(seed, mock, *folders, [])
                files = render(stack, mock=mock)
                for folder in folders:
                    folder.write(files, calls(stack))
                request = {"files": files, **options(r, folders[0].state(), stack)}
                (one_stream if streams else one_step)(case, r, request)
                if r.random() < 0.4:
                    edit(case, r)
                unchanged(case, r)
                ran += case.ran
                if case.found:
                    out.append((number, request, case.found))
                state = folders[0].state()
                if state:
                    disturb(r, state)
                    for folder in folders:
                        folder.set_state(state)
        finally:
            if process:
                process.stdin.close()
                process.wait()
    return out, ran


def server(oracle):
    """Starts the mock provider for Terraform; trueup has it built in."""
    def start(place, schema):
        socket = f"{place}/mock"
        with open(f"{place}/schema.json", "w") as file:
            json.dump(schema, file)
        process = subprocess.Popen([oracle, "serve", socket], stdin=subprocess.PIPE, text=True)
        process.stdin.write(json.dumps(schema) + "\n")
        process.stdin.flush()
        while not os.path.exists(socket):
            time.sleep(0.02)
        reattach = {"registry.terraform.io/hashicorp/mock": {
            "Protocol": "grpc", "ProtocolVersion": 6, "Pid": process.pid, "Test": True,
            "Addr": {"Network": "unix", "String": socket},
        }}
        return process, {
            "TF_REATTACH_PROVIDERS": json.dumps(reattach), "TRUEUP_MOCK_SCHEMA": f"{place}/schema.json",
        }
    return start
