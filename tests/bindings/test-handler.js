// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A call with sound and pictures, from JavaScript.

import GLib from 'gi://GLib';
import Sip from 'gi://Sip?version=1.0';

import {call, makePair, until} from './pair.js';
import {assert, run} from './tap.js';

await run({
    // It is for WebRTC, with the devices that there are.
    async 'the default'() {
        const pair = await makePair({makeHandler: null});
        const session = pair.alice.invite('sip:bob@127.0.0.1:9');
        // Its threads need not be in the middle of something when the program ends.
        await until(() => session.request || session.state === Sip.SessionState.TERMINATED);
        assert(session.sessionDescriptionHandler instanceof Sip.WebrtcHandler, 'its class');
        if (session.state !== Sip.SessionState.TERMINATED)
            session.terminate();
        await pair.stop();
    },

    async 'media both ways'() {
        const makeHandler = () => new Sip.WebrtcHandler({video: true, audioSource: 'test', videoSource: 'test', audioSink: 'fakesink', videoSink: 'fakesink'});
        const pair = await makePair({makeHandler});
        const {outgoing, sent} = await call(pair, session => session.accept());
        await until(() => sent.includes('accepted'));
        await until(() => pair.handlers.length === 2 && pair.handlers.every(handler => handler.secure), 20);
        outgoing.bye();
        await until(() => sent.includes('terminated'));
        await pair.stop();
    },

    async 'video comes and goes, the path is looked for anew, tones are heard'() {
        const pair = await makePair({makeHandler: () => new Sip.WebrtcHandler({
            audioSource: 'test', videoSource: 'test', audioSink: 'fakesink', videoSink: 'fakesink', localAddresses: ['127.0.0.1'],
        })});
        const {outgoing, sent} = await call(pair, session => session.accept());
        const received = (handler, kind) => handler.get_track(kind, true)?.packets ?? 0;
        const change = options => outgoing.reinvite_async({
            sessionDescriptionHandlerOptions: new GLib.Variant('a{sv}', Object.fromEntries(
                Object.entries(options).map(([name, value]) => [name, new GLib.Variant('b', value)]))),
        }, null);
        await until(() => pair.handlers.length === 2 && pair.handlers.every(handler => received(handler, Sip.MediaKind.AUDIO) > 0), 20);
        const [alice, bob] = pair.handlers;

        bob.video = true;
        await change({video: true});
        await until(() => pair.handlers.every(handler => received(handler, Sip.MediaKind.VIDEO) > 0), 20);
        await change({'ice-restart': true});
        await until(() => alice.connected && bob.connected, 20);
        const before = received(bob, Sip.MediaKind.AUDIO);
        await until(() => received(bob, Sip.MediaKind.AUDIO) !== before, 20);
        await change({video: false});
        assert(!alice.video, 'video is off');

        const tones = [];
        bob.connect('dtmf-received', (handler, tone) => void tones.push(tone));
        assert(alice.send_dtmf('1#', 100, 70), 'played');
        await until(() => tones.join('') === '1#', 20);
        outgoing.bye();
        await until(() => sent.includes('terminated'));
        await pair.stop();
    },
});
