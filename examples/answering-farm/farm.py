#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A farm of answering machines behind Kamailio's dispatcher: calls spread, a machine is killed with calls on it, nobody else loses theirs. docs/answering-farm.md
tells the same in words."""

import argparse
import collections
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

import gi
import gi.overrides

# In the source tree the overrides are not where Python looks for them.
HERE = pathlib.Path(__file__).resolve().parent
gi.overrides.__path__.append(str(HERE / '../../bindings/python/gi/overrides'))
gi.require_version('Sip', '1.0')
gi.require_version('Gst', '1.0')
from gi.repository import GLib, Gst, Sip  # noqa: E402

PATIENCE = 180
# Below those that the kernel gives away, so that a machine that was killed finds its own free when it comes back.
FIRST_PORT, LAST_PORT = 12000, 30000
TICKS = os.sysconf('SC_CLK_TCK')
start = time.monotonic()


class Failed(Exception):
    pass


def say(text):
    print(f'{time.monotonic() - start:7.2f} s  {text}', flush=True)


def run_until(condition, what, patience=PATIENCE):
    """Lets the agent work until it is so."""
    context = GLib.MainContext.default()
    end = time.monotonic() + patience
    while not condition():
        if time.monotonic() > end:
            raise Failed(f'this did not happen in {patience} s: {what}')
        tick = GLib.timeout_add(20, lambda: GLib.SOURCE_CONTINUE)
        context.iteration(True)
        GLib.source_remove(tick)


def run_for(seconds):
    end = time.monotonic() + seconds
    run_until(lambda: time.monotonic() >= end, 'time passes')


# --- ports ---

_reserved = []


def take_port():
    """Nobody listens there now; other farms and tests on this machine keep away from a port that has this name."""
    for port in random.sample(range(FIRST_PORT, LAST_PORT), 500):
        name = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            name.bind(f'\0sip-tests-port-{port}')
            for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                with socket.socket(socket.AF_INET, kind) as probe:
                    probe.bind(('127.0.0.1', port))
        except OSError:
            name.close()
            continue
        _reserved.append(name)
        return port
    raise Failed('no port is free')


# --- processes ---

class Process:
    """What it says is kept, line by line."""

    def __init__(self, name, command, **more):
        self.name = name
        self.lines = collections.deque(maxlen=2000)
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors='replace', **more)
        self.reader = threading.Thread(target=self._read, args=(self.process.stdout,), daemon=True)
        self.reader.start()

    def _read(self, stream):
        with stream:
            for line in stream:
                self.lines.append(line.rstrip('\n'))

    def said(self, pattern):
        return [match for match in (re.search(pattern, line) for line in list(self.lines)) if match]

    def is_running(self):
        return self.process.poll() is None

    def story(self):
        lines = list(self.lines)
        return '\n'.join(f'  {self.name}: {line}' for line in lines[:-30] if 'farm:' in line) + '\n'.join(f'  {self.name}: {line}' for line in lines[-30:])

    def cpu(self):
        """Seconds of a processor that it has used."""
        fields = pathlib.Path(f'/proc/{self.process.pid}/stat').read_text().rpartition(')')[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def end(self, how=signal.SIGTERM):
        if self.is_running():
            self.process.send_signal(how)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Machine(Process):
    def __init__(self, number, port, options, seconds=0):
        self.number = number
        self.port = port
        name = f'machine-{number}'
        command = [options.machine, '--port', str(port), '--name', name, '--tone', str(300 + 100 * number), '--seconds', str(seconds)]
        if options.message:
            command += ['--message', options.message]
        if options.record:
            command += ['--record', options.record]
        super().__init__(name, command)

    @property
    def uri(self):
        return f'sip:127.0.0.1:{self.port}'


class Dispatcher(Process):
    """Kamailio, with a configuration of its own."""

    def __init__(self, machines, folder):
        self.port = take_port()
        (folder / 'machines.list').write_text(''.join(f'1 {machine.uri}\n' for machine in machines))
        text = (HERE / 'kamailio.cfg').read_text().replace('@PORT@', str(self.port)).replace('@FOLDER@', str(folder))
        (folder / 'kamailio.cfg').write_text(text)
        # In a session of its own: it has children.
        super().__init__('kamailio', ['kamailio', '-f', folder / 'kamailio.cfg', '-DD', '-E', '-m', '32', '-M', '8', '-Y', folder, '-w', folder],
                         start_new_session=True)

    def listens(self):
        try:
            socket.create_connection(('127.0.0.1', self.port), 1).close()
        except OSError:
            return False
        return True

    def state_of(self, machine):
        """What its OPTIONS say: 'up' until it has said otherwise."""
        changes = self.said(rf'farm: (up|down) .*sip:127\.0\.0\.1:{machine.port}\b')
        return changes[-1].group(1) if changes else 'up'


def start_dispatcher(machines, folder):
    for attempt in range(5):
        dispatcher = Dispatcher(machines, folder)
        try:
            run_until(lambda: dispatcher.listens() or not dispatcher.is_running(), 'Kamailio listens')
        except Failed:
            dispatcher.end()
            raise
        if dispatcher.is_running():
            return dispatcher
        dispatcher.reader.join(5)
    raise Failed(f'Kamailio does not start\n{dispatcher.story()}')


# --- calls ---

class Call:
    def __init__(self, agent, target):
        self.machine = None
        self.cause = None
        self.begun = time.monotonic()
        self.answered = None
        self.last = 0
        self.session = agent.invite(target)
        self.session.connect('accepted', self._accepted_cb)
        self.session.connect('terminated', self._terminated_cb)

    def _accepted_cb(self, session, code, response):
        self.machine = response.get_header('Server')
        self.answered = time.monotonic()

    def _terminated_cb(self, session, message, cause):
        self.cause = cause or '-'

    def is_decided(self):
        return self.answered is not None or self.cause is not None

    def is_on(self):
        return self.answered is not None and self.cause is None

    def packets(self):
        """How many have come."""
        handler = self.session.get_session_description_handler()
        track = handler.get_track(Sip.MediaKind.AUDIO, True) if handler else None
        return track.get_packets() if track else 0

    def is_heard(self):
        """Since it was asked last."""
        before, self.last = self.last, self.packets()
        return self.last > before


class Farm:
    def __init__(self, options):
        self.options = options
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix='answering-farm-'))
        self.machines = []
        self.dispatcher = None
        self.agent = None
        self.calls = []

    # -- beginning and end --

    def start(self):
        self.machines = [Machine(n + 1, take_port(), self.options) for n in range(self.options.machines)]
        self.await_machines()
        self.dispatcher = start_dispatcher(self.machines, self.folder)
        say(f'{len(self.machines)} machines, each a process; Kamailio in front of them at port {self.dispatcher.port}')

        self.agent = Sip.UserAgent.new('sip:caller@127.0.0.1')
        self.agent.set_session_description_handler_factory(
            lambda agent, session: Sip.WebrtcHandler(video=False, local_addresses=['127.0.0.1'], audio_sink='fakesink',
                                                     audio_source='audiotestsrc is-live=true samplesperbuffer=960 volume=0.5 freq=250'))
        self.agent.listen('tcp://127.0.0.1:0')
        self.wait(self.agent.start(), 'the caller starts')

    def wait(self, future, what):
        run_until(future.done, what)
        return future.result()

    def await_machines(self):
        for machine in self.machines:
            run_until(lambda: machine.said('^listening') or not machine.is_running(), f'{machine.name} listens')
            if not machine.is_running():
                raise Failed(f'{machine.name} does not run\n{machine.story()}')

    def stop(self):
        if self.agent is not None:
            try:
                self.wait(self.agent.stop(), 'the caller stops')
            except (Failed, GLib.Error) as error:
                say(f'the caller: {error}')
        for process in [self.dispatcher, *self.machines]:
            if process is not None:
                process.end()
        shutil.rmtree(self.folder, ignore_errors=True)

    # -- what is done --

    def place(self, n, brief=None):
        """n calls at once, all of which must be answered, and heard; a machine that hangs up by itself may have done so by then."""
        target = f'sip:farm@127.0.0.1:{self.dispatcher.port};transport=tcp'
        calls = [Call(self.agent, target) for _ in range(n)]
        run_until(lambda: all(call.is_decided() for call in calls), f'{n} calls are answered')
        refused = [call.cause for call in calls if call.answered is None]
        if refused:
            raise Failed(f'{len(refused)} of {n} new calls were not answered: {refused}')
        self.calls += calls
        self.hear([call for call in calls if call.machine != brief])
        return calls

    def hear(self, calls):
        """Sound comes, on each of them, from now on."""
        for call in calls:
            call.is_heard()
        waiting = list(calls)

        def heard():
            waiting[:] = [call for call in waiting if call.is_on() and not call.is_heard()]
            return not waiting

        run_until(heard, f'{len(waiting)} calls are heard')
        over = [call.cause for call in calls if not call.is_on()]
        if over:
            raise Failed(f'{len(over)} calls are over: {over}')

    def ask(self, calls):
        """A request inside each of them is answered."""
        futures = [call.session.send_request('OPTIONS') for call in calls]
        run_until(lambda: all(future.done() for future in futures), f'{len(calls)} calls answer')
        statuses = [future.result().get_status_code() for future in futures]
        if any(status != 200 for status in statuses):
            raise Failed(f'inside the calls OPTIONS were answered {statuses}')

    def spread(self, calls):
        counts = collections.Counter(call.machine for call in calls)
        return ', '.join(f'{machine.name} {counts[machine.name]}' for machine in self.machines)

    def hang_up(self, calls):
        for call in calls:
            if call.is_on():
                call.session.bye()
        run_until(lambda: all(call.cause for call in calls), 'the calls are over')

    def measure(self, seconds):
        before = [machine.cpu() for machine in self.machines]
        begun = time.monotonic()
        run_for(seconds)
        used = sum(machine.cpu() for machine in self.machines) - sum(before)
        on = sum(call.is_on() for call in self.calls)
        return 100 * used / (time.monotonic() - begun) / on


def show(farm, options):
    first = farm.place(options.calls)
    longest = max(call.answered - call.begun for call in first)
    say(f'{len(first)} calls at once, all answered within {longest:.2f} s: {farm.spread(first)}')
    idle = [machine.name for machine in farm.machines if not any(call.machine == machine.name for call in first)]
    if idle:
        raise Failed(f'no call came to {idle}')
    farm.ask(first)
    say(f'a machine uses {farm.measure(options.seconds):.1f} % of a processor for each call')

    victim = farm.machines[0]
    lost = [call for call in first if call.machine == victim.name]
    others = [call for call in first if call.machine != victim.name]
    victim.end(signal.SIGKILL)
    killed = time.monotonic()
    say(f'{victim.name} is killed, with {len(lost)} calls on it')

    # Before anybody has noticed: who is sent to the dead one is sent on to the next.
    second = farm.place(len(farm.machines))
    if any(call.machine == victim.name for call in second):
        raise Failed('the dead one has answered')
    longest = max(call.answered - call.begun for call in second)
    say(f'{len(second)} new calls at once, all answered within {longest:.2f} s: {farm.spread(second)}')
    run_until(lambda: farm.dispatcher.state_of(victim) == 'down', 'Kamailio notices')
    say(f'{victim.name} is out, {time.monotonic() - killed:.1f} s after its end')
    farm.hear(others)
    farm.ask(others)
    say(f'{len(others)} calls on the others go on: each is heard, and answers a request')
    third = farm.place(len(farm.machines))
    say(f'{len(third)} new calls, all answered: {farm.spread(third)}')

    # It comes back, as one that hangs up by itself.
    farm.machines[0] = Machine(victim.number, victim.port, options, seconds=2)
    farm.await_machines()
    say(f'{victim.name} runs again')
    run_until(lambda: farm.dispatcher.state_of(victim) == 'up', 'it is back')
    say(f'{victim.name} is back')
    fourth = farm.place(2 * len(farm.machines), brief=victim.name)
    back = [call for call in fourth if call.machine == victim.name]
    say(f'{len(fourth)} new calls, all answered: {farm.spread(fourth)}')
    if not back:
        raise Failed(f'no call came to {victim.name}')
    run_until(lambda: all(call.cause for call in back), 'the machine hangs up')
    say(f'{victim.name} has said what it had to say, and hung up')

    survivors = [call for call in others + second + third + fourth if call.machine != victim.name]
    farm.hear(survivors)
    farm.ask(survivors)
    farm.hang_up(survivors)
    say(f'{len(lost)} calls were on the machine that was killed; of {len(survivors) + len(back)} others none was lost')


def main():
    parser = argparse.ArgumentParser(description='A farm of answering machines behind Kamailio.')
    parser.add_argument('--machine', required=True, metavar='PROGRAM', help='the answering machine')
    parser.add_argument('--machines', type=int, default=3, metavar='N', help='how many processes (3)')
    parser.add_argument('--calls', type=int, default=6, metavar='N', help='how many calls at first (6)')
    parser.add_argument('--seconds', type=float, default=3, metavar='S', help='how long to measure (3)')
    parser.add_argument('--message', metavar='FILE.wav', help='what the machines play (a tone each)')
    parser.add_argument('--record', metavar='FOLDER', help='where the machines write what they hear')
    options = parser.parse_args()
    if options.machines < 2 or options.calls < options.machines:
        parser.error('there must be two machines at least, and a call for each')

    # Ended from outside it ends what it has begun.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    Gst.init(None)
    farm = Farm(options)
    try:
        farm.start()
        show(farm, options)
    except (Failed, GLib.Error) as error:
        print(f'farm: {error}', file=sys.stderr)
        for process in [farm.dispatcher, *farm.machines]:
            if process is not None:
                print(process.story(), file=sys.stderr)
        return 1
    finally:
        farm.stop()
    return 0


if __name__ == '__main__':
    sys.exit(main())
