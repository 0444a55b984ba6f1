// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A WebSocket server that joins its first two clients: what one sends the other gets. With it two pages call each other, which
// proves the measuring before anything of ours is measured.

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

/** @returns {Promise<{url: string, close: () => void}>} */
export async function startRelay() {
  const server = http.createServer();
  const ends = [];

  server.on('upgrade', (request, socket) => {
    const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      `Sec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: sip\r\n\r\n`);
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
          ends.find((end) => end !== socket)?.write(writeFrame(opcode, data));
        }
      }
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    url: `ws://127.0.0.1:${server.address().port}/`,
    close() {
      ends.forEach((end) => end.destroy());
      server.close();
    },
  };
}
