// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Requests of any method inside a call.

import GLib from 'gi://GLib';
import Sip from 'gi://Sip?version=1.0';

import {call, establish, makePair} from './pair.js';
import {assert, assertEqual, assertRefused, run} from './tap.js';

const textOf = message => new TextDecoder().decode(message.get_body().get_data());

const withCall = test => async () => {
    const pair = await makePair();
    await test(await establish(pair), pair);
    await pair.stop();
};

await run({
    'sent and answered': withCall(async ({outgoing, incoming}) => {
        const heard = [];
        incoming.connect('request-received', (session, context) => {
            heard.push([context.request.get_method(), context.request.get_header('X-A'), context.request.get_content_type(), textOf(context.request)]);
            return context.accept({extraHeaders: ['X-B: b'], body: 'hello to you'});
        });
        const response = await outgoing.send_request('MESSAGE', {extraHeaders: ['X-A: a'], body: 'hello', contentType: 'text/plain'});
        assertEqual(heard, [['MESSAGE', 'a', 'text/plain', 'hello']]);
        assertEqual([response.get_status_code(), response.get_header('X-B'), textOf(response)], [200, 'b', 'hello to you']);
    }),

    'by name': withCall(async ({outgoing, incoming}) => {
        const heard = [];
        outgoing.connect('request-received::INFO', (session, context) => {
            heard.push(context.method);
            return context.accept();
        });
        await incoming.send_request('OPTIONS');
        await incoming.send_request('INFO', {body: '{}', contentType: 'application/json'});
        assertEqual(heard, ['INFO']);
    }),

    'answered later': withCall(async ({outgoing, incoming}) => {
        incoming.connect('request-received', (session, context) => {
            GLib.timeout_add(GLib.PRIORITY_DEFAULT, 20, () => {
                context.reject({statusCode: 606});
                return GLib.SOURCE_REMOVE;
            });
            return true;
        });
        const response = await outgoing.send_request('MESSAGE', {body: 'hello'});
        assertEqual(response.get_status_code(), 606);
    }),

    'default answers': withCall(async both => {
        for (const [method, body, status] of [['OPTIONS', null, 200], ['MESSAGE', 'hello', 405], ['INFO', 'x', 415], ['INFO', null, 200], ['DANCE', null, 501]]) {
            const response = await both.outgoing.send_request(method, body ? {body} : null);
            assertEqual(response.get_status_code(), status, method);
        }
        assert(both.isEstablished(), 'the call');
    }),

    'a context': withCall(async ({outgoing, incoming}, pair) => {
        let context;
        incoming.connect('request-received', (session, it) => {
            context = it;
            return it.accept();
        });
        await outgoing.send_request('MESSAGE', {body: 'hello'});
        assertEqual([context.method, context.userAgent === pair.bob], ['MESSAGE', true]);
        assertEqual([context.remoteIdentity.get_uri().get_user(), context.localIdentity.get_uri().get_user()], ['alice', 'bob']);
        assertEqual(textOf(context.request), 'hello');
        context.data.read = true;
        assertEqual(context.data, {read: true});
    }),

    'refused': withCall(async ({outgoing}, pair) => {
        const {incoming} = await call(pair);
        await assertRefused(Sip.Error, Sip.Error.INVALID_STATE, () => incoming.send_request('MESSAGE'));
        await assertRefused(Sip.Error, Sip.Error.INVALID_ARGUMENT, () => outgoing.send_request('INVITE'), 'INVITE');
        await assertRefused(Sip.Error, Sip.Error.INVALID_HEADER, () => outgoing.send_request('MESSAGE', {extraHeaders: ['X-Evil: a\r\nB: c']}), 'X-Evil');
    }),
});
