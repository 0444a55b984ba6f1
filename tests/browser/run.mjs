// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Calls between our library and SIP.js in Chromium, with no SIP server between them.
//
//   node run.mjs --agent PROGRAM [--server FILE] [--verbose] [--list] [--repeat N] [NAME…]      a NAME is a part of a test's name
//
// With a server, which the file tells of, other tests are run: those of calls that go through it.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { accessSync, appendFileSync, constants, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';

import { agentSends, pageSends } from './calls.mjs';
import { Agent, Phone, startPages } from './harness.mjs';
import { agentCalls } from './test-agent-calls.mjs';
import { changes } from './test-changes.mjs';
import { pageCalls } from './test-page-calls.mjs';
import { pages } from './test-pages.mjs';
import { races } from './test-races.mjs';
import { serverCalls } from './test-server.mjs';
import { tones } from './test-tones.mjs';
import { transfers } from './test-transfers.mjs';

const { values: options, positionals: names } = parseArgs({
  allowPositionals: true,
  options: {
    agent: { type: 'string' },
    list: { type: 'boolean' },
    repeat: { type: 'string', default: '1' },
    server: { type: 'string' },
    verbose: { type: 'boolean', short: 'v' },
  },
});

const chromiumFlags = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
  '--disable-sync', '--autoplay-policy=no-user-gesture-required', '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream',
  '--disable-background-timer-throttling', '--disable-renderer-backgrounding', '--disable-backgrounding-occluded-windows',
  // The calls stay on this machine, also where it has no other interface.
  '--allow-loopback-in-peer-connection', '--ignore-certificate-errors',
];

class Skip extends Error {}

/** The first of the programs that is in PATH. */
function findProgram(...programs) {
  for (const directory of (process.env.PATH ?? '').split(path.delimiter)) {
    for (const program of programs) {
      try {
        accessSync(path.join(directory, program), constants.X_OK);
        return path.join(directory, program);
      } catch {
        // look further
      }
    }
  }
  return null;
}

/** What one test holds; closed after it, however it ended. */
class TestContext {
  constructor(world) {
    this.world = world;
    this.agents = [];
    this.phones = [];
    this.closers = [];
    this.notes = [];
  }

  note(text) {
    this.notes.push(text);
  }

  skip(why) {
    throw new Skip(why);
  }

  onClose(closer) {
    this.closers.push(closer);
  }

  /** Starts our agent as sip:agent@example.com, listening, or connected to a server. */
  async agent({ listen = 'ws://127.0.0.1:0/', server, settings = {}, onInvite = 'wait', media = 'audio+video', hz = agentSends.hz,
    rgb = agentSends.rgb } = {}) {
    if (!options.agent) {
      this.skip('no agent program given');
    }
    const agent = new Agent(path.resolve(options.agent));

    this.agents.push(agent);
    await agent.tell('source', hz, ...rgb);
    await agent.tell('media', media);
    await agent.tell('on-invite', onInvite);
    for (const [name, value] of Object.entries(settings)) {
      await agent.tell('set', name, value);
    }
    if (listen.startsWith('wss:')) {
      await agent.tell('certificate', this.world.certificate());
    }
    if (server) {
      await agent.tell('server', server);
    } else {
      agent.url = await agent.tell('listen', listen);
    }
    await agent.tell('start');
    agent.uri = 'sip:agent@example.com';
    return agent;
  }

  /** Starts one of our agents as a client of the server (the C one, or that in Python), registered there. */
  async client(language, user, transport, hz) {
    const { server } = this.world;
    const [program, ...args] = server.programs[language];
    const agent = new Agent(program, server.environment, [...args, `sip:${user}@${server.domain}`], `${user} (${language}, ${transport})`);

    this.agents.push(agent);
    await agent.tell('media', 'audio');
    await agent.tell('source', hz);
    await agent.tell('ca', server.ca);
    await agent.tell('credentials', user, `${server.password}${user}`);
    if (transport === 'udp') {
      await agent.tell('listen', 'udp://127.0.0.1:0');
    }
    await agent.tell('server', server.uris[transport]);
    await agent.tell('start');
    await agent.tell('register');
    agent.uri = `sip:${user}@${server.domain}`;
    return agent;
  }

  /** Opens a page with a telephone that is registered with the server. */
  async registeredPhone(user, hz) {
    const { server } = this.world;
    const phone = await this.phone({
      server: server.uris.wss, uri: `sip:${user}@${server.domain}`, hz,
      userAgent: { authorizationUsername: user, authorizationPassword: `${server.password}${user}` },
    });

    assert.equal(await phone.do('register'), 200);
    phone.uri = `sip:${user}@${server.domain}`;
    return phone;
  }

  /** Opens a page with a telephone that is connected to the URL of an agent's listener. */
  async phone({ server, uri = 'sip:page@example.com', hz = pageSends.hz, rgb = pageSends.rgb, forge, userAgent }) {
    const phone = new Phone(await this.world.browser.newPage());

    this.phones.push(phone);
    await phone.open(this.world.pages.url);
    await phone.start({ server, uri, hz, rgb, forge, userAgent });
    return phone;
  }

  async close() {
    await Promise.all(this.phones.map((phone) => phone.page.close().catch(() => {})));
    await Promise.all(this.agents.map((agent) => agent.quit()));
    this.closers.forEach((closer) => closer());
  }

  kill() {
    this.agents.forEach((agent) => agent.kill());
  }

  async report() {
    const lines = [...this.agents, ...this.phones].map(({ log }) => log.toString());

    lines.push(...this.agents.flatMap(({ errors }) => errors.slice(options.verbose ? 0 : -20)));
    if (options.verbose) {
      for (const phone of this.phones) {
        lines.push(...(await phone.wire().catch(() => [])).map(shorten));
      }
    }
    return lines.join('\n');
  }
}

/** A message without what is long and rarely wrong in its description. */
function shorten(message) {
  return message.trim().split(/\r?\n/).filter((line) => !/^(a=(rtpmap|rtcp-fb|fmtp|extmap|ssrc|msid).*|)$/.test(line)).join('\n') + '\n';
}

async function runOne(world, { run, seconds = 150 }) {
  const context = new TestContext(world);
  const began = performance.now();
  let problem = null;
  let timer;

  try {
    await Promise.race([
      run(context),
      new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error(`not done after ${seconds} s`)), seconds * 1000);
      }),
    ]);
  } catch (error) {
    problem = error;
  }
  clearTimeout(timer);

  const report = problem && !(problem instanceof Skip) ? await context.report() : '';
  await context.close();
  const crashed = context.agents.find(({ status }) => status !== 0);
  if (!problem && crashed) {
    problem = new Error(`the agent ended with ${crashed.status}\n${crashed.errors.slice(-20).join('\n')}`);
  }
  return { problem, report, notes: context.notes, seconds: (performance.now() - began) / 1000 };
}

function comment(text) {
  console.log(String(text).replace(/^/gm, '# '));
}

async function main() {
  const wanted = (options.server ? serverCalls : [...pages, ...pageCalls, ...changes, ...agentCalls, ...races, ...tones, ...transfers])
    .filter(({ name }) => names.length === 0 || names.some((part) => name.includes(part)));
  const tests = Array.from({ length: Number(options.repeat) }, () => wanted).flat();
  if (options.list) {
    wanted.forEach(({ name }) => console.log(name));
    return 0;
  }

  const executablePath = process.env.CHROMIUM ?? findProgram('chromium', 'chromium-browser', 'google-chrome');
  if (!executablePath) {
    tests.forEach(({ name }, i) => console.log(`ok ${i + 1} - ${name} # SKIP no Chromium`));
    console.log(`0 passed, 0 failed, ${tests.length} skipped`);
    return 0;
  }

  const directory = mkdtempSync(path.join(os.tmpdir(), 'sip-browser-'));
  let certificate;
  const world = {
    server: options.server ? JSON.parse(readFileSync(options.server, 'utf8')) : null,
    pages: await startPages(fileURLToPath(new URL('node_modules', import.meta.url))),
    browser: await chromium.launchPersistentContext(path.join(directory, 'profile'), {
      executablePath, headless: true, args: chromiumFlags, handleSIGINT: false,
    }),
    /** A self-signed certificate with its key, in one file. */
    certificate() {
      if (!certificate) {
        certificate = path.join(directory, 'certificate.pem');
        execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
          '-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost', '-keyout', certificate, '-out', `${certificate}.crt`],
        { stdio: 'ignore' });
        appendFileSync(certificate, readFileSync(`${certificate}.crt`));
      }
      return certificate;
    },
  };
  const count = { passed: 0, failed: 0, skipped: 0 };

  console.log('TAP version 13');
  console.log(`1..${tests.length}`);
  try {
    for (const [i, test] of tests.entries()) {
      const { problem, report, notes, seconds } = await runOne(world, test);
      const line = `${i + 1} - ${test.name}`;

      if (problem instanceof Skip) {
        count.skipped += 1;
        console.log(`ok ${line} # SKIP ${problem.message}`);
      } else if (problem) {
        count.failed += 1;
        console.log(`not ok ${line} (${seconds.toFixed(1)} s)`);
        comment(problem.stack);
        comment(report);
      } else {
        count.passed += 1;
        console.log(`ok ${line} (${seconds.toFixed(1)} s)`);
      }
      notes.forEach(comment);
    }
  } finally {
    await world.browser.close();
    world.pages.close();
    rmSync(directory, { recursive: true, force: true });
  }
  console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
  return count.failed === 0 ? 0 : 1;
}

process.on('SIGINT', () => process.exit(130));
process.exitCode = await main();
