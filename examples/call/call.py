#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A telephone of one file: it calls, or is called, tells what goes over the wire and, each second, what it hears and sees."""

import argparse
import array
import os
import sys
import time
import wave

import gi
import gi.overrides

# In the source tree the overrides are not where Python looks for them.
gi.overrides.__path__.append(os.path.join(os.path.dirname(__file__), '../../bindings/python/gi/overrides'))
gi.require_version('Sip', '1.0')
gi.require_version('Gst', '1.0')
gi.require_version('GstApp', '1.0')
from gi.repository import GLib, Gst, GstApp, Sip  # noqa: E402

RATE = 48000
LOUD = 327
HEAR = (f'audioconvert ! audioresample ! audio/x-raw,format=S16LE,channels=1,rate={RATE} ! '
        'appsink name=sink sync=false max-buffers=500 drop=true')
SEE = ('videoconvert ! videoscale ! video/x-raw,format=RGB,width=64,height=48 ! '
       'appsink name=sink sync=false max-buffers=1 drop=true')
COLOURS = ('black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white')


def parse_arguments():
    parser = argparse.ArgumentParser(description='Calls somebody, or waits for a call.')
    parser.add_argument('--listen', metavar='URI', help='wait for calls here (ws://127.0.0.1:8080/)')
    parser.add_argument('--server', metavar='URI', help='be connected to a server (wss://sip.example.com/)')
    parser.add_argument('--uri', default='sip:call@127.0.0.1', help='who you are')
    parser.add_argument('--register', action='store_true', help='register there, so that calls reach you')
    parser.add_argument('--password', metavar='WORD', help='what the server asks for')
    parser.add_argument('--auto-answer', action='store_true', help='answer whoever calls')
    parser.add_argument('--once', action='store_true', help='leave after the first call')
    parser.add_argument('--duration', metavar='S', type=int, help='hang up after so many seconds')
    parser.add_argument('--devices', action='store_true', help='microphone, camera, speaker and screen (the default)')
    parser.add_argument('--test', action='store_true', help='a tone and a coloured picture instead of devices')
    parser.add_argument('--tone', metavar='HZ', type=int, default=440)
    parser.add_argument('--picture', metavar='COLOUR', default='red')
    parser.add_argument('--expect-tone', metavar='HZ', type=int, help='fail if another tone is heard')
    parser.add_argument('--expect-picture', metavar='COLOUR', help='fail if another picture is seen')
    parser.add_argument('--record', metavar='FILE.wav', help='write what is heard')
    parser.add_argument('target', nargs='?')
    options = parser.parse_args()
    if not (options.target or options.listen or options.server or options.register):
        parser.error('whom shall I call, or where shall I wait?')
    return options


class Listener:
    """Listens to and looks at what comes from the peer, and writes the sound to a file."""

    def __init__(self, record):
        self.sinks = {}
        self.file = None
        if record:
            self.file = wave.open(record, 'wb')
            self.file.setparams((1, 2, RATE, 0, 'NONE', ''))

    def add(self, track):
        kind = track.get_kind()
        if kind in self.sinks:
            return
        tap = Gst.parse_bin_from_description(HEAR if kind == Sip.MediaKind.AUDIO else SEE, True)
        self.sinks[kind] = tap.get_by_name('sink')
        track.add_tap(tap)

    def pull(self, kind):
        """What came since the last call, buffer by buffer."""
        sink = self.sinks.get(kind)
        while sink:
            sample = sink.try_pull_sample(0)
            if sample is None:
                return
            buffer = sample.get_buffer()
            yield buffer.extract_dup(0, buffer.get_size())

    def hear(self):
        """A tone crosses zero twice in each of its periods."""
        samples, periods, above = 0, 0, False
        for data in self.pull(Sip.MediaKind.AUDIO):
            for value in array.array('h', data):
                if not above and value > LOUD:
                    above = True
                    periods += 1
                elif above and value < -LOUD:
                    above = False
            samples += len(data) // 2
            if self.file:
                self.file.writeframes(data)
        return periods * RATE / samples if samples else 0

    def see(self):
        colour = None
        for data in self.pull(Sip.MediaKind.VIDEO):
            middle = data[(24 * 64 + 32) * 3:][:3]
            colour = COLOURS[sum(1 << i for i, value in enumerate(middle) if value > 127)]
        return colour

    def close(self):
        if self.file:
            self.file.close()


class Call:
    """The program: its agent, and the call that is on."""

    def __init__(self, options):
        self.options = options
        self.start = time.monotonic()
        self.loop = GLib.MainLoop()
        self.session = None
        self.status = 1
        self.agent = Sip.UserAgent(uri=options.uri, register_at_start=options.register)
        self.agent.set_session_description_handler_factory(self.make_handler)
        self.agent.connect('traffic', self.on_traffic)
        self.agent.connect('invite', self.on_invite)
        self.agent.connect('registered', lambda agent, response, registration: self.say(f'registered for {registration.props.expires} s'))
        self.agent.connect('registration-failed', lambda agent, response, cause, registration:
                           self.say(f'not registered: {registration.props.error.message}'))
        if options.password:
            self.agent.set_credentials(Sip.Credentials.new(Sip.Uri.parse(options.uri).get_user(), options.password, None))
        if options.server:
            self.agent.set_servers([options.server])
        if options.listen:
            print('listening at', self.agent.listen(options.listen), flush=True)

    def say(self, text):
        print(f'{time.monotonic() - self.start:8.3f} s  {text}', flush=True)

    def make_handler(self, agent, session):
        handler = Sip.WebrtcHandler(video=True)
        if self.options.test:
            handler.props.audio_source = f'audiotestsrc is-live=true volume=0.5 freq={self.options.tone}'
            handler.props.video_source = f'videotestsrc is-live=true pattern={self.options.picture}'
            handler.props.audio_sink = handler.props.video_sink = 'fakesink'
        return handler

    def on_traffic(self, agent, message, direction):
        what = message.get_method()
        if isinstance(message, Sip.Response):
            what = f'{message.get_status_code()} {message.get_reason_phrase()} ({what})'
        arrow = '→' if direction == Sip.Direction.OUTGOING else '←'
        self.say(f'{arrow}  {what:30} {message.to_bytes().get_size():6} bytes')

    def on_invite(self, agent, session):
        if self.session:
            session.reject(status_code=486)
            return
        self.take(session)
        if self.options.auto_answer:
            session.accept()

    def take(self, session):
        self.session = session
        self.listener = Listener(self.options.record)
        self.answered = None
        self.is_summed_up = False
        self.second = self.good_seconds = self.ticker = 0
        self.heard = (0, None)
        session.connect('notify::session-description-handler', self.on_handler)
        session.connect('accepted', self.on_accepted)
        session.connect('bye', lambda session, request: self.sum_up())
        session.connect('terminated', self.on_terminated)
        self.on_handler(session, None)

    def on_handler(self, session, pspec):
        handler = session.get_session_description_handler()
        if handler:
            handler.connect('track-added', lambda handler, track: track.get_remote() and self.listener.add(track))

    def on_accepted(self, session, code, response):
        self.say(f'talking to {session.get_remote_identity().get_friendly_name()}')
        self.answered = GLib.get_monotonic_time()
        self.ticker = GLib.timeout_add_seconds(1, self.on_second)

    def packets(self, kind, remote):
        handler = self.session.get_session_description_handler()
        track = handler and handler.get_track(kind, remote)
        return track.get_packets() if track else 0

    def counts(self):
        audio, video = Sip.MediaKind.AUDIO, Sip.MediaKind.VIDEO
        return (self.packets(audio, False), self.packets(audio, True), self.packets(video, False), self.packets(video, True))

    def is_as_expected(self, tone, picture):
        expected = self.options.expect_tone
        if not tone or expected and abs(tone - expected) > 0.02 * expected:
            return False
        return picture is not None and self.options.expect_picture in (None, picture)

    def on_second(self):
        tone, picture = self.listener.hear(), self.listener.see()
        self.second += 1
        if self.is_as_expected(tone, picture):
            self.good_seconds += 1
            self.heard = (tone, picture)
        a_out, a_in, v_out, v_in = self.counts()
        self.say(f'sound: {a_out} packets out, {a_in} in, {tone:.0f} Hz heard;  '
                 f'pictures: {v_out} out, {v_in} in, {picture or "nothing seen"}')
        if self.second == self.options.duration:
            self.ticker = 0
            self.sum_up()
            self.session.bye()
            return GLib.SOURCE_REMOVE
        return GLib.SOURCE_CONTINUE

    def sum_up(self):
        """What is known of the media while the handler is still there."""
        handler = self.session.get_session_description_handler()
        if not handler or not self.answered or self.is_summed_up:
            return
        self.is_summed_up = True
        track = handler.get_track(Sip.MediaKind.AUDIO, True)
        if track and track.get_first_buffer_time():
            print(f'first audio {(track.get_first_buffer_time() - self.answered) / 1000:.0f} ms after the answer')
        counts = self.counts()
        print('packets: sound {} out, {} in; pictures {} out, {} in'.format(*counts))
        print(f'heard {self.heard[0]:.0f} Hz, saw {self.heard[1] or "nothing"}, '
              f'in {self.good_seconds} of {self.second} seconds as it should be', flush=True)
        # The first second is that of the beginning, and may be a short one; so may the last.
        if self.good_seconds > 0 and self.good_seconds + 2 >= self.second and counts[0] > 0 and counts[2] > 0:
            self.status = 0

    def on_terminated(self, session, message, cause):
        self.say(f'over: {cause or "without a word why"}')
        if self.ticker:
            GLib.source_remove(self.ticker)
        self.listener.close()
        self.session = None
        if self.options.once or self.options.target:
            self.loop.quit()

    def on_started(self, agent, result):
        try:
            agent.start_finish(result)
            if self.options.target:
                self.take(agent.invite(self.options.target))
        except GLib.Error as error:
            print(error.message, file=sys.stderr)
            self.loop.quit()

    def on_stopped(self, agent, result):
        agent.stop_finish(result)
        self.loop.quit()

    def run(self):
        self.agent.start_async(None, self.on_started)
        self.loop.run()
        self.agent.stop_async(None, self.on_stopped)
        self.loop.run()
        return self.status


if __name__ == '__main__':
    Gst.init(None)
    try:
        sys.exit(Call(parse_arguments()).run())
    except GLib.Error as error:
        sys.exit(error.message)
