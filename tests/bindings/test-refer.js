// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Transfer among three agents: alice asks bob to call carol.

import Sip from 'gi://Sip?version=1.0';

import {NullHandler, makePair, record, steps, until} from './pair.js';
import {assert, assertEqual, assertRefused, run} from './tap.js';

const {ESTABLISHED, TERMINATED} = Sip.SessionState;
const OUTCOMES = ['refer-request-progress', 'refer-request-accepted', 'refer-request-rejected', 'refer-invite-sent', 'refer-progress',
    'refer-accepted', 'refer-rejected'];

// The names of what a context tells, with the codes.
function watch(context) {
    const log = [];
    for (const name of OUTCOMES) {
        try {
            context.connect(name, (_context, code) => void log.push(typeof code === 'number' ? `${name} ${code}` : name));
        } catch {
            // One of the two has no such signal.
        }
    }
    return log;
}

const withThree = test => async () => {
    const pair = await makePair({listen: 'udp://127.0.0.1:0'});
    const carol = Sip.UserAgent.new('sip:carol@127.0.0.1');
    const handlers = [];
    carol.set_session_description_handler_factory(() => {
        handlers.push(new NullHandler());
        return handlers.at(-1);
    });
    const target = `sip:carol@${carol.listen('udp://127.0.0.1:0').split('://')[1]}`;
    await carol.start();
    const atCarol = [];
    carol.connect('invite', (agent, session) => void atCarol.push(session));

    // Nobody listens to refer-requested here: record() would.
    let incoming = null;
    const id = pair.bob.connect('invite', (agent, session) => {
        incoming = session;
        session.accept();
    });
    const outgoing = pair.alice.invite(pair.target);
    await until(() => incoming && outgoing.state === ESTABLISHED && incoming.state === ESTABLISHED);
    pair.bob.disconnect(id);
    await test({pair, target, atCarol, outgoing, incoming});
    await carol.stop();
    await pair.stop();
};

await run({
    'blind': withThree(async ({target, atCarol, outgoing, incoming}) => {
        const contexts = [];
        let log = null;
        outgoing.connect('refer-requested', (session, context) => {
            contexts.push(context);
            log = watch(context);
        });
        const response = await outgoing.refer(target);
        assertEqual(response.get_status_code(), 202);
        await until(() => atCarol.length > 0);
        atCarol[0].accept();
        await until(() => incoming.state === TERMINATED && outgoing.state === TERMINATED);
        assertEqual(log, ['refer-request-accepted', 'refer-progress 100', 'refer-progress 180', 'refer-accepted 200']);
        assert(contexts[0] instanceof Sip.ReferClientContext, 'the context');
        assertEqual([String(contexts[0].refer_to), contexts[0].method], [`<${target}>`, 'REFER']);
        assertEqual(atCarol[0].request.get_header('Referred-By'), '<sip:alice@example.com>');
    }),

    'attended': withThree(async ({pair, target, atCarol, outgoing, incoming}) => {
        const consultation = pair.alice.invite(target);
        await until(() => atCarol.length > 0);
        atCarol[0].accept();
        await until(() => consultation.state === ESTABLISHED && atCarol[0].state === ESTABLISHED);
        const replaced = record(atCarol[0]);
        await outgoing.refer(consultation);
        await until(() => atCarol.length > 1);
        assert(atCarol[1].replacee === atCarol[0], 'the replacee');
        atCarol[1].accept();
        await until(() => [incoming, outgoing, consultation].every(session => session.state === TERMINATED));
        assertEqual(steps(replaced).slice(-3), ['replaced', 'bye', 'terminated']);
        assert(replaced.arguments['replaced'][0][0] === atCarol[1], 'the new session');
        assertEqual(atCarol[1].state, ESTABLISHED);
    }),

    'active after transfer': withThree(async ({pair, target, atCarol, outgoing}) => {
        let log = [];
        outgoing.connect('refer-requested', (session, context) => {
            log = watch(context);
        });
        await outgoing.refer(target, {activeAfterTransfer: true, extraHeaders: ['X-A: a']});
        await until(() => atCarol.length > 0);
        atCarol[0].accept();
        await until(() => log.includes('refer-accepted 200'));
        assertEqual(outgoing.state, ESTABLISHED);
        assertEqual(pair.requests('REFER')[0].get_header('X-A'), 'a');
    }),

    'a handler follows': withThree(async ({target, atCarol, outgoing, incoming}) => {
        let context = null;
        let log = [];
        incoming.connect('refer-requested', (session, requested) => {
            context = requested;
            log = watch(context);
            context.data.seen = true;
            context.accept(true, {extraHeaders: ['X-B: b']});
        });
        await outgoing.refer(target);
        await until(() => atCarol.length > 0);
        assert(context instanceof Sip.ReferServerContext, 'the context');
        assertEqual([String(context.refer_to), String(context.referred_by), context.replaces], [`<${target}>`, '<sip:alice@example.com>', null]);
        assertEqual(atCarol[0].request.get_header('X-B'), 'b');
        atCarol[0].accept();
        await until(() => log.includes('refer-accepted 200'));
        assertEqual(log, ['refer-request-accepted', 'refer-invite-sent', 'refer-progress 180', 'refer-accepted 200']);
        assertEqual([context.target_session.state, context.data.seen], [ESTABLISHED, true]);
    }),

    'a handler rejects': withThree(async ({target, outgoing, incoming}) => {
        let log = [];
        outgoing.connect('refer-requested', (session, context) => {
            log = watch(context);
        });
        incoming.connect('refer-requested', (session, context) => void context.reject({statusCode: 603}));
        const response = await outgoing.refer(target);
        assertEqual([response.get_status_code(), log, outgoing.state], [603, ['refer-request-rejected'], ESTABLISHED]);
    }),

    'a handler does it itself': withThree(async ({target, atCarol, outgoing, incoming}) => {
        let log = [];
        outgoing.connect('refer-requested', (session, context) => {
            log = watch(context);
        });
        incoming.connect('refer-requested', (session, context) => {
            context.accept(false);
            context.send_notify(183, 'Looking for her');
            context.send_notify(404, null);
        });
        await outgoing.refer(target);
        await until(() => log.includes('refer-rejected 404'));
        assertEqual(atCarol.length, 0);
    }),

    'errors': withThree(async ({target, outgoing}) => {
        await assertRefused(Sip.Error, Sip.Error.INVALID_URI, () => outgoing.refer('sip:'));
        await assertRefused(Sip.Error, Sip.Error.INVALID_ARGUMENT, () => outgoing.refer(outgoing));
        outgoing.bye();
        await until(() => outgoing.state === TERMINATED);
        await assertRefused(Sip.Error, Sip.Error.INVALID_STATE, () => outgoing.refer(target));
    }),

    'outside of any call': withThree(async ({pair, target, atCarol}) => {
        let log = [];
        pair.alice.connect('refer-requested', (agent, context) => {
            log = watch(context);
        });
        assertEqual((await pair.alice.refer(pair.target, target)).get_status_code(), 403);
        pair.bob.connect('refer-requested', (agent, context) => void context.accept());
        assertEqual((await pair.alice.refer(pair.target, target)).get_status_code(), 202);
        await until(() => atCarol.length > 0);
        atCarol[0].accept();
        await until(() => log.includes('refer-accepted 200'));
    }),
});
