// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What a session has in common with any other request that was sent or received.

import GObject from 'gi://GObject';
import Sip from 'gi://Sip?version=1.0';

import {call, makePair} from './pair.js';
import {assertEqual, run} from './tap.js';

await run({
    async 'a session is a context'() {
        const pair = await makePair();
        const {outgoing, incoming} = await call(pair);
        const is = (session, type) => GObject.type_is_a(session.constructor.$gtype, type.$gtype);
        assertEqual([is(outgoing, Sip.ClientContext), is(outgoing, Sip.ServerContext)], [true, false]);
        assertEqual([is(incoming, Sip.ClientContext), is(incoming, Sip.ServerContext)], [false, true]);
        await pair.stop();
    },
});
