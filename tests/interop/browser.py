# SPDX-License-Identifier: LGPL-2.1-or-later
"""A server for tests/browser, whose tests of calls through one it runs."""

import json
import subprocess
import sys

import agents
import kamailio


def main():
    why = kamailio.missing()
    if why:
        print(f'1..0 # SKIP {why}')
        return 0
    server = kamailio.Kamailio()
    try:
        path = server.folder / 'server.json'
        path.write_text(json.dumps({
            'domain': kamailio.DOMAIN, 'ca': server.ca, 'password': kamailio.password(''),
            'uris': {transport: server.uri(transport) for transport in kamailio.TRANSPORTS},
            'programs': {language: [str(word) for word in words] for language, words in agents.PROGRAMS.items()},
            'environment': agents.environment(),
        }))
        run = agents.SOURCE / 'tests' / 'browser' / 'run'
        status = subprocess.run([run, agents.BUILD, '--server', path, *sys.argv[1:]], stdin=subprocess.DEVNULL).returncode
        if status != 0:
            for line in server.text().splitlines()[-100:]:
                print(f'# kamailio: {line}')
        return status
    finally:
        server.close()


if __name__ == '__main__':
    sys.exit(main())
