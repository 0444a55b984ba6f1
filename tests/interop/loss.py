# SPDX-License-Identifier: LGPL-2.1-or-later
"""A fifth of the packets on the way between our agents and the server is lost, either way: what is begun still comes to its right end.

SIP itself gives up in the end: of the seven packets that ask for a call's challenge all, or all their answers, are lost in one of a thousand calls.
That is a right end, too ("Request Timeout"), and is tried again."""

import re
import threading

import namespace
import tap
from agents import LANGUAGES
from case import Case
from kamailio import DOMAIN

LOSS = 20
# How many of each are begun by each of the agents.
COUNT = 4
TRIES = 4
# What ends by timeout takes 32 s.
PATIENCE = 120

# Where they arrive: who sends must not be told (what is dropped on its way out is an error of the system call).
RULES = '''
table inet loss {{
  counter lost {{ }}
  counter passed {{ }}
  chain arriving {{
    type filter hook input priority 0; policy accept;
    udp sport {{ {ports} }} jump lose
    udp dport {{ {ports} }} jump lose
  }}
  chain lose {{
    numgen random mod 100 < {loss} counter name lost drop
    counter name passed
  }}
}}
'''


class Loss(Case):
    def setUp(self):
        super().setUp()
        self.bob = self.agent('Python', 'bob', 'udp')
        self.bob.tell('on-invite', 'accept')
        self.alices = [self.agent(language, user, 'udp', register=False) for language, user in zip(LANGUAGES, ('alice', 'carol'))]
        found = [re.search(r'^ok udp://\S+:(\d+)$', '\n'.join(agent.lines), re.MULTILINE).group(1) for agent in self.alices]
        namespace.run('nft', '-f', '-', text=RULES.format(ports=', '.join(found), loss=LOSS))
        self.addCleanup(self.heal)

    def heal(self):
        said = namespace.run('nft', 'list', 'counters')
        lost, passed = [int(re.search(rf'counter {name} {{\s*packets (\d+)', said).group(1)) for name in ('lost', 'passed')]
        print(f'# {lost} of {lost + passed} packets were lost', flush=True)
        namespace.run('nft', 'delete', 'table', 'inet', 'loss')

    def insist(self, agent, *words):
        for _ in range(TRIES):
            answer = agent.answer(agent.begin(*words), PATIENCE)
            if answer.startswith('ok') and not answer.startswith('ok 408'):
                return answer[3:]
            self.assertRegex(answer, '(?i)time')
        raise AssertionError(f'{words} did not succeed:\n{agent.story()}')

    def all_at_once(self, work):
        """`work (agent)` for each agent, beside one another; what fails in one fails the test."""
        problems = []

        def one(agent):
            try:
                work(agent)
            except Exception as problem:
                problems.append(problem)

        threads = [threading.Thread(target=one, args=(agent,)) for agent in self.alices]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if problems:
            raise problems[0]

    def call(self, agent):
        for _ in range(TRIES):
            number = int(agent.tell('invite', f'sip:bob@{DOMAIN}'))
            end = agent.wait(f'signal {number} (accepted|terminated)( .*)?', timeout=PATIENCE)
            if end.group(1) == 'accepted':
                break
            self.assertRegex(end.group(0), 'Request Timeout|Connection Error')
        else:
            raise AssertionError(f'no call succeeded:\n{agent.story()}')
        agent.tell('bye', number)
        agent.wait(f'signal {number} terminated .*', timeout=PATIENCE)

    def test_everything_ends_right(self):
        def work(agent):
            self.insist(agent, 'register')
            for i in range(COUNT):
                self.assertEqual(self.insist(agent, 'message', self.bob.uri, f'number-{i}-of-{agent.user}'), '200')
                self.bob.wait(f'message {agent.uri} number-{i}-of-{agent.user}', timeout=PATIENCE)
                self.call(agent)
            self.insist(agent, 'subscribe', self.bob.uri, 'presence')
            agent.wait('subscription 1 notification .*', timeout=PATIENCE)
            self.insist(agent, 'unsubscribe', 1)
            self.insist(agent, 'unregister')

        self.all_at_once(work)
        # Bob's link is whole: what he was told of the calls is all, and all of it over.
        begun = [line for line in self.bob.lines if ' invite ' in line]
        self.bob.wait(r'signal \d+ terminated .*', len(begun), timeout=PATIENCE)


if __name__ == '__main__':
    namespace.enter('nft', 'list', 'ruleset')
    tap.main()
