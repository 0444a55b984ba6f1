#!/usr/bin/env -S gjs -m
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Watches whether somebody is there.

import GLib from 'gi://GLib';
import Sip from 'gi://Sip?version=1.0';
import System from 'system';

const args = System.programArgs;
const options = {uri: 'sip:presence@127.0.0.1', duration: 5, target: null};
for (let i = 0; i < args.length; i++) {
    if (args[i] === '--uri')
        options.uri = args[++i];
    else if (args[i] === '--duration')
        options.duration = Number(args[++i]);
    else
        options.target = args[i];
}
if (options.target === null) {
    printerr('whom shall I watch?');
    System.exit(1);
}

// Until the time is over, and they have come and gone.
function watch(agent) {
    return new Promise(resolve => {
        const seen = new Set();
        let isEnough = false;
        const subscription = agent.subscribe(options.target, 'presence');
        const look = () => {
            if (isEnough && seen.size === 2 && subscription.state === Sip.SubscriptionState.ACTIVE)
                subscription.unsubscribe();
        };

        subscription.connect('notify::content', () => {
            const {entity, basic, note} = subscription.content;
            const isThere = basic === Sip.PresenceBasic.OPEN;
            print(`${entity} is ${isThere ? 'there' : 'away'}: ${note}`);
            seen.add(isThere);
            look();
        });
        subscription.connect('terminated', () => resolve(subscription.error));
        GLib.timeout_add_seconds(GLib.PRIORITY_DEFAULT, options.duration, () => {
            isEnough = true;
            look();
            return GLib.SOURCE_REMOVE;
        });
    });
}

const agent = new Sip.UserAgent({uri: options.uri});
print(`listening at ${agent.listen('udp://127.0.0.1:0')}`);
await agent.start();
const error = await watch(agent);
if (error)
    printerr(error.message);
await agent.stop();
System.exit(error ? 1 : 0);
