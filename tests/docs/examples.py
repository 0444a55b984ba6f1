# SPDX-License-Identifier: LGPL-2.1-or-later
"""Each example does what its script says: examples/run NAME ends with 0, for each NAME that it lists but those that wait for Ctrl-C."""

import os
import pathlib
import re
import subprocess
import unittest

import tap

RUN = pathlib.Path(os.environ['SIP_SOURCE']) / 'examples' / 'run'
# Who ends by Ctrl-C only, or runs in a suite of its own.
ELSEWHERE = {'call-listen', 'message-listen', 'answering-farm'}


def names():
    told = subprocess.run([RUN, '--help'], check=True, stdout=subprocess.PIPE, text=True).stdout
    return re.findall(r'^  ([a-z][a-z-]*)  ', told, re.MULTILINE)


class Examples(unittest.TestCase):
    def test_unknown(self):
        done = subprocess.run([RUN, 'no-such-thing'], stderr=subprocess.PIPE, text=True)
        self.assertEqual(done.returncode, 1)
        self.assertIn('no-such-thing', done.stderr)

    def test_each_is_named(self):
        folders = {path.parent.name for path in RUN.parent.glob('*/run')}
        self.assertEqual({folder for folder in folders if folder not in names()}, set())


def add(name):
    def test(self):
        done = subprocess.run([RUN, name], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=dict(os.environ, DURATION='3'), timeout=400)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertNotRegex(done.stdout, r'CRITICAL|WARNING|Traceback|JS ERROR')

    setattr(Examples, 'test_' + name.replace('-', '_'), test)


for each in names():
    if each not in ELSEWHERE:
        add(each)

if __name__ == '__main__':
    tap.main()
