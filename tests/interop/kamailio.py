# SPDX-License-Identifier: LGPL-2.1-or-later
"""Kamailio as a test's own registrar, proxy and presence server."""

import atexit
import collections
import os
import pathlib
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
import time

import authority
import ports

HERE = pathlib.Path(__file__).parent
HOST = '127.0.0.1'
DOMAIN = 'example.test'
TRANSPORTS = ('udp', 'tcp', 'tls', 'ws', 'wss')
# How long anything is waited for that has to come, in seconds.
PATIENCE = int(os.environ.get('SIP_TESTS_PATIENCE', 60))
# The tables that the presence modules look for, though all of theirs is kept in memory.
TABLES = pathlib.Path('/usr/share/kamailio/dbtext/kamailio')


def password(user):
    return f'secret-of-{user}'


def missing():
    """Why there is no Kamailio here, or None."""
    modules = next(iter(pathlib.Path('/usr/lib').glob('*/kamailio/modules')), None)
    if not shutil.which('kamailio') or modules is None:
        return 'kamailio is not installed'
    for module in ('tls', 'websocket', 'outbound', 'presence_xml', 'db_text'):
        if not (modules / f'{module}.so').exists():
            return f'the module {module} of Kamailio is not installed'
    return None


class Kamailio:
    """One server. It may be killed and started again, at the same ports."""

    def __init__(self, algorithm='MD5', behind=None, nonce_expire=300, min_expires=1, host=HOST, within=()):
        self.host = host
        self.within = list(within)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix='sip-kamailio-'))
        # Also where a test's program ends without its clean-up.
        atexit.register(self.close)
        self.ports = {}
        self.settings = {'ALGORITHM': algorithm, 'NONCE_EXPIRE': nonce_expire, 'MIN_EXPIRES': min_expires, 'DOMAIN': DOMAIN, 'HOST': host,
                         'FOLDER': self.folder, 'DEBUG': os.environ.get('KAMAILIO_DEBUG', '0'), 'BEHIND': behind.ports['udp'] if behind else 0}
        self.roles = {'EDGE'} if behind else set()
        self.process = None
        self.log = collections.deque(maxlen=400)
        authority.write(self.folder, host, [DOMAIN, 'localhost'])
        (self.folder / 'tables').mkdir()
        for table in ('version', 'presentity', 'active_watchers', 'watchers', 'xcap'):
            shutil.copy(TABLES / table, self.folder / 'tables')
        for attempt in range(5):
            self._choose_ports()
            try:
                self.start()
                return
            except PortTaken:
                ports.give_back(self.ports.values())
        raise AssertionError('Kamailio found no port of its own:\n' + '\n'.join(self.log))

    @property
    def ca(self):
        return str(self.folder / 'ca.pem')

    def _choose_ports(self):
        udp, tls, ws, wss = ports.take(4)
        self.ports = {'udp': udp, 'tcp': udp, 'tls': tls, 'ws': ws, 'wss': wss}
        text = (HERE / 'kamailio.cfg').read_text()
        lines = []
        for line in text.splitlines():
            if line.startswith('@'):
                role, _, line = line[1:].partition(' ')
                if role not in self.roles:
                    continue
            lines.append(line)
        text = '\n'.join(lines) + '\n'
        for name, value in {**self.settings, **{name.upper(): port for name, port in self.ports.items()}}.items():
            text = text.replace(f'@{name}@', str(value))
        (self.folder / 'kamailio.cfg').write_text(text)

    def uri(self, transport):
        """As what an agent is told of its servers."""
        return f'{transport}://{self.host}:{self.ports[transport]}' + ('/' if transport.startswith('ws') else '')

    def start(self):
        assert self.process is None
        # In a group of its own, to be killed with its children.
        self.process = subprocess.Popen([*self.within, 'kamailio', '-f', self.folder / 'kamailio.cfg', '-DD', '-E', '-m', '256', '-M', '8',
                                         '-Y', self.folder, '-w', self.folder],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors='replace',
                                        start_new_session=True)
        self.reader = threading.Thread(target=self._read, args=(self.process.stdout,), daemon=True)
        self.reader.start()
        if not self.within:
            self._await()

    def _read(self, stream):
        with stream:
            for line in stream:
                self.log.append(line.rstrip('\n'))

    def _await(self):
        """Until it answers OPTIONS over UDP and TCP, and takes connections at the other ports."""
        end = time.monotonic() + PATIENCE
        for ask in (self._asks_udp, self._asks_tcp, self._asks_tls):
            while not ask():
                if self.process.poll() is not None:
                    self.reader.join(5)
                    self.process = None
                    text = '\n'.join(self.log)
                    raise PortTaken(text) if 'Address already in use' in text else AssertionError(f'Kamailio has ended:\n{text}')
                if time.monotonic() > end:
                    raise AssertionError('Kamailio does not answer:\n' + '\n'.join(self.log))

    def _options(self, transport, port):
        return (f'OPTIONS sip:{self.host}:{self.ports["udp"]} SIP/2.0\r\nVia: SIP/2.0/{transport} {self.host}:{port};rport;branch=z9hG4bK{os.urandom(6).hex()}\r\n'
                f'Max-Forwards: 5\r\nFrom: <sip:tester@invalid>;tag=1\r\nTo: <sip:{self.host}>\r\nCall-ID: {os.urandom(6).hex()}\r\n'
                f'CSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n').encode()

    def _asks_udp(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
            end.bind((self.host, 0))
            end.settimeout(0.1)
            try:
                end.sendto(self._options('UDP', end.getsockname()[1]), (self.host, self.ports['udp']))
                return end.recv(65536).startswith(b'SIP/2.0 200')
            except OSError:
                return False

    def _asks_tcp(self):
        try:
            with socket.create_connection((self.host, self.ports['tcp']), 5) as end:
                end.sendall(self._options('TCP', end.getsockname()[1]))
                return end.recv(65536).startswith(b'SIP/2.0 200')
        except OSError:
            return False

    def _asks_tls(self):
        try:
            for transport in ('tls', 'wss'):
                with socket.create_connection((self.host, self.ports[transport]), 5) as end:
                    with ssl.create_default_context(cafile=self.ca).wrap_socket(end, server_hostname=self.host):
                        pass
            socket.create_connection((self.host, self.ports['ws']), 5).close()
            return True
        except OSError:
            return False

    def kill(self):
        """At once, with all of its connections; what it knew is forgotten."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.reader.join(5)
            self.process = None

    def close(self):
        self.kill()
        ports.give_back(self.ports.values())
        shutil.rmtree(self.folder, ignore_errors=True)
        atexit.unregister(self.close)

    def text(self):
        return '\n'.join(self.log)


class PortTaken(Exception):
    pass
