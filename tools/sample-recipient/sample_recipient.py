#!/usr/bin/env python3
"""A recipient of CES transfer files and OneRoster packages, written from schemas/exchange alone.

    sample_recipient.py apply INBOX --copy copy.json [--self 820LLLL]
    sample_recipient.py show --copy copy.json [RECIPIENT_ID]
    sample_recipient.py compare copy.json expected.json [--current]

apply takes every file in INBOX that has a manifest, in the order of the positions, and keeps a copy of what the
schools have sent. Exit: 0 done, 1 refused or different, 64 bad usage. Messages hold no personal data.
"""
import argparse
import hashlib
import json
import os
import re
import sys
import tempfile
import xml.parsers.expat

import oneroster

CHANGES_WITH_DATA = {"new": "current", "changed": "current", "keyChanged": "current", "left": "left",
                     "outOfReach": "outOfReach"}
NOTICES = {"absent", "sharingEnded", "deletedAtSource", "erased"}
REPEATED = {"Phone", "Contact", "School", "Type", "Disability", "FSMinstance", "SEN", "SENneed", "YearData",
            "KeyStage", "StageAssessment"}
NAME = re.compile(r"(\d{7}|\d{3}LLLL)_CES_(\d{7}|\d{3}LLLL)_(\d{3})\.xml")

# Which group an element belongs to: the longest beginning that fits a path decides.
GROUPS = {
    "basicDetails": ["UPN", "UniqueLearnerNumber", "UCI", "Surname", "Forename", "DOB", "Sex",
                     "BasicDetails/FormerUPN", "BasicDetails/PreferredSurname", "BasicDetails/PreferredForename",
                     "BasicDetails/FormerSurname", "BasicDetails/FormerForename", "BasicDetails/MiddleNames"],
    "registration": ["BasicDetails/NCyearActual", "BasicDetails/EnrolStatus", "SchoolHistory"],
    "characteristics": ["BasicDetails/Ethnicity", "BasicDetails/EthnicitySource", "BasicDetails/Languages",
                        "BasicDetails/MedicalFlag", "BasicDetails/Disabilities"],
    "address": ["Address", "Phones", "Email"],
    "contacts": ["Contacts"],
    "sen": ["SENhistory"],
    "fsm": ["FSMhistory"],
    "lookedAfter": ["LookedAfter"],
    "attendance": ["Attendance"],
    "attainment": ["StageAssessments"],
}
GROUP_OF = {beginning: group for group, beginnings in GROUPS.items() for beginning in beginnings}


class Refused(Exception):
    """The pair of file and manifest is not applied, and why."""


class Document:
    """Reads the XML as a stream: the header's texts by path, and the texts of each pupil by path."""

    def __init__(self, data):
        self.header, self.pupils = {}, []
        self._stack, self._counts, self._text = [], [{}], []
        parser = xml.parsers.expat.ParserCreate()
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text.append
        try:
            parser.Parse(data, True)
        except xml.parsers.expat.ExpatError as error:
            raise Refused(f"the XML is broken: {error}") from None

    def _doctype(self, *_):
        raise Refused("the XML has a DOCTYPE, which no transfer file has")

    def _start(self, name, attributes):
        if attributes:
            raise Refused(f"{name} has attributes, which no transfer file has")
        if not self._stack and name != "CTfile":
            raise Refused(f"the root is {name}, not CTfile")
        if self._stack == ["CTfile", "CTFpupilData"]:
            if name != "Pupil":
                raise Refused(f"{name} stands where only Pupil may stand")
            self.pupils.append({})
        label = name
        if name in REPEATED:
            self._counts[-1][name] = self._counts[-1].get(name, 0) + 1
            label = f"{name}[{self._counts[-1][name]}]"
        self._stack.append(label)
        self._counts.append({})
        self._text.clear()

    def _end(self, _):
        path, text, is_leaf = list(self._stack), "".join(self._text), not self._counts[-1].get("*")
        self._text.clear()
        self._stack.pop()
        self._counts.pop()
        self._counts[-1]["*"] = True
        if not is_leaf or len(path) < 3 or path[:3] == ["CTfile", "CTFpupilData", "Pupil"] and len(path) == 3:
            return
        if path[1] == "Header":
            self._put(self.header, "/".join(path[2:]), text)
        elif path[1] == "CTFpupilData":
            self._put(self.pupils[-1], "/".join(path[3:]), text)

    @staticmethod
    def _put(texts, path, text):
        if path in texts:
            raise Refused(f"{path} stands twice")
        texts[path] = text


def group_of(path):
    """The group that an element's path belongs to."""
    plain = re.sub(r"\[\d+\]", "", path).split("/")
    for length in range(len(plain), 0, -1):
        group = GROUP_OF.get("/".join(plain[:length]))
        if group:
            return group
    raise Refused(f"{'/'.join(plain)} belongs to no data group")


def party(texts, element):
    """A school or authority of the header, as file names write it."""
    return texts.get(f"{element}/LEA", "") + texts.get(f"{element}/Estab", "")


def load(path):
    """A copy; an empty one when the file is not there."""
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        return {"schools": {}, "positions": {}, "runs": {}}


def save(copy, path):
    """Writes a copy whole or not at all."""
    folder = os.path.dirname(os.path.abspath(path))
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=".copy-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(copy, file, ensure_ascii=False, indent=2, sort_keys=True)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def read_manifest(path):
    """A manifest whose parts are all there and of the right kind."""
    try:
        with open(path, encoding="utf-8") as file:
            manifest = json.load(file)
    except ValueError as error:
        raise Refused(f"the manifest is no JSON: {error}") from None
    if not isinstance(manifest, dict) or manifest.get("formatVersion") != 1:
        raise Refused("the manifest has a format version that is not read here")
    texts = ["file", "sha256", "source", "destination", "logId", "task", "run", "recipient", "kind"]
    numbers = ["epoch", "fromPosition", "toPosition"]
    if any(not isinstance(manifest.get(key), str) for key in texts) or any(
            not isinstance(manifest.get(key), int) for key in numbers) or not isinstance(manifest.get("pupils"), list):
        raise Refused("the manifest is incomplete")
    if manifest["kind"] not in ("changedData", "snapshot"):
        raise Refused("the manifest is of an unknown kind")
    if manifest["fromPosition"] > manifest["toPosition"]:
        raise Refused("the manifest's positions run backwards")
    return manifest


def check_pair(manifest, manifest_name, data, document, own):
    """Refuses a pair that does not fit together, or that is for somebody else."""
    is_package = isinstance(document, oneroster.Package)
    name = (oneroster.NAME if is_package else NAME).fullmatch(manifest["file"])
    if not name or manifest_name != manifest["file"][:-4] + ".manifest.json":
        raise Refused("the names of file and manifest do not fit each other")
    if hashlib.sha256(data).hexdigest() != manifest["sha256"]:
        raise Refused("the file's digest is not the manifest's")
    if is_package:
        source, destination = name[1], name[2]
    else:
        source, destination = party(document.header, "SourceSchool"), party(document.header, "DestSchool")
    if not name[1] == manifest["source"] == source or not name[2] == manifest["destination"] == destination:
        raise Refused("source or destination differ between name, manifest and header")
    if own and destination != own:
        raise Refused(f"the file is for {destination}, this is {own}")
    if is_package:
        oneroster.check_pair(manifest, document)
    else:
        check_lines(manifest, document)


def check_lines(manifest, document):
    """Refuses manifest lines that do not account for each element exactly once."""
    counts, elements, ids = {}, [], set()
    for line in manifest["pupils"]:
        change = line.get("change")
        counts[change] = counts.get(change, 0) + 1
        if line.get("recipientId") in ids:
            raise Refused("a pupil has two lines")
        ids.add(line.get("recipientId"))
        groups, cleared = line.get("groups", []), line.get("clearedGroups", [])
        unknown = set(groups + cleared) - set(GROUPS)
        if unknown:
            raise Refused(f"unknown data groups: {', '.join(sorted(unknown))}")
        if set(groups) & set(cleared):
            raise Refused("a data group is both sent and cleared")
        if change in CHANGES_WITH_DATA:
            if "element" in line:
                elements.append(line["element"])
            elif change != "left" or groups or cleared or "upn" in line or "noUPNReason" in line:
                raise Refused("a line has data and no element")
        elif change not in NOTICES:
            raise Refused(f"unknown change {change}")
        elif set(line) - {"recipientId", "change", "groups", "clearedGroups", "mergedInto"} or groups or cleared:
            raise Refused(f"a notice of {change} carries data")
    if counts != manifest.get("counts"):
        raise Refused("the manifest's counts are not those of its lines")
    if sorted(elements, key=str) != sorted(range(1, len(document.pupils) + 1), key=str):
        raise Refused("the manifest does not name every Pupil element once")


def apply_pair(copy, manifest, data, document):
    """Applies a checked pair. True when something was done, False when it was done before."""
    seen = copy["runs"].get(manifest["run"])
    if seen:
        if seen != manifest["sha256"]:
            raise Refused("this run was applied before, with another digest")
        return False
    source = manifest["source"]
    take_over(copy, manifest)
    stream = "/".join([manifest["logId"], str(manifest["epoch"]), manifest["task"], source])
    held = copy["positions"].get(stream, 0)
    if manifest["toPosition"] < held:
        raise Refused(f"older than what is held: it ends at {manifest['toPosition']}, position {held} is held")
    if manifest["kind"] == "changedData" and manifest["fromPosition"] > held:
        raise Refused(f"something is missing: it begins after {manifest['fromPosition']}, position {held} is held; "
                      "ask for a snapshot of this task")
    school = copy["schools"].setdefault(source, {})
    if isinstance(document, oneroster.Package):
        document.check_references(school)
        oneroster.apply(school, manifest, document)
    else:
        apply_lines(school, manifest, document)
    copy["positions"][stream] = manifest["toPosition"]
    copy["runs"][manifest["run"]] = manifest["sha256"]
    return True


def apply_lines(school, manifest, document):
    """Applies the lines of a CES manifest; who is not in a snapshot is out of reach."""
    listed = set()
    for line in manifest["pupils"]:
        listed.add(line["recipientId"])
        apply_line(school, line, document, manifest["task"])
    if manifest["kind"] == "snapshot":
        for recipient_id, pupil in school.items():
            if recipient_id not in listed and pupil.get("task") == manifest["task"] and pupil["state"] == "current":
                pupil["state"] = "outOfReach"


def take_over(copy, manifest):
    """A school that had another number keeps its pupils and its positions under the new one."""
    source, log = manifest["source"], [manifest["logId"], str(manifest["epoch"])]
    for former in manifest.get("formerSources", []):
        # Only what this very log has told under the former number: another school may have it by now.
        streams = [stream for stream in copy["positions"]
                   if stream.split("/")[:2] == log and stream.split("/")[3] == former]
        if not streams or former == source:
            continue
        for recipient_id, pupil in json.loads(json.dumps(copy["schools"].pop(former, {}))).items():
            copy["schools"].setdefault(source, {}).setdefault(recipient_id, pupil)
        for stream in streams:
            held = copy["positions"].pop(stream)
            copy["positions"].setdefault("/".join(stream.split("/")[:3] + [source]), held)


def apply_line(school, line, document, task):
    """Applies one pupil's line: groups replace, cleared groups are emptied, others stay."""
    change = line["change"]
    if change in NOTICES:
        pupil = school.setdefault(line["recipientId"], {"groups": {}})
        pupil["state"] = change
        if change == "erased":
            pupil["groups"] = {}
        return
    pupil = school.setdefault(line["recipientId"], {"groups": {}})
    pupil["state"], pupil["task"] = CHANGES_WITH_DATA[change], task
    sent = {group: {} for group in line["groups"]}
    texts = document.pupils[line["element"] - 1] if "element" in line else {}
    for path, text in texts.items():
        group = group_of(path)
        if group in sent:
            sent[group][path] = text
    if "basicDetails" in sent and "noUPNReason" in line:
        sent["basicDetails"]["noUPNReason"] = line["noUPNReason"]
    for group, texts in sent.items():
        if texts:
            pupil["groups"][group] = texts
        else:
            pupil["groups"].pop(group, None)
    for group in line["clearedGroups"]:
        pupil["groups"].pop(group, None)


def apply_inbox(inbox, copy_path, own=None, say=print):
    """Applies all pairs of a folder; the copy is saved after each. Returns how many were refused."""
    copy, pairs, refused = load(copy_path), [], 0
    for name in sorted(os.listdir(inbox)):
        if not name.endswith(".manifest.json"):
            continue
        try:
            manifest = read_manifest(os.path.join(inbox, name))
            # By log and position, not by source: a school's number may change from one file to the next.
            order = (manifest["logId"], manifest["epoch"], manifest["toPosition"], manifest["source"], name)
            pairs.append((order, name, manifest))
        except Refused as reason:
            refused += 1
            say(f"{name}: refused: {reason}")
    for _, name, manifest in sorted(pairs, key=lambda pair: pair[0]):
        try:
            with open(os.path.join(inbox, os.path.basename(manifest["file"])), "rb") as file:
                data = file.read()
            document = oneroster.Package(data) if manifest.get("format") == "oneroster" else Document(data)
            check_pair(manifest, name, data, document, own)
            # A refusal half-way must leave no trace: lines go into a copy of the school's part.
            attempt = dict(copy, schools=dict(copy["schools"]), positions=dict(copy["positions"]),
                           runs=dict(copy["runs"]))
            school = copy["schools"].get(manifest["source"], {})
            attempt["schools"][manifest["source"]] = json.loads(json.dumps(school))
            done = apply_pair(attempt, manifest, data, document)
            if done:
                save(attempt, copy_path)
                copy = attempt
            say(f"{manifest['file']}: {'applied' if done else 'applied before'}, {len(manifest['pupils'])} pupils")
        except FileNotFoundError:
            refused += 1
            say(f"{name}: refused: the file that it describes is not there")
        except (Refused, oneroster.Broken) as reason:
            refused += 1
            say(f"{manifest['file']}: refused: {reason}")
    if not os.path.exists(copy_path):
        save(copy, copy_path)
    return refused


def comparable(copy, current=False):
    """What two copies are compared by: schools, pupils (or only the current ones), states, groups that hold something."""
    return {school: {recipient_id: {"state": pupil["state"],
                                    "groups": {name: texts for name, texts in pupil["groups"].items() if texts}}
                     for recipient_id, pupil in pupils.items() if not current or pupil["state"] == "current"}
            for school, pupils in copy.get("schools", {}).items() if pupils}


def differences(left, right, current=False):
    """Where two copies differ: school, recipient id and group, never a value."""
    left, right = comparable(left, current), comparable(right, current)
    for school in sorted(set(left) | set(right)):
        ours, theirs = left.get(school, {}), right.get(school, {})
        for recipient_id in sorted(set(ours) | set(theirs)):
            place = f"{school} {recipient_id}"
            if recipient_id not in theirs or recipient_id not in ours:
                yield f"{place}: only in the {'first' if recipient_id in ours else 'second'}"
                continue
            one, other = ours[recipient_id], theirs[recipient_id]
            if one["state"] != other["state"]:
                yield f"{place}: {one['state']} and {other['state']}"
            for group in sorted(set(one["groups"]) | set(other["groups"])):
                if one["groups"].get(group) != other["groups"].get(group):
                    yield f"{place}: {group}"


def main(arguments):
    parser = argparse.ArgumentParser(description="A sample recipient of CES transfer files.")
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("apply", help="apply delivered files to the copy")
    command.add_argument("inbox")
    command.add_argument("--copy", required=True)
    command.add_argument("--self", dest="own", help="who we are, such as 820LLLL; files for others are refused")
    command = commands.add_parser("show", help="print the copy, or one pupil of it")
    command.add_argument("--copy", required=True)
    command.add_argument("recipient_id", nargs="?")
    command = commands.add_parser("compare", help="compare two copies; differences are named, values are not")
    command.add_argument("copy")
    command.add_argument("expected")
    command.add_argument("--current", action="store_true", help="look only at pupils who are current in either")
    try:
        options = parser.parse_args(arguments)
    except SystemExit as stop:
        return 64 if stop.code else 0
    if options.command == "apply":
        return 1 if apply_inbox(options.inbox, options.copy, options.own) else 0
    if options.command == "show":
        shown = comparable(load(options.copy))
        if options.recipient_id:
            shown = {school: {key: pupil for key, pupil in pupils.items() if key == options.recipient_id}
                     for school, pupils in shown.items()}
        print(json.dumps({"schools": shown}, ensure_ascii=False, indent=2, sort_keys=True))
        return 0
    for path in (options.copy, options.expected):
        if not os.path.exists(path):
            print(f"{path} is not there", file=sys.stderr)
            return 1
    found = list(differences(load(options.copy), load(options.expected), options.current))
    for line in found:
        print(line)
    print(f"{len(found)} differences" if found else "equal")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
