# SPDX-License-Identifier: LGPL-2.1-or-later
"""A SIP server behind which an agent stands, that says exactly what a test tells it to: no dialogs, no transactions, no politeness."""

import gi
import uninstalled  # noqa: F401

gi.require_version('Soup', '3.0')
from gi.repository import Sip, Soup  # noqa: E402

from null_handler import SDP  # noqa: E402
from pair import run_until, wait  # noqa: E402


class RawPeer:
    def __init__(self, make_handler):
        """An agent, alice, that is connected to this."""
        self.received = []
        self.connection = None
        self.number = 0
        self.server = Soup.Server()
        self.server.add_websocket_handler('/', None, ['sip'], self._connected_cb)
        self.server.listen_local(0, Soup.ServerListenOptions.IPV4_ONLY)
        self.port = self.server.get_uris()[0].get_port()

        self.handlers = []
        self.alice = Sip.UserAgent.new('sip:alice@example.com')
        self.alice.set_servers([f'ws://127.0.0.1:{self.port}/'])
        self.alice.set_session_description_handler_factory(lambda agent, session: self._keep(make_handler()))
        assert wait(self.alice.start())
        run_until(lambda: self.connection is not None)

    def _keep(self, handler):
        self.handlers.append(handler)
        return handler

    def _connected_cb(self, server, message, path, connection, *data):
        self.connection = connection
        connection.connect('message', self._message_cb)

    def _message_cb(self, connection, kind, data):
        message = Sip.Message.parse(data)
        if message is not None:
            self.received.append(message)

    def send(self, text):
        self.connection.send_text(text.replace('\n', '\r\n'))

    def requests(self, method):
        return [message for message in self.received if isinstance(message, Sip.Request) and message.get_method() == method]

    def responses(self, status):
        return [message for message in self.received if isinstance(message, Sip.Response) and message.get_status_code() == status]

    def expect(self, method, nth=1):
        """The request of this method that came, or comes."""
        run_until(lambda: len(self.requests(method)) >= nth)
        return self.requests(method)[nth - 1]

    def respond(self, request, status, headers='', sdp=None):
        to = request['To'] if ';tag=' in request['To'] else request['To'] + ';tag=raw'
        vias = ''.join(f'Via: {via}\n' for via in request.get_headers('Via'))
        body = sdp or ''
        self.send(f'SIP/2.0 {status} Said\n{vias}From: {request["From"]}\nTo: {to}\nCall-ID: {request.get_call_id()}\n'
                  f'CSeq: {request["CSeq"]}\nContact: <sip:raw@127.0.0.1:{self.port};transport=ws>\n{headers}'
                  + ('Content-Type: application/sdp\n' if sdp else '') + f'Content-Length: {len(body)}\n\n' + body.replace('\r\n', '\n'))

    def request(self, method, headers='', body='', content_type=None, call_id=None, to_tag='', cseq=1):
        """A request to alice."""
        self.number += 1
        to_tag = f';tag={to_tag}' if to_tag else ''
        call_id = call_id or f'raw-{self.number}'
        self.send(f'{method} sip:alice@example.com SIP/2.0\nVia: SIP/2.0/WS raw.invalid;branch=z9hG4bKraw{self.number}\nMax-Forwards: 70\n'
                  f'From: <sip:raw@127.0.0.1>;tag=raw\nTo: <sip:alice@example.com>{to_tag}\nCall-ID: {call_id}\nCSeq: {cseq} {method}\n'
                  f'Contact: <sip:raw@127.0.0.1:{self.port};transport=ws>\n{headers}'
                  + (f'Content-Type: {content_type}\n' if content_type else '') + f'Content-Length: {len(body)}\n\n' + body.replace('\r\n', '\n'))
        return call_id

    def invite(self, headers=''):
        return self.request('INVITE', headers, SDP, 'application/sdp')

    def stop(self):
        assert wait(self.alice.stop())
        self.server.disconnect()

