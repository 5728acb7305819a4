"""What jobs wait for and ask for, and how the driver sees its settings: quick, without Snakemake. `make unit` calls
it.
"""

import json
import os
import tempfile
import unittest
from pathlib import Path
from types import SimpleNamespace

from plan import Plan, shell_environment
from run import NUMBERS, TARGETS, Parser, check_executor, check_settings, job_prefix, records, whole

BATCHES = {
    "a-tune-gru-1": {"first": "a-tune-gru-1", "seeds": [1000], "part": "a-tune", "model": "gru", "variant": "rate0.1"},
    "a-tune-gru-2": {"first": "a-tune-gru-1", "seeds": [1001], "part": "a-tune", "model": "gru", "variant": "rate0.1"},
    "a-gru-1": {"first": "a-gru-1", "seeds": [0], "rate": "a-gru-0", "part": "a", "model": "gru"},
    "a-gru-2": {"first": "a-gru-1", "seeds": [1, 2, 3], "rate": "a-gru-0", "part": "a", "model": "gru"},
}
TUNING = ["a-tune-gru-1", "a-tune-gru-2"]
RATES = {"a-gru-0": {"tuning": TUNING}}
PARTS = {"a": {"tuning": TUNING, "evaluation": ["a-gru-1", "a-gru-2"]}, "b": {"tuning": TUNING, "evaluation": []}}


class PlanTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(self.folder.name)
        Path("plan.json").write_text(json.dumps({"batches": BATCHES, "parts": PARTS, "rates": RATES}))
        self.plan = Plan(
            "plan.json", {"first_minutes": 30, "first_megabytes": 1000, "most_megabytes": 2500, "margin": 2}
        )

    def done(self, batch, **values):
        path = Path(f"done/evaluation/{batch}.json")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values))

    def asked(self, batch, attempt=1):
        wildcards = SimpleNamespace(batch=batch)
        return self.plan.minutes("evaluation")(wildcards, attempt), self.plan.megabytes("evaluation")(
            wildcards, attempt
        )

    def test_tuning_that_parts_share_is_made_once(self):
        self.assertEqual(self.plan.all("tuning"), [f"done/tuning/{batch}.json" for batch in TUNING])

    def test_a_batch_waits_for_its_first_and_for_its_learning_rate_which_waits_for_the_tuning(self):
        tuning = [f"done/tuning/{batch}.json" for batch in TUNING]
        self.assertEqual(self.plan.first("evaluation", "a-gru-1"), [])
        self.assertEqual(self.plan.first("evaluation", "a-gru-2"), ["done/evaluation/a-gru-1.json"])
        self.assertEqual(self.plan.first("tuning", "a-tune-gru-2"), tuning[:1])
        self.assertEqual(self.plan.rate("a-gru-2"), ["rates/a-gru-0.json"])
        self.assertEqual(self.plan.rate("a-tune-gru-2"), [])
        self.assertEqual(self.plan.choosing("a-gru-0"), tuning)
        for of_another_plan in (self.plan.first("tuning", "x"), self.plan.rate("x"), self.plan.choosing("x")):
            self.assertEqual(of_another_plan, [])

    def test_the_first_asks_for_what_is_set_the_others_for_what_it_took(self):
        self.assertEqual(self.asked("a-gru-1"), (30, 1000))
        self.done("a-gru-1", made=[{"run": "gru-seed0"}], seconds=100, megabytes=800)
        self.assertEqual(self.asked("a-gru-2"), (11, 1000))  # (60 + 2 * 100 * 3) / 60, 1.25 * 800
        self.assertEqual(self.asked("a-gru-2", attempt=3), (33, 2500))
        self.done("a-gru-1", made=[], seconds=1, megabytes=300)
        self.assertEqual(self.asked("a-gru-2"), (30, 1000))

    def test_before_the_first_is_done_nothing_is_known(self):
        with self.assertRaises(FileNotFoundError):
            self.asked("a-gru-2")


class DriverTest(unittest.TestCase):
    def test_records_of_a_batch(self):
        self.assertEqual(
            [str(path) for path in records(Path("runs"), BATCHES["a-tune-gru-2"])],
            ["runs/a-tune/gru-rate0.1-seed1001.json"],
        )
        self.assertEqual(len(records(Path("runs"), BATCHES["a-gru-2"])), 3)

    def refused(self, work, *args):
        with self.assertRaises(SystemExit) as told:
            work(*args)
        return told.exception.code

    def test_settings_that_snakemake_would_pass_over_are_told(self):
        check_settings(["first_minutes=30", "margin=1.5", "notebooks=01-data,02-models"])
        for pair, expected in (
            ("frist_minutes=30", "cluster: there is no setting frist_minutes, expected one of first_minutes, "),
            ("first_minutes=abc", "cluster: first_minutes is 'abc', expected a number above 0"),
            ("margin=0", "cluster: margin is '0', expected"),
            ("margin", "cluster: margin is '', expected"),
            ("notebooks=01-data,99-x", "cluster: there is no notebook 99-x, expected names such as"),
        ):
            self.assertTrue(self.refused(check_settings, [pair]).startswith(expected), pair)

    def test_an_executor_that_isnt_installed_is_one_line(self):
        check_executor("local")
        self.assertRegex(self.refused(check_executor, "none-such"), r"needs snakemake-executor-plugin-none-such, which")

    def test_a_wrong_option_is_one_line(self):
        parser = Parser()
        parser.add_argument("--batch", type=whole)
        self.assertEqual(parser.parse_args(["--batch", "20"]).batch, 20)
        for text in ("0", "x", "-1", "1.5"):
            self.assertIn(f"'{text}' isn't a whole number", self.refused(parser.parse_args, [f"--batch={text}"]))

    def test_targets_and_settings_are_those_of_the_workflow(self):
        snakefile = Path(__file__).with_name("Snakefile").read_text()
        for target in TARGETS:
            self.assertIn(f"\nrule {target}:", snakefile)
        plan = Path(__file__).with_name("plan.py").read_text()
        for setting in NUMBERS:
            self.assertIn(f'"{setting}"', plan)

    def test_names_of_jobs_differ_by_folder_and_fit_slurm(self):
        one, other = job_prefix(Path("/x/a")), job_prefix(Path("/x/b"))
        self.assertNotEqual(one, other)
        self.assertRegex(one, r"^[\w-]+$")

    def test_folders_with_spaces_reach_the_shell(self):
        self.assertIn("DMS_NTM_OUT='/my runs'; ", shell_environment("smoke", Path("/my runs"), {}))


if __name__ == "__main__":
    unittest.main()
