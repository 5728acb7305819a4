"""The models in JAX: one jitted step of forward, backward and Adam, the sequence by lax.scan."""
import os

os.environ.setdefault("JAX_PLATFORMS", "cpu")
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import optax

from sizes import C, H, HEAD, M, N, TH, TIN, TN, TOUT

VERSION = f"JAX {jax.__version__}"
OFFSETS = np.array([d - N if d > N // 2 else d for d in range(N)], np.float32)


def linear(rng, inputs, outputs):
    k = 1 / np.sqrt(inputs)
    return {"w": jnp.asarray(rng.uniform(-k, k, (inputs, outputs)), jnp.float32), "b": jnp.asarray(rng.uniform(-k, k, outputs), jnp.float32)}


def gru_weights(rng, inputs):
    u = lambda *shape: jnp.asarray(rng.uniform(-1, 1, shape) / np.sqrt(H), jnp.float32)
    return {"wi": u(inputs, 3 * H), "wh": u(H, 3 * H), "bi": u(3 * H), "bh": u(3 * H)}


def init(model):
    rng = np.random.default_rng(0)
    if model == "mlp":
        return {"l1": linear(rng, 40, 128), "l2": linear(rng, 128, 128), "l3": linear(rng, 128, C)}
    if model == "gru":
        return {"gru": gru_weights(rng, 1), "out": linear(rng, H, C)}
    if model == "lstm-ntm":
        start = lambda size: jnp.asarray(rng.uniform(-0.1, 0.1, size), jnp.float32)
        return {
            "lstm": linear(rng, TIN + M + TH, 4 * TH),
            "heads": linear(rng, TH, 2 * HEAD["ntm"] + 2 * M),
            "out": linear(rng, TH + M, TOUT),
            "wr": start(TN), "ww": start(TN), "r": start(M),
        }
    return {"gru": gru_weights(rng, 1 + M), "heads": linear(rng, H, 2 * HEAD[model] + 2 * M), "out": linear(rng, H, C)}


def apply(p, x):
    return x @ p["w"] + p["b"]


def gru_cell(from_input, from_hidden, h):
    ir, iz, ic = jnp.split(from_input, 3, 1)
    hr, hz, hc = jnp.split(from_hidden, 3, 1)
    r, z = jax.nn.sigmoid(ir + hr), jax.nn.sigmoid(iz + hz)
    candidate = jnp.tanh(ic + r * hc)
    return candidate + z * (h - candidate)


def mlp(p, x):
    return apply(p["l3"], jax.nn.relu(apply(p["l2"], jax.nn.relu(apply(p["l1"], x)))))


def gru(p, x):
    g = p["gru"]
    projected = x.T[:, :, None] * g["wi"][0] + g["bi"]  # all steps' input products at once, outside the loop
    step = lambda h, i: (gru_cell(i, h @ g["wh"] + g["bh"], h), None)
    h, _ = jax.lax.scan(step, jnp.zeros((x.shape[0], H)), projected)
    return apply(p["out"], h)


def address(q, memory, norms, w, dms):
    key, strength, gate = q[:, :M], jax.nn.softplus(q[:, M : M + 1]), jax.nn.sigmoid(q[:, M + 1 : M + 2])
    key_norm = jnp.sqrt((key * key).sum(1, keepdims=True) + 1e-8)
    content = jax.nn.softmax(strength * jnp.einsum("bnm,bm->bn", memory, key) / (norms * key_norm), 1)
    gated = w + gate * (content - w)
    sharpening = 1 + jax.nn.softplus(q[:, -1:])
    if dms:
        delta, sigma = q[:, M + 2 : M + 3], jax.nn.softplus(q[:, M + 3 : M + 4]) + 0.1
        kernel = jax.nn.softmax(-((OFFSETS - delta) ** 2) / (2 * sigma * sigma), 1)
        # of all ways to write the circular convolution, the fastest here
        shifted = jnp.maximum(jnp.fft.irfft(jnp.fft.rfft(kernel, axis=1) * jnp.fft.rfft(gated, axis=1), n=N, axis=1), 0)
    else:
        s = jax.nn.softmax(q[:, M + 2 : M + 5], 1)
        shifted = s[:, 0:1] * jnp.roll(gated, 1, 1) + s[:, 1:2] * gated + s[:, 2:3] * jnp.roll(gated, -1, 1)
    powers = (shifted + 1e-8) ** sharpening
    return powers / powers.sum(1, keepdims=True)


def ntm(p, x, dms):
    batch, outputs, g = x.shape[0], HEAD["dms" if dms else "ntm"], p["gru"]

    def step(state, xt):
        h, r, memory, wr, ww = state
        h = gru_cell(jnp.concatenate([xt[:, None], r], 1) @ g["wi"] + g["bi"], h @ g["wh"] + g["bh"], h)
        q = apply(p["heads"], h)
        norms = jnp.sqrt((memory * memory).sum(2) + 1e-8)
        wr = address(q[:, :outputs], memory, norms, wr, dms)
        r = jnp.einsum("bn,bnm->bm", wr, memory)
        ww = address(q[:, outputs : 2 * outputs], memory, norms, ww, dms)
        erase, add = jax.nn.sigmoid(q[:, 2 * outputs : 2 * outputs + M]), jnp.tanh(q[:, 2 * outputs + M :])
        memory = memory * (1 - ww[:, :, None] * erase[:, None, :]) + ww[:, :, None] * add[:, None, :]
        return (h, r, memory, wr, ww), None

    uniform = jnp.full((batch, N), 1 / N)
    start = (jnp.zeros((batch, H)), jnp.zeros((batch, M)), jnp.zeros((batch, N, M)), uniform, uniform)
    return apply(p["out"], jax.lax.scan(step, start, x.T)[0][0])


def lstm_ntm(p, x):
    """x [batch, steps, TIN]; logits [batch, steps, TOUT]"""
    batch, outputs = x.shape[0], HEAD["ntm"]
    # the inputs' product of all steps at once, outside the loop
    kernel = p["lstm"]["w"]
    projected = jnp.swapaxes(x, 0, 1) @ kernel[:TIN] + p["lstm"]["b"]

    def step(state, from_input):
        h, c, r, memory, wr, ww = state
        i, f, g, o = jnp.split(from_input + jnp.concatenate([r, h], 1) @ kernel[TIN:], 4, 1)
        c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
        h = jax.nn.sigmoid(o) * jnp.tanh(c)
        q = apply(p["heads"], h)
        norms = jnp.sqrt((memory * memory).sum(2) + 1e-8)
        wr = address(q[:, :outputs], memory, norms, wr, False)
        r = jnp.einsum("bn,bnm->bm", wr, memory)
        ww = address(q[:, outputs : 2 * outputs], memory, norms, ww, False)
        erase, add = jax.nn.sigmoid(q[:, 2 * outputs : 2 * outputs + M]), jnp.tanh(q[:, 2 * outputs + M :])
        memory = memory * (1 - ww[:, :, None] * erase[:, None, :]) + ww[:, :, None] * add[:, None, :]
        return (h, c, r, memory, wr, ww), jnp.concatenate([h, r], 1)

    rows = lambda values: jnp.broadcast_to(values, (batch, values.shape[0]))
    zeros = jnp.zeros((batch, TH))
    start = (zeros, zeros, rows(jnp.tanh(p["r"])), jnp.full((batch, TN, M), 1e-6), rows(jax.nn.softmax(p["wr"])), rows(jax.nn.softmax(p["ww"])))
    shown = jax.lax.scan(step, start, projected)[1]
    return jnp.swapaxes(apply(p["out"], shown), 0, 1)


MODELS = {"lstm-ntm": lstm_ntm, "mlp": mlp, "gru": gru, "ntm": partial(ntm, dms=False), "dms": partial(ntm, dms=True)}


SEVERAL = 13


def stepper(model, x, y, several=False):
    """A function that takes one training step, or several in one lax.scan, and returns the last loss."""
    forward, adam = MODELS[model], optax.adam(1e-3)
    if model == "lstm-ntm":
        loss = lambda p, x, y: optax.sigmoid_binary_cross_entropy(forward(p, x), y).sum() / x.shape[0]
    else:
        loss = lambda p, x, y: optax.softmax_cross_entropy_with_integer_labels(forward(p, x), y).mean()

    def step(carry, batch):
        p, state = carry
        value, gradients = jax.value_and_grad(loss)(p, *batch)
        updates, state = adam.update(gradients, state, p)
        return (optax.apply_updates(p, updates), state), value

    batch = (jnp.asarray(x), jnp.asarray(y))
    if several:
        batch = jax.tree.map(lambda a: jnp.stack([a] * SEVERAL), batch)
    program = jax.jit((lambda carry, batch: jax.lax.scan(step, carry, batch)) if several else step, donate_argnums=0)
    parameters = init(model)
    carry = (parameters, adam.init(parameters))

    def run():
        nonlocal carry
        carry, value = program(carry, batch)
        jax.block_until_ready(carry)
        return float(value[-1] if several else value)

    return run
