"""Tests of the trace of requirements."""
import importlib.util
import unittest
from importlib.machinery import SourceFileLoader
from pathlib import Path

loader = SourceFileLoader("requirements", str(Path(__file__).parent / "requirements"))
trace = importlib.util.module_from_spec(importlib.util.spec_from_loader("requirements", loader))
loader.exec_module(trace)


class Trace(unittest.TestCase):
    def test_names_over_several_lines_count_and_ranges_are_refused(self):
        found, hidden = trace.tests(
            [("A.swift", '@Test("S1-01, S2-10: x")\n@Test(\n    "S1-02: y \\"S1-03\\""\n)\n// S1-04'), ("B.swift", '@Test("S1-01 to S1-05: z")')]
        )
        self.assertEqual(sorted(found), ["S1-01", "S1-02", "S1-03", "S1-05", "S2-10"])
        self.assertEqual(found["S1-01"], {"A", "B"})
        self.assertEqual(len(hidden), 1)

    def test_advice_is_shown_by_a_guide_and_everything_else_by_a_test(self):
        lines = list(trace.lines("S1-01 B does\nS1-02 N says\nS1-03 N waits\n"))
        told = trace.guides([("tasks.md", "as S1-02 says, and S1-01")])
        page, missing = trace.page(lines, {"S1-01": {"A"}, "S1-03": {"A"}}, told)
        self.assertIn("| S1-01 | B | does | A |", page)
        self.assertIn("| S1-02 | N | says | [tasks.md](tasks.md) |", page)
        self.assertIn("| S1-03 | N | waits | nothing yet |", page)
        self.assertIn("2 of 3 lines", page)
        self.assertEqual(missing, 1)

    def test_the_page_is_up_to_date(self):
        self.assertEqual(trace.main([]), 0)


if __name__ == "__main__":
    unittest.main()
