# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is said outside of any call: MESSAGE, OPTIONS, PUBLISH, and what nobody knows."""

import sipp
import tap
from case import Case
from peer import T1

TEXT = (('Content-Type', 'text/plain'),)


class Sipp(sipp.Runner):
    def test_they_say_all_kinds_of_things(self):
        """RFC 3261 §8.2, §11; RFC 3428."""
        for transport in self.transports:
            with self.subTest(transport=transport):
                agent = self.call_in('uac-message', transport, '--hear')
                agent.expect_all('heard MESSAGE hello', 'heard OPTIONS ', 'heard PUBLISH ', 'heard DANCE ')
                agent.end()

    def test_we_write(self):
        """RFC 3428 §4."""
        for transport in self.transports:
            with self.subTest(transport=transport):
                agent = self.call_out('uas-message', transport, '--message', 'hello, world')
                agent.expect('answer 202')
                agent.end()


class Outside(Case):
    def test_a_message_that_comes_twice_is_one(self):
        agent = self.agent('--hear')
        peer = self.peer(agent)
        again = peer.request('MESSAGE', body='hello', extra=TEXT)
        first = peer.expect(200)
        peer.send_bytes(again)
        second = peer.expect(200)
        self.assertEqual(first.tag('to'), second.tag('to'))
        agent.expect('heard MESSAGE hello')
        agent.expect_silence(T1)
        agent.end()

    def test_nobody_listens(self):
        agent = self.agent('--no-handler')
        peer = self.peer(agent)
        for method, status in (('MESSAGE', 405), ('OPTIONS', 480), ('PUBLISH', 405), ('DANCE', 501), ('INFO', 481), ('NOTIFY', 481), ('BYE', 481)):
            peer.request(method, body='x', extra=TEXT)
            answer = peer.expect(status)
            self.assertIsNotNone(answer.tag('to'))
            if status in (405, 501):
                self.assertNotIn(method, answer['allow'].split(', '))
                self.assertIn('INVITE', answer['allow'])
        agent.end()

    def we_say(self, *options):
        peer = self.peer()
        agent = self.agent('--call', f'sip:peer@127.0.0.1:{peer.port}', *options)
        return agent, peer

    def test_we_ask(self):
        """RFC 3261 §11.1."""
        agent, peer = self.we_say('--request', 'OPTIONS')
        options = peer.expect('OPTIONS')
        self.assertEqual(options.uri, f'sip:peer@127.0.0.1:{peer.port}')
        self.assertIn('application/sdp', options['accept'])
        self.assertIsNone(options.tag('to'))
        peer.respond(options, 100)
        peer.respond(options, 486, tag='a')
        agent.expect('answer 486')
        agent.end()

    def test_it_is_said_again_until_it_is_answered(self):
        """RFC 3261 §17.1.2: the first, or its answer, is lost."""
        agent, peer = self.we_say('--message', 'hello')
        first = peer.receive()
        again = peer.receive()
        self.assertEqual((first.start, first['via'], first.body), (again.start, again['via'], 'hello'))
        peer.respond(again, 200, tag='a')
        agent.expect('answer 200')
        agent.end()

    def test_redirections_are_answers(self):
        agent, peer = self.we_say('--request', 'DANCE')
        peer.respond(peer.expect('DANCE'), 302, tag='a')
        agent.expect('answer 302')
        agent.end()

    def test_what_is_none_of_ours(self):
        agent = self.agent('--call', 'sip:peer@127.0.0.1:9', '--request', 'INVITE')
        agent.expect(r'answer sip-error-quark 0')
        agent.end()

    def test_what_we_publish(self):
        """RFC 3903 §4: kept, forgotten by the server, said anew, taken back when the agent stops."""
        agent, peer = self.we_say('--publish', '<here/>')
        publish = peer.expect('PUBLISH')
        self.assertEqual((publish['event'], publish['expires'], publish['sip-if-match'], publish['contact'], publish.body),
                         ('presence', '3600', None, None, '<here/>'))
        peer.respond(publish, 200, tag='a', extra=(('SIP-ETag', 'one'), ('Expires', '2')), contact=False)
        agent.expect('published one')
        refresh = peer.expect('PUBLISH')
        self.assertEqual((refresh['sip-if-match'], refresh['expires'], refresh.body), ('one', '3600', ''))
        peer.respond(refresh, 412, tag='b', contact=False)
        anew = peer.expect('PUBLISH')
        self.assertEqual((anew['sip-if-match'], anew.body), (None, '<here/>'))
        peer.respond(anew, 423, tag='c', extra=(('Min-Expires', '7200'),), contact=False)
        longer = peer.expect('PUBLISH')
        self.assertEqual((longer['expires'], longer.body), ('7200', '<here/>'))
        peer.respond(longer, 200, tag='d', extra=(('SIP-ETag', 'two'), ('Expires', '7200')), contact=False)
        agent.expect('published two')
        agent.process.stdin.write('q')
        agent.process.stdin.flush()
        agent.process.stdin.close()
        gone = peer.expect('PUBLISH')
        self.assertEqual((gone['sip-if-match'], gone['expires'], gone.body), ('two', '0', ''))
        peer.respond(gone, 200, tag='e', contact=False)
        agent.expect_all('unpublished -', 'stopped')
        agent.end()


if __name__ == '__main__':
    tap.main()
