"""A small NTM of the public repository pytorch-ntm, for lib/test/porting/pytorch-ntm.test.ts.

    pytorch_ntm.py CHECKOUT    writes fixtures/pytorch-ntm.safetensors and pytorch-ntm.json: inputs, what the module answers as it is, and
                               what it answers where it is as ours: add vectors through tanh, weightings 1/N and states 0 at the start
"""

import json
import sys
from pathlib import Path

import torch

FIXTURES = Path(__file__).resolve().parent / "fixtures"
FEATURES, OUTPUTS, HIDDEN, SLOTS, WIDTH, STEPS, BATCH = 3, 2, 5, 6, 4, 7, 2


def write(path, tensors):
    """The safetensors format by hand: the package isn't where PyTorch is."""
    header, values, end = {}, b"", 0
    for name, tensor in sorted(tensors.items()):
        data = tensor.detach().contiguous().numpy().astype("<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [end, end + len(data)]}
        values, end = values + data, end + len(data)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(len(text).to_bytes(8, "little") + text + values)


def answers(module, x):
    module.init_sequence(BATCH)
    return torch.stack([torch.logit(module(step)[0]) for step in x], 1).tolist()


if __name__ == "__main__":
    sys.path.insert(0, sys.argv[1])
    from ntm.aio import EncapsulatedNTM
    from ntm.head import NTMHeadBase
    from ntm.memory import NTMMemory

    torch.manual_seed(0)
    module = EncapsulatedNTM(FEATURES, OUTPUTS, HIDDEN, 1, 1, SLOTS, WIDTH)
    x = torch.randn(STEPS, BATCH, FEATURES)
    with torch.no_grad():
        theirs = answers(module, x)
        write(FIXTURES / "pytorch-ntm.safetensors", module.state_dict())
        plain = NTMMemory.write
        NTMMemory.write = lambda self, w, e, a: plain(self, w, e, torch.tanh(a))
        for head in module.ntm.heads:
            head.create_new_state = lambda batch: torch.full((batch, SLOTS), 1 / SLOTS)
        assert isinstance(module.ntm.heads[0], NTMHeadBase)
        module.ntm.init_r = [torch.zeros(1, WIDTH)]
        module.ntm.controller.lstm_h_bias.zero_()
        module.ntm.controller.lstm_c_bias.zero_()
        ours = answers(module, x)
    said = {"x": x.transpose(0, 1).tolist(), "theirs": theirs, "ours": ours}
    (FIXTURES / "pytorch-ntm.json").write_text(json.dumps(said) + "\n")
    print({name: list(tensor.shape) for name, tensor in module.state_dict().items()})
