// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Why calls fail and end.

import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import Sip from 'gi://Sip?version=1.0';

import {NullHandler, SDP, call, establish, makePair, record, statusOf, steps, until} from './pair.js';
import {withRawPeer} from './raw-peer.js';
import {assertEqual, assertRefused, run} from './tap.js';

const STATUSES = {
    300: 'REDIRECTED', 301: 'REDIRECTED', 302: 'REDIRECTED', 305: 'REDIRECTED', 380: 'REDIRECTED', 486: 'BUSY', 600: 'BUSY', 403: 'REJECTED',
    603: 'REJECTED', 404: 'NOT_FOUND', 604: 'NOT_FOUND', 480: 'UNAVAILABLE', 410: 'UNAVAILABLE', 408: 'UNAVAILABLE', 430: 'UNAVAILABLE',
    484: 'ADDRESS_INCOMPLETE', 488: 'INCOMPATIBLE_SDP', 606: 'INCOMPATIBLE_SDP', 401: 'AUTHENTICATION_ERROR', 407: 'AUTHENTICATION_ERROR',
    487: 'CANCELED', 400: 'SIP_FAILURE_CODE', 500: 'SIP_FAILURE_CODE', 699: 'SIP_FAILURE_CODE',
};

const TEXTS = {
    CONNECTION_ERROR: 'Connection Error', REQUEST_TIMEOUT: 'Request Timeout', SIP_FAILURE_CODE: 'SIP Failure Code',
    INTERNAL_ERROR: 'Internal Error', BUSY: 'Busy', REJECTED: 'Rejected', REDIRECTED: 'Redirected', UNAVAILABLE: 'Unavailable',
    NOT_FOUND: 'Not Found', ADDRESS_INCOMPLETE: 'Address Incomplete', INCOMPATIBLE_SDP: 'Incompatible SDP',
    AUTHENTICATION_ERROR: 'Authentication Error', DIALOG_ERROR: 'Dialog Error', WEBRTC_NOT_SUPPORTED: 'WebRTC Not Supported',
    WEBRTC_ERROR: 'WebRTC Error', CANCELED: 'Canceled', NO_ANSWER: 'No Answer', EXPIRES: 'Expires', NO_ACK: 'No ACK',
    NO_PRACK: 'No PRACK', USER_DENIED_MEDIA_ACCESS: 'User Denied Media Access', BAD_MEDIA_DESCRIPTION: 'Bad Media Description',
    RTP_TIMEOUT: 'RTP Timeout', TERMINATED: 'Terminated',
};

const ERRORS = [
    [Sip.Error, Sip.Error.MEDIA, 'WEBRTC_ERROR'],
    [Sip.Error, Sip.Error.TIMEOUT, 'RTP_TIMEOUT'],
    [Sip.Error, Sip.Error.NOT_SUPPORTED, 'WEBRTC_NOT_SUPPORTED'],
    [Sip.Error, Sip.Error.INVALID_STATE, 'INTERNAL_ERROR'],
    [Gio.IOErrorEnum, Gio.IOErrorEnum.PERMISSION_DENIED, 'USER_DENIED_MEDIA_ACCESS'],
];

const withPair = (test, options = {}) => async () => {
    const pair = await makePair(options);
    await test(pair);
    await pair.stop();
};

// With which status and cause a session ended.
const endOf = log => log.arguments.terminated.map(([message, cause]) => [statusOf(message), cause])[0];

await run({
    'texts': () => {
        for (const [name, text] of Object.entries(TEXTS))
            assertEqual(Sip[`CAUSE_${name}`], text, name);
    },

    'of a status': withPair(async pair => {
        for (const [status, name] of Object.entries(STATUSES)) {
            const statusCode = Number(status);
            const both = await call(pair, session => session.reject({statusCode}));
            await until(() => both.isOver());
            assertEqual(both.sent.arguments.failed[0][1], TEXTS[name], status);
            assertEqual([endOf(both.sent), endOf(both.received)], [[statusCode, TEXTS[name]], [statusCode, TEXTS[name]]]);
            assertEqual(Sip.cause_for_status(statusCode), TEXTS[name]);
        }
    }),

    'of an error': async () => {
        for (const [domain, code, name] of ERRORS) {
            // Before anything was sent, and in the call.
            let pair = await makePair({makeHandler: () => Object.assign(new NullHandler(), {fail: new GLib.Error(domain, code, 'no media today')})});
            const log = record(pair.alice.invite(pair.target));
            await until(() => log.includes('terminated'));
            assertEqual([[...log], endOf(log)], [['failed', 'terminated'], [null, TEXTS[name]]]);
            await pair.stop();

            pair = await makePair();
            const both = await establish(pair);
            pair.handlers[0].emit('failed', new GLib.Error(domain, code, 'no media today'));
            await until(() => both.isOver());
            assertEqual([steps(both.sent), endOf(both.sent)], [['accepted', 'bye', 'terminated'], [null, TEXTS[name]]]);
            await pair.stop();
        }
    },

    'Connection Error': withPair(async pair => {
        const log = record(pair.alice.invite('sip:bob@127.0.0.1:1;transport=ws'));
        await until(() => log.includes('terminated'));
        assertEqual([[...log], endOf(log)], [['failed', 'terminated'], [null, Sip.CAUSE_CONNECTION_ERROR]]);
    }),

    'Dialog Error': withRawPeer(async peer => {
        // 481 in the call: the other side knows nothing of it any more.
        const session = peer.alice.invite('sip:raw@example.com');
        const log = record(session);
        peer.respond(await peer.expect('INVITE'), 200, {sdp: SDP});
        await until(() => log.includes('accepted'));
        const change = session.reinvite();
        peer.respond(await peer.expect('INVITE', 2), 481);
        await assertRefused(Sip.Error, Sip.Error.DIALOG, () => change);
        await until(() => log.includes('terminated'));
        assertEqual(endOf(log)[1], Sip.CAUSE_DIALOG_ERROR);
    }),

    'No Answer': withPair(async pair => {
        const both = await call(pair);
        await until(() => both.isOver());
        assertEqual([[...both.received], endOf(both.received)], [['failed', 'terminated'], [408, Sip.CAUSE_NO_ANSWER]]);
        assertEqual(endOf(both.sent), [408, Sip.CAUSE_UNAVAILABLE]);
    }, {configure: pair => pair.bob.set_no_answer_timeout(1)}),

    'Expires': withRawPeer(async peer => {
        let log = [];
        peer.alice.connect('invite', (agent, session) => {
            log = record(session);
        });
        peer.invite('Expires: 1\n');
        await until(() => log.includes('terminated'));
        assertEqual([[...log], endOf(log)], [['failed', 'terminated'], [487, Sip.CAUSE_EXPIRES]]);
    }),

    'Bad Media Description': withPair(async pair => {
        const both = await call(pair);
        pair.handlers[0].refuse = true;
        both.incoming.accept();
        await until(() => both.isOver());
        assertEqual(endOf(both.sent), [200, Sip.CAUSE_BAD_MEDIA_DESCRIPTION]);
    }),

    // What takes 32 seconds of waiting, all at once.
    'time-outs': withRawPeer(async peer => {
        const logs = {};
        peer.alice.connect('invite', (agent, session) => {
            logs[session.request.get_call_id()] = record(session);
            session.accept();
        });
        const noAck = peer.invite();
        const silent = record(peer.alice.invite('sip:raw@example.com'));
        await until(() => silent.includes('terminated') && logs[noAck].includes('terminated'), 45);
        assertEqual([[...silent], endOf(silent)], [['failed', 'terminated'], [null, Sip.CAUSE_REQUEST_TIMEOUT]]);
        assertEqual([[...logs[noAck]], endOf(logs[noAck])], [['accepted', 'bye', 'terminated'], [null, Sip.CAUSE_NO_ACK]]);
        assertEqual(peer.requests('BYE').length, 1);
    }),
});
