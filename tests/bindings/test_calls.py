# SPDX-License-Identifier: LGPL-2.1-or-later
"""Two agents call each other."""

import unittest

import pair
import tap
from gi.repository import GLib, GObject, Sip
from null_handler import NullHandler
from pair import record, run_until


class Calls(unittest.TestCase):
    def make_pair(self, *args, **kwargs):
        result = pair.Pair(*args, **kwargs)
        self.addCleanup(result.stop)
        return result

    def call(self, agents, answer, **options):
        """Alice calls Bob, who does `answer` with the call. Both sessions, and what each emitted."""
        incoming = []

        def invite_cb(agent, session):
            incoming.append((session, record(session)))
            answer(session)

        handler = agents.bob.connect('invite', invite_cb)
        outgoing = agents.alice.invite(agents.target, **options)
        log = record(outgoing)
        run_until(lambda: incoming)
        agents.bob.disconnect(handler)
        return outgoing, log, *incoming[0]

    def test_call(self):
        for listen in ('ws://127.0.0.1:0/', 'udp://127.0.0.1:0'):
            with self.subTest(listen=listen):
                agents = self.make_pair(listen, NullHandler)
                outgoing, sent, incoming, received = self.call(agents, lambda session: session.accept())
                run_until(lambda: outgoing.get_state() == incoming.get_state() == Sip.SessionState.ESTABLISHED)
                self.assertEqual((outgoing.get_direction(), incoming.get_direction()), (Sip.Direction.OUTGOING, Sip.Direction.INCOMING))
                self.assertEqual(incoming.get_remote_identity().get_uri().get_user(), 'alice')
                self.assertTrue(incoming.get_id().startswith(outgoing.get_request().get_call_id()))
                self.assertIsNotNone(outgoing.get_start_time())
                self.assertIsNone(outgoing.get_end_time())
                self.assertEqual(agents.bob.get_sessions().get_n_items(), 1)

                outgoing.bye()
                run_until(lambda: 'terminated' in sent and 'terminated' in received)
                self.assertEqual([name for name in sent if name != 'progress'], ['accepted', 'bye', 'terminated'])
                self.assertEqual(received, ['accepted', 'bye', 'terminated'])
                self.assertIsNotNone(outgoing.get_end_time())
                self.assertEqual([entry[0] for entry in agents.handlers[0].log], ['get', 'set', 'close'])
                self.assertEqual([entry[0] for entry in agents.handlers[1].log], ['set', 'get', 'close'])

    def test_answered_at_once(self):
        """By handlers that take an offer and make the answer in one."""

        # A derived class of one that implements an interface would change what that one does.
        class Quick(GObject.Object, Sip.SessionDescriptionHandler):
            def __init__(self, refuse=False):
                super().__init__()
                self.refuse = refuse
                self.log = []

            def do_get_description(self, type, options, task):
                self.return_description(task, Sip.Description.new_from_text(type, 'application/sdp', 'v=0\r\n'))

            def do_set_description(self, description, options, task):
                task.return_boolean(True)

            def do_answer(self, offer, options):
                self.log.append(('answer', offer.get_description_type(), options.unpack() if options is not None else None))
                if self.refuse:
                    raise GLib.Error('not like this', 'sip-error-quark', Sip.Error.MEDIA)
                return Sip.Description.new_from_text(Sip.DescriptionType.ANSWER, 'application/sdp', offer.to_text())

        agents = self.make_pair(make_handler=Quick)
        outgoing, sent, incoming, received = self.call(
            agents, lambda session: session.accept(session_description_handler_options={'colour': 'blue'}))
        run_until(lambda: outgoing.get_state() == incoming.get_state() == Sip.SessionState.ESTABLISHED)
        self.assertEqual(agents.handlers[1].log, [('answer', Sip.DescriptionType.OFFER, {'colour': 'blue'})])
        outgoing.bye()
        run_until(lambda: 'terminated' in received)
        self.assertEqual(received, ['accepted', 'bye', 'terminated'])

        agents = self.make_pair(make_handler=lambda: Quick(refuse=True))
        outgoing, sent, incoming, received = self.call(agents, lambda session: session.accept())
        run_until(lambda: 'terminated' in sent and 'terminated' in received)
        self.assertEqual(received, ['failed', 'terminated'])
        self.assertEqual(received.causes, [(488, Sip.CAUSE_BAD_MEDIA_DESCRIPTION)])

    def test_reject(self):
        agents = self.make_pair(make_handler=NullHandler)
        outgoing, sent, incoming, received = self.call(agents, lambda session: session.reject(status_code=486))
        causes = sent.causes
        run_until(lambda: 'terminated' in sent and 'terminated' in received)
        self.assertEqual([name for name in sent if name != 'progress'], ['rejected', 'failed', 'terminated'])
        self.assertEqual(received, ['rejected', 'failed', 'terminated'])
        self.assertEqual(causes, [(486, Sip.CAUSE_BUSY)])

    def test_cancel(self):
        agents = self.make_pair(make_handler=NullHandler)
        outgoing, sent, incoming, received = self.call(agents, lambda session: None)
        run_until(lambda: 'progress' in sent)
        outgoing.cancel()
        run_until(lambda: 'terminated' in sent and 'terminated' in received)
        self.assertEqual([name for name in sent if name != 'progress'], ['cancel', 'rejected', 'failed', 'terminated'])
        self.assertEqual(received, ['cancel', 'rejected', 'failed', 'terminated'])

    def test_headers(self):
        agents = self.make_pair(make_handler=NullHandler)
        seen = []
        outgoing, sent, incoming, _ = self.call(agents, lambda session: seen.append(session.get_request()) or session.accept(),
                                                extra_headers=['X-Colour: blue', 'X-Colour: green'])
        request = seen[0]
        self.assertIsInstance(request, Sip.Request)
        self.assertEqual(request['x-colour'], 'blue')
        self.assertEqual(request.get_headers('X-Colour'), ['blue', 'green'])
        self.assertIn('Subject' if 'Subject' in request else 'Call-ID', request)
        with self.assertRaises(KeyError):
            request['X-Taste']
        self.assertIn('INVITE sip:bob@', str(request))
        run_until(lambda: 'accepted' in sent)

    def test_a_header_that_would_break_out(self):
        agents = self.make_pair(make_handler=NullHandler)
        with self.assertRaises(GLib.Error) as raised:
            agents.alice.invite(agents.target, extra_headers=['X-Evil: a\r\nX-Other: b'])
        self.assertTrue(raised.exception.matches(Sip.error_quark(), Sip.Error.INVALID_HEADER))

    def test_wrong_state(self):
        agents = self.make_pair(make_handler=NullHandler)
        outgoing, sent, incoming, received = self.call(agents, lambda session: session.accept())
        run_until(lambda: 'accepted' in sent)
        with self.assertRaises(GLib.Error) as raised:
            outgoing.cancel()
        self.assertTrue(raised.exception.matches(Sip.error_quark(), Sip.Error.INVALID_STATE))
        self.assertEqual(outgoing.get_state(), Sip.SessionState.ESTABLISHED)

    def test_data_is_a_dict(self):
        agents = self.make_pair(make_handler=NullHandler)
        outgoing, sent, incoming, received = self.call(agents, lambda session: session.accept())
        outgoing.data['answer'] = 42
        run_until(lambda: 'accepted' in sent)
        self.assertEqual(outgoing.data, {'answer': 42})
        self.assertEqual(incoming.data, {})

    def test_dropped_references_do_not_hang_up(self):
        agents = self.make_pair(make_handler=NullHandler)
        log = []
        agents.bob.connect('invite', lambda agent, session: session.connect('accepted', lambda *args: log.append('accepted')) and session.accept())
        agents.alice.invite(agents.target)
        run_until(lambda: log and agents.alice.get_sessions().get_n_items() == 1)
        session = agents.alice.get_sessions().get_item(0)
        run_until(lambda: session.get_state() == Sip.SessionState.ESTABLISHED)

    def test_handler_that_fails(self):
        agents = self.make_pair(make_handler=lambda: NullHandler(fail=GLib.Error('no media today', 'sip-error-quark', Sip.Error.MEDIA)))
        outgoing = agents.alice.invite(agents.target)
        log = record(outgoing)
        run_until(lambda: 'terminated' in log)
        self.assertEqual(log, ['failed', 'terminated'])

    def test_traffic(self):
        agents = self.make_pair(make_handler=NullHandler)
        ladder = []
        agents.alice.connect('traffic', lambda agent, message, direction: ladder.append(
            (direction == Sip.Direction.OUTGOING, message.get_method() if isinstance(message, Sip.Request) else message.get_status_code())))
        outgoing, sent, incoming, received = self.call(agents, lambda session: session.accept())
        run_until(lambda: 'accepted' in sent)
        outgoing.bye()
        run_until(lambda: ladder[-1:] == [(False, 200)] and 'terminated' in received)
        self.assertEqual([step for step in ladder if step[1] not in (100, 180)],
                         [(True, 'INVITE'), (False, 200), (True, 'ACK'), (True, 'BYE'), (False, 200)])


if __name__ == '__main__':
    tap.main()
