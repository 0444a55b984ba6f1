# SPDX-License-Identifier: LGPL-2.1-or-later
"""docs/session-api.md is whole: no line without its tests, no test that is not there, nothing public without a line."""

import ast
import os
import pathlib
import re
import subprocess
import unittest
import xml.etree.ElementTree as ElementTree

import tap

SOURCE = pathlib.Path(os.environ['SIP_SOURCE'])
BUILD = pathlib.Path(os.environ['SIP_BUILD'])
PROGRAMS = os.environ['SIP_UNIT_PROGRAMS'].split(':')
CORE = '{http://www.gtk.org/introspection/core/1.0}'
GLIB = '{http://www.gtk.org/introspection/glib/1.0}'

COLUMNS = ('the reference', 'here', 'C', 'Python', 'GJS', 'a real peer')

# What an application holds of a call: each of its members has a line.
CLASSES = ('Session', 'OutgoingSession', 'IncomingSession', 'RequestOptions', 'ResponseOptions', 'InviteOptions', 'DtmfOptions', 'ReferOptions',
           'Dtmf', 'ReferClientContext', 'ReferServerContext')


def lines():
    """The table's rows: a dict of its columns each."""
    for line in (SOURCE / 'docs' / 'session-api.md').read_text().splitlines():
        cells = [cell.strip() for cell in line.strip().strip('|').split(' | ')]
        if line.startswith('| ') and tuple(cells) != COLUMNS and set(line) - set('| -'):
            yield dict(zip(COLUMNS, cells)) | {'line': line, 'n': len(cells)}


def names(cell):
    return re.findall(r'`([^`]+)`', cell)


def methods_of(path):
    """Class.test of a program that speaks unittest."""
    tree = ast.parse(path.read_text())
    return {f'{cls.name}.{method.name}' for cls in tree.body if isinstance(cls, ast.ClassDef)
            for method in cls.body if isinstance(method, ast.FunctionDef) and method.name.startswith('test')}


def in_c():
    found = set()
    for program in PROGRAMS:
        out = subprocess.run([program, '-l'], stdout=subprocess.PIPE, text=True).stdout
        found |= {line[1:] for line in out.splitlines() if line.startswith('/')}
    return found


def in_python(folder, prefix):
    found = set()
    for path in (SOURCE / 'tests' / folder).glob(f'{prefix}*.py'):
        found |= {f'{path.stem[len(prefix):]}/{name}' for name in methods_of(path)}
    return found


def in_gjs():
    found = set()
    for path in (SOURCE / 'tests' / 'bindings').glob('test-*.js'):
        found |= {f'{path.stem[5:]}/{name}' for name in re.findall(r"^ {4}(?:async )?'([^']+)'(?:\(|:)", path.read_text(), re.MULTILINE)}
    return found


def in_browser():
    """Patterns: a name may hold a number that the program fills in."""
    found = []
    for path in (SOURCE / 'tests' / 'browser').glob('test-*.mjs'):
        for name in re.findall(r"name: ['`]([^'`]+)['`]", path.read_text()):
            found.append(re.compile('.+'.join(map(re.escape, re.split(r'\$\{[^}]*\}', name)))))
    return found


class SessionApi(unittest.TestCase):
    def setUp(self):
        self.rows = list(lines())
        self.assertGreater(len(self.rows), 100)

    def test_every_cell_is_filled(self):
        for row in self.rows:
            with self.subTest(row['line'][:60]):
                self.assertEqual(row['n'], len(COLUMNS))
                self.assertTrue(row['here'] == '–' or names(row['here']))
                for column in ('C', 'Python', 'GJS'):
                    self.assertTrue(names(row[column]), column)
                self.assertTrue(names(row['a real peer']) or row['a real peer'] == '–')

    def check(self, column, known):
        there = [name for row in self.rows for name in names(row[column])]
        self.assertGreater(len(there), 0)
        self.assertEqual(sorted({name for name in there if not known(name)}), [])

    def test_tests_in_c_are_there(self):
        self.check('C', in_c().__contains__)

    def test_tests_in_python_are_there(self):
        self.check('Python', in_python('bindings', 'test_').__contains__)

    def test_tests_in_gjs_are_there(self):
        self.check('GJS', in_gjs().__contains__)

    def test_tests_with_peers_are_there(self):
        browser, conformance = in_browser(), in_python('conformance', '')

        def known(name):
            suite, test = name.split(': ', 1)
            if suite == 'browser':
                return any(pattern.fullmatch(test) for pattern in browser)
            return suite == 'conformance' and test in conformance

        self.check('a real peer', known)


class Reference(unittest.TestCase):
    """The second column, compared with what is public."""

    def setUp(self):
        namespace = ElementTree.parse(BUILD / 'lib' / 'Sip-1.0.gir').getroot().find(f'{CORE}namespace')
        self.members, self.wanted = set(), set()
        for cls in namespace:
            kind, name = cls.tag.split('}')[1], cls.get('name')
            if kind == 'constant' and name.startswith('CAUSE_'):
                self.members.add(name)
                self.wanted.add(name)
            elif kind in ('class', 'interface'):
                of_class = {f'{name}:{item.get("name")}' for item in cls.findall(f'{CORE}property')}
                of_class |= {f'{name}::{item.get("name")}' for item in cls.findall(f'{GLIB}signal')}
                methods = {item.get('name') for item in cls.findall(f'{CORE}method')}
                self.members |= {name} | of_class | {f'{name}.{method}' for method in methods}
                if name in CLASSES:
                    # What reads or writes a property, or ends what another began, has no line of its own.
                    self.wanted |= of_class | {f'{name}.{method}' for method in methods if not re.match(r'(get|set)_|.*_finish$', method)}
        self.rows = list(lines())
        self.listed = {name for row in self.rows for name in names(row['here'])}

    def test_what_is_listed_is_there(self):
        self.assertEqual(sorted(self.listed - self.members), [])

    def test_what_is_there_is_listed(self):
        self.assertEqual(sorted(self.wanted - self.listed), [])


class Examples(unittest.TestCase):
    """The examples of the migration guide are lines of tests that run."""

    FILES = {
        'c': 'tests/unit/agent/test-session-examples.c',
        'python': 'tests/bindings/test_examples.py',
        'js': 'tests/bindings/test-examples.js',
    }

    def test_examples_are_those_of_the_tests(self):
        page = (SOURCE / 'docs' / 'migrating-from-sipjs.md').read_text().split('## The examples')[1].split('\n## ')[0]
        found = {language: re.findall(rf'^```{language}\n(.*?)^```$', page, re.MULTILINE | re.DOTALL) for language in self.FILES}
        self.assertEqual({len(blocks) for blocks in found.values()}, {5})
        for language, path in self.FILES.items():
            source = [line.strip() for line in (SOURCE / path).read_text().splitlines()]
            for block in found[language]:
                with self.subTest(language=language, block=block):
                    at = 0
                    for line in filter(None, map(str.strip, block.splitlines())):
                        self.assertIn(line, source[at:])
                        at = source.index(line, at) + 1


if __name__ == '__main__':
    tap.main()
