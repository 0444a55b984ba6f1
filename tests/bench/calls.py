#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What calls cost a server: ours, without media, and SIPp's own uas, both called by SIPp's uac over UDP, in turns.

calls.py cpu AGENT      CPU time of the server for 10 000 calls
calls.py memory AGENT   resident memory for each call that is held
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time

CALLS = 10000
RATES = (1000, 2000)
# Each turn has its own ratio, of two runs right after one another: a machine that does something else for a while spoils one turn and not the median.
TURNS = 5
# After this long (64 × T1) no transaction of the last call is left.
LINGER = 34
HELD = 5000


def cpu_seconds(pid):
    """Of all its threads, by the scheduler's clock, which counts nanoseconds."""
    total = 0
    for thread in os.listdir(f'/proc/{pid}/task'):
        with open(f'/proc/{pid}/task/{thread}/schedstat', encoding='utf-8') as file:
            total += int(file.read().split()[0])
    return total / 1e9


def resident_kb(pid):
    with open(f'/proc/{pid}/status', encoding='utf-8') as file:
        return next(int(line.split()[1]) for line in file if line.startswith('VmRSS:'))


class Ours:
    name = 'libsip-glib'

    def __init__(self, agent, folder):
        self.process = subprocess.Popen([agent, '--quiet', '--uri', 'sip:service@127.0.0.1'], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.address = self.process.stdout.readline().split('//')[1].strip()

    def stop(self):
        self.process.stdin.close()
        self.process.kill()
        self.process.wait()


class Sipp:
    name = 'sipp -sn uas'

    def __init__(self, agent, folder):
        self.process = subprocess.Popen(['sipp', '-sn', 'uas', '-i', '127.0.0.1', '-p', '45601', '-nostdin', '-buff_size', '4194304'],
                                        cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.address = '127.0.0.1:45601'
        time.sleep(1)

    def stop(self):
        self.process.kill()
        self.process.wait()


def uac(folder, address, *options):
    return subprocess.Popen(['sipp', '-sn', 'uac', address, '-i', '127.0.0.1', '-p', '45602', '-nostdin', '-buff_size', '4194304',
                             '-trace_stat', '-fd', '1', '-stf', 'stat.csv', '-timeout', '120', *options],
                            cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def statistic(folder, *names):
    with open(os.path.join(folder, 'stat.csv'), encoding='utf-8') as file:
        lines = file.read().strip().split('\n')
    row = dict(zip(lines[0].split(';'), lines[-1].split(';')))
    return [int(row[name]) for name in names]


def one_run(kind, agent, rate, linger):
    with tempfile.TemporaryDirectory() as folder:
        server = kind(agent, folder)
        try:
            pid = server.process.pid
            uac(folder, server.address, '-m', '10', '-r', '10').wait()
            before = cpu_seconds(pid)
            start = time.monotonic()
            uac(folder, server.address, '-m', str(CALLS), '-r', str(rate)).wait()
            seconds = time.monotonic() - start
            cpu = cpu_seconds(pid) - before
            good, again = statistic(folder, 'SuccessfulCall(C)', 'Retransmissions(C)')
            late = None
            if linger:
                time.sleep(LINGER)
                late = cpu_seconds(pid) - before
            return cpu, late, good, again, seconds
        finally:
            server.stop()


def measure_cpu(agent):
    print(f'CPU seconds of the server for {CALLS} calls (INVITE, 180, 200, ACK, BYE, 200) over UDP: medians of {TURNS} turns, "of SIPp" of the ratios in a turn')
    print(f'{"":14} {"calls/s":>8} {"CPU s":>8} {"of SIPp":>8} {"calls/CPU s":>12} {"good":>7} {"again":>6}  {f"CPU s {LINGER} s later":>18}')
    for rate in RATES:
        runs = {Sipp: [], Ours: []}
        for turn in range(TURNS):
            # Who comes first changes: the second one finds the machine warm.
            for kind, results in list(runs.items())[::1 if turn % 2 == 0 else -1]:
                results.append(one_run(kind, agent, rate, linger=kind is Ours and turn == 0 and rate == RATES[0]))
        theirs = [run[0] for run in runs[Sipp]]
        for kind, results in runs.items():
            cpu = statistics.median(run[0] for run in results)
            late = [run[1] for run in results if run[1] is not None]
            ratio = statistics.median(run[0] / their for run, their in zip(results, theirs))
            print(f'{kind.name:14} {rate:8} {cpu:8.2f} {ratio:8.2f} {CALLS / cpu:12.0f} '
                  f'{min(run[2] for run in results):7} {max(run[3] for run in results):6}  {late[0] if late else "":>18}')
            sys.stdout.flush()


def measure_memory(agent):
    with tempfile.TemporaryDirectory() as folder:
        server = Ours(agent, folder)
        pid = server.process.pid
        caller = None
        try:
            uac(folder, server.address, '-m', '10', '-r', '10').wait()
            before = resident_kb(pid)
            caller = uac(folder, server.address, '-m', str(HELD), '-r', '500', '-l', str(HELD + 10), '-d', '110000')
            time.sleep(HELD / 500 + 2)
            early = resident_kb(pid)
            time.sleep(LINGER + 6)
            late = resident_kb(pid)
            created, current = statistic(folder, 'OutgoingCall(C)', 'CurrentCall')
        finally:
            if caller is not None:
                caller.kill()
                caller.wait()
            server.stop()
    print(f'{current} of {created} calls held; resident memory {before} kB before')
    print(f'as they were made            {early} kB, {(early - before) / HELD:.2f} kB a call')
    print(f'held for {LINGER + 6} s and more        {late} kB, {(late - before) / HELD:.2f} kB a call')
    return 0 if current == HELD else 1


if __name__ == '__main__':
    sys.exit({'cpu': measure_cpu, 'memory': measure_memory}[sys.argv[1]](sys.argv[2]))
