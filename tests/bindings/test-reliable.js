// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The session API line by line: reliable provisional responses, late offers in them, and early media.

import Sip from 'gi://Sip?version=1.0';

import {call, establish, makePair, record, SDP, statusOf, until} from './pair.js';
import {withRawPeer} from './raw-peer.js';
import {assert, assertEqual, run} from './tap.js';

const VALUES = [Sip.Rel100.UNSUPPORTED, Sip.Rel100.SUPPORTED, Sip.Rel100.REQUIRED];

// What an INVITE says of reliable responses: Supported, Require.
const said = request => ['Supported', 'Require'].map(name => (request.get_header(name) ?? '').includes('100rel'));
const words = value => [value === Sip.Rel100.SUPPORTED, value === Sip.Rel100.REQUIRED];
const isReliable = (pair, status) => pair.responses('INVITE', status).at(-1).get_header('RSeq') !== null;
const last = pair => pair.requests('INVITE').at(-1);

const withPair = (test, options = {}) => async () => {
    const pair = await makePair(options);
    await test(pair);
    await pair.stop();
};

await run({
    'invite': withPair(async pair => {
        for (const value of VALUES) {
            const both = await call(pair, () => {}, {rel100: value});
            assertEqual(said(last(pair)), words(value), value);
            // No 180 by itself where all have to be reliable.
            await until(() => both.sent.length > 0);
            assertEqual(pair.responses('INVITE', 180).length > 0, value !== Sip.Rel100.REQUIRED, 'a 180');
            pair.wire.length = 0;
        }
    }),

    'agent': withPair(async pair => {
        assertEqual(pair.alice.rel100, Sip.Rel100.UNSUPPORTED);
        pair.alice.rel100 = Sip.Rel100.SUPPORTED;
        await call(pair);
        assertEqual(said(last(pair)), [true, false]);
        await call(pair, () => {}, {rel100: Sip.Rel100.UNSUPPORTED});
        assertEqual(said(last(pair)), [false, false]);
    }),

    'changes': withPair(async pair => {
        const {outgoing} = await establish(pair);
        for (const name of ['hold', 'unhold', 'reinvite']) {
            for (const value of VALUES) {
                if (name === 'hold' && outgoing.heldLocally)
                    await outgoing.unhold();
                if (name === 'unhold' && !outgoing.heldLocally)
                    await outgoing.hold();
                assertEqual(await outgoing[name]({rel100: value}), true, name);
                assertEqual(said(last(pair)), words(value), `${name} ${value}`);
            }
        }
    }),

    // In the PRACK that is due, then in UPDATEs of either side.
    'changes: before the call is answered': withPair(async pair => {
        let held = null;
        const both = await call(pair, () => {}, {rel100: Sip.Rel100.REQUIRED});
        const {outgoing, incoming} = both;
        outgoing.connect('progress', (session, response) => {
            if (response.get_status_code() === 183)
                held = session.hold();
        });
        incoming.progress();
        await until(() => held !== null);
        assertEqual(await held, true);
        assertEqual([incoming.heldRemotely, pair.requests('PRACK')[0].get_header('Content-Type')], [true, 'application/sdp']);
        await outgoing.unhold();
        await incoming.reinvite();
        assertEqual([incoming.heldRemotely, pair.requests('UPDATE').length, pair.requests('UPDATE', 'bob').length], [false, 1, 1]);
        incoming.accept();
        await until(() => both.isEstablished());
        assertEqual(pair.requests('INVITE').length, 1);
    }),

    'progress: prohibited': withPair(async pair => {
        await call(pair, session => session.progress({rel100: Sip.Rel100.REQUIRED, statusCode: 182}));
        await until(() => pair.responses('INVITE', 182).length > 0);
        assert(!isReliable(pair, 182), 'unreliable');
    }),

    'progress: required': withPair(async pair => {
        const both = await call(pair, session => session.progress(), {rel100: Sip.Rel100.REQUIRED});
        await until(() => pair.responses('PRACK', 200).length > 0);
        const [response] = pair.responses('INVITE', 183);
        assertEqual(response.get_header('Content-Type'), 'application/sdp');
        assertEqual(pair.requests('PRACK')[0].get_header('RAck'), `${response.get_header('RSeq')} 1 INVITE`);
        both.incoming.accept();
        await until(() => both.isEstablished());
        assertEqual(pair.responses('INVITE', 200)[0].get_body(), null);
    }),

    'progress: options': withPair(async pair => {
        for (const value of VALUES) {
            const both = await call(pair, session => session.progress({rel100: value, statusCode: 182, extraHeaders: ['X-Place: 4']}),
                {rel100: Sip.Rel100.SUPPORTED});
            await until(() => both.sent.arguments.progress?.some(([response]) => statusOf(response) === 182));
            assertEqual(isReliable(pair, 182), value !== Sip.Rel100.UNSUPPORTED, value);
            assertEqual(pair.responses('INVITE', 182).at(-1).get_header('X-Place'), '4');
        }
    }),

    'late offer': withPair(async pair => {
        const both = await call(pair, session => session.progress(), {rel100: Sip.Rel100.REQUIRED, inviteWithoutSdp: true});
        await until(() => pair.responses('PRACK', 200).length > 0);
        assertEqual(pair.requests('INVITE')[0].get_body(), null);
        assert(pair.responses('INVITE', 183)[0].get_body() && pair.requests('PRACK')[0].get_body(), 'offer and answer');
        both.incoming.accept();
        await until(() => both.isEstablished());
        assertEqual(pair.requests('ACK')[0].get_body(), null);
    }),

    'early media': withRawPeer(async peer => {
        for (const early of [false, true]) {
            const log = record(peer.alice.invite('sip:raw@example.com', {earlyMedia: early}));
            const invite = await peer.expect('INVITE', early ? 2 : 1);
            peer.respond(invite, 183, {sdp: SDP});
            await until(() => log.includes('progress'));
            await until(() => peer.handlers.at(-1).taken.length === (early ? 1 : 0));
            peer.respond(invite, 200, {sdp: SDP});
            await until(() => log.includes('accepted'));
            assertEqual(peer.handlers.at(-1).taken.length, early ? 2 : 1);
        }
    }),

    // Takes 32 seconds.
    'No PRACK': withRawPeer(async peer => {
        const logs = [];
        peer.alice.connect('invite', (agent, session) => {
            logs.push(record(session));
            session.progress();
        });
        peer.invite('Require: 100rel\n');
        await until(() => logs[0]?.includes('terminated'), 45);
        assertEqual([...logs[0]], ['failed', 'terminated']);
        const [[message, cause]] = logs[0].arguments['terminated'];
        assertEqual([statusOf(message), cause], [504, Sip.CAUSE_NO_PRACK]);
        assertEqual(peer.responses(183).length, 7);
    }),
});
