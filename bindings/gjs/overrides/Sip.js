// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What makes the library feel at home in JavaScript. Nothing here behaves otherwise than the C function does.
//
// - every _async method gives a promise where no callback is given
// - options are plain objects: session.accept({extraHeaders: ['X-A: b']})
// - session.data is an object
// - String(uri), String(message)
/* exported _init */

const {Gio} = imports.gi;

function _withOptions(cls, name, optionsClass, position) {
    const method = cls.prototype[name];

    cls.prototype[name] = function (...args) {
        while (args.length <= position)
            args.push(null);
        const options = args[position];
        if (options && Object.getPrototypeOf(options) === Object.prototype)
            args[position] = new optionsClass(options);
        return method.apply(this, args);
    };
}

function _init() {
    const Sip = this;

    Gio._promisify(Sip.UserAgent.prototype, 'start_async', 'start_finish');
    Gio._promisify(Sip.UserAgent.prototype, 'stop_async', 'stop_finish');
    Gio._promisify(Sip.IncomingSession.prototype, 'accept_async', 'accept_finish');
    Gio._promisify(Sip.SessionDescriptionHandler.prototype, 'get_description_async', 'get_description_finish');
    Gio._promisify(Sip.SessionDescriptionHandler.prototype, 'set_description_async', 'set_description_finish');

    _withOptions(Sip.UserAgent, 'invite', Sip.InviteOptions, 1);
    _withOptions(Sip.Session, 'terminate', Sip.ResponseOptions, 0);
    _withOptions(Sip.Session, 'bye', Sip.RequestOptions, 0);
    _withOptions(Sip.OutgoingSession, 'cancel', Sip.ResponseOptions, 0);
    _withOptions(Sip.IncomingSession, 'progress', Sip.ResponseOptions, 0);
    _withOptions(Sip.IncomingSession, 'accept', Sip.InviteOptions, 0);
    _withOptions(Sip.IncomingSession, 'accept_async', Sip.InviteOptions, 0);
    _withOptions(Sip.IncomingSession, 'reject', Sip.ResponseOptions, 0);
    _withOptions(Sip.IncomingSession, 'reply', Sip.ResponseOptions, 0);

    Object.defineProperty(Sip.Session.prototype, 'data', {
        configurable: true,
        get() {
            this._sipData ??= {};
            return this._sipData;
        },
    });

    for (const cls of [Sip.Uri, Sip.NameAddr, Sip.Message]) {
        cls.prototype.toString = function () {
            return this.to_string();
        };
    }
}
