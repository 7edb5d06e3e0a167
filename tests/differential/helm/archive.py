"""Charts in one text: files between lines `-- NAME --`, values files below
`case/`, and what Helm answered below `want/`."""

import os
import re

HEAD = re.compile(r"^-- (.+) --$")


def read(path):
    """The comment above the first file, and the files in their order."""
    comment, files, name = [], {}, None
    for line in open(path, encoding="utf-8").read().splitlines(keepends=True):
        head = HEAD.match(line.rstrip("\n"))
        if head:
            name = head.group(1)
            files[name] = ""
        elif name is None:
            comment.append(line)
        else:
            files[name] += line
    return "".join(comment), files


def write(path, comment, files):
    with open(path, "w", encoding="utf-8") as out:
        out.write(comment)
        for name, text in files.items():
            out.write(f"-- {name} --\n{text}")


def unpack(files, folder):
    """Writes the chart and the cases; returns a request for each case."""
    for name, text in files.items():
        if name.startswith("want/"):
            continue
        path = os.path.join(folder, name if name.startswith("case/") else f"chart/{name}")
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)
    requests = {}
    for name, text in files.items():
        if name.startswith("case/"):
            request = {"chart": f"{folder}/chart", "values": [f"{folder}/{name}"], "crds": True}
            first = text.split("\n", 1)[0]
            if first.startswith("#! apis "):
                request["apis"] = first.split()[2:]
            requests[name[len("case/"):-len(".yaml")]] = request
    return requests


def answer_text(answer):
    """An answer as it stands below `want/`."""
    if "error" in answer:
        return "error: " + answer["error"] + "\n"
    return answer["out"] + "\n"
