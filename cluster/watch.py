"""What becomes of the records of a study while it is made: which appear, disappear, or are written a second time."""

import threading


class Watch:
    """Looks at a folder of records ten times a second; a record that is made again is another file (inode and time)
    of the same name.
    """

    def __init__(self, folder):
        self.folder = folder
        self.seen = {}
        self.twice = []
        self.lost = []
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        self.thread.join()
        self.look()

    def run(self):
        while not self.stopped.wait(0.1):
            self.look()

    def look(self):
        now = {}
        for path in self.folder.glob("*/*.json"):
            try:
                found = path.stat()
            except FileNotFoundError:
                continue
            now[str(path.relative_to(self.folder))] = (found.st_ino, found.st_mtime_ns)
        self.twice += [name for name, file in now.items() if self.seen.get(name, file) != file]
        self.lost += [name for name in self.seen if name not in now]
        self.seen = now

    def count(self):
        return len(self.seen)
