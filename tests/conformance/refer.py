# SPDX-License-Identifier: LGPL-2.1-or-later
"""Transfer: REFER and its NOTIFYs, and INVITE with Replaces, in every role (RFC 3515, RFC 5589, RFC 3891)."""

import re

import sipp
import tap
from case import Case
from peer import SDP, T1


class Sipp(sipp.Runner):
    def test_they_refer(self):
        for transport in self.transports:
            with self.subTest(transport=transport):
                target = self.agent('--listen', f'{transport}://127.0.0.1:0', '--answer-after', '200')
                agent = self.agent('--listen', f'{transport}://127.0.0.1:0')
                self.finish(self.start('uac-refers', transport, f'127.0.0.1:{agent.port}', '-key', 'target',
                                       f'sip:test@127.0.0.1:{target.port};transport={transport}'))
                agent.expect_all(r'1 invite .*', '1 accepted 200', '1 bye', '1 terminated Terminated')
                target.expect_all(r'1 invite sip:test@127\.0\.0\.1.*', '1 accepted 200')
                agent.end()
                target.expect_all('1 bye', '1 terminated Terminated')
                target.end()

    def test_we_refer(self):
        for transport in self.transports:
            with self.subTest(transport=transport):
                agent = self.call_out('uas-notifies', transport, '--refer', 'sip:dave@example.com')
                agent.expect_all('1 progress 180', '1 accepted 200', '1 refer request 202', '1 refer progress 100 Trying', '1 refer progress 180 Ringing',
                                 '1 refer accepted 200 OK', '1 bye', '1 terminated Terminated')
                agent.end()

    def test_we_refer_in_vain(self):
        for transport in self.transports:
            with self.subTest(transport=transport):
                agent = self.call_out('uas-notifies-busy', transport, '--refer', 'sip:dave@example.com')
                agent.expect_all('1 progress 180', '1 accepted 200', '1 refer request 202', '1 refer progress 100 Trying',
                                 '1 refer rejected 486 Busy Here', '1 bye', '1 terminated Terminated')
                agent.end()


class Refer(Case):
    """Peers that speak by hand."""

    def establish(self, *options):
        agent = self.agent(*options)
        peer = self.peer(agent)
        ok = peer.establish()
        agent.expect_all(r'1 invite .*', '1 accepted 200')
        return agent, peer, {'uri': ok.contact_uri, 'to_tag': ok.tag('to')}

    def refer(self, peer, inside, refer_to, *more):
        return peer.request('REFER', extra=(('Refer-To', refer_to), *more), **inside)

    def expect_notify(self, peer, state, line):
        notify = peer.expect('NOTIFY')
        peer.respond(notify, 200, contact=False)
        self.assertRegex(notify['subscription-state'], state)
        self.assertRegex(notify['event'], r'^refer;id=\d+$')
        self.assertEqual(notify.body, line + '\r\n')
        return notify

    def notify(self, peer, inside, state, line, **replace):
        headers = {'Event': 'refer', 'Subscription-State': state, 'Content-Type': 'message/sipfrag;version=2.0', **replace}
        peer.request('NOTIFY', body=line + '\r\n', extra=tuple(headers.items()), **inside)

    def test_blind_as_transferee(self):
        agent, peer, inside = self.establish()
        target = self.peer()
        self.refer(peer, inside, f'<sip:carol@127.0.0.1:{target.port}>', ('Referred-By', '<sip:boss@example.com>'))
        self.assertIsNotNone(peer.expect(202)['contact'])
        first = self.expect_notify(peer, r'^active;expires=\d+$', 'SIP/2.0 100 Trying')
        invite = target.expect('INVITE')
        self.assertEqual(invite['referred-by'], '<sip:boss@example.com>')
        target.respond(invite, 183, 'Session Progress', tag='t')
        second = self.expect_notify(peer, r'^active;expires=\d+$', 'SIP/2.0 183 Session Progress')
        target.respond(invite, 200, 'OK', tag='t', body=SDP)
        ack = target.expect('ACK')
        self.assertEqual(ack.cseq, invite.cseq)
        third = self.expect_notify(peer, r'^terminated;reason=noresource$', 'SIP/2.0 200 OK')
        self.assertEqual([second.cseq - first.cseq, third.cseq - second.cseq], [1, 1])
        peer.request('BYE', **inside)
        peer.expect(200)
        agent.expect_all('1 bye', '1 terminated Terminated')
        agent.process.stdin.close()
        bye = target.expect('BYE')
        target.respond(bye, 200)

    def test_busy_as_transferee(self):
        agent, peer, inside = self.establish()
        target = self.peer()
        self.refer(peer, inside, f'sip:carol@127.0.0.1:{target.port}')
        peer.expect(202)
        self.expect_notify(peer, '^active', 'SIP/2.0 100 Trying')
        target.respond(target.expect('INVITE'), 600, 'Busy Everywhere', tag='t')
        target.expect('ACK')
        self.expect_notify(peer, '^terminated', 'SIP/2.0 600 Busy Everywhere')
        peer.request('BYE', **inside)
        peer.expect(200)
        agent.expect_all('1 bye', '1 terminated Terminated')
        agent.end()

    def test_refer_that_comes_twice_is_one(self):
        agent, peer, inside = self.establish()
        target = self.peer()
        again = self.refer(peer, inside, f'<sip:carol@127.0.0.1:{target.port}>')
        first = peer.expect(202)
        self.expect_notify(peer, '^active', 'SIP/2.0 100 Trying')
        peer.send_bytes(again)
        self.assertEqual(str(peer.expect(202)), str(first))
        invite = target.expect('INVITE')
        target.respond(invite, 486, tag='t')
        target.expect('ACK')
        self.expect_notify(peer, '^terminated', 'SIP/2.0 486 Reason')
        target.expect_silence(T1)
        agent.kill()

    def test_attended_as_transferee(self):
        agent, peer, inside = self.establish()
        target = self.peer()
        self.refer(peer, inside, f'<sip:carol@127.0.0.1:{target.port}?Replaces=12%40x.y%3Bto-tag%3Da%3Bfrom-tag%3Db&Require=replaces>')
        peer.expect(202)
        self.expect_notify(peer, '^active', 'SIP/2.0 100 Trying')
        invite = target.expect('INVITE')
        self.assertEqual((invite['replaces'], invite.all('require')), ('12@x.y;to-tag=a;from-tag=b', ['replaces']))
        self.assertEqual(invite.uri, f'sip:carol@127.0.0.1:{target.port}')
        target.respond(invite, 481, tag='t')
        target.expect('ACK')
        self.expect_notify(peer, '^terminated', 'SIP/2.0 481 Reason')
        agent.kill()

    def test_attended_as_target(self):
        agent, peer, inside = self.establish()
        other = self.peer(agent)
        replaces = f'{peer.call_id};to-tag={inside["to_tag"]};from-tag={peer.tag}'
        other.request('INVITE', body=SDP, extra=(('Require', 'replaces'), ('Replaces', replaces)))
        ok = other.expect(200, skip=(100, 180))
        bye = peer.expect('BYE')
        peer.respond(bye, 200)
        other.acknowledge(ok)
        agent.expect_all(r'2 invite .*', '1 replaced', '1 bye', '1 terminated Terminated', '2 accepted 200')
        late = self.peer(agent)
        late.request('INVITE', body=SDP, extra=(('Replaces', replaces),))
        late.expect(603, skip=(100,))
        late.request('ACK', cseq=1, to_tag='x')
        unknown = self.peer(agent)
        unknown.request('INVITE', body=SDP, extra=(('Replaces', 'nobody;to-tag=a;from-tag=b'),))
        unknown.expect(481, skip=(100,))
        early = self.peer(agent)
        early.request('INVITE', body=SDP, extra=(('Replaces', f'{other.call_id};to-tag={ok.tag("to")};from-tag={other.tag};early-only'),))
        early.expect(486, skip=(100,))
        agent.kill()

    def test_as_transferor(self):
        agent = self.agent('--refer', 'sip:carol@example.com')
        peer = self.peer(agent)
        ok = peer.establish()
        inside = {'uri': ok.contact_uri, 'to_tag': ok.tag('to')}
        agent.expect_all(r'1 invite .*', '1 accepted 200')
        refer = peer.expect('REFER')
        self.assertEqual(refer['refer-to'], '<sip:carol@example.com>')
        self.assertTrue(re.fullmatch(r'<sip:test@127\.0\.0\.1(:\d+)?>', refer['referred-by']), refer['referred-by'])
        # The NOTIFY is faster than the 202.
        self.notify(peer, inside, 'active;expires=60', 'SIP/2.0 100 Trying')
        peer.expect(200)
        agent.expect_silence(0.1)
        peer.respond(refer, 202, 'Accepted')
        agent.expect_all('1 refer request 202', '1 refer progress 100 Trying')
        self.notify(peer, inside, 'active', 'not a status line')
        peer.expect(400)
        self.notify(peer, inside, 'active', 'SIP/2.0 200 OK', Event='presence')
        peer.expect(481)
        self.notify(peer, inside, 'active', 'SIP/2.0 200 OK', **{'Content-Type': 'text/plain'})
        peer.expect(415)
        self.notify(peer, inside, 'terminated;reason=noresource', 'SIP/2.0 200 OK')
        peer.expect(200)
        bye = peer.expect('BYE')
        peer.respond(bye, 200)
        agent.expect_all('1 refer accepted 200 OK', '1 bye', '1 terminated Terminated')
        self.notify(peer, inside, 'terminated;reason=noresource', 'SIP/2.0 200 OK')
        peer.expect(481)
        agent.end()

    def test_refused_as_transferor(self):
        agent = self.agent('--refer', 'sip:carol@example.com')
        peer = self.peer(agent)
        ok = peer.establish()
        agent.expect_all(r'1 invite .*', '1 accepted 200')
        peer.respond(peer.expect('REFER'), 405, 'Method Not Allowed', contact=False)
        agent.expect('1 refer request failed SIP Failure Code')
        peer.request('BYE', uri=ok.contact_uri, to_tag=ok.tag('to'))
        peer.expect(200)
        agent.expect_all('1 bye', '1 terminated Terminated')
        agent.end()

    def test_outside_of_any_call(self):
        agent = self.agent()
        peer = self.peer(agent)
        peer.request('REFER', extra=(('Refer-To', '<sip:carol@example.com>'),))
        peer.expect(403)
        self.good_call(agent)


if __name__ == '__main__':
    tap.main()
