# SPDX-License-Identifier: LGPL-2.1-or-later
"""The server dies, at the worst moments, and comes back with all forgotten; or another is there in its place. Calls live on, and who was registered
is so again, by itself."""

import socket
import time

import tap
from agents import LANGUAGES, Agent
from case import Case
from kamailio import DOMAIN, PATIENCE, password

ALICE, BOB = f'sip:alice@{DOMAIN}', f'sip:bob@{DOMAIN}'
STREAMS = ('tcp', 'tls', 'ws', 'wss')


class Outages(Case):
    settings = None

    def reaches(self, server, uri):
        """Until the server has a way to this address again."""
        end = time.monotonic() + PATIENCE
        dave = self.client('udp', 'dave', server)
        while time.monotonic() < end:
            dave.begin('OPTIONS', uri)
            answer = dave.expect(200, 404, 408, 430, 477, 500, 503)
            if answer.status == 200:
                return
            time.sleep(0.1)
        raise AssertionError(f'{uri} is not registered again')

    def established(self, server, transports=('tls', 'ws'), languages=LANGUAGES, use_gruu=True):
        """A call between agents whose Contacts the server knows how to reach wherever they are (RFC 5627)."""
        alice, bob = [self.agent(language, user, transport, server, settings=[('use-gruu', str(use_gruu).lower())]) for language, user, transport in zip(languages, ('alice', 'bob'), transports)]
        bob.tell('on-invite', 'accept')
        alice.tell('invite', BOB)
        alice.signal('accepted')
        bob.signal('confirmed')
        return alice, bob

    def test_in_a_registration(self):
        """It is told that it is lost, and it comes back, over each transport that has connections."""
        server = self.start()
        agents = [self.agent(LANGUAGES[i % 2], user, transport, server)
                  for i, (user, transport) in enumerate(zip(('alice', 'bob', 'carol', 'alice'), STREAMS))]
        server.kill()
        for agent in agents:
            agent.wait('server disconnected .*')
            agent.wait('registration unregistered .*')
        server.start()
        for agent in agents:
            agent.wait('server connected .*', 2)
            agent.wait('registration registered', 2)
        self.reaches(server, ALICE)
        self.reaches(server, BOB)
        for agent in agents:
            agent.end()

    def test_while_it_registers(self):
        """The server takes the REGISTER and never answers it: it is gone, and another process is where it was, for a while."""
        server = self.start()
        agent = self.agent('C', 'alice', 'tcp', server, register=False)
        server.kill()
        agent.wait('server disconnected .*')
        with socket.create_server((server.host, server.ports['tcp'])) as deaf:
            deaf.settimeout(PATIENCE)
            taken, _ = deaf.accept()
            asked = agent.begin('register')
            taken.settimeout(PATIENCE)
            self.assertTrue(taken.recv(100).startswith(b'REGISTER '))
            taken.close()
        server.start()
        # Whether the first attempt is told to have failed or goes on by itself: in the end it is registered.
        agent.answer(asked)
        agent.wait('registration registered')
        self.reaches(server, ALICE)
        agent.end()

    def test_no_server_at_the_start(self):
        server = self.start()
        server.kill()
        agent = Agent('C', 'alice')
        self.addCleanup(agent.kill)
        agent.tell('credentials', 'alice', password('alice'))
        agent.tell('server', server.uri('tcp'))
        self.assertRegex(agent.answer(agent.begin('start')), 'error .*refused')
        server.start()
        agent.tell('start')
        agent.tell('register')
        self.reaches(server, ALICE)
        agent.end()

    def test_over_udp(self):
        """No connection tells that it was away: the next refresh does, and what was forgotten is known again."""
        server = self.start()
        agent = self.agent('Python', 'alice', 'udp', server, register=False)
        agent.tell('register', 10)
        server.kill()
        server.start()
        agent.wait('registration registered', 2)
        self.reaches(server, ALICE)
        agent.end()

    def test_in_a_ring(self):
        """A call that is not answered yet is lost with its connection."""
        server = self.start()
        alice, bob = self.agent('C', 'alice', 'tls', server), self.agent('Python', 'bob', 'wss', server)
        alice.tell('invite', BOB)
        bob.signal('invite')
        alice.signal('progress 180')
        server.kill()
        for agent in (alice, bob):
            agent.signal('failed Connection Error')
            agent.signal('terminated Connection Error')
        server.start()
        for agent in (alice, bob):
            agent.wait('registration registered', 2)
        # And then it goes.
        bob.tell('on-invite', 'accept')
        alice.tell('invite', BOB)
        alice.signal('accepted', session=2)
        alice.tell('bye', 2)
        bob.signal('terminated Terminated', session=2)
        alice.end()
        bob.end()

    def test_in_a_call(self):
        """It goes on, and its requests find the new way: those of either side."""
        for transports, languages in ((('tls', 'ws'), ('C', 'Python')), (('wss', 'tcp'), ('Python', 'C'))):
            with self.subTest(transports=transports):
                server = self.start()
                alice, bob = self.established(server, transports, languages)
                server.kill()
                for agent in (alice, bob):
                    agent.wait('server disconnected .*')
                server.start()
                for agent in (alice, bob):
                    agent.wait('registration registered', 2)
                    self.assertEqual(agent.tell('state', 1), 'established')
                alice.tell('hold', 1)
                alice.tell('unhold', 1)
                bob.tell('hold', 1)
                bob.tell('unhold', 1)
                bob.tell('bye', 1)
                for agent in (alice, bob):
                    agent.signal('terminated Terminated')
                    self.assertEqual([line for line in agent.signals() if not line.startswith(('progress', 'invite', 'reinvite', 'confirmed'))][:2],
                                     ['accepted 200', 'bye'])
                    agent.end()
                server.close()

    def test_in_a_call_over_udp(self):
        server = self.start()
        alice, bob = self.established(server, ('udp', 'udp'), use_gruu=False)
        server.kill()
        server.start()
        alice.tell('hold', 1)
        alice.tell('unhold', 1)
        alice.tell('bye', 1)
        for agent in (alice, bob):
            agent.signal('terminated Terminated')
            agent.end()

    def test_hangs_up_while_the_server_is_away(self):
        """What cannot be told is over all the same; who was not told hears of it when it asks."""
        server = self.start()
        alice, bob = self.established(server)
        server.kill()
        for agent in (alice, bob):
            agent.wait('server disconnected .*')
        alice.tell('bye', 1)
        alice.signal('terminated')
        self.assertEqual(bob.tell('state', 1), 'established')
        server.start()
        for agent in (alice, bob):
            agent.wait('registration registered', 2)
        bob.begin('hold', 1)
        bob.signal('terminated')
        alice.end()
        bob.end()

    def test_failover(self):
        """Of two servers one is used, and then the other; both know who is registered where our agent is."""
        one, two = self.start(), self.start()
        for transport, language in (('tls', 'C'), ('ws', 'Python'), ('tcp', 'Python')):
            with self.subTest(transport=transport):
                alice = self.two_servers(language, 'alice', transport, one, two)
                bob = self.two_servers(LANGUAGES[0], 'bob', transport, one, two)
                bob.tell('on-invite', 'accept')
                alice.tell('invite', BOB)
                alice.signal('accepted')
                bob.signal('accepted')
                one.kill()
                for agent in (alice, bob):
                    agent.wait(f'server disconnected {one.uri(transport)}')
                self.reaches(two, ALICE)
                self.reaches(two, BOB)
                # The call lives, and another goes by the second server.
                self.assertEqual(alice.tell('state', 1), 'established')
                alice.tell('invite', BOB)
                alice.signal('accepted', session=2)
                bob.signal('accepted', session=2)
                alice.tell('bye', 2)
                bob.signal('terminated Terminated', session=2)
                one.start()
                for agent in (alice, bob):
                    agent.wait(f'server connected {one.uri(transport)}', 2)
                    agent.end()

    def two_servers(self, language, user, transport, one, two):
        (one.folder / 'both.pem').write_text((one.folder / 'ca.pem').read_text() + (two.folder / 'ca.pem').read_text())
        agent = self.agent(language, user, transport, one, register=False, more=[two.uri(transport)], ca=one.folder / 'both.pem')
        agent.wait(f'server connected {one.uri(transport)}')
        agent.wait(f'server connected {two.uri(transport)}')
        agent.tell('register')
        return agent


if __name__ == '__main__':
    tap.main()
