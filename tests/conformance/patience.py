# SPDX-License-Identifier: LGPL-2.1-or-later
"""What happens 32 seconds (64 × T1) later. All of it is waited for at the same time."""

import threading
import traceback

import tap
from case import Case
from peer import SDP

LONG = 60


class Patience(Case):
    def no_ack(self):
        """RFC 3261 §13.3.1.4: a 2xx that is never acknowledged ends in a BYE."""
        agent = self.agent()
        peer = self.peer(agent)
        peer.request('INVITE', body=SDP)
        again = 0
        message = peer.expect(200, skip=(100, 180))
        while message.status == 200:
            again += 1
            message = peer.expect({200, 'BYE'}, timeout=LONG)
        # 0.5 + 1 + 2 + 4 and then every 4 seconds, up to 32: ten times and the first.
        self.assertIn(again, (10, 11, 12))
        peer.respond(message, 200)
        agent.expect_all(r'1 invite .*', '1 accepted 200', '1 bye', '1 terminated No ACK')
        agent.end()

    def no_prack(self):
        """RFC 3262 §3: T1, doubled each time, and a 5xx after 64 × T1."""
        agent = self.agent('--progress', '183', '--never-answer')
        peer = self.peer(agent)
        peer.request('INVITE', body=SDP, branch='z9hG4bKprack', extra=[('Require', '100rel')])
        again = 0
        message = peer.expect(183, skip=(100,))
        while message.status == 183:
            again += 1
            message = peer.expect({183, 504}, timeout=LONG)
        self.assertEqual(again, 7)
        peer.request('ACK', branch='z9hG4bKprack', to_tag=message.tag('to'))
        agent.expect_all(r'1 invite .*', '1 failed No PRACK', '1 terminated No PRACK')
        agent.end()

    def no_answer_at_all(self):
        """RFC 3261 §17.1.1.2, timers A and B."""
        peer = self.peer()
        agent = self.agent('--call', f'sip:peer@127.0.0.1:{peer.port}')
        for _ in range(7):
            peer.expect('INVITE', timeout=LONG)
        agent.expect_all('1 failed Request Timeout', '1 terminated Request Timeout', timeout=LONG)
        agent.end()

    def no_answer_to_bye(self):
        """RFC 3261 §15.1.1: the call is over all the same."""
        peer = self.peer()
        agent = self.agent('--call', f'sip:peer@127.0.0.1:{peer.port}', '--bye-after', '0')
        invite = peer.expect('INVITE')
        peer.respond(invite, 200, tag='a', body=SDP)
        peer.expect('ACK')
        for _ in range(10):
            peer.expect('BYE')
        agent.expect_all('1 accepted 200', '1 bye', '1 terminated Terminated', timeout=LONG)
        agent.end(timeout=LONG)

    def no_answer_from_the_user(self):
        """408 after no-answer-timeout."""
        agent = self.agent('--never-answer', '--no-answer-timeout', '2')
        peer = self.peer(agent)
        peer.request('INVITE', body=SDP, branch='z9hG4bKslow')
        answer = peer.expect(408, skip=(100, 180))
        peer.request('ACK', branch='z9hG4bKslow', to_tag=answer.tag('to'))
        agent.expect(r'1 invite .*')
        line = agent.expect(r'1 (rejected .*|failed No Answer)').group()
        if line.startswith('1 rejected'):
            agent.expect('1 failed No Answer')
        agent.expect('1 terminated No Answer')
        agent.end()

    def cancel_without_a_487(self):
        """RFC 3261 §9.1: 64 × T1 after the CANCEL the call is over, whatever the other side says."""
        peer = self.peer()
        agent = self.agent('--call', f'sip:peer@127.0.0.1:{peer.port}', '--cancel-after', '200')
        invite = peer.expect('INVITE')
        peer.respond(invite, 180, tag='a')
        cancel = peer.expect('CANCEL')
        peer.respond(cancel, 200, tag='a', contact=False)
        agent.expect_all('1 progress 180', '1 cancel')
        agent.expect_all(r'1 failed .*', r'1 terminated .*', timeout=LONG)
        agent.end()

    def test_all(self):
        results = {}

        def run(scenario):
            try:
                getattr(self, scenario)()
                results[scenario] = None
            except Exception:
                results[scenario] = traceback.format_exc()

        scenarios = ('no_ack', 'no_prack', 'no_answer_at_all', 'no_answer_to_bye', 'no_answer_from_the_user', 'cancel_without_a_487')
        threads = [threading.Thread(target=run, args=(scenario,)) for scenario in scenarios]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for scenario in scenarios:
            with self.subTest(scenario=scenario):
                self.assertIsNone(results[scenario], f'{scenario}: {results[scenario]}')


if __name__ == '__main__':
    tap.main()
