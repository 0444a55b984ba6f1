// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Somebody thinks better of a call while the other side answers it: the CANCEL and the 200 cross on the wire, which the relay between the two sees to.

import assert from 'node:assert/strict';

import { startRelay } from './relay.mjs';

const cancelled = /^CANCEL /;
const answered = /^SIP\/2\.0 200 [^]*^CSeq: *\d+ INVITE/m;

async function ends(t, agentOptions = {}) {
  const relay = await startRelay(['agent', 'page']);
  t.onClose(relay.close);
  const agent = await t.agent({ server: relay.url, media: 'audio', ...agentOptions });
  const phone = await t.phone({ server: relay.url });
  return { relay, agent, phone };
}

async function rings({ agent, phone }) {
  await agent.tell('invite', 'sip:page@example.com');
  await phone.log.wait('invite');
  await agent.signal('progress 180');
}

const withoutProgress = (signals) => signals.filter((signal) => !signal.startsWith('progress'));
const tooLate = ['cancel', 'accepted 200', 'bye', 'terminated Terminated (-)'];

export const races = [
  {
    name: 'races: our CANCEL comes after the page has answered',
    async run(t) {
      const { relay, agent, phone } = await ends(t);

      relay.hold(cancelled, answered);
      await rings({ agent, phone });
      await agent.tell('cancel', 1);
      phone.begin('accept');
      await agent.signal('terminated');
      assert.deepEqual(withoutProgress(agent.signals()), tooLate);
      await phone.log.wait('bye');
      await phone.state('Terminated');
    },
  },
  {
    name: 'races: the answer of the page comes after our CANCEL was sent',
    async run(t) {
      const { relay, agent, phone } = await ends(t);

      relay.hold(answered, cancelled);
      await rings({ agent, phone });
      phone.begin('accept');
      // It has answered when it says so; the relay keeps that from us.
      await phone.state('Establishing');
      await new Promise((resolve) => setTimeout(resolve, 1000));
      await agent.tell('cancel', 1);
      await agent.signal('terminated');
      assert.deepEqual(withoutProgress(agent.signals()), tooLate);
      await phone.state('Terminated');
    },
  },
  {
    name: 'races: the CANCEL of the page comes after we have answered',
    async run(t) {
      const { relay, agent, phone } = await ends(t, { onInvite: 'wait' });

      relay.hold(cancelled, answered);
      phone.begin('call', agent.uri);
      await phone.log.wait('progress 180');
      await agent.signal('invite');
      await phone.do('cancel');
      await agent.tell('accept', 1);
      await agent.signal('terminated');
      assert.deepEqual(agent.signals(), ['invite', 'accepted 200', 'bye', 'terminated Terminated (BYE)']);
      await phone.state('Terminated');
    },
  },
  {
    name: 'races: our answer comes after the CANCEL of the page was sent',
    async run(t) {
      const { relay, agent, phone } = await ends(t, { onInvite: 'accept' });

      relay.hold(answered, cancelled);
      phone.begin('call', agent.uri);
      await agent.signal('accepted');
      await phone.do('cancel');
      await agent.signal('terminated');
      assert.deepEqual(agent.signals(), ['invite', 'accepted 200', 'bye', 'terminated Terminated (BYE)']);
      await phone.state('Terminated');
    },
  },
  {
    name: 'races: both hang up at once',
    async run(t) {
      const { relay, agent, phone } = await ends(t, { onInvite: 'accept' });
      const bye = /^BYE /;

      phone.begin('call', agent.uri);
      await phone.state('Established');
      await agent.signal('accepted');
      relay.hold(bye, /^SIP\/2\.0 200 [^]*^CSeq: *\d+ OPTIONS/m);
      await phone.do('bye').catch(() => {});
      await agent.tell('bye', 1);
      assert.equal(await phone.do('ping', agent.uri), 200);
      await agent.signal('terminated');
      await phone.state('Terminated');
      assert.equal(agent.signals().filter((signal) => signal.startsWith('terminated')).length, 1);
      assert.equal(agent.signals().filter((signal) => signal === 'bye').length, 1);
    },
  },
];
