# SPDX-License-Identifier: LGPL-2.1-or-later
"""Who we are to servers that ask: credentials, and the signal that asks a user."""

import hashlib
import re

import tap
import uninstalled  # noqa: F401
from gi.repository import GLib, Sip
from null_handler import SDP, NullHandler
from pair import Case, record, run_until
from raw_peer import RawPeer

CHALLENGE = 'WWW-Authenticate: Digest realm="example.com", nonce="{}", qop="auth", algorithm={}\n'
HASHES = {'MD5': 'md5', 'SHA-256': 'sha256'}


def parameters(value):
    return {name: quoted or plain for name, quoted, plain in re.findall(r'(\w+)=(?:"([^"]*)"|([^",\s]+))', value)}


def is_right(request, password):
    """Whether a server would let this request in."""
    said = parameters(request['Authorization'])

    def digest(*parts):
        return hashlib.new(HASHES[said['algorithm']], ':'.join(parts).encode()).hexdigest()

    a1 = digest(said['username'], said['realm'], password)
    a2 = digest(request.get_method(), said['uri'])
    return said['response'] == digest(a1, said['nonce'], said['nc'], said['cnonce'], said['qop'], a2)


class Authenticate(Case):
    def make_peer(self):
        peer = RawPeer(NullHandler)
        self.addCleanup(peer.stop)
        return peer

    def call(self, peer, nonce='n1', algorithm='MD5'):
        """Alice calls, and is challenged."""
        nth = len(peer.requests('INVITE')) + 1
        session = peer.alice.invite('bob')
        log = record(session)
        peer.respond(peer.expect('INVITE', nth), 401, CHALLENGE.format(nonce, algorithm))
        return session, log

    def test_values(self):
        credentials = Sip.Credentials.new('alice', 'secret', 'example.com')
        self.assertEqual((credentials.get_username(), credentials.get_realm()), ('alice', 'example.com'))
        self.assertIsNone(Sip.Credentials.new('alice', 'secret', None).get_realm())
        with self.assertRaises(TypeError):
            Sip.Credentials.new_for_ha1('alice', 'example.com', Sip.DigestAlgorithm.MD5, 'no hash')
        agent = Sip.UserAgent.new('sip:alice@example.com')
        self.assertIsNone(agent.props.credentials)
        agent.props.credentials = credentials
        self.assertEqual(agent.get_credentials().get_username(), 'alice')
        agent.add_credentials(Sip.Credentials.new('other', 'secret', 'elsewhere'))
        self.assertEqual(agent.get_credentials().get_username(), 'alice')
        agent.set_credentials(None)
        self.assertIsNone(agent.get_credentials())

    def test_known(self):
        peer = self.make_peer()
        peer.alice.set_credentials(Sip.Credentials.new('alice', 'secret', 'example.com'))
        for algorithm in HASHES:
            nth = len(peer.requests('INVITE')) + 2
            session, log = self.call(peer, algorithm, algorithm)
            answer = peer.expect('INVITE', nth)
            self.assertTrue(is_right(answer, 'secret'))
            peer.respond(answer, 486)
            run_until(lambda: 'terminated' in log)
            # Otherwise the next one would bring its answer along.
            peer.alice.set_credentials(Sip.Credentials.new('alice', 'secret', 'example.com'))

    def test_asked(self):
        peer = self.make_peer()
        asked = []
        peer.alice.connect('authenticate', lambda agent, challenge: asked.append(challenge) or True)
        session, log = self.call(peer, algorithm='SHA-256')
        run_until(lambda: asked)
        challenge = asked[0]
        self.assertIsInstance(challenge, Sip.Challenge)
        self.assertEqual((challenge.props.realm, challenge.props.algorithm, challenge.props.is_proxy, challenge.props.is_retry, challenge.props.is_open),
                         ('example.com', Sip.DigestAlgorithm.SHA256, False, False, True))
        self.assertEqual((challenge.props.request.get_method(), challenge.props.response.get_status_code()), ('INVITE', 401))

        # A user who types at leisure, and wrong at first.
        GLib.timeout_add(50, lambda: challenge.authenticate('alice', 'wrong') and GLib.SOURCE_REMOVE)
        answer = peer.expect('INVITE', 2)
        self.assertTrue(is_right(answer, 'wrong'))
        peer.respond(answer, 401, CHALLENGE.format('n2', 'SHA-256'))
        run_until(lambda: len(asked) == 2)
        self.assertTrue(asked[1].props.is_retry)
        self.assertFalse(challenge.props.is_open)
        self.assertTrue(asked[1].answer(Sip.Credentials.new('alice', 'secret', None)))
        answer = peer.expect('INVITE', 3)
        self.assertTrue(is_right(answer, 'secret'))
        peer.respond(answer, 200, sdp=SDP)
        run_until(lambda: 'accepted' in log)

    def test_cancelled(self):
        peer = self.make_peer()
        peer.alice.connect('authenticate', lambda agent, challenge: challenge.cancel() or True)
        session, log = self.call(peer)
        run_until(lambda: 'terminated' in log)
        self.assertEqual(log.causes, [(401, Sip.CAUSE_AUTHENTICATION_ERROR)])

    def test_called_off(self):
        peer = self.make_peer()
        asked, over = [], []

        def authenticate_cb(agent, challenge):
            asked.append(challenge)
            challenge.connect('notify::is-open', lambda *arguments: over.append(challenge.props.is_open))
            return True

        peer.alice.connect('authenticate', authenticate_cb)
        session, log = self.call(peer)
        run_until(lambda: asked)
        session.cancel()
        run_until(lambda: 'terminated' in log and over)
        self.assertEqual((over, log.causes), ([False], [(None, Sip.CAUSE_CANCELED)]))
        self.assertFalse(asked[0].authenticate('alice', 'late'))

    def test_nobody(self):
        peer = self.make_peer()
        session, log = self.call(peer)
        run_until(lambda: 'terminated' in log)
        self.assertEqual(log.causes, [(401, Sip.CAUSE_AUTHENTICATION_ERROR)])


if __name__ == '__main__':
    tap.main()
