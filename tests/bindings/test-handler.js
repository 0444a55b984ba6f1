// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A call with sound and pictures, from JavaScript.

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
});
