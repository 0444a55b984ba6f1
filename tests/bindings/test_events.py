# SPDX-License-Identifier: LGPL-2.1-or-later
"""Subscriptions, both sides of them, and what they tell."""

import tap
import uninstalled  # noqa: F401
from gi.repository import Gio, GLib, Sip
from pair import Case, run_until


def presence(basic, note=None):
    document = Sip.Presence(entity='sip:bob@example.com', note=note, activities=['on-the-phone'])
    document.add_tuple(Sip.PresenceTuple(id='desk', basic=basic, contact='sip:bob@desk', priority=0.5))
    return document


class Events(Case):
    def watched(self, **options):
        """Bob tells, Alice watches."""
        agents = self.make_pair()
        agents.bob.set_events(['presence'])
        agents.notifiers = []

        def subscribe_cb(agent, notifier):
            agents.notifiers.append(notifier)
            notifier.accept()
            notifier.send_notify(Sip.PRESENCE_TYPE, presence(Sip.PresenceBasic.OPEN).to_bytes())

        agents.bob.connect('subscribe', subscribe_cb)
        agents.watch = agents.alice.subscribe(agents.target, 'presence', **options)
        agents.told = []
        for name in ('accepted', 'rejected', 'failed', 'notification', 'terminated'):
            agents.watch.connect(name, lambda watch, *arguments: agents.told.append(arguments[-1]))
        return agents

    def test_presence(self):
        agents = self.watched(extra_headers=['X-Who: alice'])
        watch = agents.watch
        self.assertIsInstance(watch, Sip.ClientContext)
        run_until(lambda: watch.get_content() is not None)
        self.assertEqual(watch.get_state(), Sip.SubscriptionState.ACTIVE)
        self.assertEqual((watch.get_event(), watch.get_error()), ('presence', None))
        self.assertIn(watch.get_expires(), range(3500, 3601))
        self.assertEqual(agents.notifiers[0].get_request()['X-Who'], 'alice')
        content = watch.props.content
        self.assertEqual((content.get_entity(), content.get_basic(), content.get_activities()), ('sip:bob@example.com', Sip.PresenceBasic.OPEN, ['on-the-phone']))
        self.assertIsInstance(content.get_tuples(), Gio.ListModel)
        self.assertEqual([(t.get_id(), t.props.contact, t.props.priority) for t in content.get_tuples()], [('desk', 'sip:bob@desk', 0.5)])
        self.assertEqual([w for w in agents.alice.get_subscriptions()], [watch])
        self.assertEqual([n for n in agents.bob.get_subscribers()], agents.notifiers)

        notifier = agents.notifiers[0]
        self.assertTrue(notifier.takes(Sip.PRESENCE_TYPE))
        notifier.send_notify(Sip.PRESENCE_TYPE, presence(Sip.PresenceBasic.CLOSED, 'gone fishing').to_bytes())
        run_until(lambda: watch.get_content().get_note() == 'gone fishing')
        self.assertEqual(watch.get_content().get_basic(), Sip.PresenceBasic.CLOSED)
        watch.data['mine'] = 1
        self.assertEqual(watch.data, {'mine': 1})
        over = []
        notifier.connect('terminated', over.append)
        watch.unsubscribe()
        run_until(lambda: over and watch.get_state() == Sip.SubscriptionState.TERMINATED)
        self.assertEqual((watch.get_reason(), watch.get_error()), ('timeout', None))
        self.assertIn('unsubscribe', self.refuses(Sip.Error.INVALID_STATE, watch.unsubscribe))
        self.assertEqual(len(agents.alice.get_subscriptions()), 0)

    def test_ended_by_them(self):
        agents = self.watched()
        run_until(lambda: agents.watch.get_content() is not None)
        agents.notifiers[0].terminate('noresource')
        run_until(lambda: agents.watch.get_state() == Sip.SubscriptionState.TERMINATED)
        self.assertEqual((agents.told[-1], agents.watch.get_reason()), ('noresource', 'noresource'))
        self.assertTrue(agents.watch.get_error().matches(Sip.Error.quark(), Sip.Error.DIALOG))

    def test_deferred(self):
        agents = self.make_pair()
        agents.bob.set_events(['presence'])
        kept = []
        agents.bob.connect('subscribe', lambda agent, notifier: kept.append(notifier) or notifier.defer())
        watch = agents.alice.subscribe(agents.target, 'presence')
        run_until(lambda: watch.get_state() == Sip.SubscriptionState.PENDING)
        kept[0].accept()
        kept[0].send_notify('text/plain', 'come in')
        run_until(lambda: watch.get_state() == Sip.SubscriptionState.ACTIVE)
        kept[0].terminate('rejected')
        run_until(lambda: watch.get_state() == Sip.SubscriptionState.TERMINATED)

    def test_once(self):
        agents = self.watched(expires=0)
        run_until(lambda: agents.watch.get_state() == Sip.SubscriptionState.TERMINATED)
        self.assertEqual(agents.watch.get_content().get_basic(), Sip.PresenceBasic.OPEN)
        self.assertIsNone(agents.watch.get_error())

    def test_refused(self):
        agents = self.watched()
        run_until(lambda: agents.watch.get_content() is not None)
        watch = agents.alice.subscribe(agents.target, 'dialog')
        told = []
        for name in ('rejected', 'failed', 'terminated'):
            watch.connect(name, lambda watch, *arguments: told.append(arguments[-2]))
        run_until(lambda: len(told) == 3)
        self.assertEqual(told[0]['Allow-Events'], 'presence')
        self.assertTrue(watch.get_error().matches(Sip.Error.quark(), Sip.Error.NOT_SUPPORTED))
        self.refuses(Sip.Error.INVALID_ARGUMENT, agents.alice.subscribe, agents.target, 'a b')
        self.refuses(Sip.Error.INVALID_URI, agents.alice.subscribe, 'sip:', 'presence')
        self.refuses(Sip.Error.INVALID_HEADER, agents.alice.subscribe, agents.target, 'presence', extra_headers=['Via: x'])

    def test_cancel(self):
        agents = self.make_pair()
        agents.bob.set_events(['presence'])
        kept = []
        agents.bob.connect('subscribe', lambda agent, notifier: kept.append(notifier))
        watch = agents.alice.subscribe(agents.target, 'presence')
        told = []
        watch.connect('failed', lambda watch, message, cause: told.append(cause))
        run_until(lambda: kept)
        self.assertTrue(watch.cancel())
        self.assertEqual((told, watch.get_state()), ([Sip.CAUSE_CANCELED], Sip.SubscriptionState.TERMINATED))

    def test_documents(self):
        info = Sip.DialogInfo.new('sip:bob@example.com', 0, True)
        info.add_dialog(Sip.DialogInfoEntry(id='1', state=Sip.DialogInfoState.EARLY, direction=Sip.DialogInfoDirection.RECIPIENT, call_id='c', local_tag='l',
                                            remote_tag='r', remote_identity='sip:carol@example.com'))
        partial = Sip.DialogInfo.new('sip:bob@example.com', 1, False)
        partial.add_dialog(Sip.DialogInfoEntry.new('2', Sip.DialogInfoState.CONFIRMED, Sip.DialogInfoDirection.INITIATOR))
        known = Sip.DialogInfo.parse(info.to_bytes())
        self.assertEqual(known.get_dialogs()[0].get_replaces(), 'c;to-tag=l;from-tag=r;early-only')
        known = known.update(partial)
        self.assertEqual([(d.get_id(), d.get_state().value_nick) for d in known.get_dialogs()], [('1', 'early'), ('2', 'confirmed')])
        self.refuses(Sip.Error.INVALID_STATE, known.update, Sip.DialogInfo.new('sip:bob@example.com', 9, False))
        self.refuses(Sip.Error.PARSE, Sip.DialogInfo.parse, GLib.Bytes.new(b'<a/>'))

        summary = Sip.MessageSummary.parse(GLib.Bytes.new(b'Messages-Waiting: yes\r\nVoice-Message: 2/8 (0/2)\r\n'))
        self.assertTrue(summary.get_messages_waiting())
        self.assertEqual((summary.props.new_voice_messages, summary.props.old_voice_messages), (2, 8))
        self.assertEqual(summary.get_old_urgent_messages(Sip.MessageContext.VOICE), 2)
        self.assertEqual(summary.to_bytes().get_data(), b'Messages-Waiting: yes\r\nVoice-Message: 2/8 (0/2)\r\n')
        self.refuses(Sip.Error.PARSE, Sip.Presence.parse, GLib.Bytes.new(b'<!DOCTYPE a [<!ENTITY b "c">]><a/>'))


if __name__ == '__main__':
    tap.main()
