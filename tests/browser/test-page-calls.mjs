// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The page calls our agent, over the agent's own WebSocket listener.

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

import {
  agentSends, beHeld, checkMedia, checkSilence, holdAndUnhold, pageHungUp, pageSends, pair, weHungUp,
} from './calls.mjs';

/** The page calls and our agent accepts; both have said so. */
async function connect(t, { agent: agentOptions, phone: phoneOptions, call = {} } = {}) {
  const ends = await pair(t, { onInvite: 'accept', ...agentOptions }, phoneOptions);

  ends.phone.begin('call', ends.agent.uri, call);
  await ends.phone.log.wait('accept 200');
  await ends.agent.signal('accepted');
  return ends;
}

const refused = (reason, cause, code) => ['invite', `rejected ${reason} (${code})`, `failed ${cause} (${code})`, `terminated ${cause} (${code})`];

function rejection(code, reason, cause) {
  return {
    name: `page calls: refused with ${code}`,
    async run(t) {
      const { agent, phone } = await pair(t, { onInvite: `reject ${code}` });

      phone.begin('call', agent.uri);
      await phone.log.wait(`reject ${code} ${reason}`);
      await agent.expectSignals(refused(reason, cause, code));
      assert.deepEqual(phone.events(), ['state Establishing', 'progress 180', 'state Terminated', `reject ${code} ${reason}`]);
    },
  };
}

export const pageCalls = [
  {
    name: 'page calls: audio, the page hangs up',
    async run(t) {
      const ends = await connect(t);

      await checkMedia(t, ends);
      await ends.phone.do('bye');
      await ends.agent.expectSignals(['invite', ...pageHungUp]);
      await ends.phone.state('Terminated');
      assert.deepEqual(ends.phone.events(),
        ['state Establishing', 'progress 180', 'state Established', 'accept 200', 'state Terminated']);
    },
  },
  {
    name: 'page calls: audio and video, our agent hangs up',
    async run(t) {
      const ends = await connect(t, { call: { video: true } });

      await checkMedia(t, ends, { video: true });
      await ends.agent.tell('bye', 1);
      await ends.agent.expectSignals(['invite', ...weHungUp]);
      await ends.phone.state('Terminated');
      assert.deepEqual(ends.phone.events(),
        ['state Establishing', 'progress 180', 'state Established', 'accept 200', 'bye', 'state Terminated']);
    },
  },
  rejection(486, 'Busy Here', 'Busy'),
  rejection(603, 'Decline', 'Rejected'),
  rejection(480, 'Temporarily Unavailable', 'Unavailable'),
  rejection(488, 'Not Acceptable Here', 'Incompatible SDP'),
  {
    name: 'page calls: the page cancels',
    async run(t) {
      const { agent, phone } = await pair(t);

      phone.begin('call', agent.uri);
      await phone.log.wait('progress 180');
      await agent.signal('invite');
      await phone.do('cancel');
      await agent.expectSignals(
        ['invite', 'cancel', 'rejected Request Terminated (487)', 'failed Canceled (487)', 'terminated Canceled (487)']);
      await phone.log.wait('reject 487 Request Terminated');
      assert.deepEqual(phone.events(),
        ['state Establishing', 'progress 180', 'state Terminating', 'state Terminated', 'reject 487 Request Terminated']);
    },
  },
  {
    name: 'page calls: nobody answers',
    async run(t) {
      const { agent, phone } = await pair(t, { settings: { 'no-answer-timeout': 1 } });

      phone.begin('call', agent.uri);
      await phone.log.wait('reject 408 Request Timeout');
      await agent.expectSignals(['invite', 'failed No Answer (408)', 'terminated No Answer (408)']);
      assert.deepEqual(phone.events(), ['state Establishing', 'progress 180', 'state Terminated', 'reject 408 Request Timeout']);
    },
  },
  {
    name: 'page calls: somebody else than us',
    async run(t) {
      const { agent, phone } = await pair(t);

      phone.begin('call', 'sip:nobody@example.com');
      await phone.log.wait('reject 404 Not Found');
      assert.deepEqual(phone.events(), ['state Establishing', 'state Terminated', 'reject 404 Not Found']);
      assert.deepEqual(agent.signals(), []);
    },
  },
  {
    name: 'page calls: without an offer',
    async run(t) {
      const ends = await connect(t, { call: { inviteWithoutSdp: true } });

      await checkMedia(t, ends);
      await ends.phone.do('bye');
      await ends.agent.expectSignals(['invite', ...pageHungUp]);
    },
  },
  {
    name: 'page calls: hangs up as soon as it is answered',
    async run(t) {
      const { agent, phone } = await connect(t);

      await phone.do('bye');
      await agent.expectSignals(['invite', ...pageHungUp]);
    },
  },
  {
    name: 'page calls: our agent hangs up as soon as it has answered',
    async run(t) {
      const { agent, phone } = await pair(t);

      phone.begin('call', agent.uri);
      await agent.signal('invite');
      await agent.tell('accept', 1);
      await agent.signal('accepted');
      await agent.tell('terminate', 1);
      await agent.expectSignals(['invite', ...weHungUp]);
      await phone.state('Terminated');
    },
  },
  {
    name: 'page calls: three times, one after the other',
    async run(t) {
      const { agent, phone } = await pair(t, { onInvite: 'accept' });
      const before = agent.resources();

      for (let nth = 1; nth <= 3; nth++) {
        phone.begin('call', agent.uri);
        await phone.state('Established', { nth });
        await agent.hears({ hz: pageSends.hz }, { session: nth });
        await phone.do('bye');
        await agent.expectSignals(['invite', ...pageHungUp], { session: nth });
      }
      await agent.rests(before);
    },
  },
  {
    name: 'page calls: two pages at once',
    async run(t) {
      const { agent, phone } = await connect(t);
      const other = await t.phone({ server: agent.url, uri: 'sip:other@example.com', hz: 660 });

      other.begin('call', agent.uri);
      await other.state('Established');
      await agent.hears({ hz: 880 }, { session: 1 });
      await agent.hears({ hz: 660 }, { session: 2 });
      await phone.hears({ hz: agentSends.hz });
      await other.hears({ hz: agentSends.hz });
      await phone.do('bye');
      await agent.expectSignals(['invite', ...pageHungUp], { session: 1 });
      await agent.hears({ hz: 660 }, { session: 2 });
      await other.do('bye');
      await agent.expectSignals(['invite', ...pageHungUp], { session: 2 });
    },
  },
  {
    name: 'page calls: holds the call, and takes it back',
    async run(t) {
      const ends = await connect(t);

      await beHeld(ends);
      await ends.phone.do('bye');
      await ends.agent.expectSignals(['invite', 'accepted 200', 'reinvite', 'reinvite', ...pageHungUp.slice(1)]);
    },
  },
  {
    name: 'page calls: our agent holds the call, and takes it back',
    async run(t) {
      const ends = await connect(t);

      await holdAndUnhold(ends);
      await ends.phone.do('bye');
      await ends.agent.expectSignals(['invite', ...pageHungUp]);
    },
  },
  {
    name: 'page calls: adds video to the call, and is refused it',
    async run(t) {
      const ends = await connect(t);

      await checkMedia(t, ends);
      assert.equal(await ends.phone.do('reinvite', { video: true }), 200);
      await checkMedia(t, ends);
      assert.equal((await ends.agent.measure()).video, null);
      await ends.phone.do('bye');
      await ends.agent.expectSignals(['invite', 'accepted 200', 'reinvite', ...pageHungUp.slice(1)]);
    },
  },
  {
    name: 'page calls: with video, which we do not have',
    async run(t) {
      const ends = await connect(t, { agent: { media: 'audio' }, call: { video: true } });

      await checkMedia(t, ends);
      assert.equal((await ends.agent.measure()).video, null);
      await ends.phone.do('bye');
      await ends.agent.expectSignals(['invite', ...pageHungUp]);
    },
  },
  {
    name: 'page calls: over IPv6, to a path',
    async run(t) {
      const ends = await connect(t, { agent: { listen: 'ws://[::1]:0/sip' } });

      assert.match(ends.agent.url, /^ws:\/\/\[::1\]:\d+\/sip$/);
      await checkMedia(t, ends);
      await ends.phone.do('bye');
      await ends.agent.expectSignals(['invite', ...pageHungUp]);
    },
  },
  {
    name: 'page calls: loses its connection in the call, and makes another',
    async run(t) {
      const { agent, phone } = await connect(t);

      await phone.hears({ hz: agentSends.hz });
      await phone.do('reconnect');
      assert.equal(await phone.do('ping', agent.uri), 200);
      await phone.hears({ hz: agentSends.hz });
      assert.deepEqual(agent.signals(), ['invite', 'accepted 200']);
      await agent.tell('bye', 1);
      await phone.log.wait('bye');
      await agent.expectSignals(['invite', ...weHungUp]);
    },
  },
  {
    name: 'page calls: over wss',
    async run(t) {
      const ends = await connect(t, { agent: { listen: 'wss://127.0.0.1:0/' }, call: { video: true } });

      assert.match(ends.agent.url, /^wss:/);
      await checkMedia(t, ends, { video: true });
      await ends.phone.do('bye');
      await ends.agent.expectSignals(['invite', ...pageHungUp]);
    },
  },
  {
    name: 'page calls: with a fingerprint that is not its own',
    async run(t) {
      const { agent, phone } = await connect(t, { phone: { forge: true }, call: { video: true } });

      await agent.signal('terminated');
      await checkSilence(agent);
      await agent.expectSignals(['invite', 'accepted 200', 'bye', 'terminated WebRTC Error (-)']);
      await phone.state('Terminated');
    },
  },
  {
    name: 'page calls: the page is closed in the call',
    async run(t) {
      const ends = await connect(t);

      await checkMedia(t, ends);
      await ends.phone.page.close();
      await sleep(1500);
      assert.deepEqual(ends.agent.signals(), ['invite', 'accepted 200']);
      assert.equal(await ends.agent.tell('state', 1), 'SIP_SESSION_STATE_ESTABLISHED 0 0');
      // Nobody can be told any more, but it ends.
      await ends.agent.tell('bye', 1);
      await ends.agent.expectSignals(['invite', 'accepted 200', 'bye', 'terminated Connection Error (-)']);
    },
  },
  {
    name: 'page calls: the page is loaded again in the call, and calls again',
    async run(t) {
      const { agent, phone } = await connect(t);

      await agent.hears({ hz: pageSends.hz });
      await phone.page.reload();
      await phone.log.wait('loaded', { nth: 2 });
      await phone.start({ server: agent.url, uri: 'sip:page@example.com', ...pageSends });
      phone.begin('call', agent.uri);
      await phone.state('Established', { nth: 2 });
      await agent.hears({ hz: pageSends.hz }, { session: 2 });
      assert.deepEqual(agent.signals(1), ['invite', 'accepted 200']);
      await agent.tell('bye', 1);
      await agent.expectSignals(['invite', 'accepted 200', 'bye', 'terminated Connection Error (-)'], { session: 1 });
      await phone.do('bye');
      await agent.expectSignals(['invite', ...pageHungUp], { session: 2 });
    },
  },
  {
    name: 'page calls: the page is closed while it rings',
    async run(t) {
      const { agent, phone } = await pair(t, { settings: { 'no-answer-timeout': 2 } });

      phone.begin('call', agent.uri);
      await agent.signal('invite');
      await phone.page.close();
      // The answer has no way to go, but it ends.
      await agent.signal('terminated');
      assert.equal(agent.signals().filter((signal) => signal.startsWith('terminated')).length, 1);
    },
  },
];
