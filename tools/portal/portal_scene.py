"""A made-up school with its head's page, served by a real syncd; needs debug builds of syncd and sample-data."""
import base64
import hashlib
import hmac
import json
import os
import re
import subprocess
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
BUILD = HERE.parents[1] / os.environ.get("SYNCD_BUILD", ".build/debug")
PASSWORD = "lantern gravel oboe"


def one_time_code(secret, step):
    """RFC 6238: six digits, SHA-1."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, step.to_bytes(8, "big"), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start:start + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06d}"


class Scene:
    """A store with two schools, a recipient, a task, and a head who has an invitation."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.store = f"{self.folder.name}/store"
        self.steps = {}
        self.secrets = {}
        days = f"{self.folder.name}/days"
        subprocess.run([BUILD / "sample-data", "--schools", "2", "--days", "2", "--pupils", "120", days],
                       check=True, capture_output=True)
        first = sorted(Path(days).glob("*"))[0]
        self.syncd("init", "--owner", "school")
        self.syncd("import", "--format", "syncd-csv", "--full", "--register", str(first))
        bases = json.loads(self.run("base", "list").stdout)
        self.base = bases[0]["key"] if isinstance(bases, list) else bases["key"]
        self.syncd("base", "config", self.base, "--laestab", self.base, "--mis", "sims")
        outbox = Path(self.folder.name, "outbox")
        outbox.mkdir()
        self.syncd("recipient", "add", "Council", "--party", "820", "--folder", str(outbox))
        self.syncd("task", "create", "Nightly changes", "--base", self.base, "--to", "Council")
        self.enrol("rosa", self.syncd("user", "add", "rosa", "--role", "operator")["invitation"])
        self.invitation = self.add("ada", "head")
        self.contact = self.add("cem", "nominated_contact")
        self.enrol("cem", self.contact)
        self.server = None

    def run(self, *arguments, who=None, stdin=None):
        session = ["--session", f"{self.folder.name}/session-{who}"] if who else []
        return subprocess.run([BUILD / "syncd", *arguments, "--store", self.store, "--json", *session],
                              capture_output=True, text=True, input=stdin, timeout=120)

    def syncd(self, *arguments, who=None, stdin=None):
        """Runs a command that must end with 0, and gives what it said last."""
        run = self.run(*arguments, who=who, stdin=stdin)
        assert run.returncode == 0, f"{arguments}: {run.stdout}{run.stderr}"
        lines = run.stdout.splitlines()
        return json.loads(lines[-1]) if lines else {}

    def add(self, name, role):
        return self.syncd("user", "add", name, "--role", role, "--base", self.base, who="rosa")["invitation"]

    def enrol(self, name, invitation):
        told = self.syncd("login", name, "--first", who=name, stdin=f"{invitation}\n{PASSWORD}\n")
        if told.get("codeSecret"):
            self.secrets[name] = told["codeSecret"]
        code = self.code(name)
        self.syncd("login", name, who=name, stdin=PASSWORD + "\n" + (f"{code}\n" if code else ""))

    def code(self, name):
        """A code that has not been used yet: this half minute's, or the next one's, which holds already."""
        if name not in self.secrets:
            return None
        step = max(int(time.time()) // 30, self.steps.get(name, 0) + 1)
        self.steps[name] = step
        # The one after the next is not accepted yet.
        time.sleep(max(0, (step - 1) * 30 - time.time()))
        return one_time_code(self.secrets[name], step)

    def serve(self):
        """Starts the server, and gives the page's address."""
        self.server = subprocess.Popen([BUILD / "syncd", "serve", "--portal", "127.0.0.1:0", "--store", self.store],
                                       stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        for line in self.server.stdout:
            if found := re.search(r"http://\S+", line):
                return found.group().rstrip("/")
        raise AssertionError("the server did not begin")

    def close(self):
        if self.server:
            self.server.terminate()
            assert self.server.wait(timeout=90) == 0, "the server did not end in order"
            self.server.stdout.close()
        self.folder.cleanup()
