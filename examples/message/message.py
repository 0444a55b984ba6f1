#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A message in one file: sends one (RFC 3428), or tells of those that come."""

import argparse
import os
import sys

import gi
import gi.overrides

# In the source tree the overrides are not where Python looks for them.
gi.overrides.__path__.append(os.path.join(os.path.dirname(__file__), '../../bindings/python/gi/overrides'))
gi.require_version('Sip', '1.0')
from gi.repository import GLib, Sip  # noqa: E402


def parse_arguments():
    parser = argparse.ArgumentParser(description='Sends a message, or waits for some.')
    parser.add_argument('--listen', metavar='URI', help='wait for messages here (udp://127.0.0.1:5060)')
    parser.add_argument('--server', metavar='URI', help='be connected to a server (wss://sip.example.com/)')
    parser.add_argument('--uri', default='sip:message@127.0.0.1', help='who you are')
    parser.add_argument('--once', action='store_true', help='leave after the first message')
    parser.add_argument('target', nargs='?')
    parser.add_argument('text', nargs='?')
    options = parser.parse_args()
    if not (options.text or options.target is None and (options.listen or options.server)):
        parser.error('what shall I say to whom, or where shall I wait?')
    return options


def main():
    options = parse_arguments()
    loop = GLib.MainLoop()
    status = 1

    def leave(with_status):
        nonlocal status
        status = with_status
        loop.quit()

    def message_cb(agent, context):
        body = context.get_request().get_body()
        text = body.get_data().decode(errors='replace') if body else ''
        sender = context.props.remote_identity
        print(f'{sender.get_friendly_name() if sender else "somebody"}: {text!r}', flush=True)
        if options.once:
            GLib.idle_add(leave, 0)
        # It is answered 200 when nobody has answered otherwise.

    def answered_cb(future):
        try:
            response = future.result()
        except GLib.Error as error:
            print(f'not delivered: {error.message}', file=sys.stderr)
            leave(1)
            return
        print(response.get_status_code(), response.get_reason_phrase(), flush=True)
        leave(0 if response.get_status_code() < 300 else 1)

    def started_cb(future):
        try:
            future.result()
        except GLib.Error as error:
            print(f'cannot start: {error.message}', file=sys.stderr)
            leave(1)
            return
        if options.target:
            agent.message(options.target, options.text).add_done_callback(answered_cb)

    agent = Sip.UserAgent(uri=options.uri)
    agent.connect('message', message_cb)
    if options.server:
        agent.set_servers([options.server])
    if options.listen:
        print('listening at', agent.listen(options.listen), flush=True)
    agent.start().add_done_callback(started_cb)
    loop.run()
    agent.stop().add_done_callback(lambda future: loop.quit())
    loop.run()
    return status


if __name__ == '__main__':
    sys.exit(main())
