// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Who we are to servers that ask: credentials, and the signal that asks a user.

import GLib from 'gi://GLib';
import Sip from 'gi://Sip?version=1.0';

import {record, SDP, statusOf, until} from './pair.js';
import {withRawPeer} from './raw-peer.js';
import {assert, assertEqual, run} from './tap.js';

const challengeOf = (nonce, algorithm) => ({
    headers: `WWW-Authenticate: Digest realm="example.com", nonce="${nonce}", qop="auth", algorithm=${algorithm}\n`,
});
const HASHES = {'MD5': GLib.ChecksumType.MD5, 'SHA-256': GLib.ChecksumType.SHA256};

// Whether a server would let this request in.
const isRight = (request, password) => {
    const said = {};
    for (const [, name, quoted, plain] of request.get_header('Authorization').matchAll(/(\w+)=(?:"([^"]*)"|([^",\s]+))/g))
        said[name] = quoted ?? plain;
    const digest = (...parts) => GLib.compute_checksum_for_string(HASHES[said.algorithm], parts.join(':'), -1);
    const a1 = digest(said.username, said.realm, password);
    const a2 = digest(request.get_method(), said.uri);
    return said.response === digest(a1, said.nonce, said.nc, said.cnonce, said.qop, a2);
};

// Alice calls, and is challenged.
const call = async (peer, nonce = 'n1', algorithm = 'MD5') => {
    const nth = peer.requests('INVITE').length + 1;
    const session = peer.alice.invite('bob');
    const log = record(session);
    log.causes = [];
    session.connect('terminated', (_session, message, cause) => void log.causes.push([statusOf(message), cause]));
    peer.respond(await peer.expect('INVITE', nth), 401, challengeOf(nonce, algorithm));
    return {session, log};
};

const isOver = log => () => log.includes('terminated');

await run({
    'values': async () => {
        const credentials = Sip.Credentials.new('alice', 'secret', 'example.com');
        assertEqual([credentials.get_username(), credentials.get_realm()], ['alice', 'example.com']);
        assertEqual(Sip.Credentials.new('alice', 'secret', null).get_realm(), null);
        assertEqual(Sip.Credentials.new_for_ha1('alice', 'example.com', Sip.DigestAlgorithm.MD5, 'no hash'), null);
        const agent = Sip.UserAgent.new('sip:alice@example.com');
        assertEqual(agent.credentials, null);
        agent.credentials = credentials;
        assertEqual(agent.credentials.get_username(), 'alice');
        agent.set_credentials(null);
        assertEqual(agent.get_credentials(), null);
    },

    'known': withRawPeer(async peer => {
        for (const algorithm of Object.keys(HASHES)) {
            peer.alice.set_credentials(Sip.Credentials.new('alice', 'secret', 'example.com'));
            const nth = peer.requests('INVITE').length + 2;
            const {log} = await call(peer, algorithm, algorithm);
            const answer = await peer.expect('INVITE', nth);
            assert(isRight(answer, 'secret'), algorithm);
            peer.respond(answer, 486);
            await until(isOver(log));
        }
    }),

    'asked': withRawPeer(async peer => {
        const asked = [];
        peer.alice.connect('authenticate', (_agent, challenge) => asked.push(challenge) > 0);
        const {log} = await call(peer, 'n1', 'SHA-256');
        await until(() => asked.length);
        const [challenge] = asked;
        assertEqual([challenge.realm, challenge.algorithm, challenge.is_proxy, challenge.is_retry, challenge.is_open],
            ['example.com', Sip.DigestAlgorithm.SHA256, false, false, true]);
        assertEqual([challenge.request.get_method(), challenge.response.get_status_code()], ['INVITE', 401]);

        // A user who types at leisure, and wrong at first.
        GLib.timeout_add(GLib.PRIORITY_DEFAULT, 50, () => {
            challenge.authenticate('alice', 'wrong');
            return GLib.SOURCE_REMOVE;
        });
        let answer = await peer.expect('INVITE', 2);
        assert(isRight(answer, 'wrong'), 'wrong');
        peer.respond(answer, 401, challengeOf('n2', 'SHA-256'));
        await until(() => asked.length === 2);
        assertEqual([asked[1].is_retry, challenge.is_open], [true, false]);
        assert(asked[1].answer(Sip.Credentials.new('alice', 'secret', null)), 'answered');
        answer = await peer.expect('INVITE', 3);
        assert(isRight(answer, 'secret'), 'right');
        peer.respond(answer, 200, {sdp: SDP});
        await until(() => log.includes('accepted'));
    }),

    'cancelled': withRawPeer(async peer => {
        peer.alice.connect('authenticate', (_agent, challenge) => {
            challenge.cancel();
            return true;
        });
        const {log} = await call(peer);
        await until(isOver(log));
        assertEqual(log.causes, [[401, Sip.CAUSE_AUTHENTICATION_ERROR]]);
    }),

    'called off': withRawPeer(async peer => {
        const asked = [];
        const over = [];
        peer.alice.connect('authenticate', (_agent, challenge) => {
            challenge.connect('notify::is-open', () => over.push(challenge.is_open));
            return asked.push(challenge) > 0;
        });
        const {session, log} = await call(peer);
        await until(() => asked.length);
        session.cancel();
        await until(() => isOver(log)() && over.length);
        assertEqual([over, log.causes], [[false], [[null, Sip.CAUSE_CANCELED]]]);
        assertEqual(asked[0].authenticate('alice', 'late'), false);
    }),
});
