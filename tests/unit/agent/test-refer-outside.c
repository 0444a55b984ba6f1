/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/scene.h"

/* alice asks carol, outside of any call, to call dave: the subscription has a dialog of its own, which the first NOTIFY or the 202 makes (RFC 6665 §4.4.1). */
typedef struct
{
  Scene *s;
  SipMsg *refer;
  SipResponse *response;
  GError *error;
  guint cseq;
} Outside;

static void
outside_clear (Outside *self)
{
  g_clear_pointer (&self->refer, sip_msg_unref);
  g_clear_object (&self->response);
  g_clear_error (&self->error);
  scene_free (self->s);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Outside, outside_clear)

static void
accepted_cb (SipReferClientContext *context, SipResponse *response, Outside *self)
{
  fixture_note (&self->s->f->alice, "request %u", sip_response_get_status_code (response));
}

static void
outcome_cb (SipReferClientContext *context, guint code, const char *reason, Outside *self)
{
  fixture_note (&self->s->f->alice, "refer %u \"%s\"", code, reason);
}

static void
requested_cb (SipUserAgent *agent, GObject *context, Outside *self)
{
  g_assert_true (SIP_IS_REFER_CLIENT_CONTEXT (context));
  g_assert_null (sip_refer_client_context_get_session (SIP_REFER_CLIENT_CONTEXT (context)));
  g_signal_connect (context, "refer-request-accepted", G_CALLBACK (accepted_cb), self);
  g_signal_connect (context, "refer-progress", G_CALLBACK (outcome_cb), self);
  g_signal_connect (context, "refer-accepted", G_CALLBACK (outcome_cb), self);
  g_signal_connect (context, "refer-rejected", G_CALLBACK (outcome_cb), self);
}

static void
referred_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Outside *self = user_data;

  self->response = sip_user_agent_refer_finish (SIP_USER_AGENT (source), result, &self->error);
}

static void
outside_init (Outside *self)
{
  self->s = scene_new ();
  g_signal_connect (self->s->f->alice.agent, "refer-requested", G_CALLBACK (requested_cb), self);
  sip_user_agent_refer_async (self->s->f->alice.agent, "sip:carol@carol.mem", "sip:dave@dave.mem", NULL, NULL, referred_cb, self);
  fixture_run (self->s->f, 0);
  self->refer = sip_msg_ref (raw_peer_last (self->s->carol, "REFER"));
  fixture_expect (self->s->f, "alice > REFER\n");
}

static void
notify (Outside *self, const char *tag, const char *state, const char *body)
{
  raw_peer_send (self->s->carol, "alice", body,
                 "NOTIFY sip:alice@alice.mem SIP/2.0\r\nVia: SIP/2.0/UDP carol.mem;branch=z9hG4bKoutside%u\r\nMax-Forwards: 70\r\n"
                 "From: <sip:carol@carol.mem>%s%s\r\nTo: <sip:alice@alice.mem>;tag=" SIP_STR_FORMAT "\r\nCall-ID: " SIP_STR_FORMAT
                 "\r\nCSeq: %u NOTIFY\r\nEvent: refer\r\nSubscription-State: %s\r\nContent-Type: message/sipfrag\r\n" SCENE_CONTACT,
                 self->cseq, tag != NULL ? ";tag=" : "", tag != NULL ? tag : "", SIP_STR_ARGS (self->refer->from.tag),
                 SIP_STR_ARGS (self->refer->call_id), self->cseq + 1, state);
  self->cseq++;
  fixture_run (self->s->f, 0);
}

#define NOTIFIED "carol > NOTIFY\nalice > 200 NOTIFY\n"

static void
expect (Outside *self, const char *expected)
{
  fixture_expect (self->s->f, expected);
}

static guint
n_dialogs (Outside *self)
{
  return sip_dialogs_get_n (sip_user_agent_get_dialogs (self->s->f->alice.agent));
}

static void
test_answered (void)
{
  g_auto (Outside) t = { 0 };

  outside_init (&t);
  g_assert_cmpuint (t.refer->to.tag.len, ==, 0);
  g_assert_cmpuint (n_dialogs (&t), ==, 1);
  scene_respond (t.s, t.refer, 202, "one", NULL, NULL);
  g_assert_cmpuint (sip_response_get_status_code (t.response), ==, 202);
  notify (&t, "one", "active;expires=60", "SIP/2.0 180 Ringing\r\n");
  /* Another branch of a fork: there is one dialog. */
  notify (&t, "two", "active;expires=60", "SIP/2.0 180 Ringing\r\n");
  notify (&t, "one", "terminated;reason=noresource", "SIP/2.0 200 OK\r\n");
  expect (&t, "carol > 202 REFER\nalice: request 202\n" NOTIFIED "alice: refer 180 \"Ringing\"\ncarol > NOTIFY\nalice > 481 NOTIFY\n" NOTIFIED
              "alice: refer 200 \"OK\"\n");
  g_assert_cmpuint (n_dialogs (&t), ==, 0);
}

static void
test_notify_first (void)
{
  g_auto (Outside) t = { 0 };

  outside_init (&t);
  notify (&t, NULL, "active;expires=60", "SIP/2.0 100 Trying\r\n");
  expect (&t, "carol > NOTIFY\nalice > 400 NOTIFY\n");
  notify (&t, "one", "active;expires=60", "SIP/2.0 100 Trying\r\n");
  notify (&t, "two", "active;expires=60", "SIP/2.0 100 Trying\r\n");
  expect (&t, NOTIFIED "carol > NOTIFY\nalice > 481 NOTIFY\n");
  scene_respond (t.s, t.refer, 202, "one", NULL, NULL);
  expect (&t, "carol > 202 REFER\nalice: request 202\nalice: refer 100 \"Trying\"\n");
  notify (&t, "one", "terminated;reason=noresource", "SIP/2.0 603 Decline\r\n");
  expect (&t, NOTIFIED "alice: refer 603 \"Decline\"\n");
  g_assert_cmpuint (n_dialogs (&t), ==, 0);
}

static void
test_refused (void)
{
  g_auto (Outside) t = { 0 };

  outside_init (&t);
  scene_respond (t.s, t.refer, 603, "one", NULL, NULL);
  g_assert_cmpuint (sip_response_get_status_code (t.response), ==, 603);
  g_assert_cmpuint (n_dialogs (&t), ==, 0);
  g_string_truncate (t.s->f->log, 0);
  notify (&t, "one", "active", "SIP/2.0 200 OK\r\n");
  expect (&t, "carol > NOTIFY\nalice > 481 NOTIFY\n");
}

static void
test_no_answer (void)
{
  g_auto (Outside) t = { 0 };

  outside_init (&t);
  fixture_run (t.s->f, 33 * G_USEC_PER_SEC);
  g_assert_error (t.error, SIP_ERROR, SIP_ERROR_TIMEOUT);
  g_assert_cmpuint (n_dialogs (&t), ==, 0);
}

static void
test_agent_stops (void)
{
  g_auto (Outside) t = { 0 };

  outside_init (&t);
  scene_respond (t.s, t.refer, 202, "one", NULL, NULL);
  g_string_truncate (t.s->f->log, 0);
  sip_user_agent_stop_async (t.s->f->alice.agent, NULL, NULL, NULL);
  fixture_run (t.s->f, 3 * G_USEC_PER_SEC);
  expect (&t, "alice: refer 0 \"\"\n");
}

static void
test_errors (void)
{
  g_auto (Outside) t = { 0 };
  const char *lines[] = { "Via: x", NULL };
  g_autoptr (SipReferOptions) options = g_object_new (SIP_TYPE_REFER_OPTIONS, "extra-headers", lines, NULL);

  outside_init (&t);
  scene_respond (t.s, t.refer, 603, "one", NULL, NULL);
  g_clear_object (&t.response);
  sip_user_agent_refer_async (t.s->f->alice.agent, "sip:carol@carol.mem", "sip:dave@dave.mem", options, NULL, referred_cb, &t);
  fixture_run (t.s->f, 0);
  g_assert_error (t.error, SIP_ERROR, SIP_ERROR_INVALID_HEADER);
  g_clear_error (&t.error);
  sip_user_agent_refer_async (t.s->f->alice.agent, "sip:carol@carol.mem", "sip:", NULL, NULL, referred_cb, &t);
  fixture_run (t.s->f, 0);
  g_assert_error (t.error, SIP_ERROR, SIP_ERROR_INVALID_URI);
  g_clear_error (&t.error);
  sip_user_agent_stop_async (t.s->f->alice.agent, NULL, NULL, NULL);
  fixture_run (t.s->f, 3 * G_USEC_PER_SEC);
  sip_user_agent_refer_async (t.s->f->alice.agent, "sip:carol@carol.mem", "sip:dave@dave.mem", NULL, NULL, referred_cb, &t);
  fixture_run (t.s->f, 0);
  g_assert_error (t.error, SIP_ERROR, SIP_ERROR_INVALID_STATE);
}

#define ADD(name) g_test_add_func ("/refer-outside/" #name, test_##name)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD (answered);
  ADD (notify_first);
  ADD (refused);
  ADD (no_answer);
  ADD (agent_stops);
  ADD (errors);
  return g_test_run ();
}
