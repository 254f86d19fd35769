#!/usr/bin/env python3
"""Score a running site's matcher on labelled real error texts.

    python3 bench/scorecard/evaluate.py --url http://127.0.0.1:8000 --cases bench/scorecard/cases.jsonl --clean fixtures/clean

Standard library only. Each case is posted as text/plain to POST /api/v1/match and judged by the slugs in the answer:

    {"matches":     [{"slug": "git/authentication-failed", "role": "cause"|"symptom",
                      "confidence": "exact"|"likely", ...}, ...],                                        best first
     "suggestions": [{"slug": "..."}, ...]}                                                              weak, best first

A positive case (log, line) counts as found at 1 when matches[0] is its page (or one in its `accept`, where two pages fit a
reader equally well). A question counts at 1 or at 3 over matches
then suggestions. A negative case (a failure, or a question, that no page is about) is a false alarm when `matches` holds a page
other than one of role "symptom"; a log under --clean (a build that passed) when `matches` holds anything. Suggestions are
allowed in both: they claim nothing.
A request that fails counts under `errors`, never as silence, and the exit status is then 1.
Every claim (a match that is no symptom) is counted by its confidence, and how many of these are right: the case's page, one that it
accepts, or another error that stands in its text (`also`).
Cases whose page the site does not have yet (GET /api/v1/pages lists the slugs) are counted as uncovered, not as misses; they must
stay silent too: a page claimed for one of them, other than a symptom or one listed in its `also`, is an uncovered alarm.
"""
import argparse
import collections
import gzip
import json
import pathlib
import statistics
import sys
import time
import urllib.error
import urllib.request


def get(url):
    with urllib.request.urlopen(url, timeout=60) as answer:
        return json.load(answer)


def site_slugs(base):
    slugs, url = set(), base + "/api/v1/pages?limit=500"
    while url:
        page = get(url)
        slugs.update(item["slug"] for item in page["items"])
        url = page.get("next")
        if url and url.startswith("/"):
            url = base + url
    return slugs


def match(base, text):
    """Post one text; wait and try again where the site asks for patience. Returns (answer, seconds) or raises OSError, ValueError."""
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    request = urllib.request.Request(
        base + "/api/v1/match", data=data,
        headers={"Content-Type": "text/plain; charset=utf-8"}, method="POST")
    for patience in (3, 2, 1, 0):
        started = time.perf_counter()
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return json.load(answer), time.perf_counter() - started
        except urllib.error.HTTPError as problem:
            if problem.code != 429 or not patience:
                raise
            time.sleep(min(float(problem.headers.get("Retry-After") or 5), 60))


def read(path):
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--cases", nargs="*", default=[])
    parser.add_argument("--clean", type=pathlib.Path, help="a folder of logs of builds that passed (.log or .log.gz)")
    parser.add_argument("--family", type=pathlib.Path, help="only negatives and the cases of the slugs in this catalogue file")
    parser.add_argument("--ignore-tool", default="", help="matches and suggestions of this tool (distractor pages) do not count")
    parser.add_argument("--json", help="write the figures to this file")
    parser.add_argument("--misses", help="write every miss to this file, a JSON object a line")
    args = parser.parse_args()
    base = args.url.rstrip("/")
    cases = [json.loads(line) for path in args.cases for line in open(path, encoding="utf-8") if line.strip()]
    if args.family:
        family = {json.loads(line)["slug"] for line in args.family.open(encoding="utf-8")}
        cases = [case for case in cases if case["slug"] is None or case["slug"] in family]
    have = site_slugs(base)
    tally, misses, times = collections.Counter(), [], []
    for case in cases:
        kind, slug = case["kind"], case["slug"]
        covered = slug is None or slug in have
        try:
            result, seconds = match(base, case["text"])
        except (OSError, ValueError) as problem:  # urllib's errors are OSErrors
            tally[kind, "error"] += 1
            misses.append({**case, "got": f"error: {problem}"})
            continue
        tally[kind, "n" if covered else "uncovered"] += 1
        for part in ("matches", "suggestions"):
            result[part] = [item for item in result.get(part, []) if item["slug"].split("/")[0] != args.ignore_tool]
        times.append(seconds)
        found = [item["slug"] for item in result["matches"]]
        right = case.get("accept") or [slug]
        claims = [item["slug"] for item in result["matches"] if item.get("role") != "symptom" and item["slug"] not in case.get("accept", [])]
        for item in result["matches"]:
            if item.get("role") != "symptom":
                tally["claims", item.get("confidence")] += 1
                tally["right claims", item.get("confidence")] += item["slug"] in [*right, *case.get("also", [])]
        if not covered:
            loud = [claim for claim in claims if claim not in case.get("also", [])]
            tally[kind, "uncovered_alarms"] += bool(loud)
            if loud:
                misses.append({**case, "got": found[:3], "note": "no page of the site is about this text"})
            continue
        offered = found + [item["slug"] for item in result.get("suggestions", []) if item["slug"] not in found]
        if slug is None:  # negative, negative-question
            good = not claims
            tally[kind, "silent"] += good
        elif kind == "question":
            good = bool(offered) and offered[0] in right
            tally[kind, "at1"] += good
            tally[kind, "at3"] += any(item in right for item in offered[:3])
        else:
            good = bool(found) and found[0] in right
            tally[kind, "at1"] += good
            tally[kind, "at1_or_also"] += bool(found) and found[0] in [*right, *case.get("also", [])]
            tally[kind, "at3"] += any(item in right for item in found[:3])
            tally[kind, "offered"] += any(item in right for item in offered[:5])
        if not good:
            misses.append({**case, "got": found[:3], "suggested": offered[len(found):][:3]})
    figures = {"pages": len(have), "cases": len(cases)}
    for kind in ("log", "line", "question", "negative", "negative-question"):
        n = tally[kind, "n"]
        row = {"n": n, "uncovered": tally[kind, "uncovered"], "uncovered_alarms": tally[kind, "uncovered_alarms"], "errors": tally[kind, "error"]}
        for measure in ("at1", "at1_or_also", "at3", "offered", "silent"):
            if (kind, measure) in tally or (n and measure == ("silent" if kind.startswith("negative") else "at1")):
                row[measure] = round(tally[kind, measure] / n, 4) if n else None
        figures[kind] = row
    positives = [(tally[k, "at1"], tally[k, "n"]) for k in ("log", "line")]
    n = sum(n for _, n in positives)
    figures["at1"] = round(sum(hit for hit, _ in positives) / n, 4) if n else None
    n = tally["negative", "n"]
    figures["false_alarms"] = round(1 - tally["negative", "silent"] / n, 4) if n else None
    n = tally["log", "uncovered"] + tally["line", "uncovered"]
    figures["uncovered_alarms"] = round((tally["log", "uncovered_alarms"] + tally["line", "uncovered_alarms"]) / n, 4) if n else None
    if args.clean:
        alarms = []
        for path in sorted(p for p in args.clean.iterdir() if p.name.endswith((".log", ".log.gz"))):
            text = read(path)
            if not text.strip():
                sys.exit(f"{path} is empty: the clean set is damaged")
            try:
                result, seconds = match(base, text)
            except (OSError, ValueError) as problem:
                tally["clean", "error"] += 1
                misses.append({"id": path.name, "slug": None, "kind": "clean", "got": f"error: {problem}"})
                continue
            times.append(seconds)
            result["matches"] = [item for item in result["matches"] if item["slug"].split("/")[0] != args.ignore_tool]
            if result["matches"]:
                alarms.append(path.name)
                misses.append({"id": path.name, "slug": None, "kind": "clean", "got": [m["slug"] for m in result["matches"]][:3]})
        figures["clean"] = {"false_alarms": len(alarms), "logs": alarms}
    figures["claims"] = {
        confidence: {"n": n, "right": tally["right claims", confidence]} for (what, confidence), n in sorted(tally.items(), key=str) if what == "claims"
    }
    labelled = sum(1 for case in cases if case["slug"] is not None)
    uncovered = sum(v for (k, m), v in tally.items() if m == "uncovered")
    figures["covered"] = round(1 - uncovered / labelled, 4) if labelled else None
    if times:
        figures["seconds"] = {"median": round(statistics.median(times), 5), "max": round(max(times), 5)}
    figures["errors"] = sum(count for (_, measure), count in tally.items() if measure == "error")
    print(json.dumps(figures, indent=2))
    if args.json:
        json.dump(figures, open(args.json, "w", encoding="utf-8"), indent=2)
    if args.misses:
        with open(args.misses, "w", encoding="utf-8") as out:
            for miss in misses:
                out.write(json.dumps(miss, ensure_ascii=False) + "\n")
    return 1 if figures["errors"] else 0


if __name__ == "__main__":
    sys.exit(main())
