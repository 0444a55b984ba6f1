// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A WebSocket server between clients. It changes nothing in their messages, and has no more of SIP in it than it takes to see where one goes: a
// request to whose name or whose Contact is in its URI, a response to whose Via is on top. The nth client has the nth of the names.

import { createHash } from 'node:crypto';
import http from 'node:http';

/** The frames (RFC 6455 §5.2) in the bytes: those of text or of closing, and how many bytes they took. */
function readFrames(bytes) {
  const frames = [];
  let at = 0;

  while (bytes.length - at >= 2) {
    let length = bytes[at + 1] & 127;
    let body = at + 2;
    if (length === 126) {
      if (bytes.length < at + 4) {
        break;
      }
      length = bytes.readUInt16BE(at + 2);
      body = at + 4;
    }
    // A client masks; none of ours sends 64 kB.
    const mask = bytes.subarray(body, body + 4);
    body += 4;
    if (bytes.length < body + length) {
      break;
    }
    frames.push({ opcode: bytes[at] & 15, data: Buffer.from(bytes.subarray(body, body + length).map((byte, i) => byte ^ mask[i & 3])) });
    at = body + length;
  }
  return { frames, used: at };
}

function writeFrame(opcode, data) {
  const head = data.length < 126
    ? Buffer.from([128 | opcode, data.length])
    : Buffer.from([128 | opcode, 126, data.length >> 8, data.length & 255]);
  return Buffer.concat([head, data]);
}

const userOf = (uri) => /^sips?:([^@;>]+)@/.exec(uri)?.[1];
const hostOf = (uri) => /^sips?:(?:[^@]*@)?([^;?>]+)/.exec(uri)?.[1];

/** Who gets a message, and what it says of who sent it. */
class Table {
  #places = new Map();

  name(end, name) {
    this.#places.set(`user ${name}`, end);
  }

  /** The end that this goes to. */
  route(from, text) {
    const via = /^(?:Via|v)\s*:\s*SIP\/2\.0\/\S+\s+([^;\s,]+)/im.exec(text)?.[1];
    const contact = /^(?:Contact|m)\s*:.*?<?(sips?:[^>\s]+)/im.exec(text)?.[1];

    if (contact) {
      this.#places.set(`host ${hostOf(contact)}`, from);
    }
    if (text.startsWith('SIP/2.0')) {
      return this.#places.get(`via ${via}`);
    }
    this.#places.set(`via ${via}`, from);
    const uri = text.split(' ')[1];
    return this.#places.get(`host ${hostOf(uri)}`) ?? this.#places.get(`user ${userOf(uri)}`);
  }
}

/**
 * @param {string[]} names the users, in the order in which they will connect
 * @returns {Promise<{url: string, hold: (what: RegExp, until: RegExp) => void, close: () => void}>} `hold` keeps messages back until another has passed
 */
export async function startRelay(names) {
  const server = http.createServer();
  const table = new Table();
  const ends = [];
  const holds = [];
  const pass = (text, send) => {
    const holding = holds.find(({ what, kept }) => kept && what.test(text));
    if (holding) {
      holding.kept.push(send);
      return;
    }
    send();
    for (const hold of holds.filter(({ until, kept }) => kept && until.test(text))) {
      const { kept } = hold;
      hold.kept = null;
      kept.forEach((late) => late());
    }
  };

  server.on('upgrade', (request, socket) => {
    const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      `Sec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: sip\r\n\r\n`);
    table.name(socket, names[ends.length]);
    ends.push(socket);

    let pending = Buffer.alloc(0);
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      const { frames, used } = readFrames((pending = Buffer.concat([pending, chunk])));
      pending = pending.subarray(used);
      for (const { opcode, data } of frames) {
        if (opcode === 8) {
          socket.end(writeFrame(8, data));
        } else {
          const text = data.toString();
          const to = table.route(socket, text);
          pass(text, () => to?.write(writeFrame(opcode, data)));
        }
      }
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    url: `ws://127.0.0.1:${server.address().port}/`,
    hold: (what, until) => void holds.push({ what, until, kept: [] }),
    close() {
      ends.forEach((end) => end.destroy());
      server.close();
    },
  };
}
