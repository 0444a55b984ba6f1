# SPDX-License-Identifier: LGPL-2.1-or-later
"""Our agent in Python, commanded by lines on its stdin, as agent.c is; see there for the commands."""

import array
import json
import os
import sys

from bindings import null_handler

import gi
gi.require_version('Gst', '1.0')
from gi.repository import Gio, GLib, Gst, Sip

SIGNALS = ('progress', 'accepted', 'rejected', 'failed', 'terminated', 'cancel', 'bye', 'reinvite')
RATE = 8000


def say(line):
    sys.stdout.write(line.replace('\r', ' ').replace('\n', ' ') + '\n')
    sys.stdout.flush()


def describe(message):
    if message is None:
        return '-'
    return str(message.get_status_code()) if isinstance(message, Sip.Response) else message.get_method()


class Tap:
    """What is heard: the frequency of a pure tone, by how often it crosses zero in the last quarter of a second."""

    def __init__(self):
        self.samples = array.array('h')
        self.bin = Gst.parse_bin_from_description(f'audioconvert ! audioresample ! appsink name=sink sync=false emit-signals=true '
                                                  f'caps=audio/x-raw,format=S16LE,rate={RATE},channels=1', True)
        self.bin.get_by_name('sink').connect('new-sample', self._sample_cb)

    def _sample_cb(self, sink):
        sample = sink.emit('pull-sample')
        if sample is not None:
            buffer = sample.get_buffer()
            self.samples = (self.samples + array.array('h', buffer.extract_dup(0, buffer.get_size())))[-RATE // 4:]
        return Gst.FlowReturn.OK

    def measure(self):
        samples = self.samples
        if len(samples) < RATE // 4:
            return None
        level = max(abs(value) for value in samples)
        rises, last, above = [], 0, False
        for i, value in enumerate(samples):
            if value > level // 4 and not above:
                above = True
                rises.append(i - value / max(1, value - last))
            elif value < -level // 4:
                above = False
            last = value
        hz = (len(rises) - 1) * RATE / (rises[-1] - rises[0]) if len(rises) > 2 else None
        return {'hz': hz, 'level': level / 32768, 'count': len(samples)}


class Call:
    def __init__(self, number, session):
        self.number = number
        self.session = session
        self.tap = None
        for name in SIGNALS:
            try:
                session.connect(name, self._signal_cb, name)
            except TypeError:
                pass

    def _signal_cb(self, session, *arguments):
        *arguments, name = arguments
        words = []
        if name == 'progress':
            words = [describe(arguments[0])]
        elif name == 'accepted':
            words = [str(arguments[0])]
        elif name in ('rejected', 'failed', 'terminated'):
            words = [arguments[1] or '-', f'({describe(arguments[0])})']
        say(' '.join(['signal', str(self.number), name, *words]))


class Program:
    def __init__(self, uri):
        self.agent = Sip.UserAgent.new(uri)
        self.agent.set_session_description_handler_factory(self._make_handler)
        self.agent.connect('invite', self._invite_cb)
        for name in ('connected', 'disconnected'):
            self.agent.connect(name, lambda agent, server, *rest, name=name: say(f'server {name} {server}'))
        self.agent.connect('message', self._message_cb)
        self.calls = []
        self.subscriptions = []
        self.registration = None
        self.publication = None
        self.served = None
        self.on_invite = ['wait']
        self.has_media = False
        self.relays = []
        self.hz = 440
        self.loop = GLib.MainLoop()
        self.commands = Gio.DataInputStream.new(Gio.UnixInputStream.new(0, False))
        self._read()

    def _make_handler(self, agent, session):
        if not self.has_media:
            return null_handler.NullHandler()
        call = self.call_of(session)
        call.tap = Tap()
        relays = {'turn_servers': self.relays, 'ice_transport_policy': Sip.IceTransportPolicy.RELAY} if self.relays else {}
        return Sip.WebrtcHandler(video=False, local_addresses=['127.0.0.1'], audio_sink_element=call.tap.bin, **relays,
                                 audio_source=f'audiotestsrc is-live=true samplesperbuffer=480 volume=0.5 freq={self.hz}')

    def call_of(self, session):
        for call in self.calls:
            if call.session == session:
                return call
        self.calls.append(Call(len(self.calls) + 1, session))
        return self.calls[-1]

    def _invite_cb(self, agent, session):
        call = self.call_of(session)
        say(f'signal {call.number} invite {session.get_remote_identity().get_uri()}')
        if self.on_invite[0] == 'accept':
            self._accept(call)
        elif self.on_invite[0] == 'reject':
            session.reject(status_code=int(self.on_invite[1]))

    def _accept(self, call):
        def confirmed_cb(session, result):
            try:
                session.accept_finish(result)
                say(f'signal {call.number} confirmed')
            except GLib.Error:
                # Why not is told by its signals.
                pass
        call.session.accept_async(None, None, confirmed_cb)

    def _message_cb(self, agent, context):
        request = context.get_request()
        say(f'message {request.get_from().get_uri()} {text_of(request)}')
        return False

    # --- commands ---

    def _read(self):
        self.commands.read_line_async(GLib.PRIORITY_DEFAULT, None, self._line_cb)

    def _line_cb(self, stream, result):
        line, _ = stream.read_line_finish_utf8(result)
        if line is None:
            self.agent.stop().add_done_callback(lambda future: self.loop.quit())
            return
        verb, *words = line.split(' ')
        try:
            answer = getattr(self, 'do_' + verb.replace('-', '_'))(*words)
            if answer is not LATER:
                say(f'ok {answer}' if answer is not None else 'ok')
        except (GLib.Error, TypeError, ValueError, AttributeError, IndexError) as error:
            say(f'error {error}')
        self._read()

    def _later(self, future, tell=lambda value: 'ok'):
        def done_cb(future):
            try:
                say(tell(future.result()))
            except GLib.Error as error:
                say(f'error {error.message}')
        future.add_done_callback(done_cb)
        return LATER

    def do_server(self, *uris):
        self.agent.set_servers(uris)

    def do_listen(self, uri):
        return self.agent.listen(uri)

    def do_ca(self, path):
        self.agent.set_tls_database(Gio.TlsFileDatabase.new(path))

    def do_credentials(self, user, password):
        self.agent.set_credentials(Sip.Credentials.new(user, password, None))

    def do_set(self, name, value):
        self.agent.set_property(name, {'true': True, 'false': False}.get(value, int(value) if value.isdecimal() else value))

    def do_start(self):
        return self._later(self.agent.start())

    def do_media(self, kind):
        self.has_media = kind != 'none'

    def do_source(self, hz, *colour):
        self.hz = int(hz)

    def do_relay(self, *uris):
        self.relays = uris

    def do_on_invite(self, *words):
        self.on_invite = words

    def do_invite(self, uri, *how):
        return self.call_of(self.agent.invite(uri, invite_without_sdp='late' in how)).number

    def _session(self, number):
        return self.calls[int(number) - 1].session

    def do_accept(self, number):
        self._accept(self.calls[int(number) - 1])

    def do_reject(self, number, code):
        self._session(number).reject(status_code=int(code))

    def do_cancel(self, number):
        self._session(number).cancel()

    def do_bye(self, number):
        self._session(number).bye()

    def do_terminate(self, number):
        self._session(number).terminate()

    def do_hold(self, number):
        return self._later(self._session(number).hold())

    def do_unhold(self, number):
        return self._later(self._session(number).unhold())

    def do_state(self, number):
        return self._session(number).get_state().value_nick

    def do_measure(self, number):
        tap = self.calls[int(number) - 1].tap
        return json.dumps({'audio': tap.measure() if tap else None, 'video': None})

    # --- besides calls ---

    def do_register(self, *expires):
        future = self.agent.register(**({'expires': int(expires[0])} if expires else {}))
        if self.registration is None:
            self.registration = self.agent.get_registrations()[0]
            self.registration.connect('registered', lambda *rest: say('registration registered'))
            self.registration.connect('unregistered', lambda registration, response, cause: say(f'registration unregistered {cause or "-"}'))
            self.registration.connect('registration-failed', lambda registration, response, cause: say(f'registration failed {cause}'))
        return self._later(future)

    def do_unregister(self):
        return self._later(self.agent.unregister())

    def do_message(self, uri, *words):
        return self._later(self.agent.message(uri, ' '.join(words)), lambda response: f'ok {response.get_status_code()}')

    def do_request(self, method, uri):
        return self._later(self.agent.request(method, uri), lambda response: f'ok {response.get_status_code()}')

    def do_subscribe(self, uri, event):
        subscription = self.agent.subscribe(uri, event)
        self.subscriptions.append(subscription)
        number = len(self.subscriptions)
        subscription.connect('notification', lambda subscription, request: say(
            f'subscription {number} notification {request["Subscription-State"]} {text_of(request)}'))
        subscription.connect('terminated', lambda subscription, message, cause: say(f'subscription {number} terminated {cause or "-"}'))
        return number

    def do_unsubscribe(self, number):
        self.subscriptions[int(number) - 1].unsubscribe()

    def do_publish(self, event, content_type, *words):
        if self.publication is not None:
            self.publication.modify(' '.join(words), content_type=content_type)
            return
        self.publication = self.agent.publish(None, event, ' '.join(words), content_type=content_type)
        self.publication.connect('published', lambda *rest: say('published'))
        self.publication.connect('unpublished', lambda publication, response, cause: say(f'unpublished {cause or "-"}'))

    def do_unpublish(self):
        self.publication.unpublish()

    def do_serve(self, event, content_type, *words):
        if self.served is None:
            self.agent.connect('subscribe', self._subscribe_cb)
        self.served = content_type, ' '.join(words)
        self.agent.set_events([event])
        for notifier in self.agent.get_subscribers():
            notifier.send_notify(*self.served)

    def _subscribe_cb(self, agent, notifier):
        say(f'subscriber {notifier.get_request().get_from().get_uri()} {notifier.get_event()}')
        notifier.accept()
        notifier.send_notify(*self.served)


LATER = object()


def text_of(message):
    body = message.get_body()
    return body.get_data().decode() if body is not None else ''


def main():
    Gst.init(None)
    program = Program(sys.argv[1])
    program.loop.run()


if __name__ == '__main__':
    main()
