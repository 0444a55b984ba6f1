# SPDX-License-Identifier: LGPL-2.1-or-later
"""Why calls fail and end."""

import tap
import uninstalled  # noqa: F401
from gi.repository import Gio, GLib, Sip
from null_handler import SDP, NullHandler
from pair import Case, record, run_until

STATUSES = {
    300: 'REDIRECTED', 301: 'REDIRECTED', 302: 'REDIRECTED', 305: 'REDIRECTED', 380: 'REDIRECTED', 486: 'BUSY', 600: 'BUSY', 403: 'REJECTED',
    603: 'REJECTED', 404: 'NOT_FOUND', 604: 'NOT_FOUND', 480: 'UNAVAILABLE', 410: 'UNAVAILABLE', 408: 'UNAVAILABLE', 430: 'UNAVAILABLE',
    484: 'ADDRESS_INCOMPLETE', 488: 'INCOMPATIBLE_SDP', 606: 'INCOMPATIBLE_SDP', 401: 'AUTHENTICATION_ERROR', 407: 'AUTHENTICATION_ERROR',
    487: 'CANCELED', 400: 'SIP_FAILURE_CODE', 500: 'SIP_FAILURE_CODE', 699: 'SIP_FAILURE_CODE',
}

TEXTS = {
    'CONNECTION_ERROR': 'Connection Error', 'REQUEST_TIMEOUT': 'Request Timeout', 'SIP_FAILURE_CODE': 'SIP Failure Code',
    'INTERNAL_ERROR': 'Internal Error', 'BUSY': 'Busy', 'REJECTED': 'Rejected', 'REDIRECTED': 'Redirected', 'UNAVAILABLE': 'Unavailable',
    'NOT_FOUND': 'Not Found', 'ADDRESS_INCOMPLETE': 'Address Incomplete', 'INCOMPATIBLE_SDP': 'Incompatible SDP',
    'AUTHENTICATION_ERROR': 'Authentication Error', 'DIALOG_ERROR': 'Dialog Error', 'WEBRTC_NOT_SUPPORTED': 'WebRTC Not Supported',
    'WEBRTC_ERROR': 'WebRTC Error', 'CANCELED': 'Canceled', 'NO_ANSWER': 'No Answer', 'EXPIRES': 'Expires', 'NO_ACK': 'No ACK',
    'NO_PRACK': 'No PRACK', 'USER_DENIED_MEDIA_ACCESS': 'User Denied Media Access', 'BAD_MEDIA_DESCRIPTION': 'Bad Media Description',
    'RTP_TIMEOUT': 'RTP Timeout', 'TERMINATED': 'Terminated',
}

ERRORS = [
    ('sip-error-quark', Sip.Error.MEDIA, 'WEBRTC_ERROR'),
    ('sip-error-quark', Sip.Error.TIMEOUT, 'RTP_TIMEOUT'),
    ('sip-error-quark', Sip.Error.NOT_SUPPORTED, 'WEBRTC_NOT_SUPPORTED'),
    ('sip-error-quark', Sip.Error.INVALID_STATE, 'INTERNAL_ERROR'),
    ('g-io-error-quark', Gio.IOErrorEnum.PERMISSION_DENIED, 'USER_DENIED_MEDIA_ACCESS'),
]


class Causes(Case):
    def test_texts(self):
        self.assertEqual({name: getattr(Sip, f'CAUSE_{name}') for name in TEXTS}, TEXTS)

    def test_of_a_status(self):
        agents = self.make_pair()
        for status, name in STATUSES.items():
            with self.subTest(status=status):
                call = agents.call(lambda session: session.reject(status_code=status))
                run_until(call.is_over)
                self.assertEqual(call.sent.arguments['failed'][0][1], TEXTS[name])
                self.assertEqual(call.sent.causes, [(status, TEXTS[name])])
                self.assertEqual(call.received.causes, [(status, TEXTS[name])])
                self.assertEqual(Sip.cause_for_status(status), TEXTS[name])

    def test_of_an_error(self):
        """Of the media: before anything was sent, and in the call."""
        for domain, code, name in ERRORS:
            with self.subTest(error=name):
                error = GLib.Error('no media today', domain, code)
                agents = self.make_pair(make_handler=lambda: NullHandler(fail=error))
                session = agents.alice.invite(agents.target)
                log = record(session)
                run_until(lambda: 'terminated' in log)
                self.assertEqual((log, log.causes), (['failed', 'terminated'], [(None, TEXTS[name])]))

                agents = self.make_pair()
                call = agents.establish()
                agents.handlers[0].emit('failed', error)
                run_until(call.is_over)
                self.assertEqual((call.sent.steps, call.sent.causes), (['accepted', 'bye', 'terminated'], [(None, TEXTS[name])]))

    def test_connection_error(self):
        agents = self.make_pair()
        session = agents.alice.invite('sip:bob@127.0.0.1:1;transport=ws')
        log = record(session)
        run_until(lambda: 'terminated' in log)
        self.assertEqual((log, log.causes), (['failed', 'terminated'], [(None, Sip.CAUSE_CONNECTION_ERROR)]))

    def test_dialog_error(self):
        """481 in the call: the other side knows nothing of it any more."""
        peer = self.make_raw_peer()
        session = peer.alice.invite('sip:raw@example.com')
        log = record(session)
        peer.respond(peer.expect('INVITE'), 200, sdp=SDP)
        run_until(lambda: 'accepted' in log)
        change = session.reinvite()
        peer.respond(peer.expect('INVITE', 2), 481)
        self.refuses_later(Sip.Error.DIALOG, change)
        run_until(lambda: 'terminated' in log)
        self.assertEqual(log.causes[0][1], Sip.CAUSE_DIALOG_ERROR)

    def test_no_answer(self):
        agents = self.make_pair(configure=lambda agents: agents.bob.set_no_answer_timeout(1))
        call = agents.call()
        run_until(call.is_over)
        self.assertEqual((call.received, call.received.causes), (['failed', 'terminated'], [(408, Sip.CAUSE_NO_ANSWER)]))
        self.assertEqual(call.sent.causes, [(408, Sip.CAUSE_UNAVAILABLE)])

    def test_expires(self):
        peer = self.make_raw_peer()
        logs = []
        peer.alice.connect('invite', lambda agent, session: logs.append(record(session)))
        peer.invite('Expires: 1\n')
        run_until(lambda: logs and 'terminated' in logs[0])
        self.assertEqual((logs[0], logs[0].causes), (['failed', 'terminated'], [(487, Sip.CAUSE_EXPIRES)]))

    def test_bad_media_description(self):
        agents = self.make_pair()
        call = agents.call()
        agents.handlers[0].refuse = True
        call.incoming.accept()
        run_until(call.is_over)
        self.assertEqual(call.sent.causes, [(200, Sip.CAUSE_BAD_MEDIA_DESCRIPTION)])


class Patience(Case):
    """What takes 32 seconds of waiting, all at once."""

    def test_time_outs(self):
        peer = self.make_raw_peer()
        logs = {}

        def invite_cb(agent, session):
            logs[session.get_request().get_call_id()] = record(session)
            session.accept()

        peer.alice.connect('invite', invite_cb)
        no_ack = peer.invite()
        silent = record(peer.alice.invite('sip:raw@example.com'))
        run_until(lambda: 'terminated' in silent and 'terminated' in logs[no_ack], 45)
        self.assertEqual((silent, silent.causes), (['failed', 'terminated'], [(None, Sip.CAUSE_REQUEST_TIMEOUT)]))
        self.assertEqual((logs[no_ack], logs[no_ack].causes), (['accepted', 'bye', 'terminated'], [(None, Sip.CAUSE_NO_ACK)]))
        self.assertEqual(len(peer.requests('BYE')), 1)


if __name__ == '__main__':
    tap.main()
