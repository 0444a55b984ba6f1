// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Two pages call each other: nothing of ours is in it. If this fails, it is the measuring or the browser that is broken.

import assert from 'node:assert/strict';

import { agentSends, pageSends } from './calls.mjs';
import { startRelay } from './relay.mjs';

export const pages = [
  {
    name: 'two pages hear and see each other',
    async run(t) {
      const relay = await startRelay(['caller', 'callee']);
      t.onClose(relay.close);
      const caller = await t.phone({ server: relay.url, uri: 'sip:caller@example.com', ...pageSends });
      const callee = await t.phone({ server: relay.url, uri: 'sip:callee@example.com', ...agentSends });

      caller.begin('call', 'sip:callee@example.com', { video: true });
      await callee.log.wait('invite');
      await callee.do('accept', { video: true });
      await caller.state('Established');

      const there = await callee.hears(pageSends);
      const back = await caller.hears(agentSends);
      t.note(`the callee receives ${there.audio.hz.toFixed(1)} Hz, rgb ${there.video.rgb.join(' ')}`);
      t.note(`the caller receives ${back.audio.hz.toFixed(1)} Hz, rgb ${back.video.rgb.join(' ')}`);

      await caller.do('bye');
      await callee.state('Terminated');
      await caller.state('Terminated');
      assert.deepEqual(callee.events(), ['invite', 'state Establishing', 'state Established', 'bye', 'state Terminated']);
    },
  },
];
