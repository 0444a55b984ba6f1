# SPDX-License-Identifier: LGPL-2.1-or-later
"""Our agent at a registrar that is written by hand: over UDP, and over TCP, where it is killed and comes back."""

import re
import select
import socket
import time

import tap
from case import Case
from peer import SLACK, Message, token


class Registrar:
    """A registrar on TCP that says what a test says; it can go, and come back at its port."""

    def __init__(self):
        self.port = 0
        self.connection = None
        self.start()

    def start(self):
        self.listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind(('127.0.0.1', self.port))
        self.listener.listen(8)
        self.port = self.listener.getsockname()[1]
        self.data = b''

    def die(self):
        self.listener.close()
        if self.connection:
            # As the kernel does it for a process that was killed with something unread.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b'\x01\x00\x00\x00\x00\x00\x00\x00')
            self.connection.close()
        self.connection = None

    def expect(self, method='REGISTER', timeout=SLACK):
        end = time.monotonic() + timeout
        while b'\r\n\r\n' not in self.data.lstrip(b'\r\n'):
            sources = [self.listener] + ([self.connection] if self.connection else [])
            ready = select.select(sources, [], [], max(0, end - time.monotonic()))[0]
            if not ready:
                raise AssertionError(f'no {method} came')
            if self.listener in ready:
                self.connection = self.listener.accept()[0]
                self.data = b''
            else:
                data = self.connection.recv(65536)
                if not data:
                    self.connection.close()
                    self.connection = None
                self.data += data
        head, _, self.data = self.data.lstrip(b'\r\n').partition(b'\r\n\r\n')
        message = Message(head + b'\r\n\r\n')
        if message.method != method:
            raise AssertionError(f'"{message}" came, not {method}')
        return message

    def respond(self, request, status, extra=()):
        self.connection.sendall(answer(request, status, extra))


def answer(request, status, extra=()):
    lines = [f'SIP/2.0 {status} Reason'] + [f'Via: {value}' for value in request.all('via')]
    lines += [f'From: {request["from"]}', f'To: {request["to"]};tag={token()}', f'Call-ID: {request["call-id"]}', f'CSeq: {request["cseq"]}']
    lines += list(extra) + ['Content-Length: 0', '', '']
    return '\r\n'.join(lines).encode()


def accept(request, expires):
    return [re.sub(r';expires=\d+', f';expires={expires}', f'Contact: {request["contact"]}')]


class Registration(Case):
    def setUp(self):
        self.registrar = Registrar()
        self.addCleanup(self.registrar.die)

    def say(self, peer, request, status, extra=()):
        peer.send_bytes(answer(request, status, extra))

    def test_life(self):
        """Asked who it is, told that this is too brief, registered, refreshed in time, and removed at the end, all with one Call-ID and a rising CSeq."""
        peer = self.peer()
        agent = self.agent('--register', f'sip:127.0.0.1:{peer.port}', '--expires', '10', '--uri', 'sip:alice@127.0.0.1', '--password', 'secret')
        first = peer.expect('REGISTER')
        self.assertEqual(first.uri, f'sip:127.0.0.1:{peer.port}')
        self.assertEqual(first['expires'], '10')
        self.say(peer, first, 401, ['WWW-Authenticate: Digest realm="here", nonce="n1", qop="auth", algorithm=SHA-256'])
        second = peer.expect('REGISTER')
        self.assertIn('realm="here"', second['authorization'])
        self.say(peer, second, 423, ['Min-Expires: 40'])
        third = peer.expect('REGISTER')
        self.assertEqual(third['expires'], '40')
        self.say(peer, third, 200, accept(third, 40))
        agent.expect('0 registered 40')

        begun = time.monotonic()
        fourth = peer.expect('REGISTER', timeout=60)
        self.assertGreater(time.monotonic() - begun, 10)
        self.say(peer, fourth, 200, accept(fourth, 40))
        agent.expect('0 registered 40')
        agent.process.stdin.close()
        last = peer.expect('REGISTER')
        self.assertEqual(last['expires'], '0')
        self.say(peer, last, 200)
        agent.expect_all('0 unregistered as wanted', 'stopped')
        self.assertEqual({message['call-id'] for message in (second, third, fourth, last)}, {first['call-id']})
        counts = [message.cseq for message in (first, second, third, fourth, last)]
        self.assertEqual(counts, sorted(set(counts)))
        agent.process.wait()

    def test_silent_at_the_end(self):
        """A registrar that does not answer does not keep the agent from stopping."""
        peer = self.peer()
        agent = self.agent('--register', f'sip:127.0.0.1:{peer.port}')
        request = peer.expect('REGISTER')
        self.say(peer, request, 200, accept(request, 600))
        agent.expect('0 registered 600')
        agent.end()
        agent.expect_all('0 unregistered as wanted', 'stopped')

    def test_restart_during_a_call(self):
        """The registrar is killed, twice, and comes back: the agent registers again by itself, and the call that it has does not notice."""
        agent = self.agent('--register', f'sip:127.0.0.1:{self.registrar.port};transport=tcp')
        request = self.registrar.expect()
        self.assertIn('transport=tcp', request['contact'])
        self.registrar.respond(request, 200, accept(request, 600))
        agent.expect('0 registered 600')

        caller = self.peer(agent)
        ok = caller.establish()
        agent.expect_all(r'1 invite .*', '1 accepted 200')
        for _ in range(2):
            self.registrar.die()
            agent.expect('0 unregistered Connection Error')
            self.registrar.start()
            # The first try may have found nobody: then it is half a minute to a minute (RFC 5626 §4.5).
            again = self.registrar.expect(timeout=120)
            self.assertEqual(again['call-id'], request['call-id'])
            self.assertGreater(again.cseq, request.cseq)
            self.registrar.respond(again, 200, accept(again, 600))
            line = agent.expect(r'0 (registered 600|registration failed .*)').group()
            if line != '0 registered 600':
                agent.expect('0 registered 600')
            request = again
        caller.request('OPTIONS', uri=ok.contact_uri, to_tag=ok.tag('to'))
        caller.expect(200)
        caller.request('BYE', uri=ok.contact_uri, to_tag=ok.tag('to'))
        caller.expect(200)
        agent.expect_all('1 bye', '1 terminated Terminated')
        agent.process.stdin.close()
        last = self.registrar.expect()
        self.registrar.respond(last, 200)
        agent.expect_all('0 unregistered as wanted', 'stopped')
        agent.process.wait()

    def test_nobody_there(self):
        """A port where nobody listens; then a peer that is no registrar."""
        self.registrar.die()
        agent = self.agent('--register', f'sip:127.0.0.1:{self.registrar.port};transport=tcp')
        agent.expect('0 registration failed Connection Error')
        self.good_call(agent)
        agent.expect_all(r'1 invite .*', '1 accepted 200', '1 bye', '1 terminated Terminated')
        agent.end()

        peer = self.peer()
        agent = self.agent('--register', f'sip:127.0.0.1:{peer.port}')
        self.say(peer, peer.expect('REGISTER'), 405, ['Allow: INVITE'])
        agent.expect('0 registration failed SIP Failure Code')
        agent.end()


if __name__ == '__main__':
    tap.main()
