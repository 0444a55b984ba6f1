# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the tests with a real server have in common."""

import unittest

import kamailio
from agents import Agent
from raw import Client


class Case(unittest.TestCase):
    """Tests with one Kamailio, which is there for all of them; a test that kills it makes one of its own, with start ()."""

    settings = {}
    server = None

    @classmethod
    def setUpClass(cls):
        why = kamailio.missing()
        if why:
            raise unittest.SkipTest(why)
        if cls.settings is not None:
            cls.server = kamailio.Kamailio(**cls.settings)
            cls.addClassCleanup(cls.server.close)

    def setUp(self):
        self.servers = [self.server] if self.server else []
        if self.server:
            # A test before this one may have failed, and its agents have been killed.
            for user in ('alice', 'bob', 'carol'):
                client = Client(self.server, 'udp', user)
                client.forget()
                client.close()

    def start(self, **settings):
        server = kamailio.Kamailio(**settings)
        self.servers.append(server)
        self.addCleanup(server.close)
        return server

    def run(self, result=None):
        before = result.good
        super().run(result)
        # What the server had to say belongs to what is told of a failure.
        if before and not result.good:
            for server in self.servers:
                for line in server.text().splitlines()[-60:]:
                    print(f'# kamailio: {line}', flush=True)

    def agent(self, language, user, transport, server=None, register=True, settings=(), more=(), ca=None):
        """An agent that is a client of the server, and of more, and registered there."""
        agent = Agent(language, user)
        self.addCleanup(agent.kill)
        for name, value in settings:
            agent.tell('set', name, value)
        agent.set_up(server or self.server, transport, more, ca)
        if register:
            agent.tell('register')
        return agent

    def client(self, transport, user, server=None):
        client = Client(server or self.server, transport, user)
        self.addCleanup(client.close)
        return client
