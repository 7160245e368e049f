"""The stand-alone verifier against manifests of real runs: it accepts them, and nothing that was left out or changed."""
import base64
import copy
import json
import random
import subprocess
import unittest
from pathlib import Path

from real_store import HERE, RealStore, module


class Manifest(RealStore):
    format = "ces"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.outbox = Path(cls.folder.name) / "out"
        cls.outbox.mkdir()
        cls.syncd("recipient", "add", "Council", "--party", "820", "--folder", str(cls.outbox))
        base = cls.imported[0].joinpath("pupils.csv").read_text().splitlines()
        column = base[0].split(",").index("base")
        cls.base = base[1].split(",")[column]
        cls.syncd("base", "config", cls.base, "--laestab", cls.base)
        cls.syncd("consent", "accept", "pupil-core", "--base", cls.base)
        cls.syncd("task", "create", "nightly", "--to", "Council", "--base", cls.base, "--format", cls.format)
        cls.syncd("task", "run", "nightly")
        cls.syncd("import", "--format", "syncd-csv", "--full", str(cls.imported[0]))
        cls.syncd("task", "run", "nightly")
        cls.manifests = sorted(cls.outbox.glob("*.manifest.json"))
        assert len(cls.manifests) == 2, cls.manifests

    def told(self, at):
        return json.loads(self.manifests[at].read_text())

    def refused(self, told):
        try:
            module.check_manifest(told, self.keys())
        except (module.Wrong, module.Unreadable):
            return True
        return False

    def test_accepts_what_syncd_writes(self):
        for path in self.manifests:
            self.assertIn("Good", module.check_manifest_file(str(path), self.keys()))
        first, second = self.told(0), self.told(1)
        self.assertEqual((len(first["checkpoints"]), len(second["checkpoints"])), (1, 2))
        self.assertEqual(first["proof"]["toSize"], second["proof"]["fromSize"])
        # The second goes on from where the first ended.
        self.assertEqual(first["checkpoints"][0].split("\n\n")[0], second["checkpoints"][0].split("\n\n")[0])
        self.assertTrue(second["proof"]["leaves"])

    def test_nothing_left_out_or_changed(self):
        rng = random.Random(11)
        for at in range(2):
            told = self.told(at)
            joined = base64.b64decode(told["proof"]["leafHashes"])
            for _ in range(20):
                place = rng.randrange(len(joined) // 32) * 32
                for forgery in (joined[:place] + joined[place + 32:], joined[:place] + bytes(32) + joined[place + 32:],
                                joined + joined[:32]):
                    forged = copy.deepcopy(told)
                    forged["proof"]["leafHashes"] = base64.b64encode(forgery).decode()
                    self.assertTrue(self.refused(forged))
            for member in ("fromSize", "toSize"):
                forged = copy.deepcopy(told)
                forged["proof"][member] += 1
                self.assertTrue(self.refused(forged), member)
            for member in ("logId", "epoch", "toPosition"):
                forged = copy.deepcopy(told)
                forged[member] = "0" * 32 if member == "logId" else 0
                self.assertTrue(self.refused(forged) or not told["proof"]["leaves"], member)
            for leaf in told["proof"]["leaves"][:10]:
                forged = copy.deepcopy(told)
                data = bytearray(base64.b64decode(leaf["leaf"]))
                data[rng.randrange(208)] ^= 1
                forged["proof"]["leaves"] = [{"index": leaf["index"], "leaf": base64.b64encode(bytes(data)).decode()}]
                self.assertTrue(self.refused(forged))
            forged = copy.deepcopy(told)
            forged["checkpoints"] = forged["checkpoints"][::-1] if at else []
            self.assertTrue(self.refused(forged))
        self.assertTrue(self.refused({**self.told(1), "checkpoints": self.told(0)["checkpoints"]}))
        for member in ("frontier", "consistency"):
            forged = self.told(1)
            forged["proof"][member] = forged["proof"][member][1:]
            self.assertTrue(self.refused(forged), member)

    def test_the_file_itself(self):
        path = self.manifests[1]
        data = self.outbox / json.loads(path.read_text())["file"]
        whole = data.read_bytes()
        try:
            data.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
            run = subprocess.run([HERE / "audit-verify", "manifest", path, "--key", self.now["keys"][0]], capture_output=True)
            self.assertEqual(run.returncode, 1)
        finally:
            data.write_bytes(whole)
        run = subprocess.run([HERE / "audit-verify", "manifest", path, "--key", self.now["keys"][0]], capture_output=True)
        self.assertEqual(run.returncode, 0, run.stderr)

    def test_it_is_made_again_byte_for_byte(self):
        for line in self.syncd_lines("task", "log", "nightly"):
            told = self.syncd("replay", "--run", str(line["run"]))
            self.assertEqual(told["verdict"], "identical, byte for byte")

    @classmethod
    def syncd_lines(cls, *arguments):
        from real_store import BUILD
        run = subprocess.run([BUILD / "syncd", *arguments, "--store", cls.store, "--json"], capture_output=True, text=True)
        return [json.loads(line) for line in run.stdout.splitlines()]


class OneRosterManifest(Manifest):
    """The same of packages in OneRoster CSV."""

    format = "oneroster"


if __name__ == "__main__":
    unittest.main()
