// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Subscriptions, both sides of them, and what they tell.

import GLib from 'gi://GLib';
import Sip from 'gi://Sip?version=1.0';

import {makePair} from './pair.js';
import {assert, assertEqual, assertRefused, run} from './tap.js';

const {ACTIVE, PENDING, TERMINATED} = Sip.SubscriptionState;

const withPair = test => async () => {
    const pair = await makePair();
    pair.bob.events = ['presence'];
    await test(pair);
    await pair.stop();
};

const becomes = (object, name, check) => new Promise(resolve => {
    let id = 0;
    const look = () => {
        if (!check(object[name]))
            return;
        if (id)
            object.disconnect(id);
        resolve();
    };
    id = object.connect(`notify::${name}`, look);
    look();
});

const presence = (basic, note = null) => {
    const document = new Sip.Presence({entity: 'sip:bob@example.com', note, activities: ['away']});
    document.add_tuple(new Sip.PresenceTuple({id: 'desk', basic, contact: 'sip:bob@desk', priority: 0.5}));
    return document;
};

await run({
    'presence': withPair(async ({alice, bob, target}) => {
        let notifier;
        bob.connect('subscribe', (agent, it) => {
            notifier = it;
            it.accept();
            it.send_notify(Sip.PRESENCE_TYPE, presence(Sip.PresenceBasic.OPEN).to_bytes());
        });
        const watch = alice.subscribe(target, 'presence', {extraHeaders: ['X-Who: alice'], expires: 600});
        await becomes(watch, 'content', content => content);
        assertEqual([watch.state, watch.event, watch.error], [ACTIVE, 'presence', null]);
        assert(watch.expires > 500 && watch.expires <= 600, `expires: ${watch.expires}`);
        assertEqual(notifier.request.get_header('X-Who'), 'alice');
        assertEqual([watch.content.entity, watch.content.basic, watch.content.activities], ['sip:bob@example.com', Sip.PresenceBasic.OPEN, ['away']]);
        assertEqual(watch.content.tuples.get_item(0).contact, 'sip:bob@desk');
        assertEqual([alice.subscriptions.get_n_items(), bob.subscribers.get_n_items()], [1, 1]);
        watch.data.mine = 1;
        notifier.data.mine = 2;
        assertEqual([watch.data.mine, notifier.data.mine], [1, 2]);
        notifier.send_notify(Sip.PRESENCE_TYPE, presence(Sip.PresenceBasic.CLOSED, 'gone fishing').to_bytes());
        await becomes(watch, 'content', content => content.note === 'gone fishing');
        const over = new Promise(resolve => notifier.connect('terminated', resolve));
        watch.unsubscribe();
        await becomes(watch, 'state', state => state === TERMINATED);
        await over;
        assertEqual([watch.reason, watch.error], ['timeout', null]);
        await assertRefused(Sip.Error, Sip.Error.INVALID_STATE, () => watch.unsubscribe(), 'unsubscribe');
    }),

    'deferred, and ended': withPair(async ({alice, bob, target}) => {
        let notifier;
        bob.connect('subscribe', (agent, it) => {
            notifier = it;
            it.defer();
        });
        const watch = alice.subscribe(target, 'presence');
        await becomes(watch, 'state', state => state === PENDING);
        notifier.accept();
        notifier.send_notify('text/plain', 'come in');
        await becomes(watch, 'state', state => state === ACTIVE);
        const over = new Promise(resolve => watch.connect('terminated', (it, message, cause) => resolve(cause)));
        notifier.terminate('noresource');
        assertEqual(await over, 'noresource');
        assert(watch.error.matches(Sip.Error, Sip.Error.DIALOG), 'an error of the dialog');
    }),

    'refused': withPair(async ({alice, target}) => {
        const watch = alice.subscribe(target, 'dialog');
        const response = await new Promise(resolve => watch.connect('rejected', (it, message) => resolve(message)));
        assertEqual([response.get_status_code(), response.get_header('Allow-Events')], [489, 'presence']);
        assert(watch.error.matches(Sip.Error, Sip.Error.NOT_SUPPORTED), 'not supported');
        await assertRefused(Sip.Error, Sip.Error.INVALID_ARGUMENT, () => alice.subscribe(target, 'a b'));
        await assertRefused(Sip.Error, Sip.Error.INVALID_HEADER, () => alice.subscribe(target, 'presence', {extraHeaders: ['Via: x']}));
    }),

    'documents': async () => {
        const info = Sip.DialogInfo.new('sip:bob@example.com', 0, true);
        info.add_dialog(new Sip.DialogInfoEntry({id: '1', state: Sip.DialogInfoState.EARLY, callId: 'c', localTag: 'l', remoteTag: 'r'}));
        const known = Sip.DialogInfo.parse(info.to_bytes());
        assertEqual(known.dialogs.get_item(0).get_replaces(), 'c;to-tag=l;from-tag=r;early-only');
        await assertRefused(Sip.Error, Sip.Error.INVALID_STATE, () => known.update(Sip.DialogInfo.new('sip:bob@example.com', 9, false)));
        const summary = Sip.MessageSummary.parse(new GLib.Bytes(new TextEncoder().encode('Messages-Waiting: yes\r\nVoice-Message: 2/8\r\n')));
        assertEqual([summary.messagesWaiting, summary.newVoiceMessages, summary.get_old_messages(Sip.MessageContext.VOICE)], [true, 2, 8]);
        await assertRefused(Sip.Error, Sip.Error.PARSE, () => Sip.Presence.parse(new GLib.Bytes(new TextEncoder().encode('<a/>'))));
    },
});
