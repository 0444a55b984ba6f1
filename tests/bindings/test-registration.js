// SPDX-License-Identifier: LGPL-2.1-or-later
//
// An address is registered, with what a registrar may answer.

import Sip from 'gi://Sip?version=1.0';

import {until} from './pair.js';
import {withRawPeer} from './raw-peer.js';
import {assert, assertEqual, assertRefused, run} from './tap.js';

const {FAILED, REGISTERED, UNREGISTERED} = Sip.RegistrationState;

async function accept(peer, nth, {expires = 600, headers = '', params = ''} = {}) {
    const request = await peer.expect('REGISTER', nth);
    const [contact] = request.get_header('Contact').split(';expires=');
    peer.send(`SIP/2.0 200 OK\nVia: ${request.get_header('Via')}\nFrom: ${request.get_header('From')}\nTo: ${request.get_header('To')};tag=raw\n` +
        `Call-ID: ${request.get_call_id()}\nCSeq: ${request.get_header('CSeq')}\nContact: ${contact};expires=${expires}${params}\n${headers}Content-Length: 0\n\n`);
    return request;
}

const withRegistrar = test => withRawPeer(async peer => {
    const log = [];
    peer.alice.set_stop_timeout(1);
    peer.alice.connect('registered', (agent, response) => void log.push(`registered ${response.get_status_code()}`));
    for (const name of ['unregistered', 'registration-failed'])
        peer.alice.connect(name, (agent, response, cause) => void log.push(`${name} ${response?.get_status_code()} ${cause}`));
    await test(peer, log);
});

await run({
    'registered': withRegistrar(async (peer, log) => {
        const promise = peer.alice.register({expires: 120, extraHeaders: ['X-Site: 7'], extraContactParams: ['q=0.5']});
        const request = await accept(peer, 1, {expires: 90, params: ';pub-gruu="sip:alice@example.com;gr=x"'});
        const registration = await promise;
        assertEqual([request.get_header('X-Site'), request.get_header('Expires')], ['7', '120']);
        assert(request.get_header('Contact').includes(`+sip.instance="<${peer.alice.instanceId}>";reg-id=1;q=0.5`), 'the contact');
        assertEqual([registration.state, registration.expires, registration.registrar, registration.publicGruu],
            [REGISTERED, 90, 'sip:example.com', 'sip:alice@example.com;gr=x']);
        assert(peer.alice.isRegistered, 'registered');
        assertEqual(peer.alice.registrations.get_n_items(), 1);
        assertEqual(log, ['registered 200']);
        const again = registration.register();
        await accept(peer, 2);
        assert(await again, 'again');
    }),

    'refused': withRegistrar(async (peer, log) => {
        const promise = peer.alice.register();
        peer.respond(await peer.expect('REGISTER'), 403);
        await assertRefused(Sip.Error, Sip.Error.AUTHENTICATION, () => promise);
        assertEqual(peer.alice.registrations.get_item(0).state, FAILED);
        assertEqual(log, ['registration-failed 403 Rejected']);
    }),

    'unregister': withRegistrar(async (peer, log) => {
        const promise = peer.alice.register();
        await accept(peer, 1);
        const registration = await promise;
        const gone = peer.alice.unregister({all: true});
        const request = await peer.expect('REGISTER', 2);
        assertEqual([request.get_header('Contact'), request.get_header('Expires')], ['*', '0']);
        peer.respond(request, 200);
        assert(await gone, 'gone');
        assertEqual(registration.state, UNREGISTERED);
        assertEqual(log, ['registered 200', 'unregistered 200 null']);
        assert(await registration.unregister(false), 'nothing to do');
    }),

    'comes back': withRegistrar(async (peer, log) => {
        const promise = peer.alice.register();
        await accept(peer, 1);
        const registration = await promise;
        peer.disconnect();
        await until(() => registration.state === FAILED);
        await accept(peer, 2);
        await until(() => registration.state === REGISTERED);
        assertEqual(log, ['registered 200', 'unregistered undefined Connection Error', 'registered 200']);
    }),

    'options': withRegistrar(async peer => {
        await assertRefused(Sip.Error, Sip.Error.INVALID_URI, () => peer.alice.register({registrar: 'sip:alice@example.com'}));
    }),
});
