# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tones in a call."""

import time

import tap
import uninstalled  # noqa: F401
from gi.repository import Sip
from pair import Case, record, run_until

SHORT = {'duration': 70, 'inter_tone_gap': 50}


def bodies(agents):
    return [message.get_body().get_data().decode() for message in agents.requests('INFO')]


def tones(log):
    """What was told of tones: symbol, duration, gap, direction, whether there is a request."""
    return [(dtmf.get_tone(), dtmf.get_duration(), dtmf.get_inter_tone_gap(), dtmf.get_direction(), request is not None)
            for request, dtmf in log.arguments.get('dtmf', [])]


class Methods(Case):
    def test_one_tone(self):
        agents = self.make_pair()
        call = agents.establish()
        self.assertTrue(call.outgoing.dtmf('5'))
        run_until(lambda: tones(call.received))
        self.assertEqual(tones(call.sent), [('5', 100, 500, Sip.Direction.OUTGOING, True)])
        self.assertEqual(tones(call.received), [('5', 100, 0, Sip.Direction.INCOMING, True)])

    def test_several_tones(self):
        agents = self.make_pair()
        call = agents.establish()
        call.outgoing.dtmf('1a#*', **SHORT)
        call.outgoing.dtmf('9', **SHORT)
        run_until(lambda: len(tones(call.received)) == 5)
        self.assertEqual([tone[0] for tone in tones(call.received)], ['1', 'A', '#', '*', '9'])

    def test_pause(self):
        agents = self.make_pair()
        call = agents.establish()
        began = time.monotonic()
        call.outgoing.dtmf(',1', **SHORT)
        run_until(lambda: tones(call.received))
        self.assertGreaterEqual(time.monotonic() - began, 2)

    def test_number(self):
        agents = self.make_pair()
        call = agents.establish()
        call.outgoing.dtmf(12, **SHORT)
        run_until(lambda: len(tones(call.received)) == 2)
        self.assertEqual([tone[0] for tone in tones(call.received)], ['1', '2'])

    def test_info(self):
        agents = self.make_pair()
        call = agents.establish()
        call.incoming.dtmf('5', duration=160)
        run_until(lambda: tones(call.sent))
        info = agents.requests('INFO', 'bob')[0]
        self.assertEqual(info.get_content_type(), 'application/dtmf-relay')
        self.assertEqual(info.get_body().get_data(), b'Signal= 5\r\nDuration= 160')

    def test_rtp(self):
        agents = self.make_pair()
        call = agents.establish()
        call.outgoing.dtmf('1#', method=Sip.DtmfMethod.RTP, **SHORT)
        handler = call.outgoing.get_session_description_handler()
        run_until(lambda: len([entry for entry in handler.log if entry[0] == 'tones']) == 2)
        self.assertEqual([entry for entry in handler.log if entry[0] == 'tones'], [('tones', '1', 70, 50), ('tones', '#', 70, 50)])
        self.assertEqual(tones(call.sent), [('1', 70, 50, Sip.Direction.OUTGOING, False), ('#', 70, 50, Sip.Direction.OUTGOING, False)])
        self.assertEqual(agents.requests('INFO'), [])

    def test_extra_headers(self):
        agents = self.make_pair()
        call = agents.establish()
        call.outgoing.dtmf('12', extra_headers=['X-Foo: foo', 'X-Bar: bar'], **SHORT)
        run_until(lambda: len(tones(call.received)) == 2)
        for request, dtmf in call.received.arguments['dtmf']:
            self.assertEqual((request['X-Foo'], request['X-Bar']), ('foo', 'bar'))

    def test_duration(self):
        agents = self.make_pair()
        call = agents.establish()
        call.outgoing.dtmf('1', duration=250)
        run_until(lambda: tones(call.received))
        self.assertEqual(bodies(agents), ['Signal= 1\r\nDuration= 250'])
        self.assertEqual(Sip.DtmfOptions().get_duration(), 100)

    def test_inter_tone_gap(self):
        agents = self.make_pair()
        call = agents.establish()
        began = time.monotonic()
        call.outgoing.dtmf('12', duration=70, inter_tone_gap=400)
        run_until(lambda: len(tones(call.received)) == 2)
        self.assertGreaterEqual(time.monotonic() - began, 0.47)
        self.assertEqual(Sip.DtmfOptions().get_inter_tone_gap(), 500)

    def test_bad_tones(self):
        agents = self.make_pair()
        call = agents.establish()
        for tone in ('', 'x', '12E', '5\r\nDuration= 9', -1):
            message = self.refuses(Sip.Error.INVALID_ARGUMENT, call.outgoing.dtmf, tone)
            self.assertIn(str(tone).partition('\r')[0], message)
        self.assertIn('X-A', self.refuses(Sip.Error.INVALID_HEADER, call.outgoing.dtmf, '1', extra_headers=['X-A: b\r\nX-C: d']))
        self.assertEqual(agents.requests('INFO'), [])

    def test_wrong_state(self):
        agents = self.make_pair()
        call = agents.call()
        self.assertIn('initial', self.refuses(Sip.Error.INVALID_STATE, call.incoming.dtmf, '1'))
        call.incoming.reject()
        run_until(call.is_over)
        self.assertIn('terminated', self.refuses(Sip.Error.INVALID_STATE, call.outgoing.dtmf, '1'))

    def test_example_1(self):
        agents = self.make_pair()
        call = agents.establish().outgoing
        call.dtmf(1)
        call.dtmf(4)
        run_until(lambda: len(agents.responses('INFO', status=200)) == 2)
        self.assertEqual([body[8] for body in bodies(agents)], ['1', '4'])

    def test_example_2(self):
        agents = self.make_pair()
        call = agents.establish().outgoing
        tones = '1234#'
        options = {
            'duration': 160,
            'inter_tone_gap': 1200,
            'extra_headers': ['X-Foo: foo', 'X-Bar: bar'],
        }
        call.dtmf(tones, **options)
        run_until(lambda: len(agents.responses('INFO', status=200)) == 5)
        self.assertEqual(bodies(agents), [f'Signal= {tone}\r\nDuration= 160' for tone in tones])
        self.assertEqual({message['X-Bar'] for message in agents.requests('INFO')}, {'bar'})


class Events(Case):
    def test_of_both_sides(self):
        agents = self.make_pair()
        call = agents.establish()
        call.outgoing.dtmf('7')
        run_until(lambda: tones(call.received))
        for log, who in ((call.sent, 'alice'), (call.received, 'alice')):
            request, dtmf = log.arguments['dtmf'][0]
            self.assertIsInstance(dtmf, Sip.Dtmf)
            self.assertEqual(request.get_method(), 'INFO')
            self.assertEqual(dtmf.get_request(), request)
            self.assertEqual(request.get_cseq(), agents.requests('INFO', who)[0].get_cseq())

    def test_properties(self):
        agents = self.make_pair()
        call = agents.establish()
        call.outgoing.dtmf('7', duration=90, inter_tone_gap=60)
        dtmf = call.sent.arguments['dtmf'][0][1]
        self.assertEqual((dtmf.props.tone, dtmf.props.duration, dtmf.props.inter_tone_gap, dtmf.props.direction),
                         ('7', 90, 60, Sip.Direction.OUTGOING))
        self.assertEqual(dtmf.props.request.get_method(), 'INFO')

    def test_succeeded(self):
        agents = self.make_pair()
        call = agents.establish()
        log = []
        call.outgoing.connect('dtmf', lambda session, request, dtmf: (
            dtmf.connect('succeeded', lambda dtmf: log.append(f'{dtmf.get_tone()} succeeded')),
            dtmf.connect('failed', lambda dtmf, message, cause: log.append('failed'))))
        call.outgoing.dtmf('12', **SHORT)
        run_until(lambda: len(log) == 2)
        self.assertEqual(log, ['1 succeeded', '2 succeeded'])

    def test_failed(self):
        """A tone that is refused drops those that are to come."""
        peer = self.make_raw_peer()
        session = peer.alice.invite('sip:raw@127.0.0.1')
        log = record(session)
        failures = []
        successes = []
        session.connect('dtmf', lambda session, request, dtmf: (
            dtmf.connect('succeeded', lambda dtmf: successes.append(dtmf.get_tone())),
            dtmf.connect('failed', lambda dtmf, message, cause: failures.append((dtmf.get_tone(), message.get_status_code(), cause)))))
        invite = peer.expect('INVITE')
        peer.respond(invite, 200, sdp=invite.get_body().get_data().decode())
        run_until(lambda: 'accepted' in log)
        peer.expect('ACK')
        session.dtmf('123', **SHORT)
        peer.respond(peer.expect('INFO'), 415)
        run_until(lambda: failures)
        self.assertEqual(failures, [('1', 415, Sip.CAUSE_SIP_FAILURE_CODE)])
        session.dtmf('9', **SHORT)
        info = peer.expect('INFO', 2)
        self.assertEqual(info.get_body().get_data(), b'Signal= 9\r\nDuration= 70')
        peer.respond(info, 200)
        run_until(lambda: successes == ['9'])
        session.bye()
        peer.respond(peer.expect('BYE'), 200)
        run_until(lambda: 'terminated' in log)

    def test_other_spellings(self):
        """With and without blanks, and the tone alone."""
        agents = self.make_pair()
        call = agents.establish()
        for body, content_type, tone, duration in (('Signal=5\r\nDuration=160', 'application/dtmf-relay', '5', 160),
                                                   ('Signal= #\r\n', 'application/dtmf-relay', '#', 100), ('*', 'application/dtmf', '*', 100)):
            call.outgoing.send_request('INFO', body=body, content_type=content_type)
            run_until(lambda: any(told[:2] == (tone, duration) for told in tones(call.received)))

    def test_in_the_media(self):
        agents = self.make_pair()
        call = agents.establish()
        call.incoming.get_session_description_handler().emit('dtmf-received', '8', 120)
        self.assertEqual(tones(call.received), [('8', 120, 0, Sip.Direction.INCOMING, False)])


if __name__ == '__main__':
    tap.main()
