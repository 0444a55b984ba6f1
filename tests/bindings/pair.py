# SPDX-License-Identifier: LGPL-2.1-or-later
"""Two agents in one process, and the main loop that they run in."""

import unittest

import uninstalled  # noqa: F401

from gi.repository import GLib, Sip

SIGNALS = ('progress', 'accepted', 'rejected', 'failed', 'cancel', 'reinvite', 'refer-requested', 'replaced', 'dtmf', 'bye', 'terminated')


def run_until(condition, seconds=60):
    """Runs the main loop until `condition ()` holds."""
    context = GLib.MainContext.default()
    late = []
    source = GLib.timeout_add(int(seconds * 1000), lambda: late.append(True) or GLib.SOURCE_REMOVE)
    while not condition() and not late:
        context.iteration(True)
    if not late:
        GLib.source_remove(source)
    assert condition(), 'this did not happen in time'


def finish(begin, end, *args):
    """An asynchronous method, waited for."""
    results = []
    begin(*args, None, lambda source, result: results.append(result))
    run_until(lambda: results)
    return end(results[0])


def wait(future, seconds=60):
    """The result of a future, or its error."""
    run_until(future.done, seconds)
    return future.result()


class Log(list):
    """The names of the signals that a session emits, in their order; with what arguments; and with which status and cause it ended."""

    def __init__(self, session):
        super().__init__()
        self.causes = []
        self.arguments = {}
        for name in SIGNALS:
            try:
                session.connect(name, self._signal_cb, name)
            except TypeError:
                pass
        session.connect('terminated', lambda session, message, cause: self.causes.append(
            (message.get_status_code() if isinstance(message, Sip.Response) else None, cause)))

    def _signal_cb(self, session, *arguments):
        *arguments, name = arguments
        self.append(name)
        self.arguments.setdefault(name, []).append(arguments)

    @property
    def steps(self):
        """Without the provisional responses, of which there may be more than one."""
        return [name for name in self if name != 'progress']


def record(session):
    return Log(session)


class Call:
    """Alice's call to Bob: her session and his, and what each has emitted."""

    def __init__(self, agents):
        self.agents = agents
        self.outgoing = self.incoming = self.sent = self.received = None

    def is_established(self):
        return self.incoming is not None and self.outgoing.get_state() == self.incoming.get_state() == Sip.SessionState.ESTABLISHED

    def is_over(self):
        return 'terminated' in self.sent and (self.received is None or 'terminated' in self.received)


class Pair:
    def __init__(self, listen='ws://127.0.0.1:0/', make_handler=None, configure=None):
        self.handlers = []
        self.wire = []
        self.alice = Sip.UserAgent.new('sip:alice@example.com')
        self.bob = Sip.UserAgent.new('sip:bob@127.0.0.1')
        for agent, who in ((self.alice, 'alice'), (self.bob, 'bob')):
            if make_handler is not None:
                agent.set_session_description_handler_factory(lambda agent, session: self._keep(make_handler()))
            agent.connect('traffic', self._traffic_cb, who)
        if configure is not None:
            configure(self)
        self.uri = self.bob.listen(listen)
        for agent in (self.alice, self.bob):
            assert wait(agent.start())
        scheme, rest = self.uri.split('://')
        self.target = f'sip:bob@{rest.split("/")[0]};transport={scheme}'

    def _keep(self, handler):
        self.handlers.append(handler)
        return handler

    def _traffic_cb(self, agent, message, direction, who):
        if direction == Sip.Direction.OUTGOING:
            self.wire.append((who, message))

    def requests(self, method, who='alice'):
        """What of this method somebody has sent."""
        return [message for sender, message in self.wire
                if sender == who and isinstance(message, Sip.Request) and message.get_method() == method]

    def responses(self, method, who='bob', status=None):
        return [message for sender, message in self.wire
                if sender == who and isinstance(message, Sip.Response) and message.get_method() == method and
                (status is None or message.get_status_code() == status)]

    def call(self, answer=None, target=None, **options):
        """Alice calls Bob, who does `answer` with the call."""
        call = Call(self)

        def invite_cb(agent, session):
            call.incoming = session
            call.received = record(session)
            if answer is not None:
                answer(session)

        handler = self.bob.connect('invite', invite_cb)
        call.outgoing = self.alice.invite(target or self.target, **options)
        call.sent = record(call.outgoing)
        run_until(lambda: call.incoming is not None)
        self.bob.disconnect(handler)
        return call

    def establish(self, **options):
        """... and he accepts."""
        call = self.call(lambda session: session.accept(), **options)
        run_until(call.is_established)
        return call

    def stop(self):
        for agent in (self.alice, self.bob):
            assert wait(agent.stop())
            assert agent.get_state() == Sip.UserAgentState.STOPPED


class Case(unittest.TestCase):
    """What the tests of two agents have in common."""

    def make_pair(self, *args, **kwargs):
        from null_handler import NullHandler
        kwargs.setdefault('make_handler', NullHandler)
        result = Pair(*args, **kwargs)
        self.addCleanup(result.stop)
        return result

    def make_raw_peer(self):
        from null_handler import NullHandler
        from raw_peer import RawPeer
        result = RawPeer(NullHandler)
        self.addCleanup(result.stop)
        return result

    def refuses(self, code, function, *args, **kwargs):
        """`function` fails with this error of Sip.Error; its message."""
        with self.assertRaises(GLib.Error) as raised:
            function(*args, **kwargs)
        self.assertTrue(raised.exception.matches(Sip.error_quark(), code), raised.exception)
        return raised.exception.message

    def refuses_later(self, code, future):
        return self.refuses(code, wait, future)
