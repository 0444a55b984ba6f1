# SPDX-License-Identifier: LGPL-2.1-or-later
"""Each transport, and each thing that an agent does through its server, from C and from Python; the server asks all of them who they are.

The tests are made from a table, and are called after its cells: test_udp_call_from_C, ..."""

import tap
from agents import LANGUAGES
from case import Case
from conformance.peer import token
from kamailio import DOMAIN, TRANSPORTS

ALICE, BOB = f'sip:alice@{DOMAIN}', f'sip:bob@{DOMAIN}'
PIDF = ('<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="{entity}"><tuple id="one"><status><basic>{basic}</basic></status></tuple></presence>')


class Cells(Case):
    def pair(self, transport, language):
        """Alice speaks this language, and Bob the other."""
        other = LANGUAGES[1 - LANGUAGES.index(language)]
        return self.agent(language, 'alice', transport), self.agent(other, 'bob', transport)

    def register(self, transport, language):
        agent = self.agent(language, 'alice', transport)
        dave = self.client('udp', 'dave')
        dave.ask('OPTIONS', ALICE)
        agent.tell('register')
        dave.ask('OPTIONS', ALICE)
        agent.tell('unregister')
        dave.ask('OPTIONS', ALICE, status=404)
        agent.tell('register')
        dave.ask('OPTIONS', ALICE)
        # Who stops is not registered any more.
        agent.end()
        dave.ask('OPTIONS', ALICE, status=404)

    def call(self, transport, language):
        alice, bob = self.pair(transport, language)
        alice.tell('invite', BOB)
        bob.signal('invite sip:alice@example.test')
        alice.signal('progress 180')
        bob.tell('accept', 1)
        alice.signal('accepted 200')
        bob.signal('accepted 200')
        alice.tell('hold', 1)
        bob.signal('reinvite')
        bob.tell('hold', 1)
        alice.signal('reinvite')
        alice.tell('unhold', 1)
        bob.tell('unhold', 1)
        bob.tell('bye', 1)
        alice.signal('terminated Terminated')
        bob.signal('terminated Terminated')

        # The other way, and the caller ends it.
        alice.tell('on-invite', 'accept')
        bob.tell('invite', ALICE)
        bob.signal('accepted 200', session=2)
        alice.signal('accepted 200', session=2)
        bob.tell('bye', 2)
        for agent in (alice, bob):
            agent.signal('terminated Terminated', session=2)
            self.assertEqual([line for line in agent.signals(2) if not line.startswith(('progress', 'invite', 'confirmed'))][:2], ['accepted 200', 'bye'])

        # Refused, and called off.
        bob.tell('on-invite', 'reject', '486')
        alice.tell('invite', BOB)
        alice.signal('terminated Busy', session=3)
        bob.tell('on-invite', 'wait')
        alice.tell('invite', BOB)
        bob.signal('invite', session=4)
        alice.signal('progress 180', session=4)
        alice.tell('cancel', 4)
        alice.signal('terminated Canceled', session=4)
        bob.signal('terminated Canceled', session=4)
        alice.end()
        bob.end()

    def message(self, transport, language):
        alice, bob = self.pair(transport, language)
        self.assertEqual(alice.tell('message', BOB, 'how are you?'), '200')
        bob.wait(f'message {ALICE} how are you\\?')
        self.assertEqual(bob.tell('message', ALICE, 'fine'), '200')
        alice.wait(f'message {BOB} fine')
        self.assertEqual(alice.tell('message', f'sip:nobody@{DOMAIN}', 'hello?'), '404')
        self.assertEqual(alice.tell('message', BOB, 'x' * 400), '200')
        bob.wait(f'message {ALICE} x{{400}}')
        alice.end()
        bob.end()

    def say(self, client, who, basic, *more):
        """What is known of who, as the client tells it; its name for that (RFC 3903)."""
        client.call_id = token()
        return client.ask('PUBLISH', who, body=PIDF.format(entity=who, basic=basic), extra=[
            ('Event', 'presence'), ('Content-Type', 'application/pidf+xml'), ('Expires', '600'), *more])['sip-etag']

    def subscribe(self, transport, language):
        alice = self.agent(language, 'alice', transport)
        bob = self.client('udp', 'bob')
        # Nobody has said anything of this one before.
        who = f'sip:{token()}@{DOMAIN}'
        tag = self.say(bob, who, 'open')
        alice.tell('subscribe', who, 'presence')
        alice.wait('subscription 1 notification active.*<basic>open</basic>.*')
        self.say(bob, who, 'closed', ('SIP-If-Match', tag))
        alice.wait('subscription 1 notification active.*<basic>closed</basic>.*')
        alice.tell('unsubscribe', 1)
        alice.wait('subscription 1 notification terminated.*')
        alice.wait('subscription 1 terminated .*')
        alice.end()

    def publish(self, transport, language):
        """Alice says how she is, and Bob hears of it, of a change, and when she says so no longer."""
        alice, bob = self.pair(transport, language)
        alice.tell('publish', 'presence', 'application/pidf+xml', PIDF.format(entity=ALICE, basic='open'))
        alice.wait('published')
        bob.tell('subscribe', ALICE, 'presence')
        bob.wait('subscription 1 notification active.*<basic>open</basic>.*')
        alice.tell('publish', 'presence', 'application/pidf+xml', PIDF.format(entity=ALICE, basic='closed'))
        alice.wait('published', 2)
        bob.wait('subscription 1 notification active.*<basic>closed</basic>.*')
        alice.tell('unpublish')
        alice.wait('unpublished.*')
        bob.tell('unsubscribe', 1)
        bob.wait('subscription 1 terminated .*')
        alice.end()
        bob.end()

    def notify(self, transport, language):
        """Bob asks Alice herself, through the server, and is told of a change, and of the end when she stops."""
        alice, bob = self.pair(transport, language)
        alice.tell('serve', 'message-summary', 'application/simple-message-summary', 'Messages-Waiting: no')
        bob.tell('subscribe', ALICE, 'message-summary')
        alice.wait(f'subscriber {BOB} message-summary')
        bob.wait('subscription 1 notification active.*Messages-Waiting: no.*')
        alice.tell('serve', 'message-summary', 'application/simple-message-summary', 'Messages-Waiting: yes')
        bob.wait('subscription 1 notification active.*Messages-Waiting: yes.*')
        bob.tell('unsubscribe', 1)
        bob.wait('subscription 1 terminated .*')
        bob.tell('subscribe', ALICE, 'message-summary')
        bob.wait('subscription 2 notification active.*Messages-Waiting: yes.*')
        alice.end()
        bob.wait('subscription 2 notification terminated.*')
        bob.end()


def make(transport, thing, language):
    def test(self):
        getattr(self, thing)(transport, language)
    name = f'test_{transport}_{thing}_from_{language}'
    test.__name__ = name
    setattr(Cells, name, test)


for _transport in TRANSPORTS:
    for _thing in ('register', 'call', 'message', 'subscribe', 'publish', 'notify'):
        for _language in LANGUAGES:
            make(_transport, _thing, _language)


class Sha256(Case):
    """RFC 8760."""

    settings = {'algorithm': 'SHA-256'}

    def test_call(self):
        alice, bob = self.agent('C', 'alice', 'tls'), self.agent('Python', 'bob', 'udp')
        bob.tell('on-invite', 'accept')
        alice.tell('invite', BOB)
        alice.signal('accepted 200')
        alice.tell('bye', 1)
        bob.signal('terminated Terminated')
        alice.end()
        bob.end()


if __name__ == '__main__':
    tap.main()
