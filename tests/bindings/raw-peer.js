// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A SIP server behind which an agent stands, that says exactly what a test tells it to: no dialogs, no transactions, no politeness.

import Sip from 'gi://Sip?version=1.0';
import Soup from 'gi://Soup?version=3.0';

import {NullHandler, SDP, until} from './pair.js';

export class RawPeer {
    received = [];
    handlers = [];
    #number = 0;
    #server = new Soup.Server();
    #connection = null;

    // An agent, alice, that is connected to this.
    async start() {
        this.#server.add_websocket_handler('/', null, ['sip'], (server, message, path, connection) => {
            this.#connection = connection;
            connection.connect('message', (_connection, kind, data) => {
                try {
                    this.received.push(Sip.Message.parse(data));
                } catch {
                    // a ping
                }
            });
        });
        this.#server.listen_local(0, Soup.ServerListenOptions.IPV4_ONLY);
        this.port = this.#server.get_uris()[0].get_port();

        this.alice = Sip.UserAgent.new('sip:alice@example.com');
        this.alice.set_servers([`ws://127.0.0.1:${this.port}/`]);
        this.alice.set_session_description_handler_factory(() => {
            const handler = new NullHandler();
            this.handlers.push(handler);
            return handler;
        });
        await this.alice.start();
        await until(() => this.#connection);
        return this;
    }

    async stop() {
        await this.alice.stop();
        this.#server.disconnect();
    }

    disconnect() {
        this.#connection.close(1001, null);
    }

    send(text) {
        this.#connection.send_text(text.replaceAll('\n', '\r\n'));
    }

    requests(method) {
        return this.received.filter(message => message instanceof Sip.Request && message.get_method() === method);
    }

    responses(status) {
        return this.received.filter(message => message instanceof Sip.Response && message.get_status_code() === status);
    }

    // The request of this method that came, or comes.
    async expect(method, nth = 1) {
        await until(() => this.requests(method).length >= nth);
        return this.requests(method)[nth - 1];
    }

    respond(request, status, {headers = '', sdp = ''} = {}) {
        const to = request.get_header('To');
        const vias = request.get_headers('Via').map(via => `Via: ${via}\n`).join('');
        this.send(`SIP/2.0 ${status} Said\n${vias}From: ${request.get_header('From')}\nTo: ${to.includes(';tag=') ? to : `${to};tag=raw`}\n` +
            `Call-ID: ${request.get_call_id()}\nCSeq: ${request.get_header('CSeq')}\nContact: <sip:raw@127.0.0.1:${this.port};transport=ws>\n${headers}` +
            `${sdp ? 'Content-Type: application/sdp\n' : ''}Content-Length: ${sdp.length}\n\n${sdp.replaceAll('\r\n', '\n')}`);
    }

    // A request to alice; its Call-ID.
    request(method, {headers = '', body = '', contentType = '', callId = null, toTag = '', cseq = 1} = {}) {
        this.#number++;
        callId ??= `raw-${this.#number}`;
        this.send(`${method} sip:alice@example.com SIP/2.0\nVia: SIP/2.0/WS raw.invalid;branch=z9hG4bKraw${this.#number}\nMax-Forwards: 70\n` +
            `From: <sip:raw@127.0.0.1>;tag=raw\nTo: <sip:alice@example.com>${toTag ? `;tag=${toTag}` : ''}\nCall-ID: ${callId}\nCSeq: ${cseq} ${method}\n` +
            `Contact: <sip:raw@127.0.0.1:${this.port};transport=ws>\n${headers}${contentType ? `Content-Type: ${contentType}\n` : ''}` +
            `Content-Length: ${body.length}\n\n${body.replaceAll('\r\n', '\n')}`);
        return callId;
    }

    invite(headers = '') {
        return this.request('INVITE', {headers, body: SDP, contentType: 'application/sdp'});
    }
}

// A test gets a peer, that is stopped after it.
export const withRawPeer = test => async () => {
    const peer = await new RawPeer().start();
    await test(peer);
    await peer.stop();
};
