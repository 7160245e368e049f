"""Checkpoints go to witnesses: one written here from the standard, and a real one when `aics-witness` is on the PATH.

`pip install aics-witness` needs Python 3.12; AICS_WITNESS names its command when it is not on the PATH.
"""
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
import unittest

from loopback_witness import LoopbackWitness
from real_store import BUILD, RealStore, module

REAL = os.environ.get("AICS_WITNESS") or shutil.which("aics-witness")


class RealWitness:
    """aics-witness as a server on loopback."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.config = f"{self.folder.name}/witness.json"
        self.url = f"http://127.0.0.1:{port}"
        self.run("init", "--name", "witness.example/w1", "--listen", f"127.0.0.1:{port}")
        told = subprocess.run([REAL, "status", "--config", self.config], capture_output=True, text=True).stdout
        self.key = next(word for word in told.replace('"', " ").replace(",", " ").split() if word.count("+") >= 2)

    def run(self, *arguments):
        subprocess.run([REAL, arguments[0], "--config", self.config, *arguments[1:]], check=True, capture_output=True, timeout=30)

    def trust(self, origin, key):
        self.run("add-log", "--origin", origin, "--vkey", key)
        self.server = subprocess.Popen([REAL, "serve", "--config", self.config], stderr=subprocess.DEVNULL)
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", int(self.url.rsplit(":", 1)[1]))) == 0:
                    return
            time.sleep(0.1)
        raise AssertionError("the witness did not begin to listen")

    def stop(self):
        self.server.terminate()
        self.server.wait(10)
        self.folder.cleanup()


class Loopback(RealStore):
    def witness(self):
        return LoopbackWitness(module)

    def test_countersigns_what_grows_and_refuses_what_does_not(self):
        witness = self.witness()
        try:
            self.story(witness)
        finally:
            witness.stop()

    def story(self, witness):
        before = f"{self.folder.name}/before"
        witness.trust(self.now["origin"], self.now["keys"][0])
        first = self.syncd("audit", "publish", "--to", witness.url, "--key", witness.key)
        self.assertGreater(first["size"], 0)
        subprocess.run(["cp", "-r", self.store, before], check=True)
        subprocess.run(["cp", "-r", f"{self.store}.keys", f"{before}.keys"], check=True)
        self.syncd("base", "add", "0990001")
        second = self.syncd("audit", "publish")
        self.assertGreater(second["size"], first["size"])
        events = [event for event in self.replayed() if event["type"] == "CheckpointWitnessed"]
        self.assertEqual([event["open"]["size"] for event in events], [first["size"], second["size"]])
        self.syncd("audit", "publish")
        # The store is put back to what it was before: the witness has seen more.
        self.stopped(before, witness, "rollback")
        # And another history, as long as the one that the witness has seen.
        self.other(before, "base", "add", "0990002")
        self.assertEqual(self.other(before, "audit", "publish", code=1)["error"]["code"], "witnessRefused")
        self.other(before, "audit", "publish", "--resume", "--reason", "restored from the backup", code=1)
        self.assertIn("fork", self.kinds(before))
        self.assertIn("ALARM", " ".join(self.other(before, "status")["waiting"]))
        # The store itself goes on.
        self.syncd("audit", "publish")

    def stopped(self, store, witness, kind):
        refused = self.other(store, "audit", "publish", code=1)
        self.assertEqual(refused["error"]["code"], "witnessRefused")
        self.assertEqual(self.kinds(store), [kind])
        self.assertIn("ALARM", " ".join(self.other(store, "status")["waiting"]))
        self.assertEqual(self.other(store, "audit", "publish", code=1)["error"]["code"], "witnessRefused")
        self.assertEqual(self.kinds(store), [kind], "it was asked again")

    def kinds(self, store):
        run = subprocess.run([BUILD / "syncd", "replay", "--type", "WitnessRefused", "--format", "jsonl", "--store", store],
                             check=True, capture_output=True, text=True)
        return [json.loads(line)["open"]["kind"] for line in run.stdout.splitlines()]

    def other(self, store, *arguments, code=0):
        run = subprocess.run([BUILD / "syncd", *arguments, "--store", store, "--json"], capture_output=True, text=True)
        self.assertEqual(run.returncode, code, f"{arguments}: {run.stdout}{run.stderr}")
        return json.loads(run.stdout.splitlines()[-1]) if run.stdout.strip() else {}

    def test_a_stranger_is_not_believed(self):
        witness, stranger = LoopbackWitness(module), LoopbackWitness(module)
        try:
            witness.trust(self.now["origin"], self.now["keys"][0])
            told = self.other(self.store, "audit", "publish", "--to", witness.url, "--key", stranger.key, code=1)
            self.assertEqual(told["error"]["code"], "signature")
            unknown = self.other(self.store, "audit", "publish", "--to", stranger.url, "--key", stranger.key, code=1)
            self.assertEqual(unknown["error"]["code"], "witnessUnusable")
        finally:
            witness.stop()
            stranger.stop()


@unittest.skipUnless(REAL, "aics-witness is not installed")
class Aics(Loopback):
    def witness(self):
        return RealWitness()


if __name__ == "__main__":
    unittest.main()
