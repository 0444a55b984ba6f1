# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is said inside a call and does not change it: tones, INFO, MESSAGE, OPTIONS, and what nobody knows."""

import sipp
import tap
from case import Case
from peer import T1

RELAY = (('Content-Type', 'application/dtmf-relay'),)


class Sipp(sipp.Runner):
    def test_they_say_all_kinds_of_things(self):
        """RFC 3261 §8.2, §11, §12.2.2; RFC 3428; RFC 6086."""
        for transport in self.transports:
            with self.subTest(transport=transport):
                agent = self.call_in('uac-inside', transport)
                agent.expect_all(r'1 invite .*', '1 accepted 200', '1 tone 5 160', '1 tone # 250', '1 tone 7 100', '1 bye', '1 terminated Terminated')
                agent.end()

    def test_we_play_tones(self):
        for transport in self.transports:
            with self.subTest(transport=transport):
                agent = self.call_out('uas-takes-tones', transport, '--tones', '1a*#')
                agent.expect_all('1 progress 180', '1 accepted 200', '1 tone 1 succeeded', '1 tone A succeeded', r'1 tone \* failed SIP Failure Code',
                                 '1 bye', '1 terminated Terminated')
                agent.end()


class Inside(Case):
    def establish(self, *options):
        agent = self.agent(*options)
        peer = self.peer(agent)
        ok = peer.establish()
        agent.expect_all(r'1 invite .*', '1 accepted 200')
        return agent, peer, {'uri': ok.contact_uri, 'to_tag': ok.tag('to')}

    def hang_up(self, agent, peer, inside):
        peer.request('BYE', **inside)
        peer.expect(200)
        agent.expect_all('1 bye', '1 terminated Terminated')
        agent.end()

    def test_a_tone_that_comes_twice_is_one(self):
        agent, peer, inside = self.establish()
        again = peer.request('INFO', body='Signal=5\r\nDuration=80', extra=RELAY, **inside)
        peer.expect(200)
        agent.expect('1 tone 5 80')
        peer.send_bytes(again)
        peer.expect(200)
        agent.expect_silence(T1)
        self.hang_up(agent, peer, inside)

    def test_a_tone_that_comes_late_is_none(self):
        """RFC 3261 §12.2.2."""
        agent, peer, inside = self.establish()
        peer.request('INFO', body='Signal=1', extra=RELAY, cseq=7, **inside)
        peer.expect(200)
        peer.request('INFO', body='Signal=2', extra=RELAY, cseq=6, **inside)
        peer.expect(500)
        agent.expect_all('1 tone 1 100')
        peer.cseq = 7
        self.hang_up(agent, peer, inside)

    def test_what_is_no_tone(self):
        agent, peer, inside = self.establish()
        for body, kind, status in (('Signal=x', 'application/dtmf-relay', 400), ('', 'application/dtmf-relay', 200), ('Signal=1', 'application/dtmf-relays', 415),
                                   ('77', 'application/dtmf', 400), ('x' * 4000, 'application/dtmf-relay', 400)):
            peer.request('INFO', body=body, extra=(('Content-Type', kind),), **inside)
            peer.expect(status)
        peer.request('INFO', body='Signal=1', extra=(*RELAY, ('Content-Encoding', 'gzip')), **inside)
        self.assertEqual(peer.expect(415)['accept-encoding'], 'identity')
        self.hang_up(agent, peer, inside)

    def test_a_message_that_is_heard(self):
        """RFC 3428 §7: a 200 when there is somebody; §8: without Contact."""
        agent, peer, inside = self.establish('--hear')
        peer.request('MESSAGE', body='hello', extra=(('Content-Type', 'text/plain'),), **inside)
        ok = peer.expect(200)
        self.assertIsNone(ok['contact'])
        self.assertEqual(ok.body, '')
        agent.expect('1 request MESSAGE hello')
        peer.request('OPTIONS', **inside)
        self.assertIn('INFO', peer.expect(200)['allow'])
        agent.expect('1 request OPTIONS ')
        self.hang_up(agent, peer, inside)

    def test_we_ask(self):
        """RFC 3261 §12.2.1.1."""
        agent = self.agent('--ask', 'OPTIONS')
        peer = self.peer(agent)
        ok = peer.establish()
        options = peer.expect('OPTIONS')
        self.assertEqual((options['call-id'], options.tag('to'), options.tag('from')), (peer.call_id, peer.tag, ok.tag('to')))
        self.assertIsNone(options['contact'])
        peer.respond(options, 488)
        agent.expect_all(r'1 invite .*', '1 accepted 200', 'answer 488')
        self.hang_up(agent, peer, {'uri': ok.contact_uri, 'to_tag': ok.tag('to')})

    def test_no_tone_overtakes_another(self):
        """The first INFO, or its answer, is lost: the second waits until it came again."""
        agent = self.agent('--tones', '12')
        peer = self.peer(agent)
        ok = peer.establish()
        first = peer.expect('INFO')
        again = peer.expect('INFO')
        self.assertEqual(first.cseq, again.cseq)
        peer.expect('INFO')
        peer.respond(again, 200)
        second = peer.expect('INFO')
        self.assertEqual((second.cseq, second.body[:9]), (first.cseq + 1, 'Signal= 2'))
        peer.respond(second, 200)
        agent.expect_all(r'1 invite .*', '1 accepted 200', '1 tone 1 succeeded', '1 tone 2 succeeded')
        self.hang_up(agent, peer, {'uri': ok.contact_uri, 'to_tag': ok.tag('to')})

    def test_they_know_of_no_such_call(self):
        """RFC 3261 §12.2.1.2."""
        agent = self.agent('--tones', '12')
        peer = self.peer(agent)
        peer.establish()
        peer.respond(peer.expect('INFO'), 481)
        peer.respond(peer.expect('BYE'), 481)
        agent.expect_all(r'1 invite .*', '1 accepted 200', '1 tone 1 failed SIP Failure Code', '1 bye', '1 terminated Dialog Error')
        agent.end()

    def test_after_the_end(self):
        agent, peer, inside = self.establish()
        peer.request('BYE', **inside)
        peer.expect(200)
        agent.expect_all('1 bye', '1 terminated Terminated')
        for method in ('INFO', 'MESSAGE', 'OPTIONS', 'DANCE'):
            peer.request(method, **inside)
            peer.expect(481)
        agent.end()


if __name__ == '__main__':
    tap.main()
