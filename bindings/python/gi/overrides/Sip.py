# SPDX-License-Identifier: LGPL-2.1-or-later
"""What makes the library feel at home in Python. Nothing here behaves otherwise than the C function does.

- options are keyword arguments: ``session.accept(extra_headers=['X-A: b'])``, ``agent.invite('sip:bob@example.com', anonymous=True)``
- ``session.data`` is a dict
- messages are mappings of header names; URIs, addresses and messages have a ``str`` and can be compared
"""

from ..module import get_introspection_module

Sip = get_introspection_module('Sip')

__all__ = []


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
            args[position] = options_class(**properties)
        return function(self, *args)

    method.__name__ = name
    method.__doc__ = function.__doc__
    setattr(cls, name, method)


_with_options(Sip.UserAgent, 'invite', Sip.InviteOptions, 1)
_with_options(Sip.Session, 'terminate', Sip.ResponseOptions, 0)
_with_options(Sip.Session, 'bye', Sip.RequestOptions, 0)
_with_options(Sip.OutgoingSession, 'cancel', Sip.ResponseOptions, 0)
_with_options(Sip.IncomingSession, 'progress', Sip.ResponseOptions, 0)
_with_options(Sip.IncomingSession, 'accept', Sip.InviteOptions, 0)
_with_options(Sip.IncomingSession, 'reject', Sip.ResponseOptions, 0)
_with_options(Sip.IncomingSession, 'reply', Sip.ResponseOptions, 0)


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
