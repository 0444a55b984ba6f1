# SPDX-License-Identifier: LGPL-2.1-or-later
"""The server does what the other tests need of it, whoever asks."""

import tap
from case import Case
from kamailio import DOMAIN, TRANSPORTS
from raw import Client

INSTANCE = ';+sip.instance="<urn:uuid:11111111-2222-4333-8444-555555555555>";reg-id=1'
PIDF = ('<?xml version="1.0"?><presence xmlns="urn:ietf:params:xml:ns:pidf" entity="sip:bob@example.test"><tuple id="a"><status>'
        '<basic>open</basic></status></tuple></presence>')


class Fixture(Case):
    def client(self, transport, user):
        client = Client(self.server, transport, user)
        self.addCleanup(client.close)
        return client

    def test_registers_and_relays(self):
        for transport in TRANSPORTS:
            with self.subTest(transport=transport):
                bob, alice = self.client(transport, 'bob'), self.client('udp', 'alice')
                bob.register()
                alice.begin('MESSAGE', f'sip:bob@{DOMAIN}', extra=[('Content-Type', 'text/plain')], body='hello')
                message = bob.expect('MESSAGE')
                self.assertEqual(message.body, 'hello')
                bob.respond(message, 200)
                alice.expect(200)
                bob.register(expires=0)

    def test_gives_gruus_and_takes_outbound(self):
        for transport in TRANSPORTS:
            with self.subTest(transport=transport):
                bob = self.client(transport, 'bob')
                ok = bob.register(params=INSTANCE, extra=[('Supported', 'gruu, outbound, path')])
                self.assertIn('pub-gruu="', ok['contact'])
                self.assertIn('temp-gruu="', ok['contact'])
                if transport != 'udp':
                    self.assertIn('outbound', ok['require'] or '')
                bob.register(expires=0, params=INSTANCE, extra=[('Supported', 'gruu, outbound, path')])

    def test_serves_presence(self):
        for transport in TRANSPORTS:
            with self.subTest(transport=transport):
                bob, alice = self.client('udp', 'bob'), self.client(transport, 'alice')
                ok = bob.ask('PUBLISH', f'sip:bob@{DOMAIN}', body=PIDF,
                             extra=[('Event', 'presence'), ('Content-Type', 'application/pidf+xml'), ('Expires', '60')])
                self.assertTrue(ok['sip-etag'])
                alice.ask('SUBSCRIBE', f'sip:bob@{DOMAIN}', status=200,
                          extra=[('Event', 'presence'), ('Accept', 'application/pidf+xml'), ('Expires', '60')])
                notify = alice.expect('NOTIFY')
                self.assertIn('<basic>open</basic>', notify.body)
                alice.respond(notify, 200)


class Sha256(Fixture):
    settings = {'algorithm': 'SHA-256'}


if __name__ == '__main__':
    tap.main()
