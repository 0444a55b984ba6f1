# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is broken is answered as RFC 3261 says, or not at all; and the agent is well after it."""

import os
import random

import tap
from case import Case
from peer import SDP, T1, token


class Broken(Case):
    def setUp(self):
        self.ours = self.agent()

    def tearDown(self):
        self.good_call(self.ours)
        self.ours.end()

    def test_garbage(self):
        peer = self.peer(self.ours)
        garbage = random.Random(4711)
        for size in (0, 1, 2, 3, 4, 16, 100, 1500, 9000, 60000):
            peer.send_bytes(garbage.randbytes(size))
            peer.send_bytes(b'\0' * size)
            peer.send_bytes(b'\r\n' * (size // 2))
            peer.send_bytes(b'INVITE sip:test@127.0.0.1 SIP/2.0\r\n' + garbage.randbytes(size))
            peer.send_bytes(b'SIP/2.0 200 OK\r\n' + b'a' * size)

    def test_stun_and_rtp(self):
        """What else may come to a SIP port (RFC 5626 §8, RFC 7983): not for the parser."""
        peer = self.peer(self.ours)
        peer.send_bytes(b'\x00\x01\x00\x00\x21\x12\xa4\x42' + os.urandom(12))
        peer.send_bytes(b'\x80\x00' + os.urandom(170))
        peer.send_bytes(b'\x16\xfe\xff' + os.urandom(60))
        peer.send_bytes(b'\r\n\r\n')

    def test_truncated_everywhere(self):
        """A good INVITE, cut after each of its bytes."""
        peer = self.peer(self.ours)
        whole = peer.request('OPTIONS')
        peer.expect(200)
        for length in range(0, len(whole), 3):
            peer.send_bytes(whole[:length])

    def test_body_shorter_than_content_length(self):
        """RFC 3261 §18.3."""
        peer = self.peer(self.ours)
        peer.request('INVITE', body=SDP, branch='z9hG4bKshort', replace={'Content-Length': '9999', 'Content-Type': 'application/sdp'})
        answer = peer.expect(400)
        peer.request('ACK', branch='z9hG4bKshort', to_tag=answer.tag('to'))

    def test_body_longer_than_content_length(self):
        """RFC 3261 §18.3: what is over is not the message's."""
        peer = self.peer(self.ours)
        peer.request('OPTIONS', body='abcdef', replace={'Content-Length': '0'})
        peer.expect(200)

    def test_bad_content_length(self):
        peer = self.peer(self.ours)
        for value in ('-1', '4294967296', '99999999999999999999', 'two', '1 2', ''):
            with self.subTest(value=value):
                peer.request('OPTIONS', replace={'Content-Length': value})
                peer.expect({400, 413})

    def test_other_version(self):
        peer = self.peer(self.ours)
        peer.send('OPTIONS sip:test@127.0.0.1 SIP/7.0', [('Via', peer.via()), ('From', '<sip:a@b>;tag=1'), ('To', '<sip:test@127.0.0.1>'),
                                                       ('Call-ID', token()), ('CSeq', '1 OPTIONS')])
        peer.expect(505)

    def test_missing_headers(self):
        """RFC 3261 §8.1.1: without one of these there is no answer, or 400."""
        for name in ('From', 'To', 'Call-ID', 'CSeq', 'Via'):
            with self.subTest(name=name):
                peer = self.peer(self.ours)
                peer.request('OPTIONS', replace={name: None})
                answer = peer.receive(0.3)
                self.assertTrue(answer is None or answer.status == 400, str(answer))

    def test_bad_values(self):
        for name, value in (('CSeq', '4294967296 OPTIONS'), ('CSeq', '1 INVITE'), ('CSeq', 'OPTIONS'), ('From', '<sip:a@b'),
                            ('To', '"unclosed <sip:a@b>'), ('Max-Forwards', '-1'), ('Via', 'SIP/2.0/UDP'), ('Call-ID', '')):
            with self.subTest(name=name, value=value):
                peer = self.peer(self.ours)
                peer.request('OPTIONS', replace={name: value})
                answer = peer.receive(0.3)
                self.assertTrue(answer is None or answer.status in (400, 483), str(answer))

    def test_numbers_at_their_limits(self):
        for number in (2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 64):
            with self.subTest(number=number):
                peer = self.peer(self.ours)
                peer.request('OPTIONS', cseq=number)
                answer = peer.expect({200, 400}) if number >= 2 ** 31 else peer.expect(200)
                if number >= 2 ** 32:
                    self.assertEqual(answer.status, 400)

    def test_two_of_what_is_one(self):
        for name, value in (('From', '<sip:c@d>;tag=2'), ('To', '<sip:c@d>'), ('Call-ID', 'two'), ('CSeq', '2 OPTIONS'), ('Content-Length', '7')):
            with self.subTest(name=name):
                peer = self.peer(self.ours)
                peer.request('OPTIONS', extra=[(name, value)])
                answer = peer.receive(0.3)
                self.assertTrue(answer is None or answer.status == 400, str(answer))

    def test_unknown_scheme(self):
        """RFC 3261 §8.2.2.1."""
        peer = self.peer(self.ours)
        peer.request('OPTIONS', uri='weird:thing')
        peer.expect(416)

    def test_too_many_and_too_long(self):
        for extra in ([('X', 'y')] * 3000, [('X', 'y' * 30000)], [('Via', 'SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx')] * 500):
            with self.subTest(extra=str(extra[0])[:40]):
                peer = self.peer(self.ours)
                peer.request('OPTIONS', extra=extra)
                answer = peer.receive(0.5)
                self.assertTrue(answer is None or answer.status >= 400, str(answer))

    def test_percent_at_the_end(self):
        """CVE-2023-22741's neighbours: an escape that is cut off."""
        for uri in ('sip:%', 'sip:%@127.0.0.1', 'sip:test%4@127.0.0.1', 'sip:test@127.0.0.1;x=%', 'sip:@127.0.0.1', 'sip:', 'sip:test@[::1',
                    'sip:test@127.0.0.1:99999', 'sip:test@127.0.0.1:'):
            with self.subTest(uri=uri):
                peer = self.peer(self.ours)
                peer.request('OPTIONS', uri=uri)
                answer = peer.receive(0.3)
                self.assertTrue(answer is None or answer.status >= 200, str(answer))
                peer.request('OPTIONS', replace={'Contact': f'<{uri}>', 'From': f'<{uri}>;tag=1'})
                peer.receive(0.1)

    def test_stray_responses(self):
        peer = self.peer(self.ours)
        for status in (100, 180, 200, 302, 404, 999, 0):
            for method in ('INVITE', 'BYE', 'CANCEL', 'ACK', 'NOSUCH'):
                peer.send(f'SIP/2.0 {status} Hello', [('Via', f'SIP/2.0/UDP 127.0.0.1:{self.ours.port};branch=z9hG4bKstray'),
                                                    ('From', '<sip:test@127.0.0.1>;tag=1'), ('To', '<sip:a@b>;tag=2'), ('Call-ID', 'stray'),
                                                    ('CSeq', f'1 {method}'), ('Contact', '<sip:a@b>')])
        peer.expect_silence(T1)

    def test_invite_with_a_broken_contact(self):
        """Without a target there is no dialog (RFC 3261 §12.1.1)."""
        for contact in (None, '', '*', 'nonsense', '<sip:>', '<mailto:a@b>'):
            with self.subTest(contact=contact):
                peer = self.peer(self.ours)
                peer.request('INVITE', body=SDP, branch=f'z9hG4bK{token()}', replace={'Contact': contact})
                peer.expect({400, 416}, skip=(100, 180))


if __name__ == '__main__':
    tap.main()
