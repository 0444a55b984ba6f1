# SPDX-License-Identifier: LGPL-2.1-or-later
"""Links lead somewhere, the reference is there, and every public symbol is documented."""

import os
import pathlib
import re
import subprocess
import unittest
import xml.etree.ElementTree as ElementTree

import tap

SOURCE = pathlib.Path(os.environ['SIP_SOURCE'])
BUILD = pathlib.Path(os.environ['SIP_BUILD'])
CORE = '{http://www.gtk.org/introspection/core/1.0}'
GLIB = '{http://www.gtk.org/introspection/glib/1.0}'


class Pages(unittest.TestCase):
    def test_links(self):
        for page in [*SOURCE.glob('*.md'), *SOURCE.glob('docs/*.md')]:
            for target in re.findall(r'\]\(([^)#]+)[^)]*\)', page.read_text()):
                if re.match(r'[a-z]+:', target):
                    continue
                with self.subTest(page=page.name, target=target):
                    # A page of the reference is a page of docs/, a diagram is made from its source.
                    there = page.parent / re.sub(r'\.html$', '.md', target)
                    if target.endswith('.svg'):
                        there = page.parent / 'diagrams' / target.replace('.svg', '.dot')
                    self.assertTrue(there.exists(), str(there))

    def test_reference_has_the_pages(self):
        reference = BUILD / 'docs' / 'sip-glib-1.0'
        for name in ('index.html', 'class.Session.html', 'class.UserAgent.html', 'architecture.html', 'threads.html', 'session.svg'):
            self.assertTrue((reference / name).exists(), name)

    def test_the_two_commands_are_there(self):
        readme = (SOURCE / 'README.md').read_text()
        for command in ('examples/run', 'tests/run'):
            self.assertIn(command, readme)
            self.assertTrue(os.access(SOURCE / command, os.X_OK))

    def test_every_symbol_is_documented(self):
        """What gi-docgen calls undocumented: a public symbol, a parameter or a result without a word on it."""
        namespace = ElementTree.parse(BUILD / 'lib' / 'Sip-1.0.gir').getroot().find(f'{CORE}namespace')
        silent = []

        def visit(element, path):
            kind = element.tag.split('}')[1]
            name = element.get('name') or element.get(f'{GLIB}name') or kind
            here = f'{path}.{name}' if path else name
            documented = {'class', 'interface', 'record', 'enumeration', 'bitfield', 'function', 'method', 'constructor', 'constant', 'property',
                          'signal', 'member', 'callback', 'virtual-method', 'parameter'}
            if element.get('introspectable') == '0' or element.get('disguised') == '1' or element.get(f'{GLIB}is-gtype-struct-for'):
                return
            if kind in documented and element.find(f'{CORE}doc') is None:
                # A virtual method is documented with its structure's field; what a GObject macro makes has nothing to say.
                if kind not in ('virtual-method',):
                    silent.append(f'{kind} {here}')
            for child in element:
                if kind == 'virtual-method' or child.tag.split('}')[1] in ('field', 'implements', 'prerequisite', 'doc'):
                    continue
                visit(child, here)

        for element in namespace:
            visit(element, '')
        self.assertEqual(silent, [])

    def test_gi_docgen_check(self):
        result = subprocess.run(['gi-docgen', 'check', '--fatal-warnings', '--config', SOURCE / 'docs' / 'sip.toml', BUILD / 'lib' / 'Sip-1.0.gir'],
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.assertEqual(result.returncode, 0, result.stdout[-3000:])


if __name__ == '__main__':
    tap.main()
