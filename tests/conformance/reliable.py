# SPDX-License-Identifier: LGPL-2.1-or-later
"""Reliable provisional responses, late offers, early media and forks: with SIPp, and by hand what SIPp cannot do."""

import tap
import sipp
from case import Case
from peer import SDP, T1


class Sipp(sipp.Runner):
    def test_they_prack(self):
        """RFC 3262 §3: the 183 comes until there is a PRACK, and the 200 after it."""
        agent = self.call_in('uac-pracks', 'udp', '--progress', '0')
        agent.expect_all(r'1 invite .*', '1 accepted 200', '1 bye', '1 terminated Terminated')
        agent.end()

    def test_they_prack_our_offer(self):
        agent = self.call_in('uac-pracks-late', 'udp', '--progress', '0')
        agent.expect_all(r'1 invite .*', '1 accepted 200', '1 bye', '1 terminated Terminated')
        agent.end()

    def test_they_offer_in_a_prack(self):
        agent = self.call_in('uac-offers-in-prack', 'udp', '--progress', '0', '--rel100', 'required')
        agent.expect_all(r'1 invite .*', '1 accepted 200', '1 bye', '1 terminated Terminated')
        agent.end()

    def test_we_offer_before_they_accept(self):
        """RFC 3262 §5, RFC 3311 §5.1: in the PRACK, then in an UPDATE, which is refused for now (491) and comes again."""
        agent = self.call_out('uas-takes-early-offers', 'udp', '--rel100', 'supported', '--change-early', '--bye-after', '50')
        agent.expect_all('1 progress 183', '1 held', '1 unheld', '1 accepted 200', '1 bye', '1 terminated Terminated')
        agent.end()

    def test_we_offer_before_we_accept(self):
        agent = self.call_in('uac-is-updated-early', 'udp', '--progress', '183', '--rel100', 'required', '--change-early')
        agent.expect_all(r'1 invite .*', '1 held', '1 unheld', '1 accepted 200', '1 bye', '1 terminated Terminated')
        agent.end()

    def test_they_make_us_offer(self):
        agent = self.call_in('uac-late-offer', 'udp')
        agent.expect_all(r'1 invite .*', '1 accepted 200', '1 bye', '1 terminated Terminated')
        agent.end()

    def test_their_ack_is_lost(self):
        agent = self.call_in('uac-loses-ack', 'udp')
        agent.expect_all(r'1 invite .*', '1 accepted 200', '1 bye', '1 terminated Terminated')
        agent.end()

    def test_we_prack(self):
        agent = self.call_out('uas-reliable', 'udp', '--rel100', 'supported', '--bye-after', '50')
        agent.expect_all('1 progress 180', '1 progress 183', '1 accepted 200', '1 bye', '1 terminated Terminated')
        agent.end()

    def test_we_prack_their_offer(self):
        agent = self.call_out('uas-reliable-late', 'udp', '--rel100', 'required', '--late-offer', '--bye-after', '50')
        agent.expect_all('1 progress 183', '1 accepted 200', '1 bye', '1 terminated Terminated')
        agent.end()

    def test_we_make_them_offer(self):
        agent = self.call_out('uas-late-offer', 'udp', '--late-offer', '--bye-after', '50')
        agent.expect_all('1 progress 180', '1 accepted 200', '1 bye', '1 terminated Terminated')
        agent.end()

    def test_their_200_comes_again(self):
        agent = self.call_out('uas-repeats-2xx', 'udp', '--bye-after', '300')
        agent.expect_all('1 accepted 200', '1 bye', '1 terminated Terminated')
        agent.end()

    def test_two_branches_answer(self):
        agent = self.call_out('uas-forks', 'udp', '--bye-after', '300')
        agent.expect_all('1 progress 180', '1 progress 180', '1 accepted 200', '1 bye', '1 terminated Terminated')
        agent.end()

    def test_two_branches_ring_reliably(self):
        agent = self.call_out('uas-forks-reliably', 'udp', '--rel100', 'supported', '--bye-after', '50')
        agent.expect_all('1 progress 180', '1 progress 180', '1 progress 183', '1 accepted 200', '1 bye', '1 terminated Terminated')
        agent.end()


RELIABLE = ('Require', '100rel')


class Forks(Case):
    def call(self, *options):
        peer = self.peer()
        agent = self.agent('--call', f'sip:peer@127.0.0.1:{peer.port}', *options)
        return agent, peer, peer.expect('INVITE')

    def prack(self, peer, rack, tag):
        prack = peer.expect('PRACK')
        self.assertEqual((prack['rack'], prack.tag('to')), (rack, tag))
        peer.respond(prack, 200)
        return prack

    def test_each_branch_has_its_pracks(self):
        """RFC 3262 §4, RFC 3261 §12.1.2: dialogs of their own, with their own numbers; the first 2xx wins, the other one is ended."""
        agent, peer, invite = self.call('--rel100', 'supported')
        rack = f'{invite.cseq} INVITE'
        peer.respond(invite, 180, tag='a', extra=[RELIABLE, ('RSeq', '100')])
        first = self.prack(peer, f'100 {rack}', 'a')
        peer.respond(invite, 180, tag='b', extra=[RELIABLE, ('RSeq', '7')])
        other = self.prack(peer, f'7 {rack}', 'b')
        self.assertEqual(first.cseq, other.cseq)
        peer.respond(invite, 183, tag='a', body=SDP, extra=[RELIABLE, ('RSeq', '101')])
        self.prack(peer, f'101 {rack}', 'a')
        peer.respond(invite, 200, tag='a')
        self.assertEqual(peer.expect('ACK').tag('to'), 'a')
        peer.respond(invite, 200, tag='b', body=SDP)
        self.assertEqual(peer.expect('ACK').tag('to'), 'b')
        bye = peer.expect('BYE')
        self.assertEqual((bye.tag('to'), bye.cseq), ('b', other.cseq + 1))
        peer.respond(bye, 200)
        agent.expect_all('1 progress 180', '1 progress 180', '1 progress 183', '1 accepted 200')
        agent.expect_silence(0.3)

    def test_once_and_in_order(self):
        """RFC 3262 §4: what comes again has its PRACK already; what comes before its turn is as if it had not come."""
        agent, peer, invite = self.call('--rel100', 'supported')
        for status, rseq in ((180, 10), (180, 10), (182, 12), (181, 11), (182, 12), (181, 11)):
            peer.respond(invite, status, tag='a', extra=[RELIABLE, ('RSeq', str(rseq))])
        for rseq in (10, 11, 12):
            self.prack(peer, f'{rseq} {invite.cseq} INVITE', 'a')
        peer.expect_silence(2 * T1)
        agent.expect_all('1 progress 180', '1 progress 181', '1 progress 182')

    def strange_winner(self, agent, peer, invite):
        """Branch b wins, and the media follows branch a: acknowledged, and changed at once."""
        peer.respond(invite, 200, tag='b', body=SDP)
        self.assertEqual(peer.expect('ACK').tag('to'), 'b')
        reinvite = peer.expect('INVITE')
        self.assertEqual(reinvite.tag('to'), 'b')
        self.assertIn('m=audio', reinvite.body)
        peer.respond(reinvite, 200, body=SDP)
        ack = peer.expect('ACK')
        self.assertEqual((ack.cseq, ack.tag('to')), (reinvite.cseq, 'b'))
        peer.expect_silence(2 * T1)

    def test_another_branch_wins(self):
        agent, peer, invite = self.call('--rel100', 'supported')
        peer.respond(invite, 183, tag='a', body=SDP, extra=[RELIABLE, ('RSeq', '1')])
        self.prack(peer, f'1 {invite.cseq} INVITE', 'a')
        self.strange_winner(agent, peer, invite)
        agent.expect_all('1 progress 183', '1 accepted 200')

    def test_early_media_of_another_branch(self):
        agent, peer, invite = self.call('--early-media')
        peer.respond(invite, 183, tag='a', body=SDP)
        peer.respond(invite, 180, tag='b')
        self.strange_winner(agent, peer, invite)
        agent.expect_all('1 progress 183', '1 progress 180', '1 accepted 200')

    def test_late_offers_of_two_branches(self):
        """One is answered, the other one refused line by line."""
        agent, peer, invite = self.call('--rel100', 'required', '--late-offer')
        self.assertEqual((invite['require'], invite.body), ('100rel', ''))
        peer.respond(invite, 183, tag='a', body=SDP, extra=[RELIABLE, ('RSeq', '1')])
        self.assertIn('m=audio 4', self.prack(peer, f'1 {invite.cseq} INVITE', 'a').body)
        peer.respond(invite, 183, tag='b', body=SDP, extra=[RELIABLE, ('RSeq', '1')])
        self.assertIn('m=audio 0 RTP/AVP 0', self.prack(peer, f'1 {invite.cseq} INVITE', 'b').body)
        peer.respond(invite, 200, tag='a')
        self.assertEqual(peer.expect('ACK').body, '')
        agent.expect_all('1 progress 183', '1 progress 183', '1 accepted 200')

    def test_a_prack_is_refused(self):
        agent, peer, invite = self.call('--rel100', 'supported', '--sessions', '1')
        peer.respond(invite, 180, tag='a', extra=[RELIABLE, ('RSeq', '1')])
        peer.respond(peer.expect('PRACK'), 481)
        cancel = peer.expect('CANCEL')
        peer.respond(cancel, 200)
        peer.respond(invite, 487, 'Terminated', tag='a')
        peer.expect('ACK')
        agent.expect_all('1 progress 180', '1 cancel', '1 rejected Terminated', '1 failed Dialog Error', '1 terminated Dialog Error')
        agent.end()


class Answers(Case):
    def test_a_prack_for_nothing(self):
        """RFC 3262 §3."""
        agent = self.agent('--progress', '183', '--never-answer')
        peer = self.peer(agent)
        peer.request('INVITE', body=SDP, extra=[RELIABLE])
        early = peer.expect(183, skip=(100,))
        wrong = int(early['rseq']) + 1
        peer.request('PRACK', uri=early.contact_uri, to_tag=early.tag('to'), extra=[('RAck', f'{wrong} 1 INVITE')])
        peer.expect(481, skip=(183,))
        peer.request('PRACK', uri=early.contact_uri, to_tag=early.tag('to'), extra=[('RAck', f'{early["rseq"]} 1 INVITE')])
        peer.expect(200, skip=(183,))
        peer.expect_silence(3 * T1)
        agent.expect(r'1 invite .*')

    def test_nothing_unreliable_where_reliable_is_required(self):
        agent = self.agent('--answer-after', '300')
        peer = self.peer(agent)
        peer.request('INVITE', body=SDP, extra=[RELIABLE])
        peer.acknowledge(peer.expect(200, skip=(100,)))
        agent.expect_all(r'1 invite .*', '1 accepted 200')


if __name__ == '__main__':
    tap.main()
