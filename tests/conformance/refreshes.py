# SPDX-License-Identifier: LGPL-2.1-or-later
"""Session timers (RFC 4028) with SIPp, in real time: all calls side by side, since the shortest interval is 90 seconds."""

import socket

import tap
import sipp


class Refreshes(sipp.Runner):
    def test_all(self):
        calls = [(self.begin_in('uac-is-refreshed'), 'Terminated'), (self.begin_in('uac-forgets'), 'Expires'),
                 (self.begin_out('uas-is-refreshed'), 'Terminated'), (self.begin_out('uas-refreshes'), 'Expires')]
        for (process, _, _), _ in calls:
            self.finish(process, 100)
        for (_, agent, begin), end in calls:
            with self.subTest(begin=begin, end=end):
                agent.expect_all(*begin, '1 accepted 200', '1 bye', f'1 terminated {end}')
                agent.end()

    def begin_in(self, scenario):
        agent = self.agent('--listen', 'udp://127.0.0.1:0')
        process = self.start(scenario, 'udp', '-timeout', '95', f'127.0.0.1:{agent.port}')
        return process, agent, [r'1 invite .*']

    def begin_out(self, scenario):
        port = sipp.free_port(socket.SOCK_DGRAM)
        process = self.start(scenario, 'udp', '-timeout', '95', port=port)
        self.await_port('udp', port)
        return process, self.agent('--listen', 'udp://127.0.0.1:0', '--call', f'sip:sipp@127.0.0.1:{port};transport=udp'), []


if __name__ == '__main__':
    tap.main()
