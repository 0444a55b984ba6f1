# SPDX-License-Identifier: LGPL-2.1-or-later
"""Agents in several processes behind Kamailio's dispatcher: the example, which fails by itself where a call is lost."""

import os
import pathlib
import re
import shutil
import subprocess
import unittest

import tap

RUN = pathlib.Path(os.environ['SIP_SOURCE']) / 'examples' / 'run'


@unittest.skipUnless(shutil.which('kamailio'), 'kamailio is not installed')
class Farm(unittest.TestCase):
    def run_farm(self, **settings):
        done = subprocess.run([RUN, 'answering-farm'], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ, **settings},
                              timeout=900)
        self.assertEqual(done.returncode, 0, done.stdout)
        # (The media of calls whose machine was killed may be told of as lost.)
        self.assertNotRegex(done.stdout, r'CRITICAL|WARNING|Traceback')
        return done.stdout

    def test_a_machine_is_killed(self):
        told = self.run_farm(DURATION='1')
        self.assertRegex(told, r'6 calls at once, all answered within [\d.]+ s: machine-1 [1-4], machine-2 [1-4], machine-3 [1-4]\n')
        self.assertRegex(told, r'machine-1 is killed, with [1-4] calls on it\n')
        self.assertRegex(told, r'[2-5] calls on the others go on: each is heard, and answers a request\n')
        self.assertRegex(told, r'3 new calls, all answered: machine-1 0, ')
        self.assertRegex(told, r'6 new calls, all answered: machine-1 [1-4], machine-2 [1-4], machine-3 [1-4]\n')
        self.assertTrue(re.search(r'[1-4] calls were on the machine that was killed; of \d+ others none was lost\n$', told), told)


if __name__ == '__main__':
    tap.main()
