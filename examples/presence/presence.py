#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tells others whether somebody is there, or watches that."""

import argparse
import os
import sys

import gi
import gi.overrides

# In the source tree the overrides are not where Python looks for them.
gi.overrides.__path__.append(os.path.join(os.path.dirname(__file__), '../../bindings/python/gi/overrides'))
gi.require_version('Sip', '1.0')
from gi.repository import GLib, Sip  # noqa: E402


def describe(uri, is_there):
    presence = Sip.Presence(entity=uri, note='At the desk' if is_there else 'Out for lunch')
    presence.add_tuple(Sip.PresenceTuple(id='desk', basic=Sip.PresenceBasic.OPEN if is_there else Sip.PresenceBasic.CLOSED, contact=uri))
    return presence.to_bytes()


class Teller:
    """We come and go each second."""

    def __init__(self, agent, options, end):
        self.agent, self.uri, self.end, self.is_there = agent, options.uri, end, True
        agent.set_events(['presence'])
        agent.connect('subscribe', self.on_subscribe)
        GLib.timeout_add_seconds(1, self.change)

    def on_subscribe(self, agent, notifier):
        print(notifier.get_remote_identity(), 'watches us', flush=True)
        notifier.connect('terminated', self.on_gone)
        notifier.accept()
        notifier.send_notify(Sip.PRESENCE_TYPE, describe(self.uri, True))

    def on_gone(self, notifier):
        print('a watcher has gone')
        self.end(0)

    def change(self):
        self.is_there = not self.is_there
        for notifier in list(self.agent.get_subscribers()):
            notifier.send_notify(Sip.PRESENCE_TYPE, describe(self.uri, self.is_there))
        return GLib.SOURCE_CONTINUE


class Watcher:
    """Until the time is over, and they have come and gone."""

    def __init__(self, agent, options, end):
        self.end, self.seen, self.is_enough = end, set(), False
        self.watch = agent.subscribe(options.target, 'presence')
        self.watch.connect('notify::content', self.on_content)
        self.watch.connect('terminated', self.on_over)
        GLib.timeout_add_seconds(options.duration, self.on_enough)

    def on_content(self, watch, pspec):
        presence = watch.get_content()
        is_there = presence.get_basic() == Sip.PresenceBasic.OPEN
        print(presence.get_entity(), 'is', 'there:' if is_there else 'away:', presence.get_note(), flush=True)
        self.seen.add(is_there)
        self.look()

    def on_enough(self):
        self.is_enough = True
        self.look()
        return GLib.SOURCE_REMOVE

    def look(self):
        if self.is_enough and len(self.seen) == 2 and self.watch.get_state() == Sip.SubscriptionState.ACTIVE:
            self.watch.unsubscribe()

    def on_over(self, watch, message, cause):
        error = watch.get_error()
        if error:
            print(error.message, file=sys.stderr)
        self.end(1 if error else 0)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--listen', metavar='URI', help='tell our presence to whom it asks for here, until they have gone')
    parser.add_argument('--uri', default='sip:presence@127.0.0.1', help='who you are')
    parser.add_argument('--duration', metavar='S', type=int, default=5, help='watch so long')
    parser.add_argument('target', nargs='?')
    options = parser.parse_args()
    if bool(options.target) == bool(options.listen):
        parser.error('either tell (--listen), or watch somebody')

    loop = GLib.MainLoop()
    status = []

    def end(code):
        status.append(code)
        agent.stop().add_done_callback(lambda future: loop.quit())

    def started(future):
        future.result()
        (Watcher if options.target else Teller)(agent, options, end)

    agent = Sip.UserAgent(uri=options.uri)
    print('listening at', agent.listen(options.listen or 'udp://127.0.0.1:0'), flush=True)
    agent.start().add_done_callback(started)
    loop.run()
    return status[0]


if __name__ == '__main__':
    sys.exit(main())
