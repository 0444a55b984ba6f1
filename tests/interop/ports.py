# SPDX-License-Identifier: LGPL-2.1-or-later
"""Ports for servers that cannot take one by themselves and say which.

They are below those that the kernel gives away, so that a server that was killed finds its own free when it comes back; and each is reserved among
the tests by a name that ends with this process."""

import random
import socket

FIRST, LAST = 12000, 30000

_reserved = {}


def _reserve(port):
    name = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        name.bind(f'\0sip-tests-port-{port}')
    except OSError:
        name.close()
        return None
    return name


def _is_free(port):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(('', port))
            except OSError:
                return False
    return True


def take(count):
    taken = []
    for port in random.sample(range(FIRST, LAST), 500):
        name = _reserve(port)
        if name is None:
            continue
        if not _is_free(port):
            name.close()
            continue
        _reserved[port] = name
        taken.append(port)
        if len(taken) == count:
            return taken
    raise AssertionError('no port is free')


def give_back(given):
    for port in set(given):
        name = _reserved.pop(port, None)
        if name is not None:
            name.close()
