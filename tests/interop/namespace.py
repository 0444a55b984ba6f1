# SPDX-License-Identifier: LGPL-2.1-or-later
"""A network, and some files, of a test program's own: it starts itself again in namespaces, as root or as whom user namespaces make one."""

import os
import subprocess
import sys
import tempfile

INSIDE = 'SIP_TESTS_INSIDE'


def _quiet(*command):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.returncode, done.stdout.strip()


def enter(*needs, resolv_conf=None):
    """Comes back inside, with the loopback interface up and `resolv_conf` as /etc/resolv.conf. Where that cannot be, the program ends: it tells
    why as a test that was skipped. `needs` is a command that has to succeed inside."""
    if os.environ.get(INSIDE):
        run('ip', 'link', 'set', 'lo', 'up')
        # Where all addresses are loopback's the C library resolves no names (AI_ADDRCONFIG).
        run('ip', 'address', 'add', '192.0.2.1/32', 'dev', 'lo')
        if resolv_conf is not None:
            with tempfile.NamedTemporaryFile('w', prefix='sip-resolv-') as file:
                file.write(resolv_conf)
                file.flush()
                os.chmod(file.name, 0o644)
                # A link is bound over at what it leads to.
                run('mount', '--bind', file.name, os.path.realpath('/etc/resolv.conf'))
        return

    share = ['unshare', '--net', '--mount'] + ([] if os.geteuid() == 0 else ['--map-root-user'])
    for what in (['ip', 'link', 'set', 'lo', 'up'], list(needs)):
        if not what:
            continue
        try:
            status, text = _quiet(*share, *what)
        except FileNotFoundError:
            status, text = 1, 'no unshare'
        if status != 0:
            print(f'1..0 # SKIP no network namespace: "{" ".join(what)}" says: {text.splitlines()[-1] if text else status}')
            sys.exit(0)
    os.environ[INSIDE] = '1'
    os.execvp(share[0], [*share, sys.executable, *sys.argv])


def run(*command, text=None):
    done = subprocess.run(command, input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert done.returncode == 0, f'{" ".join(command)}: {done.stdout}'
    return done.stdout
