"""What the Snakefile asks about batches: which there are, what comes before them, and what their jobs need."""

import json
import math
import shlex
from pathlib import Path

START = 60  # seconds until a job's own process trains, on a busy file system; 5 to 10 on a local disk
ROOM = 1.25  # times the memory that was measured


def done(stage, batch):
    """The file that says what was made of a batch."""
    return f"done/{stage}/{batch}.json"


class Plan:
    """The batches that `dms-ntm batches` wrote, and the settings by which their jobs ask for time and memory."""

    def __init__(self, path, config):
        said = json.loads(Path(path).read_text(encoding="utf-8"))
        self.batches, self.parts, self.rates = said["batches"], said["parts"], said["rates"]
        self.first_minutes = float(config.get("first_minutes", 240))
        self.first_megabytes = float(config.get("first_megabytes", 3000))
        self.most_megabytes = float(
            config.get("most_megabytes", 16000)
        )  # a node that no cluster has is waited for in vain
        self.margin = float(config.get("margin", 2))

    def all(self, stage):
        """The files of all batches of a stage."""
        return [
            done(stage, batch)
            for batch in dict.fromkeys(batch for part in self.parts.values() for batch in part[stage])
        ]

    # what isn't in the plan is of another one: nobody asks for it now

    def first(self, stage, batch):
        """The file of the model's first batch, which tells what the others need; none for the first."""
        first = self.batches.get(batch, {}).get("first", batch)
        return [] if first == batch else [done(stage, first)]

    def rate(self, batch):
        """The file of the learning rate of a batch; none where it needn't be chosen."""
        rate = self.batches.get(batch, {}).get("rate")
        return [] if rate is None else [f"rates/{rate}.json"]

    def choosing(self, rate):
        """The files of the batches that choose a learning rate."""
        return [done("tuning", batch) for batch in self.rates.get(rate, {}).get("tuning", [])]

    def measured(self, stage, batch):
        """What the model's first batch has taken; None for the first, or where all its runs were there already."""
        first = self.batches[batch]["first"]
        if first == batch:
            return None
        said = json.loads(Path(done(stage, first)).read_text(encoding="utf-8"))
        return said if said["made"] else None

    def minutes(self, stage):
        """A resource function: minutes of wall time, a further attempt asks for more."""

        def minutes(wildcards, attempt):
            measured = self.measured(stage, wildcards.batch)
            if measured is None:
                return math.ceil(self.first_minutes * attempt)
            runs = len(self.batches[wildcards.batch]["seeds"])
            return math.ceil((START + self.margin * measured["seconds"] * runs) * attempt / 60)

        return minutes

    def megabytes(self, stage):
        """A resource function: MB of memory, a further attempt asks for more."""

        def megabytes(wildcards, attempt):
            measured = self.measured(stage, wildcards.batch)
            asked = self.first_megabytes if measured is None else ROOM * measured["megabytes"]
            return math.ceil(min(asked * attempt, self.most_megabytes))

        return megabytes


def shell_environment(study, out, config):
    """What stands before every shell command: the settings that the command line reads from its environment."""
    values = {"STUDY": study, "OUT": out, "SEEDS": config.get("seeds", ""), "FRESH": config.get("fresh", "")}
    return "".join(f"export DMS_NTM_{name}={shlex.quote(str(value))}; " for name, value in values.items())
