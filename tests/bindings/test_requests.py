# SPDX-License-Identifier: LGPL-2.1-or-later
"""Requests of any method inside a call."""

import tap
import uninstalled  # noqa: F401
from gi.repository import GLib, Sip
from pair import Case, run_until, wait


class Requests(Case):
    def test_sent_and_answered(self):
        agents = self.make_pair()
        call = agents.establish()
        heard = []

        def request_cb(session, context):
            request = context.get_request()
            heard.append((request.get_method(), request['X-A'], request.get_content_type(), request.get_body().get_data()))
            return context.accept(extra_headers=['X-B: b'], body='hello to you')

        call.incoming.connect('request-received', request_cb)
        response = wait(call.outgoing.send_request('MESSAGE', extra_headers=['X-A: a'], body='hello', content_type='text/plain'))
        self.assertEqual(heard, [('MESSAGE', 'a', 'text/plain', b'hello')])
        self.assertEqual((response.get_status_code(), response['X-B'], response.get_body().get_data()), (200, 'b', b'hello to you'))

    def test_by_name(self):
        agents = self.make_pair()
        call = agents.establish()
        heard = []
        call.outgoing.connect('request-received::INFO', lambda session, context: heard.append(context.props.method) or context.accept())
        wait(call.incoming.send_request('OPTIONS'))
        wait(call.incoming.send_request('INFO', body='{}', content_type='application/json'))
        self.assertEqual(heard, ['INFO'])

    def test_answered_later(self):
        agents = self.make_pair()
        call = agents.establish()

        def request_cb(session, context):
            GLib.timeout_add(20, lambda: context.reject(status_code=606) and GLib.SOURCE_REMOVE)
            return True

        call.incoming.connect('request-received', request_cb)
        response = wait(call.outgoing.send_request('MESSAGE', body='hello'))
        self.assertEqual(response.get_status_code(), 606)

    def test_default_answers(self):
        agents = self.make_pair()
        call = agents.establish()
        for method, body, status in (('OPTIONS', None, 200), ('MESSAGE', 'hello', 405), ('INFO', 'x', 415), ('INFO', None, 200), ('DANCE', None, 501)):
            with self.subTest(method=method, body=body):
                response = wait(call.outgoing.send_request(method, **({'body': body} if body else {})))
                self.assertEqual(response.get_status_code(), status)
        self.assertTrue(call.is_established())

    def test_context(self):
        agents = self.make_pair()
        call = agents.establish()
        contexts = []
        call.incoming.connect('request-received', lambda session, context: contexts.append(context) or context.accept())
        wait(call.outgoing.send_request('MESSAGE', body='hello'))
        context = contexts[0]
        self.assertIsInstance(context, Sip.ServerContext)
        self.assertEqual((context.props.method, context.props.user_agent), ('MESSAGE', agents.bob))
        self.assertEqual(context.props.remote_identity.get_uri().get_user(), 'alice')
        self.assertEqual(context.props.local_identity.get_uri().get_user(), 'bob')
        self.assertEqual(context.get_request().get_body().get_data(), b'hello')
        context.data['read'] = True
        self.assertEqual(context.data, {'read': True})

    def test_refused(self):
        agents = self.make_pair()
        call = agents.call()
        self.refuses_later(Sip.Error.INVALID_STATE, call.incoming.send_request('MESSAGE'))
        call = agents.establish()
        self.assertIn('INVITE', self.refuses_later(Sip.Error.INVALID_ARGUMENT, call.outgoing.send_request('INVITE')))
        self.assertIn('X-Evil', self.refuses_later(Sip.Error.INVALID_HEADER, call.outgoing.send_request('MESSAGE', extra_headers=['X-Evil: a\r\nB: c'])))


if __name__ == '__main__':
    tap.main()
