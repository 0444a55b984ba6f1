# SPDX-License-Identifier: LGPL-2.1-or-later
"""Whole calls with SIPp, one and many."""

import pathlib
import shutil
import socket
import subprocess
import tempfile
import time
import unittest

import tap
from case import Case

SCENARIOS = pathlib.Path(__file__).parent / 'scenarios'


def free_port(kind):
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


@unittest.skipUnless(shutil.which('sipp'), 'sipp is not installed')
class Runner(Case):
    """Runs SIPp's scenarios against an agent."""

    # What SIPp calls it, and its kind of socket.
    transports = {'udp': ('u1', socket.SOCK_DGRAM), 'tcp': ('t1', socket.SOCK_STREAM)}

    def start(self, scenario, transport, *arguments, port=None, calls=1):
        mode, kind = self.transports[transport]
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        port = port or free_port(kind)
        command = ['sipp', '-sf', str(SCENARIOS / f'{scenario}.xml'), '-t', mode, '-i', '127.0.0.1', '-p', str(port), '-m', str(calls),
                   '-nostdin', '-timeout', '80', '-trace_err', '-error_file', 'errors', *arguments]
        process = subprocess.Popen(command, cwd=folder.name, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        process.errors = pathlib.Path(folder.name, 'errors')
        self.addCleanup(lambda: process.poll() is None and process.kill())
        return process

    def finish(self, process, timeout=100):
        status = process.wait(timeout)
        errors = process.errors.read_text() if process.errors.exists() else ''
        self.assertEqual(status, 0, errors[:2000])

    @staticmethod
    def await_port(transport, port):
        """A connection that is refused, and a datagram to where nobody is, are a failed call: SIPp has to listen first."""
        kind = 'udp' if transport == 'udp' else 'tcp'
        for _ in range(200):
            if f':{port:04X} ' in pathlib.Path(f'/proc/net/{kind}').read_text():
                return
            time.sleep(0.02)

    def call_in(self, scenario, transport, *options, calls=1):
        agent = self.agent('--listen', f'{transport}://127.0.0.1:0', *options)
        self.finish(self.start(scenario, transport, f'127.0.0.1:{agent.port}', calls=calls))
        return agent

    def call_out(self, scenario, transport, *options):
        mode, kind = self.transports[transport]
        port = free_port(kind)
        process = self.start(scenario, transport, port=port)
        self.await_port(transport, port)
        agent = self.agent('--listen', f'{transport}://127.0.0.1:0', '--call', f'sip:sipp@127.0.0.1:{port};transport={transport}', *options)
        self.finish(process)
        return agent


@unittest.skipUnless(shutil.which('sipp'), 'sipp is not installed')
class Sipp(Runner):
    def test_they_call_and_hang_up(self):
        for transport in self.transports:
            with self.subTest(transport=transport):
                agent = self.call_in('uac', transport)
                agent.expect_all(r'1 invite .*', '1 accepted 200', '1 bye', '1 terminated Terminated')
                agent.end()

    def test_they_call_and_we_hang_up(self):
        for transport in self.transports:
            with self.subTest(transport=transport):
                agent = self.call_in('uac-waits', transport, '--bye-after', '50')
                agent.expect_all(r'1 invite .*', '1 accepted 200', '1 bye', '1 terminated Terminated')
                agent.end()

    def test_they_cancel(self):
        for transport in self.transports:
            with self.subTest(transport=transport):
                agent = self.call_in('uac-cancels', transport, '--never-answer')
                agent.expect_all(r'1 invite .*', '1 cancel', r'1 rejected .*', '1 failed Canceled', '1 terminated Canceled')
                agent.end()

    def test_we_call_and_hang_up(self):
        for transport in self.transports:
            with self.subTest(transport=transport):
                agent = self.call_out('uas', transport, '--bye-after', '50')
                agent.expect_all('1 progress 180', '1 accepted 200', '1 bye', '1 terminated Terminated')
                agent.end()

    def test_we_call_and_they_hang_up(self):
        for transport in self.transports:
            with self.subTest(transport=transport):
                agent = self.call_out('uas-hangs-up', transport)
                agent.expect_all('1 progress 180', '1 accepted 200', '1 bye', '1 terminated Terminated')
                agent.end()

    def test_many_at_once(self):
        for transport in self.transports:
            with self.subTest(transport=transport):
                agent = self.agent('--quiet', '--listen', f'{transport}://127.0.0.1:0')
                self.finish(self.start('uac', transport, f'127.0.0.1:{agent.port}', '-r', '200', calls=400))
                agent.end()


if __name__ == '__main__':
    tap.main()
