# SPDX-License-Identifier: LGPL-2.1-or-later
"""The examples of SIP.js's page on sessions, as one writes them in Python. docs/migrating-from-sipjs.md shows the same lines."""

import tap
import uninstalled  # noqa: F401
from gi.repository import Sip
from pair import Case, run_until


class Examples(Case):
    def establish(self):
        """Both sides of a call that nobody watches: who listens for a REFER is who follows it."""
        agents = self.make_pair()
        incoming = []
        agents.bob.connect('invite', lambda agent, session: (incoming.append(session), session.accept()))
        outgoing = agents.alice.invite(agents.target)
        run_until(lambda: incoming and outgoing.get_state() == incoming[0].get_state() == Sip.SessionState.ESTABLISHED)
        return agents, outgoing, incoming[0]

    def test_outgoing(self):
        agents = self.make_pair()
        my_agent, target = agents.alice, agents.target

        session = my_agent.invite(target)

        self.assertIsInstance(session, Sip.OutgoingSession)
        run_until(lambda: agents.requests('INVITE'))

    def test_incoming(self):
        agents = self.make_pair()
        my_agent = agents.bob

        my_agent.connect('invite', lambda agent, session: session.accept())

        session = agents.alice.invite(agents.target)
        run_until(lambda: session.get_state() == Sip.SessionState.ESTABLISHED)

    def test_dtmf(self):
        agents, call, other = self.establish()
        heard = []
        other.connect('dtmf', lambda session, request, dtmf: heard.append(dtmf.get_tone()))

        call.dtmf(1)
        call.dtmf(4)

        run_until(lambda: heard == ['1', '4'])

    def test_dtmf_with_options(self):
        agents, call, other = self.establish()
        heard = []
        other.connect('dtmf', lambda session, request, dtmf: heard.append((dtmf.get_tone(), dtmf.get_duration(), request['X-Foo'], request['X-Bar'])))

        tones = '1234#'
        extra_headers = ['X-Foo: foo', 'X-Bar: bar']
        call.dtmf(tones, duration=160, inter_tone_gap=1200, extra_headers=extra_headers)

        run_until(lambda: len(heard) == 5, 15)
        self.assertEqual(heard, [(tone, 160, 'foo', 'bar') for tone in '1234#'])

    def test_refer_requested(self):
        agents, outgoing, incoming = self.establish()
        told = []

        def on_refer_requested(session, context):
            if isinstance(context, Sip.ReferClientContext):
                context.connect('refer-accepted', on_transferred)
            elif isinstance(context, Sip.ReferServerContext):
                context.connect('refer-accepted', on_followed)
                context.accept()

        def on_transferred(context, code, reason):
            told.append('transferred')

        def on_followed(context, code, reason):
            told.append('followed')

        for session in (outgoing, incoming):
            session.connect('refer-requested', on_refer_requested)
        # Bob calls himself: who answers is there already.
        outgoing.refer(agents.target)
        run_until(lambda: sorted(told) == ['followed', 'transferred'])


if __name__ == '__main__':
    tap.main()
