// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What is published, and what messages say of who somebody is.

import Sip from 'gi://Sip?version=1.0';

import {makePair} from './pair.js';
import {assert, assertEqual, assertRefused, run} from './tap.js';

const withPair = test => async () => {
    const pair = await makePair();
    await test(pair);
    await pair.stop();
};

const once = (object, signal) => new Promise(resolve => {
    const id = object.connect(signal, (it, ...args) => {
        object.disconnect(id);
        resolve(args);
    });
});

const textOf = body => body ? new TextDecoder().decode(body.get_data()) : null;

// Bob keeps what others publish (RFC 3903).
function keep(bob) {
    const heard = [];
    bob.connect('request-received::PUBLISH', (agent, context) => {
        const {request} = context;
        heard.push([request.get_header('Event'), request.get_header('Expires'), request.get_header('SIP-If-Match'), textOf(request.get_body())]);
        return context.accept({extraHeaders: [`SIP-ETag: e${heard.length}`, `Expires: ${request.get_header('Expires')}`]});
    });
    return heard;
}

const text = ['INVITE sip:bob@example.com SIP/2.0', 'Via: SIP/2.0/TCP proxy.example.com;branch=z9hG4bKa', 'From: <sip:anonymous@anonymous.invalid>;tag=a',
    'To: <sip:bob@example.com>', 'Call-ID: a', 'CSeq: 1 INVITE', 'Max-Forwards: 70', 'P-Asserted-Identity: "Alice" <sip:alice@example.com>, <tel:+15551234>',
    'P-Preferred-Identity: <sip:al@example.com>', 'Privacy: id;user', 'Reason: SIP;cause=200;text="Call completed elsewhere", Q.850;cause=26',
    'History-Info: <sip:office@example.com>;index=1, <sip:bob@example.com?Reason=SIP%3Bcause%3D302>;index=1.1;mp=1', 'Content-Length: 0', '', ''].join('\r\n');

await run({
    'a publication': withPair(async ({alice, bob, target}) => {
        const heard = keep(bob);
        const publication = alice.publish(target, 'presence', '<here/>', {expires: 600, extraHeaders: ['X-A: a']});
        assertEqual(publication.state, Sip.PublicationState.PUBLISHING);
        publication.data.mood = 'well';
        await once(publication, 'published');
        assertEqual([publication.state, publication.expires, publication.event, publication.etag], [Sip.PublicationState.PUBLISHED, 600, 'presence', 'e1']);
        assertEqual(publication.request.get_header('X-A'), 'a');
        assert(publication.modify('<away/>'), 'modify');
        await once(publication, 'published');
        assert(publication.refresh(), 'refresh');
        await once(publication, 'published');
        assert(publication.unpublish(), 'unpublish');
        const [response, cause] = await once(publication, 'unpublished');
        assertEqual([response.get_status_code(), cause], [200, null]);
        assertEqual(heard, [['presence', '600', null, '<here/>'], ['presence', '600', 'e1', '<away/>'], ['presence', '600', 'e2', null], ['presence', '0', 'e3', null]]);
        assertEqual([publication.data.mood, publication.state], ['well', Sip.PublicationState.UNPUBLISHED]);
        await assertRefused(Sip.Error, Sip.Error.INVALID_STATE, () => publication.unpublish());
    }),

    'a publication that is refused': withPair(async ({alice, target}) => {
        const publication = alice.publish(target, 'dialog', null, {body: '<x/>', contentType: 'text/xml'});
        const [response, cause] = await once(publication, 'unpublished');
        assertEqual([response.get_status_code(), cause], [405, Sip.CAUSE_SIP_FAILURE_CODE]);
        assert(publication.error.matches(Sip.Error, Sip.Error.NOT_SUPPORTED), 'error');
        await assertRefused(Sip.Error, Sip.Error.INVALID_ARGUMENT, () => alice.publish(target, 'a b', 'x', null));
        await assertRefused(Sip.Error, Sip.Error.INVALID_HEADER, () => alice.publish(null, 'presence', 'x', {extraHeaders: ['Expires: 1']}));
    }),

    'taken back at stop': async () => {
        const pair = await makePair();
        const heard = keep(pair.bob);
        const publication = pair.alice.publish(pair.target, 'presence', '<here/>', null);
        await once(publication, 'published');
        await pair.stop();
        assertEqual([heard.at(-1)[1], publication.state], ['0', Sip.PublicationState.UNPUBLISHED]);
    },

    'who somebody is, and why': async () => {
        const message = Sip.Message.parse(new TextEncoder().encode(text));
        assertEqual(message.get_asserted_identities().map(String), ['"Alice" <sip:alice@example.com>', '<tel:+15551234>']);
        assertEqual(message.get_preferred_identities().map(identity => identity.get_uri().get_user()), ['al']);
        assertEqual(message.get_privacy(), Sip.Privacy.ID | Sip.Privacy.USER);
        assertEqual(message.get_reasons().map(reason => [reason.get_protocol(), reason.get_cause(), reason.get_text()]),
            [['SIP', 200, 'Call completed elsewhere'], ['Q.850', 26, null]]);
        assert(message.is_completed_elsewhere(), 'elsewhere');
        const history = message.get_history_info();
        assertEqual(history.map(entry => [entry.get_index(), entry.get_mp()]), [['1', null], ['1.1', '1']]);
        assertEqual([history[0].get_reason(), history[1].get_reason().get_cause()], [null, 302]);
    },
});
