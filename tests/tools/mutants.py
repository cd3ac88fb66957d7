#!/usr/bin/env python3
"""Whether the tests notice when the code that says who may do what is wrong: `./test mutants`.

cargo-mutants says what can be changed. All changes go into one copy of the source at once, each behind a number, so that it
is built once instead of once a change; a change is then the variable MUTANT. Each is tried on the tests that stand nearest to
its file, and on the others when it survives those.

    tests/tools/mutants.py CARGO_MUTANTS FOLDER [--only WORDS]

The copy, its build and the report lie in FOLDER. Ends with 1 when less than 95 % were noticed.
"""
import json
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LEAST = 0.95
# Each file of who may be, see and write what, with the tests nearest to it.
FILES = {
    "src/identity/rights.rs": ["blindness::grid"],
    "src/identity/standing.rs": ["blindness::through_http", "blindness::conflict", "team::"],
    "src/assessments/editable.rs": ["team::", "assessments::", "area_page::", "checking::"],
    "src/reviews/conflict/*.rs": ["blindness::conflict", "reviews::", "review_pages::"],
    "src/reviews/pairing/rules.rs": ["pairing::", "blindness::pairing"],
}
# What takes long and asks about other things.
ELSEWHERE = ["blindness::canary", "blindness::twin", "blindness::work", "scoring::", "workbook::", "demo::", "reports::", "forms::",
             "architecture", "evidence::", "kill::", "api::", "web_shell::", "printing::", "program::", "deadlines::of_a_thousand"]
SWITCH = """
/// Which change the tests run with.
pub(crate) fn mutant() -> u32 {
    static CHOSEN: std::sync::LazyLock<u32> =
        std::sync::LazyLock::new(|| std::env::var("MUTANT").ok().and_then(|number| number.parse().ok()).unwrap_or(0));
    *CHOSEN
}
"""


def offset(text, place):
    """Where in the text a line and a column are, both from 1."""
    return sum(len(line) for line in text.splitlines(keepends=True)[: place["line"] - 1]) + place["column"] - 1


def body_of(function):
    """Where the body of a function begins: at the brace that its last one closes."""
    depth = 0
    for at in range(len(function) - 1, -1, -1):
        depth += {"}": 1, "{": -1}.get(function[at], 0)
        if depth == 0:
            return at
    raise ValueError(function)


def switched(text, mutants):
    """The text of a file with all changes behind their numbers."""
    functions = {}
    for number, mutant in mutants:
        span = mutant["function"]["span"]
        functions.setdefault((offset(text, span["start"]), offset(text, span["end"])), []).append((number, mutant))
    for (start, end), inside in sorted(functions.items(), reverse=True):
        function = text[start:end]
        body = body_of(function)
        arms = ""
        for number, mutant in inside:
            first, last = (offset(text, mutant["span"][side]) for side in ("start", "end"))
            changed = text[start:first] + mutant["replacement"] + text[last:end]
            arms += f"\n{number} => /*{number}*/ {changed[body:]}\n/*end*/"
        text = f"{text[:start]}{function[:body]}{{ match crate::mutant() {{{arms}\n_ => {function[body:]}\n}} }}{text[end:]}"
    return text


def owners(text):
    """Which change each line of a switched file belongs to."""
    owner, lines = None, {}
    for number, line in enumerate(text.splitlines(), 1):
        begun = re.search(r"=> /\*(\d+)\*/", line)
        owner = int(begun.group(1)) if begun else None if line.startswith("/*end*/") else owner
        lines[number] = owner
    return lines


def build(copy, mutants):
    """Builds the tests with all changes; those that do not compile are left out. Answers the program of the tests."""
    while True:
        lines = {}
        for file in {mutant["file"] for mutant in mutants.values()}:
            text = switched((ROOT / file).read_text(), [one for one in mutants.items() if one[1]["file"] == file])
            (copy / file).write_text(text)
            lines[file] = owners(text)
        (copy / "src/lib.rs").write_text((ROOT / "src/lib.rs").read_text() + SWITCH)
        done = subprocess.run(["cargo", "test", "--locked", "--no-run", "--test", "it", "--message-format=json"],
                              cwd=copy, capture_output=True, text=True, check=False)
        messages = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        if done.returncode == 0:
            tests = [one for one in messages if one.get("executable") and one["target"]["name"] == "it"]
            return tests[-1]["executable"]
        spans = [span for one in messages if one.get("message", {}).get("level") == "error" for span in one["message"]["spans"]]
        broken = {lines.get(span["file_name"], {}).get(span["line_start"]) for span in spans} - {None}
        if not broken:
            sys.exit(done.stderr[-4000:] or "the changed source does not build")
        for number in broken:
            print(f"does not compile: {mutants.pop(number)['name']}", flush=True)


def passes(tests, copy, number, arguments, threads="1"):
    """Whether the tests pass with a change. One that never ends has failed."""
    environment = {**os.environ, "MUTANT": str(number)}
    try:
        return subprocess.run([tests, "--test-threads", threads, *arguments], cwd=copy, env=environment, timeout=400,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def main():
    program, folder = sys.argv[1], Path(sys.argv[2]).resolve()
    only = sys.argv[sys.argv.index("--only") + 1] if "--only" in sys.argv else ""
    copy = folder / "source"
    shutil.rmtree(copy, ignore_errors=True)
    subprocess.run(["git", "checkout-index", "--all", f"--prefix={copy}/"], cwd=ROOT, check=True)
    os.environ["CARGO_TARGET_DIR"] = str(folder / "target")
    near, mutants = {}, {}
    for pattern, tests in FILES.items():
        listed = subprocess.run([program, "mutants", "--list", "--json", "--file", pattern], cwd=ROOT, capture_output=True, text=True,
                                check=True).stdout
        for mutant in json.loads(listed):
            near[mutant["file"]] = tests
            if only in mutant["name"]:
                mutants[len(mutants) + 1] = mutant
    tests = build(copy, mutants)
    rest = [word for skipped in ELSEWHERE for word in ("--skip", skipped)]
    for arguments in [*FILES.values(), rest]:
        if not passes(tests, copy, 0, arguments, "2"):
            sys.exit(f"the tests fail without a change: {' '.join(arguments)}")

    def survives(one):
        number, mutant = one
        alive = passes(tests, copy, number, near[mutant["file"]]) and passes(tests, copy, number, rest)
        print(f"{'SURVIVES' if alive else 'noticed'}: {mutant['name']}", flush=True)
        return mutant["name"] if alive else None

    with ThreadPoolExecutor(max_workers=2) as pool:
        alive = [name for name in pool.map(survives, mutants.items()) if name]
    noticed = len(mutants) - len(alive)
    print(f"\n{noticed} of {len(mutants)} changes noticed, {noticed / len(mutants):.1%}; these were not:", *alive, sep="\n  ")
    sys.exit(noticed < LEAST * len(mutants))


main()
