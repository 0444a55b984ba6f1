// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The examples of SIP.js's page on sessions, as one writes them in GJS. docs/migrating-from-sipjs.md shows the same lines.

import Sip from 'gi://Sip?version=1.0';

import {makePair, until} from './pair.js';
import {assert, assertEqual, run} from './tap.js';

const withPair = test => async () => {
    const pair = await makePair();
    await test(pair);
    await pair.stop();
};

// Both sides of a call that nobody watches: who listens for a REFER is who follows it.
const withCall = test => withPair(async pair => {
    const incoming = [];
    pair.bob.connect('invite', (agent, session) => {
        incoming.push(session);
        session.accept();
    });
    const outgoing = pair.alice.invite(pair.target);
    await until(() => [outgoing, incoming[0]].every(session => session?.state === Sip.SessionState.ESTABLISHED));
    await test(outgoing, incoming[0], pair);
});

await run({
    'a new outgoing session': withPair(async pair => {
        const {alice: myAgent, target} = pair;

        const session = myAgent.invite(target);

        assert(session instanceof Sip.OutgoingSession, 'its class');
        await until(() => pair.requests('INVITE').length > 0);
    }),

    'accept an incoming session': withPair(async pair => {
        const {bob: myAgent} = pair;

        myAgent.connect('invite', (agent, session) => {
            session.accept();
        });

        const session = pair.alice.invite(pair.target);
        await until(() => session.state === Sip.SessionState.ESTABLISHED);
    }),

    'dtmf': withCall(async (call, other) => {
        const heard = [];
        other.connect('dtmf', (session, request, dtmf) => void heard.push(dtmf.tone));

        call.dtmf(1);
        call.dtmf(4);

        await until(() => heard.join('') === '14');
    }),

    'dtmf with options': withCall(async (call, other) => {
        const heard = [];
        other.connect('dtmf', (session, request, dtmf) => {
            heard.push(`${dtmf.tone} ${dtmf.duration} ${request.get_header('X-Foo')} ${request.get_header('X-Bar')}`);
        });

        const tones = '1234#';
        const extraHeaders = ['X-Foo: foo', 'X-Bar: bar'];
        call.dtmf(tones, {duration: 160, interToneGap: 1200, extraHeaders});

        await until(() => heard.length === 5, 15);
        assertEqual(heard, [...'1234#'].map(tone => `${tone} 160 foo bar`));
    }),

    'either kind of context': withCall(async (outgoing, incoming, pair) => {
        const told = [];
        const onTransferred = () => void told.push('transferred');
        const onFollowed = () => void told.push('followed');

        for (const session of [outgoing, incoming]) {
            session.connect('refer-requested', (_session, context) => {
                if (context instanceof Sip.ReferClientContext) {
                    context.connect('refer-accepted', onTransferred);
                } else if (context instanceof Sip.ReferServerContext) {
                    context.connect('refer-accepted', onFollowed);
                    context.accept();
                }
            });
        }
        // Bob calls himself: who answers is there already.
        outgoing.refer(pair.target);
        await until(() => told.sort().join() === 'followed,transferred');
    }),
});
