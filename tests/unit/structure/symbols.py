# SPDX-License-Identifier: LGPL-2.1-or-later
"""Exported symbols are shared with every other library of the process; others begin with sip_, too."""

import ctypes.util
import re
import subprocess
import unittest

import source
import tap

# Endings and names that Sofia-SIP and libre use for their own. None of theirs is of dialog-info.
FORBIDDEN = re.compile(r'(_copy|_dup|_make|_format|_init)$|^sip_(header|method|dialog(?!_info_)|auth)_|^sip_request$')


def exported(library):
    out = subprocess.run(['nm', '-D', '--defined-only', library], check=True, stdout=subprocess.PIPE, text=True).stdout
    return {line.split()[-1].split('@')[0] for line in out.splitlines() if line}


def declared():
    names = set()
    for path in source.sources('*.h'):
        if source.is_public(path):
            text = source.without_comments(path.read_text())
            names.update(re.findall(r'SIP_AVAILABLE_IN_\w+\s+[^;{}()]*?\b(sip_\w+) \(', text))
            names.update(f'{prefix}_get_type' for prefix in
                         re.findall(r'(?:SIP_DECLARE_INTERNAL_TYPE|G_DECLARE_\w+) \(\w+, (\w+),', text))
    return names


class Symbols(unittest.TestCase):
    def setUp(self):
        libraries = [path for path in (source.BUILD / 'lib').iterdir()
                     if re.fullmatch(r'libsip-glib-1\.0\.so\.\d+\.\d+\.\d+', path.name)]
        self.assertEqual(len(libraries), 1)
        self.ours = exported(libraries[0])
        self.assertGreater(len(self.ours), 0)

    def test_exported_are_declared(self):
        """Visibility is hidden by default: nothing private leaks out."""
        self.assertEqual(self.ours - declared(), set())

    def test_declared_are_exported(self):
        self.assertEqual(declared() - self.ours, set())

    def test_prefix(self):
        self.assertEqual({name for name in self.ours if not name.startswith('sip_')}, set())

    def test_forbidden(self):
        self.assertEqual({name for name in self.ours if FORBIDDEN.search(name)}, set())

    def compare_with(self, library):
        soname = ctypes.util.find_library(library)
        if soname is None:
            self.skipTest(f'lib{library} is not installed')
        out = subprocess.run(['ldconfig', '-p'], check=True, stdout=subprocess.PIPE, text=True).stdout
        path = next(line.split(' => ')[1] for line in out.splitlines() if line.split()[0] == soname)
        self.assertEqual(self.ours & exported(path), set())

    def test_against_sofia_sip(self):
        self.compare_with('sofia-sip-ua')

    def test_against_libre(self):
        self.compare_with('re')


if __name__ == '__main__':
    tap.main()
