# SPDX-License-Identifier: LGPL-2.1-or-later
"""The session API line by line: how a session is had, what it knows, and how it is answered and ended."""

import tap
import uninstalled  # noqa: F401
from gi.repository import GLib, GObject, Sip
from pair import Case, run_until


def status_of(message):
    return message.get_status_code() if isinstance(message, Sip.Response) else message.get_method()


class Construction(Case):
    def test_invite_makes_an_outgoing_session(self):
        agents = self.make_pair()
        call = agents.call()
        self.assertIsInstance(call.outgoing, Sip.OutgoingSession)
        self.assertIsInstance(call.outgoing, Sip.Session)
        self.assertEqual(call.outgoing.get_direction(), Sip.Direction.OUTGOING)

    def test_invite_signal_brings_an_incoming_session(self):
        agents = self.make_pair()
        call = agents.call()
        self.assertIsInstance(call.incoming, Sip.IncomingSession)
        self.assertIsInstance(call.incoming, Sip.Session)
        self.assertEqual(call.incoming.get_direction(), Sip.Direction.INCOMING)

    def test_nobody_makes_one_otherwise(self):
        with self.assertRaises(TypeError):
            Sip.Session()

    def test_targets(self):
        """A user, an address, a URI as text."""
        agents = self.make_pair()
        seen = []
        agents.alice.connect('traffic', lambda agent, message, direction: seen.append(message))
        for target, uri in (('bob', 'sip:bob@example.com'), ('bob@example.org', 'sip:bob@example.org'), ('sip:bob@example.net', 'sip:bob@example.net')):
            with self.subTest(target=target):
                session = agents.alice.invite(target)
                self.assertEqual(str(session.get_remote_identity().get_uri()), uri)
                session.terminate()
        self.refuses(Sip.Error.INVALID_URI, agents.alice.invite, 'sip:')


class Variables(Case):
    def test_start_time(self):
        agents = self.make_pair()
        times = []
        call = agents.call()
        self.assertIsNone(call.incoming.get_start_time())
        call.incoming.connect('accepted', lambda session, *args: times.append(session.props.start_time))
        call.incoming.accept()
        run_until(call.is_established)
        self.assertIsInstance(times[0], GLib.DateTime)
        self.assertIsInstance(call.outgoing.props.start_time, GLib.DateTime)
        self.assertLess(abs(GLib.DateTime.new_now_local().difference(times[0])), 5000000)

    def test_end_time(self):
        agents = self.make_pair()
        call = agents.establish()
        times = []
        call.incoming.connect('terminated', lambda session, *args: times.append(session.props.end_time))
        self.assertIsNone(call.incoming.get_end_time())
        call.outgoing.bye()
        run_until(call.is_over)
        self.assertIsInstance(times[0], GLib.DateTime)
        self.assertGreaterEqual(times[0].difference(call.incoming.get_start_time()), 0)

    def test_user_agent(self):
        agents = self.make_pair()
        call = agents.call()
        self.assertIs(call.outgoing.props.user_agent, agents.alice)
        self.assertIs(call.incoming.get_user_agent(), agents.bob)

    def test_method(self):
        agents = self.make_pair()
        call = agents.call()
        self.assertEqual((call.outgoing.props.method, call.incoming.get_method()), ('INVITE', 'INVITE'))

    def test_request(self):
        agents = self.make_pair()
        call = agents.call()
        for session in (call.outgoing, call.incoming):
            self.assertIsInstance(session.props.request, Sip.Request)
            self.assertEqual(session.get_request().get_method(), 'INVITE')
        self.assertEqual(call.outgoing.get_request().get_call_id(), call.incoming.get_request().get_call_id())

    def test_identities(self):
        def configure(agents):
            agents.alice.set_display_name('Alice Liddell')

        agents = self.make_pair(configure=configure)
        call = agents.call()
        self.assertIsInstance(call.incoming.props.remote_identity, Sip.NameAddr)
        self.assertEqual(call.incoming.get_remote_identity().get_display_name(), 'Alice Liddell')
        self.assertEqual(str(call.incoming.get_remote_identity().get_uri()), 'sip:alice@example.com')
        self.assertEqual(call.incoming.props.local_identity.get_uri().get_user(), 'bob')
        self.assertEqual(call.outgoing.get_local_identity().get_display_name(), 'Alice Liddell')
        self.assertEqual(call.outgoing.get_remote_identity().get_uri().get_user(), 'bob')

    def test_data(self):
        agents = self.make_pair()
        call = agents.call()
        call.outgoing.data['colour'] = 'blue'
        self.assertEqual(call.outgoing.data, {'colour': 'blue'})
        self.assertEqual(call.incoming.data, {})
        # The property of the library holds an object, and is another thing.
        thing = GObject.Object()
        call.outgoing.set_data(thing)
        self.assertIs(call.outgoing.props.data, thing)

    def test_handler(self):
        agents = self.make_pair()
        call = agents.establish()
        self.assertIs(call.outgoing.props.session_description_handler, agents.handlers[0])
        self.assertIs(call.incoming.get_session_description_handler(), agents.handlers[1])

    def test_state_notifies(self):
        agents = self.make_pair()
        call = agents.call()
        states = []
        call.incoming.connect('notify::state', lambda session, pspec: states.append(session.get_state()))
        call.incoming.accept()
        run_until(call.is_established)
        call.incoming.bye()
        run_until(call.is_over)
        self.assertEqual(states[-1], Sip.SessionState.TERMINATED)
        self.assertIn(Sip.SessionState.ESTABLISHED, states)


class Terminate(Case):
    def test_nothing_was_sent(self):
        agents = self.make_pair()
        session = agents.alice.invite(agents.target)
        over = []
        session.connect('terminated', lambda *args: over.append(True))
        self.assertTrue(session.terminate())
        run_until(lambda: over)
        self.assertEqual(agents.wire, [])

    def test_cancel(self):
        agents = self.make_pair()
        call = agents.call()
        run_until(lambda: 'progress' in call.sent)
        call.outgoing.terminate(status_code=600, reason_phrase='Busy "everywhere"', extra_headers=['X-Why: tea'])
        run_until(call.is_over)
        cancel = agents.requests('CANCEL')[0]
        self.assertEqual(cancel['Reason'], 'SIP;cause=600;text="Busy \\"everywhere\\""')
        self.assertEqual(cancel['X-Why'], 'tea')
        self.assertEqual(call.sent.steps, ['cancel', 'rejected', 'failed', 'terminated'])

    def test_reject(self):
        agents = self.make_pair()
        call = agents.call(lambda session: session.terminate(status_code=486, reason_phrase='Having tea', body='later', content_type='text/x-note',
                                                             extra_headers=['Retry-After: 60']))
        run_until(call.is_over)
        response = agents.responses('INVITE', status=486)[0]
        self.assertEqual((response.get_reason_phrase(), response['Retry-After'], response['Content-Type']), ('Having tea', '60', 'text/x-note'))
        self.assertEqual(response.get_body().get_data(), b'later')
        self.assertEqual(call.received, ['rejected', 'failed', 'terminated'])

    def test_default_status(self):
        agents = self.make_pair()
        call = agents.call(lambda session: session.terminate())
        run_until(call.is_over)
        self.assertEqual(call.sent.causes, [(480, Sip.CAUSE_UNAVAILABLE)])

    def test_bye(self):
        agents = self.make_pair()
        call = agents.establish()
        call.incoming.terminate(status_code=503, extra_headers=['X-Why: tea'], body='bye', content_type='text/plain')
        run_until(call.is_over)
        bye = agents.requests('BYE', 'bob')[0]
        self.assertEqual((bye['Reason'], bye['X-Why']), ('SIP;cause=503;text="Service Unavailable"', 'tea'))
        self.assertEqual(bye.get_body().get_data(), b'bye')
        for log in (call.sent, call.received):
            self.assertEqual(log.steps, ['accepted', 'bye', 'terminated'])

    def test_wrong_state(self):
        agents = self.make_pair()
        call = agents.establish()
        call.outgoing.terminate()
        run_until(call.is_over)
        message = self.refuses(Sip.Error.INVALID_STATE, call.outgoing.terminate)
        self.assertIn('terminated', message)

    def test_bad_status(self):
        agents = self.make_pair()
        call = agents.call()
        for code in (99, 200, 700):
            self.assertIn(str(code), self.refuses(Sip.Error.INVALID_ARGUMENT, call.incoming.terminate, status_code=code))
        self.assertEqual(call.incoming.get_state(), Sip.SessionState.INITIAL)


    def test_type_among_headers(self):
        """As SIP.js has it: the type of the body is one of the extra headers."""
        agents = self.make_pair()
        call = agents.call(lambda session: session.terminate(body='later', extra_headers=['Content-Type: text/x-note']))
        run_until(call.is_over)
        response = agents.responses('INVITE', status=480)[0]
        self.assertEqual(response.get_headers('Content-Type'), ['text/x-note'])
        call = agents.establish()
        call.outgoing.bye(body='bye', extra_headers=['Content-Type: text/x-note'])
        run_until(call.is_over)
        self.assertEqual(agents.requests('BYE')[0].get_headers('Content-Type'), ['text/x-note'])


class Bye(Case):
    def test_bye(self):
        agents = self.make_pair()
        call = agents.establish()
        self.assertTrue(call.outgoing.bye())
        run_until(call.is_over)
        self.assertEqual(len(agents.requests('BYE')), 1)
        self.assertEqual(call.sent.causes, [(None, Sip.CAUSE_TERMINATED)])

    def test_options(self):
        agents = self.make_pair()
        call = agents.establish()
        call.outgoing.bye(status_code=200, reason_phrase='Call completed elsewhere', extra_headers=['X-A: a', 'X-B: b'], body='so long',
                          content_type='text/x-note')
        run_until(call.is_over)
        bye = agents.requests('BYE')[0]
        self.assertEqual(bye['Reason'], 'SIP;cause=200;text="Call completed elsewhere"')
        self.assertEqual((bye['X-A'], bye['X-B'], bye['Content-Type']), ('a', 'b', 'text/x-note'))
        self.assertEqual(bye.get_body().get_data(), b'so long')

    def test_wrong_state(self):
        agents = self.make_pair()
        call = agents.call()
        for session in (call.outgoing, call.incoming):
            self.assertIn('bye', self.refuses(Sip.Error.INVALID_STATE, session.bye))
        self.assertEqual(agents.requests('BYE'), [])

    def test_bad_options(self):
        agents = self.make_pair()
        call = agents.establish()
        self.assertIn('17', self.refuses(Sip.Error.INVALID_ARGUMENT, call.outgoing.bye, status_code=17))
        self.assertIn('X-Evil', self.refuses(Sip.Error.INVALID_HEADER, call.outgoing.bye, extra_headers=['X-Evil: a\r\nX-B: b']))
        self.assertTrue(call.is_established())


class Cancel(Case):
    def test_cancel(self):
        agents = self.make_pair()
        call = agents.call()
        run_until(lambda: 'progress' in call.sent)
        call.outgoing.cancel()
        # Not at once.
        self.assertEqual(call.sent.steps, ['cancel'])
        run_until(call.is_over)
        for log in (call.sent, call.received):
            self.assertEqual(log.steps, ['cancel', 'rejected', 'failed', 'terminated'])
        self.assertEqual(call.sent.causes, [(487, Sip.CAUSE_CANCELED)])
        self.assertEqual(call.received.causes, [(487, Sip.CAUSE_CANCELED)])
        self.assertFalse(call.incoming.get_cancel_request().is_completed_elsewhere())

    def test_completed_elsewhere(self):
        agents = self.make_pair()
        call = agents.call()
        run_until(lambda: 'progress' in call.sent)
        self.assertIsNone(call.incoming.props.cancel_request)
        call.outgoing.cancel(status_code=200, reason_phrase='Call completed elsewhere')
        run_until(call.is_over)
        self.assertTrue(call.incoming.props.cancel_request.is_completed_elsewhere())

    def test_answered_meanwhile(self):
        """The CANCEL crosses the 200: the call is accepted, and hung up."""
        agents = self.make_pair()
        calls = []

        def traffic_cb(agent, message, direction):
            # The 200 is on its way when the caller makes up its mind.
            if direction == Sip.Direction.OUTGOING and isinstance(message, Sip.Response) and message.get_status_code() == 200 and not calls:
                calls.append(True)
                call.outgoing.cancel()

        agents.bob.connect('traffic', traffic_cb)
        call = agents.call()
        run_until(lambda: 'progress' in call.sent)
        call.incoming.accept()
        run_until(call.is_over)
        self.assertEqual(call.sent.steps, ['cancel', 'accepted', 'bye', 'terminated'])
        self.assertEqual(call.received.steps, ['accepted', 'bye', 'terminated'])
        self.assertEqual((len(agents.requests('ACK')), len(agents.requests('BYE'))), (1, 1))

    def test_options(self):
        agents = self.make_pair()
        call = agents.call()
        run_until(lambda: 'progress' in call.sent)
        call.outgoing.cancel(status_code=200, reason_phrase='Call completed elsewhere', extra_headers=['X-Why: tea'])
        run_until(call.is_over)
        cancel = agents.requests('CANCEL')[0]
        self.assertEqual((cancel['Reason'], cancel['X-Why']), ('SIP;cause=200;text="Call completed elsewhere"', 'tea'))

    def test_wrong_state(self):
        agents = self.make_pair()
        call = agents.establish()
        self.assertIn('cancel', self.refuses(Sip.Error.INVALID_STATE, call.outgoing.cancel))
        self.assertTrue(call.is_established())


class Progress(Case):
    def test_progress(self):
        agents = self.make_pair()
        call = agents.call(lambda session: session.progress())
        run_until(lambda: len(agents.responses('INVITE', status=180)) == 2)

    def test_options(self):
        agents = self.make_pair()
        call = agents.call(lambda session: session.progress(status_code=182, reason_phrase='Three before you', extra_headers=['X-Place: 4'],
                                                            body='4', content_type='text/x-place'))
        run_until(lambda: [182] == [status_of(args[0]) for args in call.sent.arguments.get('progress', []) if status_of(args[0]) == 182])
        response = agents.responses('INVITE', status=182)[0]
        self.assertEqual((response.get_reason_phrase(), response['X-Place'], response['Content-Type']), ('Three before you', '4', 'text/x-place'))

    def test_anonymous(self):
        agents = self.make_pair()
        call = agents.call(lambda session: session.progress(status_code=182, anonymous=True))
        run_until(lambda: agents.responses('INVITE', status=182))
        response = agents.responses('INVITE', status=182)[0]
        self.assertEqual(response['Privacy'], 'id')
        self.assertTrue(response['Contact'].startswith('<sip:anonymous@'))
        call.outgoing.cancel()
        run_until(call.is_over)

    def test_bad_status(self):
        agents = self.make_pair()
        call = agents.call()
        for code in (99, 200):
            self.assertIn(str(code), self.refuses(Sip.Error.INVALID_ARGUMENT, call.incoming.progress, status_code=code))

    def test_wrong_state(self):
        agents = self.make_pair()
        call = agents.establish()
        self.assertIn('progress', self.refuses(Sip.Error.INVALID_STATE, call.incoming.progress))


class Accept(Case):
    def test_accept(self):
        agents = self.make_pair()
        call = agents.call()
        self.assertTrue(call.incoming.accept())
        run_until(call.is_established)
        self.assertEqual(agents.responses('INVITE', status=200)[0]['Content-Type'], 'application/sdp')

    def test_extra_headers(self):
        agents = self.make_pair()
        call = agents.call(lambda session: session.accept(extra_headers=['X-Taste: sweet']))
        run_until(call.is_established)
        code, response = call.sent.arguments['accepted'][0]
        self.assertEqual(response['X-Taste'], 'sweet')

    def test_handler_options(self):
        agents = self.make_pair()
        call = agents.call(lambda session: session.accept(session_description_handler_options={'colour': 'blue', 'volume': 0.5, 'video': True}))
        run_until(call.is_established)
        self.assertEqual([entry[2] for entry in agents.handlers[1].log if entry[0] == 'get'], [{'colour': 'blue', 'volume': 0.5, 'video': True}])

    def test_anonymous(self):
        agents = self.make_pair()
        call = agents.call(lambda session: session.accept(anonymous=True))
        run_until(call.is_established)
        code, response = call.sent.arguments['accepted'][0]
        self.assertEqual(response['Privacy'], 'id')
        self.assertTrue(response['Contact'].startswith('<sip:anonymous@'))

    def test_rel100_and_late_offer_mean_nothing(self):
        """Of an answer: the reference lists them, they are about requests."""
        agents = self.make_pair()
        call = agents.call(lambda session: session.accept(invite_without_sdp=True))
        run_until(call.is_established)
        self.assertEqual(agents.responses('INVITE', status=200)[0]['Content-Type'], 'application/sdp')

    def test_async(self):
        agents = self.make_pair()
        results = []
        call = agents.call(lambda session: session.accept_async(None, None, lambda source, result: results.append(source.accept_finish(result))))
        run_until(lambda: results)
        self.assertEqual(results, [True])
        self.assertTrue(call.is_established())

    def test_wrong_state(self):
        agents = self.make_pair()
        call = agents.establish()
        self.assertIn('accept', self.refuses(Sip.Error.INVALID_STATE, call.incoming.accept))


class Reject(Case):
    def test_reject(self):
        agents = self.make_pair()
        call = agents.call(lambda session: session.reject())
        run_until(call.is_over)
        self.assertEqual(call.sent.causes, [(480, Sip.CAUSE_UNAVAILABLE)])
        self.assertEqual(call.received, ['rejected', 'failed', 'terminated'])

    def test_options(self):
        agents = self.make_pair()
        call = agents.call(lambda session: session.reject(status_code=603, reason_phrase='No thanks', extra_headers=['X-Why: tea'], body='No.'))
        run_until(call.is_over)
        response, cause = call.sent.arguments['rejected'][0]
        self.assertEqual((response.get_status_code(), cause, response['X-Why'], response['Content-Type']), (603, 'No thanks', 'tea', 'text/plain'))
        self.assertEqual(call.sent.causes, [(603, Sip.CAUSE_REJECTED)])

    def test_bad_status(self):
        agents = self.make_pair()
        call = agents.call()
        for code in (180, 299, 700):
            self.assertIn(str(code), self.refuses(Sip.Error.INVALID_ARGUMENT, call.incoming.reject, status_code=code))

    def test_wrong_state(self):
        agents = self.make_pair()
        call = agents.establish()
        self.assertIn('reject', self.refuses(Sip.Error.INVALID_STATE, call.incoming.reject))


class Reply(Case):
    def test_provisional(self):
        agents = self.make_pair()
        call = agents.call(lambda session: session.reply(status_code=181, extra_headers=['X-To: tea'], reason_phrase='Elsewhere'))
        run_until(lambda: agents.responses('INVITE', status=181))
        response = agents.responses('INVITE', status=181)[0]
        self.assertEqual((response.get_reason_phrase(), response['X-To']), ('Elsewhere', 'tea'))

    def test_final(self):
        agents = self.make_pair()
        call = agents.call(lambda session: session.reply(status_code=404))
        run_until(call.is_over)
        self.assertEqual(call.sent.causes, [(404, Sip.CAUSE_NOT_FOUND)])

    def test_default(self):
        agents = self.make_pair()
        call = agents.call()
        before = len(agents.responses('INVITE', status=100))
        self.assertTrue(call.incoming.reply())
        run_until(lambda: len(agents.responses('INVITE', status=100)) == before + 1)

    def test_wrong_state(self):
        agents = self.make_pair()
        call = agents.establish()
        self.refuses(Sip.Error.INVALID_STATE, call.incoming.reply)


class Events(Case):
    def test_progress(self):
        agents = self.make_pair()
        call = agents.call()
        run_until(lambda: 'progress' in call.sent)
        [[response], *_] = call.sent.arguments['progress']
        self.assertIsInstance(response, Sip.Response)
        self.assertIn(response.get_status_code(), (100, 180))

    def test_accepted(self):
        agents = self.make_pair()
        call = agents.establish()
        for log in (call.sent, call.received):
            [[code, response]] = log.arguments['accepted']
            self.assertEqual((code, response.get_status_code()), (200, 200))
            self.assertIsInstance(response, Sip.Response)

    def test_rejected_and_failed(self):
        agents = self.make_pair()
        call = agents.call(lambda session: session.reject(status_code=486))
        run_until(call.is_over)
        for log in (call.sent, call.received):
            [[response, cause]] = log.arguments['rejected']
            self.assertEqual((response.get_status_code(), cause), (486, 'Busy Here'))
            [[response, cause]] = log.arguments['failed']
            self.assertEqual((response.get_status_code(), cause), (486, Sip.CAUSE_BUSY))
            self.assertEqual(log.steps, ['rejected', 'failed', 'terminated'])

    def test_failed_without_a_message(self):
        """Nobody is there."""
        agents = self.make_pair()
        session = agents.alice.invite('sip:bob@127.0.0.1:1;transport=ws')
        seen = []
        session.connect('failed', lambda session, message, cause: seen.append((message, cause)))
        session.connect('terminated', lambda session, message, cause: seen.append((message, cause)))
        run_until(lambda: len(seen) == 2)
        self.assertEqual(seen, [(None, Sip.CAUSE_CONNECTION_ERROR)] * 2)

    def test_terminated(self):
        agents = self.make_pair()
        call = agents.establish()
        call.outgoing.bye()
        run_until(call.is_over)
        [[message, cause]] = call.sent.arguments['terminated']
        self.assertEqual((message, cause), (None, Sip.CAUSE_TERMINATED))
        [[message, cause]] = call.received.arguments['terminated']
        self.assertEqual((message.get_method(), cause), ('BYE', Sip.CAUSE_TERMINATED))

    def test_cancel(self):
        agents = self.make_pair()
        call = agents.call()
        run_until(lambda: 'progress' in call.sent)
        call.outgoing.cancel()
        run_until(call.is_over)
        for log in (call.sent, call.received):
            self.assertEqual(log.arguments['cancel'], [[]])

    def test_bye(self):
        agents = self.make_pair()
        call = agents.establish()
        call.incoming.bye()
        run_until(call.is_over)
        for log in (call.sent, call.received):
            [[request]] = log.arguments['bye']
            self.assertIsInstance(request, Sip.Request)
            self.assertEqual(request.get_method(), 'BYE')

    def test_handlers_run_in_order(self):
        agents = self.make_pair()
        call = agents.call()
        order = []
        call.incoming.connect('accepted', lambda *args: order.append(1))
        call.incoming.connect('accepted', lambda *args: order.append(2))
        call.incoming.accept()
        run_until(call.is_established)
        self.assertEqual(order, [1, 2])


if __name__ == '__main__':
    tap.main()
