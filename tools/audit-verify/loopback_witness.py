"""A witness on this machine, written from C2SP's tlog-witness and tlog-cosignature for the tests alone: no real witness.

It keeps in memory what it has seen, and answers as the standard says: 200 with a cosignature, 404, 403, 409, 422.
"""
import base64
import hashlib
import struct
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


class LoopbackWitness:
    def __init__(self, module, name="loopback.example/w1"):
        self.module, self.name = module, name
        self.logs, self.seen = {}, {}
        self.secret = Ed25519PrivateKey.generate()
        public = self.secret.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        data = b"\x04" + public
        self.id = hashlib.sha256(name.encode() + b"\n" + data).digest()[:4]
        self.key = f"{name}+{self.id.hex()}+{base64.b64encode(data).decode()}"
        witness = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                status, answer = witness.answer(body) if self.path == "/add-checkpoint" else (404, "")
                self.send_response(status)
                self.send_header("Content-Length", str(len(answer.encode())))
                self.end_headers()
                self.wfile.write(answer.encode())

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def trust(self, origin, key):
        self.logs[origin] = self.module.Key(key)

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def answer(self, body):
        head, _, note = body.partition("\n\n")
        lines = head.split("\n")
        old = int(lines[0].removeprefix("old "))
        checkpoint = self.module.Checkpoint(note)
        key = self.logs.get(checkpoint.origin)
        if key is None:
            return 404, "unknown log\n"
        try:
            checkpoint.require_signature([key])
        except self.module.Wrong:
            return 403, "no signature of a known key\n"
        seen = self.seen.get(checkpoint.origin)
        if old != (seen.size if seen else 0):
            return 409, f"{seen.size if seen else 0}\n"
        if seen:
            try:
                self.module.require_growth(seen, checkpoint, self.module.hashes(lines[1:]))
            except self.module.Wrong:
                return 422, "not consistent\n"
        self.seen[checkpoint.origin] = checkpoint
        now = int(time.time())
        signature = self.secret.sign(f"cosignature/v1\ntime {now}\n{checkpoint.text}".encode())
        data = base64.b64encode(self.id + struct.pack(">Q", now) + signature).decode()
        return 200, f"\u2014 {self.name} {data}\n"
