# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a session has in common with any other request that was sent or received."""

import tap
import uninstalled  # noqa: F401
from gi.repository import Sip
from pair import Case, run_until


class Contexts(Case):
    def test_sessions(self):
        agents = self.make_pair()
        call = agents.call()
        self.assertIsInstance(call.outgoing, Sip.ClientContext)
        self.assertNotIsInstance(call.outgoing, Sip.ServerContext)
        self.assertIsInstance(call.incoming, Sip.ServerContext)
        self.assertNotIsInstance(call.incoming, Sip.ClientContext)

    def test_through_the_interface(self):
        agents = self.make_pair()
        call = agents.call()
        Sip.ServerContext.progress(call.incoming, status_code=182)
        run_until(lambda: agents.responses('INVITE', status=182))
        Sip.ServerContext.reject(call.incoming, status_code=486)
        run_until(call.is_over)
        self.assertEqual(call.sent.causes, [(486, Sip.CAUSE_BUSY)])

        call = agents.call()
        run_until(lambda: 'progress' in call.sent)
        Sip.ClientContext.cancel(call.outgoing)
        run_until(call.is_over)
        self.assertEqual(call.sent.causes, [(487, Sip.CAUSE_CANCELED)])


if __name__ == '__main__':
    tap.main()
