"""The head's page in a real browser; skipped aloud where Chromium is missing."""
import importlib.util
import json
import os
import shutil
import unittest
from pathlib import Path

HAS_BROWSER = shutil.which("chromedriver") and shutil.which("chromium") and importlib.util.find_spec("selenium")
AXE = os.environ.get("AXE") or str(Path(__file__).resolve().parents[2] / "out/axe/axe.min.js")


class Portal(unittest.TestCase):
    def test_login_accept_withdraw(self):
        """S0-05 to S0-10, S0-19 to S0-22 in a browser: log in, accept, withdraw, and the contact's page."""
        if not HAS_BROWSER:
            print("Skipped: the head's page in a browser. `make screenshots` installs Chromium and runs it.")
            self.skipTest("no Chromium")
        from portal_scene import Scene
        from walk import Walk
        scene = Scene()
        self.addCleanup(scene.close)
        address = scene.serve()
        base = scene.syncd("base", "show", scene.base, who="rosa")
        axe = AXE if Path(AXE).exists() else None
        if not axe:
            print("Without axe-core: the rules that are checked by hand alone. `make screenshots` fetches it.")
        walk = Walk(scene, address, axe, os.environ.get("PICTURES"))
        self.addCleanup(walk.close)
        walk.whole(base["name"])
        self.assertEqual(walk.faults, [], "\n".join(walk.faults))
        self.assertGreater(len(walk.pages), 12)
        events = scene.run("replay", "--format", "jsonl", who="rosa").stdout.splitlines()
        types = [json.loads(line)["type"] for line in events]
        self.assertEqual((types.count("ReportAccepted"), types.count("ReportWithdrawn")), (1, 1))


if __name__ == "__main__":
    unittest.main()
