"""CSV that syncd writes for people, opened in LibreOffice: whatever a school's data say, no cell becomes a formula.

Needs LibreOffice Calc (Debian: libreoffice-calc-nogui), and says so when it is not there; and a debug build.
"""
import csv
import json
import os
import shutil
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree
import zipfile
from pathlib import Path

BUILD = Path(__file__).resolve().parents[2] / os.environ.get("SYNCD_BUILD", ".build/debug")
OFFICE = shutil.which("soffice")
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
# What spreadsheets take for the beginning of a formula, and what would lead to another program or file.
HOSTILE = ["=1+1", "+1+1", "-1+1", "@SUM(1)", "=HYPERLINK(\"http://example.org\")", "=cmd|' /C calc'!A0", "\t=1+1", "==1+1"]


@unittest.skipUnless(OFFICE, "no LibreOffice: install libreoffice-calc-nogui to run this")
class Spreadsheet(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.root = Path(cls.folder.name)
        days = cls.root / "days"
        subprocess.run([BUILD / "sample-data", "--schools", "1", "--days", "1", "--pupils", "30", days],
                       check=True, capture_output=True)
        day = sorted(days.glob("*"))[0]
        with open(day / "pupils.csv", newline="") as file:
            rows = list(csv.DictReader(file))
        for row, text in zip(rows, HOSTILE):
            row["forename"] = text
        # These are held back, and stand in the list of data issues with what was in the field.
        for row, text in zip(rows[len(HOSTILE):], HOSTILE):
            row["birth_date"] = text
        with open(day / "pupils.csv", "w", newline="") as file:
            writer = csv.DictWriter(file, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)
        cls.base = rows[0]["base"]
        cls.syncd("init")
        cls.syncd("import", "--format", "syncd-csv", "--full", "--register", str(day))

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    @classmethod
    def syncd(cls, *arguments):
        run = subprocess.run([BUILD / "syncd", *arguments, "--store", cls.root / "store"], capture_output=True, text=True)
        assert run.returncode == 0, run.stderr
        return run.stdout

    def cells(self, path):
        """The sheet as LibreOffice has it: the text of each cell, and the formulas."""
        subprocess.run(
            [OFFICE, f"-env:UserInstallation=file://{self.root}/profile", "--headless", "--infilter=CSV:44,34,76,1",
             "--convert-to", "fods", "--outdir", path.parent, path],
            check=True, capture_output=True, timeout=300)
        tree = ElementTree.parse(path.with_suffix(".fods"))
        found = list(tree.iter(TABLE + "table-cell"))
        # Lines of one cell are paragraphs of it.
        texts = ["".join(cell.itertext()).strip() for cell in found]
        return texts, [cell.get(TABLE + "formula") for cell in found if cell.get(TABLE + "formula")]

    def test_the_check_can_fail(self):
        path = self.root / "control.csv"
        path.write_text("a,b\n=1+1,\"=2+2\"\n")
        self.assertEqual(len(self.cells(path)[1]), 2)

    def test_data_issues(self):
        path = self.root / "issues.csv"
        self.syncd("issues", "list", "--csv", str(path), "--open", "--reason", "test")
        texts, formulas = self.cells(path)
        self.assertEqual(formulas, [])
        for text in HOSTILE:
            self.assertTrue(any(text.strip() in cell for cell in texts), text)
        values = {json.loads(line).get("value") for line in path.with_suffix(".jsonl").read_text().splitlines()}
        self.assertLessEqual({text for text in HOSTILE if text == text.strip()}, values)

    def test_packages_for_recipients(self):
        out = self.root / "out"
        out.mkdir()
        self.syncd("recipient", "add", "Council", "--party", "820", "--folder", str(out))
        self.syncd("base", "config", self.base, "--laestab", self.base)
        self.syncd("consent", "accept", "pupil-core", "--base", self.base)
        self.syncd("task", "create", "lists", "--to", "Council", "--base", self.base, "--format", "oneroster")
        self.syncd("task", "run", "lists")
        package = next(out.glob("*.zip"))
        with zipfile.ZipFile(package) as archive:
            archive.extractall(self.root / "package")
        texts = []
        for path in sorted((self.root / "package").glob("*.csv")):
            found, formulas = self.cells(path)
            self.assertEqual(formulas, [], path.name)
            texts += found
        for text in HOSTILE:
            self.assertTrue(any(text.strip().lstrip("+-") in cell for cell in texts), text)


if __name__ == "__main__":
    unittest.main()
