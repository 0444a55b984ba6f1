# SPDX-License-Identifier: LGPL-2.1-or-later
"""A call with sound and pictures, from Python."""

import unittest

import pair
import tap
from gi.repository import Sip
from pair import record, run_until


@unittest.skipUnless(hasattr(Sip, 'WebrtcHandler'), 'built without the handler for WebRTC')
class Handler(unittest.TestCase):
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
