"""Random stacks, and random changes to them.

A stack is a tree of modules; what it renders to refers only to what stands
above it, so that there are no cycles but those that destroying makes.
"""

import copy
import json
import random
import re

SCALARS = [
    "1", '"s"', "true", '"x${1+1}"', '[1,"a"]', "{ k = 1, z = [true] }", "null",
    'sensitive("q")', "1.5", 'toset(["a","b"])', "[]", "{}",
]
KEYS = ['toset(["a","b"])', '{ a = 1, c = "z" }', "toset([])", "{ b = [1], a = [2] }"]


class Resource:
    def __init__(self, kind, name):
        self.kind, self.name = kind, name
        self.repeat, self.keys = "s", ""
        self.arguments, self.blocks, self.lifecycle = {}, [], {}
        self.conditions, self.depends_on, self.provider = [], [], None
        self.mode = "managed"
        # Whether its objects may be imported.
        self.imported = False

    @property
    def data(self):
        return self.mode == "data"

    @property
    def managed(self):
        return self.mode == "managed"

    @property
    def address(self):
        word = {"managed": "", "data": "data.", "ephemeral": "ephemeral."}[self.mode]
        return f"{word}{self.kind}.{self.name}"


class Call:
    def __init__(self, name, module):
        self.name, self.module = name, module
        self.repeat, self.keys = "s", ""
        self.arguments, self.depends_on, self.providers = {}, [], {}

    @property
    def address(self):
        return f"module.{self.name}"


class Local:
    def __init__(self, name, value):
        self.name, self.value = name, value
        self.address = f"local.{name}"


class Module:
    def __init__(self, depth):
        self.depth = depth
        self.variables, self.entries, self.outputs = [], [], []
        self.checks, self.statements, self.imports = [], [], []


class Generator:
    """Makes and changes stacks; `schema` is that of the mock provider."""

    def __init__(self, seed, schema=None):
        self.random = random.Random(seed)
        self.schema = schema
        self.count = 0

    def chance(self, p):
        return self.random.random() < p

    def scalar(self):
        return self.random.choice(SCALARS)

    # Expressions

    def reference(self, module, before):
        found = []
        for entry in module.entries[:before]:
            address = entry.address
            if getattr(entry, "mode", "") == "ephemeral":
                continue
            if isinstance(entry, Local):
                found.append(address)
            elif isinstance(entry, Call):
                found += {
                    "s": [f"{address}.o0", address],
                    "c": [f"{address}[*].o0"],
                    "e": [f"{{for k, m in {address} : k => m.o0}}", f'try({address}["a"].o0, 1)'],
                }[entry.repeat]
            else:
                names = ["id", "output", "input", "triggers_replace"]
                if entry.kind != "terraform_data":
                    names = ["id", "plain", "comp", "drifting", "secret"]
                name = self.random.choice(names)
                found += {
                    "s": [f"{address}.{name}", address],
                    "c": [f"{address}[*].{name}", f"length({address})", f'try({address}[0].{name}, "none")'],
                    "e": [
                        f'[for k, v in {address} : "${{k}}"]',
                        f"values({address})[*].id",
                        f'try({address}["a"].{name}, 0)',
                    ],
                }[entry.repeat]
        found += [f"var.{name}" for name, _ in module.variables]
        return self.random.choice(found) if found else self.scalar()

    def expression(self, module, before, repeat="s"):
        x = self.random.random()
        if repeat == "c" and x < 0.25:
            return self.random.choice(["count.index", '"i${count.index}"'])
        if repeat == "e" and x < 0.25:
            return self.random.choice(["each.key", "each.value"])
        if x < 0.5:
            return self.reference(module, before)
        if x < 0.62:
            return f"[{self.reference(module, before)}, {self.scalar()}]"
        if x < 0.7:
            return f"{{ a = {self.reference(module, before)}, b = {self.scalar()} }}"
        if x < 0.75:
            return f"jsonencode({self.scalar()})"
        return self.scalar()

    def text(self, module, before, repeat):
        """An expression that is a string, where it is known."""
        x = self.random.random()
        if x < 0.4:
            return json.dumps(self.random.choice(["one", "two", "three"]))
        if x < 0.5:
            return "null"
        if x < 0.6:
            return 'sensitive("hidden")'
        if repeat == "c" and x < 0.7:
            return '"i${count.index}"'
        return f'try(tostring({self.reference(module, before)}), "no")'

    # Making

    def repetition(self, entry):
        entry.repeat = self.random.choice("sssce")
        if entry.repeat == "c":
            entry.keys = self.random.choice("0123")
        if entry.repeat == "e":
            entry.keys = self.random.choice(KEYS)

    def name(self, prefix):
        self.count += 1
        return f"{prefix}{self.count}"

    def singles(self, module, before):
        entries = module.entries[:before]
        return [e for e in entries if isinstance(e, Resource) and e.repeat == "s" and e.managed]

    def fill(self, module, resource, before):
        """Gives a resource new arguments."""
        resource.arguments, resource.blocks = {}, []
        if resource.kind == "terraform_data":
            if self.chance(0.8):
                resource.arguments["input"] = self.expression(module, before, resource.repeat)
            if self.chance(0.4):
                resource.arguments["triggers_replace"] = self.expression(module, before, resource.repeat)
            return
        self.fill_mock(module, resource, before)

    def fill_mock(self, module, resource, before):
        kinds = {"managed": "resource", "data": "data_source", "ephemeral": "ephemeral_resource"}[resource.mode]
        block = self.schema[f"{kinds}_schemas"][resource.kind]["block"]
        key = {"s": "", "c": "-${count.index}", "e": "-${each.key}"}[resource.repeat]
        own = {"name": json.dumps(resource.name + key)}
        if self.chance(0.12):
            own["mode"] = json.dumps("fail-open" if resource.mode == "ephemeral" else self.random.choice(MODES))
        attributes, blocks = self.body(block, module, before, resource.repeat)
        resource.arguments = {**attributes, **own}
        resource.blocks = blocks

    def body(self, block, module, before, repeat):
        attributes = {}
        for name, schema in sorted(block.get("attributes", {}).items()):
            if name in ("name", "mode") or not (schema.get("optional") or schema.get("required")):
                continue
            if schema.get("required") or self.chance(0.5):
                attributes[name] = self.attribute(schema, module, before, repeat)
        blocks = []
        for name, nested in sorted(block.get("block_types", {}).items()):
            mode = nested["nesting_mode"]
            many = 1 if mode in ("single", "group") else 3
            for n in range(self.random.randint(0, many)):
                inner = self.body(nested["block"], module, before, repeat)
                if mode in ("list", "set") and self.chance(0.2):
                    inner[0]["dynamic"] = self.random.choice(["[1]", "[]", '["a", "b"]', 'toset(["x", "y"])'])
                blocks.append((name, f"k{n}" if mode == "map" else None, *inner))
        return attributes, blocks

    def attribute(self, schema, module, before, repeat):
        secrets = [
            e for e in module.entries[:before]
            if getattr(e, "mode", "") == "ephemeral" and e.repeat == "s"
        ]
        if schema.get("write_only") and secrets and self.chance(0.6):
            return f'{self.random.choice(secrets).address}.{self.random.choice(["id", "secret", "plain"])}'
        nested = schema.get("nested_type")
        if nested:
            if self.chance(0.15):
                return "null"
            one = lambda: "{ " + ", ".join(
                f"{name} = {self.attribute(inner, module, before, repeat)}"
                for name, inner in sorted(nested["attributes"].items())
                if inner.get("required") or (inner.get("optional") and self.chance(0.6))
            ) + " }"
            mode = nested["nesting_mode"]
            if mode == "single":
                return one()
            many = [one() for _ in range(self.random.randint(0, 3))]
            if mode == "map":
                return "{ " + ", ".join(f"k{i} = {text}" for i, text in enumerate(many)) + " }"
            return "[" + ", ".join(many) + "]"
        text = lambda: self.text(module, before, repeat)
        match schema["type"]:
            case "string":
                return text()
            case "number":
                return self.random.choice(["1", "2", "null", f"try(tonumber({text()}), 3)"])
            case "bool":
                return self.random.choice(["true", "false", "null"])
            case ["map", _]:
                return self.random.choice(["null", "{}", f"{{ a = {text()} }}", f"{{ a = {text()}, b = {text()} }}"])
            case ["list" | "set", _]:
                return self.random.choice(["null", "[]", f"[{text()}]", f"[{text()}, {text()}]"])
            case "dynamic":
                return self.expression(module, before, repeat)
        return "null"

    def resource(self, module, before):
        kinds = ["terraform_data"]
        if self.schema:
            kinds += list(self.schema["resource_schemas"]) * 2
        resource = Resource(self.random.choice(kinds), self.name("r"))
        x = self.random.random()
        if self.schema and x < 0.15:
            resource.kind, resource.mode = "mock_d", "data"
        elif self.schema and x < 0.2 and self.schema["ephemeral_resource_schemas"]:
            resource.kind, resource.mode = "mock_e", "ephemeral"
        self.repetition(resource)
        self.fill(module, resource, before)
        others = [e for e in module.entries[:before] if not isinstance(e, Local)]
        if self.chance(0.2) and others:
            resource.depends_on.append(self.random.choice(others).address)
        if self.schema and resource.kind != "terraform_data" and module.depth == 0 and self.chance(0.2):
            resource.provider = "mock.other"
        singles = self.singles(module, before)
        if self.chance(0.1):
            left = f'{singles[0].address}.id != ""' if singles else 'terraform.workspace != ""'
            resource.conditions.append(("precondition", f'length("x") == 1 || {left}'))
        if self.chance(0.1) and resource.mode != "ephemeral":
            resource.conditions.append(("postcondition", self.random.choice([
                'self.id != "q"', 'self.id != "q" && length(jsonencode(self)) > 2', 'self.id == "q"',
            ])))
        if not resource.managed:
            return resource
        if self.chance(0.2):
            resource.lifecycle["create_before_destroy"] = "true"
        if self.chance(0.15):
            names = ["input", "triggers_replace"]
            if resource.kind != "terraform_data":
                names = ["plain", "comp", "force_a", "tags", 'tags["a"]']
            resource.lifecycle["ignore_changes"] = self.random.choice(["all", f"[{self.random.choice(names)}]"])
        managed = [e for e in module.entries[:before] if isinstance(e, Resource) and e.managed]
        if self.chance(0.15) and managed:
            resource.lifecycle["replace_triggered_by"] = f"[{self.trigger(resource, self.random.choice(managed))}]"
        if self.chance(0.03):
            resource.lifecycle["prevent_destroy"] = "true"
        resource.imported = resource.kind != "terraform_data" and self.chance(0.2)
        return resource

    def trigger(self, resource, other):
        names = ["", ".id", ".input", ".output"] if other.kind == "terraform_data" else ["", ".id", ".plain", ".comp"]
        if other.repeat == "s":
            return other.address + self.random.choice(names)
        keys = {"c": ["", "[0]"], "e": ["", '["a"]']}[other.repeat]
        if other.repeat == resource.repeat == "c":
            keys.append("[count.index]")
        if other.repeat == resource.repeat == "e":
            keys.append("[each.key]")
        return other.address + self.random.choice(keys)

    def module(self, depth=0, variables=0):
        module = Module(depth)
        for n in range(variables):
            lines = [self.random.choice(["", "type = any", "default = 3"])]
            if self.chance(0.1):
                lines.append("sensitive = true")
            if self.chance(0.1):
                lines.append(f'validation {{\n    condition = var.v{n} != "bad"\n    error_message = "bad"\n  }}')
            module.variables.append((f"v{n}", lines))
        for _ in range(self.random.randint(1, 5)):
            if self.chance(0.3):
                value = self.expression(module, len(module.entries))
                module.entries.append(Local(self.name("l"), value))
            module.entries.append(self.resource(module, len(module.entries)))
            if depth < 2 and self.chance(0.25):
                module.entries.append(self.call(module))
        for n in range(self.random.randint(1, 3)):
            module.outputs.append(self.output(module, n))
        if self.chance(0.15):
            module.checks.append(self.check(module))
        return module

    def check(self, module):
        """Name, conditions, and the arguments of a data source of its own."""
        data = None
        if self.schema and self.chance(0.4):
            data = {"name": json.dumps("looked"), "plain": self.text(module, len(module.entries), "s")}
            if self.chance(0.2):
                data["mode"] = '"fail-read"'
        name = self.name("k")
        conditions = [self.condition(module) for _ in range(self.random.randint(1, 2))]
        if data and self.chance(0.5):
            conditions.append(f'data.mock_d.{name}.plain != "two"')
        return name, conditions, data

    def condition(self, module):
        singles = self.singles(module, len(module.entries))
        if not singles:
            return "1 == 1"
        address = self.random.choice(singles).address
        return self.random.choice([f'{address}.id != ""', f'{address}.id == ""', "1 == 2", f"can({address}.nope)"])

    def output(self, module, n):
        value = self.expression(module, len(module.entries))
        sensitive = module.depth == 0 and self.chance(0.5)
        if module.depth == 0 and not sensitive:
            value = f"nonsensitive(sensitive({value}))"
        condition = self.condition(module) if self.chance(0.07) else None
        return [f"o{n}", value, sensitive, condition]

    def call(self, module):
        variables = self.random.randint(0, 2)
        call = Call(self.name("m"), self.module(module.depth + 1, variables))
        self.repetition(call)
        before = len(module.entries)
        for name, _ in call.module.variables:
            call.arguments[name] = self.expression(module, before, call.repeat)
        others = [e for e in module.entries if not isinstance(e, Local)]
        if self.chance(0.15) and others:
            call.depends_on.append(self.random.choice(others).address)
        if self.schema and module.depth == 0 and self.chance(0.2):
            call.providers = {"mock": "mock.other"}
        return call

    # Changing

    def change(self, stack):
        """A changed copy of a stack."""
        stack = copy.deepcopy(stack)
        gone = []
        self.change_module(stack, gone)
        return stack

    def change_module(self, module, gone):
        # What stays makes chains of moves.
        module.statements = [s for s in module.statements if s.startswith("moved") and self.chance(0.6)]
        for index, entry in enumerate(list(module.entries)):
            at = module.entries.index(entry)
            x = self.random.random()
            if isinstance(entry, Local):
                if x < 0.2:
                    entry.value = self.expression(module, at)
            elif x < 0.08:
                module.entries.remove(entry)
                self.forget(module, entry.address, at)
                if getattr(entry, "managed", True) and self.chance(0.4):
                    destroy = self.random.choice(["true", "false"])
                    module.statements.append(f"removed {{\n  from = {entry.address}\n  lifecycle {{ destroy = {destroy} }}\n}}")
            elif x < 0.16:
                self.rename(module, entry, at)
            elif x < 0.24:
                self.repeat_otherwise(module, entry, at)
            elif x < 0.28 and isinstance(entry, Resource) and entry.managed:
                self.move_into(module, entry, at)
            elif isinstance(entry, Resource):
                self.change_resource(module, entry, at, x)
            else:
                self.change_module(entry.module, gone)
                for name in entry.arguments:
                    if self.chance(0.2):
                        entry.arguments[name] = self.expression(module, at, entry.repeat)
        if self.chance(0.15):
            module.entries.append(self.resource(module, len(module.entries)))
        for output in module.outputs:
            if self.chance(0.15):
                output[1:] = self.output(module, 0)[1:]
        if module.depth == 0 and self.chance(0.1) and len(module.outputs) > 1:
            module.outputs.pop()

    def change_resource(self, module, entry, at, x):
        if x < 0.5:
            keep = dict(entry.arguments), list(entry.blocks)
            self.fill(module, entry, at)
            if self.chance(0.5):
                # One argument only.
                names = sorted(set(keep[0]) | set(entry.arguments))
                name = self.random.choice(names) if names else None
                value = entry.arguments.get(name)
                entry.arguments = {k: v for k, v in keep[0].items() if k != name}
                if value is not None:
                    entry.arguments[name] = value
                entry.blocks = keep[1]
        elif x < 0.55 and entry.managed:
            flag = entry.lifecycle.pop("create_before_destroy", None)
            if flag is None:
                entry.lifecycle["create_before_destroy"] = "true"
        elif x < 0.6:
            entry.lifecycle.pop("prevent_destroy", None)
            entry.lifecycle.pop("ignore_changes", None)

    def rename(self, module, entry, at):
        old = entry.address
        entry.name = self.name("m" if isinstance(entry, Call) else "r")
        for other in module.entries:
            substitute(other, old, entry.address)
        for output in module.outputs:
            output[1] = replaced(output[1], old, entry.address)
            output[3] = output[3] and replaced(output[3], old, entry.address)
        module.checks = [
            (n, [replaced(c, old, entry.address) for c in cs], data and {k: replaced(v, old, entry.address) for k, v in data.items()})
            for n, cs, data in module.checks
        ]
        if self.chance(0.7) and getattr(entry, "managed", True):
            module.statements.append(f"moved {{\n  from = {old}\n  to   = {entry.address}\n}}")

    def move_into(self, module, entry, at):
        """Moves a resource into a module that is called once."""
        calls = [e for e in module.entries if isinstance(e, Call) and e.repeat == "s"]
        if not calls:
            return
        call = self.random.choice(calls)
        old = entry.address
        module.entries.remove(entry)
        self.forget(module, old, at)
        entry.depends_on, entry.conditions, entry.provider = [], [], None
        entry.lifecycle.pop("replace_triggered_by", None)
        call.module.entries.append(entry)
        self.fill(call.module, entry, len(call.module.entries) - 1)
        if self.chance(0.8):
            module.statements.append(f"moved {{\n  from = {old}\n  to   = {call.address}.{old}\n}}")

    def imports(self, module, prefix="", path=()):
        """Import blocks of the root module, for resources that may have one."""
        found = []
        for entry in module.entries:
            if isinstance(entry, Call) and entry.repeat == "s":
                found += self.imports(entry.module, f"{prefix}{entry.address}.")
            if not isinstance(entry, Resource) or not entry.imported:
                continue
            to, name = f"{prefix}{entry.address}", entry.name
            id = self.random.choice([f"id-{name}"] * 6 + [f"id-gone-{name}", "unknown"])
            if entry.repeat == "s":
                found.append(f'import {{\n  to = {to}\n  id = "{id}"\n}}')
            elif entry.repeat == "c" and entry.keys != "0":
                found.append(f'import {{\n  to = {to}[0]\n  id = "{id}-0"\n}}')
            elif entry.repeat == "e":
                found.append(f'import {{\n  for_each = {entry.keys}\n  to = {to}[each.key]\n  id = "id-{name}-${{each.key}}"\n}}')
        return found

    def repeat_otherwise(self, module, entry, at):
        old, keys = entry.repeat, entry.keys
        if self.chance(0.5) and old != "s":
            entry.keys = self.random.choice("0123" if old == "c" else KEYS)
            return
        self.repetition(entry)
        if entry.repeat != old:
            self.forget(module, entry.address, at)
            if isinstance(entry, Resource):
                self.fill(module, entry, at)
            else:
                for name in entry.arguments:
                    entry.arguments[name] = self.expression(module, at, entry.repeat)
            if self.chance(0.3) and getattr(entry, "managed", True):
                key = {"s": "", "c": "[0]", "e": '["a"]'}
                a, b = key[old], key[entry.repeat]
                module.statements.append(f"moved {{\n  from = {entry.address}{a}\n  to   = {entry.address}{b}\n}}")

    def forget(self, module, address, at):
        """Makes all that refers to an address refer to something else."""
        uses = lambda text: re.search(re.escape(address) + r"(?![\w])", text)
        for index, other in enumerate(module.entries):
            if isinstance(other, Local):
                if uses(other.value):
                    other.value = self.scalar()
                continue
            other.depends_on = [a for a in other.depends_on if a != address]
            if isinstance(other, Resource):
                other.conditions = [c for c in other.conditions if not uses(c[1])]
                triggers = other.lifecycle.get("replace_triggered_by")
                if triggers and uses(triggers):
                    del other.lifecycle["replace_triggered_by"]
                if uses(str(other.arguments) + str(other.blocks)):
                    keep, module.entries = module.entries, [
                        e for e in module.entries[:index] if e.address != address
                    ]
                    self.fill(module, other, len(module.entries))
                    module.entries = keep
            else:
                for name, value in other.arguments.items():
                    if uses(value):
                        other.arguments[name] = self.scalar()
        for output in module.outputs:
            if uses(output[1]):
                output[1] = self.scalar() if module.depth or output[2] else "1"
            if output[3] and uses(output[3]):
                output[3] = None
        module.checks = [c for c in module.checks if not uses(str(c))]


MODES = [
    "drift", "gone", "fail-create", "fail-partial", "fail-update", "fail-delete", "fail-plan",
    "fail-read", "warn", "legacy", "final-differs", "plan-plain", "plan-path", "plan-null", "apply-plain",
    "apply-null", "apply-unknown", "drift,fail-update", "legacy,plan-plain", "legacy,apply-plain",
]


def replaced(text, old, new):
    return re.sub(re.escape(old) + r"(?![\w])", new, text)


def substitute(entry, old, new):
    if isinstance(entry, Local):
        entry.value = replaced(entry.value, old, new)
        return
    entry.arguments = {k: replaced(v, old, new) for k, v in entry.arguments.items()}
    entry.depends_on = [replaced(a, old, new) for a in entry.depends_on]
    if isinstance(entry, Resource):
        within = lambda block: (
            block[0], block[1],
            {k: replaced(v, old, new) for k, v in block[2].items()},
            [within(inner) for inner in block[3]],
        )
        entry.blocks = [within(block) for block in entry.blocks]
        entry.conditions = [(k, replaced(c, old, new)) for k, c in entry.conditions]
        entry.lifecycle = {k: replaced(v, old, new) for k, v in entry.lifecycle.items()}


# Rendering


def indented(lines, by="  "):
    return "\n".join(by + line for text in lines for line in text.split("\n"))


def render_block(name, label, attributes, blocks):
    if attributes.get("dynamic"):
        # As many as there are, made from a list.
        attributes = dict(attributes)
        many = attributes.pop("dynamic")
        inner = render_block("content", None, attributes, blocks)
        return f'dynamic "{name}" {{\n  for_each = {many}\n{indented([inner])}\n}}'
    head = name + (f' "{label}"' if label else "")
    lines = [f"{k} = {v}" for k, v in attributes.items()]
    lines += [render_block(*block) for block in blocks]
    return f"{head} {{\n{indented(lines)}\n}}"


def render_repetition(entry):
    if entry.repeat == "c":
        return [f"count = {entry.keys}"]
    return [f"for_each = {entry.keys}"] if entry.repeat == "e" else []


def render_resource(resource):
    lines = render_repetition(resource)
    if resource.provider:
        lines.append(f"provider = {resource.provider}")
    lines += [f"{k} = {v}" for k, v in resource.arguments.items()]
    lines += [render_block(*block) for block in resource.blocks]
    if resource.depends_on:
        lines.append(f"depends_on = [{', '.join(resource.depends_on)}]")
    rules = [f"{k} = {v}" for k, v in resource.lifecycle.items()]
    rules += [f'{k} {{\n  condition = {c}\n  error_message = "no"\n}}' for k, c in resource.conditions]
    if rules:
        lines.append(f"lifecycle {{\n{indented(rules)}\n}}")
    word = {"managed": "resource"}.get(resource.mode, resource.mode)
    return f'{word} "{resource.kind}" "{resource.name}" {{\n{indented(lines)}\n}}'


def render_call(call):
    lines = [f'source = "./{call.name}"', *render_repetition(call)]
    lines += [f"{k} = {v}" for k, v in call.arguments.items()]
    if call.depends_on:
        lines.append(f"depends_on = [{', '.join(call.depends_on)}]")
    if call.providers:
        pairs = ", ".join(f"{k} = {v}" for k, v in call.providers.items())
        lines.append(f"providers = {{ {pairs} }}")
    return f'module "{call.name}" {{\n{indented(lines)}\n}}'


def render(module, prefix="", mock=False):
    """The files of a stack."""
    parts, files = [], {}
    if mock:
        parts.append('terraform {\n  required_providers {\n    mock = { source = "hashicorp/mock" }\n  }\n}')
        if module.depth == 0:
            parts.append('provider "mock" {\n  alias = "other"\n}')
    for name, lines in module.variables:
        parts.append(f'variable "{name}" {{\n{indented(lines)}\n}}')
    for entry in module.entries:
        if isinstance(entry, Local):
            parts.append(f"locals {{\n  {entry.name} = {entry.value}\n}}")
        elif isinstance(entry, Call):
            parts.append(render_call(entry))
            files.update(render(entry.module, f"{prefix}{entry.name}/", mock))
        else:
            parts.append(render_resource(entry))
    for name, value, sensitive, condition in module.outputs:
        lines = [f"value = {value}"]
        if sensitive:
            lines.append("sensitive = true")
        if condition:
            lines.append(f'precondition {{\n  condition = {condition}\n  error_message = "no"\n}}')
        parts.append(f'output "{name}" {{\n{indented(lines)}\n}}')
    for name, conditions, data in module.checks:
        lines = []
        if data:
            lines.append(render_block(f'data "mock_d" "{name}"', None, data, []))
        lines += [f'assert {{\n  condition = {c}\n  error_message = "no"\n}}' for c in conditions]
        parts.append(f'check "{name}" {{\n{indented(lines)}\n}}')
    parts += module.statements + module.imports
    files[f"{prefix}main.tf"] = "\n".join(parts) + "\n"
    return files


# Schemas


def random_schema(seed):
    """A provider with two resource types and a data source."""
    r = random.Random(f"schema {seed}")

    def attribute(depth):
        x = r.random()
        flags = r.choice([{"optional": True}, {"optional": True, "computed": True}, {"computed": True}])
        flags = dict(flags)
        if r.random() < 0.15:
            flags["sensitive"] = True
        if x < 0.3 and depth < 2:
            nested = {f"n{i}": attribute(depth + 1) for i in range(r.randint(1, 3))}
            return {**flags, "nested_type": {"attributes": nested, "nesting_mode": r.choice(["single", "list", "set", "map"])}}
        kinds = ["string", "string", "number", "bool", ["list", "string"], ["set", "string"], ["map", "string"]]
        if depth == 0:
            kinds.append("dynamic")
        return {**flags, "type": r.choice(kinds)}

    def block(depth):
        names = "abcdef"
        attributes = {f"{r.choice(['a', 'b', 'volatile'])}_{names[i]}": attribute(depth) for i in range(r.randint(1, 3))}
        for one in attributes.values():
            if depth and "dynamic" == one.get("type"):
                one["type"] = "string"
        types = {}
        if depth < 3:
            for i in range(r.randint(0, 2 - min(depth, 1))):
                types[f"block_{names[i]}"] = {
                    "nesting_mode": r.choice(["single", "group", "list", "set", "map"]),
                    "block": block(depth + 1),
                }
        return {"attributes": attributes, "block_types": types}

    def resource():
        made = block(0)
        string = lambda **flags: {"type": "string", **flags}
        made["attributes"].update({
            "id": string(computed=True), "name": string(optional=True), "mode": string(optional=True),
            "plain": string(optional=True), "comp": string(optional=True, computed=True),
            "drifting": string(computed=True), "volatile_x": string(computed=True),
            "force_a": string(optional=True), "secret": string(optional=True, sensitive=True),
            "tags": {"type": ["map", "string"], "optional": True},
        })
        if r.random() < 0.4:
            made["attributes"]["handed"] = string(optional=True, write_only=True)
        if r.random() < 0.3:
            made["attributes"]["force_b"] = string(optional=True, computed=True)
        return {"version": 0, "block": made}

    data, ephemeral = resource(), resource()
    strip_write_only(data["block"])
    strip_write_only(ephemeral["block"])
    return {
        "provider": {"version": 0, "block": {"attributes": {}, "block_types": {}}},
        "resource_schemas": {"mock_a": resource(), "mock_b": resource()},
        "data_source_schemas": {"mock_d": data},
        "ephemeral_resource_schemas": {"mock_e": ephemeral},
    }


def upgraded(schema, kind):
    """The schema of a later release of the provider."""
    schema = copy.deepcopy(schema)
    made = schema["resource_schemas"][kind]
    made["version"] += 1
    made["block"]["attributes"][f"later_{made['version']}"] = {"type": "string", "optional": True, "computed": True}
    return schema


def strip_write_only(block):
    block["attributes"] = {k: v for k, v in block["attributes"].items() if not v.get("write_only")}
