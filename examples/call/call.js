#!/usr/bin/env -S gjs -m
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A telephone of one file: it calls, or is called, tells what goes over the wire and, each second, what it hears and sees.

import GLib from 'gi://GLib';
import Gio from 'gi://Gio';
import Gst from 'gi://Gst?version=1.0';
import GstApp from 'gi://GstApp?version=1.0';
import Sip from 'gi://Sip?version=1.0';
import System from 'system';

const RATE = 48000;
const LOUD = 327;
const HEAR = `audioconvert ! audioresample ! audio/x-raw,format=S16LE,channels=1,rate=${RATE} ! ` +
    'appsink name=sink sync=false max-buffers=500 drop=true';
const SEE = 'videoconvert ! videoscale ! video/x-raw,format=RGB,width=64,height=48 ! ' +
    'appsink name=sink sync=false max-buffers=1 drop=true';
const COLOURS = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];

const USAGE = `call.js [OPTION...] [TARGET]    calls somebody, or waits for a call

  --listen=URI             wait for calls here (ws://127.0.0.1:8080/)
  --server=URI             be connected to a server (wss://sip.example.com/)
  --uri=URI                who you are
  --register               register there, so that calls reach you
  --password=WORD          what the server asks for
  --auto-answer            answer whoever calls
  --once                   leave after the first call
  --duration=S             hang up after so many seconds
  --devices                microphone, camera, speaker and screen (the default)
  --test                   a tone and a coloured picture instead of devices
  --tone=HZ, --picture=COLOUR
  --expect-tone=HZ, --expect-picture=COLOUR    fail if it is something else that comes
  --record=FILE.wav        write what is heard`;

function parseArguments(args) {
    const flags = new Set(['auto-answer', 'register', 'once', 'devices', 'test']);
    const values = new Set(['listen', 'server', 'uri', 'password', 'duration', 'tone', 'picture', 'expect-tone', 'expect-picture', 'record']);
    const options = {uri: 'sip:call@127.0.0.1', tone: 440, picture: 'red'};

    for (let i = 0; i < args.length; i++) {
        const [, name, value] = args[i].match(/^--([^=]+)(?:=(.*))?$/) ?? [];
        if (!name)
            options.target = args[i];
        else if (flags.has(name))
            options[name] = true;
        else if (values.has(name))
            options[name] = value ?? args[++i];
        else
            throw new Error(USAGE);
    }
    if (!options.target && !options.listen && !options.server && !options.register)
        throw new Error(USAGE);
    return options;
}

// Listens to and looks at what comes from the peer, and writes the sound to a file.
class Listener {
    constructor(record) {
        this.sinks = new Map();
        this.chunks = record ? [] : null;
        this.record = record;
    }

    add(track) {
        const kind = track.get_kind();
        if (this.sinks.has(kind))
            return;
        const tap = Gst.parse_bin_from_description(kind === Sip.MediaKind.AUDIO ? HEAR : SEE, true);
        this.sinks.set(kind, tap.get_by_name('sink'));
        track.add_tap(tap);
    }

    // What came since the last call, buffer by buffer.
    * pull(kind) {
        const sink = this.sinks.get(kind);
        for (let sample; sink && (sample = sink.try_pull_sample(0));) {
            const buffer = sample.get_buffer();
            yield buffer.extract_dup(0, buffer.get_size());
        }
    }

    // A tone crosses zero twice in each of its periods.
    hear() {
        let samples = 0, periods = 0, above = false;
        for (const data of this.pull(Sip.MediaKind.AUDIO)) {
            const bytes = Uint8Array.from(data);
            for (const value of new Int16Array(bytes.buffer)) {
                if (!above && value > LOUD) {
                    above = true;
                    periods++;
                } else if (above && value < -LOUD) {
                    above = false;
                }
            }
            samples += bytes.length / 2;
            this.chunks?.push(bytes);
        }
        return samples ? periods * RATE / samples : 0;
    }

    see() {
        let colour = null;
        for (const data of this.pull(Sip.MediaKind.VIDEO)) {
            const at = (24 * 64 + 32) * 3;
            colour = COLOURS[(data[at] > 127 ? 1 : 0) | (data[at + 1] > 127 ? 2 : 0) | (data[at + 2] > 127 ? 4 : 0)];
        }
        return colour;
    }

    close() {
        if (!this.chunks)
            return;
        const bytes = this.chunks.reduce((sum, chunk) => sum + chunk.length, 0);
        const header = new DataView(new ArrayBuffer(44));
        const text = (at, string) => [...string].forEach((c, i) => header.setUint8(at + i, c.charCodeAt(0)));
        text(0, 'RIFF');
        header.setUint32(4, 36 + bytes, true);
        text(8, 'WAVEfmt ');
        header.setUint32(16, 16, true);
        header.setUint16(20, 1, true);
        header.setUint16(22, 1, true);
        header.setUint32(24, RATE, true);
        header.setUint32(28, RATE * 2, true);
        header.setUint16(32, 2, true);
        header.setUint16(34, 16, true);
        text(36, 'data');
        header.setUint32(40, bytes, true);
        const stream = Gio.File.new_for_commandline_arg(this.record).replace(null, false, Gio.FileCreateFlags.NONE, null);
        stream.write_all(new Uint8Array(header.buffer), null);
        for (const chunk of this.chunks)
            stream.write_all(chunk, null);
        stream.close(null);
    }
}

// The program: its agent, and the call that is on.
class Call {
    constructor(options) {
        this.options = options;
        this.start = GLib.get_monotonic_time();
        this.session = null;
        this.status = 1;
        this.over = new Promise(resolve => {
            this.quit = resolve;
        });
        this.agent = new Sip.UserAgent({uri: options.uri, registerAtStart: options.register === true});
        this.agent.set_session_description_handler_factory(() => this.makeHandler());
        this.agent.connect('traffic', (agent, message, direction) => this.onTraffic(message, direction));
        this.agent.connect('invite', (agent, session) => this.onInvite(session));
        this.agent.connect('registered', (agent, response, registration) => this.say(`registered for ${registration.expires} s`));
        this.agent.connect('registration-failed', (agent, response, cause, registration) =>
            this.say(`not registered: ${registration.error.message}`));
        if (options.password)
            this.agent.set_credentials(Sip.Credentials.new(Sip.Uri.parse(options.uri).get_user(), options.password, null));
        if (options.server)
            this.agent.set_servers([options.server]);
        if (options.listen)
            print(`listening at ${this.agent.listen(options.listen)}`);
    }

    say(text) {
        const seconds = (GLib.get_monotonic_time() - this.start) / 1e6;
        print(`${seconds.toFixed(3).padStart(8)} s  ${text}`);
    }

    makeHandler() {
        if (!this.options.test)
            return new Sip.WebrtcHandler({video: true});
        return new Sip.WebrtcHandler({
            video: true,
            audioSource: `audiotestsrc is-live=true volume=0.5 freq=${this.options.tone}`,
            videoSource: `videotestsrc is-live=true pattern=${this.options.picture}`,
            audioSink: 'fakesink',
            videoSink: 'fakesink',
        });
    }

    onTraffic(message, direction) {
        let what = message.get_method();
        if (message instanceof Sip.Response)
            what = `${message.get_status_code()} ${message.get_reason_phrase()} (${what})`;
        const arrow = direction === Sip.Direction.OUTGOING ? '→' : '←';
        this.say(`${arrow}  ${what.padEnd(30)} ${String(message.to_bytes().get_size()).padStart(6)} bytes`);
    }

    onInvite(session) {
        if (this.session) {
            session.reject({statusCode: 486});
            return;
        }
        this.take(session);
        if (this.options['auto-answer'])
            session.accept();
    }

    take(session) {
        Object.assign(this, {session, answered: 0, isSummedUp: false, second: 0, goodSeconds: 0, ticker: 0, heard: [0, null]});
        this.listener = new Listener(this.options.record);
        session.connect('notify::session-description-handler', () => this.onHandler());
        session.connect('accepted', () => this.onAccepted());
        session.connect('bye', () => this.sumUp());
        session.connect('terminated', (_session, message, cause) => this.onTerminated(cause));
        this.onHandler();
    }

    onHandler() {
        this.session.get_session_description_handler()?.connect('track-added', (handler, track) => {
            if (track.get_remote())
                this.listener.add(track);
        });
    }

    onAccepted() {
        this.say(`talking to ${this.session.get_remote_identity().get_friendly_name()}`);
        this.answered = GLib.get_monotonic_time();
        this.ticker = GLib.timeout_add_seconds(GLib.PRIORITY_DEFAULT, 1, () => this.onSecond());
    }

    packets(kind, remote) {
        return this.session.get_session_description_handler()?.get_track(kind, remote)?.get_packets() ?? 0;
    }

    counts() {
        const {AUDIO, VIDEO} = Sip.MediaKind;
        return [this.packets(AUDIO, false), this.packets(AUDIO, true), this.packets(VIDEO, false), this.packets(VIDEO, true)];
    }

    isAsExpected(tone, picture) {
        const {'expect-tone': expectedTone, 'expect-picture': expectedPicture} = this.options;
        if (!tone || expectedTone && Math.abs(tone - expectedTone) > 0.02 * expectedTone)
            return false;
        return picture !== null && (expectedPicture ?? picture) === picture;
    }

    onSecond() {
        const [tone, picture] = [this.listener.hear(), this.listener.see()];
        this.second++;
        if (this.isAsExpected(tone, picture)) {
            this.goodSeconds++;
            this.heard = [tone, picture];
        }
        const [audioOut, audioIn, videoOut, videoIn] = this.counts();
        this.say(`sound: ${audioOut} packets out, ${audioIn} in, ${tone.toFixed(0)} Hz heard;  ` +
            `pictures: ${videoOut} out, ${videoIn} in, ${picture ?? 'nothing seen'}`);
        if (this.second === Number(this.options.duration)) {
            this.ticker = 0;
            this.sumUp();
            this.session.bye();
            return GLib.SOURCE_REMOVE;
        }
        return GLib.SOURCE_CONTINUE;
    }

    // What is known of the media while the handler is still there.
    sumUp() {
        const handler = this.session.get_session_description_handler();
        if (!handler || !this.answered || this.isSummedUp)
            return;
        this.isSummedUp = true;
        const first = handler.get_track(Sip.MediaKind.AUDIO, true)?.get_first_buffer_time();
        if (first)
            print(`first audio ${((first - this.answered) / 1000).toFixed(0)} ms after the answer`);
        const counts = this.counts();
        print(`packets: sound ${counts[0]} out, ${counts[1]} in; pictures ${counts[2]} out, ${counts[3]} in`);
        print(`heard ${this.heard[0].toFixed(0)} Hz, saw ${this.heard[1] ?? 'nothing'}, ` +
            `in ${this.goodSeconds} of ${this.second} seconds as it should be`);
        // The first second is that of the beginning, and may be a short one; so may the last.
        if (this.goodSeconds > 0 && this.goodSeconds + 2 >= this.second && counts[0] > 0 && counts[2] > 0)
            this.status = 0;
    }

    onTerminated(cause) {
        this.say(`over: ${cause ?? 'without a word why'}`);
        if (this.ticker)
            GLib.source_remove(this.ticker);
        this.listener.close();
        this.session = null;
        if (this.options.once || this.options.target)
            this.quit();
    }

    async run() {
        await this.agent.start_async(null);
        if (this.options.target)
            this.take(this.agent.invite(this.options.target));
        await this.over;
        await this.agent.stop_async(null);
        return this.status;
    }
}

Gst.init(null);
try {
    System.exit(await new Call(parseArguments(System.programArgs)).run());
} catch (error) {
    printerr(error.message);
    System.exit(1);
}
