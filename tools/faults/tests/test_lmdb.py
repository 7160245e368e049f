"""LMDB's own protocol passes; with its syncs taken away it fails."""

import shutil
import subprocess
import unittest
from pathlib import Path

from test_powercut import TOOLS, Recording

PROGRAM = TOOLS / "bin/lmdb_appender"
DEFAULT, NOSYNC, NOMETASYNC = 0, 0x10000, 0x40000


def build():
    """Whether the program could be built: liblmdb-dev may be missing where only the tools are wanted."""
    source = TOOLS / "tests/lmdb_appender.c"
    done = subprocess.run(["cc", "-O1", "-Wall", "-Wextra", "-o", PROGRAM, source, "-llmdb"], capture_output=True)
    return done.returncode == 0


@unittest.skipUnless(build(), "liblmdb-dev is not installed")
class LMDB(Recording):
    def prepare(self):
        """An empty database, durable: LMDB does not promise to survive a cut while it creates one."""
        subprocess.run([PROGRAM, "check", "0"], env={"DIR": str(self.folder)}, check=True)
        shutil.rmtree(self.base)
        shutil.copytree(self.folder, self.base)

    def judge(self, flags):
        self.prepare()
        done = self.record(f"{PROGRAM} run {flags}")
        self.assertEqual(done.returncode, 0, done.stderr)
        return self.cut(f"{PROGRAM} check 0", "--states", "500", "--jobs", "2")

    def test_full_sync_loses_nothing(self):
        done = self.judge(DEFAULT)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_without_sync_it_loses(self):
        self.assertEqual(self.judge(NOSYNC).returncode, 1)

    def test_without_the_sync_of_the_meta_page_it_loses(self):
        self.assertEqual(self.judge(NOMETASYNC).returncode, 1)

    def test_commits_are_points_of_their_own(self):
        common = ["--setup", f"{PROGRAM} check 0", "--class", "commit", "--jobs", "2"]
        run = ["--run", f"{PROGRAM} run 0", "--check", f"{PROGRAM} check 0 && {PROGRAM} run 0"]
        done = subprocess.run([TOOLS / "killsweep", *common, *run], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("tried=40 failed=0 not_reached=0", done.stdout)  # 20 commits, before and after each

    def test_errors_at_writes_syncs_and_commits_lose_nothing(self):
        done = subprocess.run([TOOLS / "errorsweep", "--setup", f"{PROGRAM} check 0", "--run", f"{PROGRAM} run 0",
                               "--check", f"{PROGRAM} check 0 && {PROGRAM} run 0 && ACKED=20 {PROGRAM} check 0",
                               "--jobs", "2"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


del Recording  # else its loader would run it here again

if __name__ == "__main__":
    unittest.main()
