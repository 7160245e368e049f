"""A store that syncd made here, for the tests of what checks it; needs a debug build of syncd and sample-data."""
import importlib.machinery
import importlib.util
import json
import os
import random
import subprocess
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
BUILD = HERE.parents[1] / os.environ.get("SYNCD_BUILD", ".build/debug")

loader = importlib.machinery.SourceFileLoader("audit_verify", str(HERE / "audit-verify"))
module = importlib.util.module_from_spec(importlib.util.spec_from_loader("audit_verify", loader))
loader.exec_module(module)

PROOFS = int(os.environ.get("PROOFS", "12"))


class RealStore(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.store = f"{cls.folder.name}/store"
        days = f"{cls.folder.name}/days"
        subprocess.run([BUILD / "sample-data", "--schools", "2", "--days", "2", "--pupils", "30", days],
                       check=True, capture_output=True)
        cls.syncd("init")
        cls.imported = sorted(Path(days).glob("*"))
        cls.syncd("import", "--format", "syncd-csv", "--full", "--register", str(cls.imported[0]))
        cls.kept = cls.checkpoint()
        cls.syncd("import", "--format", "syncd-csv", "--full", str(cls.imported[1]))
        cls.now = cls.checkpoint()
        cls.end = cls.now["through"]
        rng = random.Random(1)
        cls.proofs = [cls.proof(rng.randint(1, cls.end)) for _ in range(PROOFS)]

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    @classmethod
    def syncd(cls, *arguments, code=0):
        run = subprocess.run([BUILD / "syncd", *arguments, "--store", cls.store, "--json"], capture_output=True, text=True)
        assert run.returncode == code, f"{arguments}: {run.stdout}{run.stderr}"
        return json.loads(run.stdout.splitlines()[-1]) if run.stdout.strip() else {}

    @classmethod
    def checkpoint(cls, *arguments):
        return cls.syncd("audit", "checkpoint", *arguments)

    @classmethod
    def proof(cls, position):
        """A proof, and the key of its tree: the store's own key under the tree's name."""
        proof = cls.syncd("audit", "prove", "--position", str(position))["proof"]
        name = proof.split("\n\n", 1)[1].split("\n")[0]
        public = module.Key(cls.now["keys"][0]).public
        data = bytes([module.ED25519]) + public
        identifier = module.hashlib.sha256(name.encode() + b"\n" + data).digest()[:4].hex()
        return proof, [module.Key(f"{name}+{identifier}+{module.base64.b64encode(data).decode()}")]

    @classmethod
    def replayed(cls):
        """Every event, as `syncd replay` tells it."""
        run = subprocess.run([BUILD / "syncd", "replay", "--format", "jsonl", "--store", cls.store],
                             check=True, capture_output=True, text=True)
        return [json.loads(line) for line in run.stdout.splitlines()]

    def keys(self):
        return [module.Key(key) for key in self.now["keys"]]
