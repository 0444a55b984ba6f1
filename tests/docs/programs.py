# SPDX-License-Identifier: LGPL-2.1-or-later
"""The programs of README.md and of the pages run as they stand there."""

import os
import pathlib
import re
import subprocess
import tempfile
import threading
import unittest

import tap

SOURCE = pathlib.Path(os.environ['SIP_SOURCE'])
BUILD = pathlib.Path(os.environ['SIP_BUILD'])

# Where there is no sound device at all, what stands in for one is wanted, not a device that cannot be opened.
RANKS = ','.join(f'{name}{end}:NONE' for name in ('alsa', 'openal', 'oss', 'oss4', 'pulse', 'jack') for end in ('src', 'sink'))

ENV = dict(os.environ, PYTHONUNBUFFERED='1', GST_PLUGIN_FEATURE_RANK=RANKS, GI_TYPELIB_PATH=str(BUILD / 'lib'), LD_LIBRARY_PATH=str(BUILD / 'lib'), GJS_PATH=str(SOURCE / 'bindings' / 'gjs'))
# The overrides of the source folder, for a program that does not know that they are not installed.
SITE = '''
import gi.overrides
gi.overrides.__path__.append({!r})
'''


def blocks(page, language):
    """The code of a page in one language: whole programs only."""
    text = (SOURCE / page).read_text()
    found = re.findall(rf'^```{language}\n(.*?)^```$', text, re.MULTILINE | re.DOTALL)
    return [code for code in found if code.startswith(('#include', 'import'))]


class Process:
    def __init__(self, *command):
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=ENV)
        self.said = []
        self.condition = threading.Condition()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            with self.condition:
                self.said.append(line.rstrip('\n'))
                self.condition.notify_all()

    def wait_for(self, pattern, seconds=60):
        def find():
            return next((match for line in self.said if (match := re.search(pattern, line))), None)

        with self.condition:
            self.condition.wait_for(lambda: find() is not None, seconds)
            match = find()
        if match is None:
            raise AssertionError(f'it did not say "{pattern}": {self.said}')
        return match

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.reader.join(1)
        self.process.stdout.close()


class Programs(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def start(self, *command):
        process = Process(*map(str, command))
        self.addCleanup(process.end)
        return process

    def listen(self):
        """Somebody who answers, and hangs up after two seconds."""
        process = self.start(os.environ['SIP_CALL'], '--uri', 'sip:bob@127.0.0.1', '--listen', 'ws://127.0.0.1:0/', '--auto-answer', '--once', '--duration', 2, '--test')
        return process, process.wait_for(r'listening at .*:(\d+)').group(1)

    def write(self, name, code):
        path = self.folder / name
        path.write_text(code)
        return path

    def compile(self, code):
        """As a user would, with what pkg-config says of a library that is not installed yet."""
        program = self.folder / 'program'
        env = dict(os.environ, PKG_CONFIG_PATH=str(BUILD / 'meson-uninstalled'))
        flags = subprocess.run(['pkg-config', '--cflags', '--libs', 'sip-glib-1.0-uninstalled'], stdout=subprocess.PIPE, text=True, env=env)
        if flags.returncode == 0:
            flags = flags.stdout.split()
        else:
            glib = subprocess.run(['pkg-config', '--cflags', '--libs', 'gio-2.0', 'gstreamer-1.0'], check=True, stdout=subprocess.PIPE, text=True)
            flags = glib.stdout.split() + [f'-L{BUILD}/lib', '-lsip-glib-1.0']
        flags = [f'-I{SOURCE}/lib/include', f'-I{SOURCE}/lib', f'-I{BUILD}/lib'] + flags
        subprocess.run(['cc', '-Wall', '-Werror', '-Wno-unused-parameter', '-o', program, self.write('program.c', code), *flags], check=True)
        return [program]

    def python(self, code):
        overrides = str(SOURCE / 'bindings' / 'python' / 'gi' / 'overrides')
        return ['/usr/bin/python3', self.write('program.py', SITE.format(overrides) + code)]

    def javascript(self, code):
        return ['gjs', '-m', self.write('program.js', code)]

    def call(self, command):
        bob, port = self.listen()
        alice = self.start(*command, f'sip:bob@127.0.0.1:{port};transport=ws')
        bob.wait_for('talking to')
        alice.wait_for('^over: Terminated$')
        self.assertEqual(alice.process.wait(10), 0, alice.said)
        self.assertEqual([line for line in alice.said if 'CRITICAL' in line or 'WARNING' in line], [])

    def only(self, page, language):
        found = blocks(page, language)
        self.assertEqual(len(found), 1, f'programs in {language} in {page}')
        return found[0]

    def test_readme_c(self):
        self.call(self.compile(self.only('README.md', 'c')))

    def test_readme_python(self):
        self.call(self.python(self.only('README.md', 'python')))

    def test_readme_javascript(self):
        self.call(self.javascript(self.only('README.md', 'js')))

    def test_getting_started_python(self):
        bob = self.start(*self.python(self.only('docs/getting-started.md', 'python')), 'ws://127.0.0.1:0/')
        port = bob.wait_for(r'call ws://.*:(\d+)').group(1)
        alice = self.start(os.environ['SIP_CALL'], '--duration', 2, '--test', f'sip:bob@127.0.0.1:{port};transport=ws')
        bob.wait_for('we talk')
        bob.wait_for('^over: Terminated$')
        alice.wait_for('over: Terminated')
        self.assertEqual(bob.process.wait(10), 0, bob.said)


if __name__ == '__main__':
    tap.main()
