# SPDX-License-Identifier: LGPL-2.1-or-later
"""The session API line by line: reliable provisional responses, late offers in them, and early media."""

import tap
import uninstalled  # noqa: F401
from gi.repository import Sip
from null_handler import SDP, NullHandler
from pair import Case, record, run_until, wait

VALUES = (Sip.Rel100.UNSUPPORTED, Sip.Rel100.SUPPORTED, Sip.Rel100.REQUIRED)


def said(request):
    """What an INVITE says of reliable responses: Supported, Require."""
    return '100rel' in (request.get_header('Supported') or ''), '100rel' in (request.get_header('Require') or '')


WORDS = {Sip.Rel100.UNSUPPORTED: (False, False), Sip.Rel100.SUPPORTED: (True, False), Sip.Rel100.REQUIRED: (False, True)}


class Reliable(Case):
    def is_reliable(self, agents, status):
        """Whether Bob's last response of this status wanted a PRACK."""
        return agents.responses('INVITE', status=status)[-1].get_header('RSeq') is not None

    def test_invite(self):
        agents = self.make_pair()
        for value in VALUES:
            with self.subTest(rel100=value):
                call = agents.call(rel100=value)
                self.assertEqual(said(agents.requests('INVITE')[-1]), WORDS[value])
                # No 180 by itself where all have to be reliable.
                run_until(lambda: call.sent)
                self.assertEqual(agents.responses('INVITE', status=180) != [], value != Sip.Rel100.REQUIRED)
                agents.wire.clear()

    def test_agent(self):
        agents = self.make_pair()
        self.assertEqual(agents.alice.props.rel100, Sip.Rel100.UNSUPPORTED)
        agents.alice.props.rel100 = Sip.Rel100.SUPPORTED
        agents.call()
        self.assertEqual(said(agents.requests('INVITE')[-1]), (True, False))
        agents.call(rel100=Sip.Rel100.UNSUPPORTED)
        self.assertEqual(said(agents.requests('INVITE')[-1]), (False, False))

    def test_changes(self):
        """Of hold, unhold and reinvite."""
        agents = self.make_pair()
        call = agents.establish()
        for name in ('hold', 'unhold', 'reinvite'):
            for value in VALUES:
                with self.subTest(method=name, rel100=value):
                    if name == 'hold' and call.outgoing.props.held_locally:
                        wait(call.outgoing.unhold())
                    if name == 'unhold' and not call.outgoing.props.held_locally:
                        wait(call.outgoing.hold())
                    self.assertTrue(wait(getattr(call.outgoing, name)(rel100=value)))
                    self.assertEqual(said(agents.requests('INVITE')[-1]), WORDS[value])

    def test_early_changes(self):
        """Before the call is answered: in the PRACK that is due, then in UPDATEs of either side."""
        agents = self.make_pair()
        held = []
        call = agents.call(rel100=Sip.Rel100.REQUIRED)
        call.outgoing.connect('progress', lambda session, response: held.append(session.hold()) if response.get_status_code() == 183 else None)
        call.incoming.progress()
        run_until(lambda: held)
        self.assertTrue(wait(held[0]))
        self.assertTrue(call.incoming.props.held_remotely)
        self.assertEqual(agents.requests('PRACK')[0]['Content-Type'], 'application/sdp')
        self.assertTrue(wait(call.outgoing.unhold()))
        self.assertTrue(wait(call.incoming.reinvite()))
        self.assertFalse(call.incoming.props.held_remotely)
        self.assertEqual([len(agents.requests('UPDATE', who)) for who in ('alice', 'bob')], [1, 1])
        self.assertEqual(len(agents.requests('INVITE')), 1)
        call.incoming.accept()
        run_until(call.is_established)

    def test_progress_is_prohibited(self):
        agents = self.make_pair()
        agents.call(lambda session: session.progress(rel100=Sip.Rel100.REQUIRED, status_code=182))
        run_until(lambda: agents.responses('INVITE', status=182))
        self.assertFalse(self.is_reliable(agents, 182))

    def test_progress_is_required(self):
        agents = self.make_pair()
        call = agents.call(lambda session: session.progress(), rel100=Sip.Rel100.REQUIRED)
        run_until(lambda: agents.responses('PRACK', status=200))
        self.assertTrue(self.is_reliable(agents, 183))
        response = agents.responses('INVITE', status=183)[0]
        self.assertEqual(response['Content-Type'], 'application/sdp')
        self.assertEqual(agents.requests('PRACK')[0]['RAck'], f'{response["RSeq"]} 1 INVITE')
        call.incoming.accept()
        run_until(call.is_established)
        self.assertIsNone(agents.responses('INVITE', status=200)[0].get_body())

    def test_progress_options(self):
        """The caller supports it: as the option says."""
        agents = self.make_pair()
        for value in VALUES:
            with self.subTest(rel100=value):
                call = agents.call(lambda session: session.progress(rel100=value, status_code=182, extra_headers=['X-Place: 4']),
                                   rel100=Sip.Rel100.SUPPORTED)
                run_until(lambda: [args for args in call.sent.arguments.get('progress', []) if args[0].get_status_code() == 182])
                self.assertEqual(self.is_reliable(agents, 182), value != Sip.Rel100.UNSUPPORTED)
                self.assertEqual(agents.responses('INVITE', status=182)[-1]['X-Place'], '4')

    def test_late_offer(self):
        """The offer is in a reliable 1xx, the answer in the PRACK."""
        agents = self.make_pair()
        call = agents.call(lambda session: session.progress(), rel100=Sip.Rel100.REQUIRED, invite_without_sdp=True)
        run_until(lambda: agents.responses('PRACK', status=200))
        self.assertIsNone(agents.requests('INVITE')[0].get_body())
        self.assertIsNotNone(agents.responses('INVITE', status=183)[0].get_body())
        self.assertIsNotNone(agents.requests('PRACK')[0].get_body())
        call.incoming.accept()
        run_until(call.is_established)
        self.assertIsNone(agents.requests('ACK')[0].get_body())

    def test_early_media(self):
        """An answer that nobody acknowledges is followed where that is asked for."""
        for early in (False, True):
            with self.subTest(early_media=early):
                peer = self.make_raw_peer()
                log = record(peer.alice.invite('sip:raw@example.com', early_media=early))
                invite = peer.expect('INVITE')
                peer.respond(invite, 183, sdp=SDP)
                run_until(lambda: 'progress' in log)
                taken = [(Sip.DescriptionType.PRANSWER, 'set')] if early else []
                run_until(lambda: [(entry[1], entry[0]) for entry in peer.handlers[0].log if entry[0] == 'set'] == taken)
                peer.respond(invite, 200, sdp=SDP)
                run_until(lambda: 'accepted' in log)
                self.assertEqual(peer.handlers[0].log[-1][1], Sip.DescriptionType.ANSWER)

    def test_no_prack(self):
        """Takes 32 seconds."""
        peer = self.make_raw_peer()
        logs = []

        def invite_cb(agent, session):
            logs.append(record(session))
            session.progress()

        peer.alice.connect('invite', invite_cb)
        peer.invite('Require: 100rel\n')
        run_until(lambda: logs and 'terminated' in logs[0], 45)
        self.assertEqual((logs[0], logs[0].causes), (['failed', 'terminated'], [(504, Sip.CAUSE_NO_PRACK)]))
        # At first, and after 0.5, 1.5, 3.5, 7.5, 15.5 and 31.5 seconds.
        self.assertEqual(len(peer.responses(183)), 7)


if __name__ == '__main__':
    tap.main()
