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
        self.batches, self.parts = said["batches"], said["parts"]
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

    def before(self, stage, batch):
        """Files of batches that come first: the model's first one, which tells what the others need, and those that
        choose the learning rate.
        """
        found = self.batches.get(batch)
        if found is None:  # of another plan: nobody asks for it now
            return []
        first = [] if found["first"] == batch else [done(stage, found["first"])]
        return first + [done("tuning", other) for other in found.get("tuning", [])]

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
