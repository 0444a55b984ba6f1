# SPDX-License-Identifier: LGPL-2.1-or-later
"""A test with one agent and any number of peers, all ended with it."""

import unittest

import peer


class Case(unittest.TestCase):
    def agent(self, *options):
        agent = peer.Agent(*options)
        self.addCleanup(agent.kill)
        return agent

    def peer(self, agent=None):
        other = peer.Peer(agent.port if agent else None)
        self.addCleanup(other.close)
        return other

    def good_call(self, agent):
        """The agent is well: it takes a call and ends it."""
        other = self.peer(agent)
        ok = other.establish()
        other.request('BYE', uri=ok.contact_uri, to_tag=ok.tag('to'))
        other.expect(200)
