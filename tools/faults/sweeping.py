"""What killsweep, killloop and errorsweep share: sandboxes, the shim's environment, points, the table."""

import argparse
import collections
import concurrent.futures
import os
import queue
import random
import shutil
import signal
import struct
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
CLASSES = ["write", "commit", "sync", "dirsync", "truncate", "allocate", "create",
           "rename", "unlink", "mkdir", "rmdir", "link", "copy"]


@dataclass
class Counts:
    """The shim's counts file: see shim/state.c."""

    total: int = 0
    matched: int = 0
    hits: int = 0
    by_class: dict = field(default_factory=dict)
    first_hit: str = ""

    @classmethod
    def read(cls, path):
        numbers = 3 + len(CLASSES)
        data = Path(path).read_bytes() if Path(path).exists() else b""
        if len(data) < numbers * 8:
            return cls()
        total, matched, hits, *classes = struct.unpack_from(f"={numbers}Q", data)
        text = data[numbers * 8:].split(b"\0")[0].decode(errors="replace")
        return cls(total, matched, hits, dict(zip(CLASSES, classes)), text)


@dataclass(frozen=True)
class Point:
    """One fault: what the table calls it, and the environment that injects it."""

    row: str
    settings: tuple = ()
    kill_after_seconds: float = 0.0  # 0: the shim does it

    def __str__(self):
        return " ".join(f"{key}={value}" for key, value in self.settings) or f"after {self.kill_after_seconds:.4f} s"


class Sandbox:
    """A folder that is put back to its first state before every point; the same path each time."""

    def __init__(self, work, number, options):
        self.options = options
        self.home = Path(work) / str(number)
        self.folder, self.copy, self.ack, self.counts = (self.home / n for n in ("dir", "copy", "ack", "counts"))
        self.home.mkdir(parents=True)
        if options.base:
            shutil.copytree(options.base, self.folder, symlinks=True)
        else:
            self.folder.mkdir()
        if options.setup:
            status, output = self.shell(options.setup)
            if status != 0:
                raise SystemExit(f"the setup ended with {status}:\n{output}")
        shutil.copytree(self.folder, self.copy, symlinks=True)

    def reset(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        subprocess.run(["cp", "-a", str(self.copy), str(self.folder)], check=True)
        for path in (self.ack, self.counts):
            path.unlink(missing_ok=True)

    def shell(self, command, settings=None, kill_after_seconds=0.0):
        """Runs a command; returns its status (negative: the signal that ended it) and what it said."""
        environment = dict(os.environ, DIR=str(self.folder), ACK=str(self.ack), ACKED=self.acked())
        if settings is not None:
            environment.update(FAULT_ROOT=str(self.folder), FAULT_COUNT=str(self.counts), FAULT_ACK=str(self.ack),
                               LD_PRELOAD=str(HERE / "bin" / "faultshim.so"), **settings)
        with tempfile.TemporaryFile() as output:
            process = subprocess.Popen(["sh", "-c", "exec " + command if kill_after_seconds else command],
                                       env=environment, stdout=output, stderr=output, start_new_session=True)
            try:
                process.wait(kill_after_seconds or self.options.timeout)
                status = process.returncode
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                status = -signal.SIGKILL if kill_after_seconds else "timeout"
            output.seek(0)
            text = output.read()[-2000:].decode(errors="replace")
        if isinstance(status, int) and status > 128:
            status = 128 - status  # the shell's way of telling a signal
        return status, text

    def acked(self):
        """The last whole line of the acknowledgement file; of numbers the greatest."""
        lines = self.ack.read_text().split("\n")[:-1] if self.ack.exists() else []
        if lines and all(line.isdecimal() for line in lines):
            return max(lines, key=int)
        return lines[-1] if lines else ""

    def count(self):
        """Runs undisturbed: how many operations there are, and how long it takes."""
        self.reset()
        began = time.monotonic()
        status, output = self.shell(self.options.run, {"FAULT_MODE": "count"})
        took = time.monotonic() - began
        if status != 0:
            raise SystemExit(f"undisturbed, the command ended with {status}:\n{output}")
        counts = Counts.read(self.counts)
        status, output = self.shell(self.options.check)
        if status != 0:
            raise SystemExit(f"undisturbed, the check ended with {status}:\n{output}")
        return counts, took

    def attempt(self, point):
        """Runs with one fault, then checks. Returns whether the fault happened, where, and what is wrong."""
        self.reset()
        settings = dict(point.settings) if point.settings else None
        status, output = self.shell(self.options.run, settings, point.kill_after_seconds)
        counts = Counts.read(self.counts)
        happened = counts.hits > 0 or (bool(point.kill_after_seconds) and status == -signal.SIGKILL)
        if status == "timeout":
            return happened, counts.first_hit, "the command hung"
        if isinstance(status, int) and status < 0 and status != -signal.SIGKILL:
            return happened, counts.first_hit, f"the command died of signal {-status}:\n{output}"
        status, output = self.shell(self.options.check)
        return happened, counts.first_hit, None if status == 0 else f"the check ended with {status}:\n{output}"


def parser(description):
    """The options that all sweeps have."""
    arguments = argparse.ArgumentParser(description=description, epilog="""
        Commands run in a shell with DIR (the folder), ACK (the file for acknowledgement lines) and, for the check,
        ACKED (its last whole line). Exit: 0 all good, 1 failures, 2 nothing was tested, 64 bad usage.""")
    arguments.add_argument("--run", required=True, help="the command to disturb")
    arguments.add_argument("--check", required=True, help="0 = the folder is good; it may finish the run first")
    arguments.add_argument("--setup", help="run once, to make the folder's first state")
    arguments.add_argument("--base", help="a folder to start from")
    arguments.add_argument("--jobs", type=int, default=1, choices=[1, 2])
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--seconds", type=float, default=0, help="stop after so long")
    arguments.add_argument("--timeout", type=float, default=60, help="of one command")
    arguments.add_argument("--work", default="/dev/shm", help="where sandboxes are made")
    return arguments


def sample(points, every, seed):
    """Every k-th point from a seeded start, in a seeded order, so that a time budget cuts evenly."""
    chosen = points[random.Random(seed).randrange(every)::every] if every > 1 else list(points)
    random.Random(seed).shuffle(chosen)
    return chosen


def sweep(options, make_points):
    """Tries all points, prints the table, returns the exit status."""
    table = collections.OrderedDict()
    work = tempfile.mkdtemp(prefix="faults.", dir=options.work)
    began = time.monotonic()
    try:
        sandboxes = queue.SimpleQueue()
        boxes = [Sandbox(work, number, options) for number in range(options.jobs)]
        counts, took = boxes[0].count()
        points = make_points(counts, took)
        for box in boxes:
            sandboxes.put(box)

        def attempt(point):
            if options.seconds and time.monotonic() - began > options.seconds:
                return point, None
            box = sandboxes.get()
            try:
                return point, box.attempt(point)
            finally:
                sandboxes.put(box)

        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            for point, result in pool.map(attempt, points):
                row = table.setdefault(point.row, collections.Counter())
                if result is None:
                    row["left out"] += 1
                    continue
                happened, where, wrong = result
                row["tried"] += 1
                row["not reached"] += not happened
                row["failed"] += wrong is not None
                if wrong:
                    print(f"FAIL {point} ({where or 'no file operation'}): {wrong.rstrip()}", flush=True)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return report(table, options, time.monotonic() - began)


def report(table, options, took):
    columns = ["tried", "failed", "not reached", "left out"]
    width = max([len(row) for row in table] + [5])
    print("fault".ljust(width), *columns, sep="  ")
    for row, numbers in table.items():
        print(row.ljust(width), *(str(numbers[c]).rjust(len(c)) for c in columns), sep="  ")
    total = sum(table.values(), collections.Counter())
    print(f"tried={total['tried']} failed={total['failed']} not_reached={total['not reached']} "
          f"left_out={total['left out']} seed={options.seed} seconds={took:.1f}")
    if total["tried"] == total["not reached"]:
        return 2
    return 1 if total["failed"] else 0
