# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is published, and what messages say of who somebody is."""

import tap
import uninstalled  # noqa: F401
from gi.repository import GLib, Sip
from pair import Case, run_until


class Keeper:
    """Bob keeps what others publish (RFC 3903)."""

    def __init__(self, agents):
        self.heard = []
        self.etag = 0
        agents.bob.connect('request-received::PUBLISH', self.publish_cb)

    def publish_cb(self, agent, context):
        request = context.get_request()
        body = request.get_body()
        self.heard.append((request['Event'], request['Expires'], request.get_header('SIP-If-Match'), body.get_data().decode() if body else None))
        self.etag += 1
        return context.accept(extra_headers=[f'SIP-ETag: e{self.etag}', f'Expires: {request["Expires"]}'])


class Publication(Case):
    def test_life(self):
        agents = self.make_pair()
        keeper = Keeper(agents)
        told = []
        publication = agents.alice.publish(agents.target, 'presence', '<here/>', expires=600, extra_headers=['X-A: a'])
        publication.connect('published', lambda publication, response: told.append((response.get_status_code(), publication.get_etag())))
        publication.connect('unpublished', lambda publication, response, cause: told.append((response.get_status_code(), cause)))
        self.assertIsInstance(publication, Sip.ClientContext)
        self.assertEqual(publication.get_state(), Sip.PublicationState.PUBLISHING)
        publication.data['mood'] = 'well'
        run_until(lambda: told)
        self.assertEqual((publication.get_state(), publication.get_expires(), publication.get_event()), (Sip.PublicationState.PUBLISHED, 600, 'presence'))
        self.assertEqual(publication.get_request()['X-A'], 'a')
        self.assertTrue(publication.modify('<away/>'))
        run_until(lambda: len(told) == 2)
        self.assertTrue(publication.refresh())
        run_until(lambda: len(told) == 3)
        self.assertTrue(publication.unpublish())
        run_until(lambda: len(told) == 4)
        self.assertEqual(told, [(200, 'e1'), (200, 'e2'), (200, 'e3'), (200, None)])
        self.assertEqual(keeper.heard, [('presence', '600', None, '<here/>'), ('presence', '600', 'e1', '<away/>'),
                                        ('presence', '600', 'e2', None), ('presence', '0', 'e3', None)])
        self.assertEqual((publication.data, publication.get_state()), ({'mood': 'well'}, Sip.PublicationState.UNPUBLISHED))
        self.refuses(Sip.Error.INVALID_STATE, publication.unpublish)

    def test_refused(self):
        agents = self.make_pair()
        told = []
        publication = agents.alice.publish(agents.target, 'dialog', body=b'<x/>', content_type='text/xml')
        publication.connect('rejected', lambda publication, response, reason: told.append((response.get_status_code(), reason)))
        publication.connect('failed', lambda publication, response, cause: told.append(cause))
        publication.connect('unpublished', lambda publication, response, cause: told.append(cause))
        run_until(lambda: len(told) == 3)
        self.assertEqual(told, [(405, 'Method Not Allowed'), Sip.CAUSE_SIP_FAILURE_CODE, Sip.CAUSE_SIP_FAILURE_CODE])
        self.assertTrue(publication.get_error().matches(Sip.error_quark(), Sip.Error.NOT_SUPPORTED))
        self.refuses(Sip.Error.INVALID_ARGUMENT, agents.alice.publish, agents.target, 'a b', 'x')
        self.refuses(Sip.Error.INVALID_ARGUMENT, agents.alice.publish, None, 'presence')
        self.refuses(Sip.Error.INVALID_HEADER, agents.alice.publish, None, 'presence', 'x', extra_headers=['Expires: 1'])

    def test_taken_back_at_stop(self):
        agents = self.make_pair()
        keeper = Keeper(agents)
        ended = []
        publication = agents.alice.publish(agents.target, 'presence', '<here/>')
        publication.connect('unpublished', lambda *arguments: ended.append(arguments[1].get_status_code()))
        run_until(lambda: publication.get_etag())
        agents.stop()
        self.assertEqual((ended, keeper.heard[-1][1]), ([200], '0'))


MESSAGE = b'''INVITE sip:bob@example.com SIP/2.0\r
Via: SIP/2.0/TCP proxy.example.com;branch=z9hG4bKa\r
From: <sip:anonymous@anonymous.invalid>;tag=a\r
To: <sip:bob@example.com>\r
Call-ID: a\r
CSeq: 1 INVITE\r
Max-Forwards: 70\r
P-Asserted-Identity: "Alice" <sip:alice@example.com>, <tel:+15551234>\r
P-Preferred-Identity: <sip:al@example.com>\r
Privacy: id;user\r
Reason: SIP;cause=200;text="Call completed elsewhere", Q.850;cause=26\r
History-Info: <sip:office@example.com>;index=1, <sip:bob@example.com?Reason=SIP%3Bcause%3D302>;index=1.1;mp=1\r
Content-Length: 0\r
\r
'''


class Identities(Case):
    def setUp(self):
        self.message = Sip.Message.parse(GLib.Bytes.new(MESSAGE))

    def test_identities(self):
        asserted = self.message.get_asserted_identities()
        self.assertEqual([str(identity) for identity in asserted], ['"Alice" <sip:alice@example.com>', '<tel:+15551234>'])
        self.assertEqual([identity.get_uri().get_user() for identity in self.message.get_preferred_identities()], ['al'])
        self.assertEqual(self.message.get_privacy(), Sip.Privacy.ID | Sip.Privacy.USER)

    def test_reasons(self):
        reasons = self.message.get_reasons()
        self.assertEqual([(reason.get_protocol(), reason.get_cause(), reason.get_text()) for reason in reasons],
                         [('SIP', 200, 'Call completed elsewhere'), ('Q.850', 26, None)])
        self.assertTrue(self.message.is_completed_elsewhere())
        self.assertEqual(Sip.Reason.parse('Q.850;cause=16;location=LN').get_param('location'), 'LN')
        self.refuses(Sip.Error.PARSE, Sip.Reason.parse, ';')

    def test_history(self):
        history = self.message.get_history_info()
        self.assertEqual([(str(entry.get_uri()).split('?')[0], entry.get_index(), entry.get_mp(), entry.get_rc(), entry.get_np()) for entry in history],
                         [('sip:office@example.com', '1', None, None, None), ('sip:bob@example.com', '1.1', '1', None, None)])
        self.assertIsNone(history[0].get_reason())
        self.assertEqual((history[1].get_reason().get_cause(), history[1].is_private()), (302, False))


if __name__ == '__main__':
    tap.main()
