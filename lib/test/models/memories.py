"""Reference of the memories beside the NTM in PyTorch, float64: what `fixtures/memories.json` was made by.

    pip install torch==2.15.0
    python lib/test/models/memories.py > lib/test/models/fixtures/memories.json

Written from the papers' equations and not from this library: the DNC (Graves et al. 2016, Methods) sorts its slots to allocate them, and
Lie-access memory (Yang and Rush 2017) is a Python list that grows. Names of parameters are those of `toStateDict`.
"""

import json

import torch
from torch import nn
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)
BATCH, STEPS, FEATURES, HIDDEN, CLASSES = 2, 6, 3, 4, 2


def cosine(memory, key):
    """[batch, slots] for a memory [batch, slots, width] and a key [batch, width]."""
    return F.cosine_similarity(memory, key[:, None, :], dim=2, eps=1e-8)


def oneplus(x):
    return 1 + F.softplus(x)


class Dnc:
    def __init__(self, slots, width, read_heads):
        self.slots, self.width, self.heads = slots, width, read_heads
        self.outputs = {"interface": read_heads * (width + 5) + 3 * width + 3}

    def start(self):
        n, r = self.slots, self.heads
        return dict(
            memory=torch.zeros(BATCH, n, self.width),
            usage=torch.zeros(BATCH, n),
            precedence=torch.zeros(BATCH, n),
            links=torch.zeros(BATCH, n, n),
            write=torch.zeros(BATCH, n),
            reads=torch.zeros(BATCH, r, n),
        )

    @staticmethod
    def allocation(usage):
        usage = 1e-6 + (1 - 1e-6) * usage
        rows = []
        for u in usage:
            order = torch.argsort(u, stable=True)
            product, row = torch.ones(()), [None] * len(u)
            for i in order.tolist():
                row[i] = (1 - u[i]) * product
                product = product * u[i]
            rows.append(torch.stack(row))
        return torch.stack(rows)

    def step(self, raw, s):
        r, w = self.heads, self.width
        said = torch.split(raw["interface"], [r * w, r, r, 3 * r, w, 1, w, w, 1, 1], dim=1)
        keys, strengths, free, modes, key, strength, erase, add, allocation_gate, write_gate = said
        keys, modes = keys.view(BATCH, r, w), modes.view(BATCH, r, 3).softmax(2)
        free, erase = torch.sigmoid(free), torch.sigmoid(erase)
        retention = torch.prod(1 - free[:, :, None] * s["reads"], dim=1)
        usage = (s["usage"] + s["write"] - s["usage"] * s["write"]) * retention
        content = torch.softmax(oneplus(strength) * cosine(s["memory"], key), dim=1)
        gate = torch.sigmoid(allocation_gate)
        write = torch.sigmoid(write_gate) * (gate * self.allocation(usage) + (1 - gate) * content)
        outer = lambda a, b: torch.einsum("bi,bj->bij", a, b)
        memory = s["memory"] * (1 - outer(write, erase)) + outer(write, add)
        both = write[:, :, None] + write[:, None, :]
        links = ((1 - both) * s["links"] + outer(write, s["precedence"])) * (1 - torch.eye(self.slots))
        precedence = (1 - write.sum(1, keepdim=True)) * s["precedence"] + write
        reads = []
        for h in range(r):
            forward = torch.einsum("bij,bj->bi", links, s["reads"][:, h])
            backward = torch.einsum("bji,bj->bi", links, s["reads"][:, h])
            found = torch.softmax(oneplus(strengths[:, h : h + 1]) * cosine(memory, keys[:, h]), dim=1)
            m = modes[:, h]
            reads.append(m[:, 0:1] * backward + m[:, 1:2] * found + m[:, 2:3] * forward)
        reads = torch.stack(reads, 1)
        state = dict(memory=memory, usage=usage, precedence=precedence, links=links, write=write, reads=reads)
        return state, torch.einsum("bhi,biw->bhw", reads, memory).reshape(BATCH, r * w)


class LieAccess:
    def __init__(self, width, read_heads, reading, temperature=1.0, bounded=False, write_gate_bias=0.0):
        self.width, self.heads, self.reading, self.temperature = width, read_heads, reading, temperature
        self.bounded, self.write_gate_bias = bounded, write_gate_bias
        self.outputs = {"heads": 5 * (read_heads + 1) + 1 + width}

    def start(self):
        return dict(entries=[], positions=torch.zeros(BATCH, self.heads + 1, 2))

    def step(self, raw, s):
        n = self.heads + 1
        address, gate, move, strength, value = torch.split(raw["heads"], [2 * n, n, 2 * n, 1, self.width], dim=1)
        gate = torch.cat([gate[:, : self.heads], gate[:, self.heads :] + self.write_gate_bias], 1)
        address, move, gate = address.view(BATCH, n, 2), move.view(BATCH, n, 2), torch.sigmoid(gate)[:, :, None]
        if self.bounded:
            move = move / torch.sqrt(1 + torch.linalg.vector_norm(move, dim=2, keepdim=True) ** 2)
        positions = gate * address + (1 - gate) * s["positions"] + move
        read = [torch.zeros(BATCH, self.width) for _ in range(self.heads)]
        for h in range(self.heads):
            weights = []
            for where, s_i, _ in s["entries"]:
                distance = ((where - positions[:, h]) ** 2).sum(1, keepdim=True)
                near = 1 / (distance + 1e-4) if self.reading == "inverse" else torch.exp(-distance / self.temperature)
                weights.append(s_i * near)
            total = sum(weights) + (1e-6 if self.reading == "inverse" else 0)
            for w, (_, _, v) in zip(weights, s["entries"]):
                read[h] = read[h] + w / total * v
        entry = (positions[:, -1], torch.sigmoid(strength), torch.tanh(value))
        return dict(entries=s["entries"] + [entry], positions=positions), torch.cat(read, 1)


class Model(nn.Module):
    def __init__(self, memory):
        super().__init__()
        self.memory = memory
        reads = memory.heads * memory.width
        self.controller = nn.LSTMCell(FEATURES + reads, HIDDEN)
        for name, size in memory.outputs.items():
            self.add_module(name, nn.Linear(HIDDEN, size))
        self.output = nn.Linear(HIDDEN + reads, CLASSES)
        # wide enough that gates, strengths and weightings leave the middle of their range
        for p in self.parameters():
            nn.init.normal_(p, std=0.8)

    def forward(self, x):
        hidden, cell = torch.zeros(BATCH, HIDDEN), torch.zeros(BATCH, HIDDEN)
        read, state, logits = torch.zeros(BATCH, self.memory.heads * self.memory.width), self.memory.start(), []
        for t in range(STEPS):
            hidden, cell = self.controller(torch.cat([x[:, t], read], 1), (hidden, cell))
            raw = {name: self.get_submodule(name)(hidden) for name in self.memory.outputs}
            state, read = self.memory.step(raw, state)
            logits.append(self.output(torch.cat([hidden, read], 1)))
        return torch.stack(logits, 1)


def case(config, memory):
    torch.manual_seed(0)
    model = Model(memory)
    x = torch.randn(BATCH, STEPS, FEATURES)
    targets = torch.randint(0, 2, (BATCH, STEPS, CLASSES)).double()
    logits = model(x)
    loss = F.binary_cross_entropy_with_logits(logits, targets, reduction="sum") / BATCH
    loss.backward()
    rounded = lambda tensor: [round(v, 12) for v in tensor.detach().flatten().tolist()]
    tensors = {name: dict(shape=list(p.shape), data=rounded(p), gradient=rounded(p.grad)) for name, p in model.named_parameters()}
    frame = dict(features=FEATURES, hidden=HIDDEN, classes=CLASSES, controller="lstm", readout="hidden+read", answers="every")
    return dict(config=dict(**config, **frame), x=x.tolist(), targets=targets.tolist(), logits=rounded(logits), loss=loss.item(), tensors=tensors)


cases = {
    "dnc": case(dict(kind="dnc", slots=5, width=3), Dnc(5, 3, 1)),
    "dnc, two read heads": case(dict(kind="dnc", slots=4, width=3, readHeads=2), Dnc(4, 3, 2)),
    "dnc, one slot": case(dict(kind="dnc", slots=1, width=3), Dnc(1, 3, 1)),
    "lie-access": case(dict(kind="lie-access", width=3), LieAccess(3, 1, "inverse")),
    "lie-access, two read heads": case(dict(kind="lie-access", width=3, readHeads=2), LieAccess(3, 2, "inverse")),
    "lie-access, softmax": case(
        dict(kind="lie-access", width=3, reading="softmax", temperature=0.5), LieAccess(3, 1, "softmax", 0.5)
    ),
    "lie-access, as its authors ran it": case(
        dict(kind="lie-access", width=3, translation="bounded", writeGateBias=-3),
        LieAccess(3, 1, "inverse", bounded=True, write_gate_bias=-3.0),
    ),
}
print(json.dumps(cases))
