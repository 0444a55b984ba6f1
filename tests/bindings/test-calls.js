// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Two agents call each other.

import Sip from 'gi://Sip?version=1.0';

import {NullHandler, call, makePair, until} from './pair.js';
import {assert, assertEqual, assertThrows, run} from './tap.js';

const makeHandler = () => new NullHandler();
const withoutProgress = log => log.filter(name => name !== 'progress');

// A whole call over one transport.
async function wholeCall(listen) {
    const pair = await makePair({listen, makeHandler});
    const {outgoing, sent, incoming, received} = await call(pair, session => session.accept());
    await until(() => outgoing.state === Sip.SessionState.ESTABLISHED && incoming.state === Sip.SessionState.ESTABLISHED);
    assertEqual(incoming.remoteIdentity.get_uri().get_user(), 'alice');
    assert(incoming.id.startsWith(outgoing.request.get_call_id()), 'the same Call-ID');
    outgoing.bye();
    await until(() => sent.includes('terminated') && received.includes('terminated'));
    assertEqual(withoutProgress(sent), ['accepted', 'bye', 'terminated']);
    assertEqual(received, ['accepted', 'bye', 'terminated']);
    assertEqual(pair.handlers.map(handler => handler.log), [['get', 'set', 'close'], ['set', 'get', 'close']]);
    await pair.stop();
}

await run({
    'a call over ws': () => wholeCall('ws://127.0.0.1:0/'),

    'a call over udp': () => wholeCall('udp://127.0.0.1:0'),

    async 'two options at once'() {
        const pair = await makePair({makeHandler});
        const seen = [];
        const {incoming, sent} = await call(pair, session => {
            seen.push(session.request);
            session.accept({extraHeaders: ['X-Taste: sweet']});
        }, {extraHeaders: ['X-Colour: blue', 'X-Colour: green']});
        assert(seen[0] instanceof Sip.Request, 'a request');
        assertEqual(seen[0].get_header('x-colour'), 'blue');
        assertEqual(seen[0].get_headers('X-Colour'), ['blue', 'green']);
        assert(String(seen[0]).startsWith('INVITE sip:bob@'), 'its text');
        await until(() => sent.includes('accepted') && incoming.state === Sip.SessionState.ESTABLISHED);
        await pair.stop();
    },

    async 'reject'() {
        const pair = await makePair({makeHandler});
        const {causes, sent, received} = await call(pair, session => session.reject({statusCode: 486}));
        await until(() => sent.includes('terminated') && received.includes('terminated'));
        assertEqual(withoutProgress(sent), ['rejected', 'failed', 'terminated']);
        assertEqual(received, ['rejected', 'failed', 'terminated']);
        assertEqual(causes, [[486, Sip.CAUSE_BUSY]]);
        await pair.stop();
    },

    async 'cancel'() {
        const pair = await makePair({makeHandler});
        const {outgoing, sent, received} = await call(pair, () => {});
        await until(() => sent.includes('progress'));
        outgoing.cancel();
        await until(() => sent.includes('terminated') && received.includes('terminated'));
        assertEqual(withoutProgress(sent), ['cancel', 'rejected', 'failed', 'terminated']);
        assertEqual(received, ['cancel', 'rejected', 'failed', 'terminated']);
        await pair.stop();
    },

    async 'accept_async is a promise'() {
        const pair = await makePair({makeHandler});
        let accepted = null;
        const {outgoing} = await call(pair, session => {
            accepted = session.accept_async(null, null);
        });
        assertEqual(await accepted, true);
        assertEqual(outgoing.state, Sip.SessionState.ESTABLISHED);
        await pair.stop();
    },

    async 'a method in a wrong state'() {
        const pair = await makePair({makeHandler});
        const {outgoing, sent} = await call(pair, session => session.accept());
        await until(() => sent.includes('accepted'));
        assertThrows(() => outgoing.cancel(), error => error.matches(Sip.Error, Sip.Error.INVALID_STATE), 'cancel');
        await pair.stop();
    },

    async 'data is an object'() {
        const pair = await makePair({makeHandler});
        const {outgoing, incoming} = await call(pair, session => session.accept());
        outgoing.data.answer = 42;
        assertEqual(outgoing.data, {answer: 42});
        assertEqual(incoming.data, {});
        await pair.stop();
    },
});
