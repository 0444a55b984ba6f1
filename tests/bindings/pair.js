// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Two agents in one process, and a session description handler written in JavaScript.

import GLib from 'gi://GLib';
import GObject from 'gi://GObject';
import Sip from 'gi://Sip?version=1.0';

export const SDP = 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\n';
const HELD = `${SDP}a=sendonly\r\n`;
const SIGNALS = ['progress', 'accepted', 'rejected', 'failed', 'cancel', 'reinvite', 'refer-requested', 'replaced', 'dtmf', 'bye', 'terminated'];

// Offers and answers the same each time, says so where the call is on hold, and keeps what happened in `log`.
export const NullHandler = GObject.registerClass({
    Implements: [Sip.SessionDescriptionHandler],
}, class NullHandler extends GObject.Object {
    log = [];
    options = [];
    taken = [];
    fail = null;
    refuse = false;

    vfunc_has_description(contentType) {
        return contentType === 'application/sdp';
    }

    vfunc_get_description(type, options, task) {
        this.log.push('get');
        this.options.push(options?.recursiveUnpack() ?? {});
        if (this.fail) {
            task.return_error(this.fail === true ? new GLib.Error(Sip.Error, Sip.Error.MEDIA, 'no media today') : this.fail);
            return;
        }
        const text = this.options.at(-1).hold ? HELD : SDP;
        GLib.idle_add(GLib.PRIORITY_DEFAULT, () => {
            this.return_description(task, Sip.Description.new_from_text(type, 'application/sdp', text));
            return GLib.SOURCE_REMOVE;
        });
    }

    vfunc_set_description(description, options, task) {
        this.log.push('set');
        this.taken.push(description.to_text());
        if (this.refuse)
            task.return_error(new GLib.Error(Sip.Error, Sip.Error.MEDIA, 'not like this'));
        else
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
export function until(condition, seconds = 60) {
    return new Promise((resolve, reject) => {
        const began = GLib.get_monotonic_time();
        const look = () => {
            const waited = (GLib.get_monotonic_time() - began) / 1e6;
            try {
                if (condition())
                    resolve();
                else if (waited < seconds)
                    GLib.timeout_add(GLib.PRIORITY_DEFAULT, waited < 1 ? 5 : 100, look);
                else
                    reject(new Error(`this did not happen in time: ${condition}`));
            } catch (error) {
                reject(error);
            }
            return GLib.SOURCE_REMOVE;
        };
        look();
    });
}

// The names of the signals that a session emits, in their order; and, as properties, what each brought.
export function record(session) {
    const log = [];
    log.arguments = {};
    for (const name of SIGNALS) {
        if (!GObject.signal_lookup(name, Sip.Session.$gtype))
            continue;
        session.connect(name, (_session, ...args) => {
            log.push(name);
            (log.arguments[name] ??= []).push(args);
        });
    }
    return log;
}

// Without the provisional responses, of which there may be more than one.
export const steps = log => log.filter(name => name !== 'progress');

export const statusOf = message => message?.get_status_code?.() ?? null;

export async function makePair({listen = 'ws://127.0.0.1:0/', makeHandler = () => new NullHandler(), configure = null} = {}) {
    const pair = {
        handlers: [],
        wire: [],
        alice: Sip.UserAgent.new('sip:alice@example.com'),
        bob: Sip.UserAgent.new('sip:bob@127.0.0.1'),
        // What of this method somebody has sent.
        requests(method, who = 'alice') {
            return this.wire.filter(([sender, message]) => sender === who && message instanceof Sip.Request && message.get_method() === method)
                .map(([, message]) => message);
        },
        responses(method, status, who = 'bob') {
            return this.wire.filter(([sender, message]) => sender === who && message instanceof Sip.Response && message.get_method() === method &&
                message.get_status_code() === status).map(([, message]) => message);
        },
        async stop() {
            await this.alice.stop();
            await this.bob.stop();
        },
    };
    for (const who of ['alice', 'bob']) {
        pair[who].connect('traffic', (agent, message, direction) => {
            if (direction === Sip.Direction.OUTGOING)
                pair.wire.push([who, message]);
        });
        if (makeHandler) {
            pair[who].set_session_description_handler_factory(() => {
                const handler = makeHandler();
                pair.handlers.push(handler);
                return handler;
            });
        }
    }
    configure?.(pair);
    const [scheme, rest] = pair.bob.listen(listen).split('://');
    await pair.alice.start();
    await pair.bob.start();
    pair.target = `sip:bob@${rest.split('/')[0]};transport=${scheme}`;
    return pair;
}

// Alice calls Bob, who does `answer` with the call.
export async function call(pair, answer = () => {}, options = null, modifiers = []) {
    const result = {
        causes: [],
        isEstablished() {
            return this.outgoing.state === Sip.SessionState.ESTABLISHED && this.incoming?.state === Sip.SessionState.ESTABLISHED;
        },
        isOver() {
            return this.sent.includes('terminated') && this.received.includes('terminated');
        },
    };
    const id = pair.bob.connect('invite', (agent, session) => {
        result.incoming = session;
        result.received = record(session);
        answer(session);
    });
    result.outgoing = modifiers.length > 0 ? pair.alice.invite(pair.target, options, modifiers) : pair.alice.invite(pair.target, options);
    result.sent = record(result.outgoing);
    result.outgoing.connect('terminated', (session, message, cause) => void result.causes.push([statusOf(message), cause]));
    await until(() => result.incoming);
    pair.bob.disconnect(id);
    return result;
}

// ... and he accepts.
export async function establish(pair, options = null, modifiers = []) {
    const result = await call(pair, session => session.accept(), options, modifiers);
    await until(() => result.isEstablished());
    return result;
}
