# SPDX-License-Identifier: LGPL-2.1-or-later
"""Requests of any method outside of a call."""

import tap
import uninstalled  # noqa: F401
from gi.repository import Gio, GLib, Sip
from pair import Case, finish, run_until, wait


class Messages(Case):
    def test_message(self):
        agents = self.make_pair()
        heard = []

        def message_cb(agent, context):
            request = context.get_request()
            heard.append((request['Subject'], request.get_content_type(), request.get_body().get_data().decode()))

        agents.bob.connect('message', message_cb)
        response = wait(agents.alice.message(agents.target, 'grüß dich', extra_headers=['Subject: hello']))
        self.assertEqual(response.get_status_code(), 200)
        self.assertEqual(heard, [('hello', 'text/plain', 'grüß dich')])

    def test_message_of_another_type(self):
        agents = self.make_pair()
        heard = []
        agents.bob.connect('message', lambda agent, context: heard.append(context.get_request()) or context.reject(status_code=488))
        response = wait(agents.alice.message(agents.target, body=b'{"a": 1}', content_type='application/json', anonymous=True))
        self.assertEqual(response.get_status_code(), 488)
        self.assertEqual((heard[0].get_content_type(), heard[0].get_body().get_data()), ('application/json', b'{"a": 1}'))
        self.assertEqual(heard[0].get_from().get_uri().get_host(), 'anonymous.invalid')

    def test_nobody_listens(self):
        agents = self.make_pair()
        self.assertEqual(wait(agents.alice.message(agents.target, 'hello')).get_status_code(), 405)
        self.assertEqual(wait(agents.alice.request('DANCE', agents.target)).get_status_code(), 501)
        response = wait(agents.alice.request('OPTIONS', agents.target))
        self.assertEqual(response.get_status_code(), 480)
        self.assertIn('INVITE', response['Allow'])

    def test_by_name_and_later(self):
        agents = self.make_pair()

        def dance_cb(agent, context):
            GLib.timeout_add(20, lambda: context.accept(body='la la', content_type='text/plain') and GLib.SOURCE_REMOVE)
            return True

        agents.bob.connect('request-received::DANCE', dance_cb)
        response = wait(agents.alice.request('DANCE', agents.target, extra_headers=['X-Tempo: 120']))
        self.assertEqual((response.get_status_code(), response.get_body().get_data()), (200, b'la la'))
        self.assertEqual(wait(agents.alice.request('JUMP', agents.target)).get_status_code(), 501)

    def test_context(self):
        agents = self.make_pair()
        agents.bob.connect('request-received', lambda agent, context: context.progress() and context.accept())
        context = agents.alice.send_request('DANCE', agents.target)
        self.assertIsInstance(context, Sip.ClientContext)
        told = []
        context.connect('progress', lambda context, response: told.append(response.get_status_code()))
        context.connect('accepted', lambda context, code, response: told.append(code))
        self.assertEqual((context.get_method(), context.get_request(), context.props.user_agent), ('DANCE', None, agents.alice))
        self.assertEqual((context.props.local_identity.get_uri().get_user(), context.props.remote_identity.get_uri().get_user()), ('alice', 'bob'))
        context.data['asked'] = True
        run_until(context.get_response)
        self.assertEqual(told, [100, 200])
        self.assertEqual((context.data, context.get_request().get_method()), ({'asked': True}, 'DANCE'))
        self.refuses(Sip.Error.INVALID_STATE, context.cancel)

    def test_context_cancelled(self):
        agents = self.make_pair()
        agents.bob.connect('request-received', lambda agent, context: told.append(context) or True)
        context = agents.alice.send_request('DANCE', agents.target)
        told = []
        context.connect('cancel', lambda context: told.append('cancel'))
        context.connect('failed', lambda context, message, cause: told.append((message, cause)))
        self.assertTrue(context.cancel())
        self.assertEqual(told, ['cancel', (None, Sip.CAUSE_CANCELED)])

    def test_cancellable(self):
        agents = self.make_pair()
        kept = []
        agents.bob.connect('message', lambda agent, context: kept.append(context) or True)
        cancellable = Gio.Cancellable.new()
        results = []
        agents.alice.message_async(agents.target, 'hello', None, cancellable, lambda agent, result: results.append(result))
        run_until(lambda: kept)
        cancellable.cancel()
        run_until(lambda: results)
        with self.assertRaises(GLib.Error) as raised:
            agents.alice.message_finish(results[0])
        self.assertTrue(raised.exception.matches(Gio.io_error_quark(), Gio.IOErrorEnum.CANCELLED))
        kept[0].accept()

    def test_options_object(self):
        agents = self.make_pair()
        agents.bob.connect('message', lambda agent, context: context.accept())
        options = Sip.RequestOptions(extra_headers=['Subject: a'])
        response = finish(agents.alice.message_async, agents.alice.message_finish, agents.target, 'hello', options)
        self.assertEqual(response.get_status_code(), 200)

    def test_refused(self):
        agents = self.make_pair()
        self.assertIn('INVITE', self.refuses_later(Sip.Error.INVALID_ARGUMENT, agents.alice.request('INVITE', agents.target)))
        self.assertIn('X-Evil', self.refuses_later(Sip.Error.INVALID_HEADER, agents.alice.message(agents.target, 'a', extra_headers=['X-Evil: a\r\nB: c'])))
        self.refuses_later(Sip.Error.INVALID_URI, agents.alice.message('sip:', 'a'))
        self.refuses_later(Sip.Error.INVALID_ARGUMENT, agents.alice.message(agents.target))
        self.assertIn('1300', self.refuses_later(Sip.Error.INVALID_ARGUMENT, agents.alice.message(agents.target, 'x' * 1300)))
        self.refuses(Sip.Error.INVALID_ARGUMENT, agents.alice.send_request, 'BYE', agents.target)


if __name__ == '__main__':
    tap.main()
