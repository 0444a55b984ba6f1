// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What a test works with: our agent as a process, a telephone in a page, and the log of either.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createReadStream, readdirSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import readline from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const contentTypes = { '.html': 'text/html', '.js': 'text/javascript', '.mjs': 'text/javascript' };

/** Serves the page, and the modules that it imports. */
export async function startPages(nodeModules) {
  const server = http.createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    const root = pathname.startsWith('/node_modules/') ? path.dirname(nodeModules) : path.join(here, 'page');
    const file = path.join(root, path.normalize(pathname === '/' ? '/index.html' : pathname));
    const stream = createReadStream(file);

    stream.on('open', () => response.writeHead(200, {
      'Content-Type': contentTypes[path.extname(file)] ?? 'application/octet-stream',
      // SIP.js is some two hundred files, and each test opens a new page.
      'Cache-Control': 'max-age=3600',
    }));
    stream.on('error', () => response.writeHead(404).end());
    stream.pipe(response);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Lines in the order in which they came. */
class EventLog {
  constructor(name) {
    this.name = name;
    this.lines = [];
    this.waiting = new Set();
    this.began = performance.now();
  }

  push(line) {
    this.lines.push({ line, at: performance.now() - this.began });
    this.waiting.forEach((look) => look());
  }

  #find(pattern, nth) {
    const matches = this.lines.filter(({ line }) => (pattern instanceof RegExp ? pattern.test(line) : line === pattern));
    return matches[nth - 1];
  }

  /** The line that is or matches the pattern, when it is there. */
  async wait(pattern, { nth = 1, ms = 40000 } = {}) {
    let found = this.#find(pattern, nth);
    let look;

    if (!found) {
      found = await new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`${this.name}: no ${pattern} in ${ms} ms`)), ms);
        look = () => {
          const match = this.#find(pattern, nth);
          if (match) {
            clearTimeout(timer);
            resolve(match);
          }
        };
        this.waiting.add(look);
      }).finally(() => this.waiting.delete(look));
    }
    return found.line;
  }

  toString() {
    // Of what was asked for again and again only the last answer tells anything.
    const telling = this.lines.filter(({ line }, i) => !line.startsWith('ok {') || !this.lines[i + 1]?.line.startsWith('ok {'));
    return telling.map(({ line, at }) => `${at.toFixed(0).padStart(6)} ${this.name}: ${line}`).join('\n');
  }
}

/** Asks until the answer is accepted. */
async function poll(what, ask, accept, ms) {
  const end = performance.now() + ms;
  let last;

  do {
    last = await ask();
    if (accept(last)) {
      return last;
    }
    await sleep(30);
  } while (performance.now() < end);
  throw new Error(`${what} in ${ms} ms: ${JSON.stringify(last)}`);
}

const closeTo = (value, wanted, tolerance) => value != null && Math.abs(value - wanted) <= tolerance;
// VP8 keeps colours in a smaller range of YCbCr, and either side may take BT.601's or BT.709's matrix for the way back.
const sameColour = (rgb, wanted) => rgb != null && rgb.every((value, i) => closeTo(value, wanted[i], 40));

/** Our side: a process that one line commands and that says what happens, a line each. */
export class Agent {
  #process;

  constructor(program, env, args = [], name = 'agent') {
    this.log = new EventLog(name);
    this.errors = [];
    this.#process = spawn(program, args, { stdio: 'pipe', env: { ...process.env, G_DEBUG: 'fatal-criticals', ...env } });
    this.pid = this.#process.pid;
    this.exited = new Promise((resolve) => {
      this.#process.on('error', (error) => {
        this.log.push(`died ${error.message}`);
        resolve();
      });
      this.#process.on('exit', (code, signal) => {
        this.status = signal ?? code;
        this.log.push(`exit ${this.status}`);
        resolve();
      });
    });
    this.#process.stdin.on('error', () => {});
    readline.createInterface({ input: this.#process.stdout }).on('line', (line) => this.log.push(line));
    readline.createInterface({ input: this.#process.stderr }).on('line', (line) => this.errors.push(line));
  }

  /** Sends one command; its answer ("ok ..." or "error ..."), without the "ok". */
  async tell(...words) {
    this.commands = (this.commands ?? 0) + 1;
    const nth = this.commands;

    this.#process.stdin.write(`${words.join(' ')}\n`);
    const answer = await this.log.wait(/^(ok|error)( |$)/, { nth });
    assert(answer.startsWith('ok'), `${words.join(' ')}: ${answer}`);
    return answer.slice(3);
  }

  /** The signals of a session up to now, by its number (the first is 1). */
  signals(session = 1) {
    const start = `signal ${session} `;
    return this.log.lines.filter(({ line }) => line.startsWith(start)).map(({ line }) => line.slice(start.length));
  }

  async signal(name, { session = 1, ...options } = {}) {
    return this.log.wait(new RegExp(`^signal ${session} ${name}( |$)`), options);
  }

  /** Waits for the end of the session, and a little, since nothing may follow; then all its signals must be these. */
  async expectSignals(wanted, { session = 1, ms = 40000 } = {}) {
    if (wanted.at(-1).startsWith('terminated')) {
      await this.signal('terminated', { session, ms });
      await sleep(100);
    }
    assert.deepEqual(this.signals(session), wanted);
  }

  /** Waits until what is received has fallen silent: nothing comes, or silence does. */
  async hearsNothing({ session = 1, ms = 40000 } = {}) {
    let before = -1;

    return poll('agent still receives', () => this.measure(session), ({ audio }) => {
      const same = (audio?.count ?? 0) === before;
      before = audio?.count ?? 0;
      return same || audio.level < 0.001;
    }, ms);
  }

  async measure(session = 1) {
    return JSON.parse(await this.tell('measure', session));
  }

  /** Waits until this tone and this colour are received; what was measured. */
  async hears({ hz, rgb }, { session = 1, ms = 40000 } = {}) {
    return poll(`agent receives not ${hz ?? ''} ${rgb ?? ''}`, () => this.measure(session), (now) =>
      (hz == null || (closeTo(now.audio?.hz, hz, 3) && now.audio.level > 0.05)) && (rgb == null || sameColour(now.video?.rgb, rgb)), ms);
  }

  /** How many threads and open files the process has. */
  resources() {
    return { threads: readdirSync(`/proc/${this.pid}/task`).length, files: readdirSync(`/proc/${this.pid}/fd`).length };
  }

  /** Waits until nothing is left over of calls: what resources() said before them, and some idle threads of pools. */
  async rests(before, ms = 40000) {
    return poll('agent holds on to', async () => this.resources(),
      ({ threads, files }) => files <= before.files && threads <= before.threads + 4, ms);
  }

  async quit() {
    const kill = setTimeout(() => this.#process.kill('SIGKILL'), 5000);
    this.#process.stdin.end();
    await this.exited;
    clearTimeout(kill);
  }

  kill() {
    this.#process.kill('SIGKILL');
  }
}

/** The other side: SIP.js in a page. */
export class Phone {
  constructor(page) {
    this.page = page;
    this.log = new EventLog('page');
  }

  async open(url) {
    await this.page.exposeFunction('report', (line) => this.log.push(line));
    this.page.on('pageerror', (error) => this.log.push(`page error ${error.message}`));
    this.page.on('console', (message) => message.type() === 'error' && this.log.push(`console ${message.text()}`));
    await this.page.goto(url);
    await this.log.wait('loaded');
  }

  async start(options) {
    this.contact = await this.page.evaluate((all) => window.newPhone(all), options);
    return this.contact;
  }

  /** Calls a method of the page's telephone. */
  async do(method, ...args) {
    return this.page.evaluate(([name, values]) => window.phone[name](...values), [method, args]);
  }

  /** As do(), without waiting for its end. */
  begin(method, ...args) {
    this.do(method, ...args).catch((error) => this.log.push(`failed ${method}: ${error.message.split('\n')[0]}`));
  }

  async hears({ hz, rgb }, { ms = 40000 } = {}) {
    return poll(`page receives not ${hz ?? ''} ${rgb ?? ''}`, () => this.do('measure'), (now) =>
      (hz == null || (closeTo(now.audio?.hz, hz, 3) && now.audio.level > 0.05)) && (rgb == null || sameColour(now.video?.rgb, rgb)), ms);
  }

  /** Waits until one of these is the loudest tone. */
  async hearsEither(tones, { ms = 40000 } = {}) {
    return poll(`page receives none of ${tones}`, () => this.do('measure'), ({ audio }) => tones.some((hz) => closeTo(audio?.hz, hz, 5)), ms);
  }

  /** Waits until what is received has fallen silent. */
  async hearsNothing({ ms = 40000 } = {}) {
    return poll('page still receives', () => this.do('measure'), (now) => now.audio === null || now.audio.level < 0.001, ms);
  }

  async state(name, options) {
    return this.log.wait(`state ${name}`, options);
  }

  /** What the page said, without what it was told to do. */
  events() {
    return this.log.lines.map(({ line }) => line).filter((line) => !/^(loaded|calling|console|trying)/.test(line));
  }

  async wire() {
    return this.page.isClosed() ? [] : this.page.evaluate(() => window.phone?.wire ?? []);
  }
}
