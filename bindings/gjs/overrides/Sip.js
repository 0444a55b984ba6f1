// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What makes the library feel at home in JavaScript. Nothing here behaves otherwise than the C function does.
//
// - every _async method gives a promise where no callback is given
// - options are plain objects: session.accept({extraHeaders: ['X-A: b']})
// - session.data is an object
// - modifiers are an array of them, or of functions: agent.invite(target, {modifiers: [description => ...]})
// - String(uri), String(message)
/* exported _init */

const {Gio} = imports.gi;

let _Sip = null;

// A test compares these tables with the GIR.
const ASYNC = {
    UserAgent: ['start', 'stop'],
    Session: ['hold', 'unhold', 'reinvite'],
    IncomingSession: ['accept'],
    SessionDescriptionHandler: ['get_description', 'set_description'],
    DescriptionModifier: ['modify'],
};

// A method, its options' type, and where they stand among its arguments.
const OPTIONS = [
    ['UserAgent', 'invite', 'InviteOptions', 1],
    ['Session', 'terminate', 'ResponseOptions', 0],
    ['Session', 'bye', 'RequestOptions', 0],
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
];

// An array of modifiers and of functions, as the library takes it.
function _modifiers(modifiers) {
    if (!Array.isArray(modifiers))
        return modifiers;
    const store = Gio.ListStore.new(_Sip.DescriptionModifier.$gtype);
    for (const modifier of modifiers) {
        store.append(typeof modifier === 'function'
            ? _Sip.DescriptionModifier.new_for_func(modifier) : modifier);
    }
    return store;
}

function _withOptions(cls, name, optionsClass, position) {
    const method = cls.prototype[name];

    cls.prototype[name] = function (...args) {
        while (args.length <= position)
            args.push(null);
        const options = args[position];
        if (options && Object.getPrototypeOf(options) === Object.prototype)
            args[position] = new optionsClass('modifiers' in options ? {...options, modifiers: _modifiers(options.modifiers)} : options);
        return method.apply(this, args);
    };
}

function _init() {
    const Sip = this;
    _Sip = Sip;

    for (const [cls, names] of Object.entries(ASYNC)) {
        for (const name of names)
            Gio._promisify(Sip[cls].prototype, `${name}_async`, `${name}_finish`);
    }

    for (const [cls, name, options, position] of OPTIONS)
        _withOptions(Sip[cls], name, Sip[options], position);

    for (const cls of [Sip.UserAgent, Sip.InviteOptions]) {
        const set = cls.prototype.set_modifiers;
        cls.prototype.set_modifiers = function (modifiers) {
            set.call(this, _modifiers(modifiers));
        };
    }

    // The properties of an interface stand on each class that implements it, in front of its parent's.
    for (const cls of [Sip.Session, Sip.OutgoingSession, Sip.IncomingSession]) {
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
