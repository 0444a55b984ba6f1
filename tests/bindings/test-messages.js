// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Requests of any method outside of a call.

import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import Sip from 'gi://Sip?version=1.0';

import {makePair} from './pair.js';
import {assert, assertEqual, assertRefused, run} from './tap.js';

const textOf = message => new TextDecoder().decode(message.get_body().get_data());

const withPair = test => async () => {
    const pair = await makePair();
    await test(pair);
    await pair.stop();
};

await run({
    'a message': withPair(async ({alice, bob, target}) => {
        const heard = [];
        bob.connect('message', (agent, {request}) => {
            heard.push([request.get_header('Subject'), request.get_content_type(), textOf(request)]);
        });
        const response = await alice.message(target, 'grüß dich', {extraHeaders: ['Subject: hello']});
        assertEqual(response.get_status_code(), 200);
        assertEqual(heard, [['hello', 'text/plain', 'grüß dich']]);
    }),

    'a message of another type': withPair(async ({alice, bob, target}) => {
        let request;
        bob.connect('message', (agent, context) => {
            request = context.request;
            return context.reject({statusCode: 488});
        });
        const response = await alice.message(target, null, {body: '{"a": 1}', contentType: 'application/json', anonymous: true});
        assertEqual(response.get_status_code(), 488);
        assertEqual([request.get_content_type(), textOf(request)], ['application/json', '{"a": 1}']);
        assertEqual(request.get_from().get_uri().get_host(), 'anonymous.invalid');
    }),

    'nobody listens': withPair(async ({alice, target}) => {
        assertEqual((await alice.message(target, 'hello')).get_status_code(), 405);
        assertEqual((await alice.request('DANCE', target)).get_status_code(), 501);
        const response = await alice.request('OPTIONS', target);
        assertEqual(response.get_status_code(), 480);
        assert(response.get_header('Allow').includes('INVITE'), 'Allow');
    }),

    'by name, and later': withPair(async ({alice, bob, target}) => {
        bob.connect('request-received::DANCE', (agent, context) => {
            GLib.timeout_add(GLib.PRIORITY_DEFAULT, 20, () => {
                context.accept({body: 'la la', contentType: 'text/plain'});
                return GLib.SOURCE_REMOVE;
            });
            return true;
        });
        const response = await alice.request('DANCE', target, {extraHeaders: ['X-Tempo: 120']});
        assertEqual([response.get_status_code(), textOf(response)], [200, 'la la']);
        assertEqual((await alice.request('JUMP', target)).get_status_code(), 501);
    }),

    'a context': withPair(async ({alice, bob, target}) => {
        bob.connect('request-received', (agent, context) => context.progress() && context.accept());
        const context = alice.send_request('DANCE', target);
        const told = [];
        assertEqual([context.method, context.request, context.userAgent === alice], ['DANCE', null, true]);
        context.data.asked = true;
        context.connect('progress', (it, response) => told.push(response.get_status_code()));
        await new Promise(resolve => context.connect('accepted', (it, code) => {
            told.push(code);
            resolve();
        }));
        assertEqual(told, [100, 200]);
        assertEqual([context.data.asked, context.request.get_method(), context.response.get_status_code()], [true, 'DANCE', 200]);
        await assertRefused(Sip.Error, Sip.Error.INVALID_STATE, () => context.cancel());
    }),

    'a cancellable': withPair(async ({alice, bob, target}) => {
        const cancellable = new Gio.Cancellable();
        bob.connect('message', (agent, context) => {
            GLib.idle_add(GLib.PRIORITY_DEFAULT, () => {
                cancellable.cancel();
                context.accept();
                return GLib.SOURCE_REMOVE;
            });
            return true;
        });
        await assertRefused(Gio.IOErrorEnum, Gio.IOErrorEnum.CANCELLED, () => alice.message_async(target, 'hello', null, cancellable));
    }),

    'refused': withPair(async ({alice, target}) => {
        await assertRefused(Sip.Error, Sip.Error.INVALID_ARGUMENT, () => alice.request('INVITE', target), 'INVITE');
        await assertRefused(Sip.Error, Sip.Error.INVALID_HEADER, () => alice.message(target, 'a', {extraHeaders: ['X-Evil: a\r\nB: c']}), 'X-Evil');
        await assertRefused(Sip.Error, Sip.Error.INVALID_URI, () => alice.message('sip:', 'a'));
        await assertRefused(Sip.Error, Sip.Error.INVALID_ARGUMENT, () => alice.message(target));
        await assertRefused(Sip.Error, Sip.Error.INVALID_ARGUMENT, () => alice.message(target, 'x'.repeat(1300)), '1300');
        await assertRefused(Sip.Error, Sip.Error.INVALID_ARGUMENT, () => alice.send_request('BYE', target), 'BYE');
    }),
});
