"""Faults of the cache that scripts/setup.py keeps TensorFlow's runtime in, with small files in place of the real ones.

usage: runtime.py FOLDER; prints "held" or "not so", a tab and what was tried, a line each.
"""

import contextlib
import hashlib
import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent / "scripts"))
import setup  # noqa: E402

FOLDER = Path(sys.argv[1])
LIBRARY = "libtensorflow_cc.so.2"


def expect(what, holds):
    print("held" if holds else "not so", what, sep="\t")


def wheel(path):
    with zipfile.ZipFile(path, "w") as archive:
        for name in setup.LIBRARIES:
            archive.writestr(f"tensorflow/{name}", name * 1000)
        archive.writestr("tensorflow/include/tensorflow/c/c_api.h", "int x;")


def pip_that(code):
    """A python whose `pip download` runs this code; the folder to download into is sys.argv[-2]."""
    tools = FOLDER / "bin"
    tools.mkdir(exist_ok=True)
    script = tools / "python"
    script.write_text(f"#!{sys.executable}\nimport os, shutil, signal, sys\ninto = sys.argv[-2]\n{code}\n")
    script.chmod(0o755)
    setup.BIN = tools


def fetched(cache):
    """What a fetch ends with: "" when it went well, else its line."""
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            setup.fetch_runtime(cache)
        return ""
    except SystemExit as end:
        return str(end.code)


real = FOLDER / "real.whl"
wheel(real)
setup.WHEEL_SHA256 = hashlib.sha256(real.read_bytes()).hexdigest()
setup.FREE_GIB = 0
setup.need_room = lambda where: None
cache = FOLDER / "cache" / "tensorflow"
name = "tensorflow_cpu.whl"

pip_that(f"open(os.path.join(into, '{name}'), 'wb').write(b'PK half a wheel'); sys.exit(1)")
line = fetched(cache)
expect(f"an interrupted download is one line: {line}", "downloading TensorFlow's wheel" in line and "\n" not in line)
expect("an interrupted download leaves no cache", not cache.exists() and not list(cache.parent.iterdir()))

pip_that(f"shutil.copy({str(real)!r}, os.path.join(into, '{name}')); open(os.path.join(into, '{name}'), 'r+b').write(b'XX')")
line = fetched(cache)
expect(f"a wheel that is not the real one is one line: {line}", "expected" in line and "try again" in line and "\n" not in line)
expect("a wheel that is not the real one leaves no cache", not cache.exists() and not list(cache.parent.iterdir()))

# the whole set-up is killed while it downloads: what it leaves is no cache, and is swept up later
killed = subprocess.run([sys.executable, "-c", f"""
import sys; sys.path.insert(0, {str(Path(setup.__file__).parent)!r})
import os, signal, setup
from pathlib import Path
setup.need_room = lambda where: None
setup.run = lambda *a, **k: os.kill(os.getpid(), signal.SIGKILL)
setup.fetch_runtime(Path({str(cache)!r}))
"""], stdout=subprocess.DEVNULL)
left = list(cache.parent.glob(".unpacking-*"))
expect("a set-up that is killed leaves no cache", killed.returncode == -9 and not cache.exists() and len(left) == 1)
os.utime(left[0], (1, 1))

pip_that(f"shutil.copy({str(real)!r}, os.path.join(into, '{name}'))")
expect("the next set-up goes on", fetched(cache) == "" and setup.sound(cache))
expect("what the killed one left is swept up", not list(cache.parent.glob(".unpacking-*")))

library = cache / "lib" / LIBRARY
good = library.read_bytes()
faults = {
    "truncated": good[:-1000],
    "with a changed byte": bytes([good[0] ^ 1]) + good[1:],
    "empty": b"",
}
for what, bad in faults.items():
    library.write_bytes(bad)
    expect(f"a library that is {what} is found out", not setup.sound(cache))
    expect(f"a library that is {what} is replaced", fetched(cache) == "" and setup.sound(cache) and library.read_bytes() == good)
manifest = cache / "manifest.json"
for what, text in {"cut off": manifest.read_text()[:20], "empty": "", "of nothing": "{}", "a list": "[]", "null": "null"}.items():
    manifest.write_text(text)
    expect(f"a manifest that is {what} is found out", not setup.sound(cache))
    expect(f"a manifest that is {what} is written anew", fetched(cache) == "" and setup.sound(cache))
library.unlink()
expect("a library that is missing is found out", not setup.sound(cache))
expect("a manifest lists every file", fetched(cache) == "" and len(json.loads(manifest.read_text())) == 3)
