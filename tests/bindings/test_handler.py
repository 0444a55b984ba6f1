# SPDX-License-Identifier: LGPL-2.1-or-later
"""A call with sound and pictures, from Python."""

import unittest

import pair
import tap
from gi.repository import Sip
from pair import record, run_until


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


if __name__ == '__main__':
    tap.main()
