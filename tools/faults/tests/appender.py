"""A log of numbered records, by protocols good and bad, for the tests of the tools.

Use: appender.py run|check PROTOCOL. Environment: DIR, ACK, ACKED. A record is 600 bytes: longer than a sector, so
that it can tear. `run` appends records up to number 5 and acknowledges each; `check` wants records 1…n, whole, with
n at least ACKED.
"""

import os
import sys
import zlib

RECORD, LAST = 600, 5


def record(number):
    body = (b"%08d" % number) + bytes((number + i) % 251 + 1 for i in range(RECORD - 12))
    return body + zlib.crc32(body).to_bytes(4, "big")


def records(path):
    """The whole records at the start of a file."""
    data = open(path, "rb").read() if os.path.exists(path) else b""
    count = 0
    while data[count * RECORD:(count + 1) * RECORD] == record(count + 1):
        count += 1
    return count


def sync_folder(path):
    fd = os.open(path, os.O_RDONLY)
    os.fsync(fd)
    os.close(fd)


def acknowledge(number):
    fd = os.open(os.environ["ACK"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.write(fd, b"%d\n" % number)
    os.close(fd)


def write_all(fd, data, offset, protocol):
    while data:
        written = os.pwrite(fd, data, offset)
        if protocol == "ignores-short":
            return
        data, offset = data[written:], offset + written


def sync(fd, protocol):
    try:
        os.fdatasync(fd)
    except OSError:
        if protocol != "syncs-again":
            raise
        os.fdatasync(fd)  # the second one says yes though the pages may be gone


def append(path, protocol):
    """One file, appended to in place."""
    log = os.path.join(path, "log")
    count = records(log)
    fd = os.open(log, os.O_RDWR | os.O_CREAT, 0o600)
    if protocol != "no-folder-sync":
        sync_folder(path)
    os.ftruncate(fd, count * RECORD)
    for number in range(count + 1, LAST + 1):
        write_all(fd, record(number), (number - 1) * RECORD, protocol)
        if protocol == "ack-before-sync":
            acknowledge(number)
        sync(fd, protocol)
        if protocol != "ack-before-sync":
            acknowledge(number)


def replace(path, protocol):
    """The whole file written anew and renamed into place."""
    log, new = os.path.join(path, "log"), os.path.join(path, "log.new")
    for number in range(records(log) + 1, LAST + 1):
        if protocol == "unlink-first" and os.path.exists(log):
            os.unlink(log)
        fd = os.open(new, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        os.write(fd, b"".join(record(n) for n in range(1, number + 1)))
        if protocol != "rename-unsynced":
            os.fsync(fd)
        os.close(fd)
        os.rename(new, log)
        if protocol != "rename-folder-unsynced":
            sync_folder(path)
        acknowledge(number)


def check(path):
    log = os.path.join(path, "log")
    count, acked = records(log), int(os.environ.get("ACKED") or 0)
    if count < acked:
        sys.exit(f"lost: {count} records, {acked} acknowledged")


if __name__ == "__main__":
    command, protocol = sys.argv[1:3]
    if command == "check":
        check(os.environ["DIR"])
    elif protocol.startswith(("rename", "replace", "unlink")):
        replace(os.environ["DIR"], protocol)
    else:
        append(os.environ["DIR"], protocol)
