# SPDX-License-Identifier: LGPL-2.1-or-later
"""An address is registered, with what a registrar may answer."""

import unittest

import tap
import uninstalled  # noqa: F401
from gi.repository import GLib, Sip
from null_handler import NullHandler
from pair import run_until, wait
from raw_peer import RawPeer


class Registration(unittest.TestCase):
    def setUp(self):
        self.peer = RawPeer(NullHandler)
        self.alice = self.peer.alice
        self.alice.set_stop_timeout(1)
        self.addCleanup(self.peer.stop)
        self.log = []
        self.alice.connect('registered', lambda agent, response, registration:
                           self.log.append(('registered', response.get_status_code(), registration.props.state)))
        for name in ('unregistered', 'registration-failed'):
            self.alice.connect(name, self._told_cb, name)

    def _told_cb(self, agent, response, cause, registration, name):
        self.log.append((name, response.get_status_code() if response else None, cause))

    def accept(self, nth, expires=600, headers='', params=''):
        request = self.peer.expect('REGISTER', nth)
        contact = request['Contact'].split(';expires=')[0]
        to = request['To'] + ';tag=raw'
        self.peer.send(f'SIP/2.0 200 OK\nVia: {request["Via"]}\nFrom: {request["From"]}\nTo: {to}\nCall-ID: {request.get_call_id()}\n'
                       f'CSeq: {request["CSeq"]}\nContact: {contact};expires={expires}{params}\n{headers}Content-Length: 0\n\n')
        return request

    def test_registered(self):
        future = self.alice.register(expires=120, extra_headers=['X-Site: 7'], extra_contact_params=['q=0.5'])
        request = self.accept(1, 90, 'Service-Route: <sip:edge.example.com;lr>\n',
                              ';pub-gruu="sip:alice@example.com;gr=x";temp-gruu="sip:t@example.com;gr"')
        registration = wait(future)
        self.assertIsInstance(registration, Sip.Registration)
        self.assertEqual((request['X-Site'], request['Expires']), ('7', '120'))
        self.assertIn(';q=0.5;expires=120', request['Contact'])
        self.assertIn(f'+sip.instance="<{self.alice.props.instance_id}>";reg-id=1', request['Contact'])
        self.assertEqual(registration.props.state, Sip.RegistrationState.REGISTERED)
        self.assertEqual((registration.props.expires, registration.props.n_flows, registration.props.registrar), (90, 1, 'sip:example.com'))
        self.assertEqual(registration.props.service_route, ['<sip:edge.example.com;lr>'])
        self.assertEqual(registration.props.public_gruu, 'sip:alice@example.com;gr=x')
        self.assertEqual(registration.props.temporary_gruu, 'sip:t@example.com;gr')
        self.assertEqual(len(registration.props.contacts), 1)
        self.assertGreater(registration.get_retry_in(), 30)
        self.assertIsNone(registration.props.error)
        self.assertIs(registration.props.user_agent, self.alice)
        self.assertTrue(self.alice.is_registered())
        self.assertTrue(self.alice.props.is_registered)
        self.assertEqual(list(self.alice.get_registrations()), [registration])
        self.assertEqual(self.log, [('registered', 200, Sip.RegistrationState.REGISTERED)])

        future = registration.register()
        self.accept(2)
        self.assertTrue(wait(future))

    def test_refused(self):
        future = self.alice.register()
        self.peer.respond(self.peer.expect('REGISTER'), 403)
        with self.assertRaises(GLib.Error) as caught:
            wait(future)
        self.assertTrue(caught.exception.matches(Sip.Error.quark(), Sip.Error.AUTHENTICATION))
        registration = self.alice.get_registrations()[0]
        self.assertEqual(registration.props.state, Sip.RegistrationState.FAILED)
        self.assertTrue(registration.props.error.matches(Sip.Error.quark(), Sip.Error.AUTHENTICATION))
        self.assertEqual(registration.get_retry_in(), 0)
        self.assertEqual(self.log, [('registration-failed', 403, 'Rejected')])

    def test_too_brief(self):
        future = self.alice.register(expires=60)
        self.peer.respond(self.peer.expect('REGISTER'), 423, 'Min-Expires: 300\n')
        self.assertEqual(self.accept(2, 300)['Expires'], '300')
        self.assertEqual(wait(future).props.expires, 300)

    def test_unregister(self):
        future = self.alice.register()
        self.accept(1)
        registration = wait(future)
        future = self.alice.unregister(extra_headers=['X-Bye: 1'])
        request = self.peer.expect('REGISTER', 2)
        self.assertEqual((request['Expires'], request['X-Bye']), ('0', '1'))
        self.assertEqual(registration.props.state, Sip.RegistrationState.UNREGISTERING)
        self.peer.respond(request, 200)
        self.assertTrue(wait(future))
        self.assertEqual(registration.props.state, Sip.RegistrationState.UNREGISTERED)
        self.assertEqual(self.log[1:], [('unregistered', 200, None)])

        future = self.alice.unregister(all=True)
        request = self.peer.expect('REGISTER', 3)
        self.assertEqual(request['Contact'], '*')
        self.peer.respond(request, 200)
        self.assertTrue(wait(future))
        self.assertEqual(len(self.alice.get_registrations()), 0)

    def test_comes_back(self):
        """The connection breaks, and everything comes back by itself."""
        future = self.alice.register()
        self.accept(1)
        registration = wait(future)
        self.peer.connection.close(1001, None)
        run_until(lambda: registration.props.state == Sip.RegistrationState.FAILED)
        self.accept(2)
        run_until(lambda: registration.props.state == Sip.RegistrationState.REGISTERED)
        self.assertEqual([item[0] for item in self.log], ['registered', 'unregistered', 'registered'])
        self.assertEqual(self.log[1], ('unregistered', None, 'Connection Error'))

    def test_settings(self):
        agent = Sip.UserAgent(uri='sip:bob@example.com', register_at_start=True, register_expires=30, registrar='sip:registrar.example.com',
                              instance_id='f81d4fae-7dec-11d0-a765-00a0c91e6bf6', use_gruu=True)
        self.assertEqual(agent.get_instance_id(), 'urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6')
        self.assertEqual((agent.get_register_expires(), agent.get_registrar()), (30, 'sip:registrar.example.com'))
        self.assertTrue(agent.get_register_at_start() and agent.get_use_gruu())
        self.assertNotEqual(Sip.UserAgent.new('sip:x@y').get_instance_id(), Sip.UserAgent.new('sip:x@y').get_instance_id())
        with self.assertRaises(GLib.Error) as caught:
            wait(agent.register())
        self.assertTrue(caught.exception.matches(Sip.Error.quark(), Sip.Error.INVALID_STATE))

    def test_options(self):
        options = Sip.RegisterOptions(registrar='sip:x', expires=7, extra_contact_params=['a'], outbound=False, all=True)
        self.assertEqual((options.get_registrar(), options.get_expires(), options.get_extra_contact_params()), ('sip:x', 7, ['a']))
        self.assertTrue(options.get_all() and not options.get_outbound())
        with self.assertRaises(GLib.Error) as caught:
            wait(self.alice.register(registrar='sip:alice@example.com'))
        self.assertTrue(caught.exception.matches(Sip.Error.quark(), Sip.Error.INVALID_URI))


if __name__ == '__main__':
    tap.main()
