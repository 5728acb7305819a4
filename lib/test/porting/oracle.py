"""What PyTorch and the PyPI package safetensors say, for the tests of lib/src/porting.

    oracle.py fixtures       writes fixtures/: the parity cases' parameters, and small PyTorch modules with what they answer
    oracle.py check FOLDER   loads FOLDER/<kind>.safetensors into the same modules, compares what they answer with fixtures/torch.json

`make bench-peers` installs both packages into .venv-peers.
"""

import hashlib
import json
import re
import sys
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file
from safetensors.torch import load_file
from torch import nn

HERE = Path(__file__).resolve().parent
FIXTURES = HERE / "fixtures"
PARITY = HERE.parent / "models/fixtures"
BATCH, STEPS, FEATURES, HIDDEN, CHANNELS, CLASSES, SLOTS = 3, 12, 2, 5, 4, 3, 6


class Recurrent(nn.Module):
    def __init__(self, kind, cell):
        super().__init__()
        self.kind = kind
        setattr(self, kind, cell(FEATURES, HIDDEN, batch_first=True))
        self.output = nn.Linear(HIDDEN, CLASSES)

    def forward(self, x):
        return self.output(getattr(self, self.kind)(x)[0][:, -1])


class BiGru(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(FEATURES, HIDDEN, batch_first=True, bidirectional=True)
        self.output = nn.Linear(2 * HIDDEN * STEPS, CLASSES)

    def forward(self, x):
        return self.output(self.gru(x)[0].flatten(1))


class Cnn(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv1d(FEATURES, CHANNELS, 5, stride=2, padding=1)
        self.conv2 = nn.Conv1d(CHANNELS, CHANNELS, 3, stride=2, padding=1)
        self.conv3 = nn.Conv1d(CHANNELS, CHANNELS, 3, stride=2, padding=1)
        self.output = nn.LazyLinear(CLASSES)

    def forward(self, x):
        y = x.transpose(1, 2)
        for layer in (self.conv1, self.conv2, self.conv3):
            y = layer(y).relu()
        return self.output(y.flatten(1))


class Mlp(nn.Sequential):
    def __init__(self):
        super().__init__(nn.Linear(STEPS * FEATURES, 7), nn.ReLU(), nn.Linear(7, 6), nn.ReLU(), nn.Linear(6, CLASSES))

    def forward(self, x):
        return super().forward(x.flatten(1))


def of_the_guide(name):
    """A module as the guide prints it."""
    text = (HERE / "../../../docs/guide/from-pytorch.md").read_text()
    block = next(part for part in re.findall(r"```python\n(.*?)```", text, re.S) if f"class {name}(" in part)
    names = {}
    exec(block, names)
    return names[name], hashlib.sha256(block.encode()).hexdigest()


MODULES = {
    "mlp": Mlp,
    "gru": lambda: Recurrent("gru", nn.GRU),
    "lstm": lambda: Recurrent("lstm", nn.LSTM),
    "bigru": BiGru,
    "cnn": Cnn,
    "ntm": lambda: of_the_guide("Ntm")[0](FEATURES, HIDDEN, SLOTS, CHANNELS, CLASSES),
}


def parity(name):
    """A case's parameters, its start too: logits of 200 leave nothing for the other slots in float32."""
    case = json.loads((PARITY / f"{name}.json").read_text())
    tensors = dict(case["params"])
    start = case["initial"]
    if start and np.any(start["memory"]):
        tensors["initial_memory"] = start["memory"][0]
        for head in ("read", "write"):
            tensors[f"initial_{head}_logits"] = 200 * np.array(start[f"{head}_weights"])
    return {key: np.array(value, "float32") for key, value in tensors.items()}


def answer(module, x):
    with torch.no_grad():
        return module(x)


def fixtures():
    for path in sorted(PARITY.glob("*.json")):
        if "params" not in json.loads(path.read_text()):
            continue
        save_file(parity(path.stem), FIXTURES / path.name.replace(".json", ".safetensors"))
    torch.manual_seed(0)
    x = torch.randn(BATCH, STEPS, FEATURES)
    logits = {}
    for name, make in MODULES.items():
        module = make()
        logits[name] = answer(module, x).tolist()
        save_file({key: value.numpy() for key, value in module.state_dict().items()}, FIXTURES / f"torch-{name}.safetensors")
    sizes = {"steps": STEPS, "features": FEATURES, "hidden": HIDDEN, "channels": CHANNELS, "classes": CLASSES, "slots": SLOTS}
    guide = of_the_guide("Ntm")[1]
    (FIXTURES / "torch.json").write_text(json.dumps({"sizes": sizes, "guide": guide, "x": x.tolist(), "logits": logits}) + "\n")


def check(folder):
    said = json.loads((FIXTURES / "torch.json").read_text())
    x = torch.tensor(said["x"])
    for name, make in MODULES.items():
        module = make()
        answer(module, x)
        module.load_state_dict(load_file(Path(folder) / f"{name}.safetensors"))
        off = (answer(module, x) - torch.tensor(said["logits"][name])).abs().max().item()
        print(f"{name}: off by {off:.1e}")
        if not off < 1e-6:
            sys.exit(1)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["fixtures"]:
            fixtures()
        case ["check", folder]:
            check(folder)
        case _:
            sys.exit(__doc__)
