# SPDX-License-Identifier: LGPL-2.1-or-later
"""Changes of a call with SIPp: UPDATE, glare, a session timer that is too short; what comes out of order and what goes lost."""

import tap
import sipp


class Changes(sipp.Runner):
    def test_they_update(self):
        """RFC 3311."""
        agent = self.call_in('uac-updates', 'udp')
        agent.expect_all(r'1 invite .*', '1 accepted 200', '1 reinvite', '1 bye', '1 terminated Terminated')
        agent.end()

    def test_the_callee_updates(self):
        """RFC 3311 §5.2: 491 while our offer waits for its answer."""
        agent = self.call_out('uas-updates', 'udp')
        agent.expect_all('1 progress 180', '1 accepted 200', '1 reinvite', '1 bye', '1 terminated Terminated')
        agent.end()

    def test_they_want_a_longer_timer(self):
        """RFC 4028 §7.3."""
        agent = self.call_out('uas-422', 'udp', '--bye-after', '50')
        agent.expect_all('1 accepted 200', '1 bye', '1 terminated Terminated')
        agent.end()

    def test_we_want_a_longer_timer(self):
        """RFC 4028 §9."""
        agent = self.call_in('uac-422', 'udp')
        agent.expect_all(r'1 invite .*', '1 accepted 200', '1 bye', '1 terminated Terminated')
        agent.end()

    def test_glare(self):
        """RFC 3261 §14.1."""
        agent = self.call_out('uas-glare', 'udp', '--hold-after', '50', '--bye-after', '50')
        agent.expect_all('1 accepted 200', '1 held', '1 bye', '1 terminated Terminated')
        agent.end()

    def test_redirected(self):
        """RFC 3261 §8.1.3.4."""
        agent = self.call_out('uas-redirects', 'udp')
        agent.expect_all('1 rejected Moved Temporarily', '1 failed Redirected', '1 terminated Redirected')
        agent.end()

    def test_authenticated(self):
        """RFC 3261 §22: what SIPp makes of our answers."""
        agent = self.call_out('uas-authenticates', 'udp', '--password', 'secret', '--bye-after', '50')
        agent.expect_all('1 progress 180', '1 accepted 200', '1 bye', '1 terminated Terminated')
        agent.end()

    def test_out_of_order(self):
        """RFC 3261 §12.2.2."""
        agent = self.call_in('uac-out-of-order', 'udp')
        agent.expect_all(r'1 invite .*', '1 accepted 200', '1 bye', '1 terminated Terminated')
        agent.end()

    def test_lost_answer_to_a_bye(self):
        agent = self.call_out('uas-loses-bye-answer', 'udp', '--bye-after', '50')
        agent.expect_all('1 accepted 200', '1 bye', '1 terminated Terminated')
        agent.end()


if __name__ == '__main__':
    tap.main()
