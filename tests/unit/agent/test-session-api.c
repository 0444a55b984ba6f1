/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/fixture.h"
#include "sip.h"

/* The session API line by line, as docs/session-api.md lists it: what each method does with its options, what each signal brings. The tests of
 * the bindings do the same; the other tests of this folder look at what goes wrong, and when. */

typedef struct
{
  Fixture *f;
  GPtrArray *sent[2]; /* SipMessage: alice's, bob's */
} Api;

static void
traffic_cb (SipUserAgent *agent, SipMessage *message, SipDirection direction, GPtrArray *sent)
{
  if (direction == SIP_DIRECTION_OUTGOING)
    g_ptr_array_add (sent, g_object_ref (message));
}

static Api *
api_new (void)
{
  Api *self = g_new0 (Api, 1);
  Party *parties[2];

  self->f = fixture_new ();
  parties[0] = &self->f->alice;
  parties[1] = &self->f->bob;
  for (guint i = 0; i < 2; i++)
    {
      self->sent[i] = g_ptr_array_new_with_free_func (g_object_unref);
      g_signal_connect (parties[i]->agent, "traffic", G_CALLBACK (traffic_cb), self->sent[i]);
    }

  return self;
}

static void
api_free (Api *self)
{
  Fixture *f = self->f;

  g_signal_handlers_disconnect_by_data (f->alice.agent, self->sent[0]);
  g_signal_handlers_disconnect_by_data (f->bob.agent, self->sent[1]);
  for (guint i = 0; i < 2; i++)
    g_ptr_array_unref (self->sent[i]);
  fixture_free (f);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Api, api_free)

static SipIncomingSession *
incoming (Api *a)
{
  return SIP_INCOMING_SESSION (a->f->bob.session);
}

static SipOutgoingSession *
outgoing (Api *a)
{
  return SIP_OUTGOING_SESSION (a->f->alice.session);
}

/* The latest request of @method, or, where @status is given, the latest response to one, that alice (0) or bob (1) sent. */
static SipMessage *
latest (Api *a, guint who, const char *method, guint status)
{
  for (guint i = a->sent[who]->len; i-- > 0;)
    {
      SipMessage *message = g_ptr_array_index (a->sent[who], i);

      if (g_strcmp0 (sip_message_get_method (message), method) != 0)
        continue;
      if (status == 0 ? SIP_IS_REQUEST (message)
                      : SIP_IS_RESPONSE (message) && sip_response_get_status_code (SIP_RESPONSE (message)) == status)
        return message;
    }

  g_error ("nobody sent %s %u", method, status);
}

static void
assert_header (SipMessage *message, const char *name, const char *expected)
{
  g_autofree char *value = sip_message_get_header (message, name);

  g_assert_cmpstr (value, ==, expected);
}

static void
assert_body (SipMessage *message, const char *content_type, const char *expected)
{
  GBytes *body = sip_message_get_body (message);

  g_assert_cmpstr (sip_message_get_content_type (message), ==, content_type);
  if (expected == NULL)
    {
      g_assert_null (body);
      return;
    }
  g_assert_cmpmem (g_bytes_get_data (body, NULL), g_bytes_get_size (body), expected, strlen (expected));
}

static SipResponseOptions *
say (guint status, const char *reason)
{
  static const char *const lines[] = { "X-A: a", "X-B: b", NULL };
  g_autoptr (GBytes) body = g_bytes_new_static ("hello", 5);

  return g_object_new (SIP_TYPE_RESPONSE_OPTIONS, "status-code", status, "reason-phrase", reason, "extra-headers", lines, "body", body, "content-type",
                       "text/x-note", NULL);
}

static void
assert_said (SipMessage *message, const char *reason)
{
  assert_header (message, "X-A", "a");
  assert_header (message, "X-B", "b");
  if (SIP_IS_RESPONSE (message))
    g_assert_cmpstr (sip_response_get_reason_phrase (SIP_RESPONSE (message)), ==, reason);
  else
    assert_header (message, "Reason", reason);
}

/* --- how a session is had --- */

static void
test_construction (void)
{
  g_autoptr (Api) a = api_new ();

  fixture_call (a->f, NULL);
  g_assert_true (SIP_IS_OUTGOING_SESSION (a->f->alice.session));
  g_assert_cmpint (sip_session_get_direction (a->f->alice.session), ==, SIP_DIRECTION_OUTGOING);
  g_assert_true (SIP_IS_INCOMING_SESSION (a->f->bob.session));
  g_assert_cmpint (sip_session_get_direction (a->f->bob.session), ==, SIP_DIRECTION_INCOMING);
  g_assert_true (G_TYPE_IS_ABSTRACT (SIP_TYPE_SESSION));
}

static void
test_contexts (void)
{
  g_autoptr (Api) a = api_new ();

  fixture_call (a->f, NULL);
  g_assert_true (SIP_IS_CLIENT_CONTEXT (a->f->alice.session));
  g_assert_false (SIP_IS_SERVER_CONTEXT (a->f->alice.session));
  g_assert_true (SIP_IS_SERVER_CONTEXT (a->f->bob.session));
  g_assert_false (SIP_IS_CLIENT_CONTEXT (a->f->bob.session));
}

static void
test_targets (void)
{
  static const char *const targets[][2] = {
    { "bob", "sip:bob@alice.mem" },
    { "bob@bob.mem", "sip:bob@bob.mem" },
    { "sip:bob@bob.mem;x=y", "sip:bob@bob.mem;x=y" },
  };
  g_autoptr (Api) a = api_new ();

  for (guint i = 0; i < G_N_ELEMENTS (targets); i++)
    {
      g_autoptr (SipOutgoingSession) session = sip_user_agent_invite (a->f->alice.agent, targets[i][0], NULL, NULL);
      g_autofree char *uri = sip_uri_to_string (sip_name_addr_get_uri (sip_session_get_remote_identity (SIP_SESSION (session))));

      g_assert_cmpstr (uri, ==, targets[i][1]);
      sip_session_terminate (SIP_SESSION (session), NULL, NULL);
    }
}

/* --- what it knows --- */

static void
test_times (void)
{
  g_autoptr (Api) a = api_new ();
  g_autoptr (GDateTime) start = NULL;
  g_autoptr (GDateTime) end = NULL;

  fixture_call (a->f, NULL);
  g_assert_null (sip_session_get_start_time (a->f->bob.session));
  sip_incoming_session_accept (incoming (a), NULL, NULL);
  fixture_run (a->f, 0);
  g_object_get (a->f->bob.session, "start-time", &start, NULL);
  g_assert_nonnull (start);
  g_assert_nonnull (sip_session_get_start_time (a->f->alice.session));
  g_assert_null (sip_session_get_end_time (a->f->bob.session));

  sip_session_bye (a->f->alice.session, NULL, NULL);
  fixture_run (a->f, 0);
  g_object_get (a->f->bob.session, "end-time", &end, NULL);
  g_assert_cmpint (g_date_time_difference (end, start), >=, 0);
  g_assert_true (g_date_time_equal (start, sip_session_get_start_time (a->f->bob.session)));
}

static void
test_properties (void)
{
  g_autoptr (Api) a = api_new ();
  g_autoptr (SipUserAgent) agent = NULL;
  g_autoptr (SipRequest) request = NULL;
  g_autoptr (SipNameAddr) local = NULL;
  g_autoptr (SipNameAddr) remote = NULL;
  g_autofree char *method = NULL;

  sip_user_agent_set_display_name (a->f->alice.agent, "Alice");
  fixture_call (a->f, NULL);
  g_object_get (a->f->bob.session, "user-agent", &agent, "method", &method, "request", &request, "local-identity", &local, "remote-identity", &remote, NULL);
  g_assert_true (agent == a->f->bob.agent);
  g_assert_cmpstr (method, ==, "INVITE");
  g_assert_cmpstr (sip_message_get_method (SIP_MESSAGE (request)), ==, "INVITE");
  g_assert_cmpstr (sip_uri_get_user (sip_name_addr_get_uri (local)), ==, "bob");
  g_assert_cmpstr (sip_name_addr_get_display_name (remote), ==, "Alice");
  g_assert_cmpstr (sip_uri_get_user (sip_name_addr_get_uri (sip_session_get_local_identity (a->f->alice.session))), ==, "alice");
  g_assert_cmpstr (sip_uri_get_user (sip_name_addr_get_uri (sip_session_get_remote_identity (a->f->alice.session))), ==, "bob");
  g_assert_cmpstr (sip_session_get_method (a->f->alice.session), ==, "INVITE");
  g_assert_true (sip_session_get_user_agent (a->f->alice.session) == a->f->alice.agent);
  g_assert_cmpstr (sip_message_get_call_id (SIP_MESSAGE (sip_session_get_request (a->f->alice.session))), ==, sip_message_get_call_id (SIP_MESSAGE (request)));
}

static void
test_data (void)
{
  g_autoptr (Api) a = api_new ();
  g_autoptr (GObject) thing = g_object_new (G_TYPE_OBJECT, NULL);
  GObject *found = NULL;

  fixture_call (a->f, NULL);
  g_assert_null (sip_session_get_data (a->f->alice.session));
  sip_session_set_data (a->f->alice.session, thing);
  g_object_get (a->f->alice.session, "data", &found, NULL);
  g_assert_true (found == thing);
  g_object_unref (found);
}

static void
test_handler (void)
{
  g_autoptr (Api) a = api_new ();

  fixture_establish (a->f);
  g_assert_true ((gpointer) sip_session_get_session_description_handler (a->f->alice.session) == (gpointer) a->f->alice.handler);
  g_assert_true ((gpointer) sip_session_get_session_description_handler (a->f->bob.session) == (gpointer) a->f->bob.handler);
}

static void
test_default_handler (void)
{
  g_autoptr (Api) a = api_new ();

  sip_user_agent_set_session_description_handler_factory (a->f->alice.agent, NULL, NULL, NULL);
  fixture_call_target (a->f, "sip:nobody@bob.mem", NULL);
  g_assert_true (SIP_IS_WEBRTC_HANDLER (sip_session_get_session_description_handler (a->f->alice.session)));

  /* Its threads need not be in the middle of something when the program ends. */
  while (sip_session_get_request (a->f->alice.session) == NULL && sip_session_get_state (a->f->alice.session) != SIP_SESSION_STATE_TERMINATED)
    {
      g_main_context_iteration (NULL, TRUE);
      fixture_run (a->f, 0);
    }
  sip_session_terminate (a->f->alice.session, NULL, NULL);
  fixture_run (a->f, 0);
}

/* --- how it is answered and ended --- */

static void
test_terminate_cancels (void)
{
  g_autoptr (Api) a = api_new ();
  g_autoptr (SipResponseOptions) options = say (600, "Busy \"everywhere\"");

  fixture_call (a->f, NULL);
  g_assert_true (sip_session_terminate (a->f->alice.session, options, NULL));
  fixture_run (a->f, 0);
  assert_said (latest (a, 0, "CANCEL", 0), "SIP;cause=600;text=\"Busy \\\"everywhere\\\"\"");
}

static void
test_terminate_rejects (void)
{
  g_autoptr (Api) a = api_new ();
  g_autoptr (SipResponseOptions) options = say (486, "Having tea");

  fixture_call (a->f, NULL);
  g_assert_true (sip_session_terminate (a->f->bob.session, options, NULL));
  fixture_run (a->f, 0);
  assert_said (latest (a, 1, "INVITE", 486), "Having tea");
  assert_body (latest (a, 1, "INVITE", 486), "text/x-note", "hello");
}

static void
test_terminate_hangs_up (void)
{
  g_autoptr (Api) a = api_new ();
  g_autoptr (SipResponseOptions) options = say (503, NULL);

  fixture_establish (a->f);
  g_assert_true (sip_session_terminate (a->f->bob.session, options, NULL));
  fixture_run (a->f, 0);
  assert_said (latest (a, 1, "BYE", 0), "SIP;cause=503;text=\"Service Unavailable\"");
  assert_body (latest (a, 1, "BYE", 0), "text/x-note", "hello");
}

/* As SIP.js has it: the type of the body is one of the extra headers. */
static void
test_type_among_headers (void)
{
  static const char *const lines[] = { "Content-Type: text/x-note", NULL };
  g_autoptr (Api) a = api_new ();
  g_autoptr (GBytes) body = g_bytes_new_static ("hello", 5);
  g_autoptr (SipResponseOptions) options = g_object_new (SIP_TYPE_RESPONSE_OPTIONS, "extra-headers", lines, "body", body, NULL);

  fixture_call (a->f, NULL);
  g_assert_true (sip_session_terminate (a->f->bob.session, options, NULL));
  fixture_run (a->f, 0);
  assert_body (latest (a, 1, "INVITE", 480), "text/x-note", "hello");
  g_string_truncate (a->f->log, 0);

  fixture_establish (a->f);
  g_assert_true (sip_session_bye (a->f->alice.session, SIP_REQUEST_OPTIONS (options), NULL));
  fixture_run (a->f, 0);
  assert_body (latest (a, 0, "BYE", 0), "text/x-note", "hello");
}

static void
test_bye (void)
{
  g_autoptr (Api) a = api_new ();
  g_autoptr (SipResponseOptions) options = say (200, "Call completed elsewhere");

  fixture_establish (a->f);
  g_assert_true (sip_session_bye (a->f->alice.session, SIP_REQUEST_OPTIONS (options), NULL));
  fixture_run (a->f, 0);
  assert_said (latest (a, 0, "BYE", 0), "SIP;cause=200;text=\"Call completed elsewhere\"");
  assert_body (latest (a, 0, "BYE", 0), "text/x-note", "hello");
}

static void
test_cancel (void)
{
  g_autoptr (Api) a = api_new ();
  g_autoptr (SipResponseOptions) options = say (200, "Call completed elsewhere");

  fixture_call (a->f, NULL);
  g_assert_true (sip_outgoing_session_cancel (outgoing (a), options, NULL));
  fixture_run (a->f, 0);
  assert_said (latest (a, 0, "CANCEL", 0), "SIP;cause=200;text=\"Call completed elsewhere\"");
}

static void
test_progress (void)
{
  g_autoptr (Api) a = api_new ();
  g_autoptr (SipResponseOptions) options = say (182, "Three before you");

  fixture_call (a->f, NULL);
  g_assert_true (sip_incoming_session_progress (incoming (a), options, NULL));
  fixture_run (a->f, 0);
  assert_said (latest (a, 1, "INVITE", 182), "Three before you");
  assert_body (latest (a, 1, "INVITE", 182), "text/x-note", "hello");
}

static void
test_accept (void)
{
  static const char *const lines[] = { "X-A: a", "X-B: b", NULL };
  g_autoptr (Api) a = api_new ();
  g_autoptr (SipInviteOptions) options = NULL;

  options = g_object_new (SIP_TYPE_INVITE_OPTIONS, "extra-headers", lines, "invite-without-sdp", TRUE, "session-description-handler-options",
                          g_variant_new_parsed ("{'colour': <'blue'>}"), NULL);
  fixture_call (a->f, NULL);
  g_assert_true (sip_incoming_session_accept (incoming (a), options, NULL));
  fixture_run (a->f, 0);
  /* An answer has a description, whatever is said of offers. */
  assert_said (latest (a, 1, "INVITE", 200), "OK");
  assert_body (latest (a, 1, "INVITE", 200), "application/sdp", "v=0\r\ns=bob\r\n");
  g_assert_true (g_variant_lookup (a->f->bob.handler->options, "colour", "s", NULL));
}

static void
test_reject (void)
{
  g_autoptr (Api) a = api_new ();
  g_autoptr (SipResponseOptions) options = say (603, "No thanks");

  fixture_call (a->f, NULL);
  g_assert_true (sip_incoming_session_reject (incoming (a), options, NULL));
  fixture_run (a->f, 0);
  assert_said (latest (a, 1, "INVITE", 603), "No thanks");
  assert_body (latest (a, 1, "INVITE", 603), "text/x-note", "hello");
}

static void
test_reply (void)
{
  g_autoptr (Api) a = api_new ();
  g_autoptr (SipResponseOptions) elsewhere = say (181, "Elsewhere");
  g_autoptr (SipResponseOptions) nowhere = say (404, NULL);

  fixture_call (a->f, NULL);
  g_assert_true (sip_incoming_session_reply (incoming (a), NULL, NULL));
  fixture_run (a->f, 0);
  g_assert_nonnull (latest (a, 1, "INVITE", 100));
  g_assert_true (sip_incoming_session_reply (incoming (a), elsewhere, NULL));
  fixture_run (a->f, 0);
  assert_said (latest (a, 1, "INVITE", 181), "Elsewhere");
  g_assert_true (sip_incoming_session_reply (incoming (a), nowhere, NULL));
  fixture_run (a->f, 0);
  assert_said (latest (a, 1, "INVITE", 404), "Not Found");
}

/* --- what changes it: the three methods take the same options --- */

typedef void (*Change) (SipSession *session, SipInviteOptions *options, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);

static const Change changes[] = { sip_session_hold_async, sip_session_unhold_async, sip_session_reinvite_async };

static void
make_change (Api *a, guint i, SipInviteOptions *options)
{
  fixture_establish (a->f);
  if (changes[i] == sip_session_unhold_async)
    {
      sip_session_hold_async (a->f->alice.session, NULL, NULL, NULL, NULL);
      fixture_run (a->f, 0);
    }
  for (guint who = 0; who < 2; who++)
    g_ptr_array_set_size (a->sent[who], 0);
  changes[i](a->f->alice.session, options, NULL, NULL, NULL);
  fixture_run (a->f, 0);
}

static void
test_change_headers (void)
{
  static const char *const lines[] = { "X-A: a", "X-B: b", NULL };

  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      g_autoptr (Api) a = api_new ();
      g_autoptr (SipInviteOptions) options = g_object_new (SIP_TYPE_INVITE_OPTIONS, "extra-headers", lines, NULL);

      make_change (a, i, options);
      assert_said (latest (a, 0, "INVITE", 0), NULL);
      g_assert_nonnull (latest (a, 1, "INVITE", 200));
    }
}

static void
test_change_without_sdp (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      g_autoptr (Api) a = api_new ();
      g_autoptr (SipInviteOptions) options = g_object_new (SIP_TYPE_INVITE_OPTIONS, "invite-without-sdp", TRUE, NULL);

      make_change (a, i, options);
      assert_body (latest (a, 0, "INVITE", 0), NULL, NULL);
      assert_body (latest (a, 1, "INVITE", 200), "application/sdp", "v=0\r\ns=bob\r\n");
      assert_body (latest (a, 0, "ACK", 0), "application/sdp", "v=0\r\ns=alice\r\n");
    }
}

static void
test_change_handler_options (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      g_autoptr (Api) a = api_new ();
      g_autoptr (SipInviteOptions) options = NULL;

      options = g_object_new (SIP_TYPE_INVITE_OPTIONS, "session-description-handler-options", g_variant_new_parsed ("{'colour': <'blue'>}"), NULL);
      make_change (a, i, options);
      g_assert_true (g_variant_lookup (a->f->alice.handler->options, "colour", "s", NULL));
      g_assert_cmpint (g_variant_lookup (a->f->alice.handler->options, "hold", "b", NULL), ==, changes[i] == sip_session_hold_async);
    }
}

static SipDescription *
add_line (SipDescription *description, gpointer line, GError **error)
{
  g_autofree char *before = sip_description_to_text (description);
  g_autofree char *text = g_strdup_printf ("%sa=%s\r\n", before, (const char *) line);

  return sip_description_new_from_text (sip_description_get_description_type (description), "application/sdp", text);
}

static void
test_change_modifiers (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      g_autoptr (Api) a = api_new ();
      g_autoptr (GListStore) modifiers = g_list_store_new (SIP_TYPE_DESCRIPTION_MODIFIER);
      g_autoptr (SipDescriptionModifier) first = sip_description_modifier_new_for_func (add_line, (gpointer) "first", NULL);
      g_autoptr (SipDescriptionModifier) second = sip_description_modifier_new_for_func (add_line, (gpointer) "second", NULL);
      g_autoptr (SipInviteOptions) options = NULL;

      g_list_store_append (modifiers, first);
      g_list_store_append (modifiers, second);
      options = g_object_new (SIP_TYPE_INVITE_OPTIONS, "modifiers", modifiers, NULL);
      make_change (a, i, options);
      assert_body (latest (a, 0, "INVITE", 0), "application/sdp", "v=0\r\ns=alice\r\na=first\r\na=second\r\n");
      g_assert_cmpstr (a->f->alice.handler->remote, ==, "v=0\r\ns=bob\r\na=first\r\na=second\r\n");
    }
}

/* Nobody is named from here on, nor in what follows. */
static void
assert_anonymous (SipMessage *message, const char *contact)
{
  assert_header (message, "Privacy", "id");
  assert_header (message, "Contact", contact);
}

static void
test_change_anonymous (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      g_autoptr (Api) a = api_new ();
      g_autoptr (SipInviteOptions) options = g_object_new (SIP_TYPE_INVITE_OPTIONS, "anonymous", TRUE, NULL);

      make_change (a, i, options);
      assert_anonymous (latest (a, 0, "INVITE", 0), "<sip:anonymous@alice.mem>");
      sip_session_reinvite_async (a->f->bob.session, NULL, NULL, NULL, NULL);
      fixture_run (a->f, 0);
      assert_anonymous (latest (a, 0, "INVITE", 200), "<sip:anonymous@alice.mem>");
      /* They still reach us. */
      sip_session_bye (a->f->bob.session, NULL, NULL);
      fixture_run (a->f, 0);
      g_assert_nonnull (latest (a, 0, "BYE", 200));
    }
}

static void
test_progress_anonymous (void)
{
  g_autoptr (Api) a = api_new ();
  g_autoptr (SipResponseOptions) options = g_object_new (SIP_TYPE_RESPONSE_OPTIONS, "status-code", 182, "anonymous", TRUE, NULL);

  fixture_call (a->f, NULL);
  g_assert_true (sip_incoming_session_progress (incoming (a), options, NULL));
  fixture_run (a->f, 0);
  assert_anonymous (latest (a, 1, "INVITE", 182), "<sip:anonymous@bob.mem>");
  g_assert_true (sip_incoming_session_accept (incoming (a), NULL, NULL));
  fixture_run (a->f, 0);
  assert_anonymous (latest (a, 1, "INVITE", 200), "<sip:anonymous@bob.mem>");
}

static void
test_accept_anonymous (void)
{
  g_autoptr (Api) a = api_new ();
  g_autoptr (SipInviteOptions) options = g_object_new (SIP_TYPE_INVITE_OPTIONS, "anonymous", TRUE, NULL);

  fixture_call (a->f, NULL);
  assert_header (latest (a, 1, "INVITE", 180), "Privacy", NULL);
  g_assert_true (sip_incoming_session_accept (incoming (a), options, NULL));
  fixture_run (a->f, 0);
  assert_anonymous (latest (a, 1, "INVITE", 200), "<sip:anonymous@bob.mem>");
  sip_session_bye (a->f->bob.session, NULL, NULL);
  fixture_run (a->f, 0);
  assert_header (latest (a, 1, "BYE", 0), "Privacy", "id");
}

/* --- causes that errors of the media stand for --- */

static const struct
{
  GQuark (*domain) (void);
  int code;
  const char *cause;
} errors[] = {
  { sip_error_quark, SIP_ERROR_MEDIA, SIP_CAUSE_WEBRTC_ERROR },
  { sip_error_quark, SIP_ERROR_TIMEOUT, SIP_CAUSE_RTP_TIMEOUT },
  { sip_error_quark, SIP_ERROR_NOT_SUPPORTED, SIP_CAUSE_WEBRTC_NOT_SUPPORTED },
  { sip_error_quark, SIP_ERROR_INVALID_STATE, SIP_CAUSE_INTERNAL_ERROR },
  { sip_error_quark, SIP_ERROR_INVALID_ARGUMENT, SIP_CAUSE_INTERNAL_ERROR },
  { g_io_error_quark, G_IO_ERROR_PERMISSION_DENIED, SIP_CAUSE_USER_DENIED_MEDIA_ACCESS },
  { g_io_error_quark, G_IO_ERROR_TIMED_OUT, SIP_CAUSE_RTP_TIMEOUT },
  { g_io_error_quark, G_IO_ERROR_NOT_SUPPORTED, SIP_CAUSE_WEBRTC_NOT_SUPPORTED },
  { g_io_error_quark, G_IO_ERROR_FAILED, SIP_CAUSE_WEBRTC_ERROR },
};

static void
note_cause_cb (SipSession *session, SipMessage *message, const char *cause, const char **found)
{
  *found = g_intern_string (cause);
}

static void
test_causes_of_errors (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (errors); i++)
    {
      g_autoptr (GError) error = g_error_new_literal (errors[i].domain (), errors[i].code, "no media today");

      /* While the offer is made; while it rings; in the call. */
      for (guint step = 0; step < 3; step++)
        {
          g_autoptr (Fixture) f = fixture_new ();
          const char *failed = NULL;
          const char *terminated = NULL;

          f->alice.hold = step == 0;
          if (step < 2)
            fixture_call (f, NULL);
          else
            fixture_establish (f);
          g_signal_connect (f->alice.session, "failed", G_CALLBACK (note_cause_cb), &failed);
          g_signal_connect (f->alice.session, "terminated", G_CALLBACK (note_cause_cb), &terminated);
          g_signal_emit_by_name (f->alice.handler, "failed", error);
          fixture_run (f, 0);
          g_assert_cmpstr (failed, ==, step < 2 ? errors[i].cause : NULL);
          g_assert_cmpstr (terminated, ==, errors[i].cause);
          g_string_truncate (f->log, 0);
        }
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name) g_test_add_func ("/session-api/" #name, test_##name)
  ADD (construction);
  ADD (contexts);
  ADD (targets);
  ADD (times);
  ADD (properties);
  ADD (data);
  ADD (handler);
  ADD (default_handler);
  ADD (terminate_cancels);
  ADD (terminate_rejects);
  ADD (terminate_hangs_up);
  ADD (type_among_headers);
  ADD (bye);
  ADD (cancel);
  ADD (progress);
  ADD (accept);
  ADD (reject);
  ADD (reply);
  ADD (change_headers);
  ADD (change_without_sdp);
  ADD (change_handler_options);
  ADD (change_modifiers);
  ADD (change_anonymous);
  ADD (progress_anonymous);
  ADD (accept_anonymous);
  ADD (causes_of_errors);
#undef ADD
  return g_test_run ();
}
