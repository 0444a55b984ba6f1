# SPDX-License-Identifier: LGPL-2.1-or-later
"""What makes the library feel at home in Python. Nothing here behaves otherwise than the C function does.

- options are keyword arguments: ``session.accept(extra_headers=['X-A: b'])``, ``agent.invite('sip:bob@example.com', anonymous=True)``;
  their values are Python's: a str or bytes for a body, a dict for what a description handler is told, a list of functions for modifiers
- what ends later gives a future: ``session.hold().add_done_callback(...)``. It is done when the main loop has run: to wait for its result without
  running the loop is to wait for ever. ``asyncio.wrap_future()`` makes it something to await, where asyncio's loop is GLib's.
- ``session.data`` is a dict
- messages are mappings of header names; URIs, addresses and messages have a ``str`` and can be compared
"""

from concurrent.futures import Future

from gi.repository import Gio, GLib

from ..module import get_introspection_module

Sip = get_introspection_module('Sip')

__all__ = []


# --- options are keywords ---

def _bytes(value):
    if isinstance(value, str):
        value = value.encode()
    return GLib.Bytes.new(value) if isinstance(value, (bytes, bytearray)) else value


def _variant(value):
    """A dict as a{sv}: what a value's Python type says, or the GLib.Variant that it is."""
    if not isinstance(value, dict):
        return value

    def one(item):
        if isinstance(item, GLib.Variant):
            return item
        if isinstance(item, dict):
            return _variant(item)
        for kind, code in ((bool, 'b'), (int, 'x'), (float, 'd'), (str, 's'), ((bytes, bytearray), 'ay')):
            if isinstance(item, kind):
                return GLib.Variant(code, item)
        if isinstance(item, (list, tuple)):
            return GLib.Variant('as', item) if all(isinstance(each, str) for each in item) else GLib.Variant('av', [one(each) for each in item])
        raise TypeError(f'{item!r} is nothing that a GLib.Variant holds')

    return GLib.Variant('a{sv}', {key: one(item) for key, item in value.items()})


def _modifiers(value):
    """A list of modifiers, or of functions of a description, as a list model."""
    if value is None or isinstance(value, Gio.ListModel):
        return value
    store = Gio.ListStore.new(Sip.DescriptionModifier)
    for modifier in value:
        if not isinstance(modifier, Sip.DescriptionModifier):
            # The function has no use for what C calls user data.
            modifier = Sip.DescriptionModifier.new_for_func(lambda description, *data, function=modifier: function(description))
        store.append(modifier)
    return store


_VALUES = {
    'body': _bytes,
    'session_description_handler_options': _variant,
    'modifiers': _modifiers,
}


def _make_options(options_class, properties):
    return options_class(**{name: _VALUES[name](value) if name in _VALUES else value for name, value in properties.items()})


def _with_options(cls, name, options_class, position):
    """Lets a method take its options' properties by keyword; `position` is where its options stand, self not counted."""
    function = getattr(cls, name)

    def method(self, *args, **properties):
        args = list(args)
        while len(args) <= position:
            args.append(None)
        if properties:
            if args[position] is not None:
                raise TypeError(f'{name} () takes an options object, or keywords, not both')
            args[position] = _make_options(options_class, properties)
        return function(self, *args)

    method.__name__ = name
    method.__doc__ = function.__doc__
    setattr(cls, name, method)


# A method, its options' type, and where they stand among its arguments. A test compares this table with the GIR. (The C function of bye takes
# the options of any request; those of a response are such, and have the status and the reason that a BYE can tell, RFC 3326.)
_OPTIONS = [
    ('UserAgent', 'invite', 'InviteOptions', 1),
    ('Session', 'terminate', 'ResponseOptions', 0),
    ('Session', 'bye', 'ResponseOptions', 0),
    ('Session', 'hold_async', 'InviteOptions', 0),
    ('Session', 'unhold_async', 'InviteOptions', 0),
    ('Session', 'reinvite_async', 'InviteOptions', 0),
    ('OutgoingSession', 'cancel', 'ResponseOptions', 0),
    ('IncomingSession', 'progress', 'ResponseOptions', 0),
    ('IncomingSession', 'accept', 'InviteOptions', 0),
    ('IncomingSession', 'accept_async', 'InviteOptions', 0),
    ('IncomingSession', 'reject', 'ResponseOptions', 0),
    ('IncomingSession', 'reply', 'ResponseOptions', 0),
    ('ClientContext', 'cancel', 'ResponseOptions', 0),
    ('ServerContext', 'progress', 'ResponseOptions', 0),
    ('ServerContext', 'accept', 'RequestOptions', 0),
    ('ServerContext', 'reject', 'ResponseOptions', 0),
    ('ServerContext', 'reply', 'ResponseOptions', 0),
    ('IncomingContext', 'progress', 'ResponseOptions', 0),
    ('IncomingContext', 'accept', 'RequestOptions', 0),
    ('IncomingContext', 'reject', 'ResponseOptions', 0),
    ('IncomingContext', 'reply', 'ResponseOptions', 0),
    ('Session', 'dtmf', 'DtmfOptions', 1),
    ('Session', 'send_request_async', 'RequestOptions', 1),
    ('Session', 'refer_async', 'ReferOptions', 1),
    ('Session', 'refer_to_session_async', 'ReferOptions', 1),
    ('ReferServerContext', 'accept', 'InviteOptions', 1),
    ('UserAgent', 'refer_async', 'ReferOptions', 2),
    ('UserAgent', 'publish', 'PublishOptions', 3),
    ('Publication', 'modify', 'RequestOptions', 1),
    ('UserAgent', 'send_request', 'RequestOptions', 2),
    ('UserAgent', 'subscribe', 'SubscribeOptions', 2),
    ('UserAgent', 'request_async', 'RequestOptions', 2),
    ('UserAgent', 'message_async', 'RequestOptions', 2),
    ('UserAgent', 'register_async', 'RegisterOptions', 0),
    ('UserAgent', 'unregister_async', 'RegisterOptions', 0),
]

for _cls, _name, _options, _position in _OPTIONS:
    _with_options(getattr(Sip, _cls), _name, getattr(Sip, _options), _position)


# --- what ends later is a future ---

def _with_future(cls, name, n_args):
    """`name` (…) for `name`_async (…), `n_args` of whose arguments come before the cancellable."""
    begin = getattr(cls, f'{name}_async')
    end = getattr(cls, f'{name}_finish')

    def method(self, *args, **properties):
        future = Future()

        def done_cb(source, result):
            try:
                future.set_result(end(source, result))
            except GLib.Error as error:
                future.set_exception(error)

        args = list(args) + [None] * (n_args - len(args))
        future.set_running_or_notify_cancel()
        begin(self, *args, None, done_cb, **properties)
        return future

    method.__name__ = name
    method.__doc__ = begin.__doc__
    setattr(cls, name, method)


# An asynchronous method whose name without _async is free, and how many arguments it has before the cancellable.
_FUTURES = [
    ('UserAgent', 'start', 0),
    ('UserAgent', 'stop', 0),
    ('Session', 'hold', 1),
    ('Session', 'unhold', 1),
    ('Session', 'reinvite', 1),
    ('Session', 'send_request', 2),
    ('Session', 'refer', 2),
    ('Session', 'refer_to_session', 2),
    ('UserAgent', 'refer', 3),
    ('UserAgent', 'request', 3),
    ('UserAgent', 'message', 3),
    ('UserAgent', 'register', 1),
    ('UserAgent', 'unregister', 1),
    ('Registration', 'register', 0),
    ('Registration', 'unregister', 1),
]

for _cls, _name, _n_args in _FUTURES:
    _with_future(getattr(Sip, _cls), _name, _n_args)


# --- values ---

def _taking(cls, name, convert):
    """A setter takes what the property takes as a keyword."""
    function = getattr(cls, name)

    def method(self, value):
        function(self, convert(value))

    method.__name__ = name
    method.__doc__ = function.__doc__
    setattr(cls, name, method)


for _cls in (Sip.UserAgent, Sip.InviteOptions):
    _taking(_cls, 'set_modifiers', _modifiers)


def _dtmf(self, tones, *args, **properties):
    """One tone may be a number."""
    return _dtmf.function(self, str(tones) if isinstance(tones, int) else tones, *args, **properties)


_dtmf.function = Sip.Session.dtmf
Sip.Session.dtmf = _dtmf


def _refer(self, target, *args, **properties):
    """Asks the other side to call somebody, or to take our place in another call."""
    function = Sip.Session.refer_to_session if isinstance(target, Sip.Session) else _refer.function
    return function(self, target, *args, **properties)


_refer.function = Sip.Session.refer
Sip.Session.refer = _refer


def _accept_refer(self, follow=True, *args, **properties):
    """Accepts the REFER, and calls whom it names."""
    return _accept_refer.function(self, follow, *args, **properties)


_accept_refer.function = Sip.ReferServerContext.accept
Sip.ReferServerContext.accept = _accept_refer


def _accept_notifier(self, expires=0):
    """Takes the subscription, for as long as it asks for."""
    return _accept_notifier.function(self, expires)


def _defer_notifier(self, expires=0):
    """Takes the subscription, without saying yet whether it may know our state."""
    return _defer_notifier.function(self, expires)


def _terminate_notifier(self, reason=None, retry_after=0):
    """Ends the subscription."""
    return _terminate_notifier.function(self, reason, retry_after)


def _send_notify(self, content_type, body):
    """Says our state: bytes or a text."""
    return _send_notify.function(self, content_type, _bytes(body))


for _name, _function in (('accept', _accept_notifier), ('defer', _defer_notifier), ('terminate', _terminate_notifier), ('send_notify', _send_notify)):
    _function.function = getattr(Sip.Notifier, _name)
    setattr(Sip.Notifier, _name, _function)


def _data(self):
    return self.__dict__.setdefault('_sip_data', {})


for _cls in (Sip.Session, Sip.IncomingContext, Sip.OutgoingContext, Sip.Publication, Sip.ReferClientContext, Sip.Subscription):
    _cls.data = property(_data, doc='A dict for whatever belongs to this session, or request.')


def _header(self, name):
    value = self.get_header(name)
    if value is None:
        raise KeyError(name)
    return value


Sip.Message.__getitem__ = _header
Sip.Message.__contains__ = Sip.Message.has_header
Sip.Message.__iter__ = lambda self: iter(self.list_header_names())
Sip.Message.__str__ = Sip.Message.to_string

for _cls in (Sip.Uri, Sip.NameAddr):
    _cls.__str__ = _cls.to_string
    _cls.__eq__ = lambda self, other: type(self) is type(other) and self.equal(other)
    # RFC 3261 §19.1.4 makes different texts equal, and equality is not even transitive: there is no hash of it.
    _cls.__hash__ = None
