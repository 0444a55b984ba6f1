// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Calls through a SIP server (tests/interop starts it): a page on WSS, our agent in C on TLS, our agent in Python on UDP; each calls each, and what
// either side hears is measured.

import assert from 'node:assert/strict';

const tones = { page: 880, C: 440, Python: 620 };

/** One side of a call, whichever it is: how it calls, takes a call, ends it, and what it hears. */
async function end(t, what) {
  if (what === 'page') {
    const phone = await t.registeredPhone('carol', tones.page);
    return {
      uri: phone.uri,
      call: (uri) => phone.begin('call', uri),
      rings: () => phone.log.wait('invite'),
      accept: () => phone.begin('accept'),
      established: () => phone.state('Established'),
      hears: (hz) => phone.hears({ hz }),
      hold: async () => assert.equal(await phone.do('reinvite', { hold: true }), 200),
      unhold: async () => assert.equal(await phone.do('reinvite', { hold: false }), 200),
      hangUp: () => phone.do('bye'),
      over: () => phone.state('Terminated'),
    };
  }
  const agent = await t.client(what, what === 'C' ? 'alice' : 'bob', what === 'C' ? 'tls' : 'udp', tones[what]);
  return {
    uri: agent.uri,
    call: (uri) => agent.tell('invite', uri),
    rings: () => agent.signal('invite'),
    accept: () => agent.tell('accept', 1),
    established: () => agent.signal('accepted'),
    hears: (hz) => agent.hears({ hz }),
    hold: () => agent.tell('hold', 1),
    unhold: () => agent.tell('unhold', 1),
    hangUp: () => agent.tell('bye', 1),
    over: () => agent.signal('terminated'),
  };
}

const names = { page: 'a page on WSS', C: 'our agent in C on TLS', Python: 'our agent in Python on UDP' };

function call(from, to) {
  return {
    name: `through the server: ${names[from]} calls ${names[to]}`,
    seconds: 120,
    async run(t) {
      const [caller, callee] = [await end(t, from), await end(t, to)];

      await caller.call(callee.uri);
      await callee.rings();
      await callee.accept();
      await Promise.all([caller.established(), callee.established()]);
      const heard = await Promise.all([caller.hears(tones[to]), callee.hears(tones[from])]);
      t.note(`the caller hears ${heard[0].audio.hz.toFixed(1)} Hz, the callee ${heard[1].audio.hz.toFixed(1)} Hz`);
      // In-dialog requests find their way both ways, too.
      await callee.hold();
      await callee.unhold();
      await caller.hold();
      await caller.unhold();
      await Promise.all([caller.hears(tones[to]), callee.hears(tones[from])]);
      await callee.hangUp();
      await Promise.all([caller.over(), callee.over()]);
    },
  };
}

export const serverCalls = [
  call('page', 'C'), call('C', 'page'), call('page', 'Python'), call('Python', 'page'), call('C', 'Python'), call('Python', 'C'),
];
