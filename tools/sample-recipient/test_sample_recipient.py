"""Tests of the sample recipient: files made by hand, never by syncd."""
import hashlib
import json
import os
import tempfile
import unittest

import sample_recipient as recipient

IKENNA, ADAEZE = "1" * 32, "2" * 32
NAMES = "<UPN>L001107921412</UPN><Surname>Abara</Surname><Forename>Ikenna</Forename><DOB>2017-03-14</DOB><Sex>M</Sex>"
STREET = "<Address><BS7666Address><Street>{}</Street></BS7666Address></Address>"


class Inbox:
    """A folder that files are delivered to, and the copy beside it."""

    def __init__(self, folder):
        self.folder, self.copy_path = folder, os.path.join(folder, "copy.json")
        self.number, self.said = 0, []

    def deliver(self, pupils, lines, positions, kind="changedData", source="8201079", damage=None, run=None, dtd="",
                number=None):
        self.number = number or self.number + 1
        name = f"{source}_CES_820LLLL_{self.number:03}.xml"
        xml = (f'<?xml version="1.0" encoding="UTF-8"?>{dtd}<CTfile><Header><SourceSchool><LEA>{source[:3]}</LEA>'
               f"<Estab>{source[3:]}</Estab></SourceSchool><DestSchool><LEA>820</LEA><Estab>LLLL</Estab></DestSchool>"
               f"</Header><CTFpupilData>{''.join(f'<Pupil>{pupil}</Pupil>' for pupil in pupils)}</CTFpupilData></CTfile>"
               ).encode()
        counts = {}
        for line in lines:
            counts[line["change"]] = counts.get(line["change"], 0) + 1
        manifest = {"formatVersion": 1, "file": name, "sha256": hashlib.sha256(xml).hexdigest(), "source": source,
                    "destination": "820LLLL", "logId": "a" * 32, "epoch": 1, "kind": kind,
                    "fromPosition": positions[0], "toPosition": positions[1], "task": "b" * 32,
                    "run": run or f"{self.number:032}", "recipient": "c" * 32, "counts": counts, "pupils": lines}
        if damage:
            damage(manifest)
        with open(os.path.join(self.folder, name), "wb") as file:
            file.write(xml)
        with open(os.path.join(self.folder, name[:-4] + ".manifest.json"), "w", encoding="utf-8") as file:
            json.dump(manifest, file)

    def apply(self, own="820LLLL"):
        self.said = []
        return recipient.apply_inbox(self.folder, self.copy_path, own, self.said.append)

    def pupil(self, recipient_id=IKENNA, source="8201079"):
        return recipient.load(self.copy_path)["schools"].get(source, {}).get(recipient_id)


def line(change, groups=(), cleared=(), element=1, recipient_id=IKENNA):
    made = {"recipientId": recipient_id, "change": change, "groups": list(groups), "clearedGroups": list(cleared)}
    if change in recipient.CHANGES_WITH_DATA:
        made["element"] = element
    return made


def notice_of_leaving(recipient_id=IKENNA):
    return {"recipientId": recipient_id, "change": "left", "groups": [], "clearedGroups": []}


class SampleRecipientTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.inbox = Inbox(folder.name)

    def first(self):
        contacts = "<Contacts><Contact><Surname>Abara</Surname></Contact><Contact><Surname>Eze</Surname></Contact></Contacts>"
        self.inbox.deliver([NAMES + STREET.format("Fennel Row") + contacts],
                           [line("new", ["basicDetails", "address", "contacts"])], (0, 10))

    def assert_refused(self, words):
        self.assertEqual(self.inbox.apply(), 1, self.inbox.said)
        self.assertIn(words, "\n".join(self.inbox.said))

    def test_new_pupil_is_kept_group_by_group(self):
        self.first()
        self.assertEqual(self.inbox.apply(), 0, self.inbox.said)
        pupil = self.inbox.pupil()
        self.assertEqual(pupil["state"], "current")
        self.assertEqual(pupil["groups"]["address"], {"Address/BS7666Address/Street": "Fennel Row"})
        self.assertEqual(pupil["groups"]["contacts"], {"Contacts/Contact[1]/Surname": "Abara",
                                                       "Contacts/Contact[2]/Surname": "Eze"})

    def test_who_left_for_another_school_may_have_no_element(self):
        self.first()
        self.inbox.deliver([], [notice_of_leaving()], (10, 20))
        self.assertEqual(self.inbox.apply(), 0, self.inbox.said)
        pupil = self.inbox.pupil()
        self.assertEqual(pupil["state"], "left")
        self.assertEqual(pupil["groups"]["address"], {"Address/BS7666Address/Street": "Fennel Row"})

    def test_data_without_an_element_is_refused(self):
        self.first()
        self.inbox.deliver([], [dict(notice_of_leaving(), groups=["address"])], (10, 20))
        self.assert_refused("a line has data and no element")

    def test_group_replaces_cleared_empties_others_stay(self):
        self.first()
        self.inbox.deliver([NAMES + "<Email>i@example.org</Email><Contacts><Contact><Surname>X</Surname></Contact></Contacts>"],
                           [line("changed", ["address"], ["basicDetails"])], (10, 20))
        self.assertEqual(self.inbox.apply(), 0, self.inbox.said)
        groups = self.inbox.pupil()["groups"]
        self.assertEqual(groups["address"], {"Email": "i@example.org"})
        self.assertNotIn("basicDetails", groups)
        self.assertEqual(groups["contacts"]["Contacts/Contact[1]/Surname"], "Abara")

    def test_applying_twice_changes_nothing(self):
        self.first()
        self.inbox.apply()
        before = recipient.load(self.inbox.copy_path)
        self.assertEqual(self.inbox.apply(), 0)
        self.assertEqual(recipient.load(self.inbox.copy_path), before)
        self.assertIn("applied before", self.inbox.said[0])

    def test_missing_file_is_refused_until_a_snapshot(self):
        self.first()
        self.inbox.deliver([NAMES], [line("changed", ["basicDetails"])], (15, 20))
        self.assert_refused("ask for a snapshot")
        self.inbox.deliver([NAMES], [line("new", ["basicDetails"])], (0, 25), kind="snapshot")
        self.inbox.deliver([NAMES], [line("changed", ["basicDetails"])], (25, 30))
        self.inbox.apply()
        self.assertEqual(list(recipient.load(self.inbox.copy_path)["positions"].values()), [30])

    def test_first_file_must_begin_at_the_beginning(self):
        self.inbox.deliver([NAMES], [line("new", ["basicDetails"])], (5, 9))
        self.assert_refused("something is missing")

    def test_older_file_is_refused(self):
        self.inbox.deliver([NAMES], [line("new", ["basicDetails"])], (0, 20))
        self.inbox.apply()
        self.inbox.deliver([NAMES], [line("changed", ["basicDetails"])], (0, 10))
        self.assert_refused("older than what is held")

    def test_positions_not_numbers_give_the_order(self):
        self.inbox.deliver([NAMES + STREET.format("New Road")], [line("changed", ["address"])], (10, 20), number=1)
        self.inbox.deliver([NAMES + STREET.format("Old Road")], [line("new", ["address"])], (0, 10), number=999)
        self.assertEqual(self.inbox.apply(), 0, self.inbox.said)
        self.assertEqual(self.inbox.pupil()["groups"]["address"], {"Address/BS7666Address/Street": "New Road"})

    def test_range_sent_again_with_more_is_applied(self):
        self.first()
        self.inbox.deliver([NAMES + STREET.format("New Road")], [line("changed", ["address"])], (0, 20))
        self.assertEqual(self.inbox.apply(), 0, self.inbox.said)
        self.assertEqual(self.inbox.pupil()["groups"]["address"], {"Address/BS7666Address/Street": "New Road"})

    def test_changes_set_the_state(self):
        for position, (change, state) in enumerate([("new", "current"), ("keyChanged", "current"), ("left", "left"),
                                                    ("outOfReach", "outOfReach"), ("absent", "absent"),
                                                    ("sharingEnded", "sharingEnded"),
                                                    ("deletedAtSource", "deletedAtSource")]):
            has_data = change in recipient.CHANGES_WITH_DATA
            self.inbox.deliver([NAMES] if has_data else [], [line(change, ["basicDetails"] if has_data else [])],
                               (position, position + 1))
            self.assertEqual(self.inbox.apply(), 0, self.inbox.said)
            self.assertEqual(self.inbox.pupil()["state"], state)
            self.assertIn("basicDetails", self.inbox.pupil()["groups"])

    def test_erased_pupil_is_gone(self):
        self.first()
        self.inbox.deliver([], [line("erased")], (10, 20))
        self.assertEqual(self.inbox.apply(), 0, self.inbox.said)
        self.assertEqual(self.inbox.pupil()["groups"], {})
        with open(self.inbox.copy_path, encoding="utf-8") as file:
            self.assertNotIn("Ikenna", file.read())

    def test_snapshot_tells_who_is_out_of_reach(self):
        self.inbox.deliver([NAMES, NAMES], [line("new", ["basicDetails"]),
                                            line("new", ["basicDetails"], element=2, recipient_id=ADAEZE)], (0, 10))
        self.inbox.deliver([NAMES], [line("changed", ["basicDetails"])], (0, 20), kind="snapshot")
        self.assertEqual(self.inbox.apply(), 0, self.inbox.said)
        self.assertEqual(self.inbox.pupil(ADAEZE)["state"], "outOfReach")
        self.assertEqual(self.inbox.pupil()["state"], "current")

    def test_two_schools_of_one_pupil_stay_apart(self):
        self.first()
        self.inbox.deliver([NAMES + "<BasicDetails><EnrolStatus>S</EnrolStatus></BasicDetails>"],
                           [line("new", ["registration"])], (0, 12), source="8201080")
        self.assertEqual(self.inbox.apply(), 0, self.inbox.said)
        self.assertEqual(self.inbox.pupil(source="8201080")["groups"], {"registration": {"BasicDetails/EnrolStatus": "S"}})
        self.assertNotIn("registration", self.inbox.pupil()["groups"])

    def test_reason_for_no_upn_comes_from_the_manifest(self):
        told = dict(line("new", ["basicDetails"]), noUPNReason="UN1")
        self.inbox.deliver(["<Surname>Abara</Surname>"], [told], (0, 10))
        self.inbox.apply()
        self.assertEqual(self.inbox.pupil()["groups"]["basicDetails"], {"Surname": "Abara", "noUPNReason": "UN1"})

    def test_pairs_that_do_not_fit_are_refused_and_leave_no_trace(self):
        def wrong(key, value):
            return lambda manifest: manifest.update({key: value})
        faults = [(wrong("sha256", "0" * 64), "digest"), (wrong("source", "8201080"), "source or destination"),
                  (wrong("counts", {"new": 2}), "counts"), (wrong("formatVersion", 2), "format version"),
                  (wrong("kind", "other"), "unknown kind"), (wrong("file", "8201079_CES_820LLLL_009.xml"), "not there"),
                  (wrong("pupils", []), "counts"), (wrong("fromPosition", 11), "backwards"),
                  (lambda manifest: manifest["pupils"][0].update(element=2), "every Pupil element"),
                  (lambda manifest: manifest["pupils"][0].update(groups=["secrets"]), "unknown data groups"),
                  (lambda manifest: manifest["pupils"][0].update(clearedGroups=["basicDetails"]), "both sent and cleared")]
        for damage, words in faults:
            with self.subTest(words), tempfile.TemporaryDirectory() as folder:
                self.inbox = Inbox(folder)
                self.inbox.deliver([NAMES], [line("new", ["basicDetails"])], (0, 10), damage=damage)
                self.assert_refused(words)
                self.assertIsNone(self.inbox.pupil())

    def test_notice_with_data_is_refused(self):
        self.inbox.deliver([], [dict(line("erased"), upn="L001107921412")], (0, 10))
        self.assert_refused("carries data")

    def test_doctype_and_entities_are_refused(self):
        self.inbox.deliver([NAMES], [line("new", ["basicDetails"])], (0, 10), dtd='<!DOCTYPE CTfile [<!ENTITY a "b">]>')
        self.assert_refused("DOCTYPE")

    def test_unknown_element_is_refused(self):
        self.inbox.deliver([NAMES + "<Salary>1</Salary>"], [line("new", ["basicDetails"])], (0, 10))
        self.assert_refused("belongs to no data group")

    def test_file_for_somebody_else_is_refused(self):
        self.first()
        self.assertEqual(self.inbox.apply(own="821LLLL"), 1)
        self.assertIn("820LLLL", self.inbox.said[0])
        self.assertIn("821LLLL", self.inbox.said[0])

    def test_same_run_with_another_digest_is_refused(self):
        self.inbox.deliver([NAMES], [line("new", ["basicDetails"])], (0, 10), run="d" * 32)
        self.inbox.deliver([NAMES + "<Email>i@example.org</Email>"], [line("new", ["address"])], (0, 11), run="d" * 32)
        self.assert_refused("another digest")

    def test_compare_can_leave_out_those_who_have_gone(self):
        here = {"state": "current", "groups": {"address": {"Email": "a@example.org"}}}
        copy = {"schools": {"8201079": {"a" * 32: here, "b" * 32: {"state": "left", "groups": {}}}}}
        expected = {"schools": {"8201079": {"a" * 32: here}}}
        self.assertEqual(len(list(recipient.differences(copy, expected))), 1)
        self.assertEqual(list(recipient.differences(copy, expected, current=True)), [])

    def test_compare_names_groups_and_no_values(self):
        self.first()
        self.inbox.apply()
        copy = recipient.load(self.inbox.copy_path)
        other = json.loads(json.dumps(copy))
        self.assertEqual(list(recipient.differences(copy, other)), [])
        other["schools"]["8201079"][IKENNA]["groups"]["address"] = {"Email": "x@example.org"}
        other["schools"]["8201079"][ADAEZE] = {"state": "left", "groups": {}}
        self.assertEqual(list(recipient.differences(copy, other)),
                         [f"8201079 {IKENNA}: address", f"8201079 {ADAEZE}: only in the second"])


if __name__ == "__main__":
    unittest.main()
