// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Two agents in one process, and a session description handler written in JavaScript.

import GLib from 'gi://GLib';
import GObject from 'gi://GObject';
import Sip from 'gi://Sip?version=1.0';

export const SDP = 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\n';
const SIGNALS = ['progress', 'accepted', 'rejected', 'failed', 'cancel', 'bye', 'terminated'];

export const NullHandler = GObject.registerClass({
    Implements: [Sip.SessionDescriptionHandler],
}, class NullHandler extends GObject.Object {
    log = [];
    taken = [];
    options = [];
    fail = false;

    vfunc_has_description(contentType) {
        return contentType === 'application/sdp';
    }

    vfunc_get_description(type, options, task) {
        this.log.push('get');
        this.options.push(options?.recursiveUnpack() ?? null);
        if (this.fail) {
            task.return_error(new GLib.Error(Sip.Error, Sip.Error.MEDIA, 'no media today'));
            return;
        }
        GLib.idle_add(GLib.PRIORITY_DEFAULT, () => {
            this.return_description(task, Sip.Description.new_from_text(type, 'application/sdp', SDP));
            return GLib.SOURCE_REMOVE;
        });
    }

    vfunc_set_description(description, options, task) {
        this.log.push('set');
        this.taken.push(description.to_text());
        task.return_boolean(true);
    }

    vfunc_rollback() {
        this.log.push('rollback');
    }

    vfunc_send_dtmf(tones, duration, interToneGap) {
        if (tones === 'x')
            throw new GLib.Error(Sip.Error, Sip.Error.NOT_SUPPORTED, 'no such tone');
        this.log.push(`tones ${tones} ${duration} ${interToneGap}`);
        return true;
    }

    vfunc_close() {
        this.log.push('close');
    }
});

// A promise that is kept when the condition holds. The main loop runs while it is awaited.
export function until(condition, seconds = 10) {
    return new Promise((resolve, reject) => {
        const end = GLib.get_monotonic_time() + seconds * 1e6;
        GLib.timeout_add(GLib.PRIORITY_DEFAULT, 5, () => {
            if (condition()) {
                resolve();
                return GLib.SOURCE_REMOVE;
            }
            if (GLib.get_monotonic_time() < end)
                return GLib.SOURCE_CONTINUE;
            reject(new Error(`this did not happen in time: ${condition}`));
            return GLib.SOURCE_REMOVE;
        });
    });
}

export function record(session) {
    const log = [];
    for (const name of SIGNALS)
        session.connect(name, () => void log.push(name));
    return log;
}

export async function makePair({listen = 'ws://127.0.0.1:0/', makeHandler = null} = {}) {
    const pair = {
        handlers: [],
        alice: Sip.UserAgent.new('sip:alice@example.com'),
        bob: Sip.UserAgent.new('sip:bob@127.0.0.1'),
        async stop() {
            await this.alice.stop_async(null);
            await this.bob.stop_async(null);
        },
    };
    if (makeHandler) {
        for (const agent of [pair.alice, pair.bob]) {
            agent.set_session_description_handler_factory(() => {
                const handler = makeHandler();
                pair.handlers.push(handler);
                return handler;
            });
        }
    }
    const [scheme, rest] = pair.bob.listen(listen).split('://');
    await pair.alice.start_async(null);
    await pair.bob.start_async(null);
    pair.target = `sip:bob@${rest.split('/')[0]};transport=${scheme}`;
    return pair;
}

// Alice calls Bob, who does `answer` with the call.
export async function call(pair, answer, options = null) {
    const result = {causes: []};
    const id = pair.bob.connect('invite', (agent, session) => {
        result.incoming = session;
        result.received = record(session);
        answer(session);
    });
    result.outgoing = pair.alice.invite(pair.target, options);
    result.sent = record(result.outgoing);
    result.outgoing.connect('terminated', (session, message, cause) => void result.causes.push([message?.get_status_code?.() ?? null, cause]));
    await until(() => result.incoming);
    pair.bob.disconnect(id);
    return result;
}
