"""The compiler's table of instructions says what the running interpreter's does."""

import _opcode_metadata
import opcode
import pathlib
import re
import unittest

TABLE = pathlib.Path(__file__).parents[2] / "jit-python" / "src" / "bytecode" / "opcodes.rs"


@unittest.skipUnless(TABLE.exists(), "the source of the table is not at hand")
class Table(unittest.TestCase):
    """Numbers, cache cells and families."""

    def setUp(self):
        self.text = TABLE.read_text()

    @staticmethod
    def camel(name):
        return "".join(part.capitalize() for part in name.lower().split("_"))

    def test_base_instructions(self):
        found = {
            name: (int(number), int(cells))
            for number, name, cells in re.findall(r'\w+ = (\d+), "(\w+)", (\d+);', self.text)
        }
        expected = {
            name: (number, sum(opcode._cache_format.get(name, {}).values()))
            for name, number in _opcode_metadata.opmap.items()
            if number < 255 and not name.startswith("INSTRUMENTED_") and name not in ("CACHE", "RESERVED")
        }
        self.assertEqual(found, expected)

    def test_specialised_instructions(self):
        found = {name: (int(number), base) for name, number, base in re.findall(r"(\w+) = (\d+) of (\w+);", self.text)}
        expected = {
            self.camel(name): (_opcode_metadata._specialized_opmap[name], self.camel(base))
            for base, names in _opcode_metadata._specializations.items()
            for name in names
        }
        self.assertEqual(found, expected)


if __name__ == "__main__":
    unittest.main()
