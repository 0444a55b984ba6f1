# SPDX-License-Identifier: LGPL-2.1-or-later
"""A second opinion: baresip is a client of the same server, and it and our agents call and write to each other."""

import collections
import json
import pathlib
import queue
import shutil
import socket
import subprocess
import tempfile
import threading
import time
import unittest

import ports
import tap
from agents import LANGUAGES
from case import Case
from kamailio import DOMAIN, PATIENCE, password

MODULES = ('stdio', 'g711', 'aubridge', 'uuid', 'account', 'contact', 'menu', 'ctrl_tcp')

CONFIG = '''
poll_method epoll
sip_listen {host}:0
sip_certificate {folder}/client.pem
sip_cafile {ca}
net_interface {host}
audio_player aubridge,nobody
audio_source aubridge,nobody
audio_alert aubridge,nobody
module_path {modules}
ctrl_tcp_listen {host}:{control}
'''


def find_modules():
    return next((folder for folder in map(pathlib.Path, ('/usr/lib/baresip/modules', '/usr/lib/x86_64-linux-gnu/baresip/modules'))
                 if (folder / 'ctrl_tcp.so').exists()), None)


class Baresip:
    """One baresip, told what to do over its control connection (JSON in netstrings), where it also says what happens."""

    def __init__(self, server, transport, user):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix='sip-baresip-'))
        self.output = collections.deque(maxlen=200)
        self.events = []
        self.came = threading.Condition()
        self.answers = queue.Queue()
        self.port, = ports.take(1)
        modules = find_modules()
        with open(self.folder / 'client.pem', 'w', encoding='ascii') as file:
            file.write((server.folder / 'server.key').read_text() + (server.folder / 'server.pem').read_text())
        (self.folder / 'config').write_text(
            CONFIG.format(host=server.host, folder=self.folder, ca=server.ca, modules=modules, control=self.port) +
            ''.join(f'module{"_tmp" if name in ("uuid", "account") else "_app" if name in ("contact", "menu", "ctrl_tcp") else ""} {name}.so\n'
                    for name in MODULES))
        (self.folder / 'contacts').write_text(f'"alice" <sip:alice@{DOMAIN}>\n')
        (self.folder / 'current_contact').write_text(f'sip:alice@{DOMAIN}')
        (self.folder / 'accounts').write_text(
            f'<sip:{user}@{DOMAIN};transport={transport}>;auth_user={user};auth_pass={password(user)};answermode=manual;regint=600;ptime=20;'
            f'outbound="sip:{server.host}:{server.ports[transport]};transport={transport}"\n')
        self.process = subprocess.Popen(['baresip', '-4', '-f', self.folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                        text=True, errors='replace')
        threading.Thread(target=self._read_output, daemon=True).start()
        self.control = self._connect(server.host)
        threading.Thread(target=self._read_control, daemon=True).start()

    def _read_output(self):
        for line in self.process.stdout:
            with self.came:
                self.output.append(line.strip())
                self.came.notify_all()

    def _connect(self, host):
        end = time.monotonic() + PATIENCE
        while self.process.poll() is None and time.monotonic() < end:
            try:
                return socket.create_connection((host, self.port), 1)
            except OSError:
                time.sleep(0.02)
        raise AssertionError(f'baresip is not there:\n{self.story()}')

    def _read_control(self):
        pending = b''
        while True:
            try:
                data = self.control.recv(65536)
            except socket.timeout:
                continue
            except OSError:
                return
            if not data:
                return
            pending += data
            while b':' in pending:
                length, _, rest = pending.partition(b':')
                if len(rest) <= int(length):
                    break
                value, pending = json.loads(rest[:int(length)]), rest[int(length) + 1:]
                if value.get('response'):
                    self.answers.put(value)
                    continue
                with self.came:
                    self.events.append(value)
                    self.came.notify_all()

    def story(self):
        return '\n'.join([f'baresip: {line}' for line in self.output] +
                         [f'baresip event: {event.get("type")} {event.get("param", "")}' for event in self.events])

    def tell(self, command, parameters=''):
        text = json.dumps({'command': command, 'params': parameters, 'token': 'x'}).encode()
        self.control.sendall(b'%d:%s,' % (len(text), text))
        answer = self.answers.get(timeout=PATIENCE)
        assert answer['ok'], f'{command}: {answer}\n{self.story()}'
        return answer['data']

    def _wait(self, look, what):
        end = time.monotonic() + PATIENCE
        with self.came:
            while True:
                found = look()
                if found:
                    return found
                left = end - time.monotonic()
                if left <= 0:
                    raise AssertionError(f'no {what} of baresip:\n{self.story()}')
                self.came.wait(left)

    def wait(self, kind, nth=1):
        def look():
            found = [event for event in self.events if event.get('type') == kind]
            return found[nth - 1] if len(found) >= nth else None
        return self._wait(look, kind)

    def wait_output(self, text):
        return self._wait(lambda: next((line for line in self.output if text in line), None), f'"{text}"')

    def close(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.control.close()
        self.process.stdin.close()
        ports.give_back([self.port])
        shutil.rmtree(self.folder, ignore_errors=True)


@unittest.skipUnless(shutil.which('baresip') and find_modules(), 'baresip is not installed')
class SecondOpinion(Case):
    def pair(self, transport, language):
        bob = Baresip(self.server, transport, 'bob')
        self.addCleanup(bob.close)
        alice = self.agent(language, 'alice', transport)
        bob.wait_output('registered successfully')
        return alice, bob

    def each(self, work):
        for number, transport in enumerate(('udp', 'tcp', 'tls')):
            with self.subTest(transport=transport):
                alice, bob = self.pair(transport, LANGUAGES[number % 2])
                work(alice, bob)
                alice.end()
                bob.close()

    def test_it_calls_and_we_hang_up(self):
        def work(alice, bob):
            bob.tell('dial', alice.uri)
            alice.signal('invite')
            bob.wait('CALL_RINGING')
            alice.tell('accept', 1)
            alice.signal('accepted')
            bob.wait('CALL_ESTABLISHED')
            alice.tell('bye', 1)
            bob.wait('CALL_CLOSED')
            alice.signal('terminated Terminated')
        self.each(work)

    def test_we_call_and_it_hangs_up(self):
        def work(alice, bob):
            alice.tell('invite', f'sip:bob@{DOMAIN}')
            bob.wait('CALL_INCOMING')
            alice.signal('progress 180')
            bob.tell('accept')
            bob.wait('CALL_ESTABLISHED')
            alice.signal('accepted')
            bob.tell('hangup')
            alice.signal('terminated Terminated')
            self.assertEqual(alice.signals()[-3:], ['accepted 200', 'bye', 'terminated Terminated (BYE)'])
        self.each(work)

    def test_we_hold_it(self):
        def work(alice, bob):
            alice.tell('invite', f'sip:bob@{DOMAIN}')
            bob.wait('CALL_INCOMING')
            bob.tell('accept')
            alice.signal('accepted')
            alice.tell('hold', 1)
            alice.tell('unhold', 1)
            alice.tell('bye', 1)
            bob.wait('CALL_CLOSED')
        self.each(work)

    def test_it_refuses(self):
        def work(alice, bob):
            alice.tell('invite', f'sip:bob@{DOMAIN}')
            bob.wait('CALL_INCOMING')
            bob.tell('hangup')
            alice.signal('rejected')
            alice.signal('terminated')
        self.each(work)

    def test_we_cancel(self):
        def work(alice, bob):
            alice.tell('invite', f'sip:bob@{DOMAIN}')
            bob.wait('CALL_INCOMING')
            alice.signal('progress 180')
            alice.tell('cancel', 1)
            bob.wait('CALL_CLOSED')
            alice.signal('terminated Canceled')
        self.each(work)

    def test_it_cancels(self):
        def work(alice, bob):
            bob.tell('dial', alice.uri)
            alice.signal('invite')
            bob.wait('CALL_RINGING')
            bob.tell('hangup')
            alice.signal('terminated Canceled')
        self.each(work)

    def test_options(self):
        def work(alice, bob):
            bob.tell('options', alice.uri)
            bob.wait_output('OPTIONS of')
            self.assertEqual(alice.tell('request', 'OPTIONS', f'sip:bob@{DOMAIN}'), '200')
        self.each(work)

    def test_messages(self):
        def work(alice, bob):
            self.assertEqual(alice.tell('message', f'sip:bob@{DOMAIN}', 'hello', 'baresip'), '200')
            bob.wait_output('hello baresip')
            bob.tell('message', 'hello yourself')
            alice.wait('message sip:bob@.* hello yourself')
        self.each(work)


if __name__ == '__main__':
    tap.main()
