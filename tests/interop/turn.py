# SPDX-License-Identifier: LGPL-2.1-or-later
"""Calls whose media may go through a TURN server (RFC 8656, coturn) only, over UDP and TCP."""

import collections
import json
import pathlib
import re
import shutil
import subprocess
import tempfile
import threading
import time
import unittest

import ports
import tap
from case import Case
from kamailio import DOMAIN, PATIENCE


class Coturn:
    def __init__(self, host='127.0.0.1'):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix='sip-coturn-'))
        self.host = host
        self.log = collections.deque(maxlen=400)
        self.came = threading.Condition()
        self.port, = ports.take(1)
        (self.folder / 'turnserver.conf').write_text('')
        self.process = subprocess.Popen(
            ['turnserver', '-n', '--listening-ip', host, '--relay-ip', host, '--listening-port', str(self.port), '--allow-loopback-peers',
             '--lt-cred-mech', '--user', 'tester:secret', '--realm', DOMAIN, '--no-tls', '--no-dtls', '--no-cli', '--verbose', '--log-file', 'stdout',
             '--userdb', str(self.folder / 'users'), '--pidfile', str(self.folder / 'pid')],
            cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors='replace')
        threading.Thread(target=self._read, daemon=True).start()
        self._await()

    def _read(self):
        for line in self.process.stdout:
            with self.came:
                self.log.append(line.rstrip('\n'))
                self.came.notify_all()

    def _await(self):
        """Until it answers a binding request (RFC 8489), over UDP, and takes connections."""
        import os
        import socket
        end = time.monotonic() + PATIENCE
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ask:
            ask.bind((self.host, 0))
            ask.settimeout(0.1)
            while time.monotonic() < end and self.process.poll() is None:
                try:
                    ask.sendto(b'\0\1\0\0\x21\x12\xa4\x42' + os.urandom(12), (self.host, self.port))
                    if ask.recv(2048)[:2] == b'\1\1':
                        socket.create_connection((self.host, self.port), 5).close()
                        return
                except OSError:
                    pass
        raise AssertionError('coturn does not answer:\n' + '\n'.join(self.log))

    def wait(self, pattern, count):
        end = time.monotonic() + PATIENCE
        with self.came:
            while sum(bool(re.search(pattern, line)) for line in self.log) < count:
                left = end - time.monotonic()
                assert left > 0, f'no "{pattern}" of coturn:\n' + '\n'.join(self.log)
                self.came.wait(left)

    def close(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        ports.give_back([self.port])
        shutil.rmtree(self.folder, ignore_errors=True)


def hears(agent, hz):
    """Until it hears this tone."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        audio = json.loads(agent.tell('measure', 1))['audio']
        if audio and audio['hz'] and abs(audio['hz'] - hz) < 4 and audio['level'] > 0.05:
            return audio
        time.sleep(0.1)
    raise AssertionError(f'{agent.name} does not hear {hz} Hz: {audio}\n{agent.story()}')


@unittest.skipUnless(shutil.which('turnserver'), 'coturn is not installed')
class Relayed(Case):
    def call(self, transport):
        relay = Coturn()
        self.addCleanup(relay.close)
        alice, bob = self.agent('C', 'alice', 'tls'), self.agent('Python', 'bob', 'tcp')
        for agent, hz in ((alice, 440), (bob, 660)):
            agent.tell('media', 'audio')
            agent.tell('source', hz)
            agent.tell('relay', f'turn://tester:secret@{relay.host}:{relay.port}?transport={transport}')
        bob.tell('on-invite', 'accept')
        alice.tell('invite', f'sip:bob@{DOMAIN}')
        alice.signal('accepted')
        bob.signal('accepted')
        hears(alice, 660)
        hears(bob, 440)
        alice.tell('bye', 1)
        alice.signal('terminated')
        bob.signal('terminated')
        # Both have had one, and both have given it back.
        relay.wait('ALLOCATE processed, success', 2)
        relay.wait('closed|delete: realm|lifetime=0|lifetime 0', 2)
        alice.end()
        bob.end()

    def test_over_udp(self):
        self.call('udp')

    def test_over_tcp(self):
        self.call('tcp')


if __name__ == '__main__':
    tap.main()
