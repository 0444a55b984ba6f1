# SPDX-License-Identifier: LGPL-2.1-or-later
"""The session API line by line: what changes a call. Hold, its end and re-INVITE take the same options."""

import tap
import uninstalled  # noqa: F401
from gi.repository import GLib, Sip
from null_handler import NullHandler
from pair import Case, run_until, wait


def add_line(line):
    return lambda description: Sip.Description.new_from_text(description.get_description_type(), 'application/sdp',
                                                             description.to_text() + f'a={line}\r\n')


class Changes(Case):
    def each(self):
        """An established call for each of the three methods: its name, the method, the call. A call to be taken back is on hold already."""
        for name in ('hold', 'unhold', 'reinvite'):
            with self.subTest(method=name):
                agents = self.make_pair()
                call = agents.establish()
                if name == 'unhold':
                    wait(call.outgoing.hold())
                before = len(agents.requests('INVITE'))
                yield name, getattr(call.outgoing, name), call
                self.assertEqual(len(agents.requests('INVITE')), before + 1)
                self.assertTrue(call.is_established())

    def last(self, call, who='alice'):
        return call.agents.requests('INVITE', who)[-1]


class Methods(Changes):
    def test_hold(self):
        agents = self.make_pair()
        call = agents.establish()
        notified = []
        call.incoming.connect('notify::held-remotely', lambda session, pspec: notified.append(session.props.held_remotely))
        self.assertTrue(wait(call.outgoing.hold()))
        self.assertTrue(call.outgoing.props.held_locally)
        self.assertEqual(notified, [True])
        self.assertIn(b'a=sendonly', self.last(call).get_body().get_data())
        [[session]] = call.received.arguments['reinvite']
        self.assertIs(session, call.incoming)

    def test_hold_by_the_callee(self):
        agents = self.make_pair()
        call = agents.establish()
        self.assertTrue(wait(call.incoming.hold()))
        self.assertEqual((call.incoming.get_held_locally(), call.outgoing.get_held_remotely()), (True, True))
        self.assertTrue(wait(call.incoming.unhold()))
        self.assertEqual((call.incoming.get_held_locally(), call.outgoing.get_held_remotely()), (False, False))
        self.assertEqual(call.sent.arguments['reinvite'], [[call.outgoing], [call.outgoing]])

    def test_hold_twice(self):
        agents = self.make_pair()
        call = agents.establish()
        wait(call.outgoing.hold())
        self.assertTrue(wait(call.outgoing.hold()))
        self.assertEqual(len(agents.requests('INVITE')), 2)

    def test_unhold(self):
        agents = self.make_pair()
        call = agents.establish()
        wait(call.outgoing.hold())
        self.assertTrue(wait(call.outgoing.unhold()))
        self.assertEqual((call.outgoing.get_held_locally(), call.incoming.get_held_remotely()), (False, False))
        self.assertNotIn(b'a=sendonly', self.last(call).get_body().get_data())

    def test_reinvite(self):
        agents = self.make_pair()
        call = agents.establish()
        self.assertTrue(wait(call.outgoing.reinvite()))
        self.assertTrue(wait(call.incoming.reinvite()))
        self.assertEqual(call.received.arguments['reinvite'], [[call.incoming]])
        self.assertEqual(call.sent.arguments['reinvite'], [[call.outgoing]])
        self.assertEqual((len(agents.requests('INVITE')), len(agents.requests('INVITE', 'bob'))), (2, 1))

    def test_with_a_callback(self):
        """As in C, where a future is too much."""
        agents = self.make_pair()
        call = agents.establish()
        results = []
        call.outgoing.hold_async(None, None, lambda session, result: results.append(session.hold_finish(result)))
        run_until(lambda: results)
        call.outgoing.unhold_async(None, None, lambda session, result: results.append(session.unhold_finish(result)))
        run_until(lambda: len(results) == 2)
        call.outgoing.reinvite_async(None, None, lambda session, result: results.append(session.reinvite_finish(result)))
        run_until(lambda: len(results) == 3)
        self.assertEqual(results, [True] * 3)


class Options(Changes):
    def test_extra_headers(self):
        for name, method, call in self.each():
            wait(method(extra_headers=['X-Change: ' + name, 'X-More: b']))
            self.assertEqual((self.last(call)['X-Change'], self.last(call)['X-More']), (name, 'b'))

    def test_anonymous(self):
        for name, method, call in self.each():
            wait(method(anonymous=True))
            self.assertEqual(self.last(call)['Privacy'], 'id')
            self.assertTrue(self.last(call)['Contact'].startswith('<sip:anonymous@'))

    def test_without_sdp(self):
        """The offer is in the 200, the answer in the ACK."""
        for name, method, call in self.each():
            wait(method(invite_without_sdp=True))
            agents = call.agents
            run_until(lambda: len(agents.requests('ACK')) == len(agents.requests('INVITE')))
            self.assertEqual(self.last(call).get_body(), None)
            self.assertEqual(agents.responses('INVITE', status=200)[-1]['Content-Type'], 'application/sdp')
            self.assertEqual(agents.requests('ACK')[-1]['Content-Type'], 'application/sdp')

    def test_handler_options(self):
        for name, method, call in self.each():
            wait(method(session_description_handler_options={'colour': 'blue'}))
            given = [entry[2] for entry in call.agents.handlers[0].log if entry[0] == 'get'][-1]
            self.assertEqual(given, {'colour': 'blue', 'hold': True} if name == 'hold' else {'colour': 'blue'})

    def test_modifiers(self):
        for name, method, call in self.each():
            wait(method(modifiers=[add_line('first'), add_line('second')]))
            self.assertTrue(self.last(call).get_body().get_data().endswith(b'a=first\r\na=second\r\n'))
            # Of what came as well.
            self.assertTrue(call.agents.handlers[0].log[-1][2].endswith('a=first\r\na=second\r\n'))


class Errors(Changes):
    def test_wrong_state(self):
        agents = self.make_pair()
        call = agents.call()
        for name in ('hold', 'reinvite'):
            self.refuses_later(Sip.Error.INVALID_STATE, getattr(call.outgoing, name)())
        self.assertFalse(call.outgoing.get_held_locally())

    def test_over(self):
        agents = self.make_pair()
        call = agents.establish()
        wait(call.outgoing.hold())
        call.outgoing.bye()
        run_until(call.is_over)
        for name in ('unhold', 'reinvite'):
            self.refuses_later(Sip.Error.INVALID_STATE, getattr(call.outgoing, name)())

    def test_bad_header(self):
        agents = self.make_pair()
        call = agents.establish()
        self.assertIn('X-Evil', self.refuses_later(Sip.Error.INVALID_HEADER, call.outgoing.hold(extra_headers=['X-Evil: a\r\nX-B: b'])))
        self.assertFalse(call.outgoing.get_held_locally())
        self.assertTrue(call.is_established())

    def test_refused(self):
        """The call goes on as it was."""
        agents = self.make_pair()
        call = agents.establish()
        agents.handlers[1].fail = True
        self.assertIn('488', self.refuses_later(Sip.Error.NOT_SUPPORTED, call.outgoing.hold()))
        self.assertFalse(call.outgoing.get_held_locally())
        agents.handlers[1].fail = False
        wait(call.outgoing.hold())
        agents.handlers[1].fail = True
        self.assertIn('488', self.refuses_later(Sip.Error.NOT_SUPPORTED, call.outgoing.unhold()))
        self.assertTrue(call.outgoing.get_held_locally())
        self.assertIn('488', self.refuses_later(Sip.Error.NOT_SUPPORTED, call.outgoing.reinvite()))
        self.assertTrue(call.is_established())
        self.assertNotIn('terminated', call.sent)

    def test_no_offer(self):
        agents = self.make_pair(make_handler=NullHandler)
        call = agents.establish()
        agents.handlers[0].fail = GLib.Error('no media today', 'sip-error-quark', Sip.Error.MEDIA)
        self.assertIn('no media today', self.refuses_later(Sip.Error.MEDIA, call.outgoing.reinvite()))
        self.assertTrue(call.is_established())


class Invite(Case):
    """The same options of the call itself."""

    def test_extra_headers(self):
        agents = self.make_pair()
        call = agents.call(extra_headers=['X-Colour: blue', 'X-Colour: green'])
        self.assertEqual(call.incoming.get_request().get_headers('X-Colour'), ['blue', 'green'])

    def test_anonymous(self):
        agents = self.make_pair()
        call = agents.call(anonymous=True)
        request = call.incoming.get_request()
        self.assertEqual(call.incoming.get_remote_identity().get_display_name(), 'Anonymous')
        self.assertEqual(str(call.incoming.get_remote_identity().get_uri()), 'sip:anonymous@anonymous.invalid')
        self.assertEqual((request['Privacy'], request['P-Preferred-Identity']), ('id', '<sip:alice@example.com>'))
        self.assertNotIn('alice', request['Contact'])

    def test_without_sdp(self):
        agents = self.make_pair()
        call = agents.establish(invite_without_sdp=True)
        self.assertEqual(call.outgoing.get_request().get_body(), None)
        self.assertEqual([entry[0] for entry in agents.handlers[0].log], ['set', 'get'])
        self.assertEqual(agents.requests('ACK')[0]['Content-Type'], 'application/sdp')

    def test_handler_options(self):
        agents = self.make_pair()
        agents.call(session_description_handler_options={'colour': 'blue', 'list': ['a', 'b'], 'inner': {'depth': 2}})
        self.assertEqual(agents.handlers[0].log[0][2], {'colour': 'blue', 'list': ['a', 'b'], 'inner': {'depth': 2}})

    def test_modifiers(self):
        agents = self.make_pair()
        call = agents.establish(modifiers=[add_line('first'), add_line('second')])
        self.assertTrue(call.incoming.get_request().get_body().get_data().endswith(b'a=first\r\na=second\r\n'))
        self.assertTrue(agents.handlers[0].log[-1][2].endswith('a=first\r\na=second\r\n'))

    def test_options_object(self):
        """As in C, where keywords are too little."""
        agents = self.make_pair()
        options = Sip.InviteOptions(extra_headers=['X-A: a'])
        session = agents.alice.invite(agents.target, options)
        run_until(lambda: session.get_request() is not None)
        self.assertEqual(session.get_request()['X-A'], 'a')
        with self.assertRaises(TypeError):
            agents.alice.invite(agents.target, options, anonymous=True)


if __name__ == '__main__':
    tap.main()
