# SPDX-License-Identifier: LGPL-2.1-or-later
"""A client that writes its SIP by hand, over any of the transports: what proves that the server does what the tests of our agents need."""

import base64
import hashlib
import os
import re
import socket
import ssl
import struct
import time

from conformance.peer import Message, token
from kamailio import DOMAIN, PATIENCE, password


class _Datagrams:
    def __init__(self, server):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((server.host, 0))
        self.socket.connect((server.host, server.ports['udp']))

    def send(self, data):
        self.socket.send(data)

    def receive(self):
        return self.socket.recv(65536)


class _Stream:
    port = 'tcp'

    def __init__(self, server):
        self.socket = socket.create_connection((server.host, server.ports[self.port]), PATIENCE)
        self.buffer = b''

    def _need(self, count):
        while len(self.buffer) < count:
            data = self.socket.recv(65536)
            if not data:
                raise AssertionError('the server has closed the connection')
            self.buffer += data

    def _take(self, count):
        self._need(count)
        data, self.buffer = self.buffer[:count], self.buffer[count:]
        return data

    def send(self, data):
        self.socket.sendall(data)

    def receive(self):
        while b'\r\n\r\n' not in self.buffer:
            self._need(len(self.buffer) + 1)
        head = self.buffer.index(b'\r\n\r\n') + 4
        length = re.search(rb'\r\n(?:Content-Length|l)\s*:\s*(\d+)', self.buffer[:head], re.IGNORECASE)
        return self._take(head + int(length.group(1)))


class _Tls(_Stream):
    port = 'tls'

    def __init__(self, server):
        super().__init__(server)
        self.socket = ssl.create_default_context(cafile=server.ca).wrap_socket(self.socket, server_hostname=server.host)


class _WebSocket:
    """RFC 6455 and RFC 7118, as far as it goes here. What it is mixed with brings the connection."""

    def __init__(self, server):
        super().__init__(server)
        self.socket.sendall((f'GET / HTTP/1.1\r\nHost: {server.host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n'
                             f'Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}\r\nSec-WebSocket-Protocol: sip\r\n\r\n').encode())
        while b'\r\n\r\n' not in self.buffer:
            self._need(len(self.buffer) + 1)
        head, _, self.buffer = self.buffer.partition(b'\r\n\r\n')
        assert head.startswith(b'HTTP/1.1 101'), head

    def _frame(self, opcode, data):
        mask = os.urandom(4)
        length = bytes([128 | len(data)]) if len(data) < 126 else struct.pack('!BH', 128 | 126, len(data))
        self.socket.sendall(bytes([128 | opcode]) + length + mask + bytes(byte ^ mask[i & 3] for i, byte in enumerate(data)))

    def send(self, data):
        self._frame(1, data)

    def receive(self):
        while True:
            opcode, length = self._take(2)
            if length == 126:
                length, = struct.unpack('!H', self._take(2))
            data = self._take(length)
            if opcode & 15 == 9:
                self._frame(10, data)
            elif opcode & 15 in (1, 2):
                return data


class _Ws(_WebSocket, _Stream):
    port = 'ws'


class _Wss(_WebSocket, _Tls):
    port = 'wss'


_CONNECTIONS = {'udp': _Datagrams, 'tcp': _Stream, 'tls': _Tls, 'ws': _Ws, 'wss': _Wss}


def answer(challenge, user, method, uri):
    """RFC 7616, for one challenge with qop "auth"."""
    fields = {name.lower(): quoted or plain for name, quoted, plain in re.findall(r'([\w-]+)=(?:"([^"]*)"|([^\s,]+))', challenge)}
    algorithm = fields.get('algorithm', 'MD5')
    digest = {'MD5': hashlib.md5, 'SHA-256': hashlib.sha256}[algorithm]

    def h(text):
        return digest(text.encode()).hexdigest()

    cnonce = token()
    ha1 = h(f'{user}:{fields["realm"]}:{password(user)}')
    response = h(f'{ha1}:{fields["nonce"]}:00000001:{cnonce}:auth:{h(f"{method}:{uri}")}')
    return (f'Digest username="{user}", realm="{fields["realm"]}", nonce="{fields["nonce"]}", uri="{uri}", response="{response}", '
            f'algorithm={algorithm}, cnonce="{cnonce}", qop=auth, nc=00000001')


class Client:
    def __init__(self, server, transport, user):
        self.transport = transport
        self.user = user
        self.connection = _CONNECTIONS[transport](server)
        self.connection.socket.settimeout(PATIENCE)
        self.host, self.port = self.connection.socket.getsockname()
        self.call_id = token()
        self.tag = token()
        self.cseq = 0
        place = f'{token()}.invalid' if transport.startswith('w') else f'{self.host}:{self.port}'
        self.contact = f'<sip:{user}@{place}' + (f';transport={transport}' if transport != 'udp' else '') + '>'
        self.via_host = place

    def close(self):
        self.connection.socket.close()

    def send(self, start, headers, body=''):
        lines = [start] + [f'{name}: {value}' for name, value in headers] + [f'Content-Length: {len(body.encode())}']
        self.connection.send(('\r\n'.join(lines) + '\r\n\r\n' + body).encode())

    def request(self, method, uri, extra=(), body='', to=None, answers=()):
        self.cseq += 1
        self.send(f'{method} {uri} SIP/2.0', [
            ('Via', f'SIP/2.0/{self.transport.upper()} {self.via_host};branch=z9hG4bK{token()};rport'),
            ('Max-Forwards', '70'), ('From', f'<sip:{self.user}@{DOMAIN}>;tag={self.tag}'), ('To', to or f'<{uri}>'), ('Call-ID', self.call_id),
            ('CSeq', f'{self.cseq} {method}'), ('Contact', self.contact), *extra, *answers], body)

    def receive(self):
        return Message(self.connection.receive())

    def expect(self, *kinds):
        """The next message that is one of these; what is not is not waited for any longer."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            message = self.receive()
            if (message.status or message.method) in kinds:
                return message
            assert message.status is not None and message.status < 200, f'{message} came, not {kinds}'
        raise AssertionError(f'{kinds} did not come')

    def respond(self, request, status, reason='OK'):
        headers = [('Via', value) for value in request.all('via')] + [('Record-Route', value) for value in request.all('record-route')]
        to = request['to'] if ';tag=' in request['to'] else f'{request["to"]};tag={self.tag}'
        self.send(f'SIP/2.0 {status} {reason}', [*headers, ('From', request['from']), ('To', to), ('Call-ID', request['call-id']),
                                                 ('CSeq', request['cseq']), ('Contact', self.contact)])

    def begin(self, method, uri, **more):
        """A request that is first asked who it is from, up to its second sending."""
        self.request(method, uri, **more)
        asked = self.expect(401, 407)
        name = 'Authorization' if asked.status == 401 else 'Proxy-Authorization'
        challenge = asked['www-authenticate' if asked.status == 401 else 'proxy-authenticate']
        self.request(method, uri, answers=[(name, answer(challenge, self.user, method, uri))], **more)

    def ask(self, method, uri, status=200, **more):
        self.begin(method, uri, **more)
        return self.expect(status)

    def register(self, expires=600, params='', extra=()):
        contact = self.contact
        self.contact = f'{contact};expires={expires}{params}'
        try:
            return self.ask('REGISTER', f'sip:{DOMAIN}', to=f'<sip:{self.user}@{DOMAIN}>', extra=extra)
        finally:
            self.contact = contact

    def forget(self):
        """Takes away all bindings of this user, whoever made them (RFC 3261 §10.2.2)."""
        contact, self.contact = self.contact, '*'
        try:
            return self.ask('REGISTER', f'sip:{DOMAIN}', to=f'<sip:{self.user}@{DOMAIN}>', extra=[('Expires', '0')])
        finally:
            self.contact = contact
