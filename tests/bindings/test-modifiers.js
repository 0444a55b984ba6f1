// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What changes descriptions on their way, from JavaScript: functions, classes that take their time, and those that are ready; and what a
// session description handler written in JavaScript is asked.

import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import GObject from 'gi://GObject';
import Sip from 'gi://Sip?version=1.0';

import {NullHandler, SDP, makePair, record, until} from './pair.js';
import {assert, assertEqual, run} from './tap.js';

const makeHandler = () => new NullHandler();

function addLine(line) {
    return description => Sip.Description.new_from_text(description.get_description_type(), 'application/sdp',
        `${description.to_text()}a=${line}\r\n`);
}

// Writes its line later, as one that asks a server would.
const Slow = GObject.registerClass(class Slow extends Sip.DescriptionModifier {
    line = null;
    seen = [];

    vfunc_modify(description, task) {
        this.seen.push(description.get_description_type());
        GLib.idle_add(GLib.PRIORITY_DEFAULT, () => {
            if (this.line === null)
                task.return_error(new GLib.Error(Sip.Error, Sip.Error.MEDIA, 'no line today'));
            else
                this.return_description(task, addLine(this.line)(description));
            return GLib.SOURCE_REMOVE;
        });
    }
});

function slow(line) {
    const modifier = new Slow();
    modifier.line = line;
    return modifier;
}

// Alice calls Bob.
async function makeCall({agent = null, accept = [], modifiers = []} = {}) {
    const pair = await makePair({makeHandler});
    if (agent)
        pair.alice.set_modifiers(agent);
    pair.bob.connect('invite', (bob, session) => void session.accept({modifiers: accept}));
    pair.session = pair.alice.invite(pair.target, {modifiers});
    pair.log = record(pair.session);
    pair.causes = [];
    pair.session.connect('terminated', (session, message, cause) => void pair.causes.push(cause));
    await until(() => pair.log.includes('terminated') || pair.session.state === Sip.SessionState.ESTABLISHED);
    return pair;
}

async function thrown(promise) {
    try {
        await promise;
    } catch (error) {
        return error;
    }
    return null;
}

await run({
    async 'functions and classes in order'() {
        const late = slow('slow');
        const pair = await makeCall({agent: [addLine('first')], accept: [addLine('bob')], modifiers: [addLine('second'), late]});
        assertEqual(pair.handlers[1].taken, [`${SDP}a=first\r\na=second\r\na=slow\r\na=bob\r\n`]);
        assertEqual(pair.handlers[0].taken, [`${SDP}a=bob\r\na=first\r\na=second\r\na=slow\r\n`]);
        assertEqual(late.seen, [Sip.DescriptionType.OFFER, Sip.DescriptionType.ANSWER]);
        await pair.stop();
    },

    async 'a function that throws'() {
        const pair = await makeCall({modifiers: [() => {
            throw new GLib.Error(Sip.Error, Sip.Error.MEDIA, 'not this one');
        }]});
        assertEqual(pair.causes, [Sip.CAUSE_WEBRTC_ERROR]);
        await pair.stop();
    },

    async 'a class that fails'() {
        const mine = await makeCall({modifiers: [slow(null)]});
        assertEqual(mine.causes, [Sip.CAUSE_WEBRTC_ERROR]);
        await mine.stop();
        const theirs = await makeCall({accept: [slow(null)]});
        assertEqual(theirs.causes, [Sip.CAUSE_INCOMPATIBLE_SDP]);
        await theirs.stop();
    },

    async 'a list model'() {
        const store = Gio.ListStore.new(Sip.DescriptionModifier.$gtype);
        store.append(slow('listed'));
        const options = new Sip.InviteOptions({modifiers: store});
        assert(options.modifiers === store, 'the same list');
        options.set_modifiers([addLine('set')]);
        assertEqual(options.modifiers.get_n_items(), 1);
        options.set_modifiers(null);
        assertEqual(options.modifiers, null);
    },

    async 'stock'() {
        let description = Sip.Description.new_from_text(Sip.DescriptionType.OFFER, 'application/sdp',
            'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 RTP/AVP 0 8 101\r\na=rtpmap:101 telephone-event/8000\r\n' +
            'a=candidate:1 1 tcp 1 127.0.0.1 9 typ host\r\nm=video 9 RTP/AVP 96\r\n');
        const cls = Sip.DescriptionModifier;
        for (const modifier of [cls.new_strip_tcp_candidates(), cls.new_strip_telephone_event(), cls.new_strip_video(), cls.new_hold(),
            cls.new_codec_order(['PCMA'])])
            description = await modifier.modify_async(description, null);
        assertEqual(description.to_text(), 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 RTP/AVP 8 0\r\na=sendonly\r\n' +
            'm=video 0 RTP/AVP 96\r\na=sendonly\r\n');
    },

    async 'the class itself changes nothing'() {
        const pair = await makeCall({modifiers: [new Sip.DescriptionModifier()]});
        assertEqual(pair.handlers.map(handler => handler.taken), [[SDP], [SDP]]);
        await pair.stop();
    },

    async 'rollback of a handler'() {
        const pair = await makeCall();
        pair.handlers[1].fail = true;
        const error = await thrown(pair.session.reinvite_async(null, null));
        assert(error.matches(Sip.Error, Sip.Error.NOT_SUPPORTED), 'refused');
        assertEqual(pair.handlers[0].log, ['get', 'set', 'get', 'rollback']);
        assertEqual(pair.handlers[1].log.at(-1), 'rollback');
        assertEqual(pair.session.state, Sip.SessionState.ESTABLISHED);
        await pair.stop();
    },

    async 'options belong to the exchange'() {
        const pair = await makeCall();
        const sessionDescriptionHandlerOptions = new GLib.Variant('a{sv}', {colour: new GLib.Variant('s', 'blue')});
        await pair.session.reinvite_async({sessionDescriptionHandlerOptions}, null);
        assertEqual(pair.handlers[0].options.at(-1), {colour: 'blue'});
        await pair.session.reinvite_async(null, null);
        assertEqual(pair.handlers[0].options.at(-1), {});
        await pair.stop();
    },

    async 'tones of a handler'() {
        const handler = new NullHandler();
        assert(handler.send_dtmf('1#', 100, 70), 'played');
        assertEqual(handler.log, ['tones 1# 100 70']);
        const error = await thrown(Promise.resolve().then(() => handler.send_dtmf('x', 100, 70)));
        assert(error.matches(Sip.Error, Sip.Error.NOT_SUPPORTED), 'refused');
        assert(handler.has_description('application/sdp') && !handler.has_description('text/plain'), 'types');
    },

    async 'a handler whose media break'() {
        const pair = await makeCall();
        pair.handlers[0].emit('failed', new GLib.Error(Sip.Error, Sip.Error.MEDIA, 'the media broke'));
        await until(() => pair.log.includes('terminated'));
        assertEqual(pair.causes, [Sip.CAUSE_WEBRTC_ERROR]);
        assertEqual(pair.handlers[0].log.at(-1), 'close');
        await pair.stop();
    },
});
