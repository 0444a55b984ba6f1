/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/fixture.h"

#include "agent/sip-session-private.h"
#include "transport/sip-memory-transport-private.h"

static gint64
wire_filter (gpointer user_data, SipFlow *from, SipMsg *msg)
{
  Fixture *self = user_data;
  g_autofree char *who = g_strndup (from->sent_by, strcspn (from->sent_by, "."));
  gboolean lost = self->filter != NULL && !self->filter (self, msg);

  g_string_append_printf (self->log, "%s %s ", who, lost ? "x" : ">");
  if (msg->is_request)
    g_string_append_printf (self->log, SIP_STR_FORMAT, SIP_STR_ARGS (msg->method_name));
  else
    g_string_append_printf (self->log, "%u " SIP_STR_FORMAT, msg->status, SIP_STR_ARGS (msg->cseq.method_name));
  g_string_append (self->log, self->show_bodies && msg->body_len > 0 ? " +sdp\n" : "\n");

  return lost ? SIP_MEMORY_LOST : 0;
}

#define note fixture_note

void
fixture_note (Party *party, const char *format, ...)
{
  va_list args;

  g_string_append_printf (party->fixture->log, "%s: ", party->name);
  va_start (args, format);
  g_string_append_vprintf (party->fixture->log, format, args);
  va_end (args);
  g_string_append_c (party->fixture->log, '\n');
}

static const char *
message_name (SipMessage *message, char *buffer, gsize size)
{
  if (message == NULL)
    return "null";
  if (SIP_IS_RESPONSE (message))
    g_snprintf (buffer, size, "%u", sip_response_get_status_code (SIP_RESPONSE (message)));
  else
    g_snprintf (buffer, size, "%s", sip_message_get_method (message));
  return buffer;
}

static void
progress_cb (SipSession *session, SipResponse *response, Party *party)
{
  note (party, "progress %u", sip_response_get_status_code (response));
}

static void
accepted_cb (SipSession *session, guint code, SipResponse *response, Party *party)
{
  g_assert_nonnull (sip_session_get_start_time (session));
  g_assert_cmpuint (code, ==, sip_response_get_status_code (response));
  note (party, "accepted %u", code);
}

static void
rejected_cb (SipSession *session, SipMessage *message, const char *cause, Party *party)
{
  char buffer[32];

  note (party, "rejected %s \"%s\"", message_name (message, buffer, sizeof buffer), cause);
}

static void
failed_cb (SipSession *session, SipMessage *message, const char *cause, Party *party)
{
  char buffer[32];

  note (party, "failed %s \"%s\"", message_name (message, buffer, sizeof buffer), cause);
}

static void
terminated_cb (SipSession *session, SipMessage *message, const char *cause, Party *party)
{
  char buffer[32];

  g_assert_nonnull (sip_session_get_end_time (session));
  g_assert_cmpint (sip_session_get_state (session), ==, SIP_SESSION_STATE_TERMINATED);
  note (party, "terminated %s \"%s\"", message_name (message, buffer, sizeof buffer), cause);
}

static void
cancel_cb (SipSession *session, Party *party)
{
  note (party, "cancel");
}

static void
reinvite_cb (SipSession *session, SipSession *same, Party *party)
{
  g_assert_true (session == same);
  note (party, "reinvite");
}

static void
bye_cb (SipSession *session, SipRequest *request, Party *party)
{
  g_assert_cmpstr (sip_message_get_method (SIP_MESSAGE (request)), ==, "BYE");
  note (party, "bye");
}

static void
replaced_cb (SipSession *session, SipSession *new_session, Party *party)
{
  g_assert_true (sip_session_get_replacee (new_session) == session);
  note (party, "replaced");
}

void
fixture_watch (Party *party, SipSession *session)
{
  g_set_object (&party->session, session);
  g_signal_connect (session, "progress", G_CALLBACK (progress_cb), party);
  g_signal_connect (session, "accepted", G_CALLBACK (accepted_cb), party);
  g_signal_connect (session, "rejected", G_CALLBACK (rejected_cb), party);
  g_signal_connect (session, "failed", G_CALLBACK (failed_cb), party);
  g_signal_connect (session, "terminated", G_CALLBACK (terminated_cb), party);
  g_signal_connect (session, "cancel", G_CALLBACK (cancel_cb), party);
  g_signal_connect (session, "reinvite", G_CALLBACK (reinvite_cb), party);
  g_signal_connect (session, "bye", G_CALLBACK (bye_cb), party);
  g_signal_connect (session, "replaced", G_CALLBACK (replaced_cb), party);
}

static void
invite_cb (SipUserAgent *agent, SipIncomingSession *session, Party *party)
{
  note (party, "invite");
  fixture_watch (party, SIP_SESSION (session));
}

static SipSessionDescriptionHandler *
make_handler (SipUserAgent *agent, SipSession *session, gpointer user_data)
{
  Party *party = user_data;
  NullHandler *handler;

  if (party->no_handler)
    return NULL;

  handler = g_object_new (NULL_TYPE_HANDLER, NULL);
  handler->local = g_strdup_printf ("v=0\r\ns=%s\r\n", party->name);
  handler->fail = party->fail;
  handler->hold = party->hold;
  handler->at_once = party->at_once;
  handler->answering = party->answering;
  handler->user_data = party;
  g_set_object (&party->handler, handler);

  return SIP_SESSION_DESCRIPTION_HANDLER (handler);
}

static void
party_init (Party *party, Fixture *fixture, const char *name)
{
  g_autofree char *uri = g_strdup_printf ("sip:%s@%s.mem", name, name);
  g_autofree char *listen = g_strdup_printf ("mem://%s", name);
  g_autofree char *listening = NULL;
  g_autoptr (GError) error = NULL;

  party->fixture = fixture;
  party->name = name;
  party->agent = sip_user_agent_new_with_wheel (uri, fixture->wheel);
  sip_user_agent_set_session_description_handler_factory (party->agent, make_handler, party, NULL);
  listening = sip_user_agent_listen (party->agent, listen, &error);
  g_assert_no_error (error);
  g_signal_connect (party->agent, "invite", G_CALLBACK (invite_cb), party);
  sip_user_agent_start_async (party->agent, NULL, NULL, NULL);
}

Fixture *
fixture_new (void)
{
  Fixture *self = g_new0 (Fixture, 1);

  self->wheel = sip_timer_wheel_new_virtual (0);
  self->log = g_string_new (NULL);
  sip_memory_transport_set_filter (wire_filter, self);
  party_init (&self->alice, self, "alice");
  party_init (&self->bob, self, "bob");
  fixture_run (self, 0);
  g_assert_cmpint (sip_user_agent_get_state (self->alice.agent), ==, SIP_USER_AGENT_STATE_STARTED);

  return self;
}

void
fixture_add_carol (Fixture *self)
{
  party_init (&self->carol, self, "carol");
  fixture_run (self, 0);
}

static void
party_clear (Party *party)
{
  g_clear_object (&party->session);
  g_clear_object (&party->handler);
  g_assert_finalize_object (party->agent);
}

void
fixture_free (Fixture *self)
{
  /* The agents go with all that lingers, when their patience is over, and leave no timer behind. */
  self->filter = NULL;
  fixture_run (self, 0);
  sip_user_agent_stop_async (self->alice.agent, NULL, NULL, NULL);
  sip_user_agent_stop_async (self->bob.agent, NULL, NULL, NULL);
  /* A question that is still open keeps its handler, which keeps the question. */
  for (Party *party = &self->alice; party <= &self->bob; party++)
    if (party->handler != NULL && party->handler->pending != NULL)
      null_handler_release (party->handler);
  if (self->carol.agent != NULL)
    sip_user_agent_stop_async (self->carol.agent, NULL, NULL, NULL);
  fixture_run (self, 6 * G_USEC_PER_SEC);
  party_clear (&self->alice);
  party_clear (&self->bob);
  if (self->carol.agent != NULL)
    party_clear (&self->carol);
  g_assert_cmpuint (sip_timer_wheel_get_n_running (self->wheel), ==, 0);
  sip_memory_transport_set_filter (NULL, NULL);
  sip_timer_wheel_unref (self->wheel);
  g_string_free (self->log, TRUE);
  g_free (self);
}

void
fixture_run (Fixture *self, gint64 us)
{
  gsize len;

  if (us > 0)
    sip_timer_wheel_advance (self->wheel, us);

  /* Tasks return from the main loop, messages travel by zero timers: until neither says anything new. */
  do
    {
      len = self->log->len;
      for (guint i = 0; i < 8; i++)
        {
          sip_timer_wheel_advance (self->wheel, 0);
          while (g_main_context_iteration (NULL, FALSE))
            ;
        }
    }
  while (self->log->len != len);
}

void
fixture_expect (Fixture *self, const char *expected)
{
  g_assert_cmpstr (self->log->str, ==, expected);
  g_string_truncate (self->log, 0);
}

void
fixture_call_target (Fixture *self, const char *target, SipInviteOptions *options)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SipOutgoingSession) session = sip_user_agent_invite (self->alice.agent, target, options, &error);

  g_assert_no_error (error);
  fixture_watch (&self->alice, SIP_SESSION (session));
  fixture_run (self, 0);
}

void
fixture_call (Fixture *self, SipInviteOptions *options)
{
  fixture_call_target (self, "sip:bob@bob.mem", options);
}

void
fixture_establish (Fixture *self)
{
  fixture_call (self, NULL);
  g_assert_true (sip_incoming_session_accept (SIP_INCOMING_SESSION (self->bob.session), NULL, NULL));
  fixture_run (self, 0);
  g_assert_cmpint (sip_session_get_state (self->alice.session), ==, SIP_SESSION_STATE_ESTABLISHED);
  g_assert_cmpint (sip_session_get_state (self->bob.session), ==, SIP_SESSION_STATE_ESTABLISHED);
  g_string_truncate (self->log, 0);
}
