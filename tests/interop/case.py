# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the tests with a real server have in common."""

import unittest

import kamailio


class Case(unittest.TestCase):
    """Tests with one Kamailio, which is there for all of them; a test that kills it makes one of its own."""

    settings = {}

    @classmethod
    def setUpClass(cls):
        why = kamailio.missing()
        if why:
            raise unittest.SkipTest(why)
        cls.server = kamailio.Kamailio(**cls.settings)
        cls.addClassCleanup(cls.server.close)

    def run(self, result=None):
        before = getattr(result, 'good', True)
        super().run(result)
        # What the server had to say belongs to what is told of a failure.
        if before and not getattr(result, 'good', True):
            for server in {id(each): each for each in [getattr(self, 'server', None), *getattr(self, 'servers', [])] if each}.values():
                for line in server.text().splitlines()[-60:]:
                    print(f'# kamailio: {line}', flush=True)
