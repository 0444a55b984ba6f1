// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Calls that change while they run: video that comes and goes, and paths that are looked for anew. What was heard before is heard after.

import assert from 'node:assert/strict';

import { agentSends, pageSends, pair } from './calls.mjs';

/** The page calls our agent, with sound only. */
async function callWithSound(t, { onInvite = 'accept', media = 'audio' } = {}) {
  const ends = await pair(t, { onInvite, media });

  ends.phone.begin('call', ends.agent.uri, { video: false });
  await ends.phone.state('Established');
  await hear(ends);
  return ends;
}

const hear = async ({ agent, phone }) => {
  await agent.hears({ hz: pageSends.hz });
  await phone.hears({ hz: agentSends.hz });
};

const see = async ({ agent, phone }) => {
  await agent.hears(pageSends);
  await phone.hears(agentSends);
};

export const changes = [
  {
    name: 'changes: our agent adds video, takes it away, and adds it again',
    async run(t) {
      const ends = await callWithSound(t);
      const before = await ends.phone.do('remoteLine', 'a=ice-ufrag');

      await ends.phone.do('haveForChanges', { video: true });
      await ends.agent.tell('reinvite', 1, "{'video':<true>}");
      await see(ends);
      assert.equal(await ends.phone.do('remoteLine', 'a=ice-ufrag'), before, 'the path is the same');

      await ends.agent.tell('reinvite', 1, "{'video':<false>}");
      await hear(ends);
      await ends.agent.tell('reinvite', 1, "{'video':<true>}");
      await see(ends);
      await ends.agent.tell('bye', 1);
    },
  },
  {
    name: 'changes: the page adds video',
    async run(t) {
      const ends = await callWithSound(t);

      await ends.agent.tell('handler', 1, 'video', 'true');
      assert.equal(await ends.phone.do('reinvite', { video: true }), 200);
      await see(ends);
      await ends.agent.tell('hold', 1);
      await ends.agent.tell('unhold', 1);
      await see(ends);
      await ends.phone.do('bye');
    },
  },
  {
    name: 'changes: the page adds video, which our agent does not want',
    async run(t) {
      const ends = await callWithSound(t);

      assert.equal(await ends.phone.do('reinvite', { video: true }), 200);
      await hear(ends);
      await ends.phone.do('bye');
    },
  },
  {
    name: 'changes: our agent restarts ICE',
    async run(t) {
      const ends = await callWithSound(t);

      for (const _ of [1, 2]) {
        const before = await ends.phone.do('remoteLine', 'a=ice-ufrag');
        await ends.agent.tell('reinvite', 1, "{'ice-restart':<true>}");
        assert.notEqual(await ends.phone.do('remoteLine', 'a=ice-ufrag'), before);
        await hear(ends);
      }
      await ends.agent.tell('bye', 1);
    },
  },
  {
    name: 'changes: the page restarts ICE',
    async run(t) {
      const ends = await callWithSound(t);

      for (const _ of [1, 2]) {
        const before = await ends.phone.do('remoteLine', 'a=ice-ufrag');
        await ends.phone.do('restartIce');
        assert.equal(await ends.phone.do('reinvite', {}), 200);
        assert.notEqual(await ends.phone.do('remoteLine', 'a=ice-ufrag'), before);
        await hear(ends);
      }
      await ends.phone.do('bye');
    },
  },
  {
    name: 'changes: tones in the media, both ways',
    async run(t) {
      const ends = await callWithSound(t);

      assert.equal(await ends.phone.do('tones', '1#', 200), true);
      for (const tone of ['1', '#']) {
        const [, ms] = (await ends.agent.log.wait(new RegExp(`^signal 1 tone ${tone} `))).match(/ (\d+)$/);
        assert(Math.abs(ms - 200) <= 60, `${tone} for ${ms} ms`);
      }
      await hear(ends);

      // What a browser is told of a tone it plays: of a 5, 770 Hz and 1336 Hz.
      await ends.agent.tell('tones', 1, '5', 1500);
      await ends.phone.hearsEither([770, 1336]);
      await hear(ends);
      await ends.phone.do('bye');
    },
  },
];
