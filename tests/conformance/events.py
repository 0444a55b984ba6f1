# SPDX-License-Identifier: LGPL-2.1-or-later
"""SUBSCRIBE and NOTIFY in both roles (RFC 6665): with SIPp over UDP and TCP, and what SIPp cannot do, by hand."""

import re

import sipp
import tap
from case import Case

PIDF = ('<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="sip:peer@127.0.0.1"><tuple id="a"><status><basic>{}</basic></status></tuple></presence>')


class Sipp(sipp.Runner):
    def test_they_watch_us(self):
        for transport in self.transports:
            with self.subTest(transport=transport):
                agent = self.agent('--listen', f'{transport}://127.0.0.1:0', '--events', 'presence', '--close-when-refreshed')
                self.finish(self.start('uac-subscribes', transport, f'127.0.0.1:{agent.port}'))
                agent.expect_all('notifier presence 300', 'notifier refreshed 200', 'notifier refreshed 0', 'notifier over')
                agent.end()

    def test_we_watch_them(self):
        for transport, (_, kind) in self.transports.items():
            with self.subTest(transport=transport):
                port = sipp.free_port(kind)
                process = self.start('uas-notifies-presence', transport, port=port)
                self.await_port(transport, port)
                agent = self.agent('--listen', f'{transport}://127.0.0.1:0', '--subscribe', f'sip:sipp@127.0.0.1:{port};transport={transport}',
                                   '--unsubscribe-after', '2')
                self.finish(process)
                agent.expect_all('watch active', 'watch says open', 'watch says closed', 'watch ending', 'watch says closed', 'watch terminated',
                                 'watch over timeout')
                agent.end()


class Events(Case):
    """Peers that speak by hand."""

    def watched(self, *options):
        """Our agent watches a peer: the peer, and the SUBSCRIBE that it got."""
        peer = self.peer()
        agent = self.agent('--subscribe', f'sip:peer@127.0.0.1:{peer.port}', *options)
        return agent, peer, peer.expect('SUBSCRIBE')

    def notify(self, peer, subscribe, state, basic='open', tag='t1', event='presence', **replace):
        body = PIDF.format(basic)
        peer.cseq += 1
        uri = re.search('<(.*?)>', subscribe['contact']).group(1)
        headers = {
            'Via': peer.via(), 'Max-Forwards': '70', 'From': f'{subscribe["to"]};tag={tag}', 'To': subscribe['from'], 'Call-ID': subscribe['call-id'],
            'CSeq': f'{peer.cseq} NOTIFY', 'Contact': f'<sip:peer@127.0.0.1:{peer.port}>', 'Event': event, 'Subscription-State': state,
            'Content-Type': 'application/pidf+xml', **replace,
        }
        peer.send(f'NOTIFY {uri} SIP/2.0', list(headers.items()), body)

    def test_notify_before_the_answer(self):
        agent, peer, subscribe = self.watched('--unsubscribe-after', '1')
        self.notify(peer, subscribe, 'active;expires=600')
        peer.expect(200, skip=('SUBSCRIBE',))
        peer.respond(subscribe, 200, tag='t1', extra=[('Expires', '600')])
        last = peer.expect('SUBSCRIBE', skip=('SUBSCRIBE',))
        while last['expires'] != '0':
            last = peer.expect('SUBSCRIBE')
        self.assertEqual(last.tag('to'), 't1')
        peer.respond(last, 200, extra=[('Expires', '0')])
        self.notify(peer, subscribe, 'terminated;reason=timeout', 'closed')
        peer.expect(200, skip=('SUBSCRIBE',))
        agent.expect_all('watch active', 'watch says open', 'watch ending', 'watch says closed', 'watch terminated', 'watch over timeout')
        agent.end()

    def test_forked(self):
        agent, peer, subscribe = self.watched()
        peer.respond(subscribe, 200, tag='t1', extra=[('Expires', '600')])
        self.notify(peer, subscribe, 'active', tag='t2')
        peer.expect(200, skip=('SUBSCRIBE',))
        self.notify(peer, subscribe, 'active', tag='t1')
        peer.expect(481, skip=('SUBSCRIBE',))
        self.notify(peer, subscribe, 'active', 'closed', tag='t2')
        peer.expect(200, skip=('SUBSCRIBE',))
        agent.expect_all('watch active', 'watch says open', 'watch says closed')
        self.notify(peer, subscribe, 'terminated;reason=noresource', 'closed', tag='t2')
        peer.expect(200, skip=('SUBSCRIBE',))
        agent.expect_all('watch says closed', 'watch terminated', 'watch over noresource')
        agent.end()

    def test_deactivated(self):
        agent, peer, subscribe = self.watched()
        peer.respond(subscribe, 200, tag='t1', extra=[('Expires', '600')])
        self.notify(peer, subscribe, 'terminated;reason=deactivated')
        peer.expect(200, skip=('SUBSCRIBE',))
        again = peer.expect('SUBSCRIBE', skip=('SUBSCRIBE',))
        while again['call-id'] == subscribe['call-id']:
            again = peer.expect('SUBSCRIBE')
        self.assertEqual(again.tag('to'), None)
        agent.expect_all('watch says open', 'watch waiting', 'watch notify-wait')
        agent.kill()

    def test_entities_are_not_looked_up(self):
        agent, peer, subscribe = self.watched()
        peer.respond(subscribe, 200, tag='t1', extra=[('Expires', '600')])
        evil = PIDF.format('&e;')
        peer.cseq += 1
        uri = re.search('<(.*?)>', subscribe['contact']).group(1)
        peer.send(f'NOTIFY {uri} SIP/2.0', [
            ('Via', peer.via()), ('Max-Forwards', '70'), ('From', f'{subscribe["to"]};tag=t1'), ('To', subscribe['from']),
            ('Call-ID', subscribe['call-id']), ('CSeq', f'{peer.cseq} NOTIFY'), ('Contact', f'<sip:peer@127.0.0.1:{peer.port}>'), ('Event', 'presence'),
            ('Subscription-State', 'active'), ('Content-Type', 'application/pidf+xml')],
            f'<!DOCTYPE presence [<!ENTITY e SYSTEM "file:///etc/passwd">]>{evil}')
        peer.expect(200, skip=('SUBSCRIBE',))
        agent.expect_all('watch active', 'watch says something')
        agent.kill()

    def test_refused(self):
        agent, peer, subscribe = self.watched('--event', 'dialog')
        self.assertEqual((subscribe['event'], subscribe['accept']), ('dialog', 'application/dialog-info+xml'))
        peer.respond(subscribe, 489, 'Bad Event', tag='t1')
        agent.expect_all('watch rejected Bad Event', 'watch terminated', 'watch over SIP Failure Code')
        self.notify(peer, subscribe, 'active', event='dialog')
        peer.expect(481, skip=('SUBSCRIBE',))
        agent.end()

    def test_packages_that_we_have(self):
        agent = self.agent('--events', 'presence')
        peer = self.peer(agent)
        peer.request('SUBSCRIBE', extra=[('Event', 'dialog')])
        self.assertEqual(peer.expect(489)['allow-events'], 'presence')
        peer.request('SUBSCRIBE')
        self.assertEqual(peer.expect(489)['allow-events'], 'presence')
        other = self.peer(agent)
        other.request('SUBSCRIBE', extra=[('Event', 'presence'), ('Expires', '0')])
        self.assertEqual(other.expect(200)['expires'], '0')
        notify = other.expect('NOTIFY')
        self.assertEqual(notify['subscription-state'], 'terminated;reason=timeout')
        self.assertIn('<basic>open</basic>', notify.body)
        other.respond(notify, 200, contact=False)
        agent.expect_all('notifier presence 0', 'notifier over')
        agent.end()

    def test_notify_is_refused(self):
        agent = self.agent('--events', 'presence')
        peer = self.peer(agent)
        peer.request('SUBSCRIBE', extra=[('Event', 'presence'), ('Expires', '600')])
        ok = peer.expect(200)
        peer.respond(peer.expect('NOTIFY'), 481, contact=False)
        agent.expect_all('notifier presence 600', 'notifier over')
        peer.request('SUBSCRIBE', uri=ok.contact_uri, to_tag=ok.tag('to'), extra=[('Event', 'presence'), ('Expires', '600')])
        peer.expect(481)
        agent.end()

    def test_we_end_it(self):
        agent = self.agent('--events', 'presence', '--close-after', '50', '--end-with', 'noresource')
        peer = self.peer(agent)
        peer.request('SUBSCRIBE', extra=[('Event', 'presence'), ('Expires', '600')])
        peer.expect(200)
        peer.respond(peer.expect('NOTIFY'), 200, contact=False)
        states = []
        while not states or not states[-1].startswith('terminated'):
            notify = peer.expect('NOTIFY')
            states.append(notify['subscription-state'])
            peer.respond(notify, 200, contact=False)
        self.assertEqual(states[-1], 'terminated;reason=noresource')
        agent.expect_all('notifier presence 600', 'notifier over')
        agent.end()


if __name__ == '__main__':
    tap.main()
