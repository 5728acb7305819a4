"""Imported first by every program of this folder: stopped by a signal at any moment, also while the rest of it is imported, it ends in one line
and with the status that the shell gives a signal. Only while Python itself starts, before any line of a program, nobody but Python can answer.
"""

import sys

name = None  # of the program, as its lines begin


def ended(kind, error, trace):
    """What nobody caught: of an interrupt one line. Python goes on to its end, and runs what is registered for that."""
    if not issubclass(kind, KeyboardInterrupt):
        return sys.__excepthook__(kind, error, trace)
    try:
        print(f"{name}: interrupted: run the command again to go on", file=sys.stderr, flush=True)
    except (OSError, AttributeError):  # after a hang-up nobody may be there to read it
        pass
    sys.exit(128 + (error.args or (2,))[0])


# before anything else is imported, which takes time
if sys.excepthook is sys.__excepthook__:
    name = sys.argv[0].replace("\\", "/").split("/")[-1].removesuffix(".py")
    sys.excepthook = ended

import signal


class Stopped(KeyboardInterrupt):
    """By a signal, whose number is its argument."""


watched = []


def watch(program):
    """From here on; of a program that imports another the first name counts."""
    global name
    if watched:
        return
    name = program
    watched.extend(number for each in ("SIGINT", "SIGTERM", "SIGHUP") if (number := getattr(signal, each, None)) is not None
                   and signal.getsignal(number) != signal.SIG_IGN)  # as nohup wants it

    def stop(number, _):
        for each in watched:  # a second one must not disturb what is cleaned up
            signal.signal(each, signal.SIG_IGN)
        raise Stopped(number)

    for number in watched:
        signal.signal(number, stop)
