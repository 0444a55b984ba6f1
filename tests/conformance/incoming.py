# SPDX-License-Identifier: LGPL-2.1-or-later
"""Calls that come in."""

import re

import tap
from case import Case
from peer import SDP, T1


class Incoming(Case):
    def test_call_ended_by_the_caller(self):
        """RFC 3261 §13, §15."""
        agent = self.agent()
        peer = self.peer(agent)
        ok = peer.establish()
        self.assertIsNotNone(ok.tag('to'))
        self.assertIn('m=audio', ok.body)
        self.assertEqual(ok['content-type'], 'application/sdp')
        agent.expect_all(r'1 invite sip:peer@.*', '1 accepted 200')
        peer.request('BYE', uri=ok.contact_uri, to_tag=ok.tag('to'))
        peer.expect(200)
        agent.expect_all('1 bye', '1 terminated Terminated')
        agent.end()

    def test_call_ended_by_us(self):
        agent = self.agent('--bye-after', '50')
        peer = self.peer(agent)
        ok = peer.establish()
        bye = peer.expect('BYE')
        self.assertEqual(bye.tag('from'), ok.tag('to'))
        self.assertEqual(bye.tag('to'), peer.tag)
        self.assertEqual(bye['call-id'], peer.call_id)
        self.assertTrue(bye.uri.startswith(f'sip:peer@127.0.0.1:{peer.port}'))
        peer.respond(bye, 200)
        agent.expect_all(r'1 invite .*', '1 accepted 200', '1 bye', '1 terminated Terminated')
        agent.end()

    def test_the_180_has_the_tag_of_the_200(self):
        """RFC 3261 §8.2.6.2, §12.1.1."""
        agent = self.agent('--answer-after', '100')
        peer = self.peer(agent)
        peer.request('INVITE', body=SDP)
        ringing = peer.expect(180, skip=(100,))
        self.assertIsNotNone(ringing['contact'])
        ok = peer.expect(200)
        self.assertEqual(ringing.tag('to'), ok.tag('to'))
        for name in ('allow', 'contact', 'supported'):
            self.assertIsNotNone(ok[name], name)
        peer.acknowledge(ok)

    def test_no_180_when_it_is_off(self):
        agent = self.agent('--no-180', '--answer-after', '100')
        peer = self.peer(agent)
        peer.request('INVITE', body=SDP)
        peer.acknowledge(peer.expect(200, skip=(100,)))

    def test_cancel(self):
        """RFC 3261 §9.2."""
        agent = self.agent('--never-answer')
        peer = self.peer(agent)
        peer.request('INVITE', body=SDP, branch='z9hG4bKcancel')
        ringing = peer.expect(180, skip=(100,))
        peer.request('CANCEL', branch='z9hG4bKcancel')
        got = {}
        for _ in range(2):
            message = peer.expect({200, 487})
            got[message.status] = message
        self.assertEqual(got[200].method, 'CANCEL')
        self.assertEqual(got[487].method, 'INVITE')
        # §9.2: both should carry the tag that the 180 had.
        self.assertEqual({got[200].tag('to'), got[487].tag('to')}, {ringing.tag('to')})
        peer.request('ACK', branch='z9hG4bKcancel', to_tag=got[487].tag('to'))
        agent.expect_all(r'1 invite .*', '1 cancel', r'1 rejected .*', '1 failed Canceled', '1 terminated Canceled')
        peer.expect_silence(2 * T1)
        agent.end()

    def test_cancel_of_nothing(self):
        agent = self.agent()
        peer = self.peer(agent)
        peer.request('CANCEL', branch='z9hG4bKnothing', cseq=1)
        peer.expect(481)

    def test_reject(self):
        agent = self.agent('--reject', '486')
        peer = self.peer(agent)
        peer.request('INVITE', body=SDP, branch='z9hG4bKreject')
        busy = peer.expect(486, skip=(100, 180))
        peer.request('ACK', branch='z9hG4bKreject', to_tag=busy.tag('to'))
        agent.expect_all(r'1 invite .*', r'1 rejected .*', '1 failed Busy', '1 terminated Busy')
        peer.expect_silence(2 * T1)
        agent.end()

    def test_final_answer_is_repeated_until_its_ack(self):
        """RFC 3261 §17.2.1, timer G."""
        agent = self.agent('--reject', '603')
        peer = self.peer(agent)
        peer.request('INVITE', body=SDP, branch='z9hG4bKlost')
        for _ in range(3):
            decline = peer.expect(603, skip=(100, 180))
        peer.request('ACK', branch='z9hG4bKlost', to_tag=decline.tag('to'))
        peer.expect_silence(6 * T1)

    def test_retransmitted_invite(self):
        """RFC 3261 §17.2.1: the last answer again, and one call only."""
        agent = self.agent('--answer-after', '400')
        peer = self.peer(agent)
        data = peer.request('INVITE', body=SDP)
        peer.expect(180, skip=(100,))
        for _ in range(3):
            peer.send_bytes(data)
            peer.expect(180)
        ok = peer.expect(200)
        peer.acknowledge(ok)
        agent.expect_all(r'1 invite .*', '1 accepted 200')
        agent.expect_silence(0.3)

    def test_lost_ack(self):
        """RFC 3261 §13.3.1.4: the 2xx is sent again, after T1, then after twice as long, until the ACK is there."""
        agent = self.agent()
        peer = self.peer(agent)
        peer.request('INVITE', body=SDP)
        first = peer.expect(200, skip=(100, 180))
        second = peer.expect(200)
        third = peer.expect(200)
        self.assertEqual({first.tag('to')}, {second.tag('to'), third.tag('to')})
        self.assertEqual(first.body, third.body)
        peer.acknowledge(third)
        peer.expect_silence(5 * T1)
        peer.request('BYE', uri=first.contact_uri, to_tag=first.tag('to'))
        peer.expect(200)

    def test_lost_answer_to_our_bye(self):
        """RFC 3261 §17.1.2, timer E."""
        agent = self.agent('--bye-after', '0')
        peer = self.peer(agent)
        peer.establish()
        first = peer.expect('BYE')
        again = peer.expect('BYE')
        self.assertEqual((first['via'], first['cseq']), (again['via'], again['cseq']))
        peer.respond(again, 200)
        peer.expect_silence(5 * T1)
        agent.end()

    def test_bye_after_which_its_answer_is_lost(self):
        """A retransmitted BYE gets the same 200, though the call is over (RFC 3261 §17.2.2)."""
        agent = self.agent()
        peer = self.peer(agent)
        ok = peer.establish()
        data = peer.request('BYE', uri=ok.contact_uri, to_tag=ok.tag('to'))
        peer.expect(200)
        peer.send_bytes(data)
        peer.expect(200)
        agent.expect_all(r'1 invite .*', '1 accepted 200', '1 bye', '1 terminated Terminated')
        agent.expect_silence(0.3)

    def test_bye_before_the_ack(self):
        agent = self.agent()
        peer = self.peer(agent)
        peer.request('INVITE', body=SDP)
        ok = peer.expect(200, skip=(100, 180))
        peer.request('BYE', uri=ok.contact_uri, to_tag=ok.tag('to'))
        bye_ok = peer.expect(200)
        while bye_ok.method != 'BYE':
            bye_ok = peer.expect(200)
        agent.expect_all(r'1 invite .*', '1 accepted 200', '1 bye', '1 terminated Terminated')

    def test_route_set_and_target(self):
        """RFC 3261 §12.1.1, §12.2.1.1: a UAS's requests carry the Record-Routes in their order."""
        agent = self.agent('--bye-after', '50')
        peer = self.peer(agent)
        here = f'127.0.0.1:{peer.port}'
        peer.request('INVITE', body=SDP, extra=[('Record-Route', f'<sip:{here};lr;hop=2>, <sip:{here};lr;hop=1>')],
                     replace={'Contact': '<sip:peer@192.0.2.1:5999;x=y>'})
        ok = peer.expect(200, skip=(100, 180))
        self.assertEqual(re.findall(r'hop=(\d)', ' '.join(ok.all('record-route'))), ['2', '1'])
        peer.request('ACK', uri=ok.contact_uri, to_tag=ok.tag('to'))
        bye = peer.expect('BYE')
        self.assertEqual(bye.uri, 'sip:peer@192.0.2.1:5999;x=y')
        self.assertEqual(re.findall(r'hop=(\d)', ' '.join(bye.all('route'))), ['2', '1'])
        peer.respond(bye, 200)
        agent.end()

    def test_strict_router(self):
        """RFC 3261 §12.2.1.1: a first route without lr is the Request-URI, and the target the last Route."""
        agent = self.agent('--bye-after', '50')
        peer = self.peer(agent)
        peer.request('INVITE', body=SDP, extra=[('Record-Route', f'<sip:127.0.0.1:{peer.port};hop=1>')],
                     replace={'Contact': '<sip:peer@192.0.2.1:5999>'})
        ok = peer.expect(200, skip=(100, 180))
        peer.acknowledge(ok)
        bye = peer.expect('BYE')
        self.assertEqual(bye.uri.split(';')[0], f'sip:127.0.0.1:{peer.port}')
        self.assertIn('sip:peer@192.0.2.1:5999', bye.all('route')[-1])
        peer.respond(bye, 200)

    def test_offer_in_the_2xx(self):
        """RFC 3261 §13.2.1: an INVITE without an offer gets one, and its ACK has the answer."""
        agent = self.agent()
        peer = self.peer(agent)
        peer.request('INVITE')
        ok = peer.expect(200, skip=(100, 180))
        self.assertIn('m=audio', ok.body)
        peer.acknowledge(ok, body=SDP)
        agent.expect_all(r'1 invite .*', '1 accepted 200')
        peer.request('BYE', uri=ok.contact_uri, to_tag=ok.tag('to'))
        peer.expect(200)
        agent.end()

    def test_unknown_user(self):
        agent = self.agent()
        peer = self.peer(agent)
        peer.request('INVITE', uri=f'sip:nobody@127.0.0.1:{agent.port}', body=SDP, branch='z9hG4bKwho')
        answer = peer.expect(404, skip=(100,))
        peer.request('ACK', uri=f'sip:nobody@127.0.0.1:{agent.port}', branch='z9hG4bKwho', to_tag=answer.tag('to'))
        agent.expect_silence(0.2)

    def test_nobody_listens_to_invite(self):
        agent = self.agent('--no-handler')
        peer = self.peer(agent)
        peer.request('INVITE', body=SDP, branch='z9hG4bKnobody')
        answer = peer.expect(480, skip=(100, 180))
        peer.request('ACK', branch='z9hG4bKnobody', to_tag=answer.tag('to'))
        agent.end()

    def test_merged_request(self):
        """RFC 3261 §8.2.2.2: the same request by another way."""
        agent = self.agent('--answer-after', '600')
        peer = self.peer(agent)
        peer.request('INVITE', body=SDP, branch='z9hG4bKone')
        peer.expect(180, skip=(100,))
        peer.request('INVITE', body=SDP, branch='z9hG4bKtwo', cseq=peer.cseq)
        loop = peer.expect(482)
        peer.request('ACK', branch='z9hG4bKtwo', to_tag=loop.tag('to'))
        peer.acknowledge(peer.expect(200))
        agent.expect_all(r'1 invite .*', '1 accepted 200')

    def test_options(self):
        """RFC 3261 §11.2."""
        agent = self.agent()
        peer = self.peer(agent)
        peer.request('OPTIONS')
        ok = peer.expect(200)
        for method in ('INVITE', 'ACK', 'CANCEL', 'BYE', 'OPTIONS'):
            self.assertIn(method, ok['allow'])
        self.assertIn('application/sdp', ok['accept'])
        self.assertIsNotNone(ok.tag('to'))
        agent.end()

    def test_unknown_method(self):
        """RFC 3261 §8.2.1."""
        agent = self.agent()
        peer = self.peer(agent)
        peer.request('TELEPORT')
        answer = peer.expect({405, 501})
        self.assertIn('INVITE', answer['allow'])
        agent.end()

    def test_unknown_extension_required(self):
        """RFC 3261 §8.2.2.3."""
        agent = self.agent()
        peer = self.peer(agent)
        peer.request('INVITE', body=SDP, branch='z9hG4bKext', extra=[('Require', 'telepathy')])
        answer = peer.expect(420, skip=(100,))
        self.assertEqual(answer['unsupported'], 'telepathy')
        peer.request('ACK', branch='z9hG4bKext', to_tag=answer.tag('to'))
        agent.expect_silence(0.2)

    def test_unknown_body(self):
        """RFC 3261 §8.2.3."""
        agent = self.agent()
        peer = self.peer(agent)
        peer.request('INVITE', body='dots and dashes', branch='z9hG4bKmorse', extra=[('Content-Type', 'text/x-morse')])
        answer = peer.expect(415, skip=(100, 180))
        self.assertIn('application/sdp', answer['accept'])
        peer.request('ACK', branch='z9hG4bKmorse', to_tag=answer.tag('to'))

    def test_request_of_no_dialog(self):
        """RFC 3261 §12.2.2: a To tag that we never gave."""
        agent = self.agent()
        peer = self.peer(agent)
        peer.request('BYE', to_tag='never')
        peer.expect(481)
        peer.request('INVITE', to_tag='never', body=SDP, branch='z9hG4bKnever')
        answer = peer.expect(481, skip=(100,))
        peer.request('ACK', branch='z9hG4bKnever', to_tag=answer.tag('to'))
        agent.expect_silence(0.2)
        agent.end()

    def test_stray_ack(self):
        agent = self.agent()
        peer = self.peer(agent)
        peer.request('ACK', to_tag='never', cseq=7)
        peer.expect_silence(T1)
        self.good_call(agent)

    def test_lower_cseq_in_a_dialog(self):
        """RFC 3261 §12.2.2."""
        agent = self.agent()
        peer = self.peer(agent)
        peer.cseq = 10
        ok = peer.establish()
        peer.request('BYE', uri=ok.contact_uri, to_tag=ok.tag('to'), cseq=5)
        peer.expect(500)
        peer.request('BYE', uri=ok.contact_uri, to_tag=ok.tag('to'))
        peer.expect(200)

    def test_answer_goes_where_the_request_came_from(self):
        """RFC 3581: a Via that tells another address, and rport."""
        agent = self.agent()
        peer = self.peer(agent)
        peer.request('OPTIONS', replace={'Via': 'SIP/2.0/UDP 192.0.2.1:9;branch=z9hG4bKfar;rport'})
        ok = peer.expect(200)
        self.assertIn('received=127.0.0.1', ok['via'])
        self.assertIn(f'rport={peer.port}', ok['via'])

    def test_many_vias_come_back_in_order(self):
        agent = self.agent()
        peer = self.peer(agent)
        vias = [peer.via('z9hG4bKtop')] + [f'SIP/2.0/UDP 192.0.2.{i};branch=z9hG4bK{i}' for i in range(8)]
        peer.request('OPTIONS', replace={'Via': vias[0]}, extra=[('Via', ', '.join(vias[1:4]))] + [('v', via) for via in vias[4:]])
        ok = peer.expect(200)
        branches = re.findall(r'branch=(z9hG4bK[^;,]+)', ', '.join(value for name, value in ok.headers if name in ('via', 'v')))
        self.assertEqual(branches, ['z9hG4bKtop'] + [f'z9hG4bK{i}' for i in range(8)])

    def test_compact_forms_and_folds(self):
        agent = self.agent()
        peer = self.peer(agent)
        text = (f'OPTIONS sip:test@127.0.0.1 SIP/2.0\r\nv:\r\n {peer.via()}\r\nf :  <sip:p@127.0.0.1>\r\n ;tag=1\r\n'
                f't: "A \\"quoted\\" name"\r\n\t<sip:test@127.0.0.1>\r\ni: {peer.call_id}\r\ncseq: 1\r\n OPTIONS\r\nMAX-FORWARDS: 70\r\nl: 0\r\n\r\n')
        peer.send_bytes(text.encode())
        ok = peer.expect(200)
        self.assertIn('quoted', ok['to'])
        self.assertEqual(ok.tag('from'), '1')

    def test_reinvite_is_answered(self):
        """RFC 3261 §14.2; the target follows it (§12.2.1.2)."""
        agent = self.agent('--bye-after', '900')
        peer = self.peer(agent)
        ok = peer.establish()
        peer.request('INVITE', uri=ok.contact_uri, to_tag=ok.tag('to'), body=SDP.replace('o=peer 1 1', 'o=peer 1 2'),
                     branch='z9hG4bKre', replace={'Contact': f'<sip:moved@127.0.0.1:{peer.port}>'})
        answer = peer.expect({200, 488}, skip=(100,))
        if answer.status == 200:
            peer.acknowledge(answer)
            bye = peer.expect('BYE')
            self.assertEqual(bye.uri.split(';')[0], f'sip:moved@127.0.0.1:{peer.port}')
        else:
            peer.request('ACK', uri=ok.contact_uri, branch='z9hG4bKre', to_tag=ok.tag('to'))
            bye = peer.expect('BYE')
        peer.respond(bye, 200)
        agent.end()


if __name__ == '__main__':
    tap.main()
