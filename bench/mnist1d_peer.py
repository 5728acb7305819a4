"""The PyPI package's side of bench/mnist1d.mjs: for each number of samples read, makes the data set and prints the seconds it took."""

import sys
import time

from mnist1d.data import get_dataset_args, make_dataset
from mnist1d.utils import ObjectView

for line in sys.stdin:
    args = ObjectView({**get_dataset_args(as_dict=True), "num_samples": int(line)})
    start = time.perf_counter()
    data = make_dataset(args)
    seconds = time.perf_counter() - start
    print(seconds, *data["y"][:10], flush=True)
