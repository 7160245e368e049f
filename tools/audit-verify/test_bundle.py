"""The stand-alone verifier against a person's bundle: each check on its own, as if the list of contents had been made anew."""
import base64
import copy
import json
import random
import tempfile
import unittest
from pathlib import Path

from real_store import RealStore, module


class Bundle(RealStore):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.subjects = {}
        for audience in ("auditor", "subject"):
            path = f"{cls.folder.name}/for-{audience}"
            cls.syncd("audit", "bundle", "P-001-00001", path, "--for", audience, "--reason", "test")
            cls.subjects[audience] = module.files_of(path)

    def pieces(self, audience="auditor"):
        files = self.subjects[audience]
        return (json.loads(files["bundle.json"]), json.loads(files["proofs.json"]),
                module.Checkpoint(files["checkpoint.txt"].decode()), files["bundle.html"].decode())

    def check(self, told, proofs, checkpoint, page):
        return module.check_told(told, module.Proofs(proofs, checkpoint, self.keys()), module.Page(page))

    def refused(self, *pieces):
        try:
            self.check(*pieces)
        except (module.Wrong, module.Unreadable, KeyError, TypeError, IndexError, ValueError):
            return True
        return False

    def test_accepts_what_syncd_writes(self):
        for audience, files in self.subjects.items():
            self.assertIn("Good", module.check_bundle(files, self.keys()), audience)
            self.assertFalse(self.refused(*self.pieces(audience)))

    def test_any_byte_of_any_file(self):
        rng = random.Random(7)
        for audience, files in self.subjects.items():
            for name in files:
                for _ in range(60):
                    forged = dict(files)
                    data = bytearray(forged[name])
                    data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
                    forged[name] = bytes(data)
                    with self.assertRaises((module.Wrong, module.Unreadable), msg=name):
                        module.check_bundle(forged, self.keys())
            with self.assertRaises(module.Wrong):
                module.check_bundle({**files, "more.txt": b"x"}, self.keys())
            with self.assertRaises(module.Wrong):
                module.check_bundle({name: files[name] for name in files if name != "keys.txt"}, self.keys())

    def test_every_proof(self):
        """One bit of each leaf, path, sealed part, open part and head, without the list of contents in the way."""
        told, proofs, checkpoint, page = self.pieces()

        def flipped(text):
            data = bytearray(base64.b64decode(text))
            data[len(data) // 2] ^= 1
            return base64.b64encode(data).decode()

        places = [("heads",)] + [("events", at) for at in range(len(proofs["events"]))]
        for place in places:
            for member in ("leaf", "open", "index", "position", "path"):
                forged = copy.deepcopy(proofs)
                event = forged[place[0]] if len(place) == 1 else forged[place[0]][place[1]]
                if member in ("leaf", "open"):
                    event[member] = flipped(event[member])
                elif member == "path":
                    event["path"] = event["path"][:-1] if event["path"] else [base64.b64encode(bytes(32)).decode()]
                else:
                    event[member] += 1
                self.assertTrue(self.refused(told, forged, checkpoint, page), (place, member))
        shown = [(event, part) for event, entry in enumerate(proofs["events"]) for part in range(len(entry["parts"]))]
        self.assertGreater(len(shown), 5)
        for event, part in shown:
            for member in ("row", "sealed", "opened"):
                forged = copy.deepcopy(proofs)
                entry = forged["events"][event]["parts"][part]
                entry[member] = flipped(entry[member])
                self.assertTrue(self.refused(told, forged, checkpoint, page), (event, part, member))
        for at, tree in enumerate(proofs["trees"]):
            for member in ("root", "size"):
                forged = copy.deepcopy(proofs)
                forged["trees"][at][member] = flipped(tree["root"]) if member == "root" else tree["size"] + 1
                self.assertTrue(self.refused(told, forged, checkpoint, page), (at, member))

    def test_every_word(self):
        """What is told is what was proven: another value, time, actor or person, more of them, or fewer."""
        told, proofs, checkpoint, page = self.pieces()
        for at, event in enumerate(told["events"]):
            forgeries = [("recordedAt", "2020-01-01T00:00:00.000000Z"), ("actor", "00" * 16), ("position", event["position"] + 1)]
            if event["part"] is not None:
                forgeries += [("part", event["part"] + 1)]
            if event["after"]:
                forgeries += [("entity", "11" * 16), ("class", event["class"] + 1), ("after", [])]
                after = copy.deepcopy(event["after"])
                after[0][0]["value"] += "x"
                forgeries.append(("after", after))
                forgeries.append(("before", after))
            for member, value in forgeries:
                forged = copy.deepcopy(told)
                forged["events"][at][member] = value
                self.assertTrue(self.refused(forged, proofs, checkpoint, page), (at, member))
            fewer = copy.deepcopy(told)
            del fewer["events"][at]
            self.assertTrue(self.refused(fewer, proofs, checkpoint, page), at)
        self.assertTrue(self.refused(told, proofs, checkpoint, page.replace("<section", "<p><section", 1).replace("id=\"e", "id=\"f", 1)))
        self.assertTrue(self.refused(told, proofs, checkpoint, page.replace("</header>", "<script>x</script></header>")))

    def test_another_key(self):
        stranger = module.Key(self.now["keys"][0])
        stranger.public = bytes(32)
        with self.assertRaises(module.Wrong):
            module.check_bundle(self.subjects["auditor"], [stranger])

    def test_the_command(self):
        import subprocess
        from real_store import HERE
        for audience in ("auditor", "subject"):
            run = subprocess.run([HERE / "audit-verify", "bundle", f"{self.folder.name}/for-{audience}",
                                  "--key", self.now["keys"][0]], capture_output=True, text=True)
            self.assertEqual((run.returncode, run.stdout[:5]), (0, "Good:"), run.stderr)


if __name__ == "__main__":
    unittest.main()
