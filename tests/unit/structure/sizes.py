# SPDX-License-Identifier: LGPL-2.1-or-later
"""Files and functions that have grown past what one can read ask to be split along an idea."""

import re
import unittest

import source
import tap

MAX_FILE = 1000
MAX_FUNCTION = 100


def functions(path):
    """(name, lines of code) of each function, by the brace style: the name begins a line, the body's braces stand alone on theirs."""
    name, lines = None, 0
    for line in source.without_comments(path.read_text()).split('\n'):
        match = re.match(r'^([a-z_]\w*) \(', line)
        if match:
            name, lines = match.group(1), 0
        if line.strip():
            lines += 1
        if line == '}' and name:
            yield name, lines
            name = None


class Sizes(unittest.TestCase):
    def test_files(self):
        lengths = {path: len(path.read_text().split('\n')) for path in source.sources()}
        self.assertEqual([f'{source.name(path)}: {n}' for path, n in lengths.items() if n > MAX_FILE], [])

    def test_files_on_the_whole(self):
        lengths = sorted(len(path.read_text().split('\n')) for path in source.sources('*.c'))
        self.assertGreater(len(lengths), 0)
        self.assertLessEqual(lengths[len(lengths) // 2], 350, 'the median')
        self.assertLessEqual(lengths[len(lengths) * 9 // 10], 800, 'nine of ten')

    def test_functions(self):
        found = [(path, name, lines) for path in source.sources('*.c') for name, lines in functions(path)]
        self.assertGreater(len(found), 0)
        self.assertEqual([f'{source.name(path)}: {name}: {lines}' for path, name, lines in found if lines > MAX_FUNCTION], [])


if __name__ == '__main__':
    tap.main()
