# SPDX-License-Identifier: LGPL-2.1-or-later
"""A call with sound and pictures, from Python."""

import unittest

import pair
import tap
from gi.repository import GLib, Sip
from pair import finish, record, run_until


@unittest.skipUnless(hasattr(Sip, 'WebrtcHandler'), 'built without the handler for WebRTC')
class Handler(unittest.TestCase):
    def test_default(self):
        """It is for WebRTC, with the devices that there are."""
        agents = pair.Pair()
        session = agents.alice.invite('sip:bob@127.0.0.1:9')
        # Its threads need not be in the middle of something when the program ends.
        run_until(lambda: session.get_request() is not None or session.get_state() == Sip.SessionState.TERMINATED)
        self.assertIsInstance(session.get_session_description_handler(), Sip.WebrtcHandler)
        if session.get_state() != Sip.SessionState.TERMINATED:
            session.terminate()
        agents.stop()

    def test_media_both_ways(self):
        agents = pair.Pair(make_handler=lambda: Sip.WebrtcHandler(video=True, audio_source='test', video_source='test',
                                                                  audio_sink='fakesink', video_sink='fakesink'))
        agents.bob.connect('invite', lambda agent, session: session.accept())
        outgoing = agents.alice.invite(agents.target)
        log = record(outgoing)
        run_until(lambda: 'accepted' in log)
        run_until(lambda: len(agents.handlers) == 2 and all(handler.get_property('secure') for handler in agents.handlers), 20)
        outgoing.bye()
        run_until(lambda: 'terminated' in log)
        agents.stop()

    def test_changes(self):
        """Video comes and goes, the path is looked for anew, and tones are heard."""
        agents = pair.Pair(make_handler=lambda: Sip.WebrtcHandler(audio_source='test', video_source='test', audio_sink='fakesink',
                                                                  video_sink='fakesink', local_addresses=['127.0.0.1']))
        agents.bob.connect('invite', lambda agent, session: session.accept())
        outgoing = agents.alice.invite(agents.target)
        log = record(outgoing)
        run_until(lambda: len(agents.handlers) == 2 and all(self.received(handler, Sip.MediaKind.AUDIO) > 0 for handler in agents.handlers), 20)
        alice, bob = agents.handlers

        bob.props.video = True
        self.change(outgoing, {'video': True})
        run_until(lambda: all(self.received(handler, Sip.MediaKind.VIDEO) > 0 for handler in agents.handlers), 20)
        self.change(outgoing, {'ice-restart': True})
        run_until(lambda: alice.props.connected and bob.props.connected, 20)
        before = self.received(bob, Sip.MediaKind.AUDIO)
        run_until(lambda: self.received(bob, Sip.MediaKind.AUDIO) != before, 20)
        self.change(outgoing, {'video': False})
        self.assertFalse(alice.props.video)

        tones = []
        bob.connect('dtmf-received', lambda handler, tone, duration: tones.append(tone))
        self.assertTrue(alice.send_dtmf('1#', 100, 70))
        run_until(lambda: tones == ['1', '#'], 20)
        outgoing.bye()
        run_until(lambda: 'terminated' in log)
        agents.stop()

    def received(self, handler, kind):
        track = handler.get_track(kind, True)
        return track.props.packets if track is not None else 0

    def change(self, session, options):
        finish(session.reinvite_async, session.reinvite_finish, Sip.InviteOptions(session_description_handler_options=GLib.Variant(
            'a{sv}', {name: GLib.Variant('b', value) for name, value in options.items()})))


if __name__ == '__main__':
    tap.main()
