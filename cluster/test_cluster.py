#!/usr/bin/env python3
"""Makes a small study of a reader's own by Snakemake, and makes go wrong what goes wrong on clusters. `make
test-cluster` calls it.

usage: test_cluster.py [quick,local,slurm]
"""

import os
import sys

sys.path.append(os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "scripts"))
import interrupted

interrupted.watch("test-cluster")

import json
import shutil
import signal
import subprocess
import time
from pathlib import Path

from slurm import Slurm, why_not
from watch import Watch

ROOT = Path(__file__).resolve().parent.parent
SCRATCH = ROOT / "build/test-cluster"
DMS = [str(ROOT / ".venv/node-bin/node"), "--no-deprecation", str(ROOT / "lib/dist/src/cli/main.js")]
RUN = [sys.executable, str(ROOT / "cluster/run.py")]
SHORT = [
    "--slurm-no-account",
    "--slurm-status-command",
    "squeue",
    "--slurm-init-seconds-before-status-checks",
    "3",
    "--latency-wait",
    "10",
]

STUDY = """// {comment}
import {{ experimentData, records }} from "dms-ntm";

const mlp = (...hidden) => ({{ kind: "mlp", features: 40, hidden, classes: 10 }});

export const study = {{
  name: "own",
  question: "Does a larger layer help?",
  parts: [
    {{
      name: "own",
      data: experimentData,
      stride: 1,
      validation: 400,
      models: {{
        small: mlp(16),
        large: {{ what: "a larger layer", model: mlp(64), training: {{ epochs: {epochs} }} }},
      }},
      training: {{ epochs: 5, batchSize: 64, optimizer: "adam" }},
      learningRate: {{ rates: [1e-3, 5e-3], seeds: [1000] }},
      seeds: {seeds},
    }},
  ],
  metric: records.accuracy,
  families: [{{ question: "larger or smaller", pairs: [["large", "small"]] }}],
}};
"""


def say(text):
    print(f"test-cluster: {text}", flush=True)


def expect(what, found):
    if not found:
        raise SystemExit(f"test-cluster: {what}: that isn't so, see {SCRATCH}")
    say(what)


class Case:
    """A folder with a study file, and what is made of it."""

    def __init__(self, name):
        self.folder = SCRATCH / name
        self.out = self.folder / "out"
        self.runs = self.out / "data/runs"
        self.study = self.folder / "own.mjs"
        self.log = self.folder / "snakemake.log"
        self.folder.mkdir(parents=True)

    def write(self, comment="as it was", epochs=5, seeds=4):
        self.study.write_text(STUDY.format(comment=comment, epochs=epochs, seeds=seeds))

    def start(self, *options):
        """Snakemake, in a process group of its own."""
        with open(self.log, "ab") as log:
            return subprocess.Popen(
                [*RUN, str(self.study), *options],
                env=dict(os.environ, DMS_NTM_OUT=str(self.out)),
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

    def make(self, target="summary", *options):
        """Makes the study. @returns names of the records that were made or made again"""
        before = self.files()
        if self.start("--target", target, "--batch", "2", *options).wait(3600):
            sys.stderr.write(self.log.read_text()[-3000:])
            raise SystemExit(f"test-cluster: Snakemake failed, see {self.log}")
        return self.made_since(before)

    def made_since(self, before):
        """Names of the records that weren't there or were others before."""
        return sorted(name for name, file in self.files().items() if before.get(name) != file)

    def files(self):
        return {str(p.relative_to(self.runs)): p.stat().st_mtime_ns for p in self.runs.glob("*/*.json")}

    def texts(self):
        return {name: (self.runs / name).read_bytes() for name in self.files()}

    def kept(self, pattern):
        """What Snakemake keeps besides the records."""
        return sorted((self.out / "cluster/own-mjs").glob(pattern))

    def plain(self):
        """The records of the same study by the command line alone."""
        out = self.folder / "plain"
        subprocess.run(
            [*DMS, "study", str(self.study)],
            env=dict(os.environ, DMS_NTM_OUT=str(out)),
            check=True,
            capture_output=True,
        )
        return {str(p.relative_to(out / "data/runs")): p.read_bytes() for p in (out / "data/runs").glob("*/*.json")}


def quick():
    case = Case("quick")
    case.write(seeds=2)
    made = case.make()
    expect(f"{len(made)} runs of a study file are made by Snakemake: 4 that tune, 4 that are judged", len(made) == 8)
    rates = {path.name.split("-")[1]: json.loads(path.read_text())["learningRate"] for path in case.kept("rates/*")}
    expect(
        f"the learning rates that it chose stand beside, {rates}, and are those of the runs",
        len(rates) == 2
        and all(
            json.loads(text)["learningRate"] == rates[Path(name).name.split("-")[0]]
            for name, text in case.texts().items()
            if name.startswith("own/")
        ),
    )
    expect("its records are those of `dms-ntm study`, byte by byte", case.texts() == case.plain())


def local():
    case = Case("local")
    case.write()
    made = case.make("all")
    expect(f"{len(made)} runs of a study file are made by Snakemake: 4 that tune, 8 that are judged", len(made) == 12)
    expect("there are a summary and figures", len(case.kept("summary.json")) + len(case.kept("figures.json")) == 2)
    expect("a second start makes nothing", case.make() == [])
    made = case.make("notebooks", "--set", "notebooks=01-data")
    executed = [path.name for path in (case.out / "notebooks").glob("*.ipynb")]
    expect("a notebook is executed, into the folder of the study", (made, executed) == ([], ["01-data.ipynb"]))
    case.write(comment="another comment")
    expect("another comment in the study makes nothing again", case.make() == [])
    case.write(epochs=6)
    made = case.make()
    expect(
        f"other epochs of one model make its {len(made)} runs again, no other",
        len(made) == 6 and all("large" in name for name in made),
    )
    expect("the records that they replace are kept beside", len(list(case.runs.glob("*/*.replaced"))) == 6)
    case.write(epochs=6, seeds=5)
    expect("one seed more makes one run a model", case.make() == ["own/large-seed4.json", "own/small-seed4.json"])
    (case.runs / "own/small-seed3.json").unlink()
    expect("a record that was deleted is made again, no other", case.make() == ["own/small-seed3.json"])
    case.write(epochs=60, seeds=5)
    before = case.files()
    process = case.start("--target", "summary", "--batch", "2")
    wait("no run of the changed model is made", lambda: case.made_since(before))
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    first = case.made_since(before)
    then = case.make()
    expect(
        f"killed after {len(first)} of 7 runs, it makes the others when it starts again, none twice",
        len(first) < 7 and sorted(first + then) == case.made_since(before) and len(first + then) == 7,
    )


def slurm():
    if reason := why_not():
        say(f"the part on Slurm is skipped: {reason}")
        return
    case = Case("slurm")
    case.write(epochs=100, seeds=16)
    options = [
        "--profile",
        "slurm",
        "--target",
        "summary",
        "--batch",
        "5",
        "--set",
        "most_megabytes=4000",
        "--set",
        "first_minutes=60",
        *SHORT,
    ]
    with Slurm(SCRATCH / "slurmd") as cluster, Watch(case.runs) as watch:

        def more(count):
            at = watch.count() + count
            return lambda: watch.count() >= at

        process = case.start(*options)
        # a job of several runs, in the middle
        cluster.wait("no run is made", lambda: watch.count() >= 6, 900)
        cluster.wait("no job runs", lambda: cluster.jobs("RUNNING"), 900)
        job = cluster.jobs("RUNNING")[-1]
        cluster.call("scancel", job)
        say(f"scancel of job {job}, {watch.count()} records there")
        cluster.wait("no more runs are made", more(2), 900)
        victim = kill_batch(cluster)
        say(f"kill -9 of process {victim}, which made a batch, {watch.count()} records there")
        cluster.wait("no more runs are made", more(2), 900)
        cluster.call("scontrol", "update", "nodename=n2", "state=drain", "reason=test")
        say(f"node n2 drained, {watch.count()} records there")
        cluster.wait("no more runs are made", more(3), 900)
        cluster.stop("slurmctld", signal.SIGKILL)
        say(f"controller killed, {watch.count()} records there")
        time.sleep(3)
        cluster.controller()
        cluster.call("scontrol", "update", "nodename=n2", "state=resume")
        say("controller started again, node n2 resumed")
        cluster.wait("no more runs are made", more(3), 900)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        running = cluster.jobs("RUNNING")
        say(f"snakemake killed with {len(running)} jobs at work, {watch.count()} records there")
        if case.start(*options).wait(3600):
            sys.stderr.write(case.log.read_text()[-3000:])
            raise SystemExit(f"test-cluster: Snakemake failed, see {case.log}")
    expect(f"{watch.count()} runs are there: 4 that tune, 32 that are judged", watch.count() == 36)
    expect(f"{len(watch.lost)} finished runs were lost", not watch.lost)
    expect(f"{len(watch.twice)} runs were made twice", not watch.twice)
    expect("the records are those of `dms-ntm study`, byte by byte", case.texts() == case.plain())


def kill_batch(cluster):
    """Kills a process that makes a batch in one of Slurm's jobs. @returns its id"""
    found = []

    def look():
        listed = subprocess.run(
            ["pgrep", "-f", f"{SCRATCH}.*dms-ntm batch|main.js batch"], text=True, capture_output=True, check=False
        ).stdout
        found[:] = [
            int(pid)
            for pid in listed.split()
            if b"SLURM_JOB_ID" in environment(pid) and str(SCRATCH).encode() in environment(pid)
        ]
        return found

    cluster.wait("no job trains", look, 900)
    os.kill(found[-1], signal.SIGKILL)
    return found[-1]


def environment(pid):
    try:
        return Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return b""


def wait(what, found, seconds=900):
    end = time.monotonic() + seconds
    while not found():
        if time.monotonic() > end:
            raise SystemExit(f"test-cluster: {what} within {seconds} s, see {SCRATCH}")
        time.sleep(0.1)


PARTS = {"quick": quick, "local": local, "slurm": slurm}

if __name__ == "__main__":
    chosen = [part for arg in sys.argv[1:] for part in arg.split(",")] or list(PARTS)
    if unknown := [part for part in chosen if part not in PARTS]:
        sys.exit(f"test-cluster: there is no part {unknown[0]}, only {', '.join(PARTS)}")
    for name in [name for name in os.environ if name.startswith("DMS_NTM_") and name != "DMS_NTM_CACHE"]:
        del os.environ[name]  # make exports them for the checkout
    shutil.rmtree(SCRATCH, ignore_errors=True)
    for part in chosen:
        PARTS[part]()
    shutil.rmtree(SCRATCH, ignore_errors=True)
