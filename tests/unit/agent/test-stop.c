/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/scene.h"

/* How an agent ends: all that it holds in order, in the time that it may take, however often it is asked. */

static void
stopped_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  SipUserAgent *agent = SIP_USER_AGENT (source);
  Party *party = user_data;
  g_autoptr (GError) error = NULL;

  if (sip_user_agent_stop_finish (agent, result, &error))
    fixture_note (party, "stopped");
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    fixture_note (party, "cancelled");
  else
    g_assert_no_error (error);
  g_assert_cmpint (sip_user_agent_get_state (agent), ==, SIP_USER_AGENT_STATE_STOPPED);
}

static void
started_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (sip_user_agent_start_finish (SIP_USER_AGENT (source), result, &error))
    fixture_note (user_data, "started");
  else
    fixture_note (user_data, "%s", g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ? "start cancelled" : error->message);
}

static gboolean
drop_all (Fixture *f, SipMsg *msg)
{
  return FALSE;
}

static gboolean
drop_byes (Fixture *f, SipMsg *msg)
{
  return msg->cseq.method != SIP_METHOD_BYE;
}

/* Something that an agent holds. */
typedef struct
{
  SipEnder ender;
  Party *party;
  gboolean is_quick;
} Thing;

static void
end_cb (SipEnder *ender)
{
  Thing *thing = SIP_CONTAINER_OF (ender, Thing, ender);

  fixture_note (thing->party, "%s ends", ender->klass->phase == SIP_END_REGISTRATIONS ? "registration" : "subscription");
  if (thing->is_quick)
    sip_ender_leave (ender);
}

static void
abandon_cb (SipEnder *ender)
{
  fixture_note (SIP_CONTAINER_OF (ender, Thing, ender)->party, "%s abandoned",
                ender->klass->phase == SIP_END_REGISTRATIONS ? "registration" : "subscription");
}

static void
hold (Party *party, Thing *thing, SipEndPhase phase, gboolean is_quick)
{
  static const SipEnderClass classes[] = {
    { SIP_END_SESSIONS, end_cb, abandon_cb },
    { SIP_END_SUBSCRIPTIONS, end_cb, abandon_cb },
    { SIP_END_REGISTRATIONS, end_cb, abandon_cb },
  };

  *thing = (Thing){ .party = party, .is_quick = is_quick };
  sip_user_agent_hold (party->agent, &thing->ender, &classes[phase]);
}

static void
test_order (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  Thing registration, subscription;

  hold (&f->alice, &registration, SIP_END_REGISTRATIONS, TRUE);
  hold (&f->alice, &subscription, SIP_END_SUBSCRIPTIONS, TRUE);
  fixture_establish (f);
  sip_user_agent_stop_async (f->alice.agent, NULL, stopped_cb, &f->alice);
  g_assert_cmpint (sip_user_agent_get_state (f->alice.agent), ==, SIP_USER_AGENT_STATE_STOPPING);
  fixture_run (f, 0);
  /* The BYE is answered before anything else ends. */
  fixture_expect (f, "alice > BYE\nalice: bye\nalice: terminated null \"Terminated\"\n"
                     "bob > 200 BYE\nbob: bye\nbob: terminated BYE \"Terminated\"\n"
                     "alice: subscription ends\nalice: registration ends\nalice: stopped\n");
}

static void
test_bound (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  Thing registration, subscription;

  hold (&f->alice, &registration, SIP_END_REGISTRATIONS, FALSE);
  hold (&f->alice, &subscription, SIP_END_SUBSCRIPTIONS, FALSE);
  fixture_establish (f);
  f->filter = drop_byes;
  g_assert_cmpuint (sip_user_agent_get_stop_timeout (f->alice.agent), ==, 5);
  sip_user_agent_set_stop_timeout (f->alice.agent, 8);
  sip_user_agent_stop_async (f->alice.agent, NULL, stopped_cb, &f->alice);
  fixture_run (f, 3900 * 1000);
  fixture_expect (f, "alice x BYE\nalice: bye\nalice: terminated null \"Terminated\"\nalice x BYE\nalice x BYE\nalice x BYE\n");
  fixture_run (f, 200 * 1000);
  fixture_expect (f, "alice: subscription ends\n");
  fixture_run (f, 2000 * 1000);
  fixture_expect (f, "alice: registration ends\n");
  fixture_run (f, 1800 * 1000);
  fixture_expect (f, "alice x BYE\n");
  fixture_run (f, 200 * 1000);
  fixture_expect (f, "alice: subscription abandoned\nalice: registration abandoned\nalice: stopped\n");
  f->filter = NULL;
  /* Bob's call has nobody any more; he hangs up. */
  g_assert_true (sip_session_terminate (f->bob.session, NULL, NULL));
}

/* A call that nobody has answered is cancelled. */
static void
test_ringing (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  fixture_call (f, NULL);
  fixture_expect (f, "alice > INVITE\nbob > 100 INVITE\nbob > 180 INVITE\nbob: invite\nalice: progress 100\nalice: progress 180\n");
  sip_user_agent_stop_async (f->alice.agent, NULL, stopped_cb, &f->alice);
  fixture_run (f, 0);
  fixture_expect (f, "alice: cancel\nalice > CANCEL\nbob > 200 CANCEL\nbob > 487 INVITE\nbob: cancel\n"
                     "bob: rejected 487 \"Request Terminated\"\nbob: failed 487 \"Canceled\"\nbob: terminated 487 \"Canceled\"\n"
                     "alice > ACK\nalice: rejected 487 \"Request Terminated\"\nalice: failed 487 \"Canceled\"\n"
                     "alice: terminated 487 \"Canceled\"\nalice: stopped\n");
}

static void
test_nothing (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  sip_user_agent_stop_async (f->alice.agent, NULL, stopped_cb, &f->alice);
  fixture_run (f, 0);
  fixture_expect (f, "alice: stopped\n");
  /* Stopped already. */
  sip_user_agent_stop_async (f->alice.agent, NULL, stopped_cb, &f->alice);
  fixture_run (f, 0);
  fixture_expect (f, "alice: stopped\n");
}

static void
test_again (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  fixture_establish (f);
  f->filter = drop_all;
  sip_user_agent_stop_async (f->alice.agent, NULL, stopped_cb, &f->alice);
  sip_user_agent_stop_async (f->alice.agent, NULL, stopped_cb, &f->alice);
  fixture_run (f, 2400 * 1000);
  g_string_truncate (f->log, 0);
  sip_user_agent_stop_async (f->alice.agent, NULL, stopped_cb, &f->alice);
  fixture_run (f, 200 * 1000);
  fixture_expect (f, "alice: stopped\nalice: stopped\nalice: stopped\n");
  f->filter = NULL;
  g_assert_true (sip_session_terminate (f->bob.session, NULL, NULL));
}

static void
test_no_patience (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  Thing registration;

  fixture_establish (f);
  hold (&f->alice, &registration, SIP_END_REGISTRATIONS, FALSE);
  sip_user_agent_set_stop_timeout (f->alice.agent, 0);
  sip_user_agent_stop_async (f->alice.agent, NULL, stopped_cb, &f->alice);
  fixture_run (f, 0);
  /* Everybody was told, and that was all. */
  fixture_expect (f, "alice > BYE\nalice: bye\nalice: terminated null \"Terminated\"\n"
                     "bob > 200 BYE\nbob: bye\nbob: terminated BYE \"Terminated\"\n"
                     "alice: registration ends\nalice: registration abandoned\nalice: stopped\n");
}

static void
test_cancelled (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Thing registration;

  fixture_establish (f);
  hold (&f->alice, &registration, SIP_END_REGISTRATIONS, FALSE);
  f->filter = drop_all;
  sip_user_agent_stop_async (f->alice.agent, cancellable, stopped_cb, &f->alice);
  sip_user_agent_stop_async (f->alice.agent, NULL, stopped_cb, &f->alice);
  fixture_run (f, 1000);
  fixture_expect (f, "alice x BYE\nalice: bye\nalice: terminated null \"Terminated\"\n");
  g_cancellable_cancel (cancellable);
  fixture_run (f, 0);
  fixture_expect (f, "alice: registration abandoned\nalice: stopped\nalice: cancelled\n");
  f->filter = NULL;
  g_assert_true (sip_session_terminate (f->bob.session, NULL, NULL));
}

/* An agent that waits for its server does not wait any longer. */
static void
test_during_start (void)
{
  static const char *const servers[] = { "ws://127.0.0.1:1/", NULL };
  g_autoptr (Fixture) f = fixture_new ();
  SipUserAgent *dora = sip_user_agent_new_with_wheel ("sip:dora@dora.mem", f->wheel);
  Party party = { .fixture = f, .name = "dora", .agent = dora };

  sip_user_agent_set_servers (dora, servers);
  sip_user_agent_start_async (dora, NULL, started_cb, &party);
  g_assert_cmpint (sip_user_agent_get_state (dora), ==, SIP_USER_AGENT_STATE_STARTING);
  sip_user_agent_stop_async (dora, NULL, stopped_cb, &party);
  fixture_run (f, 0);
  fixture_expect (f, "dora: start cancelled\ndora: stopped\n");
  g_assert_finalize_object (dora);
}

static void
restart_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  stopped_cb (source, result, user_data);
  sip_user_agent_start_async (SIP_USER_AGENT (source), NULL, started_cb, user_data);
}

static void
test_and_start (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autofree char *uri = NULL;

  sip_user_agent_stop_async (f->alice.agent, NULL, restart_cb, &f->alice);
  sip_user_agent_start_async (f->alice.agent, NULL, started_cb, &f->alice);
  fixture_run (f, 0);
  fixture_expect (f, "alice: start is not possible: the user agent is not stopped\nalice: stopped\nalice: started\n");
  uri = sip_user_agent_listen (f->alice.agent, "mem://alice", NULL);
  fixture_establish (f);
}

/* The agent goes while it stops: whoever waits is told, and nothing is left. */
static void
test_disposed (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  Thing registration;

  fixture_establish (f);
  hold (&f->alice, &registration, SIP_END_REGISTRATIONS, FALSE);
  f->filter = drop_all;
  sip_user_agent_stop_async (f->alice.agent, NULL, stopped_cb, &f->alice);
  g_object_run_dispose (G_OBJECT (f->alice.agent));
  fixture_run (f, 0);
  fixture_expect (f, "alice x BYE\nalice: bye\nalice: terminated null \"Terminated\"\nalice: registration abandoned\nalice: stopped\n");
  f->filter = NULL;
  g_assert_true (sip_session_terminate (f->bob.session, NULL, NULL));
}

/* Nobody holds an agent that stops but the stop. */
static void
test_dropped (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autofree char *uri = NULL;
  SipUserAgent *dora = sip_user_agent_new_with_wheel ("sip:dora@dora.mem", f->wheel);
  Party party = { .fixture = f, .name = "dora" };
  gpointer weak = dora;
  Thing registration;

  party.agent = dora;
  uri = sip_user_agent_listen (dora, "mem://dora", NULL);
  sip_user_agent_start_async (dora, NULL, started_cb, &party);
  fixture_run (f, 0);
  hold (&party, &registration, SIP_END_REGISTRATIONS, FALSE);
  g_object_add_weak_pointer (G_OBJECT (dora), &weak);
  sip_user_agent_stop_async (dora, NULL, NULL, NULL);
  g_object_unref (dora);
  fixture_run (f, 4900 * 1000);
  g_assert_nonnull (weak);
  fixture_run (f, 200 * 1000);
  g_assert_null (weak);
  fixture_expect (f, "dora: started\ndora: registration ends\ndora: registration abandoned\n");
}

static void
busy_cb (SipSession *session, SipMessage *message, const char *cause, SipUserAgent *agent)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (sip_user_agent_invite (agent, "sip:bob@bob.mem", NULL, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_STATE);
}

/* Nothing begins while all ends. */
static void
test_nothing_begins (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  fixture_establish (f);
  g_signal_connect (f->alice.session, "terminated", G_CALLBACK (busy_cb), f->alice.agent);
  sip_user_agent_stop_async (f->alice.agent, NULL, stopped_cb, &f->alice);
  fixture_run (f, 0);
}

static gboolean
is_over_soon (SipMsg *request)
{
  guint64 expires;

  return sip_msg_uint (request, SIP_H_EXPIRES, G_MAXUINT32, &expires) && expires == 0;
}

static void
notify (Scene *s, SipMsg *subscribe, guint cseq, const char *state)
{
  raw_peer_send (s->carol, "alice", NULL,
                 "NOTIFY sip:alice@alice.mem SIP/2.0\r\nVia: SIP/2.0/UDP carol.mem;branch=z9hG4bKn%u\r\nMax-Forwards: 70\r\n"
                 "From: <sip:carol@carol.mem>;tag=s\r\nTo: <sip:alice@alice.mem>;tag=" SIP_STR_FORMAT "\r\nCall-ID: " SIP_STR_FORMAT
                 "\r\nCSeq: %u NOTIFY\r\nEvent: presence\r\nSubscription-State: %s\r\n" SCENE_CONTACT,
                 cseq, SIP_STR_ARGS (subscribe->from.tag), SIP_STR_ARGS (subscribe->call_id), cseq, state);
  fixture_run (s->f, 0);
}

/* All that an agent can hold at a server: a call, a subscription, a publication, a registration. */
static void
test_all (void)
{
  g_autoptr (Scene) s = scene_new ();
  SipUserAgent *agent = s->f->alice.agent;
  g_autoptr (SipRegisterOptions) options = g_object_new (SIP_TYPE_REGISTER_OPTIONS, "registrar", "sip:carol.mem", NULL);
  g_autoptr (SipSubscription) subscription = NULL;
  g_autoptr (SipPublication) publication = NULL;
  g_autofree char *registered = NULL;
  g_autofree char *contact = NULL;

  sip_user_agent_register_async (agent, options, NULL, NULL, NULL);
  fixture_run (s->f, 0);
  contact = scene_header (raw_peer_last (s->carol, "REGISTER"), SIP_H_CONTACT);
  registered = g_strdup_printf ("Contact: %s;expires=600\r\n", contact);
  scene_respond (s, raw_peer_last (s->carol, "REGISTER"), 200, "r", registered, NULL);
  g_assert_true (sip_user_agent_is_registered (agent));
  subscription = sip_user_agent_subscribe (agent, "sip:carol@carol.mem", "presence", NULL, NULL);
  fixture_run (s->f, 0);
  scene_respond (s, raw_peer_last (s->carol, "SUBSCRIBE"), 200, "s", "Expires: 600\r\n" SCENE_CONTACT, NULL);
  notify (s, raw_peer_last (s->carol, "SUBSCRIBE"), 1, "active;expires=600");
  g_assert_cmpint (sip_subscription_get_state (subscription), ==, SIP_SUBSCRIPTION_STATE_ACTIVE);
  publication = sip_user_agent_publish (agent, "sip:carol@carol.mem", "presence", "<presence/>", NULL, NULL);
  fixture_run (s->f, 0);
  scene_respond (s, raw_peer_last (s->carol, "PUBLISH"), 200, "p", "SIP-ETag: e\r\nExpires: 600\r\n", NULL);
  scene_respond (s, scene_call (s, NULL), 200, "i", NULL, SCENE_ANSWER);
  g_string_truncate (s->f->log, 0);

  sip_user_agent_stop_async (agent, NULL, stopped_cb, &s->f->alice);
  fixture_run (s->f, 0);
  g_assert_false (is_over_soon (raw_peer_last (s->carol, "SUBSCRIBE")));
  g_assert_false (is_over_soon (raw_peer_last (s->carol, "PUBLISH")));
  scene_respond (s, raw_peer_last (s->carol, "BYE"), 200, NULL, NULL, NULL);
  g_assert_true (is_over_soon (raw_peer_last (s->carol, "SUBSCRIBE")));
  g_assert_true (is_over_soon (raw_peer_last (s->carol, "PUBLISH")));
  g_assert_cmpuint (raw_peer_count (s->carol, "REGISTER"), ==, 1);
  scene_respond (s, raw_peer_last (s->carol, "SUBSCRIBE"), 200, NULL, "Expires: 0\r\n" SCENE_CONTACT, NULL);
  scene_respond (s, raw_peer_last (s->carol, "PUBLISH"), 200, NULL, "Expires: 0\r\n", NULL);
  notify (s, raw_peer_last (s->carol, "SUBSCRIBE"), 2, "terminated;reason=timeout");
  g_assert_cmpuint (raw_peer_count (s->carol, "REGISTER"), ==, 2);
  g_assert_true (is_over_soon (raw_peer_last (s->carol, "REGISTER")));
  g_assert_cmpint (sip_user_agent_get_state (agent), ==, SIP_USER_AGENT_STATE_STOPPING);
  scene_respond (s, raw_peer_last (s->carol, "REGISTER"), 200, NULL, NULL, NULL);
  g_assert_cmpint (sip_user_agent_get_state (agent), ==, SIP_USER_AGENT_STATE_STOPPED);
}

#define ADD(name) g_test_add_func ("/agent/stop/" #name, test_##name)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD (order);
  ADD (bound);
  ADD (ringing);
  ADD (nothing);
  ADD (again);
  ADD (no_patience);
  ADD (cancelled);
  ADD (during_start);
  ADD (and_start);
  ADD (disposed);
  ADD (dropped);
  ADD (nothing_begins);
  ADD (all);
  return g_test_run ();
}
