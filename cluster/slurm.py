"""A Slurm of our own on this machine, for tests: two nodes of one core each, everything in one scratch folder."""

import os
import shutil
import signal
import socket
import subprocess
import time

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "srun", "squeue", "scontrol", "scancel")

CONFIG = """ClusterName=local
SlurmctldHost={host}(127.0.0.1)
AuthType=auth/munge
AuthInfo=socket={scratch}/munge.socket
CredType=cred/munge
SlurmUser=root
SlurmdUser=root
StateSaveLocation={scratch}/state
SlurmdSpoolDir={scratch}/spool-%n
SlurmctldPidFile={scratch}/slurmctld.pid
SlurmdPidFile={scratch}/slurmd-%n.pid
SlurmctldLogFile={scratch}/slurmctld.log
SlurmdLogFile={scratch}/slurmd-%n.log
SlurmctldPort={ports[0]}
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
ReturnToService=2
MpiDefault=none
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
NodeName=n1 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[1]} CPUs=1 RealMemory=4000 State=UNKNOWN
NodeName=n2 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[2]} CPUs=1 RealMemory=4000 State=UNKNOWN
PartitionName=short Nodes=n1,n2 Default=YES MaxTime=600 State=UP
"""


def why_not():
    """What is missing for a Slurm here; None where it can be started."""
    if os.geteuid() != 0:
        return "it needs root"
    missing = [program for program in PROGRAMS if not shutil.which(program)]
    return f"{', '.join(missing)} missing (Debian: apt-get install slurm-wlm munge)" if missing else None


def free_ports(count):
    held = [socket.socket() for _ in range(count)]
    for one in held:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


class Slurm:
    """Started by `with`, stopped at its end: daemons are this process's children, and end with the block."""

    def __init__(self, scratch):
        self.scratch = scratch
        self.daemons = {}

    def __enter__(self):
        scratch = self.scratch
        (scratch / "state").mkdir(parents=True)
        config = scratch / "slurm.conf"
        config.write_text(CONFIG.format(scratch=scratch, host=socket.gethostname().split(".")[0], ports=free_ports(3)))
        os.environ["SLURM_CONF"] = str(config)
        # Snakemake takes SLURM_CONF from the srun of its jobs: a Slurm whose settings aren't in /etc has to tell it
        # another way
        wrapper = scratch / "bin/srun"
        wrapper.parent.mkdir()
        wrapper.write_text(f'#!/bin/sh\nSLURM_CONF="{config}" exec {shutil.which("srun")} "$@"\n')
        wrapper.chmod(0o755)
        os.environ["PATH"] = f"{wrapper.parent}{os.pathsep}{os.environ['PATH']}"
        key = scratch / "munge.key"
        key.write_bytes(os.urandom(1024))
        key.chmod(0o600)
        files = {"socket": "munge.socket", "pid-file": "munge.pid", "log-file": "munge.log", "seed-file": "munge.seed"}
        try:
            self.start(
                "munged",
                [
                    "munged",
                    "--foreground",
                    "--force",
                    f"--key-file={key}",
                    *(f"--{k}={scratch / v}" for k, v in files.items()),
                ],
            )
            self.wait("munged doesn't start", lambda: (scratch / "munge.socket").exists())
            self.controller()
            for node in ("n1", "n2"):
                self.start(node, ["slurmd", "-D", "-N", node, "-f", str(config)])
            self.wait("nodes don't become idle", lambda: self.call("sinfo", "-h", "-o", "%T").split() == ["idle"])
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if "slurmctld" in self.daemons:
            subprocess.run(["scancel", "--user=root"], capture_output=True, check=False, timeout=30)
            time.sleep(2)
        for name in reversed(list(self.daemons)):
            self.stop(name)

    def controller(self):
        self.start("slurmctld", ["slurmctld", "-D", "-f", os.environ["SLURM_CONF"]])
        self.wait("slurmctld doesn't answer", lambda: "UP" in self.call("scontrol", "ping"))

    def start(self, name, command):
        with open(self.scratch / f"{name}.out", "ab") as out:
            self.daemons[name] = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out)

    def stop(self, name, how=signal.SIGTERM):
        daemon = self.daemons.pop(name)
        daemon.send_signal(how)
        try:
            daemon.wait(20)
        except subprocess.TimeoutExpired:
            daemon.kill()
            daemon.wait()

    def call(self, *command):
        """What a command of Slurm prints; "" if it fails."""
        return subprocess.run(command, text=True, capture_output=True, check=False).stdout

    def jobs(self, *states):
        """Ids of jobs, newest last."""
        listed = self.call("squeue", "-h", "-o", "%i", *(["-t", ",".join(states)] if states else []))
        return sorted(listed.split(), key=int)

    def wait(self, what, found, seconds=180):
        end = time.monotonic() + seconds
        while not found():
            if time.monotonic() > end:
                raise SystemExit(f"test-cluster: {what} within {seconds} s, see {self.scratch}")
            time.sleep(0.2)
