"""The stand-alone verifier against a real store: it accepts what syncd proves, and nothing else."""
import random
import subprocess
import unittest
from pathlib import Path

from real_store import HERE, RealStore, module

FORGERIES = 2_000


class AuditVerify(RealStore):
    def refused(self, call):
        try:
            call()
        except (module.Wrong, module.Unreadable):
            return True
        return False

    def test_accepts_what_syncd_writes(self):
        for proof, keys in self.proofs:
            self.assertIn("Good", module.check_proof(proof, keys))
        module.Checkpoint(self.kept["checkpoint"]).require_signature(self.keys())

    def test_growth_since_a_kept_checkpoint(self):
        path = f"{self.folder.name}/kept.txt"
        Path(path).write_text(self.kept["checkpoint"])
        growth = self.syncd("audit", "prove", "--from", path)["proof"]
        old = module.Checkpoint(self.kept["checkpoint"])
        self.assertIn("only grown", module.check_growth(old, growth, self.keys()))
        rng = random.Random(2)
        for _ in range(FORGERIES // 4):
            forged = self.forged(growth, rng)
            if not self.says_the_same(forged, growth):
                self.assertTrue(self.refused(lambda: module.check_growth(old, forged, self.keys())), forged)
        other = module.Checkpoint(self.now["checkpoint"])
        self.assertTrue(self.refused(lambda: module.check_growth(other, growth, self.keys())))

    def forged(self, text, rng):
        """One character changed, two lines swapped, one line left out, doubled or taken from another proof."""
        kind = rng.randrange(5)
        if kind == 0:
            at = rng.randrange(len(text))
            return text[:at] + rng.choice("ABCabc019+/=\n -") + text[at + 1:]
        lines = text.split("\n")
        at, other = rng.randrange(len(lines)), rng.randrange(len(lines))
        if kind == 1:
            lines[at], lines[other] = lines[other], lines[at]
        elif kind == 2:
            del lines[at]
        elif kind == 3:
            lines.insert(at, lines[other])
        else:
            stranger = rng.choice(self.proofs)[0].split("\n")
            lines[at] = stranger[min(at, len(stranger) - 1)]
        return "\n".join(lines)

    def says_the_same(self, text, other):
        """A signature line that stands twice says nothing new."""
        (head, _, tail), (head_too, _, tail_too) = text.rpartition("\n\n"), other.rpartition("\n\n")
        return head == head_too and set(tail.split("\n")) == set(tail_too.split("\n"))

    def test_accepts_no_forgery(self):
        rng = random.Random(3)
        whole = {proof for proof, _ in self.proofs}
        for _ in range(FORGERIES):
            proof, keys = rng.choice(self.proofs)
            forged = self.forged(proof, rng)
            if forged in whole or self.says_the_same(forged, proof):
                continue
            self.assertTrue(self.refused(lambda: module.check_proof(forged, keys)), forged)

    def test_the_key_of_another_tree_or_store_is_not_good(self):
        for proof, keys in self.proofs:
            if keys[0].name != self.now["origin"]:
                self.assertTrue(self.refused(lambda: module.check_proof(proof, self.keys())))
        stranger = module.Key(self.now["keys"][0])
        stranger.public = bytes(32)
        checkpoint = module.Checkpoint(self.now["checkpoint"])
        self.assertTrue(self.refused(lambda: checkpoint.require_signature([stranger])))

    def test_the_command(self):
        path = f"{self.folder.name}/checkpoint.txt"
        Path(path).write_text(self.now["checkpoint"])

        def run(*arguments):
            return subprocess.run([HERE / "audit-verify", *arguments, "--key", self.now["keys"][0]],
                                  capture_output=True, text=True)

        good = run("checkpoint", path)
        self.assertEqual((good.returncode, good.stdout[:5]), (0, "Good:"))
        Path(path).write_text(self.now["checkpoint"].replace("\n", "\n0", 1))
        self.assertEqual(run("checkpoint", path).returncode, 2)
        self.assertEqual(run("proof", path).returncode, 2)
        self.assertEqual(run("checkpoint", "/does/not/exist").returncode, 2)

    def test_verify_says_intact(self):
        path = f"{self.folder.name}/since.txt"
        Path(path).write_text(self.kept["checkpoint"])
        report = self.syncd("audit", "verify", "--since", path)
        self.assertTrue(report["intact"])
        self.assertEqual(report["findings"], [])


if __name__ == "__main__":
    unittest.main()
