# SPDX-License-Identifier: LGPL-2.1-or-later
"""Calls that go out."""

import re

import tap
from case import Case
from peer import SDP, T1


class Outgoing(Case):
    def call(self, *options):
        """The agent calls a peer: both, and the INVITE that came."""
        peer = self.peer()
        agent = self.agent('--call', f'sip:peer@127.0.0.1:{peer.port}', *options)
        return agent, peer, peer.expect('INVITE')

    def test_the_invite(self):
        """RFC 3261 §8.1.1, §13.2.1."""
        agent, peer, invite = self.call('--uri', 'sip:alice@example.com')
        self.assertEqual(invite.uri, f'sip:peer@127.0.0.1:{peer.port}')
        self.assertRegex(invite['via'], rf'^SIP/2\.0/UDP 127\.0\.0\.1:{agent.port};.*branch=z9hG4bK[^;,]+')
        self.assertIn('rport', invite['via'])
        self.assertEqual(invite['max-forwards'], '70')
        self.assertIn('sip:alice@example.com', invite['from'])
        self.assertIsNotNone(invite.tag('from'))
        self.assertIsNone(invite.tag('to'))
        self.assertGreater(len(invite['call-id']), 15)
        self.assertIn(f'127.0.0.1:{agent.port}', invite['contact'])
        self.assertIn('INVITE', invite['allow'])
        self.assertEqual(invite['content-type'], 'application/sdp')
        self.assertIn('m=audio', invite.body)
        peer.respond(invite, 486, tag='a')
        peer.expect('ACK')

    def test_call_ended_by_us(self):
        agent, peer, invite = self.call('--bye-after', '50', '--sessions', '1')
        peer.respond(invite, 100)
        peer.respond(invite, 180, tag='a')
        peer.respond(invite, 200, tag='a', body=SDP)
        ack = peer.expect('ACK')
        self.assertEqual(ack.cseq, invite.cseq)
        self.assertNotEqual(ack['via'], invite['via'])
        bye = peer.expect('BYE')
        self.assertEqual(bye.cseq, invite.cseq + 1)
        self.assertEqual(bye.tag('to'), 'a')
        peer.respond(bye, 200)
        agent.expect_all('1 progress 100', '1 progress 180', '1 accepted 200', '1 bye', '1 terminated Terminated')
        agent.end()

    def test_call_ended_by_the_callee(self):
        agent, peer, invite = self.call('--sessions', '1')
        peer.respond(invite, 200, tag='a', body=SDP)
        ack = peer.expect('ACK')
        peer.call_id, peer.tag = invite['call-id'], 'a'
        peer.request('BYE', uri=invite.contact_uri, replace={'To': invite['from']})
        peer.expect(200)
        agent.expect_all('1 accepted 200', '1 bye', '1 terminated Terminated')
        self.assertEqual(ack.tag('from'), invite.tag('from'))
        agent.end()

    def test_refused(self):
        for status, cause in ((404, 'Not Found'), (486, 'Busy'), (603, 'Rejected'), (302, 'Redirected'), (500, 'SIP Failure Code'),
                              (488, 'Incompatible SDP'), (480, 'Unavailable'), (484, 'Address Incomplete')):
            with self.subTest(status=status):
                agent, peer, invite = self.call('--sessions', '1')
                peer.respond(invite, status, 'No', tag='a')
                ack = peer.expect('ACK')
                # §17.1.1.3: the ACK of the same hop.
                self.assertEqual(ack['via'], invite['via'])
                self.assertEqual(ack.uri, invite.uri)
                self.assertEqual(ack.tag('to'), 'a')
                agent.expect_all('1 rejected No', f'1 failed {cause}', f'1 terminated {cause}')
                agent.end()

    def test_final_answer_again(self):
        """RFC 3261 §17.1.1.2: every retransmission of the answer gets its ACK."""
        agent, peer, invite = self.call()
        for _ in range(3):
            peer.respond(invite, 486, tag='a')
            peer.expect('ACK')
        agent.expect_all('1 rejected Reason', '1 failed Busy', '1 terminated Busy')
        agent.expect_silence(0.2)

    def test_2xx_again(self):
        """RFC 3261 §13.2.2.4: the very same ACK."""
        agent, peer, invite = self.call()
        acks = []
        for _ in range(3):
            peer.respond(invite, 200, tag='a', body=SDP)
            acks.append(peer.expect('ACK'))
        self.assertEqual({(ack['cseq'], ack.uri) for ack in acks}, {(f'{invite.cseq} ACK', acks[0].uri)})
        agent.expect('1 accepted 200')
        agent.expect_silence(0.2)

    def test_forked_2xx(self):
        """RFC 3261 §13.2.2.4: the first wins, the others are acknowledged and ended."""
        agent, peer, invite = self.call()
        peer.respond(invite, 180, tag='a')
        peer.respond(invite, 180, tag='b')
        peer.respond(invite, 200, tag='b', body=SDP)
        first = peer.expect('ACK')
        self.assertEqual(first.tag('to'), 'b')
        peer.respond(invite, 200, tag='a', body=SDP)
        second = peer.expect('ACK')
        self.assertEqual(second.tag('to'), 'a')
        bye = peer.expect('BYE')
        self.assertEqual(bye.tag('to'), 'a')
        peer.respond(bye, 200)
        agent.expect_all('1 progress 180', '1 progress 180', '1 accepted 200')
        agent.expect_silence(0.3)

    def test_forked_1xx(self):
        agent, peer, invite = self.call('--bye-after', '0')
        peer.respond(invite, 183, tag='a')
        peer.respond(invite, 180, tag='b')
        peer.respond(invite, 200, tag='c', body=SDP)
        self.assertEqual(peer.expect('ACK').tag('to'), 'c')
        bye = peer.expect('BYE')
        self.assertEqual(bye.tag('to'), 'c')
        peer.respond(bye, 200)
        agent.end()

    def test_retransmission_until_a_1xx(self):
        """RFC 3261 §17.1.1.2, timer A; none once a 1xx came."""
        agent, peer, invite = self.call()
        again = peer.expect('INVITE')
        self.assertEqual((again['via'], again['call-id'], again.body), (invite['via'], invite['call-id'], invite.body))
        peer.respond(invite, 100)
        peer.expect_silence(5 * T1)
        peer.respond(invite, 486, tag='a')
        peer.expect('ACK')

    def test_cancel(self):
        """RFC 3261 §9.1."""
        agent, peer, invite = self.call('--cancel-after', '150')
        peer.respond(invite, 180, tag='a')
        cancel = peer.expect('CANCEL')
        self.assertEqual(cancel['via'], invite['via'])
        self.assertEqual(cancel.uri, invite.uri)
        self.assertEqual((cancel.cseq, cancel['from'], cancel['to'], cancel['call-id']),
                         (invite.cseq, invite['from'], invite['to'], invite['call-id']))
        peer.respond(cancel, 200, tag='a', contact=False)
        peer.respond(invite, 487, 'Request Terminated', tag='a')
        peer.expect('ACK')
        agent.expect_all('1 progress 180', '1 cancel', '1 rejected Request Terminated', '1 failed Canceled', '1 terminated Canceled')
        agent.end()

    def test_cancel_waits_for_a_1xx(self):
        """RFC 3261 §9.1."""
        agent, peer, invite = self.call('--cancel-after', '50')
        again = peer.expect('INVITE')
        peer.respond(again, 100)
        cancel = peer.expect('CANCEL')
        peer.respond(cancel, 200, contact=False)
        peer.respond(invite, 487, 'Request Terminated', tag='a')
        peer.expect('ACK')
        agent.expect_all('1 cancel', '1 rejected Request Terminated', '1 failed Canceled', '1 terminated Canceled')

    def test_cancel_meets_the_2xx(self):
        """RFC 3261 §9.1: it was too late; ACK, then BYE."""
        agent, peer, invite = self.call('--cancel-after', '100')
        peer.respond(invite, 180, tag='a')
        cancel = peer.expect('CANCEL')
        peer.respond(invite, 200, tag='a', body=SDP)
        peer.respond(cancel, 200, tag='a', contact=False)
        peer.expect('ACK')
        bye = peer.expect('BYE')
        peer.respond(bye, 200)
        agent.expect_all('1 progress 180', '1 cancel', '1 accepted 200', '1 bye', '1 terminated Terminated')
        agent.end()

    def test_route_set_is_reversed(self):
        """RFC 3261 §12.1.2."""
        agent, peer, invite = self.call('--bye-after', '50')
        here = f'127.0.0.1:{peer.port}'
        peer.respond(invite, 200, tag='a', body=SDP, contact=False,
                     extra=[('Record-Route', f'<sip:{here};lr;hop=2>'), ('Record-Route', f'<sip:{here};lr;hop=1>'),
                            ('Contact', '<sip:callee@192.0.2.7:5999>')])
        ack = peer.expect('ACK')
        self.assertEqual(ack.uri, 'sip:callee@192.0.2.7:5999')
        self.assertEqual(re.findall(r'hop=(\d)', ' '.join(ack.all('route'))), ['1', '2'])
        bye = peer.expect('BYE')
        self.assertEqual(re.findall(r'hop=(\d)', ' '.join(bye.all('route'))), ['1', '2'])
        peer.respond(bye, 200)
        agent.end()

    def test_target_of_the_2xx(self):
        """RFC 3261 §12.2.1.2: the Contact of the 2xx, not that of the 180."""
        agent, peer, invite = self.call('--bye-after', '50')
        here = f'127.0.0.1:{peer.port}'
        peer.respond(invite, 180, tag='a', contact=False, extra=[('Contact', f'<sip:early@{here}>')])
        peer.respond(invite, 200, tag='a', body=SDP, contact=False, extra=[('Contact', f'<sip:late@{here}>')])
        self.assertEqual(peer.expect('ACK').uri, f'sip:late@{here}')
        bye = peer.expect('BYE')
        self.assertEqual(bye.uri, f'sip:late@{here}')
        peer.respond(bye, 200)
        agent.end()

    def test_no_offer_in_the_invite(self):
        """RFC 3261 §13.2.1: the offer comes in the 2xx, the answer goes in the ACK."""
        agent, peer, invite = self.call('--late-offer', '--bye-after', '50')
        self.assertEqual(invite.body, '')
        self.assertIsNone(invite['content-type'])
        peer.respond(invite, 200, tag='a', body=SDP)
        ack = peer.expect('ACK')
        self.assertIn('m=audio', ack.body)
        self.assertEqual(ack['content-type'], 'application/sdp')
        bye = peer.expect('BYE')
        peer.respond(bye, 200)
        agent.end()

    def test_2xx_without_an_answer(self):
        """There are no media to be had: ACK, BYE, and the application is told why."""
        agent, peer, invite = self.call()
        peer.respond(invite, 200, tag='a')
        peer.expect('ACK')
        bye = peer.expect('BYE')
        peer.respond(bye, 200)
        lines = []
        while not lines or not lines[-1].startswith('1 terminated'):
            lines.append(agent.expect(r'1 .*').group())
        self.assertIn(lines[-1], ('1 terminated Bad Media Description', '1 terminated Terminated'))
        agent.end()

    def test_stop_ends_the_call(self):
        agent, peer, invite = self.call()
        peer.respond(invite, 200, tag='a', body=SDP)
        peer.expect('ACK')
        agent.expect('1 accepted 200')
        agent.process.stdin.close()
        bye = peer.expect('BYE')
        peer.respond(bye, 200)
        agent.expect_all('1 bye', '1 terminated Terminated', 'stopped')
        self.assertEqual(agent.process.wait(5), 0)

    def test_stop_ends_a_call_that_rings(self):
        agent, peer, invite = self.call()
        peer.respond(invite, 180, tag='a')
        agent.expect('1 progress 180')
        agent.process.stdin.close()
        cancel = peer.expect('CANCEL')
        peer.respond(cancel, 200, tag='a', contact=False)
        peer.respond(invite, 487, tag='a')
        peer.expect('ACK')
        self.assertEqual(agent.process.wait(5), 0)

    def test_nobody_there(self):
        """A connection that is refused. (With UDP nothing says so: see patience.py.)"""
        other = self.peer()
        port = other.port
        other.close()
        agent = self.agent('--call', f'sip:peer@127.0.0.1:{port};transport=ws')
        agent.expect_all(r'1 failed (Connection Error|Request Timeout)', r'1 terminated (Connection Error|Request Timeout)')
        agent.end()


if __name__ == '__main__':
    tap.main()
