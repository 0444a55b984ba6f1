# SPDX-License-Identifier: LGPL-2.1-or-later
"""The two sides of a conformance test: our agent as a process, and a peer that sends exactly what a test says."""

import os
import pathlib
import queue
import random
import re
import select
import signal
import socket
import subprocess
import threading
import time

BUILD = pathlib.Path(os.environ['SIP_BUILD'])
AGENT = BUILD / 'tests' / 'support' / 'test-agent'
# SIP's T1, and how much later than it should a thing may come on a busy machine.
T1 = 0.5
SLACK = 30.0

SDP = '\r\n'.join(['v=0', 'o=peer 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0', 'm=audio 42000 RTP/AVP 0',
                   'a=rtpmap:0 PCMU/8000', ''])


class Agent:
    """test-agent with its options; what it says is read line by line."""

    def __init__(self, *options):
        # What the library complains about on stderr is a test's failure, too: see end ().
        env = dict(os.environ, G_DEBUG='fatal-criticals')
        self.process = subprocess.Popen([AGENT, *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        text=True, env=env)
        self.lines = queue.Queue()
        self.said = []
        self.complaints = []
        threading.Thread(target=self._read, args=(self.process.stdout, self.lines.put), daemon=True).start()
        self.errors = threading.Thread(target=self._read, args=(self.process.stderr, self.complaints.append), daemon=True)
        self.errors.start()
        self.uri = self.expect(r'listening (\S+)').group(1)
        self.port = int(re.search(r':(\d+)/?$', self.uri).group(1))

    @staticmethod
    def _read(stream, take):
        for line in stream:
            take(line.rstrip('\n'))

    def expect(self, pattern, timeout=SLACK):
        """The next line, which has to match."""
        try:
            line = self.lines.get(timeout=timeout)
        except queue.Empty:
            raise AssertionError(f'the agent did not say "{pattern}"; it said {self.said}; {self.complaints}') from None
        self.said.append(line)
        match = re.fullmatch(pattern, line)
        if not match:
            raise AssertionError(f'the agent said "{line}", not "{pattern}", after {self.said[:-1]}')
        return match

    def expect_all(self, *patterns, timeout=SLACK):
        for pattern in patterns:
            self.expect(pattern, timeout)

    def expect_silence(self, seconds):
        try:
            line = self.lines.get(timeout=seconds)
        except queue.Empty:
            return
        raise AssertionError(f'the agent said "{line}"')

    def end(self, timeout=40):
        """Closes its stdin, which is its sign to stop; it has to end well, and to have said nothing on stderr."""
        self.process.stdin.close()
        try:
            status = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            raise AssertionError('the agent did not stop') from None
        self.errors.join(1)
        if status != 0 or self.complaints:
            raise AssertionError(f'the agent ended with status {status}:\n' + '\n'.join(self.complaints[-60:]))

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            stream.close()


class Message:
    def __init__(self, data):
        head, _, self.body = data.decode().partition('\r\n\r\n')
        self.start, *lines = head.split('\r\n')
        self.headers = []
        for line in lines:
            name, _, value = line.partition(':')
            self.headers.append((name.strip().lower(), value.strip()))
        self.status = int(self.start.split()[1]) if self.start.startswith('SIP/') else None
        self.method = self.start.split()[0] if self.status is None else (self['cseq'] or '').split(' ')[-1]
        self.uri = None if self.status is not None else self.start.split()[1]

    def all(self, name):
        return [value for header, value in self.headers if header == name.lower()]

    def __getitem__(self, name):
        values = self.all(name)
        return values[0] if values else None

    def tag(self, name):
        match = re.search(r';\s*tag=([^;\s]+)', self[name] or '')
        return match.group(1) if match else None

    @property
    def cseq(self):
        return int(self['cseq'].split()[0])

    @property
    def contact_uri(self):
        return re.search(r'<([^>]+)>|^(\S+?)(;|$)', self['contact']).group(1)

    def __str__(self):
        return self.start


def token():
    return f'{random.getrandbits(48):012x}'


class Peer:
    """A UDP socket that speaks SIP by hand."""

    def __init__(self, agent_port=None, host='127.0.0.1'):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((host, 0))
        self.host, self.port = self.socket.getsockname()
        self.agent = ('127.0.0.1', agent_port) if agent_port else None
        self.call_id = token()
        self.tag = token()
        self.cseq = 0
        self.received = set()

    def close(self):
        self.socket.close()

    def send_bytes(self, data, to=None):
        self.socket.sendto(data, to or self.agent)

    def send(self, start, headers, body='', to=None):
        lines = [start] + [f'{name}: {value}' for name, value in headers if value is not None]
        if body and not any(name.lower() == 'content-type' for name, _ in headers):
            lines.append('Content-Type: application/sdp')
        if not any(name.lower() == 'content-length' for name, _ in headers):
            lines.append(f'Content-Length: {len(body.encode())}')
        data = ('\r\n'.join(lines) + '\r\n\r\n' + body).encode()
        self.send_bytes(data, to)
        return data

    def via(self, branch=None):
        return f'SIP/2.0/UDP {self.host}:{self.port};branch={branch or "z9hG4bK" + token()};rport'

    def request(self, method, uri=None, body='', to_tag=None, branch=None, cseq=None, extra=(), replace=None):
        """Sends a request of this peer's one call. `replace` gives headers other values; None leaves one out."""
        if cseq is None:
            if method not in ('ACK', 'CANCEL'):
                self.cseq += 1
            cseq = self.cseq
        headers = {
            'Via': self.via(branch),
            'Max-Forwards': '70',
            'From': f'<sip:peer@{self.host}:{self.port}>;tag={self.tag}',
            'To': f'<sip:test@127.0.0.1:{self.agent[1]}>' + (f';tag={to_tag}' if to_tag else ''),
            'Call-ID': self.call_id,
            'CSeq': f'{cseq} {method}',
            'Contact': f'<sip:peer@{self.host}:{self.port}>',
        }
        headers.update(replace or {})
        return self.send(f'{method} {uri or f"sip:test@127.0.0.1:{self.agent[1]}"} SIP/2.0', list(headers.items()) + list(extra), body)

    def respond(self, request, status, reason='Reason', tag=None, body='', extra=(), contact=True):
        headers = [('Via', value) for value in request.all('via')]
        headers += [('Record-Route', value) for value in request.all('record-route')]
        headers += [('From', request['from'])]
        to = request['to']
        if tag and ';tag=' not in to:
            to += f';tag={tag}'
        headers += [('To', to), ('Call-ID', request['call-id']), ('CSeq', request['cseq'])]
        if contact:
            headers += [('Contact', f'<sip:peer@{self.host}:{self.port}>')]
        return self.send(f'SIP/2.0 {status} {reason}', headers + list(extra), body)

    def receive(self, timeout=SLACK):
        """The next message, or None."""
        if not select.select([self.socket], [], [], timeout)[0]:
            return None
        data, self.agent = self.socket.recvfrom(65536)
        message = Message(data)
        message.again = data in self.received
        self.received.add(data)
        return message

    def expect(self, what, timeout=SLACK, skip=()):
        """The next message that is `what`: a status, a set of statuses, or a method. Those of `skip` may come before, and what a peer
        that is slow to answer is sent again."""
        end = time.monotonic() + timeout
        wanted = what if isinstance(what, (set, tuple)) else {what}
        while True:
            message = self.receive(max(0, end - time.monotonic()))
            if message is None:
                raise AssertionError(f'no {what} came')
            kind = message.status or message.method
            if kind in wanted:
                return message
            if kind not in skip and not message.again:
                raise AssertionError(f'"{message}" came, not {what}')

    def expect_silence(self, seconds):
        message = self.receive(seconds)
        if message is not None:
            raise AssertionError(f'"{message}" came')

    def establish(self, **kwargs):
        """A call that the agent takes, up to the ACK. Answers the 200."""
        self.request('INVITE', body=SDP, **kwargs)
        ok = self.expect(200, skip=(100, 180))
        self.acknowledge(ok)
        return ok

    def acknowledge(self, ok, **kwargs):
        self.request('ACK', uri=ok.contact_uri, to_tag=ok.tag('to'), cseq=ok.cseq, **kwargs)
