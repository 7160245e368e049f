"""Tests of the sample recipient's OneRoster side: packages made by hand, never by syncd."""
import hashlib
import io
import json
import os
import tempfile
import unittest
import zipfile

import oneroster
import sample_recipient as recipient

ADA, GRACE = "1" * 32, "2" * 32
TIME = "2026-01-05T08:00:00.000Z"


def table(name, rows, status="active"):
    """A file: each row by its columns, blank where nothing is said."""
    columns = oneroster.HEAD + [column.rstrip("*") for column in oneroster.COLUMNS[name].split(",")]
    lines = [",".join(columns)]
    for row in rows:
        told = dict({"status": status, "dateLastModified": TIME if status else ""}, **row)
        lines.append(",".join(f'"{told.get(column, "")}"' for column in columns))
    return "\r\n".join(lines) + "\r\n"


def user(key, **more):
    return dict({"sourcedId": key, "enabledUser": "true", "username": key, "givenName": "Ada", "familyName": "Abara",
                 "primaryOrgSourcedId": "8201079"}, **more)


def role(key, word="student"):
    return {"sourcedId": "r" + key, "userSourcedId": key, "roleType": "primary", "role": word,
            "orgSourcedId": "8201079"}


ORG = {"sourcedId": "8201079", "name": "Larkfield", "type": "school", "identifier": "8201079"}


def package(files, mode="delta"):
    """An archive of the files, with its manifest."""
    lines = ["propertyName,value", "manifest.version,1.0", "oneroster.version,1.2"]
    lines += [f"file.{name},{mode if name in files else 'absent'}" for name in oneroster.FILES]
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.csv", "\r\n".join(lines) + "\r\n")
        for name, text in files.items():
            archive.writestr(name + ".csv", text)
    return data.getvalue()


def pupil(**more):
    """The files about one pupil with a parent."""
    return {"orgs": table("orgs", [ORG]),
            "users": table("users", [user(ADA, agentSourcedIds=GRACE, **more), user(GRACE)]),
            "roles": table("roles", [role(ADA), role(GRACE, "parent")])}


class PackageTests(unittest.TestCase):
    def test_good(self):
        read = oneroster.Package(package(pupil()))
        read.check_references({})
        self.assertEqual(read.mode, "delta")

    def test_broken(self):
        good = pupil()
        for files, words in [
            (dict(good, users=good["users"].replace("givenName", "firstName")), "another header"),
            (dict(good, users=good["users"].replace("active", "inactive")), "no status"),
            (dict(good, roles=good["roles"].replace("student", "pupil")), "no word"),
            (dict(good, users=good["users"].replace('"Ada"', '""')), "is blank"),
            (dict(good, users=good["users"].replace('"Ada"', '"=1+1"')), "formula"),
            (dict(good, users=good["users"].replace(GRACE, ADA)), "stands twice"),
            (dict(good, orgs=table("orgs", [])), "no rows"),
        ]:
            with self.assertRaisesRegex(oneroster.Broken, words):
                oneroster.Package(package(files))

    def test_references(self):
        files = pupil()
        del files["orgs"]
        read = oneroster.Package(package(files))
        with self.assertRaisesRegex(oneroster.Broken, "not in orgs.csv"):
            read.check_references({})
        read.check_references({"orgs.csv/8201079": {"state": "current", "groups": {}}})


class ApplyTests(unittest.TestCase):
    def deliver(self, folder, number, data, lines, positions):
        rows = {name + ".csv": len(rows) for name, rows in oneroster.Package(data).files.items()}
        counts = {}
        for line in lines:
            counts[line["change"]] = counts.get(line["change"], 0) + 1
        name = f"8201079_OneRoster_820LLLL_{number:03}"
        manifest = {"formatVersion": 1, "format": "oneroster", "mode": "delta", "rows": rows, "file": name + ".zip",
                    "sha256": hashlib.sha256(data).hexdigest(), "source": "8201079", "destination": "820LLLL",
                    "logId": "a" * 32, "epoch": 1, "kind": "changedData", "fromPosition": positions[0],
                    "toPosition": positions[1], "task": "b" * 32, "run": f"{number:032}", "recipient": "c" * 32,
                    "counts": counts, "pupils": lines}
        with open(os.path.join(folder, name + ".zip"), "wb") as file:
            file.write(data)
        with open(os.path.join(folder, name + ".manifest.json"), "w", encoding="utf-8") as file:
            json.dump(manifest, file)

    def test_days(self):
        with tempfile.TemporaryDirectory() as folder:
            path, said = os.path.join(folder, "copy.json"), []
            self.deliver(folder, 1, package(pupil()), [{"recipientId": ADA, "change": "new"}], (0, 5))
            self.assertEqual(recipient.apply_inbox(folder, path, "820LLLL", said.append), 0, said)
            records = recipient.load(path)["schools"]["8201079"]
            self.assertEqual({record["state"] for record in records.values()}, {"current"})
            # The pupil leaves, and the parent is nobody's any more.
            self.deliver(folder, 2, package(pupil(enabledUser="false")), [{"recipientId": ADA, "change": "left"}],
                         (5, 9))
            self.assertEqual(recipient.apply_inbox(folder, path, "820LLLL", said.append), 0, said)
            records = recipient.load(path)["schools"]["8201079"]
            self.assertEqual({key: record["state"] for key, record in records.items() if key.startswith("users")},
                             {f"users.csv/{ADA}": "left", f"users.csv/{GRACE}": "left"})
            self.assertIn("refused", self.refusal(folder, path))

    def refusal(self, folder, path):
        """A gap is refused as with CES files."""
        said = []
        self.deliver(folder, 3, package(pupil()), [{"recipientId": ADA, "change": "changed"}], (20, 30))
        self.assertEqual(recipient.apply_inbox(folder, path, "820LLLL", said.append), 1)
        return said[-1]


if __name__ == "__main__":
    unittest.main()
