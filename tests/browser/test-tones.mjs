// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Tones of a session: in INFO (application/dtmf-relay) and in the media (RFC 4733), both ways.

import assert from 'node:assert/strict';

import { agentSends, pageSends, pair } from './calls.mjs';

async function connect(t) {
  const ends = await pair(t, { onInvite: 'accept', media: 'audio' });

  ends.phone.begin('call', ends.agent.uri);
  await ends.phone.state('Established');
  await ends.agent.hears({ hz: pageSends.hz });
  await ends.phone.hears({ hz: agentSends.hz });
  return ends;
}

const tonesOf = (agent, way) => agent.signals().filter((signal) => signal.startsWith(`dtmf ${way}`)).map((signal) => signal.split(' ')[2]).join('');

export const tones = [
  {
    name: 'tones: from our agent, in INFO',
    async run(t) {
      const { agent, phone } = await connect(t);

      await agent.tell('dtmf', 1, '15#');
      await phone.log.wait('info Signal= # Duration= 100');
      assert.deepEqual(phone.events().filter((event) => event.startsWith('info')),
        ['info Signal= 1 Duration= 100', 'info Signal= 5 Duration= 100', 'info Signal= # Duration= 100']);
      assert.equal(tonesOf(agent, 'outgoing'), '15#');
      await phone.do('bye');
    },
  },
  {
    name: 'tones: from the page, in INFO',
    async run(t) {
      const { agent, phone } = await connect(t);

      assert.equal(await phone.do('info', 'application/dtmf-relay', 'Signal=7\r\nDuration=2000'), 200);
      assert.equal(await phone.do('info', 'application/dtmf', '*'), 200);
      assert.equal(await phone.do('info', 'text/plain', 'hello'), 415);
      await agent.signal('dtmf incoming \\*');
      assert.equal(tonesOf(agent, 'incoming'), '7*');
      await phone.do('bye');
    },
  },
  {
    name: 'tones: from our agent, in the media',
    async run(t) {
      const { agent, phone } = await connect(t);

      await agent.tell('dtmf', 1, '5,5', 'rtp');
      // Chromium plays what it receives: the two tones of a 5.
      await phone.hearsEither([770, 1336]);
      await agent.log.wait(/^signal 1 dtmf outgoing 5$/);
      await phone.do('bye');
    },
  },
  {
    name: 'tones: from the page, in the media',
    async run(t) {
      const { agent, phone } = await connect(t);

      assert.equal(await phone.do('tones', '42#', 150), true);
      await agent.signal('dtmf incoming #');
      assert.equal(tonesOf(agent, 'incoming'), '42#');
      await phone.do('bye');
    },
  },
];
