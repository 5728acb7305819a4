"""What the PyPI package safetensors (0.8.0) reads and writes, for the tests of lib/src/porting/safetensors.ts.

    mutants.py              writes fixtures/mutants.json.gz, written.json and dtypes.json
    mutants.py verdicts     reads a JSON list of base64 files from standard input, writes a JSON list of whether each is read
"""

import base64
import gzip
import json
import random
import struct
import sys
from pathlib import Path

FIXTURES = Path(__file__).resolve().parent / "fixtures"
ENTRY = '{"dtype":"F32","shape":[1],"data_offsets":[0,4]}'
DTYPES = {
    "BOOL": 8, "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6, "U8": 8, "I8": 8, "F8_E5M2": 8, "F8_E4M3": 8, "F8_E8M0": 8, "F8_E4M3FNUZ": 8,
    "F8_E5M2FNUZ": 8, "I16": 16, "U16": 16, "F16": 16, "BF16": 16, "I32": 32, "U32": 32, "F32": 32, "C64": 64, "F64": 64, "I64": 64,
    "U64": 64,
}  # fmt: skip
# texts that a header may hold in place of others
PIECES = [
    "null", "1.0", "1e0", "-0", "-1", "0", "1", "2", "4", "8", "01", "1e999", "18446744073709551615", "18446744073709551616",
    "9007199254740993", "true", '"F32"', '"f32"', '"F16"', '"F4"', '"U8"', '"BOOL"', '"I64"', "[]", "[1]", "[0]", "[2,2]", "{}", '"x"',
    '"\\ud800"', '"\\ud83d\\ude00"', '"\\u0000"', '"__metadata__"', '"__proto__"', '"dtype"', '"shape"', '"data_offsets"', '{"F32":null}',
    '["F32",[1],[0,4]]', ENTRY, '"__metadata__":null,', '"__metadata__":{},', '"__metadata__":{"a":"b"},', '"__metadata__":{"a":1},',
    '"a":' + ENTRY + ",", '"x":1,', " ", "\n", "\t", "\v", "\ufeff", ",", ":", "{", "}", "[", "]", '"', "\\", "'", "/**/", "NaN", "[" * 130,
]  # fmt: skip


def packed(header, values, length=None):
    return struct.pack("<Q", len(header) if length is None else length) + header + values


def sound(rng):
    """A file as it should be: tensors of any dtype, one after the other."""
    entries, end = [], 0
    for name in rng.sample(["a", "b", "c", "10", "2", "ü", "__proto__"], rng.randint(0, 3)):
        dtype = rng.choice(list(DTYPES)) if rng.random() < 0.5 else "F32"
        shape = [rng.randint(0, 3) for _ in range(rng.randint(0, 3))]
        count = 1
        for size in shape:
            count *= size
        if count * DTYPES[dtype] % 8:
            shape, count = [4], 4
        size = count * DTYPES[dtype] // 8
        fields = [("dtype", dtype), ("shape", shape), ("data_offsets", [end, end + size])]
        if rng.random() < 0.2:
            rng.shuffle(fields)
        entries.append((name, dict(fields)))
        end += size
    if rng.random() < 0.3:
        entries.insert(0, ("__metadata__", {"k": "v"}))
    if rng.random() < 0.3:
        rng.shuffle(entries)
    return json.dumps(dict(entries), separators=rng.choice([(",", ":"), (", ", ": ")])), rng.randbytes(end)


def mutant(rng):
    text, values = sound(rng)
    for _ in range(rng.choice([0, 1, 1, 1, 2, 3])):
        starts = [i for i, c in enumerate(text) if not text[i - 1 : i].isalnum() or not c.isalnum()] or [0]
        at = rng.choice(starts)
        match rng.randint(0, 5):
            case 0:  # another piece in place of a token
                to = at + 1
                while to < len(text) and text[at].isalnum() and text[to].isalnum():
                    to += 1
                text = text[:at] + rng.choice(PIECES) + text[to:]
            case 1:
                text = text[:at] + rng.choice(PIECES) + text[at:]
            case 2:  # whole entries in front
                text = "{" + rng.choice([p for p in PIECES if p.endswith(",")]) + text[1:]
            case 3:
                text = text[:at] + text[rng.randint(at, min(len(text), at + 9)) :]
            case 4:  # a part again
                to = rng.randint(at, min(len(text), at + 60))
                text = text[:to] + text[at:to] + text[to:]
            case 5:
                values = rng.choice([values[:-1], values + b"\0", values * 2, b""])
    header = text.encode("utf-8", "surrogatepass")
    if rng.random() < 0.05 and header:
        at = rng.randrange(len(header))
        header = header[:at] + bytes([rng.randrange(256)]) + header[at + 1 :]
    if rng.random() < 0.1:
        header += b" " * rng.randint(1, 8)
    length = rng.choice([0, 7, len(header) - 1, len(header) + 1, 2**32, 2**63]) if rng.random() < 0.05 else None
    return packed(header, values, None if length == -1 else length)[: rng.choice([None] * 30 + [4])]


def accepted(file):
    from safetensors import SafetensorError, deserialize

    try:
        deserialize(file)
        return True
    except SafetensorError:
        return False


def text(data):
    return base64.b64encode(data).decode()


def mutants():
    rng = random.Random(0)
    files = {mutant(rng) for _ in range(5000)}
    return [{"file": text(file), "accepted": accepted(file)} for file in sorted(files)]


def written():
    import numpy as np
    from safetensors.numpy import save

    rng = random.Random(1)
    alphabet = 'ab10 2"\\/\b\f\n\r\t\0\x1f\x7f\x80üß\u2028\u2029\ufeff\ufffd\uffff日本שלום😀𝔸\U0010ffff'
    cases = []
    for k in range(60):
        names = ["2", "10", "1"] if k == 0 else ["\ufffd", "😀", "𝔸"] if k == 1 else []
        names += ["".join(rng.choices(alphabet, k=rng.randint(0, 4))) for _ in range(rng.randint(0, 5))]
        tensors = {}
        for name in names:
            shape = [rng.randint(0, 3) for _ in range(rng.randint(0, 2))]
            count = int(np.prod(shape))
            tensors[name] = [shape, [float(np.float32(rng.gauss(0, 1))) for _ in range(count)]]
        metadata = {"".join(rng.choices(alphabet, k=2)): "".join(rng.choices(alphabet, k=5))} if k % 3 == 0 else {}
        arrays = {name: np.array(values, "float32").reshape(shape) for name, (shape, values) in tensors.items()}
        cases.append({"tensors": tensors, "metadata": metadata, "file": text(save(arrays, metadata or None))})
    return cases


def dtypes():
    import ml_dtypes
    import numpy as np

    own = {
        "BF16": ml_dtypes.bfloat16, "F8_E5M2": ml_dtypes.float8_e5m2, "F8_E4M3": ml_dtypes.float8_e4m3fn,
        "F8_E5M2FNUZ": ml_dtypes.float8_e5m2fnuz, "F8_E4M3FNUZ": ml_dtypes.float8_e4m3fnuz, "F8_E8M0": ml_dtypes.float8_e8m0fnu,
        "BOOL": np.bool_, "U8": np.uint8, "I8": np.int8, "U16": np.uint16, "I16": np.int16, "U32": np.uint32, "I32": np.int32,
        "U64": np.uint64, "I64": np.int64, "F16": np.float16, "F32": np.float32, "F64": np.float64,
    }  # fmt: skip
    rng = random.Random(2)
    cases = {}
    for name, kind in own.items():
        size = DTYPES[name] // 8
        data = bytes(range(256)) if size == 1 else rng.randbytes(200 * size)
        if name == "BOOL":
            data = bytes([0, 1, 1, 0])
        if name == "F16":
            data += struct.pack("<6H", 0x7C00, 0xFC00, 0x7E00, 0x0001, 0x8000, 0x03FF)
        with np.errstate(over="ignore"):
            values = np.frombuffer(data, kind).astype("float32")
        header = json.dumps({"a": {"dtype": name, "shape": [len(values)], "data_offsets": [0, len(data)]}}).encode()
        said = ["NaN" if v != v else str(v).replace("inf", "Infinity") if abs(v) == float("inf") else v for v in values.tolist()]
        # JSON has no -0 that JavaScript keeps
        said = ["-0" if v == 0 and str(v).startswith("-") else v for v in said]
        cases[name] = {"file": text(packed(header, data)), "values": said}
    return cases


if __name__ == "__main__":
    match sys.argv[1:]:
        case []:
            packed_mutants = gzip.compress(json.dumps(mutants()).encode(), mtime=0)
            (FIXTURES / "mutants.json.gz").write_bytes(packed_mutants)
            (FIXTURES / "written.json").write_text(json.dumps(written(), ensure_ascii=True) + "\n")
            (FIXTURES / "dtypes.json").write_text(json.dumps(dtypes()) + "\n")
        case ["verdicts"]:
            print(json.dumps([accepted(base64.b64decode(file)) for file in json.load(sys.stdin)]))
        case _:
            sys.exit(__doc__)
