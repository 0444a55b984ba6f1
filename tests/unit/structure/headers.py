# SPDX-License-Identifier: LGPL-2.1-or-later
"""A public header is in the umbrella, is installed, and has one source file; everything else is private."""

import json
import re
import subprocess
import unittest

import source
import tap

# Headers that are nothing but macros, inline functions or an interface, and the one that Meson writes.
NO_SOURCE = {'syntax/sip-macros.h', 'syntax/sip-scan-wide-private.h', 'syntax/sip-version.h', 'transport/sip-transport-private.h'}
# Sources that share the header of another, because together they are one idea: each with that header.
SHARED = {
    'agent/sip-registration-properties': 'agent/sip-registration',
    'agent/sip-session-change': 'agent/sip-session',
    'agent/sip-session-dtmf': 'agent/sip-session',
    'agent/sip-session-events': 'agent/sip-session',
    'agent/sip-session-refer': 'agent/sip-session',
    'agent/sip-session-replace': 'agent/sip-session',
    'agent/sip-subscription-life': 'agent/sip-subscription',
    'agent/sip-user-agent-call-settings': 'agent/sip-user-agent',
    'agent/sip-session-requests': 'agent/sip-session',
    'agent/sip-user-agent-credentials': 'agent/sip-user-agent',
    'agent/sip-user-agent-network': 'agent/sip-user-agent',
    'agent/sip-user-agent-refer': 'agent/sip-user-agent',
    'agent/sip-user-agent-requests': 'agent/sip-user-agent',
    'agent/sip-user-agent-properties': 'agent/sip-user-agent',
    'agent/sip-user-agent-stop': 'agent/sip-user-agent',
    'agent/sip-user-agent-register': 'agent/sip-user-agent',
    'agent/sip-user-agent-servers': 'agent/sip-user-agent',
    'agent/sip-user-agent-settings': 'agent/sip-user-agent',
    'agent/sip-user-agent-subscribe': 'agent/sip-user-agent',
    'dialog/sip-invite-change': 'dialog/sip-invite-machine',
    'dialog/sip-invite-client': 'dialog/sip-invite-machine',
    'dialog/sip-invite-inside': 'dialog/sip-invite-machine',
    'dialog/sip-invite-prack': 'dialog/sip-invite-machine',
    'dialog/sip-invite-reliable': 'dialog/sip-invite-machine',
    'dialog/sip-invite-replace': 'dialog/sip-invite-machine',
    'dialog/sip-invite-server': 'dialog/sip-invite-machine',
    'dialog/sip-invite-update': 'dialog/sip-invite-machine',
    'syntax/sip-message-views': 'syntax/sip-message',
    'syntax/sip-msg-parse': 'syntax/sip-msg',
    'syntax/sip-status': 'syntax/sip-msg-builder',
    'syntax/sip-uri-view': 'syntax/sip-views',
    'syntax/sip-via-view': 'syntax/sip-views',
}


class Headers(unittest.TestCase):
    def setUp(self):
        self.public = {source.name(path) for path in source.sources('*.h') if source.is_public(path)}
        self.public |= {source.name(path)[:-3] for path in source.sources('*.h.in')}
        self.assertGreater(len(self.public), 0)

    def test_public_headers_are_the_umbrella(self):
        umbrella = [what for _, what in source.includes(source.LIB / 'sip.h')]
        self.assertEqual(sorted(umbrella), sorted(self.public))

    def test_public_headers_are_installed(self):
        out = subprocess.run(['meson', 'introspect', '--installed', source.BUILD], check=True, stdout=subprocess.PIPE).stdout
        folders = [f'{source.LIB}/', f'{source.BUILD}/lib/']
        installed = {path[len(folder):] for path in json.loads(out) for folder in folders if path.startswith(folder) and path.endswith('.h')}
        self.assertEqual(installed, self.public | {'sip.h'})

    def test_public_headers_include_public_headers(self):
        for name in self.public:
            path = source.LIB / name
            for is_system, what in source.includes(path) if path.exists() else []:
                self.assertTrue(is_system or what in self.public, f'{name} includes {what}')

    def test_one_source_for_a_header(self):
        headers = {re.sub(r'(-private)?\.h$', '', source.name(path)) for path in source.sources('*.h')
                   if source.name(path) not in NO_SOURCE}
        implementations = {re.sub(r'\.c$', '', source.name(path)) for path in source.sources('*.c')}
        self.assertEqual(implementations - headers, set(SHARED), 'sources without a header')
        self.assertEqual(headers - implementations - set(SHARED.values()), set(), 'headers without a source')

    def test_functions_are_marked(self):
        """What a public header declares is exported, and says since when."""
        wrong = []
        for name in self.public - NO_SOURCE:
            text = source.without_comments((source.LIB / name).read_text())
            for match in re.finditer(r'^(?!typedef|#|static|G_DE|\s)[^;{}()]*\b(sip_\w+) \(', text, re.MULTILINE):
                before = text[:match.start()].rstrip().split('\n')[-1].strip()
                if not before.startswith('SIP_AVAILABLE_IN_') and 'SIP_AVAILABLE_IN_' not in match.group():
                    wrong.append(f'{name}: {match.group(1)}')
        self.assertEqual(wrong, [])

    def test_every_file_says_its_licence(self):
        for path in source.sources():
            self.assertEqual(path.read_text().split('\n')[:3], ['/*', ' * SPDX-License-Identifier: LGPL-2.1-or-later', ' */'],
                             source.name(path))

    def test_headers_guard_themselves(self):
        for path in source.sources('*.h'):
            self.assertRegex(path.read_text(), r'(?m)^#pragma once$', source.name(path))


if __name__ == '__main__':
    tap.main()
