// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What makes the library feel at home in JavaScript. Nothing here behaves otherwise than the C function does.
//
// - options are plain objects: session.accept({extraHeaders: ['X-A: b']}); their values are JavaScript's: a string for a body, an object for what a
//   description handler is told, an array of functions for modifiers
// - what ends later gives a promise: await session.hold(); so does every _async method where no callback is given
// - modifiers can also stand after the options: agent.invite(target, options, modifiers), session.hold(options, modifiers)
// - session.data is an object
// - String(uri), String(message)
/* exported _init */

const {Gio, GLib} = imports.gi;

// Tests compare these tables with the GIR.
const ASYNC = {
    UserAgent: ['start', 'stop', 'refer', 'request', 'message', 'register', 'unregister'],
    Registration: ['register', 'unregister'],
    Session: ['hold', 'unhold', 'reinvite', 'send_request', 'refer', 'refer_to_session'],
    IncomingSession: ['accept'],
    SessionDescriptionHandler: ['get_description', 'set_description'],
    DescriptionModifier: ['modify'],
};

// A method, its options' type, and where they stand among its arguments. (The C function of bye takes the options of any request; those of a response
// are such, and have the status and the reason that a BYE can tell, RFC 3326.)
const OPTIONS = [
    ['UserAgent', 'invite', 'InviteOptions', 1],
    ['Session', 'terminate', 'ResponseOptions', 0],
    ['Session', 'bye', 'ResponseOptions', 0],
    ['Session', 'hold_async', 'InviteOptions', 0],
    ['Session', 'unhold_async', 'InviteOptions', 0],
    ['Session', 'reinvite_async', 'InviteOptions', 0],
    ['OutgoingSession', 'cancel', 'ResponseOptions', 0],
    ['IncomingSession', 'progress', 'ResponseOptions', 0],
    ['IncomingSession', 'accept', 'InviteOptions', 0],
    ['IncomingSession', 'accept_async', 'InviteOptions', 0],
    ['IncomingSession', 'reject', 'ResponseOptions', 0],
    ['IncomingSession', 'reply', 'ResponseOptions', 0],
    ['ClientContext', 'cancel', 'ResponseOptions', 0],
    ['ServerContext', 'progress', 'ResponseOptions', 0],
    ['ServerContext', 'accept', 'RequestOptions', 0],
    ['ServerContext', 'reject', 'ResponseOptions', 0],
    ['ServerContext', 'reply', 'ResponseOptions', 0],
    ['IncomingContext', 'progress', 'ResponseOptions', 0],
    ['IncomingContext', 'accept', 'RequestOptions', 0],
    ['IncomingContext', 'reject', 'ResponseOptions', 0],
    ['IncomingContext', 'reply', 'ResponseOptions', 0],
    ['Session', 'dtmf', 'DtmfOptions', 1],
    ['Session', 'send_request_async', 'RequestOptions', 1],
    ['Session', 'refer_async', 'ReferOptions', 1],
    ['Session', 'refer_to_session_async', 'ReferOptions', 1],
    ['ReferServerContext', 'accept', 'InviteOptions', 1],
    ['UserAgent', 'refer_async', 'ReferOptions', 2],
    ['UserAgent', 'publish', 'PublishOptions', 3],
    ['Publication', 'modify', 'RequestOptions', 1],
    ['UserAgent', 'send_request', 'RequestOptions', 2],
    ['UserAgent', 'subscribe', 'SubscribeOptions', 2],
    ['UserAgent', 'request_async', 'RequestOptions', 2],
    ['UserAgent', 'message_async', 'RequestOptions', 2],
    ['UserAgent', 'register_async', 'RegisterOptions', 0],
    ['UserAgent', 'unregister_async', 'RegisterOptions', 0],
];

// An asynchronous method whose name without _async is free, and how many arguments it has before the cancellable.
const PROMISES = [
    ['UserAgent', 'start', 0],
    ['UserAgent', 'stop', 0],
    ['Session', 'hold', 1],
    ['Session', 'unhold', 1],
    ['Session', 'reinvite', 1],
    ['Session', 'send_request', 2],
    ['Session', 'refer', 2],
    ['Session', 'refer_to_session', 2],
    ['UserAgent', 'refer', 3],
    ['UserAgent', 'request', 3],
    ['UserAgent', 'message', 3],
    ['UserAgent', 'register', 1],
    ['UserAgent', 'unregister', 1],
    ['Registration', 'register', 0],
    ['Registration', 'unregister', 1],
];

function _isPlain(value) {
    return value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype;
}

function _bytes(value) {
    if (typeof value === 'string')
        value = new TextEncoder().encode(value);
    return value instanceof Uint8Array ? new GLib.Bytes(value) : value;
}

// An object as a{sv}: what a value's type says, or the GLib.Variant that it is.
function _variant(value) {
    if (!_isPlain(value))
        return value;

    const one = item => {
        if (item instanceof GLib.Variant)
            return item;
        if (_isPlain(item))
            return _variant(item);
        if (Array.isArray(item))
            return item.every(each => typeof each === 'string') ? new GLib.Variant('as', item) : new GLib.Variant('av', item.map(one));
        switch (typeof item) {
        case 'boolean':
            return new GLib.Variant('b', item);
        case 'number':
            return new GLib.Variant(Number.isInteger(item) ? 'x' : 'd', item);
        case 'string':
            return new GLib.Variant('s', item);
        default:
            throw new TypeError(`${item} is nothing that a GLib.Variant holds`);
        }
    };

    return new GLib.Variant('a{sv}', Object.fromEntries(Object.entries(value).map(([key, item]) => [key, one(item)])));
}

// An array of modifiers, or of functions of a description, as a list model.
function _modifiers(Sip, value) {
    if (!Array.isArray(value))
        return value;
    const store = Gio.ListStore.new(Sip.DescriptionModifier.$gtype);
    for (const modifier of value)
        store.append(typeof modifier === 'function' ? Sip.DescriptionModifier.new_for_func(modifier) : modifier);
    return store;
}

function _makeOptions(Sip, optionsClass, options) {
    const values = {};
    for (const [name, value] of Object.entries(options)) {
        if (name === 'body')
            values[name] = _bytes(value);
        else if (name === 'sessionDescriptionHandlerOptions')
            values[name] = _variant(value);
        else if (name === 'modifiers')
            values[name] = _modifiers(Sip, value);
        else
            values[name] = value;
    }
    return new optionsClass(values);
}

function _withOptions(Sip, cls, name, optionsClass, position) {
    const method = cls.prototype[name];
    const isAsync = name.endsWith('_async');

    cls.prototype[name] = function (...args) {
        while (args.length <= position)
            args.push(null);
        // Modifiers after the options; what follows options in C is a cancellable, which is no array.
        if (Array.isArray(args[position + 1])) {
            const [modifiers] = args.splice(position + 1, 1);
            if (args[position] && !_isPlain(args[position]))
                throw new TypeError(`${name}: modifiers stand in the options object, or after a plain one`);
            args[position] = {...args[position], modifiers};
            if (isAsync && args.length === position + 1)
                args.push(null);
        }
        if (_isPlain(args[position]))
            args[position] = _makeOptions(Sip, optionsClass, args[position]);
        return method.apply(this, args);
    };
}

function _withPromise(cls, name, nArgs) {
    cls.prototype[name] = function (...args) {
        while (args.length < nArgs)
            args.push(null);
        return this[`${name}_async`](...args, null);
    };
}

function _init() {
    const Sip = this;

    for (const [cls, names] of Object.entries(ASYNC)) {
        for (const name of names)
            Gio._promisify(Sip[cls].prototype, `${name}_async`, `${name}_finish`);
    }

    for (const [cls, name, options, position] of OPTIONS)
        _withOptions(Sip, Sip[cls], name, Sip[options], position);

    for (const [cls, name, nArgs] of PROMISES)
        _withPromise(Sip[cls], name, nArgs);

    for (const cls of [Sip.UserAgent, Sip.InviteOptions]) {
        const set = cls.prototype.set_modifiers;
        cls.prototype.set_modifiers = function (modifiers) {
            set.call(this, _modifiers(Sip, modifiers));
        };
    }

    // One tone may be a number.
    const {dtmf} = Sip.Session.prototype;
    Sip.Session.prototype.dtmf = function (tones, ...args) {
        return dtmf.call(this, typeof tones === 'number' ? String(tones) : tones, ...args);
    };

    // A call is transferred to somebody, or to another call.
    const {refer} = Sip.Session.prototype;
    Sip.Session.prototype.refer = function (target, ...args) {
        return target instanceof Sip.Session ? this.refer_to_session(target, ...args) : refer.call(this, target, ...args);
    };

    const acceptRefer = Sip.ReferServerContext.prototype.accept;
    Sip.ReferServerContext.prototype.accept = function (follow = true, ...args) {
        return acceptRefer.call(this, follow, ...args);
    };

    // Somebody's subscription lasts as long as it wants to, where nobody says otherwise; what it is told may be a text.
    const {accept: acceptNotifier, defer, terminate: terminateNotifier, send_notify: sendNotify} = Sip.Notifier.prototype;
    Object.assign(Sip.Notifier.prototype, {
        accept(expires = 0) {
            return acceptNotifier.call(this, expires);
        },
        defer(expires = 0) {
            return defer.call(this, expires);
        },
        terminate(reason = null, retryAfter = 0) {
            return terminateNotifier.call(this, reason, retryAfter);
        },
        send_notify(contentType, body) {
            return sendNotify.call(this, contentType, _bytes(body));
        },
    });

    // The properties of an interface stand on each class that implements it, in front of its parent's.
    for (const cls of [Sip.Session, Sip.OutgoingSession, Sip.IncomingSession, Sip.IncomingContext, Sip.OutgoingContext, Sip.Publication, Sip.ReferServerContext,
        Sip.ReferClientContext, Sip.Subscription, Sip.Notifier]) {
        Object.defineProperty(cls.prototype, 'data', {
            configurable: true,
            get() {
                this._sipData ??= {};
                return this._sipData;
            },
        });
    }

    for (const cls of [Sip.Uri, Sip.NameAddr, Sip.Message]) {
        cls.prototype.toString = function () {
            return this.to_string();
        };
    }
}
