// SPDX-License-Identifier: LGPL-2.1-or-later
//
// URIs, addresses and messages.

import GLib from 'gi://GLib';
import Sip from 'gi://Sip?version=1.0';

import {assert, assertEqual, assertThrows, run} from './tap.js';

await run({
    'a URI'() {
        const uri = Sip.Uri.parse('sip:alice@example.com:5070;transport=tcp');
        assertEqual([uri.get_scheme(), uri.get_user(), uri.get_host(), uri.get_port()], ['sip', 'alice', 'example.com', 5070]);
        assertEqual(String(uri), 'sip:alice@example.com:5070;transport=tcp');
        assert(uri.equal(Sip.Uri.parse('sip:alice@EXAMPLE.com:5070;transport=TCP')), 'equality');
    },

    'no URI'() {
        assertThrows(() => Sip.Uri.parse('alice'), error => error.matches(Sip.Error, Sip.Error.INVALID_URI), 'alice');
    },

    'an address'() {
        const address = Sip.NameAddr.parse('"Alice" <sip:alice@example.com>;tag=1');
        assertEqual([address.get_display_name(), address.get_param('tag')], ['Alice', '1']);
    },

    'a message'() {
        const text = 'SIP/2.0 486 Busy Here\r\nVia: SIP/2.0/UDP a.example.com;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>;tag=2\r\n' +
            'Call-ID: a\r\nCSeq: 7 INVITE\r\nContent-Length: 0\r\n\r\n';
        const message = Sip.Message.parse(new GLib.Bytes(new TextEncoder().encode(text)));
        assert(message instanceof Sip.Response, 'a response');
        assertEqual([message.get_status_code(), message.get_reason_phrase(), message.get_cseq()], [486, 'Busy Here', 7]);
        assertEqual(String(message), text);
    },
});
