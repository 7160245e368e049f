"""faultshim.so must see every kind of operation, in every process of a run, and fail the one that it was told to."""

import errno
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

TOOLS = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TOOLS))

from sweeping import Counts  # noqa: E402

EVERYTHING = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
os.chdir(os.environ["DIR"])
f = os.open("f", os.O_RDWR | os.O_CREAT)            # create
os.write(f, b"1" * 100)                             # write, five times
os.pwrite(f, b"2" * 100, 0)
os.writev(f, [b"3" * 50, b"4" * 50])
os.pwritev(f, [b"5" * 100], 200)
os.pwritev(f, [b"6" * 100], 300, os.RWF_DSYNC)
os.fdatasync(f)                                     # sync, three times
os.fsync(f)
libc.sync_file_range(f, ctypes.c_long(0), ctypes.c_long(100), 2)
folder = os.open(".", os.O_RDONLY)
os.fsync(folder)                                    # dirsync
os.ftruncate(f, 300)                                # truncate, three times
os.truncate("f", 250)
g = os.open("g", os.O_RDWR | os.O_CREAT)            # create
os.open("g", os.O_RDWR | os.O_TRUNC)
os.posix_fallocate(f, 0, 400)                       # allocate, twice
libc.fallocate(f, 1, ctypes.c_long(0), ctypes.c_long(500))
os.copy_file_range(f, g, 100, 0)                    # copy, twice
os.lseek(f, 0, 0)
os.sendfile(g, f, 0, 100)
os.rename("g", "h")                                 # rename, twice
os.rename("h", "i", src_dir_fd=folder, dst_dir_fd=folder)
os.mkdir("d")                                       # mkdir
os.rmdir("d")                                       # rmdir
os.link("f", "l")                                   # link, twice
os.symlink("f", "s")
os.unlink("l")                                      # unlink, twice
os.unlink("s", dir_fd=folder)
"""
EXPECTED = {"write": 5, "commit": 0, "sync": 3, "dirsync": 1, "truncate": 3, "allocate": 2, "create": 2, "rename": 2,
            "unlink": 2, "mkdir": 1, "rmdir": 1, "link": 2, "copy": 2}


class Shim(unittest.TestCase):
    def setUp(self):
        self.home = Path(tempfile.mkdtemp(prefix="faults.", dir="/dev/shm"))
        (self.home / "dir").mkdir()

    def tearDown(self):
        shutil.rmtree(self.home)

    def run_shimmed(self, command, **settings):
        environment = dict(os.environ, DIR=str(self.home / "dir"), FAULT_ROOT=str(self.home / "dir"),
                           FAULT_COUNT=str(self.home / "counts"), LD_PRELOAD=str(TOOLS / "bin/faultshim.so"),
                           **settings)
        return subprocess.run(command, env=environment, capture_output=True, text=True)

    def python(self, script, **settings):
        return self.run_shimmed([sys.executable, "-I", "-S", "-c", script], **settings)

    def test_every_kind_of_operation_is_counted(self):
        done = self.python(EVERYTHING, FAULT_MODE="count")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(Counts.read(self.home / "counts").by_class, EXPECTED)

    def test_a_replayed_record_of_everything_ends_in_the_same_files(self):
        log = self.home / "record"
        done = self.python(EVERYTHING, FAULT_MODE="record", FAULT_LOG=str(log))
        self.assertEqual(done.returncode, 0, done.stderr)
        points = int(re.search(r"points=(\d+)", subprocess.run(
            [TOOLS / "bin/powercut", "--check", "true", "--states", "1", log], capture_output=True,
            text=True).stderr).group(1))
        subprocess.run([TOOLS / "bin/powercut", "--check", "true", "--only", f"{points - 1}:1", "--keep", "--place",
                        self.home / "again", log], check=True, capture_output=True)
        same = subprocess.run(["diff", "-r", self.home / "dir", self.home / "again"], capture_output=True, text=True)
        self.assertEqual(same.stdout, "")

    def test_each_kind_of_operation_can_be_failed(self):
        for name in (name for name, count in EXPECTED.items() if count):
            for error in ("EIO", "ENOSPC", "EDQUOT", "EINTR"):
                with self.subTest(name=name, error=error):
                    shutil.rmtree(self.home / "dir")
                    (self.home / "dir").mkdir()
                    (self.home / "counts").unlink(missing_ok=True)
                    done = self.python(EVERYTHING, FAULT_MODE="error", FAULT_CLASS=name, FAULT_ERROR=error)
                    counts = Counts.read(self.home / "counts")
                    self.assertEqual(counts.hits, 1)
                    self.assertTrue(counts.first_hit.startswith(name), counts.first_hit)
                    if error != "EINTR":  # which Python tries again
                        self.assertIn(f"[Errno {getattr(errno, error)}]", done.stderr)

    def test_the_processes_of_a_run_count_together_and_the_nth_may_be_in_any_of_them(self):
        script = f"{sys.executable} -I -S -c 'import os; os.mkdir(os.environ[\"DIR\"] + \"/$0\")'"
        whole = ["sh", "-c", "; ".join(script.replace("$0", name) for name in "abc")]
        self.run_shimmed(whole, FAULT_MODE="kill", FAULT_CLASS="mkdir", FAULT_NTH="2")
        self.assertEqual(sorted(os.listdir(self.home / "dir")), ["a", "c"])
        self.assertEqual(Counts.read(self.home / "counts").by_class["mkdir"], 3)

    def test_files_elsewhere_are_left_alone(self):
        elsewhere = self.home / "elsewhere"
        done = self.python(f"open('{elsewhere}', 'w').write('x')", FAULT_MODE="error", FAULT_STICKY="1")
        self.assertEqual((done.returncode, elsewhere.read_text()), (0, "x"))


if __name__ == "__main__":
    unittest.main()
