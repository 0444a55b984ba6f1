// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Our agent calls the page, over the connection that the page opened. With no registrar between them the agent knows the page's
// Contact from the test, and its connection from an earlier request on it.

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

import {
  beHeld, checkMedia, checkSilence, holdAndUnhold, pageHungUp, pageSends, pair, weHungUp,
} from './calls.mjs';

/** The page makes itself known to our agent, and that calls it; the page rings. */
async function ring(t, { agent: agentOptions, phone: phoneOptions, late } = {}) {
  const ends = await pair(t, agentOptions, phoneOptions);

  assert.equal(await ends.phone.do('ping', ends.agent.uri), 200);
  assert.equal(await ends.agent.tell('invite', ends.phone.contact, ...(late ? ['late'] : [])), '1');
  await ends.phone.log.wait('invite');
  return ends;
}

async function connect(t, { video = false, ...options } = {}) {
  const ends = await ring(t, options);

  ends.phone.begin('accept', { video });
  await ends.phone.state('Established');
  await ends.agent.signal('accepted');
  return ends;
}

const withoutProgress = (signals) => signals.filter((signal) => !signal.startsWith('progress'));

function rejection(code, reason, cause) {
  return {
    name: `agent calls: refused with ${code}`,
    async run(t) {
      const { agent, phone } = await ring(t);

      await phone.do('reject', code);
      await agent.expectSignals(
        ['progress 100', 'progress 180', `rejected ${reason} (${code})`, `failed ${cause} (${code})`, `terminated ${cause} (${code})`]);
      await phone.state('Terminated');
    },
  };
}

export const agentCalls = [
  {
    name: 'agent calls: audio, the page hangs up',
    async run(t) {
      const ends = await connect(t);

      await checkMedia(t, ends);
      await ends.phone.do('bye');
      await ends.agent.expectSignals(['progress 100', 'progress 180', ...pageHungUp]);
      await ends.phone.state('Terminated');
      assert.deepEqual(ends.phone.events(),
        ['invite', 'state Establishing', 'state Established', 'state Terminated']);
    },
  },
  {
    name: 'agent calls: audio and video, our agent hangs up',
    async run(t) {
      const ends = await connect(t, { video: true });

      await checkMedia(t, ends, { video: true });
      await ends.agent.tell('bye', 1);
      await ends.agent.expectSignals(['progress 100', 'progress 180', ...weHungUp]);
      await ends.phone.state('Terminated');
      assert.deepEqual(ends.phone.events(), ['invite', 'state Establishing', 'state Established', 'bye', 'state Terminated']);
    },
  },
  rejection(486, 'Busy Here', 'Busy'),
  rejection(603, 'Decline', 'Rejected'),
  {
    name: 'agent calls: our agent cancels',
    async run(t) {
      const { agent, phone } = await ring(t);

      await agent.signal('progress 180');
      await agent.tell('cancel', 1);
      await agent.expectSignals(['progress 100', 'progress 180', 'cancel', 'rejected Request Terminated (487)',
        'failed Canceled (487)', 'terminated Canceled (487)']);
      await phone.state('Terminated');
      assert.deepEqual(phone.events(), ['invite', 'cancel', 'state Terminated']);
    },
  },
  {
    name: 'agent calls: our agent hangs up while the page rings',
    async run(t) {
      const { agent, phone } = await ring(t);

      await agent.tell('terminate', 1);
      await phone.state('Terminated');
      await agent.signal('terminated Canceled');
      assert.deepEqual(withoutProgress(agent.signals()), ['cancel', 'rejected Request Terminated (487)',
        'failed Canceled (487)', 'terminated Canceled (487)']);
    },
  },
  {
    name: 'agent calls: nobody answers',
    async run(t) {
      const { agent, phone } = await ring(t, { phone: { userAgent: { noAnswerTimeout: 1 } } });

      await agent.expectSignals(['progress 100', 'progress 180', 'rejected Temporarily Unavailable (480)',
        'failed Unavailable (480)', 'terminated Unavailable (480)']);
      await phone.state('Terminated');
    },
  },
  {
    name: 'agent calls: without an offer',
    async run(t) {
      const ends = await connect(t, { late: true });

      await checkMedia(t, ends);
      await ends.phone.do('bye');
      await ends.agent.expectSignals(['progress 100', 'progress 180', ...pageHungUp]);
    },
  },
  {
    name: 'agent calls: the page holds the call, and takes it back',
    async run(t) {
      const ends = await connect(t);

      await beHeld(ends);
      await ends.agent.tell('bye', 1);
      await ends.agent.expectSignals(['progress 100', 'progress 180', 'accepted 200', 'reinvite', 'reinvite', ...weHungUp.slice(1)]);
    },
  },
  {
    name: 'agent calls: our agent holds the call, and takes it back',
    async run(t) {
      const ends = await connect(t);

      await holdAndUnhold(ends);
      await ends.agent.tell('bye', 1);
      await ends.agent.expectSignals(['progress 100', 'progress 180', ...weHungUp]);
    },
  },
  {
    name: 'agent calls: over wss',
    async run(t) {
      const ends = await connect(t, { agent: { listen: 'wss://127.0.0.1:0/' }, video: true });

      await checkMedia(t, ends, { video: true });
      await ends.phone.do('bye');
      await ends.agent.expectSignals(['progress 100', 'progress 180', ...pageHungUp]);
    },
  },
  {
    name: 'agent calls: the page has a fingerprint that is not its own',
    async run(t) {
      const { agent, phone } = await connect(t, { phone: { forge: true }, video: true });

      await agent.signal('terminated');
      await checkSilence(agent);
      await agent.expectSignals(['progress 100', 'progress 180', 'accepted 200', 'bye', 'terminated WebRTC Error (-)']);
      await phone.state('Terminated');
    },
  },
  {
    name: 'agent calls: the page is closed while it rings',
    async run(t) {
      const { agent, phone } = await ring(t);

      await agent.signal('progress 180');
      await phone.page.close();
      await agent.expectSignals(['progress 100', 'progress 180', 'failed Connection Error (-)', 'terminated Connection Error (-)']);
    },
  },
  {
    name: 'agent calls: the page is no longer there',
    async run(t) {
      const { agent, phone } = await pair(t);

      assert.equal(await phone.do('ping', agent.uri), 200);
      await phone.page.close();
      await sleep(300);
      await agent.tell('invite', phone.contact);
      await agent.expectSignals(['failed Connection Error (-)', 'terminated Connection Error (-)']);
    },
  },
  {
    name: 'agent calls: back, to a page that has called',
    async run(t) {
      const agent = await t.agent({ onInvite: 'accept' });
      const phone = await t.phone({ server: agent.url });

      phone.begin('call', agent.uri);
      await phone.state('Established');
      await phone.do('bye');
      await agent.expectSignals(['invite', ...pageHungUp]);

      await agent.tell('invite', phone.contact);
      await phone.log.wait('invite');
      phone.begin('accept');
      await agent.hears({ hz: pageSends.hz }, { session: 2 });
      await agent.tell('bye', 2);
      await agent.expectSignals(['progress 100', 'progress 180', ...weHungUp], { session: 2 });
      await phone.state('Terminated', { nth: 2 });
    },
  },
];
