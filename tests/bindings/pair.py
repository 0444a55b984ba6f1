# SPDX-License-Identifier: LGPL-2.1-or-later
"""Two agents in one process, and the main loop that they run in."""

import uninstalled  # noqa: F401

from gi.repository import GLib, Sip

SIGNALS = ('progress', 'accepted', 'rejected', 'failed', 'cancel', 'bye', 'terminated')


def run_until(condition, seconds=10):
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


class Log(list):
    """The names of the signals that a session emits, in their order; and with which status and cause it ended."""

    def __init__(self, session):
        super().__init__()
        self.causes = []
        for name in SIGNALS:
            session.connect(name, lambda *args, name=name: self.append(name))
        session.connect('terminated', lambda session, message, cause: self.causes.append(
            (message.get_status_code() if isinstance(message, Sip.Response) else None, cause)))


def record(session):
    return Log(session)


class Pair:
    def __init__(self, listen='ws://127.0.0.1:0/', make_handler=None):
        self.handlers = []
        self.alice = Sip.UserAgent.new('sip:alice@example.com')
        self.bob = Sip.UserAgent.new('sip:bob@127.0.0.1')
        for agent in (self.alice, self.bob):
            if make_handler is not None:
                agent.set_session_description_handler_factory(lambda agent, session: self._keep(make_handler()))
        self.uri = self.bob.listen(listen)
        for agent in (self.alice, self.bob):
            assert finish(agent.start_async, agent.start_finish)
        scheme, rest = self.uri.split('://')
        self.target = f'sip:bob@{rest.split("/")[0]};transport={scheme}'

    def _keep(self, handler):
        self.handlers.append(handler)
        return handler

    def stop(self):
        for agent in (self.alice, self.bob):
            assert finish(agent.stop_async, agent.stop_finish)
            assert agent.get_state() == Sip.UserAgentState.STOPPED
