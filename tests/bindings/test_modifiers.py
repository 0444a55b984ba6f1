# SPDX-License-Identifier: LGPL-2.1-or-later
"""What changes descriptions on their way, from Python: functions, classes that take their time, and those that are ready; and what a session
description handler written in Python is asked."""

import unittest

import pair
import tap
from gi.repository import Gio, GLib, Sip
from null_handler import SDP, NullHandler
from pair import finish, run_until


class Slow(Sip.DescriptionModifier):
    """Writes its line later, as one that asks a server would."""

    def __init__(self, line):
        super().__init__()
        self.line = line
        self.seen = []

    def do_modify(self, description, task):
        self.seen.append(description.get_description_type())
        GLib.idle_add(self._end, description, task)

    def _end(self, description, task):
        if self.line is None:
            task.return_error(GLib.Error('no line today', 'sip-error-quark', Sip.Error.MEDIA))
        else:
            self.return_description(task, add_line(self.line)(description))
        return GLib.SOURCE_REMOVE


def add_line(line):
    return lambda description: Sip.Description.new_from_text(description.get_description_type(), 'application/sdp',
                                                             f'{description.to_text()}a={line}\r\n')


class Modifiers(unittest.TestCase):
    def call(self, make_handler=NullHandler, accept=(), agent=None, **options):
        """Alice calls Bob; what the handler of each was given, or the causes of her end."""
        agents = pair.Pair(make_handler=make_handler)
        self.addCleanup(agents.stop)
        self.agents = agents
        if agent is not None:
            agents.alice.set_modifiers(agent)
        agents.bob.connect('invite', lambda agent, session: session.accept(modifiers=list(accept)))
        self.session = agents.alice.invite(agents.target, **options)
        self.log = pair.record(self.session)
        run_until(lambda: 'terminated' in self.log or self.session.get_state() == Sip.SessionState.ESTABLISHED)
        return self.log.causes

    def taken(self):
        """What each handler was given: Alice's first."""
        return [[entry[2] for entry in handler.log if entry[0] == 'set'] for handler in self.agents.handlers]

    def test_functions_and_classes_in_order(self):
        slow = Slow('slow')
        self.call(agent=[add_line('first')], accept=[add_line('bob')], modifiers=[add_line('second'), slow])
        alice, bob = self.taken()
        self.assertEqual(bob, [SDP + 'a=first\r\na=second\r\na=slow\r\na=bob\r\n'])
        self.assertEqual(alice, [SDP + 'a=bob\r\na=first\r\na=second\r\na=slow\r\n'])
        self.assertEqual(slow.seen, [Sip.DescriptionType.OFFER, Sip.DescriptionType.ANSWER])

    def test_a_function_that_raises(self):
        def refuse(description):
            raise GLib.Error('not this one', 'sip-error-quark', Sip.Error.MEDIA)

        self.assertEqual(self.call(modifiers=[refuse]), [(None, Sip.CAUSE_WEBRTC_ERROR)])

    def test_a_class_that_fails(self):
        self.assertEqual(self.call(modifiers=[Slow(None)]), [(None, Sip.CAUSE_WEBRTC_ERROR)])
        self.assertEqual(self.call(accept=[Slow(None)]), [(488, Sip.CAUSE_INCOMPATIBLE_SDP)])

    def test_a_list_model(self):
        store = Gio.ListStore.new(Sip.DescriptionModifier)
        store.append(Slow('listed'))
        options = Sip.InviteOptions(modifiers=store)
        self.assertIs(options.get_modifiers(), store)
        options.set_modifiers([add_line('set')])
        self.assertEqual(options.get_modifiers().get_n_items(), 1)
        options.set_modifiers(None)
        self.assertIsNone(options.get_modifiers())

    def test_stock(self):
        sdp = ('v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 RTP/AVP 0 8 101\r\na=rtpmap:101 telephone-event/8000\r\n'
               'a=candidate:1 1 tcp 1 127.0.0.1 9 typ host\r\nm=video 9 RTP/AVP 96\r\n')
        description = Sip.Description.new_from_text(Sip.DescriptionType.OFFER, 'application/sdp', sdp)
        new = Sip.DescriptionModifier
        for modifier in (new.new_strip_tcp_candidates(), new.new_strip_telephone_event(), new.new_strip_video(), new.new_hold(),
                         new.new_codec_order(['PCMA'])):
            description = finish(modifier.modify_async, modifier.modify_finish, description)
        self.assertEqual(description.to_text(), 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 RTP/AVP 8 0\r\na=sendonly\r\n'
                                                'm=video 0 RTP/AVP 96\r\na=sendonly\r\n')

    def test_the_class_itself_changes_nothing(self):
        self.call(modifiers=[Sip.DescriptionModifier()])
        self.assertEqual(self.taken(), [[SDP], [SDP]])


class Handler(unittest.TestCase):
    def establish(self):
        self.agents = pair.Pair(make_handler=NullHandler)
        self.addCleanup(self.agents.stop)
        self.agents.bob.connect('invite', lambda agent, session: session.accept())
        session = self.agents.alice.invite(self.agents.target)
        run_until(lambda: session.get_state() == Sip.SessionState.ESTABLISHED)
        return session

    def test_rollback(self):
        session = self.establish()
        alice, bob = self.agents.handlers
        bob.fail = True
        with self.assertRaises(GLib.Error) as raised:
            finish(session.reinvite_async, session.reinvite_finish, None)
        self.assertTrue(raised.exception.matches(Sip.error_quark(), Sip.Error.NOT_SUPPORTED))
        self.assertEqual([entry[0] for entry in alice.log], ['get', 'set', 'get', 'rollback'])
        self.assertEqual(bob.log[-1][0], 'rollback')
        self.assertEqual(session.get_state(), Sip.SessionState.ESTABLISHED)

    def test_options_belong_to_the_exchange(self):
        session = self.establish()
        options = GLib.Variant('a{sv}', {'colour': GLib.Variant('s', 'blue')})
        for i, expected in enumerate(({'colour': 'blue'}, {})):
            finish(session.reinvite_async, session.reinvite_finish,
                   Sip.InviteOptions(session_description_handler_options=options if i == 0 else None))
            given = [entry[2] for entry in self.agents.handlers[0].log if entry[0] == 'get'][-1]
            self.assertEqual(given, expected)

    def test_tones(self):
        session = self.establish()
        handler = session.get_session_description_handler()
        self.assertTrue(handler.send_dtmf('1#', 100, 70))
        self.assertEqual(handler.log[-1], ('tones', '1#', 100, 70))
        with self.assertRaises(GLib.Error) as raised:
            handler.send_dtmf('x', 100, 70)
        self.assertTrue(raised.exception.matches(Sip.error_quark(), Sip.Error.NOT_SUPPORTED))

    def test_has_description(self):
        handler = NullHandler()
        self.assertTrue(handler.has_description('application/sdp'))
        self.assertFalse(handler.has_description('text/plain'))

    def test_failed(self):
        session = self.establish()
        log = pair.record(session)
        self.agents.handlers[0].emit('failed', GLib.Error('the media broke', 'sip-error-quark', Sip.Error.MEDIA))
        run_until(lambda: 'terminated' in log)
        self.assertEqual(log.causes[0][1], Sip.CAUSE_WEBRTC_ERROR)
        self.assertEqual(self.agents.handlers[0].log[-1], ('close',))


if __name__ == '__main__':
    tap.main()
