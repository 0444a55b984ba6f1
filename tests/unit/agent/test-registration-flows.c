/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/scene.h"
#include "agent/sip-binding-private.h"

/* RFC 5626: connections to servers that come and go, and what is registered over them. frank has two servers; each is a registrar's edge that answers what the test
   says. */
#define HUB "hub?transport=tcp"
#define SPARE "spare?transport=tcp"

typedef struct
{
  Scene *s;
  Fixture *f;
  RawPeer *hub;   /* NULL: nobody is there */
  RawPeer *spare;
  SipUserAgent *frank;
  SipRegistration *registration;
  guint n_registered;
  guint n_unregistered;
} Flows;

static void
registered_cb (SipUserAgent *agent, SipResponse *response, SipRegistration *registration, Flows *t)
{
  t->n_registered++;
}

static void
unregistered_cb (SipUserAgent *agent, SipResponse *response, const char *cause, SipRegistration *registration, Flows *t)
{
  t->n_unregistered++;
}

static void
flows_init (Flows *t, const char *const *servers)
{
  t->s = scene_new ();
  t->f = t->s->f;
  t->hub = raw_peer_new (HUB, t->f->wheel);
  t->spare = raw_peer_new (SPARE, t->f->wheel);
  t->frank = sip_user_agent_new_with_wheel ("sip:frank@frank.invalid", t->f->wheel);
  g_object_set (t->frank, "servers", servers, "instance-id", "urn:uuid:0", "register-at-start", TRUE, "keep-alive-interval", 0, "stop-timeout", 1, NULL);
  g_signal_connect (t->frank, "registered", G_CALLBACK (registered_cb), t);
  g_signal_connect (t->frank, "unregistered", G_CALLBACK (unregistered_cb), t);
  sip_user_agent_start_async (t->frank, NULL, NULL, NULL);
  fixture_run (t->f, 0);
  t->registration = g_list_model_get_item (sip_user_agent_get_registrations (t->frank), 0);
  g_assert_nonnull (t->registration);
}

static void
flows_clear (Flows *t)
{
  if (t->frank != NULL)
    {
      sip_user_agent_stop_async (t->frank, NULL, NULL, NULL);
      fixture_run (t->f, 2 * G_USEC_PER_SEC);
      g_assert_cmpint (sip_user_agent_get_state (t->frank), ==, SIP_USER_AGENT_STATE_STOPPED);
      g_clear_object (&t->registration);
      g_assert_finalize_object (t->frank);
    }
  g_clear_pointer (&t->hub, raw_peer_free);
  g_clear_pointer (&t->spare, raw_peer_free);
  fixture_run (t->f, 0);
  scene_free (t->s);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Flows, flows_clear)

static const char *const both[] = { "mem://" HUB, "mem://" SPARE, NULL };
static const char *const one[] = { "mem://" HUB, NULL };

static guint
count (RawPeer *peer)
{
  return raw_peer_count (peer, "REGISTER");
}

/* 200 for the latest REGISTER there. */
static void
accept_at (Flows *t, RawPeer *peer, const char *more)
{
  SipMsg *request = raw_peer_last (peer, "REGISTER");
  g_autofree char *contact = scene_header (request, SIP_H_CONTACT);
  g_autofree char *lines = g_strdup_printf ("Contact: %s\r\n%s", contact, more != NULL ? more : "");

  raw_peer_respond (peer, request, 200, "registrar", lines, NULL);
  fixture_run (t->f, 0);
}

#define OUTBOUND "Require: outbound\r\n"

static guint
reg_id (RawPeer *peer)
{
  SipMsg *request = raw_peer_last (peer, "REGISTER");
  SipNameAddrView contact;
  SipStr text;
  guint64 id;

  g_assert_true (sip_msg_contact (request, &contact) && sip_params_find (contact.params, "reg-id", &text));
  g_assert_true (sip_str_to_uint (text, 100, &id));
  return (guint) id;
}

/* Without outbound the second one would be a second phone that rings. */
static void
test_one_flow (void)
{
  g_auto (Flows) t = { 0 };

  flows_init (&t, both);
  g_assert_cmpuint (count (t.hub), ==, 1);
  g_assert_true (sip_str_equal (raw_peer_last (t.hub, "REGISTER")->uri, SIP_STR ("sip:frank.invalid")));
  accept_at (&t, t.hub, NULL);
  g_assert_cmpuint (sip_registration_get_n_flows (t.registration), ==, 1);
  g_assert_cmpuint (count (t.spare), ==, 0);
}

static void
test_two_flows (void)
{
  g_auto (Flows) t = { 0 };

  flows_init (&t, both);
  accept_at (&t, t.hub, OUTBOUND);
  g_assert_cmpuint (count (t.spare), ==, 1);
  g_assert_cmpuint (reg_id (t.hub), ==, 1);
  g_assert_cmpuint (reg_id (t.spare), ==, 2);
  g_assert_true (sip_str_equal (raw_peer_last (t.hub, "REGISTER")->call_id, raw_peer_last (t.spare, "REGISTER")->call_id));
  g_assert_cmpuint (raw_peer_last (t.hub, "REGISTER")->cseq.number, ==, 1);
  g_assert_cmpuint (raw_peer_last (t.spare, "REGISTER")->cseq.number, ==, 2);
  accept_at (&t, t.spare, OUTBOUND);
  g_assert_cmpuint (sip_registration_get_n_flows (t.registration), ==, 2);

  /* Both go when it is unregistered. */
  sip_registration_unregister_async (t.registration, FALSE, NULL, NULL, NULL);
  fixture_run (t.f, 0);
  g_assert_cmpuint (count (t.hub), ==, 2);
  g_assert_cmpuint (count (t.spare), ==, 2);
  accept_at (&t, t.spare, NULL);
  g_assert_cmpint (sip_registration_get_state (t.registration), ==, SIP_REGISTRATION_STATE_UNREGISTERING);
  accept_at (&t, t.hub, NULL);
  g_assert_cmpint (sip_registration_get_state (t.registration), ==, SIP_REGISTRATION_STATE_UNREGISTERED);
  g_assert_cmpuint (t.n_unregistered, ==, 1);
}

/* One of them breaks: calls come by the other, nobody is told, and it comes back over a new connection with its number. */
static void
test_one_of_two_breaks (void)
{
  g_auto (Flows) t = { 0 };

  flows_init (&t, both);
  accept_at (&t, t.hub, OUTBOUND);
  accept_at (&t, t.spare, OUTBOUND);
  sip_flow_close (t.hub->flow);
  fixture_run (t.f, 0);
  g_assert_cmpuint (sip_registration_get_n_flows (t.registration), ==, 1);
  g_assert_cmpint (sip_registration_get_state (t.registration), ==, SIP_REGISTRATION_STATE_REGISTERED);
  g_assert_cmpuint (t.n_unregistered, ==, 0);
  g_assert_cmpuint (count (t.spare), ==, 1);
  fixture_run (t.f, SIP_RECONNECT_BASE + SIP_REGISTER_SPREAD + 100 * 1000);
  g_assert_cmpuint (count (t.hub), >=, 2);
  g_assert_cmpuint (reg_id (t.hub), ==, 1);
  accept_at (&t, t.hub, OUTBOUND);
  g_assert_cmpuint (sip_registration_get_n_flows (t.registration), ==, 2);
}

/* The only one breaks: it is lost, and comes back. */
static void
test_comes_back (void)
{
  g_auto (Flows) t = { 0 };

  flows_init (&t, one);
  accept_at (&t, t.hub, NULL);
  for (guint i = 1; i < 4; i++)
    {
      sip_flow_close (t.hub->flow);
      fixture_run (t.f, 0);
      g_assert_cmpint (sip_registration_get_state (t.registration), ==, SIP_REGISTRATION_STATE_FAILED);
      g_assert_error (sip_registration_get_error (t.registration), G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
      g_assert_cmpuint (t.n_unregistered, ==, i);
      while (count (t.hub) == i)
        fixture_run (t.f, 100 * 1000);
      g_assert_cmpint (sip_registration_get_state (t.registration), ==, SIP_REGISTRATION_STATE_REGISTERING);
      accept_at (&t, t.hub, NULL);
      g_assert_cmpint (sip_registration_get_state (t.registration), ==, SIP_REGISTRATION_STATE_REGISTERED);
      g_assert_cmpuint (t.n_registered, ==, i + 1);
    }
}

/* The server is restarted while a REGISTER is out. */
static void
test_breaks_meanwhile (void)
{
  g_auto (Flows) t = { 0 };

  flows_init (&t, one);
  sip_flow_close (t.hub->flow);
  fixture_run (t.f, 0);
  g_assert_cmpint (sip_registration_get_state (t.registration), ==, SIP_REGISTRATION_STATE_FAILED);
  while (count (t.hub) == 1)
    fixture_run (t.f, 100 * 1000);
  accept_at (&t, t.hub, NULL);
  g_assert_cmpint (sip_registration_get_state (t.registration), ==, SIP_REGISTRATION_STATE_REGISTERED);
  g_assert_cmpuint (t.n_unregistered, ==, 0);
}

/* Without outbound there is one at a time, and it moves; not all at one moment. */
static void
test_fails_over (void)
{
  g_auto (Flows) t = { 0 };

  flows_init (&t, both);
  accept_at (&t, t.hub, NULL);
  g_clear_pointer (&t.hub, raw_peer_free);
  fixture_run (t.f, 0);
  g_assert_cmpuint (t.n_unregistered, ==, 1);
  fixture_run (t.f, SIP_REGISTER_SPREAD + 100 * 1000);
  g_assert_cmpuint (count (t.spare), >=, 1);
  g_assert_cmpuint (reg_id (t.spare), ==, 1);
  accept_at (&t, t.spare, NULL);
  g_assert_cmpint (sip_registration_get_state (t.registration), ==, SIP_REGISTRATION_STATE_REGISTERED);

  /* The first one is back: nothing moves. */
  t.hub = raw_peer_new (HUB, t.f->wheel);
  fixture_run (t.f, 10 * G_USEC_PER_SEC);
  g_assert_cmpuint (count (t.hub), ==, 0);
}

/* Nobody is there for a long time: no REGISTER is lost on the way, and it does not give up. */
static void
test_long_outage (void)
{
  g_auto (Flows) t = { 0 };

  flows_init (&t, one);
  accept_at (&t, t.hub, NULL);
  g_clear_pointer (&t.hub, raw_peer_free);
  fixture_run (t.f, G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC);
  g_assert_cmpint (sip_registration_get_state (t.registration), ==, SIP_REGISTRATION_STATE_FAILED);
  g_assert_cmpuint (t.n_unregistered, ==, 1);
  t.hub = raw_peer_new (HUB, t.f->wheel);
  for (guint i = 0; i < 400 && count (t.hub) == 0; i++)
    fixture_run (t.f, G_USEC_PER_SEC);
  g_assert_cmpuint (count (t.hub), >=, 1);
  accept_at (&t, t.hub, NULL);
  g_assert_cmpint (sip_registration_get_state (t.registration), ==, SIP_REGISTRATION_STATE_REGISTERED);
}

/* While nothing is connected it can still be unregistered; and what is over does not come back. */
static void
test_unregister_while_lost (void)
{
  g_auto (Flows) t = { 0 };

  flows_init (&t, one);
  accept_at (&t, t.hub, NULL);
  sip_flow_close (t.hub->flow);
  fixture_run (t.f, 0);
  sip_registration_unregister_async (t.registration, FALSE, NULL, NULL, NULL);
  fixture_run (t.f, 0);
  g_assert_cmpint (sip_registration_get_state (t.registration), ==, SIP_REGISTRATION_STATE_UNREGISTERED);
  fixture_run (t.f, 20 * G_USEC_PER_SEC);
  g_assert_cmpuint (count (t.hub), ==, 1);
}

static void
cleared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError **error = user_data;

  g_assert_cmpint (sip_user_agent_unregister_finish (SIP_USER_AGENT (source), result, error), ==, *error == NULL);
  if (*error == NULL)
    g_set_error_literal (error, SIP_ERROR, SIP_ERROR_PARSE, "");
}

/* All that is bound goes, though nothing of it is ours; without a connection nobody says that it did. */
static void
test_clear (void)
{
  g_auto (Flows) t = { 0 };
  g_autoptr (SipRegisterOptions) options = g_object_new (SIP_TYPE_REGISTER_OPTIONS, "all", TRUE, NULL);
  g_autoptr (GError) first = NULL, second = NULL;
  g_autofree char *contact = NULL;

  flows_init (&t, one);
  accept_at (&t, t.hub, NULL);
  sip_registration_unregister_async (t.registration, FALSE, NULL, NULL, NULL);
  fixture_run (t.f, 0);
  accept_at (&t, t.hub, NULL);
  sip_user_agent_unregister_async (t.frank, options, NULL, cleared_cb, &first);
  fixture_run (t.f, 0);
  g_assert_cmpuint (count (t.hub), ==, 3);
  contact = scene_header (raw_peer_last (t.hub, "REGISTER"), SIP_H_CONTACT);
  g_assert_cmpstr (contact, ==, "*");
  raw_peer_respond (t.hub, raw_peer_last (t.hub, "REGISTER"), 200, "x", NULL, NULL);
  fixture_run (t.f, 0);
  g_assert_error (first, SIP_ERROR, SIP_ERROR_PARSE);

  sip_flow_close (t.hub->flow);
  fixture_run (t.f, 0);
  sip_user_agent_unregister_async (t.frank, options, NULL, cleared_cb, &second);
  fixture_run (t.f, 0);
  g_assert_error (second, SIP_ERROR, SIP_ERROR_TRANSPORT);
}

/* The others wait longer while one is there (RFC 5626 §4.5). */
static void
test_second_flow_refused (void)
{
  g_auto (Flows) t = { 0 };

  flows_init (&t, both);
  accept_at (&t, t.hub, OUTBOUND);
  raw_peer_respond (t.spare, raw_peer_last (t.spare, "REGISTER"), 503, "x", NULL, NULL);
  fixture_run (t.f, 89 * G_USEC_PER_SEC);
  g_assert_cmpuint (count (t.spare), ==, 1);
  g_assert_cmpint (sip_registration_get_state (t.registration), ==, SIP_REGISTRATION_STATE_REGISTERED);
  while (count (t.spare) == 1)
    fixture_run (t.f, 100 * 1000);
  g_assert_cmpint (sip_timer_wheel_now (t.f->wheel), <=, 181 * G_USEC_PER_SEC);
  accept_at (&t, t.spare, OUTBOUND);
  g_assert_cmpuint (sip_registration_get_n_flows (t.registration), ==, 2);
}

static SipSessionDescriptionHandler *
make_handler (SipUserAgent *agent, SipSession *session, gpointer user_data)
{
  NullHandler *handler = g_object_new (NULL_TYPE_HANDLER, NULL);

  handler->local = g_strdup ("v=0\r\n");
  return SIP_SESSION_DESCRIPTION_HANDLER (handler);
}

static SipMsg *
call (Flows *t, RawPeer *peer)
{
  g_autoptr (SipOutgoingSession) session = sip_user_agent_invite (t->frank, "sip:bob@bob.invalid", NULL, NULL);
  SipMsg *invite;

  g_assert_nonnull (session);
  fixture_run (t->f, 0);
  invite = raw_peer_last (peer, "INVITE");
  g_assert_nonnull (invite);
  raw_peer_respond (peer, invite, 486, "x", NULL, NULL);
  fixture_run (t->f, 0);
  return invite;
}

static gboolean
has_ob (SipMsg *invite)
{
  SipNameAddrView contact;
  SipUriView uri;

  return sip_msg_contact (invite, &contact) && sip_uri_view_parse (&uri, contact.uri) && sip_params_find (uri.params, "ob", NULL);
}

/* What we send goes over a connection that is registered, and says so where connections are kept apart (RFC 5626 §4.3). */
static void
test_calls (void)
{
  g_auto (Flows) t = { 0 };

  flows_init (&t, both);
  sip_user_agent_set_session_description_handler_factory (t.frank, make_handler, NULL, NULL);
  g_assert_false (has_ob (call (&t, t.hub)));
  accept_at (&t, t.hub, OUTBOUND);
  accept_at (&t, t.spare, OUTBOUND);
  g_assert_true (has_ob (call (&t, t.hub)));
  g_assert_cmpuint (raw_peer_count (t.spare, "INVITE"), ==, 0);

  /* The first one is connected again, but not registered yet. */
  sip_flow_close (t.hub->flow);
  fixture_run (t.f, 0);
  while (count (t.hub) == 1)
    fixture_run (t.f, 100 * 1000);
  g_assert_true (has_ob (call (&t, t.spare)));
  g_assert_cmpuint (raw_peer_count (t.hub, "INVITE"), ==, 2);
}

static SipServerList *
servers_of (SipUserAgent *agent)
{
  return agent->server_list;
}

/* Another network: what goes by datagrams says its new address, within a second and once; what waits does not wait any longer. */
static void
test_network_changed (void)
{
  g_autoptr (Scene) s = scene_new ();
  SipUserAgent *alice = s->f->alice.agent;
  g_autoptr (SipRegisterOptions) options = g_object_new (SIP_TYPE_REGISTER_OPTIONS, "registrar", "sip:carol.mem", NULL);
  g_autoptr (SipRegistration) registration = NULL;

  sip_user_agent_set_stop_timeout (alice, 1);
  sip_user_agent_register_async (alice, options, NULL, NULL, NULL);
  fixture_run (s->f, 0);
  registration = g_list_model_get_item (sip_user_agent_get_registrations (alice), 0);
  scene_respond (s, raw_peer_last (s->carol, "REGISTER"), 200, "x", NULL, NULL);

  fixture_run (s->f, 10 * G_USEC_PER_SEC);
  for (guint i = 0; i < 5; i++)
    sip_server_list_network_changed (servers_of (alice), TRUE);
  g_assert_cmpuint (count (s->carol), ==, 1);
  while (count (s->carol) == 1)
    fixture_run (s->f, 50 * 1000);
  g_assert_cmpint (sip_timer_wheel_now (s->f->wheel), <=, 11 * G_USEC_PER_SEC + 100 * 1000);
  scene_respond (s, raw_peer_last (s->carol, "REGISTER"), 500, "x", NULL, NULL);
  g_assert_cmpint (sip_registration_get_state (registration), ==, SIP_REGISTRATION_STATE_REGISTERED);
  g_assert_cmpuint (sip_registration_get_retry_in (registration), >, 20);

  fixture_run (s->f, 2 * G_USEC_PER_SEC);
  sip_server_list_network_changed (servers_of (alice), FALSE);
  g_assert_cmpuint (sip_registration_get_retry_in (registration), >, 10);
  sip_server_list_network_changed (servers_of (alice), TRUE);
  g_assert_cmpuint (sip_registration_get_retry_in (registration), <=, 1);
  while (count (s->carol) == 2)
    fixture_run (s->f, 50 * 1000);
  scene_respond (s, raw_peer_last (s->carol, "REGISTER"), 200, "x", NULL, NULL);
  g_assert_no_error (sip_registration_get_error (registration));
}

/* All of an office lose their server together: they do not come back together. */
static void
test_no_herd (void)
{
  enum { N = 100 };
  g_autoptr (Scene) s = scene_new ();
  RawPeer *hub = raw_peer_new (HUB, s->f->wheel);
  g_autoptr (GPtrArray) agents = g_ptr_array_new_with_free_func (g_object_unref);
  guint busiest = 0, last = 0;

  for (guint i = 0; i < N; i++)
    {
      g_autofree char *uri = g_strdup_printf ("sip:u%u@office.invalid", i);
      SipUserAgent *agent = sip_user_agent_new_with_wheel (uri, s->f->wheel);

      g_ptr_array_add (agents, agent);
      g_object_set (agent, "servers", one, "register-at-start", TRUE, "keep-alive-interval", 0, "stop-timeout", 1, NULL);
      sip_user_agent_start_async (agent, NULL, NULL, NULL);
      fixture_run (s->f, 0);
      raw_peer_respond (hub, raw_peer_last (hub, "REGISTER"), 200, "x", "Contact: <sip:x@x.invalid>;expires=3600\r\n", NULL);
      fixture_run (s->f, 0);
      g_assert_true (sip_user_agent_is_registered (agent));
    }

  raw_peer_free (hub);
  sip_timer_wheel_advance (s->f->wheel, 0);
  hub = raw_peer_new (HUB, s->f->wheel);
  for (guint i = 0; i < 60; i++)
    {
      sip_timer_wheel_advance (s->f->wheel, 100 * 1000);
      for (guint j = 0; j < 4; j++)
        sip_timer_wheel_advance (s->f->wheel, 0);
      busiest = MAX (busiest, hub->received->len - last);
      last = hub->received->len;
    }
  g_assert_cmpuint (last, >=, N);
  g_assert_cmpuint (busiest, <=, N / 4);

  for (guint i = 0; i < N; i++)
    sip_user_agent_stop_async (g_ptr_array_index (agents, i), NULL, NULL, NULL);
  fixture_run (s->f, 2 * G_USEC_PER_SEC);
  g_ptr_array_set_size (agents, 0);
  raw_peer_free (hub);
}

#define ADD(name) g_test_add_func ("/registration-flows/" #name, test_##name)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD (one_flow);
  ADD (two_flows);
  ADD (one_of_two_breaks);
  ADD (comes_back);
  ADD (breaks_meanwhile);
  ADD (fails_over);
  ADD (long_outage);
  ADD (unregister_while_lost);
  ADD (second_flow_refused);
  ADD (clear);
  ADD (calls);
  ADD (network_changed);
  ADD (no_herd);
  return g_test_run ();
}
