"""Asks Terraform's language and ours the same, and shows where they differ."""

import argparse
import collections
import json
import os
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import threading

from configurations import BASE, BLOCKS, Configurations
from expressions import FILES, Expressions
from functions import calls
from layouts import Layouts


class Server:
    """A program that answers one line with one line."""

    def __init__(self, command, folder=None):
        self.command, self.folder = command, folder
        self.start()

    def start(self):
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(self.command, cwd=self.folder, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, preexec_fn=bounded)

    def ask(self, request):
        try:
            self.process.stdin.write((json.dumps(request) + "\n").encode())
            self.process.stdin.flush()
            watch = threading.Timer(SECONDS, self.process.kill)
            watch.start()
            line = self.process.stdout.readline()
            watch.cancel()
            return json.loads(line)
        except (OSError, ValueError) as problem:
            self.process.kill()
            self.process.wait()
            self.start()
            return {"crash": f"no answer: {problem}"}


# What an answer may take: some calls exhaust Terraform.
SECONDS = 60
MEMORY = 6 << 30


def bounded():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def brief(diagnostic):
    found = diagnostic.get("range")
    place = found and (found["filename"], found["start"]["byte"], found["end"]["byte"])
    summary = diagnostic["summary"]
    # Of names that are equally near Terraform takes any.
    detail = re.sub(r'Did you mean "[^"]*"\?', "Did you mean …?", diagnostic["detail"])
    if summary.startswith("Cycle: "):
        summary, place = "Cycle: " + ", ".join(sorted(summary[7:].split(", "))), None
    return diagnostic["severity"], summary, detail, place


def errors(answer):
    found = [brief(d) for d in answer.get("diagnostics") or []]
    return [d for d in found if d[0] == "error"]


# Differences on purpose (docs/differences.md), by words in either answer.
ON_PURPOSE = [
    "so what is wrong is not shown", "(sensitive value)", "Missing required provider", "panic in function implementation",
    "Unreadable module directory", "Error accessing remote module registry", "Failed to download module", "Unsupported Terraform Core version",
    "Missing close bracket on index", "(ephemeral value)", "this ephemeral string", "missing provider provider[", "Invalid Attribute Value",
]


# The same by the name of the function that is called, and words of Terraform's answer.
CALLS_ON_PURPOSE = [
    (("format", "formatlist"), 'unknown("dynamic")'),
    (("flatten",), "unknown("),
    # Which attribute is named is random.
    (("transpose",), 'parameter: element "'),
    (("alltrue", "anytrue", "formatlist", "join", "sort"), "required, but received"),
]


def on_purpose(name, theirs, ours):
    name = re.sub(r"^\d+: ", "", name).removeprefix("core::")
    text = f"{theirs} {ours}"
    called = [words for names, words in CALLS_ON_PURPOSE if name.startswith(tuple(f"{call}(" for call in names))]
    return any(words in text for words in ON_PURPOSE) or any(words in str(theirs) for words in called) or keeps_marks(theirs, ours)


def keeps_marks(theirs, ours):
    """Whether ours is the same unknown value, with marks that theirs has lost."""
    values = [answer.get("value", "") for answer in (theirs, ours)]
    marked = re.fullmatch(r"[a-z+]+\((unknown\(.*\))\)", values[1])
    return bool(marked) and marked[1] == re.sub(r"^(sensitive|ephemeral)\((.*)\)$", r"\2", values[0])


def same(theirs, ours):
    """Whether the first error is the same, wherever theirs has no place, or else
    the value and its type."""
    expected = errors(theirs)
    if expected:
        told = len(expected[0]) - (expected[0][-1] is None)
        return expected[0][:told] in [error[:told] for error in errors(ours)]
    return not errors(ours) and all(theirs.get(part) == ours.get(part) for part in ("text", "value", "type"))


class Comparison:
    def __init__(self, arguments):
        self.arguments = arguments
        self.folder = tempfile.mkdtemp()
        for name, text in FILES.items():
            path = os.path.join(self.folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w") as file:
                file.write(text)
        self.schemas = tempfile.NamedTemporaryFile(suffix=".json")
        with open(self.schemas.name, "w") as file:
            subprocess.run([arguments.trueup, "providers", "schema", "-json"], cwd=self.folder, stdout=file, check=True)
        self.oracle = Server([arguments.oracle, self.schemas.name])
        self.example = Server([arguments.example], self.folder)
        self.counts = collections.Counter()

    def judge(self, name, theirs, ours):
        self.counts["asked"] += 1
        if "crash" in ours:
            self.counts["CRASHED"] += 1
            print(f"--- {name}\n  crashed, theirs {self.told(theirs)}", flush=True)
        elif "crash" in theirs:
            self.counts["Terraform crashed"] += 1
        elif same(theirs, ours):
            self.counts["the same"] += 1
        elif on_purpose(name, theirs, ours):
            self.counts["different on purpose"] += 1
        else:
            self.counts["DIFFERENT"] += 1
            print(f"--- {name}\n  theirs {self.told(theirs)}\n  ours   {self.told(ours)}", flush=True)

    def told(self, answer):
        text = errors(answer) or answer.get("crash") or answer.get("value") or answer.get("text")
        return str(text)[:1000]

    def signatures(self):
        run = subprocess.run([self.arguments.trueup, "metadata", "functions", "-json"], capture_output=True, check=True)
        return json.loads(run.stdout)["function_signatures"]

    def expressions(self, seeds):
        signatures = self.signatures()
        for seed in seeds:
            generator = Expressions(random.Random(seed), signatures)
            self.evaluate(f"{seed}: ", [generator.any(generator.random.choice([1, 2, 2, 3])) for _ in range(100)])

    def functions(self, _):
        for name, signature in sorted(self.signatures().items()):
            texts = calls(name, signature)
            for first in range(0, len(texts), 100):
                self.evaluate("", texts[first:first + 100])

    def evaluate(self, seed, texts):
        request = {"ask": "evaluate", "texts": texts, "files": FILES}
        theirs, ours = self.oracle.ask(request), self.example.ask(request)
        if "crash" in theirs or "crash" in ours:
            if len(texts) > 1:
                for text in texts:
                    self.evaluate(seed, [text])
            else:
                self.judge(seed + texts[0], theirs, ours)
            return
        for text, a, b in zip(texts, theirs["answers"], ours["answers"]):
            # Go's JSON escapes what ours writes as it is.
            if "value" in a:
                a["value"] = re.sub(r"\\\\|\\u2028", lambda found: found[0].replace("\\u2028", "\u2028"), a["value"])
            self.judge(seed + text, a, b)

    def layouts(self, seeds):
        for seed in seeds:
            generator = Layouts(random.Random(seed))
            for _ in range(20):
                text = generator.spoiled()
                request = {"ask": "format", "text": text}
                self.judge(f"{seed}: {text!r}", self.oracle.ask(request), self.example.ask(request))

    def configurations(self, seeds):
        if 0 in seeds:
            self.configuration("all blocks", BASE)
            for block in BLOCKS:
                files = {name: text for name, text in BASE.items() if "override" not in name}
                self.configuration(repr(block), dict(files, **{"z.tf": block}))
        for seed in seeds:
            generator = Configurations(random.Random(seed))
            for at in range(10):
                self.configuration(f"{seed}.{at}", generator.damaged())

    def configuration(self, name, files):
        theirs = self.oracle.ask({"ask": "validate", "files": files})
        self.judge(name, theirs, self.validate(files))

    def validate(self, files):
        folder = tempfile.mkdtemp()
        try:
            for name, text in files.items():
                path = os.path.join(folder, name)
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "w") as file:
                    file.write(text)
            run = subprocess.run([self.arguments.trueup, "validate", "-json"], cwd=folder, capture_output=True, timeout=120)
            return json.loads(run.stdout)
        except (ValueError, subprocess.TimeoutExpired) as problem:
            return {"diagnostics": [{"severity": "error", "summary": f"no answer: {problem}", "detail": ""}]}
        finally:
            shutil.rmtree(folder)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--oracle", required=True)
    parser.add_argument("--trueup", required=True)
    parser.add_argument("--example", required=True)
    parser.add_argument("--seeds", default="0..10")
    parser.add_argument("what", nargs="*", default=["expressions", "functions", "layouts", "configurations"])
    arguments = parser.parse_args()
    first, last = map(int, arguments.seeds.split(".."))
    different = 0
    for what in arguments.what:
        comparison = Comparison(arguments)
        getattr(comparison, what)(range(first, last))
        shutil.rmtree(comparison.folder)
        print(f"{what}:", ", ".join(f"{count} {name}" for name, count in comparison.counts.items()))
        different += comparison.counts["DIFFERENT"] + comparison.counts["CRASHED"]
    sys.exit(1 if different else 0)


if __name__ == "__main__":
    main()
