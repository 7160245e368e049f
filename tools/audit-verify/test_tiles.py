"""Tiles of a real store lead to its checkpoint; `aics-tlog`, which is not ours, says the same where it is installed.

`pip install aics-tlog` needs Python 3.12; AICS_TLOG names its command when it is not on the PATH.
"""
import hashlib
import os
import shutil
import subprocess
import unittest
from pathlib import Path

from real_store import RealStore, module

REAL = os.environ.get("AICS_TLOG") or shutil.which("aics-tlog")


class Tiles(RealStore):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        first = cls.imported[0].joinpath("pupils.csv").read_text().splitlines()
        base = first[1].split(",")[first[0].split(",").index("base")]
        cls.tiles = Path(cls.folder.name) / "tiles"
        cls.told = cls.syncd("audit", "tiles", str(cls.tiles), "--base", base)
        cls.checkpoint = module.Checkpoint((cls.tiles / "checkpoint").read_text())

    def level(self, number):
        """The hashes of a level, from its tiles in order."""
        files = sorted((self.tiles / "tile" / str(number)).rglob("*"), key=lambda path: str(path).replace(".p", ""))
        return b"".join(path.read_bytes() for path in files if path.is_file())

    def test_lead_to_the_checkpoint(self):
        self.checkpoint.require_signature([module.Key(self.told["keys"][0])])
        self.assertGreater(self.checkpoint.size, 256)
        files = sorted((self.tiles / "tile" / "entries").rglob("*"), key=lambda path: str(path).replace(".p", ""))
        entries = b"".join(path.read_bytes() for path in files if path.is_file())
        leaves = [entries[at + 2:at + 210] for at in range(0, len(entries), 210)]
        hashed = b"".join(hashlib.sha256(b"\0" + leaf).digest() for leaf in leaves)
        self.assertEqual(hashed, self.level(0))
        peaks, size = [], 0
        for at in range(0, len(hashed), 32):
            peaks = module.grown(peaks, size, hashed[at:at + 32])
            size += 1
        self.assertEqual((size, module.folded(peaks)), (self.checkpoint.size, self.checkpoint.root))
        upper = self.level(1)
        self.assertEqual(len(upper), size // 256 * 32)
        peaks = []
        for at in range(256):
            peaks = module.grown(peaks, at, hashed[32 * at:32 * at + 32])
        self.assertEqual(module.folded(peaks), upper[:32])

    @unittest.skipUnless(REAL, "aics-tlog is not installed")
    def test_a_stranger_says_the_same(self):
        def run(*arguments):
            return subprocess.run([REAL, *arguments, "--log-key", self.told["keys"][0], "--tiles", self.tiles],
                                  capture_output=True).returncode
        self.assertEqual(run("verify-checkpoint"), 0)
        for index in (0, 255, 256, self.checkpoint.size - 1):
            self.assertEqual(run("verify-inclusion", "--index", str(index)), 0)
        tile = self.tiles / "tile" / "0" / "000"
        whole = tile.read_bytes()
        try:
            tile.write_bytes(bytes([whole[0] ^ 1]) + whole[1:])
            self.assertNotEqual(run("verify-inclusion", "--index", "1"), 0)
        finally:
            tile.write_bytes(whole)


if __name__ == "__main__":
    unittest.main()
