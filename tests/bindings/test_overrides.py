# SPDX-License-Identifier: LGPL-2.1-or-later
"""The overrides know every method that they are for."""

import os
import pathlib
import re
import unittest
import xml.etree.ElementTree as ElementTree

import tap

SOURCE = pathlib.Path(os.environ['SIP_SOURCE'])
BUILD = pathlib.Path(os.environ['SIP_BUILD'])
CORE = '{http://www.gtk.org/introspection/core/1.0}'

# Types of options, in an argument of their own before those of an asynchronous call.
OPTIONS = re.compile(r'^[A-Z]\w*Options$')
# Where an override takes the options of a type that is derived from what the method asks for.
WIDER = {('Session', 'bye'): 'ResponseOptions'}


class Overrides(unittest.TestCase):
    def setUp(self):
        namespace = ElementTree.parse(BUILD / 'lib' / 'Sip-1.0.gir').getroot().find(f'{CORE}namespace')
        self.methods = [(cls.get('name'), method) for cls in namespace if cls.tag in (f'{CORE}class', f'{CORE}interface')
                        for method in cls.findall(f'{CORE}method')]
        self.assertGreater(len(self.methods), 0)

        self.script = (SOURCE / 'bindings' / 'gjs' / 'overrides' / 'Sip.js').read_text()
        self.module = (SOURCE / 'bindings' / 'python' / 'gi' / 'overrides' / 'Sip.py').read_text()

    def table(self, text, name):
        """The rows of a table of an override."""
        body = re.search(rf'^(?:const )?{name} = \[\n(.*?)^\]', text, re.MULTILINE | re.DOTALL).group(1)
        return {tuple(re.findall(r"[\w]+", row)) for row in re.findall(r'[\[(](.*)[\])]', body)}

    def test_every_async_method_is_a_promise(self):
        table = re.search(r'^const ASYNC = \{\n(.*?)^\};', self.script, re.MULTILINE | re.DOTALL).group(1)
        known = {(cls, name) for cls, names in re.findall(r'(\w+): \[(.*?)\]', table) for name in re.findall(r"'(\w+)'", names)}
        there = {(cls, method.get('name')[:-6]) for cls, method in self.methods if method.get('name').endswith('_async')}
        self.assertEqual(known, there)

    def test_every_options_argument_has_its_sugar(self):
        there = set()
        for cls, method in self.methods:
            for position, parameter in enumerate(method.findall(f'{CORE}parameters/{CORE}parameter')):
                kind = parameter.find(f'{CORE}type')
                if kind is not None and OPTIONS.search(kind.get('name') or '') and parameter.get('nullable'):
                    there.add((cls, method.get('name'), WIDER.get((cls, method.get('name')), kind.get('name')), str(position)))
        self.assertGreater(len(there), 0)
        self.assertEqual(self.table(self.script, 'OPTIONS'), there, 'Sip.js')
        self.assertEqual(self.table(self.module, '_OPTIONS'), there, 'Sip.py')

    def test_what_ends_later_has_a_short_name(self):
        """Where it is free: accept () is a method of its own, and a virtual method's name belongs to who implements it."""
        taken = {(cls, method.get('name')) for cls, method in self.methods}
        there = set()
        for cls, method in self.methods:
            name = method.get('name')
            if name.endswith('_async') and (cls, name[:-6]) not in taken and cls not in ('SessionDescriptionHandler', 'DescriptionModifier'):
                arguments = [parameter.get('name') for parameter in method.findall(f'{CORE}parameters/{CORE}parameter')]
                there.add((cls, name[:-6], str(arguments.index('cancellable'))))
        self.assertEqual(self.table(self.script, 'PROMISES'), there, 'Sip.js')
        self.assertEqual(self.table(self.module, '_FUTURES'), there, 'Sip.py')


if __name__ == '__main__':
    tap.main()
