// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Tones in a call.

import GLib from 'gi://GLib';
import Sip from 'gi://Sip?version=1.0';

import {call, establish, makePair, record, until} from './pair.js';
import {withRawPeer} from './raw-peer.js';
import {assert, assertEqual, assertRefused, run} from './tap.js';

const SHORT = {duration: 70, interToneGap: 50};

const textOf = message => new TextDecoder().decode(message.get_body().get_data());
const bodies = pair => pair.requests('INFO').map(textOf);

// What was told of tones: symbol, duration, gap, direction, whether there is a request.
const tones = log => (log.arguments.dtmf ?? []).map(([request, dtmf]) => [dtmf.tone, dtmf.duration, dtmf.interToneGap, dtmf.direction, request !== null]);
const symbols = log => tones(log).map(([tone]) => tone).join('');

const withCall = test => async () => {
    const pair = await makePair();
    await test(await establish(pair), pair);
    await pair.stop();
};

await run({
    'one tone': withCall(async both => {
        assert(both.outgoing.dtmf('5'), 'it');
        await until(() => tones(both.received).length);
        assertEqual(tones(both.sent), [['5', 100, 500, Sip.Direction.OUTGOING, true]]);
        assertEqual(tones(both.received), [['5', 100, 0, Sip.Direction.INCOMING, true]]);
    }),

    'several tones': withCall(async both => {
        both.outgoing.dtmf('1a#*', SHORT);
        both.outgoing.dtmf('9', SHORT);
        await until(() => tones(both.received).length === 5);
        assertEqual(symbols(both.received), '1A#*9');
    }),

    'a pause': withCall(async both => {
        const began = GLib.get_monotonic_time();
        both.outgoing.dtmf(',1', SHORT);
        await until(() => tones(both.received).length);
        assert(GLib.get_monotonic_time() - began >= 2e6, 'two seconds');
    }),

    'a number': withCall(async both => {
        both.outgoing.dtmf(12, SHORT);
        await until(() => tones(both.received).length === 2);
        assertEqual(symbols(both.received), '12');
    }),

    'by INFO': withCall(async (both, pair) => {
        both.incoming.dtmf('5', {duration: 160});
        await until(() => tones(both.sent).length);
        const [info] = pair.requests('INFO', 'bob');
        assertEqual([info.get_content_type(), textOf(info)], ['application/dtmf-relay', 'Signal= 5\r\nDuration= 160']);
    }),

    'in the media': withCall(async (both, pair) => {
        const {log} = both.outgoing.sessionDescriptionHandler;
        const played = () => log.filter(entry => entry.startsWith('tones'));
        both.outgoing.dtmf('1#', {method: Sip.DtmfMethod.RTP, ...SHORT});
        await until(() => played().length === 2);
        assertEqual(played(), ['tones 1 70 50', 'tones # 70 50']);
        assertEqual(tones(both.sent), [['1', 70, 50, Sip.Direction.OUTGOING, false], ['#', 70, 50, Sip.Direction.OUTGOING, false]]);
        assertEqual(pair.requests('INFO'), []);
    }),

    'extraHeaders': withCall(async both => {
        both.outgoing.dtmf('12', {extraHeaders: ['X-Foo: foo', 'X-Bar: bar'], ...SHORT});
        await until(() => tones(both.received).length === 2);
        for (const [request] of both.received.arguments.dtmf)
            assertEqual([request.get_header('X-Foo'), request.get_header('X-Bar')], ['foo', 'bar']);
    }),

    'duration': withCall(async (both, pair) => {
        both.outgoing.dtmf('1', {duration: 250});
        await until(() => tones(both.received).length);
        assertEqual(bodies(pair), ['Signal= 1\r\nDuration= 250']);
        assertEqual(new Sip.DtmfOptions().duration, 100);
    }),

    'interToneGap': withCall(async both => {
        const began = GLib.get_monotonic_time();
        both.outgoing.dtmf('12', {duration: 70, interToneGap: 400});
        await until(() => tones(both.received).length === 2);
        assert(GLib.get_monotonic_time() - began >= 470e3, 'the gap');
        assertEqual(new Sip.DtmfOptions().interToneGap, 500);
    }),

    'bad tones': withCall(async (both, pair) => {
        for (const tone of ['', 'x', '12E', -1, 1.5])
            await assertRefused(Sip.Error, Sip.Error.INVALID_ARGUMENT, () => both.outgoing.dtmf(tone), String(tone));
        await assertRefused(Sip.Error, Sip.Error.INVALID_HEADER, () => both.outgoing.dtmf('1', {extraHeaders: ['X-A: b\r\nX-C: d']}), 'X-A');
        assertEqual(pair.requests('INFO'), []);
    }),

    'in a wrong state': async () => {
        const pair = await makePair();
        const both = await call(pair);
        await assertRefused(Sip.Error, Sip.Error.INVALID_STATE, () => both.incoming.dtmf('1'), 'initial');
        both.incoming.reject();
        await until(() => both.isOver());
        await assertRefused(Sip.Error, Sip.Error.INVALID_STATE, () => both.outgoing.dtmf('1'), 'terminated');
        await pair.stop();
    },

    'example 1': withCall(async ({outgoing: session}, pair) => {
        session.dtmf(1);
        session.dtmf(4);
        await until(() => pair.responses('INFO', 200).length === 2);
        assertEqual(bodies(pair).map(body => body[8]), ['1', '4']);
    }),

    'example 2': withCall(async ({outgoing: session}, pair) => {
        const text = '1234#';
        const extraHeaders = ['X-Foo: foo', 'X-Bar: bar'];
        const options = {
            'duration': 160,
            'interToneGap': 1200,
            'extraHeaders': extraHeaders,
        };
        session.dtmf(text, options);
        await until(() => pair.responses('INFO', 200).length === 5, 20);
        assertEqual(bodies(pair), [...text].map(tone => `Signal= ${tone}\r\nDuration= 160`));
        for (const info of pair.requests('INFO'))
            assertEqual(info.get_header('X-Bar'), 'bar');
    }),

    'events: of both sides': withCall(async both => {
        both.outgoing.dtmf('7');
        await until(() => tones(both.received).length);
        for (const log of [both.sent, both.received]) {
            const [[request, dtmf]] = log.arguments.dtmf;
            assert(dtmf instanceof Sip.Dtmf, 'its class');
            assertEqual(request.get_method(), 'INFO');
            assertEqual(dtmf.request.get_cseq(), request.get_cseq());
        }
    }),

    'events: succeeded': withCall(async both => {
        const log = [];
        both.outgoing.connect('dtmf', (session, request, dtmf) => {
            dtmf.connect('succeeded', () => void log.push(`${dtmf.tone} succeeded`));
            dtmf.connect('failed', () => void log.push('failed'));
        });
        both.outgoing.dtmf('12', SHORT);
        await until(() => log.length === 2);
        assertEqual(log, ['1 succeeded', '2 succeeded']);
    }),

    'events: failed': withRawPeer(async peer => {
        const session = peer.alice.invite('sip:raw@127.0.0.1');
        const log = record(session);
        const failures = [];
        const successes = [];
        session.connect('dtmf', (_session, request, dtmf) => {
            dtmf.connect('succeeded', () => void successes.push(dtmf.tone));
            dtmf.connect('failed', (_dtmf, message, cause) => void failures.push([dtmf.tone, message.get_status_code(), cause]));
        });
        const invite = await peer.expect('INVITE');
        peer.respond(invite, 200, {sdp: textOf(invite)});
        await peer.expect('ACK');
        await until(() => log.includes('accepted'));
        session.dtmf('123', SHORT);
        peer.respond(await peer.expect('INFO'), 415);
        await until(() => failures.length);
        assertEqual(failures, [['1', 415, Sip.CAUSE_SIP_FAILURE_CODE]]);
        session.dtmf('9', SHORT);
        const info = await peer.expect('INFO', 2);
        assertEqual(textOf(info), 'Signal= 9\r\nDuration= 70');
        peer.respond(info, 200);
        await until(() => successes.length);
        session.bye();
        peer.respond(await peer.expect('BYE'), 200);
        await until(() => log.includes('terminated'));
    }),

    'events: other spellings': withCall(async both => {
        const spellings = [
            ['Signal=5\r\nDuration=160', 'application/dtmf-relay', '5', 160],
            ['Signal= #\r\n', 'application/dtmf-relay', '#', 100],
            ['*', 'application/dtmf', '*', 100],
        ];
        for (const [body, contentType, tone, duration] of spellings) {
            await both.outgoing.send_request('INFO', {body, contentType});
            await until(() => tones(both.received).some(told => told[0] === tone && told[1] === duration));
        }
    }),

    'events: of the media': withCall(both => {
        both.incoming.sessionDescriptionHandler.emit('dtmf-received', '8', 120);
        assertEqual(tones(both.received), [['8', 120, 0, Sip.Direction.INCOMING, false]]);
    }),
});
