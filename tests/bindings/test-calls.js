// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Two agents call each other.

import GLib from 'gi://GLib';
import GObject from 'gi://GObject';
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

    async 'answered at once'() {
        const Quick = GObject.registerClass({
            Implements: [Sip.SessionDescriptionHandler],
        }, class Quick extends GObject.Object {
            log = [];
            options = [];
            refuse = false;

            vfunc_get_description(type, options, task) {
                this.return_description(task, Sip.Description.new_from_text(type, 'application/sdp', 'v=0\r\n'));
            }

            vfunc_set_description(description, options, task) {
                task.return_boolean(true);
            }

            vfunc_answer(offer, options) {
                this.log.push('answer');
                this.options.push(options?.recursiveUnpack() ?? {});
                if (this.refuse)
                    throw new GLib.Error(Sip.Error, Sip.Error.MEDIA, 'not like this');
                return Sip.Description.new_from_text(Sip.DescriptionType.ANSWER, 'application/sdp', offer.to_text());
            }
        });
        let pair = await makePair({makeHandler: () => new Quick()});
        const {outgoing, received} = await call(pair, session => session.accept({sessionDescriptionHandlerOptions: {colour: 'blue'}}));
        await until(() => received.includes('accepted'));
        assertEqual(pair.handlers[1].log, ['answer']);
        assertEqual(pair.handlers[1].options, [{colour: 'blue'}]);
        await until(() => outgoing.state === Sip.SessionState.ESTABLISHED);
        outgoing.bye();
        await until(() => received.includes('terminated'));
        assertEqual(received, ['accepted', 'bye', 'terminated']);
        await pair.stop();

        pair = await makePair({makeHandler: () => Object.assign(new Quick(), {refuse: true})});
        const refused = await call(pair, session => session.accept());
        await until(() => refused.received.includes('terminated'));
        assertEqual(refused.received, ['failed', 'terminated']);
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
