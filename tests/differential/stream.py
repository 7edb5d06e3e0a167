"""The machine-readable streams of two runs (`-json`), message by message.

What is done side by side is told in no order. What has one is compared in it:
the frame of a run (version, changes, summaries, outputs), what is told of each
object, and between which parts of the frame that is. Times are not compared.
"""

import json
import re
from collections import Counter, defaultdict

from compare import in_order, paths

FRAME = {
    "version", "planned_change", "resource_drift", "change_summary", "outputs", "log",
    "test_abstract", "deferred_change",
}


def events(text, plain):
    """The messages of a stream without what differs from run to run."""
    found = []
    for line in text.splitlines():
        if not line.strip():
            continue
        try:
            event = json.loads(plain(line))
        except json.JSONDecodeError:
            event = {"type": "not JSON", "@message": line}
        event.pop("@timestamp", None)
        hook = event.get("hook") or {}
        if "elapsed_seconds" in hook:
            hook["elapsed_seconds"] = 0
        # What trueup adds (docs/differences.md).
        diagnostic = event.get("diagnostic") or {}
        diagnostic.pop("hints", None)
        named = re.search("condition failed$|^Check block assertion|^Instance cannot be destroyed$", diagnostic.get("summary", ""))
        if named:
            diagnostic.pop("address", None)
        if diagnostic.get("summary", "").startswith("no change found for "):
            for place in ("range", "snippet"):
                diagnostic.pop(place, None)
        if "detail" in diagnostic:
            diagnostic["detail"] = in_order(diagnostic["detail"])
        found.append(event)
    return found


def arranged(stream):
    """The frame, what is told of each object with the number of the part of
    the frame it comes in, and the diagnostics in the same way."""
    frame, objects, diagnostics, part = [], defaultdict(list), [], 0
    for event in stream:
        kind = event.get("type")
        if kind in FRAME:
            frame.append(event)
            part += kind == "change_summary"
        elif kind == "diagnostic":
            diagnostics.append((part, json.dumps(event, sort_keys=True)))
        elif kind in ("apply_progress", "ephemeral_op_progress"):
            continue
        else:
            address = ((event.get("hook") or {}).get("resource") or {}).get("addr", kind)
            objects[address].append({"part": part, **event})
    # Changes are told as they were found.
    places = [i for i, event in enumerate(frame) if event["type"] in ("planned_change", "resource_drift")]
    told = sorted((frame[i] for i in places), key=lambda e: (e["type"] == "planned_change", json.dumps(e["change"]["resource"]["addr"]), json.dumps(e["change"], sort_keys=True)))
    for place, event in zip(places, told):
        frame[place] = event
    for told in objects.values():
        # An object and those it deposed are read side by side.
        reads = [i for i, event in enumerate(told) if str(event.get("type")).startswith("refresh_")]
        for place, event in zip(reads, sorted((told[i] for i in reads), key=lambda e: json.dumps(e, sort_keys=True))):
            told[place] = event
    return frame, objects, diagnostics


def differences(theirs, ours, plain, failed=False):
    """Where two streams differ. Of what `failed` trueup may tell more: what
    depends on something faulty is planned, too (docs/differences.md)."""
    a, b = arranged(events(theirs, plain)), arranged(events(ours, plain))
    found = []
    if failed:
        return only_theirs(a, b)
    kinds = [[e.get("type") for e in side[0]] for side in (a, b)]
    if kinds[0] != kinds[1]:
        only = Counter(map(said, a[0])) - Counter(map(said, b[0])), Counter(map(said, b[0])) - Counter(map(said, a[0]))
        found.append(f"stream frame: terraform: {list(only[0])[:4]} trueup: {list(only[1])[:4]}")
    else:
        found += [f"stream frame {p}" for p in paths(a[0], b[0])]
    for address in sorted(set(a[1]) | set(b[1])):
        x, y = a[1].get(address, []), b[1].get(address, [])
        if len(x) != len(y):
            found.append(f"stream {address}: terraform: {[said(e) for e in x]} trueup: {[said(e) for e in y]}")
        else:
            found += [f"stream {address} {p}" for p in paths(x, y)]
    only = Counter(a[2]) - Counter(b[2]), Counter(b[2]) - Counter(a[2])
    if only[0] or only[1]:
        found.append(f"stream diagnostics: terraform: {list(only[0])[:3]} trueup: {list(only[1])[:3]}")
    return found


def only_theirs(a, b):
    """What is told in one arranged stream and not in another."""
    found = []
    frames = (Counter(said(e) for e in side[0] if e.get("type") != "change_summary") for side in (a, b))
    told = (Counter(f"{address} {said(e)}" for address, events in side[1].items() for e in events) for side in (a, b))
    problems = (Counter(text for _, text in side[2]) for side in (a, b))
    for kind, (x, y) in {"frame": frames, "objects": told, "diagnostics": problems}.items():
        if x - y:
            found.append(f"stream {kind}: only terraform: {list(x - y)[:4]}")
    return found


def said(event):
    return f"{event.get('type')}: {event.get('@message')}"
