# SPDX-License-Identifier: LGPL-2.1-or-later
"""Our agents as processes, in C and in Python, that a test tells what to do."""

import os
import pathlib
import re
import subprocess
import sys
import threading
import time

from kamailio import DOMAIN, PATIENCE, password

BUILD = pathlib.Path(os.environ['SIP_BUILD'])
SOURCE = pathlib.Path(os.environ['SIP_SOURCE'])
PROGRAMS = {
    'C': [BUILD / 'tests' / 'interop' / 'interop-agent'],
    'Python': [sys.executable, SOURCE / 'tests' / 'interop' / 'agent.py'],
}
LANGUAGES = tuple(PROGRAMS)


def environment():
    return {'G_DEBUG': 'fatal-criticals', 'GI_TYPELIB_PATH': str(BUILD / 'lib'), 'LD_LIBRARY_PATH': str(BUILD / 'lib'),
            'PYTHONPATH': os.pathsep.join([str(SOURCE / 'tests'), str(SOURCE / 'tests' / 'bindings')])}


class Agent:
    def __init__(self, language, user, within=()):
        self.user = user
        self.name = f'{user} ({language})'
        self.uri = f'sip:{user}@{DOMAIN}'
        self.lines = []
        self.errors = []
        self.asked = 0
        self.came = threading.Condition()
        self.process = subprocess.Popen([*within, *PROGRAMS[language], self.uri], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        text=True, errors='replace', env=dict(os.environ, **environment()))
        self.readers = [threading.Thread(target=self._read, args=(stream, lines), daemon=True)
                        for stream, lines in ((self.process.stdout, self.lines), (self.process.stderr, self.errors))]
        for reader in self.readers:
            reader.start()

    def _read(self, stream, lines):
        for line in stream:
            with self.came:
                lines.append(line.rstrip('\n'))
                self.came.notify_all()
        with self.came:
            lines.append('(no more)')
            self.came.notify_all()

    def story(self):
        return '\n'.join([f'{self.name}: {line}' for line in self.lines + self.errors[-40:]])

    def wait(self, pattern, nth=1, timeout=PATIENCE, over=None):
        """The match of the nth line that matches, when it is there. After a line that matches `over` none comes."""
        end = time.monotonic() + timeout
        with self.came:
            while True:
                matches = [match for match in (re.fullmatch(pattern, line) for line in self.lines) if match]
                if len(matches) >= nth:
                    return matches[nth - 1]
                left = end - time.monotonic()
                is_over = self.lines[-1:] == ['(no more)'] or (over and any(re.fullmatch(over, line) for line in self.lines))
                if left <= 0 or is_over:
                    raise AssertionError(f'no "{pattern}" ({nth}) of {self.name}:\n{self.story()}')
                self.came.wait(left)

    def begin(self, *words):
        """Tells it something; what it answers is to be waited for."""
        self.asked += 1
        self.process.stdin.write(' '.join(str(word) for word in words) + '\n')
        self.process.stdin.flush()
        return self.asked

    def answer(self, asked, timeout=PATIENCE):
        return self.wait(r'(ok|error)( .*)?', asked, timeout).group(0)

    def tell(self, *words, timeout=PATIENCE):
        """... and waits for it: what comes after the "ok"."""
        answer = self.answer(self.begin(*words), timeout)
        assert answer.startswith('ok'), f'{self.name}, {" ".join(str(word) for word in words)}: {answer}\n{self.story()}'
        return answer[3:]

    def signals(self, session=1):
        start = f'signal {session} '
        return [line[len(start):] for line in self.lines if line.startswith(start)]

    def signal(self, name, session=1, nth=1):
        return self.wait(f'signal {session} {name}( .*)?', nth, over=f'signal {session} terminated .*').group(0)

    def set_up(self, server, transport, more=(), ca=None):
        """Makes it a client of the server, that it is connected to when this is over (where the server is there), and of others."""
        self.tell('credentials', self.user, password(self.user))
        if transport in ('tls', 'wss'):
            self.tell('ca', ca or server.ca)
        if transport == 'udp':
            self.tell('listen', f'udp://{server.host}:0')
        self.tell('server', server.uri(transport), *more)
        self.tell('start')

    def end(self):
        """Closes its stdin, which is its sign to stop; it has to end well, and to have complained of nothing."""
        self.process.stdin.close()
        try:
            status = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f'{self.name} did not stop:\n{self.story()}') from None
        for reader in self.readers:
            reader.join(10)
        errors = [line for line in self.errors if line != '(no more)']
        assert status == 0 and not errors, f'{self.name} ended with status {status}:\n{self.story()}'

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for reader in self.readers:
            reader.join(10)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            try:
                stream.close()
            except BrokenPipeError:
                pass
