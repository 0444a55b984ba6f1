#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What one message costs to parse: ours and others, in turns, in one run.

parse.py PROGRAM...    the first one is ours
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile

TURNS = 31
ROUNDS = 4000
COUNTED_ROUNDS = 40
MESSAGES = 5


class Parser:
    def __init__(self, program):
        self.program = program
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.name, self.bytes = self.process.stdout.readline().rsplit(maxsplit=1)
        self.times = []

    def turn(self, rounds):
        self.process.stdin.write(f'{rounds}\n')
        self.process.stdin.flush()
        return float(self.process.stdout.readline())

    def instructions(self):
        """Instructions for a message, as valgrind counts them, warm: only what the rounds do."""
        with tempfile.TemporaryDirectory() as folder:
            out = os.path.join(folder, 'out')
            subprocess.run(['valgrind', '--tool=callgrind', '--toggle-collect=bench_one', f'--callgrind-out-file={out}', self.program],
                           input=f'{COUNTED_ROUNDS}\n', check=True, text=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            with open(out, encoding='utf-8') as file:
                total = next(int(line.split()[1]) for line in file if line.startswith(('totals:', 'summary:')))
        return total / ((COUNTED_ROUNDS + 1) * MESSAGES)


def main():
    parsers = [Parser(program) for program in sys.argv[1:]]
    for parser in parsers:
        parser.turn(ROUNDS)
    for _ in range(TURNS):
        for parser in parsers:
            parser.times.append(parser.turn(ROUNDS))

    ours = parsers[0]
    counted = {parser: parser.instructions() for parser in parsers} if shutil.which('valgrind') else {}
    print(f'One message parsed and looked at, five typical ones of {ours.bytes} bytes on average; the median of {TURNS} turns')
    print(f'{"":16} {"ns":>8} {"of theirs":>10} {"instructions":>13} {"of theirs":>10}')
    for parser in parsers:
        ns = statistics.median(parser.times)
        row = f'{parser.name:16} {ns:8.0f} {statistics.median(ours.times) / ns:10.2f}'
        if counted:
            row += f' {counted[parser]:13.0f} {counted[ours] / counted[parser]:10.2f}'
        print(row)
    for parser in parsers:
        parser.process.stdin.close()
        parser.process.wait()


if __name__ == '__main__':
    main()
