# SPDX-License-Identifier: LGPL-2.1-or-later
"""What makes the library feel at home in Python. Nothing here behaves otherwise than the C function does.

- options are keyword arguments: ``session.accept(extra_headers=['X-A: b'])``, ``agent.invite('sip:bob@example.com', anonymous=True)``
- ``session.data`` is a dict
- modifiers are a list of them, or of functions: ``agent.invite(target, modifiers=[lambda description: ...])``
- messages are mappings of header names; URIs, addresses and messages have a ``str`` and can be compared
"""

from gi.repository import Gio

from ..module import get_introspection_module

Sip = get_introspection_module('Sip')

__all__ = []


def _modifiers(modifiers):
    """A list of modifiers and of functions, as the library takes it."""
    if modifiers is None or isinstance(modifiers, Gio.ListModel):
        return modifiers
    store = Gio.ListStore.new(Sip.DescriptionModifier)
    for modifier in modifiers:
        if not isinstance(modifier, Sip.DescriptionModifier):
            # The function has no use for what C calls user data.
            modifier = Sip.DescriptionModifier.new_for_func(lambda description, *data, function=modifier: function(description))
        store.append(modifier)
    return store


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
            if 'modifiers' in properties:
                properties['modifiers'] = _modifiers(properties['modifiers'])
            args[position] = options_class(**properties)
        return function(self, *args)

    method.__name__ = name
    method.__doc__ = function.__doc__
    setattr(cls, name, method)


# A method, its options' type, and where they stand among its arguments. A test compares this table with the GIR.
_OPTIONS = [
    ('UserAgent', 'invite', 'InviteOptions', 1),
    ('Session', 'terminate', 'ResponseOptions', 0),
    ('Session', 'bye', 'RequestOptions', 0),
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
]

for _cls, _name, _options, _position in _OPTIONS:
    _with_options(getattr(Sip, _cls), _name, getattr(Sip, _options), _position)



def _taking_modifiers(cls):
    function = cls.set_modifiers

    def set_modifiers(self, modifiers):
        function(self, _modifiers(modifiers))

    set_modifiers.__doc__ = function.__doc__
    cls.set_modifiers = set_modifiers


for _cls in (Sip.UserAgent, Sip.InviteOptions):
    _taking_modifiers(_cls)


def _data(self):
    return self.__dict__.setdefault('_sip_data', {})


Sip.Session.data = property(_data, doc='A dict for whatever belongs to this session.')


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
