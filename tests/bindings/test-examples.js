// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The examples of SIP.js's page on sessions, as one writes them in GJS. Those of docs/migrating-from-sipjs.md are these, line by line.

import Sip from 'gi://Sip?version=1.0';

import {makePair, until} from './pair.js';
import {assert, run} from './tap.js';

const withPair = test => async () => {
    const pair = await makePair();
    await test(pair);
    await pair.stop();
};

await run({
    'a new outgoing session': withPair(async pair => {
        const {alice: myAgent, target} = pair;

        // A new outgoing session.
        const session = myAgent.invite(target);

        assert(session instanceof Sip.OutgoingSession, 'its class');
        await until(() => pair.requests('INVITE').length > 0);
    }),

    'accept an incoming session': withPair(async pair => {
        const {bob: myAgent} = pair;

        // Accept an incoming session.
        myAgent.connect('invite', (agent, session) => {
            session.accept();
        });

        const session = pair.alice.invite(pair.target);
        await until(() => session.state === Sip.SessionState.ESTABLISHED);
    }),
});
