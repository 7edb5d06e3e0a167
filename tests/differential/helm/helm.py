"""Asks Helm and trueup the same and shows where they differ. README.md of the
folder above says more."""

import argparse
import glob
import json
import os
import random
import subprocess
import sys
import tempfile
import time

import archive
from generate import FAMILIES, Data


class Side:
    """One of the two programs: a process that answers lines."""

    def __init__(self, command):
        self.command, self.process = command, None

    def ask(self, request):
        if self.process is None:
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            self.process.stdin.write(json.dumps(request) + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            self.process.wait()
            self.process = None
            return {"error": f"CRASH: {self.command[0]} ended"}
        return json.loads(line)


def shown(answer):
    if "error" in answer:
        return "fails  " + answer["error"]
    return "prints " + json.dumps(answer.get("out", answer.get("bytes")), ensure_ascii=False)


def report(request, theirs, ours, limit):
    what = request.get("template") or json.dumps({k: v for k, v in request.items() if k != "data"})
    print(what)
    for name, answer in (("helm", theirs), ("trueup", ours)):
        print(f"  {name:6} {shown(answer)[:limit]}")


def generated(sides, args):
    """Compares answers to templates drawn from seeds."""
    first, last = (int(part) for part in args.seeds.split(".."))
    counts = {}
    for family in args.family or FAMILIES:
        data = Data()
        asked = differ = 0
        for seed in range(first, last):
            template = FAMILIES[family](random.Random(f"{family} {seed}"))
            request = {"template": template, "data": data.value}
            theirs, ours = (side.ask(request) for side in sides)
            asked += 1
            if theirs != ours:
                differ += 1
                report(request, theirs, ours, args.width)
                if args.save:
                    kept = {"template": template, **theirs}
                    with open(args.save, "a", encoding="utf-8") as out:
                        out.write(json.dumps(kept, ensure_ascii=False) + "\n")
        counts[family] = (asked, differ)
    return counts


def charts(sides, args):
    """Compares the charts that are kept as texts; writes Helm's answers with --write."""
    asked = differ = 0
    for path in sorted(glob.glob(os.path.join(args.charts, "*.txtar"))):
        comment, files = archive.read(path)
        with tempfile.TemporaryDirectory() as folder:
            for name, request in archive.unpack(files, folder).items():
                theirs, ours = (side.ask(request) for side in sides)
                if args.write:
                    files[f"want/{name}"] = archive.answer_text(theirs).replace(folder, "FOLDER")
                asked += 1
                if theirs != ours:
                    differ += 1
                    print(f"{os.path.basename(path)} {name}")
                    difference(theirs, ours, args.width)
                elif args.record and "out" in theirs:
                    asked += 1
                    stored = sides[0].ask({"record": request["chart"], "values": request["values"]})
                    ours = record(args.record, request)
                    if "out" in stored and stored["out"] != ours:
                        differ += 1
                        print(f"{os.path.basename(path)} {name}, as stored")
                        difference(stored, {"out": ours}, args.width)
        if args.write:
            archive.write(path, comment, files)
    return {"charts": (asked, differ)}


def record(program, request):
    """The release as trueup stores it."""
    command = [program, request["chart"], *request["values"]]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout


def difference(theirs, ours, width):
    left = (theirs.get("out") or "error: " + theirs.get("error", "")).splitlines()
    right = (ours.get("out") or "error: " + ours.get("error", "")).splitlines()
    for number, (a, b) in enumerate(zip(left + [None] * len(right), right + [None] * len(left))):
        if a != b:
            print(f"  line {number + 1}\n  helm   {str(a)[:width]}\n  trueup {str(b)[:width]}")
            return


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--oracle", required=True)
    parser.add_argument("--trueup", required=True)
    parser.add_argument("--seeds", default="0..200")
    parser.add_argument("--family", action="append", choices=sorted(FAMILIES))
    parser.add_argument("--charts", help="a folder of charts as texts")
    parser.add_argument("--write", action="store_true", help="keep Helm's answers in those texts")
    parser.add_argument("--record", help="a program that prints releases as they are stored")
    parser.add_argument("--save", help="add what differs to this file")
    parser.add_argument("--width", type=int, default=400)
    args = parser.parse_args()
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as versions:
        subprocess.run([args.trueup, "api-versions"], stdout=versions, check=True)
        sides = Side([args.oracle, versions.name]), Side([args.trueup])
        start = time.time()
        counts = charts(sides, args) if args.charts else generated(sides, args)
    for name, (asked, differ) in counts.items():
        print(f"{name}: {asked} compared, {differ} differ")
    print(f"{time.time() - start:.1f} s")
    sys.exit(any(differ for _, differ in counts.values()))


if __name__ == "__main__":
    main()
