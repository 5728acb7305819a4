"""What the Snakefile asks about batches: which there are, and what a job needs."""

import json
import math
import shlex
from functools import lru_cache

START = 60  # seconds until a job's own process trains, on a busy file system; 5 to 10 measured on a local disk


@lru_cache(maxsize=64)
def _read(path, stamp):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def read(path):
    """A JSON file, read once until it changes."""
    import os

    found = os.stat(path)
    return _read(str(path), (found.st_mtime_ns, found.st_size))


def plan_of(stage, part):
    return "plan.json" if stage == "tuning" else f"rates/{part}.json"


class Needs:
    """Time and memory of jobs: what the model's first batch, a single run, has taken, with a margin; before that the settings' own."""

    def __init__(self, config):
        self.first_minutes = float(config.get("first_minutes", 240))
        self.first_megabytes = float(config.get("first_megabytes", 3000))
        self.margin = float(config.get("margin", 2))

    def batch(self, stage, wildcards):
        return read(plan_of(stage, wildcards.part))["batches"][wildcards.batch]

    def _measured(self, stage, wildcards):
        """What the first batch says of itself; None for the first, or where all its runs were there already."""
        first = self.batch(stage, wildcards)["first"]
        if first == wildcards.batch:
            return None
        done = read(f"done/{stage}/{wildcards.part}/{first}.json")
        return done if done["made"] else None

    def minutes(self, stage):
        """A resource function: minutes of wall time; each further attempt asks for more."""
        def minutes(wildcards, attempt):
            measured = self._measured(stage, wildcards)
            if measured is None:
                return math.ceil(self.first_minutes * attempt)
            runs = len(self.batch(stage, wildcards)["seeds"])
            return math.ceil((START + self.margin * measured["seconds"] * runs) * attempt / 60)
        return minutes

    def megabytes(self, stage):
        """A resource function: MiB of resident memory."""
        def megabytes(wildcards, attempt):
            measured = self._measured(stage, wildcards)
            if measured is None:
                return math.ceil(self.first_megabytes * attempt)
            return math.ceil(max(self.margin, 1.25) / 1.5 * measured["megabytes"] * attempt)
        return megabytes


def shell_environment(study, out, config):
    """What stands before every shell command: the settings that the command line reads from its environment."""
    values = {"STUDY": study, "OUT": out, "SEEDS": config.get("seeds", ""), "FRESH": config.get("fresh", "")}
    return "".join(f"export DMS_NTM_{name}={shlex.quote(str(value))}; " for name, value in values.items())
