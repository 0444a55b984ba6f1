// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What an agent's calls begin with, and what becomes of it on the wire; session timers, and a call that is changed by UPDATE.

import GLib from 'gi://GLib';
import Sip from 'gi://Sip?version=1.0';

import {call, makePair, record, SDP, until} from './pair.js';
import {withRawPeer} from './raw-peer.js';
import {assert, assertEqual, assertRefused, run} from './tap.js';

const withPair = test => async () => {
    const pair = await makePair();
    await test(pair);
    await pair.stop();
};

// The INVITE of an agent with these settings.
const invite = async (pair, settings) => {
    Object.assign(pair.alice, settings);
    await call(pair);
    return pair.requests('INVITE').at(-1);
};

await run({
    'identity': withPair(async pair => {
        const request = await invite(pair, {displayName: 'Alice "A"', userAgentString: 'Phone/7'});
        assert(request.get_header('From').startsWith('"Alice \\"A\\"" <sip:alice@'), 'From');
        assertEqual(request.get_header('User-Agent'), 'Phone/7');
    }),

    'contact': withPair(async pair => {
        const contact = (await invite(pair, {contactName: 'phone at home', contactParams: ['x-id=7', 'ob']})).get_header('Contact');
        assert(contact.includes('<sip:phone%20at%20home@'), contact);
        assert(contact.includes(';x-id=7;ob>'), contact);
    }),

    'extraSupported': withPair(async pair => {
        assert((await invite(pair, {extraSupported: ['x-teleport']})).get_headers('Supported').includes('x-teleport'), 'Supported');
    }),

    'sessionDescriptionHandlerOptions': withPair(async pair => {
        pair.alice.set_session_description_handler_options(new GLib.Variant('a{sv}', {a: GLib.Variant.new_int32(1), b: GLib.Variant.new_int32(2)}));
        const {outgoing} = await call(pair, () => {}, {sessionDescriptionHandlerOptions: {b: 3}});
        const {a, b} = outgoing.get_session_description_handler().options[0];
        assertEqual([a, b], [1, 3]);
    }),

    'refused texts': withPair(async pair => {
        const bad = {displayName: 'A\r\nX: y', userAgentString: 'A\nX: y', contactName: 'a\rb', contactParams: ['a b'], extraSupported: ['x y'], aliases: ['a\n']};
        for (const [name, value] of Object.entries(bad)) {
            pair.alice[name] = value;
            const dashed = name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);
            await assertRefused(Sip.Error, Sip.Error.INVALID_HEADER, () => pair.alice.invite(pair.target), dashed);
            pair.alice[name] = null;
        }
    }),

    'session timer': withPair(async pair => {
        assertEqual((await invite(pair, {})).get_header('Session-Expires'), '1800');
        assertEqual((await invite(pair, {sessionExpires: 600, sessionRefresher: Sip.SessionRefresher.LOCAL})).get_header('Session-Expires'), '600;refresher=uac');
        assertEqual((await invite(pair, {sessionExpires: 600, minSe: 120})).get_header('Min-SE'), '120');
        assertEqual((await invite(pair, {sessionExpires: 0})).get_header('Session-Expires'), null);
    }),

    'interval too small': withRawPeer(async peer => {
        const session = peer.alice.invite('sip:raw@127.0.0.1');
        const log = record(session);
        peer.respond(await peer.expect('INVITE'), 422, {headers: 'Min-SE: 3600\n'});
        const again = await peer.expect('INVITE', 2);
        assertEqual([again.get_header('Session-Expires'), again.get_header('CSeq')], ['3600', '2 INVITE']);
        peer.respond(again, 200, {headers: 'Session-Expires: 3600;refresher=uac\n', sdp: SDP});
        await until(() => session.get_state() === Sip.SessionState.ESTABLISHED);
        assertEqual([...log], ['accepted']);
    }),

    'update': withRawPeer(async peer => {
        const session = peer.alice.invite('sip:raw@127.0.0.1');
        const request = await peer.expect('INVITE');
        peer.respond(request, 200, {sdp: SDP});
        await until(() => session.get_state() === Sip.SessionState.ESTABLISHED);
        const log = record(session);
        const [, toTag] = request.get_header('From').split(';tag=');
        peer.request('UPDATE', {body: SDP, contentType: 'application/sdp', callId: request.get_call_id(), toTag});
        await until(() => peer.responses(200).some(response => response.get_method() === 'UPDATE'));
        assertEqual([...log], ['reinvite']);
    }),
});
