# SPDX-License-Identifier: LGPL-2.1-or-later
"""What an agent's calls begin with, and what becomes of it on the wire; session timers, and a call that is changed by UPDATE."""

import tap
import uninstalled  # noqa: F401
from gi.repository import GLib, Sip
from null_handler import SDP
from pair import Case, record, run_until


class Settings(Case):
    def invite(self, **settings):
        """The INVITE of an agent with these settings."""
        agents = self.make_pair()
        for name, value in settings.items():
            agents.alice.set_property(name.replace('_', '-'), value)
        agents.call()
        return agents.requests('INVITE')[0]

    def test_identity(self):
        invite = self.invite(display_name='Alice "A"', user_agent_string='Phone/7')
        self.assertTrue(invite.get_header('From').startswith('"Alice \\"A\\"" <sip:alice@'), invite.get_header('From'))
        self.assertEqual(invite.get_header('User-Agent'), 'Phone/7')

    def test_contact(self):
        invite = self.invite(contact_name='phone at home', contact_params=['x-id=7', 'ob'])
        self.assertIn('<sip:phone%20at%20home@', invite.get_header('Contact'))
        self.assertIn(';x-id=7;ob>', invite.get_header('Contact'))

    def test_extra_supported(self):
        self.assertIn('x-teleport', self.invite(extra_supported=['x-teleport']).get_headers('Supported'))

    def test_handler_options(self):
        """Those of the agent, beneath those of the call."""
        agents = self.make_pair()
        agents.alice.set_session_description_handler_options(GLib.Variant('a{sv}', {'a': GLib.Variant('i', 1), 'b': GLib.Variant('i', 2)}))
        call = agents.call(session_description_handler_options={'b': 3})
        _, _, options = call.outgoing.get_session_description_handler().log[0]
        self.assertEqual(options, {'a': 1, 'b': 3})

    def test_refused_texts(self):
        bad = {'display_name': 'A\r\nX: y', 'user_agent_string': 'A\nX: y', 'contact_name': 'a\rb', 'contact_params': ['a b'],
               'extra_supported': ['x y'], 'aliases': ['a\n']}
        for name, value in bad.items():
            with self.subTest(name=name):
                agents = self.make_pair()
                agents.alice.set_property(name.replace('_', '-'), value)
                message = self.refuses(Sip.Error.INVALID_HEADER, agents.alice.invite, agents.target)
                self.assertIn(name.replace('_', '-'), message)

    def test_session_timer(self):
        for settings, says in (({}, '1800'), ({'session_expires': 600, 'session_refresher': Sip.SessionRefresher.LOCAL}, '600;refresher=uac'),
                               ({'session_expires': 10}, '90'), ({'session_expires': 0}, None)):
            with self.subTest(settings=settings):
                self.assertEqual(self.invite(**settings).get_header('Session-Expires'), says)
        self.assertEqual(self.invite(min_se=120).get_header('Min-SE'), '120')

    def test_interval_too_small(self):
        peer = self.make_raw_peer()
        session = peer.alice.invite('sip:raw@127.0.0.1')
        log = record(session)
        peer.respond(peer.expect('INVITE'), 422, 'Min-SE: 3600\n')
        again = peer.expect('INVITE', 2)
        self.assertEqual((again.get_header('Session-Expires'), again.get_header('CSeq')), ('3600', '2 INVITE'))
        peer.respond(again, 200, 'Session-Expires: 3600;refresher=uac\n', SDP)
        run_until(lambda: session.get_state() == Sip.SessionState.ESTABLISHED)
        self.assertEqual(list(log), ['accepted'])

    def test_update(self):
        """An offer in an UPDATE is told as `reinvite`."""
        peer = self.make_raw_peer()
        session = peer.alice.invite('sip:raw@127.0.0.1')
        invite = peer.expect('INVITE')
        peer.respond(invite, 200, '', SDP)
        run_until(lambda: session.get_state() == Sip.SessionState.ESTABLISHED)
        log = record(session)
        tag = invite.get_header('From').split(';tag=')[1]
        peer.request('UPDATE', '', SDP, 'application/sdp', invite.get_call_id(), tag)
        run_until(lambda: any(response.get_method() == 'UPDATE' for response in peer.responses(200)))
        self.assertEqual(list(log), ['reinvite'])


if __name__ == '__main__':
    tap.main()
