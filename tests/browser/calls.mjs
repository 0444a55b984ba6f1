// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What the tests of calls have in common.

import assert from 'node:assert/strict';

/** The tone and the colour of either side. */
export const pageSends = { hz: 880, rgb: [200, 40, 40] };
export const agentSends = { hz: 440, rgb: [0, 160, 0] };

/** Our signals of a call that was answered and that somebody has ended, after what came before the answer. */
export const pageHungUp = ['accepted 200', 'bye', 'terminated Terminated (BYE)'];
export const weHungUp = ['accepted 200', 'bye', 'terminated Terminated (-)'];

/** An agent, and a page that is connected to it. */
export async function pair(t, agentOptions = {}, phoneOptions = {}) {
  const agent = await t.agent(agentOptions);
  const phone = await t.phone({ server: agent.url, ...phoneOptions });
  return { agent, phone };
}

/** Waits for tone, and for colour if there is video, both ways, and notes what was measured. */
export async function checkMedia(t, { agent, phone }, { video = false, session = 1 } = {}) {
  const only = ({ hz, rgb }) => (video ? { hz, rgb } : { hz });
  const there = await agent.hears(only(pageSends), { session });
  const back = await phone.hears(only(agentSends));
  const picture = (seen) => (seen?.rgb ? `, rgb ${seen.rgb.join(' ')}` : '');
  const ms = (audio, picked) => `first sound after ${audio} ms` + (video ? `, first picture after ${picked} ms` : '');

  t.note(`we receive ${there.audio.hz.toFixed(1)} Hz${picture(there.video)}; since the answer: ` +
    ms(there.audio.first, there.video?.first));
  t.note(`the page receives ${back.audio.hz.toFixed(1)} Hz${picture(back.video)}; since the call or its acceptance: ` +
    `established after ${back.established} ms, ${ms(back.firstAudio, back.firstVideo)}`);
}

/** Nothing was played of what came from a peer that nobody vouched for. */
export async function checkSilence(agent, session = 1) {
  const { audio, video } = await agent.measure(session);

  if (audio !== null || video !== null) {
    throw new Error(`we have played ${JSON.stringify({ audio, video })}`);
  }
}

const flows = async ({ agent, phone }) => {
  await agent.hears({ hz: pageSends.hz });
  await phone.hears({ hz: agentSends.hz });
};

const rests = async ({ agent, phone }) => {
  await phone.hearsNothing();
  await agent.hearsNothing();
};

/** Our agent puts the page on hold and takes the call back; while held nothing is heard at either end. */
export async function holdAndUnhold(ends) {
  await flows(ends);
  await ends.agent.tell('hold', 1);
  assert.equal(await ends.agent.tell('state', 1), 'SIP_SESSION_STATE_ESTABLISHED 1 0');
  await ends.phone.log.wait('reinvite');
  await rests(ends);
  await ends.agent.tell('unhold', 1);
  assert.equal(await ends.agent.tell('state', 1), 'SIP_SESSION_STATE_ESTABLISHED 0 0');
  await ends.phone.log.wait('reinvite', { nth: 2 });
  await flows(ends);
}

/** The page puts our agent on hold and takes the call back. */
export async function beHeld(ends) {
  await flows(ends);
  assert.equal(await ends.phone.do('reinvite', { hold: true }), 200);
  assert.equal(await ends.agent.tell('state', 1), 'SIP_SESSION_STATE_ESTABLISHED 0 1');
  // A page that holds goes on sending (music, where there is some); we do not.
  await ends.phone.hearsNothing();
  assert.equal(await ends.phone.do('reinvite', { hold: false }), 200);
  assert.equal(await ends.agent.tell('state', 1), 'SIP_SESSION_STATE_ESTABLISHED 0 0');
  await flows(ends);
}
