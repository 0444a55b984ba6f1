# SPDX-License-Identifier: LGPL-2.1-or-later
"""Where to send (RFC 3263), asked of a name server of the test's own: dnsmasq, and two by hand of which one lies and the other is silent.

An agent that has no server finds the one of a domain by NAPTR and SRV. All of it is in a network namespace, whose /etc/resolv.conf names ours."""

import os
import shutil
import socket
import struct
import subprocess
import threading
import time

import kamailio
import namespace
import ports
import tap
from agents import LANGUAGES, Agent
from case import Case
from kamailio import DOMAIN, HOST, PATIENCE, password

BOB = f'sip:bob@{DOMAIN}'


class Dnsmasq:
    """Answers with these records, and that there is nothing else."""

    def __init__(self, *records):
        self.process = subprocess.Popen(
            ['dnsmasq', '--keep-in-foreground', '--conf-file=/dev/null', '--no-resolv', '--no-hosts', '--no-poll', f'--listen-address={HOST}',
             '--bind-interfaces', '--user=root', '--group=root', '--pid-file=', '--log-facility=-', f'--local=/{DOMAIN}/', *records],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        end = time.monotonic() + PATIENCE
        query = question(b'\0\1', DOMAIN, 1)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ask:
            ask.settimeout(0.1)
            while time.monotonic() < end and self.process.poll() is None:
                try:
                    ask.sendto(query, (HOST, 53))
                    ask.recv(512)
                    return
                except OSError:
                    pass
        self.close()
        raise AssertionError(f'dnsmasq does not answer: {self.process.stdout.read()}')

    def close(self):
        self.process.terminate()
        self.process.wait()


def question(number, name, kind):
    labels = b''.join(bytes([len(label)]) + label.encode() for label in name.split('.')) + b'\0'
    return number + struct.pack('!HHHHH', 0x0100, 1, 0, 0, 0) + labels + struct.pack('!HH', kind, 1)


class Responder:
    """A name server by hand: `answer (query)` gives the datagrams that go back."""

    def __init__(self, answer):
        self.answer = answer
        self.asked = 0
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((HOST, 53))
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self):
        while True:
            try:
                query, peer = self.socket.recvfrom(4096)
            except OSError:
                return
            if not query:
                return
            self.asked += 1
            for data in self.answer(query):
                self.socket.sendto(data, peer)

    def close(self):
        # An empty datagram is its sign to stop.
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sign:
            sign.sendto(b'', (HOST, 53))
        self.thread.join()
        self.socket.close()


def srv(service, host, port, priority=0, weight=0):
    return f'--srv-host={service}.{DOMAIN},{host}.{DOMAIN},{port},{priority},{weight}'


def naptr(order, service, replacement):
    return f'--naptr-record={DOMAIN},{order},0,S,{service},,{replacement}.{DOMAIN}'


def host(name, address=HOST):
    return f'--host-record={name}.{DOMAIN},{address}'


class Names(Case):
    def start_names(self, *records):
        names = Dnsmasq(*records)
        self.addCleanup(names.close)

    def free_agent(self, language='C', user='alice'):
        """An agent without a server."""
        agent = Agent(language, user)
        self.addCleanup(agent.kill)
        agent.tell('credentials', user, password(user))
        agent.tell('ca', self.server.ca)
        agent.tell('listen', f'udp://{HOST}:0')
        agent.tell('listen', f'tcp://{HOST}:0')
        agent.tell('start')
        return agent

    def way(self, agent, target=BOB):
        """The transport that a MESSAGE of the agent's takes to the server."""
        bob = self.client('udp', 'bob')
        bob.register()
        asked = agent.begin('message', target, 'hello')
        message = bob.expect('MESSAGE')
        bob.respond(message, 200)
        self.assertEqual(agent.answer(asked), 'ok 200')
        bob.register(expires=0)
        bob.close()
        return message.all('via')[-1].split()[0].split('/')[-1]

    def port(self, transport):
        return self.server.ports[transport]

    def test_srv_by_udp(self):
        self.start_names(srv('_sip._udp', 'one', self.port('udp')), host('one'))
        for language in LANGUAGES:
            agent = self.free_agent(language)
            agent.tell('register')
            self.assertEqual(self.way(agent), 'UDP')
            agent.end()

    def test_naptr_chooses(self):
        """RFC 3263 §4.1."""
        self.start_names(naptr(10, 'SIP+D2T', '_sip._tcp'), naptr(20, 'SIP+D2U', '_sip._udp'), srv('_sip._udp', 'one', self.port('udp')),
                         srv('_sip._tcp', 'one', self.port('tcp')), host('one'))
        agent = self.free_agent()
        agent.tell('register')
        self.assertEqual(self.way(agent), 'TCP')
        agent.end()

    def test_naptr_chooses_tls(self):
        """The certificate has to name the domain that was asked for (RFC 5922), which is not the host's name."""
        self.start_names(naptr(10, 'SIPS+D2T', '_sips._tcp'), srv('_sips._tcp', 'strange', self.port('tls')), host('strange'))
        agent = self.free_agent()
        self.assertEqual(self.way(agent), 'TLS')
        agent.end()

    def test_transport_in_the_uri(self):
        self.start_names(srv('_sip._udp', 'one', self.port('udp')), srv('_sip._tcp', 'one', self.port('tcp')), host('one'))
        agent = self.free_agent()
        self.assertEqual(self.way(agent, f'{BOB};transport=tcp'), 'TCP')
        agent.end()

    def test_a_port_is_not_asked_for(self):
        """RFC 3263 §4.2: a port in the URI goes by its address."""
        self.start_names(f'--host-record={DOMAIN},{HOST}')
        agent = self.free_agent()
        self.assertEqual(self.way(agent, f'{BOB}:{self.port("udp")}'), 'UDP')
        agent.end()

    def test_who_is_not_there_is_passed_over(self):
        """RFC 3263 §4.3."""
        closed, = ports.take(1)
        self.addCleanup(ports.give_back, [closed])
        self.start_names(naptr(10, 'SIP+D2T', '_sip._tcp'), srv('_sip._tcp', 'gone', closed, 1), srv('_sip._tcp', 'one', self.port('tcp'), 2),
                         host('gone'), host('one'))
        agent = self.free_agent()
        agent.tell('register')
        self.assertEqual(self.way(agent), 'TCP')
        agent.end()

    def test_no_such_domain(self):
        self.start_names()
        agent = self.free_agent()
        self.assertRegex(agent.answer(agent.begin('message', BOB, 'hello')), '^(error|ok 503|ok 408)')
        agent.tell('invite', BOB)
        agent.signal('terminated')
        # It is well.
        self.assertEqual(agent.tell('request', 'OPTIONS', f'sip:{HOST}:{self.port("udp")}'), '200')
        agent.end()

    def test_lies(self):
        """What is no answer to the question, or none at all: the agent neither believes it nor falls."""
        def header(query, number=None, flags=0x8180, answers=1):
            return (number or query[:2]) + struct.pack('!HHHHH', flags, 1, answers, 0, 0)

        def record(name, kind, data, ttl=60):
            return name + struct.pack('!HHIH', kind, 1, ttl, len(data)) + data

        def lie(number, query):
            rest = query[12:query.index(b'\0', 12) + 5]
            kind, = struct.unpack('!H', rest[-4:-2])
            target = b'\3one\xc0\x0c'
            return [
                # Of another question, and of another number.
                header(query, os.urandom(2)) + rest + record(b'\xc0\x0c', kind, b'\1\2\3\4'),
                header(query) + b'\5other\4name\0' + rest[-4:] + record(b'\xc0\x0c', kind, b'\1\2\3\4'),
                # A name that goes round in circles, a length that is not there, an end in the middle.
                header(query) + rest + b'\xc0' + bytes([12 + len(rest)]) + struct.pack('!HHIH', kind, 1, 60, 4) + b'\1\2\3\4',
                header(query) + rest + record(b'\xc0\x0c', 33, struct.pack('!HHH', 0, 0, 5060) + b'\xc0' + bytes([12 + len(rest) + 18])),
                header(query) + rest + record(b'\xc0\x0c', kind, b'\1\2\3\4')[:-3],
                header(query, answers=65535) + rest + record(b'\xc0\x0c', 33, struct.pack('!HHH', 0, 0, 0) + target),
                header(query) + rest + record(b'\xc0\x0c', 35, b'\0\1\0\1\xffS\7SIP+D2T\0'),
                header(query) + rest + record(b'\xc0\x0c', 5, b'\xc0\x0c'),
                header(query)[:7],
                os.urandom(60),
                # That there is no such service, decidedly (RFC 2782).
                header(query) + rest + record(b'\xc0\x0c', 33, struct.pack('!HHH', 0, 0, 0) + b'\0'),
            ][number % 11:][:1]

        count = iter(range(100000))
        liar = Responder(lambda query: lie(next(count), query))
        self.addCleanup(liar.close)
        for language in LANGUAGES:
            agent = self.free_agent(language)
            for _ in range(12):
                self.assertRegex(agent.answer(agent.begin('message', f'sip:bob@{os.urandom(4).hex()}.test', 'hello'), 120), '^(error|ok 503|ok 408)')
            self.assertEqual(agent.tell('request', 'OPTIONS', f'sip:{HOST}:{self.port("udp")}'), '200')
            agent.end()
        self.assertGreater(liar.asked, 11)

    def test_silence(self):
        """Nobody answers: it ends, and meanwhile all else goes on."""
        silent = Responder(lambda query: [])
        self.addCleanup(silent.close)
        for language in LANGUAGES:
            agent = self.free_agent(language)
            agent.tell('invite', BOB)
            asked = agent.begin('message', BOB, 'hello')
            numeric = agent.begin('request', 'OPTIONS', f'sip:{HOST}:{self.port("udp")}')
            # The answers come in the order in which they are there.
            self.assertEqual(agent.answer(asked, 120), 'ok 200')
            self.assertRegex(agent.answer(numeric, 120), '^(error|ok 503|ok 408)')
            agent.wait('signal 1 terminated .*', timeout=120)
            agent.end()

    def test_silence_is_called_off(self):
        """An agent that is stopped waits for no name server."""
        silent = Responder(lambda query: [])
        self.addCleanup(silent.close)
        agent = self.free_agent()
        agent.begin('message', BOB, 'hello')
        agent.begin('invite', BOB)
        agent.wait('ok 1')
        agent.end()


def main():
    if not shutil.which('dnsmasq'):
        print('1..0 # SKIP dnsmasq is not installed')
        return
    if kamailio.missing():
        print(f'1..0 # SKIP {kamailio.missing()}')
        return
    namespace.enter('mount', '--bind', '/etc/hostname', os.path.realpath('/etc/resolv.conf'), resolv_conf=f'nameserver {HOST}\noptions timeout:1 attempts:2\n')
    tap.main()


if __name__ == '__main__':
    main()
