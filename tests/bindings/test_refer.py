# SPDX-License-Identifier: LGPL-2.1-or-later
"""Transfer among three agents: alice asks bob to call carol."""

import tap
import uninstalled  # noqa: F401
from gi.repository import Sip
from null_handler import NullHandler
from pair import Case, record, run_until, wait

OUTCOMES = ('refer-request-progress', 'refer-request-accepted', 'refer-request-rejected', 'refer-invite-sent',
            'refer-progress', 'refer-accepted', 'refer-rejected', 'notification')


def watch(context):
    """The names of what a context tells, with the codes."""
    log = []

    def told_cb(context, *arguments):
        *arguments, name = arguments
        log.append((name, *(arguments[:1] if isinstance(arguments[0], int) else ())))

    for name in OUTCOMES:
        try:
            context.connect(name, told_cb, name)
        except TypeError:
            pass
    return log


class Refer(Case):
    def setUp(self):
        self.handlers = []
        self.agents = self.make_pair('udp://127.0.0.1:0')
        self.carol = Sip.UserAgent.new('sip:carol@127.0.0.1')
        self.carol.set_session_description_handler_factory(lambda agent, session: self._keep(NullHandler()))
        uri = self.carol.listen('udp://127.0.0.1:0')
        self.target = f'sip:carol@{uri.split("://")[1]}'
        wait(self.carol.start())
        self.addCleanup(lambda: wait(self.carol.stop()))
        self.at_carol = []
        self.carol.connect('invite', lambda agent, session: self.at_carol.append(session))

    def _keep(self, handler):
        self.handlers.append(handler)
        return handler

    def establish(self):
        """Alice's call to Bob, whose side does not listen to refer-requested: record () would."""
        incoming = []
        handler = self.agents.bob.connect('invite', lambda agent, session: (incoming.append(session), session.accept()))
        outgoing = self.agents.alice.invite(self.agents.target)
        run_until(lambda: incoming and outgoing.get_state() == incoming[0].get_state() == Sip.SessionState.ESTABLISHED)
        self.agents.bob.disconnect(handler)
        return outgoing, incoming[0]

    def consult(self):
        """Alice's call to Carol."""
        session = self.agents.alice.invite(self.target)
        run_until(lambda: self.at_carol)
        self.at_carol[0].accept()
        run_until(lambda: session.get_state() == self.at_carol[0].get_state() == Sip.SessionState.ESTABLISHED)
        return session

    def test_blind(self):
        outgoing, incoming = self.establish()
        contexts, log = [], []

        def requested_cb(session, context):
            self.assertIsInstance(context, Sip.ReferClientContext)
            contexts.append(context)
            log.append(watch(context))

        outgoing.connect('refer-requested', requested_cb)
        response = wait(outgoing.refer(self.target))
        self.assertEqual(response.get_status_code(), 202)
        run_until(lambda: self.at_carol)
        self.at_carol[0].accept()
        run_until(lambda: incoming.get_state() == outgoing.get_state() == Sip.SessionState.TERMINATED)
        self.assertEqual([item for item in log[0] if item[0] != 'notification'],
                         [('refer-request-accepted',), ('refer-progress', 100), ('refer-progress', 180), ('refer-accepted', 200)])
        self.assertEqual(str(contexts[0].get_refer_to()), f'<{self.target}>')
        self.assertEqual(contexts[0].props.method, 'REFER')
        self.assertEqual(contexts[0].get_request()['Refer-To'], f'<{self.target}>')
        self.assertEqual(self.at_carol[0].get_request()['Referred-By'], '<sip:alice@example.com>')

    def test_attended(self):
        outgoing, incoming = self.establish()
        consultation = self.consult()
        replaced = record(self.at_carol[0])
        wait(outgoing.refer(consultation))
        run_until(lambda: len(self.at_carol) == 2)
        self.assertIs(self.at_carol[1].get_replacee(), self.at_carol[0])
        self.at_carol[1].accept()
        run_until(lambda: incoming.get_state() == outgoing.get_state() == consultation.get_state() == Sip.SessionState.TERMINATED)
        self.assertEqual(replaced.steps[-3:], ['replaced', 'bye', 'terminated'])
        self.assertIs(replaced.arguments['replaced'][0][0], self.at_carol[1])
        self.assertEqual(self.at_carol[1].get_state(), Sip.SessionState.ESTABLISHED)

    def test_active_after_transfer(self):
        outgoing, incoming = self.establish()
        told = []
        outgoing.connect('refer-requested', lambda session, context: told.append(watch(context)))
        wait(outgoing.refer(self.target, active_after_transfer=True, extra_headers=['X-A: a']))
        run_until(lambda: self.at_carol)
        self.at_carol[0].accept()
        run_until(lambda: ('refer-accepted', 200) in told[0])
        self.assertEqual(outgoing.get_state(), Sip.SessionState.ESTABLISHED)
        self.assertEqual(self.agents.requests('REFER')[0]['X-A'], 'a')

    def test_handler_follows(self):
        outgoing, incoming = self.establish()
        told = []

        def requested_cb(session, context):
            self.assertIsInstance(context, Sip.ReferServerContext)
            self.assertEqual((str(context.get_refer_to()), str(context.get_referred_by()), context.get_replaces()),
                             (f'<{self.target}>', '<sip:alice@example.com>', None))
            self.assertIs(context.get_referred_session(), incoming)
            told.append((context, watch(context)))
            context.data['seen'] = True
            context.accept(extra_headers=['X-B: b'])

        incoming.connect('refer-requested', requested_cb)
        wait(outgoing.refer(self.target))
        run_until(lambda: self.at_carol)
        self.assertEqual(self.at_carol[0].get_request()['X-B'], 'b')
        self.at_carol[0].accept()
        context, log = told[0]
        run_until(lambda: ('refer-accepted', 200) in log)
        self.assertEqual(log, [('refer-request-accepted',), ('refer-invite-sent',), ('refer-progress', 180), ('refer-accepted', 200)])
        self.assertEqual(context.get_target_session().get_state(), Sip.SessionState.ESTABLISHED)
        self.assertTrue(context.data['seen'])

    def test_handler_rejects(self):
        outgoing, incoming = self.establish()
        told = []
        outgoing.connect('refer-requested', lambda session, context: told.append(watch(context)))
        incoming.connect('refer-requested', lambda session, context: context.reject(status_code=603))
        response = wait(outgoing.refer(self.target))
        self.assertEqual(response.get_status_code(), 603)
        self.assertEqual(told[0], [('refer-request-rejected',)])
        self.assertEqual(outgoing.get_state(), Sip.SessionState.ESTABLISHED)

    def test_handler_does_it_itself(self):
        outgoing, incoming = self.establish()
        told, contexts = [], []
        outgoing.connect('refer-requested', lambda session, context: told.append(watch(context)))

        def requested_cb(session, context):
            contexts.append(context)
            context.accept(False)
            context.send_notify(183, 'Looking for her')
            context.send_notify(404, None)

        incoming.connect('refer-requested', requested_cb)
        wait(outgoing.refer(self.target))
        run_until(lambda: ('refer-rejected', 404) in told[0])
        self.assertEqual(self.at_carol, [])
        self.refuses(Sip.Error.INVALID_STATE, contexts[0].send_notify, 200, None)

    def test_errors(self):
        outgoing, incoming = self.establish()
        self.refuses_later(Sip.Error.INVALID_URI, outgoing.refer('sip:'))
        self.refuses_later(Sip.Error.INVALID_ARGUMENT, outgoing.refer(outgoing))
        self.refuses_later(Sip.Error.INVALID_HEADER, outgoing.refer(self.target, extra_headers=['X-A: a\r\nX-B: b']))
        outgoing.bye()
        run_until(lambda: outgoing.get_state() == Sip.SessionState.TERMINATED)
        self.refuses_later(Sip.Error.INVALID_STATE, outgoing.refer(self.target))

    def test_outside_of_any_call(self):
        told = []
        self.agents.alice.connect('refer-requested', lambda agent, context: told.append(watch(context)))
        response = wait(self.agents.alice.refer(self.agents.target, self.target))
        self.assertEqual(response.get_status_code(), 403)
        self.agents.bob.connect('refer-requested', lambda agent, context: context.accept())
        response = wait(self.agents.alice.refer(self.agents.target, self.target))
        self.assertEqual(response.get_status_code(), 202)
        run_until(lambda: self.at_carol)
        self.at_carol[0].accept()
        run_until(lambda: ('refer-accepted', 200) in told[1])


if __name__ == '__main__':
    tap.main()
