// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Two pages and our agent, of whom one brings the other two together: blindly, by a URI, or after having talked to both. Our agent is each of the
// three once. What those who are brought together send is heard at the other end.

import assert from 'node:assert/strict';

import { agentSends, weHungUp } from './calls.mjs';
import { startRelay } from './relay.mjs';

const alice = { hz: 880, rgb: [200, 40, 40] };
const bob = { hz: 660, rgb: [40, 40, 200] };
const uri = (name) => `sip:${name}@example.com`;

/** Our agent, alice and bob, each of whom reaches the others. */
async function party(t, agentOptions = {}) {
  const relay = await startRelay(['agent', 'alice', 'bob']);
  t.onClose(relay.close);
  const agent = await t.agent({ server: relay.url, media: 'audio', ...agentOptions });
  const phones = {
    alice: await t.phone({ server: relay.url, uri: uri('alice'), ...alice }),
    bob: await t.phone({ server: relay.url, uri: uri('bob'), ...bob }),
  };

  return { agent, ...phones };
}

/** Our agent calls a page, which accepts; the session's number is given. */
async function agentCalls({ agent }, phone, name, session) {
  await agent.tell('invite', uri(name));
  await phone.log.wait('invite');
  phone.begin('accept');
  await agent.signal('accepted', { session });
}

/** A page calls our agent, which accepts by itself. */
async function callsAgent({ agent }, phone, nth = 1) {
  phone.begin('call', agent.uri);
  await agent.signal('accepted');
  await phone.state('Established', { nth });
}

/** Alice calls bob. */
async function talk({ alice: caller, bob: callee }, nth = 1) {
  caller.begin('call', uri('bob'));
  await callee.log.wait('invite');
  callee.begin('accept');
  await caller.state('Established', { nth });
}

const hearEachOther = async (one, two) => {
  await one.hears({ hz: bob.hz });
  await two.hears({ hz: alice.hz });
};

const withoutProgress = (signals) => signals.filter((signal) => !signal.startsWith('progress'));

export const transfers = [
  {
    name: 'transfer: blind, by our agent',
    async run(t) {
      const all = await party(t);

      await agentCalls(all, all.alice, 'alice', 1);
      assert.equal(await all.agent.tell('refer', 1, uri('bob')), '202');
      await all.alice.log.wait('refer bob');
      await all.bob.log.wait('invite');
      all.bob.begin('accept');
      await all.agent.signal('refer-accepted 200');
      await all.agent.signal('terminated');
      assert.deepEqual(withoutProgress(all.agent.signals()).filter((signal) => !signal.startsWith('refer-progress')),
        ['accepted 200', 'refer-accepted 200', ...weHungUp.slice(1)]);
      await all.alice.log.wait('bye');
      await hearEachOther(all.alice, all.bob);
    },
  },
  {
    name: 'transfer: blind, by our agent, to a page that is busy',
    async run(t) {
      const all = await party(t);

      await agentCalls(all, all.alice, 'alice', 1);
      await all.agent.tell('refer', 1, uri('bob'));
      await all.bob.log.wait('invite');
      await all.bob.do('reject', 486);
      await all.agent.log.wait(/^signal 1 refer-rejected /);
      // The call is there still.
      await all.agent.hears({ hz: alice.hz });
      assert.equal(await all.agent.tell('state', 1), 'SIP_SESSION_STATE_ESTABLISHED 0 0');
      await all.agent.tell('bye', 1);
    },
  },
  {
    name: 'transfer: blind, of our agent',
    async run(t) {
      const all = await party(t, { onInvite: 'accept' });

      await callsAgent(all, all.alice);
      assert.equal(await all.alice.do('refer', uri('bob')), 202);
      await all.bob.log.wait('invite');
      all.bob.begin('accept');
      await all.agent.signal('accepted', { session: 2 });
      await all.alice.log.wait('notified SIP/2.0 200 OK');
      await all.alice.do('bye');
      await all.agent.signal('terminated', { session: 1 });
      await all.agent.hears({ hz: bob.hz }, { session: 2 });
      await all.bob.hears({ hz: agentSends.hz });
      await all.agent.tell('bye', 2);
    },
  },
  {
    name: 'transfer: blind, to our agent',
    async run(t) {
      const all = await party(t, { onInvite: 'accept' });

      await talk(all);
      assert.equal(await all.alice.do('refer', all.agent.uri), 202);
      await all.bob.log.wait('refer agent');
      await all.agent.signal('accepted');
      await all.alice.log.wait('notified SIP/2.0 200 OK');
      await all.alice.do('bye');
      await all.agent.hears({ hz: bob.hz });
      await all.bob.hears({ hz: agentSends.hz });
      await all.agent.tell('bye', 1);
    },
  },
  {
    name: 'transfer: attended, by our agent',
    async run(t) {
      const all = await party(t);

      await agentCalls(all, all.alice, 'alice', 1);
      await agentCalls(all, all.bob, 'bob', 2);
      assert.equal(await all.agent.tell('refer', 1, 2), '202');
      await all.alice.log.wait(/^refer .* replaces$/);
      await all.bob.log.wait('invite', { nth: 2 });
      assert.equal(await all.bob.do('replaces', 2), true);
      all.bob.begin('accept');
      await all.agent.signal('terminated', { session: 2 });
      await all.agent.signal('terminated', { session: 1 });
      assert.equal(withoutProgress(all.agent.signals(2)).at(-2), 'bye');
      await hearEachOther(all.alice, all.bob);
    },
  },
  {
    name: 'transfer: attended, of our agent',
    async run(t) {
      const all = await party(t, { onInvite: 'accept' });

      await callsAgent(all, all.alice);
      await talk(all, 2);
      await all.alice.do('select', 1);
      assert.equal(await all.alice.do('refer', 2), 202);
      await all.bob.log.wait('invite', { nth: 2 });
      assert.equal(await all.bob.do('replaces', 2), true);
      all.bob.begin('accept');
      await all.agent.signal('accepted', { session: 2 });
      await all.alice.log.wait('notified SIP/2.0 200 OK');
      await all.alice.do('bye');
      await all.agent.signal('terminated', { session: 1 });
      await all.agent.hears({ hz: bob.hz }, { session: 2 });
      await all.bob.hears({ hz: agentSends.hz });
      await all.agent.tell('bye', 2);
    },
  },
  {
    name: 'transfer: attended, to our agent',
    async run(t) {
      const all = await party(t, { onInvite: 'accept' });

      await talk(all);
      await callsAgent(all, all.alice, 2);
      await all.alice.do('select', 1);
      assert.equal(await all.alice.do('refer', 2), 202);
      await all.bob.log.wait(/^refer .* replaces$/);
      await all.agent.signal('accepted', { session: 2 });
      await all.agent.signal('terminated', { session: 1 });
      assert.deepEqual(all.agent.signals(1), ['invite', 'accepted 200', 'replaced', 'bye', 'terminated Terminated (-)']);
      await all.agent.hears({ hz: bob.hz }, { session: 2 });
      await all.bob.hears({ hz: agentSends.hz });
      await all.agent.tell('bye', 2);
    },
  },
];
