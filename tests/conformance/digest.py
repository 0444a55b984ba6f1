# SPDX-License-Identifier: LGPL-2.1-or-later
"""Digest authentication (RFC 3261 §22, RFC 8760, RFC 7616) with a server that computes each answer itself."""

import hashlib
import re

import tap
from case import Case
from peer import SDP

HASHES = {'MD5': 'md5', 'SHA-256': 'sha256', 'SHA-512-256': 'sha512_256'}
ALGORITHMS = [name + suffix for name in HASHES for suffix in ('', '-sess')]
REALM = 'a "quoted" realm'


def quote(text):
    return '"' + text.replace('\\', '\\\\').replace('"', '\\"') + '"'


class Server:
    """What one challenge asks for, and what it makes of an answer."""

    def __init__(self, nonce='n-1', algorithm=None, qop=None, userhash=False, password='secret', stale=False):
        self.nonce, self.algorithm, self.qop, self.userhash, self.password, self.stale = nonce, algorithm, qop, userhash, password, stale

    def digest(self, *parts):
        return hashlib.new(HASHES[(self.algorithm or 'MD5').removesuffix('-sess')], ':'.join(parts).encode()).hexdigest()

    @property
    def challenge(self):
        value = f'Digest realm={quote(REALM)}, nonce={quote(self.nonce)}, opaque="o, \\"x\\""'
        value += f', algorithm={self.algorithm}' if self.algorithm else ''
        value += f', qop={quote(self.qop)}' if self.qop else ''
        value += ', userhash=true' if self.userhash else ''
        return ('WWW-Authenticate', value + (', stale=TRUE' if self.stale else ''))

    def read(self, request):
        assert request['authorization'].startswith('Digest '), request['authorization']
        pairs = re.findall(r'([\w-]+)=(?:"((?:[^"\\]|\\.)*)"|([^",\s]+))', request['authorization'])
        return {name: re.sub(r'\\(.)', r'\1', quoted) or plain for name, quoted, plain in pairs}

    def respond(self, said, method, body):
        a1 = self.digest('alice', REALM, self.password)
        if (self.algorithm or '').endswith('-sess'):
            a1 = self.digest(a1, said['nonce'], said['cnonce'])
        a2 = [method, said['uri']] + ([self.digest(body)] if said.get('qop') == 'auth-int' else [])
        middle = [said['nc'], said['cnonce'], said['qop']] if 'qop' in said else []
        return self.digest(a1, said['nonce'], *middle, self.digest(*a2))

    def check(self, case, request, nc=1):
        """RFC 7616 §3.4."""
        said = self.read(request)
        case.assertEqual((said['realm'], said['nonce'], said['opaque'], said['uri']), (REALM, self.nonce, 'o, "x"', request.uri))
        case.assertEqual(said['username'], self.digest('alice', REALM) if self.userhash else 'alice')
        case.assertEqual(said.get('userhash'), 'true' if self.userhash else None)
        case.assertEqual(said.get('algorithm'), self.algorithm)
        case.assertEqual(said.get('qop'), ('auth' if 'auth' in self.qop.split(',') else 'auth-int') if self.qop else None)
        case.assertEqual(said.get('nc'), f'{nc:08x}' if self.qop else None)
        case.assertEqual('cnonce' in said, bool(self.qop) or (self.algorithm or '').endswith('-sess'))
        case.assertEqual(said['response'], self.respond(said, request.method, request.body))
        return said

    def info(self, request, body='', more='', password=None):
        said = self.read(request)
        right, self.password = self.password, password or self.password
        rspauth = self.respond(said, '', body)
        self.password = right
        return ('Authentication-Info', f'qop={said["qop"]}, rspauth="{rspauth}", cnonce="{said["cnonce"]}", nc={said["nc"]}{more}')


class Digest(Case):
    def call(self, *options):
        peer = self.peer()
        agent = self.agent('--call', f'sip:peer@127.0.0.1:{peer.port}', *options)
        return agent, peer, peer.expect('INVITE')

    def challenge(self, peer, request, server, **kwargs):
        """Refuses the request; the next one."""
        peer.respond(request, 401, tag='a', extra=[server.challenge], **kwargs)
        if request.method == 'INVITE':
            peer.expect('ACK')
        return peer.expect(request.method)

    def accept(self, peer, invite, extra=()):
        peer.respond(invite, 200, tag='b', body=SDP, extra=list(extra))
        ack = peer.expect('ACK')
        # RFC 3261 §22.1
        self.assertEqual(ack['authorization'], invite['authorization'])
        return peer.expect('BYE')

    def test_each_algorithm(self):
        for algorithm in [None] + ALGORITHMS:
            for qop in (None, 'auth', 'auth-int', 'auth,auth-int'):
                with self.subTest(algorithm=algorithm, qop=qop):
                    agent, peer, invite = self.call('--password', 'secret', '--bye-after', '0', '--sessions', '1')
                    server = Server(algorithm=algorithm, qop=qop)
                    self.assertIsNone(invite['authorization'])
                    again = self.challenge(peer, invite, server)
                    self.assertEqual((again.cseq, again['call-id'], again.tag('from')), (invite.cseq + 1, invite['call-id'], invite.tag('from')))
                    server.check(self, again)
                    bye = self.accept(peer, again)
                    # Its answer comes along, for its own method and address.
                    server.check(self, bye, nc=2)
                    peer.respond(bye, 200)
                    agent.end()

    def test_userhash(self):
        """RFC 7616 §3.4.4."""
        agent, peer, invite = self.call('--password', 'secret', '--bye-after', '0')
        server = Server(algorithm='SHA-256', qop='auth', userhash=True)
        invite = self.challenge(peer, invite, server)
        server.check(self, invite)
        bye = self.accept(peer, invite)
        server.check(self, bye, nc=2)
        peer.respond(bye, 200)
        agent.end()

    def test_info(self):
        """RFC 7616 §3.5: the next nonce of a server that knows the password, and of one that does not."""
        for password, nonce in ((None, 'n-2'), ('guessed', None)):
            with self.subTest(password=password):
                agent, peer, invite = self.call('--password', 'secret', '--bye-after', '0')
                server = Server(algorithm='SHA-256', qop='auth')
                invite = self.challenge(peer, invite, server)
                bye = self.accept(peer, invite, extra=[server.info(invite, SDP, ', nextnonce="n-2"', password)])
                if nonce is None:
                    self.assertIsNone(bye['authorization'])
                else:
                    server.nonce = nonce
                    server.check(self, bye)
                peer.respond(bye, 200)
                agent.expect_all('1 accepted 200', '1 bye', '1 terminated Terminated')
                agent.end()

    def test_stale(self):
        """A nonce that was good once: RFC 7616 §3.3."""
        agent, peer, invite = self.call('--password', 'secret', '--bye-after', '0')
        server = Server(qop='auth')
        bye = self.accept(peer, self.challenge(peer, invite, server))
        server.check(self, bye, nc=2)
        server.nonce, server.stale = 'n-2', True
        again = self.challenge(peer, bye, server)
        self.assertEqual(again.cseq, bye.cseq + 1)
        server.check(self, again)
        peer.respond(again, 200)
        agent.end()

    def test_refused(self):
        """The same challenge again: the password is wrong, and is not tried again."""
        agent, peer, invite = self.call('--password', 'wrong')
        server = Server(qop='auth')
        invite = self.challenge(peer, invite, server)
        peer.respond(invite, 401, tag='a', extra=[server.challenge])
        peer.expect('ACK')
        agent.expect_all('1 rejected Reason', '1 failed Authentication Error', '1 terminated Authentication Error')
        peer.expect_silence(1)
        agent.end()

    def test_asked(self):
        """A user types: wrong at first."""
        agent, peer, invite = self.call('--type', 'wrong', '--type', 'secret', '--bye-after', '0')
        server = Server(algorithm='SHA-512-256', qop='auth')
        invite = self.challenge(peer, invite, server)
        wrong = Server(algorithm='SHA-512-256', qop='auth', password='wrong')
        wrong.check(self, invite)
        server.nonce = 'n-2'
        invite = self.challenge(peer, invite, server)
        server.check(self, invite)
        bye = self.accept(peer, invite)
        server.check(self, bye, nc=2)
        peer.respond(bye, 200)
        agent.expect_all(r'asked a "quoted" realm', r'asked a "quoted" realm again', '1 accepted 200', '1 bye', '1 terminated Terminated')
        agent.end()

    def test_called_off_while_asked(self):
        agent, peer, invite = self.call('--type', 'wrong')
        server = Server(qop='auth')
        invite = self.challenge(peer, invite, server)
        server.nonce = 'n-2'
        peer.respond(invite, 401, tag='a', extra=[server.challenge])
        peer.expect('ACK')
        # Nothing is there to be cancelled.
        agent.expect_all(r'asked a "quoted" realm', r'asked a "quoted" realm again', '1 cancel', '1 failed Canceled', '1 terminated Canceled')
        peer.expect_silence(0.5)
        agent.end()


if __name__ == '__main__':
    tap.main()
