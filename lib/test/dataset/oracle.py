"""What numpy, scipy and the PyPI package mnist1d say, for the tests of lib/src/dataset.

    oracle.py data < configs.json    every value: for each config x (float64) then y (int32), little-endian, to standard output
    oracle.py fixtures               writes fixtures/*.json, the small committed sample of the same

The generator is called directly: get_dataset would read a pickle, ignore its arguments when a file is cached, and write one.
"""

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
from mnist1d.data import get_dataset_args, make_dataset
from mnist1d.utils import ObjectView
from scipy.interpolate import interp1d
from scipy.ndimage import gaussian_filter

NAMES = {
    "samples": "num_samples",
    "trainFraction": "train_split",
    "padding": "padding",
    "scale": "scale_coeff",
    "maxTranslation": "max_translation",
    "correlatedNoise": "corr_noise_scale",
    "iidNoise": "iid_noise_scale",
    "shear": "shear_scale",
    "finalLength": "final_seq_length",
    "seed": "seed",
}

CONFIGS = {
    "canonical": {},
    "published": {"samples": 4000},
    # A translation beyond the signal's length, few points.
    "short": {"samples": 500, "seed": 7, "padding": [0, 24], "scale": 1.0, "maxTranslation": 100, "correlatedNoise": 0.5,
              "iidNoise": 0.1, "finalLength": 27, "trainFraction": 0.7},
    # 61 points, whose grid meets that of a padded signal in places: there "exactly 0" hangs on the last bit.
    "long": {"samples": 1000, "seed": 4294967295, "padding": [19, 49], "scale": 0.0, "maxTranslation": 1,
             "correlatedNoise": 0.3, "iidNoise": 0.0, "shear": 1.5, "finalLength": 80, "trainFraction": 0.55},
}


def make(config):
    """All rows in order, the training rows first, and how many of them train."""
    args = {**get_dataset_args(as_dict=True), **{NAMES[key]: value for key, value in config.items()}}
    data = make_dataset(ObjectView(args))
    x = np.concatenate([data["x"], data["x_test"]]).astype("<f8", order="C")
    y = np.concatenate([data["y"], data["y_test"]]).astype("<i4", order="C")
    return x, y, len(data["y"])


def sha256(array):
    return hashlib.sha256(array.tobytes()).hexdigest()


def mnist1d_fixture(config):
    x, y, train = make(config)
    picked = sorted({0, 1, 2, train - 1, train, len(y) - 1, *range(0, len(y), len(y) // 5)})
    return {
        "config": config,
        "rows": {"train": train, "test": len(y) - train},
        "labels": y[:20].tolist(),
        "labelsSha256": sha256(y),
        "samples": [{"row": row, "x": x[row].tolist()} for row in picked],
    }


def random_state_fixture():
    """Calls in order, so that what one leaves behind (the second normal of a pair) is part of the test."""
    calls = [
        *[("random", [])] * 5, *[("standardNormal", [])] * 3, ("random", []), ("standardNormal", []),
        *[("choice", [n]) for n in (1, 2, 3, 48, 48, 48, 1000, 65536)],
        *[("randint", list(bounds)) for bounds in ((-5, 5), (0, 2**31), (0, 2**31 + 1), (0, 2**32), (-(2**31), 2**31), (7, 8))],
        ("permutation", [0]), ("permutation", [1]), ("permutation", [2]), ("permutation", [700]),
        ("standardNormals", [9]), ("uniform", [-3.5, 2.25]), ("standardNormal", []), ("random", []),
    ]
    numpy_names = {"random": "random_sample", "standardNormal": "standard_normal", "standardNormals": "standard_normal"}

    def play(key):
        state = np.random.RandomState(key)
        for name, args in calls:
            value = getattr(state, numpy_names.get(name, name))(*args)
            yield {"call": name, "args": args, "value": value.tolist() if hasattr(value, "tolist") else value}

    cases = [{"seed": seed, "calls": list(play(seed))} for seed in (0, 1, 42, 2**32 - 1, [0], [1, 2, 3], [2**32 - 1] * 700)]
    for seed, name in ((42, "batches"), (0, "Gewichte/\u03c3")):
        digest = hashlib.sha256(f"{seed}/{name}".encode()).digest()
        words = np.frombuffer(digest, ">u4").astype(np.int64).tolist()
        cases.append({"seed": seed, "stream": name, "calls": list(play(words))})
    return cases


def signal_fixture():
    state = np.random.RandomState(3)
    gaussian = [
        {"signal": signal.tolist(), "sigma": sigma, "result": gaussian_filter(signal, sigma).tolist()}
        for length, sigma in ((72, 2.0), (72, 0.7), (20, 0.0), (20, 0.1), (20, 0.3), (5, 2.0), (1, 2.0), (3, 7.3))
        for signal in [state.standard_normal(length)]
    ]
    resample = [
        {"signal": signal.tolist(), "length": n,
         "result": interp1d(np.linspace(0, 1, length), signal, kind="linear")(np.linspace(0, 1, n)).tolist()}
        for length, n in ((12, 12), (48, 72), (72, 40), (31, 61), (43, 61), (2, 7), (9, 2))
        for signal in [state.standard_normal(length)]
    ]
    return {"gaussian": gaussian, "resample": resample}


def write_fixtures():
    folder = Path(__file__).parent / "fixtures"
    folder.mkdir(exist_ok=True)
    fixtures = {f"mnist1d-{name}": mnist1d_fixture(config) for name, config in CONFIGS.items()}
    fixtures["random-state"] = random_state_fixture()
    fixtures["signal"] = signal_fixture()
    for name, fixture in fixtures.items():
        # repr of a double is the shortest text that reads back as the same double
        (folder / f"{name}.json").write_text(json.dumps(fixture) + "\n")


def write_data():
    for config in json.load(sys.stdin):
        x, y, _ = make(config)
        sys.stdout.buffer.write(x.tobytes())
        sys.stdout.buffer.write(y.tobytes())


if __name__ == "__main__":
    {"data": write_data, "fixtures": write_fixtures}[sys.argv[1]]()
