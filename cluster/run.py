#!/usr/bin/env python3
"""Makes a study by Snakemake. `make cluster` calls it.

usage: run.py STUDY [--profile local] [--target all] [--batch N] [--models A,B] [--seeds N] [OPTION OF SNAKEMAKE ...]

STUDY is the name of one of the repository's studies or of a part of one, or a file that exports one. What Snakemake
keeps lies in build/cluster/STUDY; records go where `make study` puts them. It can be stopped, killed and started again
at any time.
"""

import os
import sys

sys.path.append(os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "scripts"))
import interrupted

interrupted.watch("cluster")

import argparse
import fcntl
import hashlib
import json
import re
import shutil
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SNAKEMAKE = ROOT / ".venv-cluster/bin/snakemake"
DMS = [str(ROOT / ".venv/node-bin/node"), "--no-deprecation", str(ROOT / "lib/dist/src/cli/main.js")]
PROFILES = ROOT / "cluster/profiles"

NUMBERS = ("first_minutes", "first_megabytes", "most_megabytes", "margin")  # settings of plan.py
TARGETS = ("all", "summary", "data", "figures", "notebooks")  # rules of the Snakefile without wildcards
BUILT_IN = ("local", "dryrun", "touch")  # executors that come with Snakemake
FILE = re.compile(r"\.[cm]?[jt]s$")  # a study by the file that exports it


def say(text):
    print(f"cluster: {text}", flush=True)


def die(text):
    sys.exit(f"cluster: {text}")


class Parser(argparse.ArgumentParser):
    def error(self, message):
        die(message)


def whole(text):
    if not re.fullmatch(r"[1-9]\d*", text):
        raise argparse.ArgumentTypeError(f"{text!r} isn't a whole number of at least 1")
    return int(text)


def check_settings(pairs):
    """One line for a setting that Snakemake would pass over, or stumble over."""
    for pair in pairs:
        name, _, value = pair.partition("=")
        if name == "notebooks":
            for book in value.split(","):
                if not (ROOT / f"notebooks/{book}.ipynb").is_file():
                    die(f"there is no notebook {book}, expected names such as 01-data,02-models")
        elif name not in NUMBERS:
            die(f"there is no setting {name}, expected one of {', '.join([*NUMBERS, 'notebooks'])}")
        elif not re.fullmatch(r"\d+(\.\d+)?", value) or float(value) == 0:
            die(f"{name} is {value!r}, expected a number above 0")


def check_executor(name):
    """One line where Snakemake would list all its options."""
    plugin = f"snakemake_executor_plugin_{name.replace('-', '_')}"
    if name not in BUILT_IN and not list(SNAKEMAKE.parent.parent.glob(f"lib/python*/site-packages/{plugin}")):
        die(f"the profile's executor {name} needs {plugin.replace('_', '-')}, which isn't in {SNAKEMAKE.parent.parent}")


def settings(args, out):
    """The workflow's settings: `key=value` as Snakemake's --config takes them."""
    values = {
        "study": args.study,
        "out": out or ROOT,
        "size": args.batch,
        "models": args.models,
        "seeds": args.seeds or os.environ.get("DMS_NTM_SEEDS"),
        "fresh": os.environ.get("DMS_NTM_FRESH"),
    }
    return [*(f"{key}={value}" for key, value in values.items() if value), *args.set]


def lock(folder):
    """Held until this process ends, however it does: one driver a study."""
    file = open(folder / "driver.lock", "w")  # noqa: SIM115
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        die(f"the study is being made already, see {folder}: wait for it, or stop it")
    except OSError as error:
        die(f"{folder} can't be locked ({error.strerror}): set DMS_NTM_OUT to a folder whose file system has locks")
    return file


def job_prefix(folder):
    """What the names of this workflow's Slurm jobs begin with."""
    return f"dms-ntm-{hashlib.sha256(str(folder).encode()).hexdigest()[:8]}"


def orphans(prefix):
    """Slurm jobs of an earlier driver that was killed: (id, state)."""
    listed = subprocess.run(["squeue", "-h", "-o", "%i %T %j"], text=True, capture_output=True)
    if listed.returncode:
        die(f"Slurm doesn't answer: {' '.join(listed.stderr.split())}")
    jobs = [line.split(" ", 2) for line in listed.stdout.splitlines()]
    active = ("PENDING", "RUNNING", "CONFIGURING", "COMPLETING", "SUSPENDED", "REQUEUED")
    return [(job, state) for job, state, name in jobs if name.startswith(f"{prefix}_") and state in active]


def wait_for_orphans(prefix):
    """Else their runs would be made twice. What waits in the queue is taken back, what runs goes on to its end."""
    left = orphans(prefix)
    waiting = [job for job, state in left if state == "PENDING"]
    if waiting:
        say(f"{len(waiting)} jobs that an earlier start left in the queue are taken back")
        subprocess.run(["scancel", "--state=PENDING", *waiting], check=False)
    told = 0
    while left := orphans(prefix):
        if len(left) != told:
            say(
                f"{len(left)} jobs of an earlier start are still at work: waiting for them"
                " (scancel ends them; their finished runs are kept)"
            )
            told = len(left)
        time.sleep(5)


def plan(args, folder, out):
    """Writes the study's batches, and takes away the marks of those whose records somebody has deleted: they are made
    again.
    """
    choice = [x for name in ("models", "seeds") if getattr(args, name) for x in (f"--{name}", getattr(args, name))]
    call = [*DMS, "batches", args.study, *choice, "--size", str(args.batch), "--into", str(folder / "plan.json")]
    if status := subprocess.run(call).returncode:
        sys.exit(status)  # its line says why
    batches = json.loads((folder / "plan.json").read_text())["batches"]
    runs = (out or ROOT) / "data/runs"
    for done in sorted((folder / "done").glob("*/*.json")):
        if (
            (batch := batches.get(done.stem))
            and not (runs / f"{batch['part']}.jsonl").exists()
            and not all(r.exists() for r in records(runs, batch))
        ):
            say(f"records of {done.stem} are gone: its runs are made again")
            done.unlink()
    if any(not list((folder / "done").glob(f"*/{batch}.json")) for batch in batches):
        (folder / "summary.json").unlink(
            missing_ok=True
        )  # while it is there Snakemake doesn't ask for what it was made of


def records(folder, batch):
    """Where the records of a batch are."""
    name = "-".join(filter(None, [batch["model"], batch.get("variant")]))
    return [folder / batch["part"] / f"{name}-seed{seed}.json" for seed in batch["seeds"]]


def main():
    parser = Parser(description=__doc__.split("\n")[0], allow_abbrev=False)
    parser.add_argument("study")
    parser.add_argument(
        "--profile",
        default="local",
        help=f"one of {', '.join(sorted(p.name for p in PROFILES.iterdir()))}, or a folder with a config.yaml",
    )
    parser.add_argument(
        "--target", default="all", help=f"one of {', '.join(TARGETS)}, or a file (default: tables and figures)"
    )
    parser.add_argument("--batch", type=whole, default=10, help="at most this many runs per job")
    parser.add_argument("--models", help="only these, e.g. gru,ntm")
    parser.add_argument("--seeds", help="evaluation runs per model")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        help="a setting of cluster/plan.py, e.g. first_minutes=30, or notebooks=01-data,02-models",
    )
    args, more = parser.parse_known_args()
    if not SNAKEMAKE.exists():
        die("Snakemake is missing: run `make cluster-setup`")
    check_settings(args.set)
    if re.fullmatch(r"\w+", args.target) and args.target not in TARGETS:
        die(f"there is no target {args.target}, expected one of {', '.join(TARGETS)}")
    profile = PROFILES / args.profile if (PROFILES / args.profile).is_dir() else Path(args.profile).resolve()
    if not (profile / "config.yaml").is_file():
        die(f"there is no profile {args.profile}: name one of cluster/profiles, or a folder with a config.yaml")
    if FILE.search(args.study):
        if not Path(args.study).is_file():
            die(f"{args.study} is missing: STUDY names a study, or a file that exports one")
        args.study = str(Path(args.study).resolve())
    out = (ROOT / os.environ["DMS_NTM_OUT"]).resolve() if os.environ.get("DMS_NTM_OUT") else None
    folder = (out or ROOT / "build") / "cluster" / re.sub(r"\W+", "-", Path(args.study).name)
    folder.mkdir(parents=True, exist_ok=True)
    held = lock(folder)
    call = [
        SNAKEMAKE,
        args.target,
        "--snakefile",
        ROOT / "cluster/Snakefile",
        "--workflow-profile",
        profile,
        "--directory",
        folder,
    ]
    named = re.search(r"^executor:\s*([\w-]+)", (profile / "config.yaml").read_text(), re.MULTILINE)
    executor = named[1] if named else "local"
    check_executor(executor)
    if executor == "slurm":
        if not shutil.which("sbatch"):
            die("sbatch is missing: this profile needs a machine from which jobs are submitted to Slurm")
        prefix = job_prefix(folder)
        wait_for_orphans(prefix)
        call += ["--slurm-jobname-prefix", prefix]
    plan(args, folder, out)
    if any(
        (folder / ".snakemake/locks").glob("*")
    ):  # of a Snakemake that was killed: this driver's own lock says that none is at work
        subprocess.run(
            [*map(str, call), "--unlock", "--config", *settings(args, out)], check=False, capture_output=True
        )
    os.environ["PATH"] = f"{SNAKEMAKE.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    # Snakemake takes this process's place, and holds its lock: whoever stops or kills one has not left the other at
    # work
    os.set_inheritable(held.fileno(), True)
    sys.stdout.flush()
    os.execv(SNAKEMAKE, [*map(str, call), *more, "--config", *settings(args, out)])


if __name__ == "__main__":
    main()
