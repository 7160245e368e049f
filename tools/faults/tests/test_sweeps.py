"""The sweeps must reach every operation, and find the faulty protocols faulty."""

import subprocess
import sys
import unittest
from pathlib import Path

TOOLS = Path(__file__).resolve().parent.parent
APPENDER = f"{sys.executable} -I -S {TOOLS}/tests/appender.py"


def sweep(tool, protocol, *options):
    return subprocess.run([TOOLS / tool, "--run", f"{APPENDER} run {protocol}", "--check",
                           f"{APPENDER} run {protocol} && ACKED=5 {APPENDER} check {protocol}", *options],
                          capture_output=True, text=True)


class Sweeps(unittest.TestCase):
    def test_a_sound_append_survives_a_kill_at_every_operation(self):
        done = sweep("killsweep", "append", "--jobs", "2")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("tried=26 failed=0 not_reached=0", done.stdout)  # 13 operations, before and after each

    def test_removing_the_old_file_first_does_not_survive_it(self):
        check = f"ACKED=${{ACKED:-0}} {APPENDER} check x"
        done = sweep("killsweep", "unlink-first", "--check", check, "--class", "rename,unlink", "--jobs", "2")
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)

    def test_a_sound_append_survives_every_error(self):
        done = sweep("errorsweep", "append", "--jobs", "2", "--error", "EIO,ENOSPC,EDQUOT,short,torn")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("not_reached=0", done.stdout)

    def test_a_short_write_taken_for_a_whole_one_is_found(self):
        done = sweep("errorsweep", "ignores-short", "--error", "short", "--sticky", "0",
                     "--check", f"{APPENDER} check x")
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)

    def test_random_kills_reach_a_sound_append(self):
        done = sweep("killloop", "append", "--rounds", "10")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("tried=10 failed=0", done.stdout)

    def test_a_sample_tries_every_kth_point(self):
        done = sweep("killsweep", "append", "--every", "5")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertRegex(done.stdout, r"tried=[56] failed=0")

    def test_a_wrong_setting_is_refused_instead_of_testing_nothing(self):
        self.assertNotEqual(sweep("errorsweep", "append", "--error", "EWHAT").returncode, 0)


if __name__ == "__main__":
    unittest.main()
