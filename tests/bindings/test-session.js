// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The session API line by line: how a session is had, what it knows, and how it is answered and ended.

import GLib from 'gi://GLib';
import GObject from 'gi://GObject';
import Sip from 'gi://Sip?version=1.0';

import {call, establish, makePair, statusOf, steps, until} from './pair.js';
import {assert, assertEqual, assertRefused, assertThrows, run} from './tap.js';

const bytesOf = message => new TextDecoder().decode(message.get_body().get_data());

// A test gets a pair, that is stopped after it.
const withPair = (test, options = {}) => async () => {
    const pair = await makePair(options);
    await test(pair);
    await pair.stop();
};

const refused = (code, func, words) => assertRefused(Sip.Error, code, func, words);

const construction = {
    'construction: invite makes an outgoing session': withPair(async pair => {
        const {outgoing} = await call(pair);
        assert(outgoing instanceof Sip.OutgoingSession && outgoing instanceof Sip.Session, 'its class');
        assertEqual(outgoing.direction, Sip.Direction.OUTGOING);
    }),

    'construction: the signal invite brings an incoming session': withPair(async pair => {
        const {incoming} = await call(pair);
        assert(incoming instanceof Sip.IncomingSession && incoming instanceof Sip.Session, 'its class');
        assertEqual(incoming.direction, Sip.Direction.INCOMING);
    }),

    'construction: nobody makes one otherwise': () => assertThrows(() => new Sip.Session(), () => true, 'new Session'),

    'construction: targets': withPair(async pair => {
        for (const [target, uri] of [['bob', 'sip:bob@example.com'], ['bob@example.org', 'sip:bob@example.org'], ['sip:bob@example.net', 'sip:bob@example.net']]) {
            const session = pair.alice.invite(target);
            assertEqual(String(session.remoteIdentity.get_uri()), uri);
            session.terminate();
        }
        await refused(Sip.Error.INVALID_URI, () => pair.alice.invite('sip:'));
    }),
};

const variables = {
    'variables: startTime': withPair(async pair => {
        const times = [];
        const both = await call(pair);
        assertEqual(both.incoming.startTime, null);
        both.incoming.connect('accepted', session => void times.push(session.startTime));
        both.incoming.accept();
        await until(() => both.isEstablished());
        assert(times[0] instanceof GLib.DateTime && both.outgoing.startTime instanceof GLib.DateTime, 'a time');
        assert(Math.abs(GLib.DateTime.new_now_local().difference(times[0])) < 5e6, 'now');
    }),

    'variables: endTime': withPair(async pair => {
        const times = [];
        const both = await establish(pair);
        both.incoming.connect('terminated', session => void times.push(session.endTime));
        assertEqual(both.incoming.endTime, null);
        both.outgoing.bye();
        await until(() => both.isOver());
        assert(times[0].difference(both.incoming.startTime) >= 0, 'after the start');
    }),

    'variables: userAgent': withPair(async pair => {
        const {outgoing, incoming} = await call(pair);
        assert(outgoing.userAgent === pair.alice && incoming.userAgent === pair.bob, 'the agents');
    }),

    'variables: method': withPair(async pair => {
        const {outgoing, incoming} = await call(pair);
        assertEqual([outgoing.method, incoming.method], ['INVITE', 'INVITE']);
    }),

    'variables: request': withPair(async pair => {
        const {outgoing, incoming} = await call(pair);
        for (const session of [outgoing, incoming]) {
            assert(session.request instanceof Sip.Request, 'a request');
            assertEqual(session.request.get_method(), 'INVITE');
        }
        assertEqual(outgoing.request.get_call_id(), incoming.request.get_call_id());
    }),

    'variables: localIdentity and remoteIdentity': withPair(async pair => {
        const {outgoing, incoming} = await call(pair);
        assertEqual(incoming.remoteIdentity.get_display_name(), 'Alice Liddell');
        assertEqual(String(incoming.remoteIdentity.get_uri()), 'sip:alice@example.com');
        assertEqual(incoming.localIdentity.get_uri().get_user(), 'bob');
        assertEqual(outgoing.localIdentity.get_display_name(), 'Alice Liddell');
        assertEqual(outgoing.remoteIdentity.get_uri().get_user(), 'bob');
    }, {configure: pair => pair.alice.set_display_name('Alice Liddell')}),

    'variables: data': withPair(async pair => {
        const {outgoing, incoming} = await call(pair);
        outgoing.data.colour = 'blue';
        assertEqual([outgoing.data, incoming.data], [{colour: 'blue'}, {}]);
        // The property of the library holds an object, and is another thing.
        const thing = new GObject.Object();
        outgoing.set_data(thing);
        assert(outgoing.get_data() === thing, 'the object');
    }),

    'variables: sessionDescriptionHandler': withPair(async pair => {
        const {outgoing, incoming} = await establish(pair);
        assert(outgoing.sessionDescriptionHandler === pair.handlers[0], 'the first');
        assert(incoming.sessionDescriptionHandler === pair.handlers[1], 'the second');
    }),

    'variables: state notifies': withPair(async pair => {
        const states = [];
        const both = await call(pair);
        both.incoming.connect('notify::state', session => void states.push(session.state));
        both.incoming.accept();
        await until(() => both.isEstablished());
        both.incoming.bye();
        await until(() => both.isOver());
        assertEqual(states.at(-1), Sip.SessionState.TERMINATED);
        assert(states.includes(Sip.SessionState.ESTABLISHED), 'established');
    }),
};

const terminate = {
    'terminate: nothing was sent': withPair(async pair => {
        const session = pair.alice.invite(pair.target);
        let over = false;
        session.connect('terminated', () => {
            over = true;
        });
        session.terminate();
        await until(() => over);
        assertEqual(pair.wire.length, 0);
    }),

    'terminate: cancel': withPair(async pair => {
        const both = await call(pair);
        await until(() => both.sent.includes('progress'));
        both.outgoing.terminate({statusCode: 600, reasonPhrase: 'Busy "everywhere"', extraHeaders: ['X-Why: tea']});
        await until(() => both.isOver());
        const [cancel] = pair.requests('CANCEL');
        assertEqual([cancel.get_header('Reason'), cancel.get_header('X-Why')], ['SIP;cause=600;text="Busy \\"everywhere\\""', 'tea']);
        assertEqual(steps(both.sent), ['cancel', 'rejected', 'failed', 'terminated']);
    }),

    'terminate: reject': withPair(async pair => {
        const both = await call(pair, session => session.terminate({
            statusCode: 486, reasonPhrase: 'Having tea', body: 'later', contentType: 'text/x-note', extraHeaders: ['Retry-After: 60'],
        }));
        await until(() => both.isOver());
        const [response] = pair.responses('INVITE', 486);
        assertEqual([response.get_reason_phrase(), response.get_header('Retry-After'), response.get_content_type(), bytesOf(response)],
            ['Having tea', '60', 'text/x-note', 'later']);
        assertEqual([...both.received], ['rejected', 'failed', 'terminated']);
    }),

    'terminate: the type of the body among the headers': withPair(async pair => {
        let both = await call(pair, session => session.terminate({body: 'later', extraHeaders: ['Content-Type: text/x-note']}));
        await until(() => both.isOver());
        assertEqual(pair.responses('INVITE', 480)[0].get_headers('Content-Type'), ['text/x-note']);
        both = await establish(pair);
        both.outgoing.bye({body: 'bye', extraHeaders: ['Content-Type: text/x-note']});
        await until(() => both.isOver());
        assertEqual(pair.requests('BYE')[0].get_headers('Content-Type'), ['text/x-note']);
    }),

    'terminate: the default status': withPair(async pair => {
        const both = await call(pair, session => session.terminate());
        await until(() => both.isOver());
        assertEqual(both.causes, [[480, Sip.CAUSE_UNAVAILABLE]]);
    }),

    'terminate: bye': withPair(async pair => {
        const both = await establish(pair);
        both.incoming.terminate({statusCode: 503, extraHeaders: ['X-Why: tea'], body: 'bye', contentType: 'text/plain'});
        await until(() => both.isOver());
        const [bye] = pair.requests('BYE', 'bob');
        assertEqual([bye.get_header('Reason'), bye.get_header('X-Why'), bytesOf(bye)], ['SIP;cause=503;text="Service Unavailable"', 'tea', 'bye']);
        assertEqual([steps(both.sent), steps(both.received)], [['accepted', 'bye', 'terminated'], ['accepted', 'bye', 'terminated']]);
    }),

    'terminate: in a wrong state': withPair(async pair => {
        const both = await establish(pair);
        both.outgoing.terminate();
        await until(() => both.isOver());
        await refused(Sip.Error.INVALID_STATE, () => both.outgoing.terminate(), 'terminated');
    }),

    'terminate: a bad status': withPair(async pair => {
        const {incoming} = await call(pair);
        for (const statusCode of [99, 200, 700])
            await refused(Sip.Error.INVALID_ARGUMENT, () => incoming.terminate({statusCode}), String(statusCode));
        assertEqual(incoming.state, Sip.SessionState.INITIAL);
    }),
};

const bye = {
    'bye': withPair(async pair => {
        const both = await establish(pair);
        assertEqual(both.outgoing.bye(), true);
        await until(() => both.isOver());
        assertEqual(pair.requests('BYE').length, 1);
        assertEqual(both.causes, [[null, Sip.CAUSE_TERMINATED]]);
    }),

    'bye: options': withPair(async pair => {
        const both = await establish(pair);
        both.outgoing.bye({
            statusCode: 200, reasonPhrase: 'Call completed elsewhere', extraHeaders: ['X-A: a', 'X-B: b'], body: 'so long', contentType: 'text/x-note',
        });
        await until(() => both.isOver());
        const [request] = pair.requests('BYE');
        assertEqual(request.get_header('Reason'), 'SIP;cause=200;text="Call completed elsewhere"');
        assertEqual([request.get_header('X-A'), request.get_header('X-B'), request.get_content_type(), bytesOf(request)],
            ['a', 'b', 'text/x-note', 'so long']);
    }),

    'bye: in a wrong state': withPair(async pair => {
        const {outgoing, incoming} = await call(pair);
        for (const session of [outgoing, incoming])
            await refused(Sip.Error.INVALID_STATE, () => session.bye(), 'bye');
        assertEqual(pair.requests('BYE').length, 0);
    }),

    'bye: bad options': withPair(async pair => {
        const both = await establish(pair);
        await refused(Sip.Error.INVALID_ARGUMENT, () => both.outgoing.bye({statusCode: 17}), '17');
        await refused(Sip.Error.INVALID_HEADER, () => both.outgoing.bye({extraHeaders: ['X-Evil: a\r\nX-B: b']}), 'X-Evil');
        assert(both.isEstablished(), 'the call');
    }),
};

const cancel = {
    'cancel': withPair(async pair => {
        const both = await call(pair);
        await until(() => both.sent.includes('progress'));
        both.outgoing.cancel();
        // Not at once.
        assertEqual(steps(both.sent), ['cancel']);
        await until(() => both.isOver());
        for (const log of [both.sent, both.received]) {
            assertEqual(steps(log), ['cancel', 'rejected', 'failed', 'terminated']);
            const [[message, cause]] = log.arguments['terminated'];
            assertEqual([statusOf(message), cause], [487, Sip.CAUSE_CANCELED]);
        }
    }),

    'cancel: completed elsewhere': withPair(async pair => {
        const both = await call(pair);
        await until(() => both.sent.includes('progress'));
        assertEqual(both.incoming.cancelRequest, null);
        both.outgoing.cancel({statusCode: 200, reasonPhrase: 'Call completed elsewhere'});
        await until(() => both.isOver());
        assert(both.incoming.cancelRequest.is_completed_elsewhere(), 'elsewhere');
    }),

    'cancel: answered meanwhile': withPair(async pair => {
        // The 200 is on its way when the caller makes up its mind.
        let done = false;
        pair.bob.connect('traffic', (agent, message, direction) => {
            if (direction === Sip.Direction.OUTGOING && statusOf(message) === 200 && !done) {
                done = true;
                both.outgoing.cancel();
            }
        });
        const both = await call(pair);
        await until(() => both.sent.includes('progress'));
        both.incoming.accept();
        await until(() => both.isOver());
        assertEqual(steps(both.sent), ['cancel', 'accepted', 'bye', 'terminated']);
        assertEqual(steps(both.received), ['accepted', 'bye', 'terminated']);
        assertEqual([pair.requests('ACK').length, pair.requests('BYE').length], [1, 1]);
    }),

    'cancel: options': withPair(async pair => {
        const both = await call(pair);
        await until(() => both.sent.includes('progress'));
        both.outgoing.cancel({statusCode: 200, reasonPhrase: 'Call completed elsewhere', extraHeaders: ['X-Why: tea']});
        await until(() => both.isOver());
        const [request] = pair.requests('CANCEL');
        assertEqual([request.get_header('Reason'), request.get_header('X-Why')], ['SIP;cause=200;text="Call completed elsewhere"', 'tea']);
    }),

    'cancel: in a wrong state': withPair(async pair => {
        const both = await establish(pair);
        await refused(Sip.Error.INVALID_STATE, () => both.outgoing.cancel(), 'cancel');
        assert(both.isEstablished(), 'the call');
    }),
};

const progress = {
    'progress': withPair(async pair => {
        await call(pair, session => session.progress());
        await until(() => pair.responses('INVITE', 180).length === 2);
    }),

    'progress: options': withPair(async pair => {
        const both = await call(pair, session => session.progress({
            statusCode: 182, reasonPhrase: 'Three before you', extraHeaders: ['X-Place: 4'], body: '4', contentType: 'text/x-place',
        }));
        await until(() => both.sent.arguments.progress?.some(([response]) => statusOf(response) === 182));
        const [response] = pair.responses('INVITE', 182);
        assertEqual([response.get_reason_phrase(), response.get_header('X-Place'), response.get_content_type()], ['Three before you', '4', 'text/x-place']);
    }),

    'progress: anonymous': withPair(async pair => {
        await call(pair, session => session.progress({statusCode: 182, anonymous: true}));
        await until(() => pair.responses('INVITE', 182).length > 0);
        const [response] = pair.responses('INVITE', 182);
        assertEqual(response.get_header('Privacy'), 'id');
        assert(response.get_header('Contact').startsWith('<sip:anonymous@'), 'Contact');
    }),

    'progress: a bad status': withPair(async pair => {
        const {incoming} = await call(pair);
        for (const statusCode of [99, 200])
            await refused(Sip.Error.INVALID_ARGUMENT, () => incoming.progress({statusCode}), String(statusCode));
    }),

    'progress: in a wrong state': withPair(async pair => {
        const {incoming} = await establish(pair);
        await refused(Sip.Error.INVALID_STATE, () => incoming.progress(), 'progress');
    }),
};

const accept = {
    'accept': withPair(async pair => {
        const both = await call(pair);
        assertEqual(both.incoming.accept(), true);
        await until(() => both.isEstablished());
        assertEqual(pair.responses('INVITE', 200)[0].get_content_type(), 'application/sdp');
    }),

    'accept: extraHeaders': withPair(async pair => {
        const both = await call(pair, session => session.accept({extraHeaders: ['X-Taste: sweet']}));
        await until(() => both.isEstablished());
        const [[, response]] = both.sent.arguments.accepted;
        assertEqual(response.get_header('X-Taste'), 'sweet');
    }),

    'accept: sessionDescriptionHandlerOptions': withPair(async pair => {
        const both = await call(pair, session => session.accept({sessionDescriptionHandlerOptions: {colour: 'blue', volume: 0.5, video: true}}));
        await until(() => both.isEstablished());
        assertEqual(pair.handlers[1].options, [{colour: 'blue', volume: 0.5, video: true}]);
    }),

    'accept: anonymous': withPair(async pair => {
        const both = await call(pair, session => session.accept({anonymous: true}));
        await until(() => both.isEstablished());
        const [[, response]] = both.sent.arguments.accepted;
        assertEqual(response.get_header('Privacy'), 'id');
        assert(response.get_header('Contact').startsWith('<sip:anonymous@'), 'Contact');
    }),

    'accept: what is about requests means nothing': withPair(async pair => {
        const both = await call(pair, session => session.accept({inviteWithoutSdp: true}));
        await until(() => both.isEstablished());
        assertEqual(pair.responses('INVITE', 200)[0].get_content_type(), 'application/sdp');
    }),

    'accept: async': withPair(async pair => {
        let accepted;
        const both = await call(pair, session => {
            accepted = session.accept_async(null, null);
        });
        assertEqual(await accepted, true);
        assert(both.isEstablished(), 'the call');
    }),

    'accept: in a wrong state': withPair(async pair => {
        const {incoming} = await establish(pair);
        await refused(Sip.Error.INVALID_STATE, () => incoming.accept(), 'accept');
    }),
};

const reject = {
    'reject': withPair(async pair => {
        const both = await call(pair, session => session.reject());
        await until(() => both.isOver());
        assertEqual(both.causes, [[480, Sip.CAUSE_UNAVAILABLE]]);
        assertEqual([...both.received], ['rejected', 'failed', 'terminated']);
    }),

    'reject: options': withPair(async pair => {
        const both = await call(pair, session => session.reject({statusCode: 603, reasonPhrase: 'No thanks', extraHeaders: ['X-Why: tea'], body: 'No.'}));
        await until(() => both.isOver());
        const [[response, cause]] = both.sent.arguments.rejected;
        assertEqual([statusOf(response), cause, response.get_header('X-Why'), response.get_content_type()], [603, 'No thanks', 'tea', 'text/plain']);
        assertEqual(both.causes, [[603, Sip.CAUSE_REJECTED]]);
    }),

    'reject: a bad status': withPair(async pair => {
        const {incoming} = await call(pair);
        for (const statusCode of [180, 299, 700])
            await refused(Sip.Error.INVALID_ARGUMENT, () => incoming.reject({statusCode}), String(statusCode));
    }),

    'reject: in a wrong state': withPair(async pair => {
        const {incoming} = await establish(pair);
        await refused(Sip.Error.INVALID_STATE, () => incoming.reject(), 'reject');
    }),
};

const reply = {
    'reply: provisional': withPair(async pair => {
        await call(pair, session => session.reply({statusCode: 181, extraHeaders: ['X-To: tea'], reasonPhrase: 'Elsewhere'}));
        await until(() => pair.responses('INVITE', 181).length > 0);
        const [response] = pair.responses('INVITE', 181);
        assertEqual([response.get_reason_phrase(), response.get_header('X-To')], ['Elsewhere', 'tea']);
    }),

    'reply: final': withPair(async pair => {
        const both = await call(pair, session => session.reply({statusCode: 404}));
        await until(() => both.isOver());
        assertEqual(both.causes, [[404, Sip.CAUSE_NOT_FOUND]]);
    }),

    'reply: the default': withPair(async pair => {
        const {incoming} = await call(pair);
        const before = pair.responses('INVITE', 100).length;
        incoming.reply();
        await until(() => pair.responses('INVITE', 100).length === before + 1);
    }),

    'reply: in a wrong state': withPair(async pair => {
        const {incoming} = await establish(pair);
        await refused(Sip.Error.INVALID_STATE, () => incoming.reply());
    }),
};

const events = {
    'events: progress': withPair(async pair => {
        const both = await call(pair);
        await until(() => both.sent.includes('progress'));
        const [[response]] = both.sent.arguments.progress;
        assert(response instanceof Sip.Response && [100, 180].includes(statusOf(response)), 'the response');
    }),

    'events: accepted': withPair(async pair => {
        const both = await establish(pair);
        for (const log of [both.sent, both.received]) {
            const [[code, response]] = log.arguments.accepted;
            assertEqual([code, statusOf(response)], [200, 200]);
        }
    }),

    'events: rejected and failed': withPair(async pair => {
        const both = await call(pair, session => session.reject({statusCode: 486}));
        await until(() => both.isOver());
        for (const log of [both.sent, both.received]) {
            const [[rejection, reason]] = log.arguments.rejected;
            const [[failure, cause]] = log.arguments.failed;
            assertEqual([statusOf(rejection), reason, statusOf(failure), cause], [486, 'Busy Here', 486, Sip.CAUSE_BUSY]);
            assertEqual(steps(log), ['rejected', 'failed', 'terminated']);
        }
    }),

    'events: failed without a message': withPair(async pair => {
        const session = pair.alice.invite('sip:bob@127.0.0.1:1;transport=ws');
        const seen = [];
        session.connect('failed', (_session, message, cause) => void seen.push([message, cause]));
        session.connect('terminated', (_session, message, cause) => void seen.push([message, cause]));
        await until(() => seen.length === 2);
        assertEqual(seen, [[null, Sip.CAUSE_CONNECTION_ERROR], [null, Sip.CAUSE_CONNECTION_ERROR]]);
    }),

    'events: terminated': withPair(async pair => {
        const both = await establish(pair);
        both.outgoing.bye();
        await until(() => both.isOver());
        assertEqual(both.sent.arguments.terminated, [[null, Sip.CAUSE_TERMINATED]]);
        const [[message, cause]] = both.received.arguments.terminated;
        assertEqual([message.get_method(), cause], ['BYE', Sip.CAUSE_TERMINATED]);
    }),

    'events: cancel': withPair(async pair => {
        const both = await call(pair);
        await until(() => both.sent.includes('progress'));
        both.outgoing.cancel();
        await until(() => both.isOver());
        assertEqual([both.sent.arguments.cancel, both.received.arguments.cancel], [[[]], [[]]]);
    }),

    'events: bye': withPair(async pair => {
        const both = await establish(pair);
        both.incoming.bye();
        await until(() => both.isOver());
        for (const log of [both.sent, both.received]) {
            const [[request]] = log.arguments.bye;
            assert(request instanceof Sip.Request, 'a request');
            assertEqual(request.get_method(), 'BYE');
        }
    }),

    'events: handlers run in order': withPair(async pair => {
        const both = await call(pair);
        const order = [];
        both.incoming.connect('accepted', () => void order.push(1));
        both.incoming.connect('accepted', () => void order.push(2));
        both.incoming.accept();
        await until(() => both.isEstablished());
        assertEqual(order, [1, 2]);
    }),
};

await run({...construction, ...variables, ...terminate, ...bye, ...cancel, ...progress, ...accept, ...reject, ...reply, ...events});
