"""powercut must find the faulty protocols faulty and let the sound ones pass."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

TOOLS = Path(__file__).resolve().parent.parent
APPENDER = f"{sys.executable} -I -S {TOOLS}/tests/appender.py"


class Recording(unittest.TestCase):
    def setUp(self):
        self.home = Path(tempfile.mkdtemp(prefix="faults.", dir="/dev/shm"))
        self.folder, self.base, self.log = self.home / "dir", self.home / "base", self.home / "record"
        self.folder.mkdir()
        self.base.mkdir()

    def tearDown(self):
        shutil.rmtree(self.home)

    def record(self, command, **settings):
        environment = dict(os.environ, DIR=str(self.folder), ACK=str(self.home / "ack"), FAULT_ROOT=str(self.folder),
                           FAULT_MODE="record", FAULT_LOG=str(self.log), FAULT_ACK=str(self.home / "ack"),
                           LD_PRELOAD=str(TOOLS / "bin/faultshim.so"))
        return subprocess.run(["sh", "-c", command], env={**environment, **settings}, capture_output=True, text=True)

    def cut(self, check, *options):
        done = subprocess.run([TOOLS / "bin/powercut", "--base", self.base, "--check", check, *options, self.log],
                              capture_output=True, text=True)
        self.assertIn(done.returncode, (0, 1), done.stderr)
        return done

    def judge(self, protocol, *options):
        done = self.record(f"{APPENDER} run {protocol}")
        self.assertEqual(done.returncode, 0, done.stderr)
        return self.cut(f"{APPENDER} check {protocol}", "--states", "120", "--jobs", "2", *options)


class Protocols(Recording):
    def test_an_append_synced_before_its_acknowledgement_passes(self):
        done = self.judge("append")
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_an_acknowledgement_before_the_sync_fails(self):
        self.assertEqual(self.judge("ack-before-sync").returncode, 1)

    def test_a_new_file_whose_folder_was_never_synced_fails(self):
        self.assertEqual(self.judge("no-folder-sync").returncode, 1)

    def test_write_sync_rename_sync_passes(self):
        done = self.judge("replace")
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_rename_of_a_file_that_was_not_synced_fails(self):
        self.assertEqual(self.judge("rename-unsynced").returncode, 1)

    def test_a_rename_whose_folder_was_not_synced_fails(self):
        self.assertEqual(self.judge("rename-folder-unsynced").returncode, 1)

    def test_removing_the_old_file_before_renaming_the_new_one_fails(self):
        self.assertEqual(self.judge("unlink-first").returncode, 1)

    def test_a_sync_repeated_after_it_failed_makes_nothing_durable(self):
        fault = dict(FAULT_MODE="record,error", FAULT_CLASS="sync", FAULT_ERROR="EIO", FAULT_NTH="2")
        self.assertEqual(self.record(f"{APPENDER} run syncs-again", **fault).returncode, 0)
        self.assertEqual(self.cut(f"{APPENDER} check append").returncode, 1)

    def test_a_failed_sync_that_ends_the_run_passes(self):
        fault = dict(FAULT_MODE="record,error", FAULT_CLASS="sync", FAULT_ERROR="EIO", FAULT_NTH="2")
        self.assertNotEqual(self.record(f"{APPENDER} run append", **fault).returncode, 0)
        done = self.cut(f"{APPENDER} check append")
        self.assertEqual(done.returncode, 0, done.stderr)


class States(Recording):
    def seen(self, script, *options):
        """The distinct contents of file `f` (or None) over all states."""
        done = self.record(f"{sys.executable} -c '{script}'")
        self.assertEqual(done.returncode, 0, done.stderr)
        out = self.home / "seen"
        self.cut(f'(cd $DIR && if [ -e f ]; then tr "\\0" 0 < f; else printf none; fi; echo) >> {out}', *options)
        return set(out.read_text().split("\n")[:-1])

    def test_a_synced_file_is_there_after_the_last_point_and_an_unsynced_one_may_be_anything(self):
        (self.base / "f").write_text("old!")
        (self.folder / "f").write_text("old!")
        seen = self.seen('import os; f = os.open(os.environ["DIR"] + "/f", os.O_WRONLY); os.pwrite(f, b"newer!", 0)')
        self.assertEqual(seen, {"old!", "newer!", "old!00"})

    def test_a_write_tears_only_between_sectors(self):
        (self.base / "f").write_bytes(b"a" * 1024)
        (self.folder / "f").write_bytes(b"a" * 1024)
        seen = self.seen('import os; f = os.open(os.environ["DIR"] + "/f", os.O_WRONLY); os.pwrite(f, b"b" * 1024, 0)',
                         "--states", "50")
        self.assertEqual({s[:1] + s[511:513] + s[1023:] for s in seen}, {"aaaa", "bbbb", "aabb", "bbaa"})
        self.assertEqual(len(seen), 4)

    def test_writes_are_never_reordered_across_a_sync(self):
        seen = self.seen('import os; f = os.open(os.environ["DIR"] + "/f", os.O_WRONLY | os.O_CREAT);'
                         'os.fsync(os.open(os.environ["DIR"], 0)); os.pwrite(f, b"1", 0); os.fsync(f);'
                         'os.pwrite(f, b"2", 1)', "--states", "60")
        self.assertEqual(seen, {"none", "", "0", "1", "10", "12"})

    def test_names_in_one_folder_keep_their_order(self):
        seen = self.seen('import os; os.chdir(os.environ["DIR"]); open("g", "w").close(); os.rename("g", "h");'
                         'os.rename("h", "f")', "--states", "60")
        self.assertEqual(seen, {"none", ""})
        listing = self.home / "listing"
        self.cut(f"ls $DIR | wc -l >> {listing}", "--states", "60")
        self.assertEqual(set(listing.read_text().split()), {"0", "1"})

    def test_a_failure_can_be_repeated_alone_and_its_folder_kept(self):
        failed = self.judge("ack-before-sync", "--seed", "7")
        name = re.search(r"FAIL (\d+:\d+)", failed.stderr).group(1)
        again = self.cut(f"{APPENDER} check x", "--only", name, "--seed", "7", "--keep", "--work", self.home / "kept")
        self.assertIn(f"FAIL {name}", again.stderr)
        self.assertIn("states=1 ", again.stderr)
        self.assertTrue((self.home / "kept" / "0").is_dir())

    def test_two_jobs_check_the_same_states_as_one(self):
        self.record(f"{APPENDER} run append")
        for jobs in ("1", "2"):
            done = self.cut(f"echo $(cksum < $DIR/log) $ACKED >> {self.home}/$0{jobs}", "--jobs", jobs)
            self.assertGreaterEqual(int(re.search(r"states=(\d+)", done.stderr).group(1)), 60)
        one, two = (sorted((self.home / f"sh{jobs}").read_text().split("\n")) for jobs in ("1", "2"))
        self.assertEqual(one, two)


if __name__ == "__main__":
    unittest.main()
