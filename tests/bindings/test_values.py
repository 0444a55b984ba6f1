# SPDX-License-Identifier: LGPL-2.1-or-later
"""URIs, addresses and messages."""

import unittest

import tap
import uninstalled  # noqa: F401
from gi.repository import GLib, Sip


class Values(unittest.TestCase):
    def test_uri(self):
        uri = Sip.Uri.parse('sips:alice:secret@example.com:5061;transport=tcp?subject=hello%20you')
        self.assertEqual((uri.get_scheme(), uri.get_user(), uri.get_host(), uri.get_port()), ('sips', 'alice', 'example.com', 5061))
        self.assertEqual(uri.get_param('transport'), 'tcp')
        self.assertIsNone(uri.get_param('lr'))
        self.assertEqual(uri, Sip.Uri.parse('sips:alice:secret@EXAMPLE.com:5061;transport=tcp?subject=hello%20you'))
        self.assertNotEqual(uri, Sip.Uri.parse('sips:bob@example.com'))
        self.assertTrue(str(uri).startswith('sips:alice'))

    def test_bad_uri(self):
        for text in ('', 'alice', 'sip:', 'sip:@', 'sip:a@b c'):
            with self.subTest(text=text):
                with self.assertRaises(GLib.Error) as raised:
                    Sip.Uri.parse(text)
                self.assertTrue(raised.exception.matches(Sip.error_quark(), Sip.Error.INVALID_URI))

    def test_name_addr(self):
        address = Sip.NameAddr.parse('"Alice \\"Al\\" Liddell" <sip:alice@example.com>;tag=1')
        self.assertEqual(address.get_display_name(), 'Alice "Al" Liddell')
        self.assertEqual(address.get_uri().get_host(), 'example.com')
        self.assertEqual(address.get_param('tag'), '1')
        again = Sip.NameAddr.parse(str(Sip.NameAddr.new('Über', address.get_uri())))
        self.assertEqual(again.get_display_name(), 'Über')

    def test_message(self):
        text = ('MESSAGE sip:bob@example.com SIP/2.0\r\nVia: SIP/2.0/UDP a.example.com;branch=z9hG4bK1\r\nMax-Forwards: 70\r\n'
                'From: <sip:alice@example.com>;tag=1\r\nTo: <sip:bob@example.com>\r\nCall-ID: a\r\nCSeq: 7 MESSAGE\r\n'
                'Content-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello')
        message = Sip.Message.parse(GLib.Bytes.new(text.encode()))
        self.assertIsInstance(message, Sip.Request)
        self.assertEqual((message.get_method(), message.get_cseq(), message.get_body().get_data()), ('MESSAGE', 7, b'hello'))
        self.assertEqual(message.get_from().get_uri().get_user(), 'alice')
        self.assertEqual(str(message), text)
        self.assertIn('Via', list(message))

    def test_bad_message(self):
        with self.assertRaises(GLib.Error) as raised:
            Sip.Message.parse(GLib.Bytes.new(b'hello\r\n\r\n'))
        self.assertTrue(raised.exception.matches(Sip.error_quark(), Sip.Error.PARSE))


if __name__ == '__main__':
    tap.main()
