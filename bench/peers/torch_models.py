"""The models in PyTorch: eager, or through torch.compile; fused Adam."""
import os

import torch
import torch.nn as nn
import torch.nn.functional as F

from sizes import C, H, HEAD, M, N, TH, TIN, TN, TOUT

torch.set_num_threads(len(os.sched_getaffinity(0)))
VERSION = f"PyTorch {torch.__version__.split('+')[0]}"
OFFSETS = torch.tensor([d - N if d > N // 2 else d for d in range(N)], dtype=torch.float32)


class Gru(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru, self.out = nn.GRU(1, H, batch_first=True), nn.Linear(H, C)

    def forward(self, x):
        return self.out(self.gru(x.unsqueeze(-1))[1][0])


class Ntm(nn.Module):
    def __init__(self, dms):
        super().__init__()
        self.dms, self.outputs = dms, HEAD["dms" if dms else "ntm"]
        self.cell, self.heads, self.out = nn.GRUCell(1 + M, H), nn.Linear(H, 2 * self.outputs + 2 * M), nn.Linear(H, C)

    def address(self, q, memory, norms, w):
        key, strength, gate = q[:, :M], F.softplus(q[:, M : M + 1]), torch.sigmoid(q[:, M + 1 : M + 2])
        key_norm = torch.sqrt((key * key).sum(1, keepdim=True) + 1e-8)
        content = torch.softmax(strength * torch.bmm(memory, key.unsqueeze(2)).squeeze(2) / (norms * key_norm), 1)
        gated = w + gate * (content - w)
        sharpening = 1 + F.softplus(q[:, -1:])
        if self.dms:
            delta, sigma = q[:, M + 2 : M + 3], F.softplus(q[:, M + 3 : M + 4]) + 0.1
            kernel = torch.softmax(-((OFFSETS - delta) ** 2) / (2 * sigma * sigma), 1)
            shifted = torch.fft.irfft(torch.fft.rfft(kernel) * torch.fft.rfft(gated), n=N).clamp_min(0)
        else:
            s = torch.softmax(q[:, M + 2 : M + 5], 1)
            shifted = s[:, 0:1] * gated.roll(1, 1) + s[:, 1:2] * gated + s[:, 2:3] * gated.roll(-1, 1)
        powers = (shifted + 1e-8) ** sharpening
        return powers / powers.sum(1, keepdim=True)

    def forward(self, x):
        batch = x.shape[0]
        h, r, memory = x.new_zeros(batch, H), x.new_zeros(batch, M), x.new_zeros(batch, N, M)
        wr = ww = x.new_full((batch, N), 1 / N)
        for t in range(x.shape[1]):
            h = self.cell(torch.cat([x[:, t : t + 1], r], 1), h)
            q = self.heads(h)
            norms = torch.sqrt((memory * memory).sum(2) + 1e-8)
            wr = self.address(q[:, : self.outputs], memory, norms, wr)
            r = torch.bmm(wr.unsqueeze(1), memory).squeeze(1)
            ww = self.address(q[:, self.outputs : 2 * self.outputs], memory, norms, ww)
            erase, add = torch.sigmoid(q[:, -2 * M : -M]), torch.tanh(q[:, -M:])
            memory = memory * (1 - ww.unsqueeze(2) * erase.unsqueeze(1)) + ww.unsqueeze(2) * add.unsqueeze(1)
        return self.out(h)


class LstmNtm(Ntm):
    """Reads [batch, steps, TIN], gives logits [batch, steps, TOUT]."""

    def __init__(self):
        super().__init__(False)
        self.cell, self.heads = nn.LSTMCell(TIN + M, TH), nn.Linear(TH, 2 * self.outputs + 2 * M)
        self.out = nn.Linear(TH + M, TOUT)
        self.starts = nn.ParameterList([nn.Parameter(torch.empty(size).uniform_(-0.1, 0.1)) for size in (TN, TN, M)])

    def forward(self, x):
        batch = x.shape[0]
        h = c = x.new_zeros(batch, TH)
        wr, ww = (torch.softmax(start, 0).expand(batch, TN) for start in self.starts[:2])
        r, memory = torch.tanh(self.starts[2]).expand(batch, M), x.new_full((batch, TN, M), 1e-6)
        shown = []
        for t in range(x.shape[1]):
            h, c = self.cell(torch.cat([x[:, t], r], 1), (h, c))
            q = self.heads(h)
            norms = torch.sqrt((memory * memory).sum(2) + 1e-8)
            wr = self.address(q[:, : self.outputs], memory, norms, wr)
            r = torch.bmm(wr.unsqueeze(1), memory).squeeze(1)
            ww = self.address(q[:, self.outputs : 2 * self.outputs], memory, norms, ww)
            erase, add = torch.sigmoid(q[:, -2 * M : -M]), torch.tanh(q[:, -M:])
            memory = memory * (1 - ww.unsqueeze(2) * erase.unsqueeze(1)) + ww.unsqueeze(2) * add.unsqueeze(1)
            shown.append(torch.cat([h, r], 1))
        return self.out(torch.stack(shown, 1))


MODELS = {
    "lstm-ntm": LstmNtm,
    "mlp": lambda: nn.Sequential(nn.Linear(40, 128), nn.ReLU(), nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, C)),
    "gru": Gru,
    "ntm": lambda: Ntm(False),
    "dms": lambda: Ntm(True),
}


def bits(logits, targets):
    return F.binary_cross_entropy_with_logits(logits, targets, reduction="sum") / len(logits)


def stepper(model, x, y, compiled=False):
    """A function that takes one training step and returns its loss. @param compiled by torch.compile, whose backend is inductor"""
    torch.manual_seed(0)
    net = MODELS[model]()
    loss_of = bits if model == "lstm-ntm" else F.cross_entropy
    forward = (lambda x, y: loss_of(net(x), y))
    if compiled:
        forward = torch.compile(forward)
    adam = torch.optim.Adam(net.parameters(), lr=1e-3, fused=True)
    x, y = torch.from_numpy(x), torch.from_numpy(y)

    def run():
        adam.zero_grad(set_to_none=True)
        loss = forward(x, y)
        loss.backward()
        adam.step()
        return float(loss.detach())

    return run
