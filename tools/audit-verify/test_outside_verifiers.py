"""Verifiers that are not ours, from PyPI, accept what syncd proves and none of what was forged.

Needs `pip install metamorphic-log pymerkle`; says so and skips without. PROOFS=1000 FORGERIES=10000 for the whole of it.
"""
import hashlib
import os
import random
import unittest

from real_store import RealStore, module

try:
    import metamorphic_log as outside
except ImportError:
    outside = None
try:
    import pymerkle
except ImportError:
    pymerkle = None

FORGERIES = int(os.environ.get("FORGERIES", "1000"))


@unittest.skipUnless(outside, "metamorphic-log is not installed")
class MetamorphicLog(RealStore):
    def pieces(self, proof):
        lines, checkpoint = module.split(proof)
        leaf = module.decoded(lines[1][len("extra "):])
        return int(lines[2][len("index "):]), hashlib.sha256(b"\0" + leaf).digest(), module.hashes(lines[3:]), checkpoint

    def written(self, keys):
        data = bytes([module.ED25519]) + keys[0].public
        return [f"{keys[0].name}+{keys[0].id.hex()}+{module.base64.b64encode(data).decode()}"]

    def test_accepts_proofs_and_checkpoints(self):
        for proof, keys in self.proofs:
            index, leaf, path, _ = self.pieces(proof)
            note = proof.split("\n\n", 1)[1]
            outside.checkpoint_verify_inclusion(note, self.written(keys), index, leaf, path)

    def test_accepts_growth(self):
        path = f"{self.folder.name}/kept.txt"
        with open(path, "w") as file:
            file.write(self.kept["checkpoint"])
        growth = self.syncd("audit", "prove", "--from", path)["proof"]
        lines, _ = module.split(growth)
        outside.checkpoint_verify_consistency(
            self.kept["checkpoint"], growth.split("\n\n", 1)[1], self.now["keys"], module.hashes(lines[1:]))

    def test_accepts_no_forgery(self):
        rng = random.Random(5)
        accepted = 0
        for _ in range(FORGERIES):
            proof, keys = rng.choice(self.proofs)
            index, leaf, path, checkpoint = self.pieces(proof)
            size, root = checkpoint.size, checkpoint.root
            kind = rng.randrange(6)
            if kind == 0 and path:
                at = rng.randrange(len(path))
                path[at] = bytes([path[at][0] ^ 1]) + path[at][1:]
            elif kind == 1 and len(path) > 1:
                at, other = rng.sample(range(len(path)), 2)
                path[at], path[other] = path[other], path[at]
            elif kind == 2 and path:
                del path[rng.randrange(len(path))]
            elif kind == 3:
                index = (index + rng.randint(1, size)) % (size + 1)
            elif kind == 4:
                leaf = hashlib.sha256(leaf).digest()
            else:
                root = hashlib.sha256(root).digest()
            if (index, leaf, path, root) == (*self.pieces(proof)[:3], checkpoint.root):
                continue
            try:
                outside.verify_inclusion(index, size, leaf, path, root)
                accepted += 1
            except outside.VerifyError:
                pass
            ours = True
            try:
                ours = module.root_from(leaf, index, size, path) == root
            except module.Wrong:
                ours = False
            self.assertFalse(ours)
        self.assertEqual(accepted, 0)


@unittest.skipUnless(pymerkle, "pymerkle is not installed")
class Pymerkle(RealStore):
    def test_has_the_same_root(self):
        tree = pymerkle.InmemoryTree(algorithm="sha256")
        checkpoint = module.Checkpoint(self.now["checkpoint"])
        owner = checkpoint.origin.split("/")[-2]
        for event in self.replayed():
            if event["base"] == owner:
                proof = self.syncd("audit", "prove", "--position", str(event["position"]))
                tree.append_entry(bytes.fromhex(proof["leaf"]))
        self.assertEqual(tree.get_root(checkpoint.size), checkpoint.root)


if __name__ == "__main__":
    unittest.main()
