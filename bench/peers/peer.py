"""One model in one framework, in a process that measures on demand.

usage: peer.py jax|jax-several|torch|torch-compile mlp|gru|ntm|dms|lstm-ntm. Says, as JSON lines, its version and how long the first step took, then for each number n on
stdin how many milliseconds n steps took.
"""
import json
import sys
import time

import numpy as np

from sizes import TBATCH, TIN, TOUT, TSTEPS

framework, model = sys.argv[1:]
if framework.startswith("torch"):
    from torch_models import VERSION, stepper
    count, options = 1, {"compiled": framework == "torch-compile"}
else:
    from jax_models import SEVERAL, VERSION, stepper
    several = framework == "jax-several"
    count, options = SEVERAL if several else 1, {"several": several}

rng = np.random.default_rng(1)
if model == "lstm-ntm":
    x = rng.integers(0, 2, (TBATCH, TSTEPS, TIN)).astype(np.float32)
    y = rng.integers(0, 2, (TBATCH, TSTEPS, TOUT)).astype(np.float32)
else:
    x = rng.normal(size=(64, 40 if model == "mlp" else 20)).astype(np.float32)
    y = (np.arange(64) % 10).astype(np.int64)
start = time.perf_counter()
step = stepper(model, x, y, **options)
step()
print(json.dumps({"version": VERSION, "first": 1e3 * (time.perf_counter() - start)}), flush=True)
for line in sys.stdin:
    n = int(line)
    step()
    start = time.perf_counter()
    for _ in range(0, n, count):
        step()
    print(json.dumps({"ms": 1e3 * (time.perf_counter() - start)}), flush=True)
