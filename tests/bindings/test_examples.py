# SPDX-License-Identifier: LGPL-2.1-or-later
"""The examples of SIP.js's page on sessions, as one writes them in Python. Those of docs/migrating-from-sipjs.md are these, line by line."""

import tap
import uninstalled  # noqa: F401
from gi.repository import Sip
from pair import Case, run_until


class Examples(Case):
    def test_outgoing(self):
        agents = self.make_pair()
        my_agent, target = agents.alice, agents.target

        # A new outgoing session.
        session = my_agent.invite(target)

        self.assertIsInstance(session, Sip.OutgoingSession)
        run_until(lambda: agents.requests('INVITE'))

    def test_incoming(self):
        agents = self.make_pair()
        my_agent = agents.bob

        # Accept an incoming session.
        my_agent.connect('invite', lambda agent, session: session.accept())

        session = agents.alice.invite(agents.target)
        run_until(lambda: session.get_state() == Sip.SessionState.ESTABLISHED)


if __name__ == '__main__':
    tap.main()
