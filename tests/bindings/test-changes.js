// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The session API line by line: what changes a call. Hold, its end and re-INVITE take the same options.

import Sip from 'gi://Sip?version=1.0';

import {call, establish, makePair, until} from './pair.js';
import {assert, assertEqual, assertRefused, run} from './tap.js';

const textOf = message => new TextDecoder().decode(message.get_body()?.get_data());
const isAmong = (log, name) => log.includes(name);
const refused = (code, func, words) => assertRefused(Sip.Error, code, func, words);

function addLine(line) {
    return description => Sip.Description.new_from_text(description.get_description_type(), 'application/sdp', `${description.to_text()}a=${line}\r\n`);
}

const withPair = (test, options = {}) => async () => {
    const pair = await makePair(options);
    await test(pair);
    await pair.stop();
};

// An established call for each of the three methods. A call to be taken back is on hold already.
const withEach = test => async () => {
    for (const name of ['hold', 'unhold', 'reinvite']) {
        const pair = await makePair();
        const both = await establish(pair);
        if (name === 'unhold')
            await both.outgoing.hold();
        const before = pair.requests('INVITE').length;
        await test(pair, both, name);
        assertEqual(pair.requests('INVITE').length, before + 1, name);
        assert(both.isEstablished(), 'the call');
        await pair.stop();
    }
};

const last = (pair, who = 'alice') => pair.requests('INVITE', who).at(-1);

const methods = {
    'hold': withPair(async pair => {
        const {outgoing, incoming, received} = await establish(pair);
        const notified = [];
        incoming.connect('notify::held-remotely', session => void notified.push(session.heldRemotely));
        assertEqual(await outgoing.hold(), true);
        assertEqual([outgoing.heldLocally, notified], [true, [true]]);
        assert(textOf(last(pair)).includes('a=sendonly'), 'the direction');
        assert(received.arguments.reinvite[0][0] === incoming, 'the session');
    }),

    'hold: by the callee': withPair(async pair => {
        const {outgoing, incoming, sent} = await establish(pair);
        await incoming.hold();
        assertEqual([incoming.heldLocally, outgoing.heldRemotely], [true, true]);
        await incoming.unhold();
        assertEqual([incoming.heldLocally, outgoing.heldRemotely], [false, false]);
        assert(sent.arguments.reinvite.every(([session]) => session === outgoing), 'the session');
    }),

    'hold: twice': withPair(async pair => {
        const {outgoing} = await establish(pair);
        await outgoing.hold();
        assertEqual(await outgoing.hold(), true);
        assertEqual(pair.requests('INVITE').length, 2);
    }),

    'unhold': withPair(async pair => {
        const {outgoing, incoming} = await establish(pair);
        await outgoing.hold();
        assertEqual(await outgoing.unhold(), true);
        assertEqual([outgoing.heldLocally, incoming.heldRemotely], [false, false]);
        assert(!textOf(last(pair)).includes('a=sendonly'), 'the direction');
    }),

    'reinvite': withPair(async pair => {
        const {outgoing, incoming, sent, received} = await establish(pair);
        assertEqual([await outgoing.reinvite(), await incoming.reinvite()], [true, true]);
        assert(received.arguments.reinvite[0][0] === incoming && sent.arguments.reinvite[0][0] === outgoing, 'the session');
        assertEqual([pair.requests('INVITE').length, pair.requests('INVITE', 'bob').length], [2, 1]);
    }),

    'with a callback': withPair(async pair => {
        const {outgoing} = await establish(pair);
        const results = [];
        outgoing.hold_async(null, null, (session, result) => void results.push(session.hold_finish(result)));
        await until(() => results.length === 1);
        outgoing.unhold_async(null, null, (session, result) => void results.push(session.unhold_finish(result)));
        await until(() => results.length === 2);
        assertEqual(results, [true, true]);
    }),
};

const options = {
    'options: extraHeaders': withEach(async (pair, {outgoing}, name) => {
        await outgoing[name]({extraHeaders: [`X-Change: ${name}`, 'X-More: b']});
        assertEqual([last(pair).get_header('X-Change'), last(pair).get_header('X-More')], [name, 'b']);
    }),

    'options: anonymous': withEach(async (pair, {outgoing}, name) => {
        await outgoing[name]({anonymous: true});
        assertEqual(last(pair).get_header('Privacy'), 'id');
        assert(last(pair).get_header('Contact').startsWith('<sip:anonymous@'), 'Contact');
    }),

    'options: inviteWithoutSdp': withEach(async (pair, {outgoing}, name) => {
        await outgoing[name]({inviteWithoutSdp: true});
        await until(() => pair.requests('ACK').length === pair.requests('INVITE').length);
        assertEqual(last(pair).get_body(), null);
        assertEqual([pair.responses('INVITE', 200).at(-1), pair.requests('ACK').at(-1)].map(message => message.get_content_type()),
            ['application/sdp', 'application/sdp']);
    }),

    'options: sessionDescriptionHandlerOptions': withEach(async (pair, {outgoing}, name) => {
        await outgoing[name]({sessionDescriptionHandlerOptions: {colour: 'blue'}});
        const {colour, hold} = pair.handlers[0].options.at(-1);
        assertEqual([colour, !!hold], ['blue', name === 'hold']);
    }),

    'options: modifiers': withEach(async (pair, {outgoing}, name) => {
        await outgoing[name](null, [addLine('first'), addLine('second')]);
        assert(textOf(last(pair)).endsWith('a=first\r\na=second\r\n'), 'what went out');
        assert(pair.handlers[0].taken.at(-1).endsWith('a=first\r\na=second\r\n'), 'what came in');
    }),
};

const errors = {
    'errors: in a wrong state': withPair(async pair => {
        const {outgoing} = await call(pair);
        await refused(Sip.Error.INVALID_STATE, () => outgoing.hold());
        await refused(Sip.Error.INVALID_STATE, () => outgoing.reinvite());
        assertEqual(outgoing.heldLocally, false);
    }),

    'errors: the call is over': withPair(async pair => {
        const both = await establish(pair);
        await both.outgoing.hold();
        both.outgoing.bye();
        await until(() => both.isOver());
        await refused(Sip.Error.INVALID_STATE, () => both.outgoing.unhold());
        await refused(Sip.Error.INVALID_STATE, () => both.outgoing.reinvite());
    }),

    'errors: a bad header': withPair(async pair => {
        const both = await establish(pair);
        await refused(Sip.Error.INVALID_HEADER, () => both.outgoing.hold({extraHeaders: ['X-Evil: a\r\nX-B: b']}), 'X-Evil');
        assertEqual([both.outgoing.heldLocally, both.isEstablished()], [false, true]);
    }),

    'errors: refused': withPair(async pair => {
        const both = await establish(pair);
        pair.handlers[1].fail = true;
        await refused(Sip.Error.NOT_SUPPORTED, () => both.outgoing.hold(), '488');
        assertEqual(both.outgoing.heldLocally, false);
        pair.handlers[1].fail = false;
        await both.outgoing.hold();
        pair.handlers[1].fail = true;
        await refused(Sip.Error.NOT_SUPPORTED, () => both.outgoing.unhold(), '488');
        await refused(Sip.Error.NOT_SUPPORTED, () => both.outgoing.reinvite(), '488');
        assertEqual([both.outgoing.heldLocally, both.isEstablished(), isAmong(both.sent, 'terminated')], [true, true, false]);
    }),

    'errors: no offer': withPair(async pair => {
        const both = await establish(pair);
        pair.handlers[0].fail = true;
        await refused(Sip.Error.MEDIA, () => both.outgoing.reinvite(), 'no media today');
        assert(both.isEstablished(), 'the call');
    }),
};

// The same options of the call itself.
const invite = {
    'invite: extraHeaders': withPair(async pair => {
        const {incoming} = await call(pair, undefined, {extraHeaders: ['X-Colour: blue', 'X-Colour: green']});
        assertEqual(incoming.request.get_headers('X-Colour'), ['blue', 'green']);
    }),

    'invite: anonymous': withPair(async pair => {
        const {incoming} = await call(pair, undefined, {anonymous: true});
        assertEqual(incoming.remoteIdentity.get_display_name(), 'Anonymous');
        assertEqual(String(incoming.remoteIdentity.get_uri()), 'sip:anonymous@anonymous.invalid');
        assertEqual([incoming.request.get_header('Privacy'), incoming.request.get_header('P-Preferred-Identity')], ['id', '<sip:alice@example.com>']);
        assert(!incoming.request.get_header('Contact').includes('alice'), 'Contact');
    }),

    'invite: inviteWithoutSdp': withPair(async pair => {
        const {outgoing} = await establish(pair, {inviteWithoutSdp: true});
        assertEqual(outgoing.request.get_body(), null);
        assertEqual(pair.handlers[0].log, ['set', 'get']);
        assertEqual(pair.requests('ACK')[0].get_content_type(), 'application/sdp');
    }),

    'invite: sessionDescriptionHandlerOptions': withPair(async pair => {
        await call(pair, undefined, {sessionDescriptionHandlerOptions: {colour: 'blue', list: ['a', 'b'], inner: {depth: 2}}});
        assertEqual(pair.handlers[0].options[0].colour, 'blue');
        assertEqual(pair.handlers[0].options[0].list, ['a', 'b']);
        assertEqual(pair.handlers[0].options[0].inner, {depth: 2});
    }),

    'invite: modifiers': withPair(async pair => {
        const {incoming} = await establish(pair, null, [addLine('first'), addLine('second')]);
        assert(textOf(incoming.request).endsWith('a=first\r\na=second\r\n'), 'what went out');
        assert(pair.handlers[0].taken.at(-1).endsWith('a=first\r\na=second\r\n'), 'what came in');
    }),

    'invite: an options object': withPair(async pair => {
        const session = pair.alice.invite(pair.target, new Sip.InviteOptions({extraHeaders: ['X-A: a']}));
        await until(() => session.request);
        assertEqual(session.request.get_header('X-A'), 'a');
    }),
};

await run({...methods, ...options, ...errors, ...invite});
