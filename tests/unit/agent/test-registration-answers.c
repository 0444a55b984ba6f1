/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/registering.h"

/* What a registrar may answer, and what becomes of it. */

#define OUT "alice > REGISTER\n"

static void
skip_log (Registering *r)
{
  g_string_truncate (r->s->f->log, 0);
}

typedef struct
{
  guint status;
  const char *cause;
  int code;
  gboolean again; /* by itself */
} Refusal;

static const Refusal refusals[] = {
  { 300, SIP_CAUSE_REDIRECTED, SIP_ERROR_NOT_SUPPORTED, FALSE },
  { 305, SIP_CAUSE_REDIRECTED, SIP_ERROR_NOT_SUPPORTED, FALSE },
  { 400, SIP_CAUSE_SIP_FAILURE_CODE, SIP_ERROR_NOT_SUPPORTED, FALSE },
  { 401, SIP_CAUSE_AUTHENTICATION_ERROR, SIP_ERROR_AUTHENTICATION, FALSE },
  { 403, SIP_CAUSE_REJECTED, SIP_ERROR_AUTHENTICATION, FALSE },
  { 404, SIP_CAUSE_NOT_FOUND, SIP_ERROR_NOT_SUPPORTED, FALSE },
  { 407, SIP_CAUSE_AUTHENTICATION_ERROR, SIP_ERROR_AUTHENTICATION, FALSE },
  { 408, SIP_CAUSE_UNAVAILABLE, SIP_ERROR_NOT_SUPPORTED, TRUE },
  { 420, SIP_CAUSE_SIP_FAILURE_CODE, SIP_ERROR_NOT_SUPPORTED, FALSE },
  { 430, SIP_CAUSE_UNAVAILABLE, SIP_ERROR_NOT_SUPPORTED, TRUE },
  { 480, SIP_CAUSE_UNAVAILABLE, SIP_ERROR_NOT_SUPPORTED, TRUE },
  { 500, SIP_CAUSE_SIP_FAILURE_CODE, SIP_ERROR_NOT_SUPPORTED, TRUE },
  { 501, SIP_CAUSE_SIP_FAILURE_CODE, SIP_ERROR_NOT_SUPPORTED, FALSE },
  { 503, SIP_CAUSE_SIP_FAILURE_CODE, SIP_ERROR_NOT_SUPPORTED, TRUE },
  { 600, SIP_CAUSE_BUSY, SIP_ERROR_NOT_SUPPORTED, TRUE },
  { 603, SIP_CAUSE_REJECTED, SIP_ERROR_NOT_SUPPORTED, FALSE },
  { 699, SIP_CAUSE_SIP_FAILURE_CODE, SIP_ERROR_NOT_SUPPORTED, FALSE },
};

/* At first what cannot come right is not tried again; once it was registered, everything is. */
static void
test_refusals (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      const Refusal *refusal = &refusals[i];
      g_autoptr (Registering) r = registering_new ();
      g_autofree char *expected = g_strdup_printf (OUT "alice: registering\ncarol > %u REGISTER\nalice: failed\nalice: !%u %s\nalice: register sip-error-quark %d\n",
                                                   refusal->status, refusal->status, refusal->cause, refusal->code);
      guint wait;

      registering_begin (r, NULL);
      registering_answer (r, refusal->status, NULL);
      registering_expect (r, expected);
      g_assert_error (sip_registration_get_error (r->registration), SIP_ERROR, refusal->code);
      wait = sip_registration_get_retry_in (r->registration);
      g_assert_cmpint (wait > 0, ==, refusal->again);
      if (refusal->again)
        g_assert_cmpuint (registering_wait_for_request (r) - wait, <=, 1);
      else
        registering_begin (r, NULL);
      registering_accept (r, 600, NULL, NULL);
      skip_log (r);

      registering_wait_for_request (r);
      registering_answer (r, refusal->status, NULL);
      g_assert_cmpuint (sip_registration_get_retry_in (r->registration), >, 0);
      g_assert_cmpint (sip_user_agent_is_registered (r->alice), ==, refusal->again);
    }
}

/* All at once would not do it any good. */
static void
test_retry_after (void)
{
  g_autoptr (Registering) r = registering_new ();
  guint wait;

  registering_begin (r, NULL);
  registering_answer (r, 503, "Retry-After: 200\r\n");
  wait = registering_wait_for_request (r);
  g_assert_cmpuint (wait, >=, 200);
  g_assert_cmpuint (wait, <=, 221);
  /* It says when, so it means that there is one. */
  registering_answer (r, 404, "Retry-After: 1000\r\n");
  wait = registering_wait_for_request (r);
  g_assert_cmpuint (wait, >=, 1000);
  g_assert_cmpuint (wait, <=, 1101);
  /* Who says "in a hundred years" is asked tomorrow. */
  registering_answer (r, 503, "Retry-After: 3153600000\r\n");
  g_assert_cmpuint (sip_registration_get_retry_in (r->registration), <=, 86400 + 86400 / 10 + 1);
}

/* The waits grow. */
static void
test_back_off (void)
{
  g_autoptr (Registering) r = registering_new ();
  guint longest = 60;

  registering_begin (r, NULL);
  for (guint i = 0; i < 9; i++)
    {
      guint wait;

      registering_answer (r, 500, NULL);
      wait = registering_wait_for_request (r);
      g_assert_cmpuint (wait, >=, longest / 2);
      g_assert_cmpuint (wait, <=, longest + 1);
      longest = MIN (2 * longest, 1800);
    }
  g_assert_cmpuint (longest, ==, 1800);
  registering_accept (r, 600, NULL, NULL);
  registering_wait_for_request (r);
  /* What failed before is forgotten. */
  registering_answer (r, 500, NULL);
  g_assert_cmpuint (sip_registration_get_retry_in (r->registration), <=, 61);
}

static void
test_redirected (void)
{
  g_autoptr (Registering) r = registering_new ();
  SipMsg *request;

  registering_begin (r, NULL);
  registering_answer (r, 302, "Contact: <sip:carol.mem;x=y>\r\n");
  request = registering_request (r, 2);
  g_assert_true (sip_str_equal (request->uri, SIP_STR ("sip:carol.mem;x=y")));
  registering_assert_header (request, SIP_H_CSEQ, "2 REGISTER");
  registering_assert_header (request, SIP_H_TO, "<sip:alice@alice.mem>");
  registering_accept (r, 600, NULL, NULL);
  registering_expect (r, OUT "alice: registering\ncarol > 302 REGISTER\n" REGISTERING_DONE "alice: registered\nalice: +200\nalice: register done\n");
  /* It goes there as long as that works. */
  registering_wait_for_request (r);
  g_assert_true (sip_str_equal (registering_request (r, 3)->uri, SIP_STR ("sip:carol.mem;x=y")));
  registering_answer (r, 500, NULL);
  registering_wait_for_request (r);
  g_assert_true (sip_str_equal (registering_request (r, 4)->uri, SIP_STR ("sip:carol.mem")));
}

/* Round and round, nowhere, to what no request goes to. */
static void
test_redirected_in_vain (void)
{
  static const char *const contacts[] = { "Contact: *\r\n", "Contact: <tel:+1>\r\n", "Contact: <sip:x?a=b>\r\n", "Contact: huh\r\n", "X: y\r\n" };
  g_autoptr (Registering) r = registering_new ();
  guint n;

  registering_begin (r, NULL);
  for (n = 1; sip_registration_get_state (r->registration) == SIP_REGISTRATION_STATE_REGISTERING; n++)
    registering_answer (r, 301, "Contact: <sip:carol.mem>\r\n");
  g_assert_cmpuint (n, ==, 7);
  for (guint i = 0; i < G_N_ELEMENTS (contacts); i++)
    {
      registering_begin (r, NULL);
      registering_answer (r, 302, contacts[i]);
      g_assert_cmpint (sip_registration_get_state (r->registration), ==, SIP_REGISTRATION_STATE_FAILED);
    }
}

/* RFC 5626 §11.6: the first hop does not know of it; it is not spoken of again. */
static void
test_first_hop_lacks_outbound (void)
{
  g_autoptr (Registering) r = registering_new ();

  registering_begin (r, NULL);
  registering_answer (r, 439, NULL);
  g_assert_false (sip_msg_has_token (registering_request (r, 2), SIP_H_SUPPORTED, "outbound"));
  registering_assert_header (registering_request (r, 2), SIP_H_CONTACT, "<sip:alice@alice.mem>;+sip.instance=\"<urn:uuid:0>\";expires=600");
  registering_accept (r, 600, NULL, NULL);
  registering_wait_for_request (r);
  g_assert_false (sip_msg_has_token (registering_request (r, 3), SIP_H_SUPPORTED, "outbound"));
  registering_answer (r, 439, NULL);
  g_assert_cmpuint (raw_peer_count (r->s->carol, "REGISTER"), ==, 3);
}

/* A yes that is a no. */
static void
test_removed_at_once (void)
{
  g_autoptr (Registering) r = registering_new ();

  registering_begin (r, NULL);
  registering_accept (r, 0, NULL, NULL);
  registering_expect (r, OUT "alice: registering\ncarol > 200 REGISTER\nalice: failed\nalice: !200 Expires\nalice: register sip-error-quark 10\n");
  registering_wait_for_request (r);
  registering_accept (r, 600, NULL, NULL);
  skip_log (r);
  registering_wait_for_request (r);
  registering_accept (r, 0, NULL, NULL);
  registering_expect (r, OUT "carol > 200 REGISTER\nalice: failed\nalice: !200 Expires\nalice: -200 Expires\n");
}

static void
test_challenged (void)
{
  g_autoptr (Registering) r = registering_new ();
  g_autoptr (SipCredentials) credentials = sip_credentials_new ("alice", "secret", NULL);
  g_autofree char *call_id = NULL;

  sip_user_agent_set_credentials (r->alice, credentials);
  registering_begin (r, NULL);
  call_id = scene_header (registering_request (r, 1), SIP_H_CALL_ID);
  registering_answer (r, 401, "WWW-Authenticate: Digest realm=\"carol\", nonce=\"1\", qop=\"auth\"\r\n");
  g_assert_true (sip_msg_has (registering_request (r, 2), SIP_H_AUTHORIZATION));
  registering_assert_header (registering_request (r, 2), SIP_H_CSEQ, "2 REGISTER");
  registering_assert_header (registering_request (r, 2), SIP_H_CALL_ID, call_id);
  registering_accept (r, 600, NULL, NULL);
  registering_expect (r, OUT "alice: registering\ncarol > 401 REGISTER\n" REGISTERING_DONE "alice: registered\nalice: +200\nalice: register done\n");
  /* The count goes on from what the challenge made of it. */
  registering_wait_for_request (r);
  registering_assert_header (registering_request (r, 3), SIP_H_CSEQ, "3 REGISTER");
}

/* What it says of our other requests: where they go (RFC 3608), and who we are (RFC 5627, RFC 5626). */
#define GRUU "sip:alice@alice.mem;gr=urn:uuid:0"
#define TEMPORARY "sip:tgruu.1%3D@alice.mem;gr"
#define GRUUS "pub-gruu=\"" GRUU "\";temp-gruu=\"" TEMPORARY "\""

static SipMsg *
call (Registering *r, SipInviteOptions *options)
{
  fixture_call_target (r->s->f, "sip:dave@dave.invalid", options);
  return raw_peer_last (r->s->carol, "INVITE");
}

static void
test_service_route (void)
{
  g_autoptr (Registering) r = registering_new ();
  SipMsg *invite;
  SipValueIter iter = { 0 };
  SipStr value;

  registering_begin (r, NULL);
  registering_accept (r, 600, NULL, "Service-Route: <sip:carol.mem;lr>, <sip:home.invalid;lr>\r\n");
  g_assert_cmpuint (g_strv_length ((char **) sip_registration_get_service_route (r->registration)), ==, 2);
  invite = call (r, NULL);
  g_assert_nonnull (invite);
  g_assert_true (sip_str_equal (invite->uri, SIP_STR ("sip:dave@dave.invalid")));
  g_assert_true (sip_msg_next_value (invite, SIP_H_ROUTE, &iter, &value) && sip_str_equal (value, SIP_STR ("<sip:carol.mem;lr>")));
  g_assert_true (sip_msg_next_value (invite, SIP_H_ROUTE, &iter, &value) && sip_str_equal (value, SIP_STR ("<sip:home.invalid;lr>")));
  g_assert_false (sip_msg_next_value (invite, SIP_H_ROUTE, &iter, &value));
  raw_peer_respond (r->s->carol, invite, 486, "x", NULL, NULL);
  fixture_run (r->s->f, 0);

  /* A REGISTER does not follow it; and the next answer has none. */
  registering_wait_for_request (r);
  g_assert_false (sip_msg_has (raw_peer_last (r->s->carol, "REGISTER"), SIP_H_ROUTE));
  registering_accept (r, 600, NULL, NULL);
  g_assert_null (sip_registration_get_service_route (r->registration));
  g_assert_cmpuint (raw_peer_count (r->s->carol, "INVITE"), ==, 1);
  call (r, NULL);
  g_assert_cmpuint (raw_peer_count (r->s->carol, "INVITE"), ==, 1);
  fixture_run (r->s->f, 33 * G_USEC_PER_SEC);
}

static void
test_gruu (void)
{
  g_autoptr (Registering) r = registering_new ();
  g_autoptr (SipInviteOptions) anonymous = g_object_new (SIP_TYPE_INVITE_OPTIONS, "anonymous", TRUE, NULL);
  SipMsg *invite;

  registering_begin (r, NULL);
  registering_accept (r, 600, GRUUS, "Service-Route: <sip:carol.mem;lr>\r\n");
  g_assert_cmpstr (sip_registration_get_public_gruu (r->registration), ==, GRUU);
  g_assert_cmpstr (sip_registration_get_temporary_gruu (r->registration), ==, TEMPORARY);

  /* Only where somebody asks for it. */
  invite = call (r, NULL);
  registering_assert_header (invite, SIP_H_CONTACT, "<sip:alice@alice.mem>");
  raw_peer_respond (r->s->carol, invite, 486, "x", NULL, NULL);
  fixture_run (r->s->f, 0);
  sip_user_agent_set_use_gruu (r->alice, TRUE);
  invite = call (r, NULL);
  registering_assert_header (invite, SIP_H_CONTACT, "<" GRUU ">");
  raw_peer_respond (r->s->carol, invite, 486, "x", NULL, NULL);
  fixture_run (r->s->f, 0);
  invite = call (r, anonymous);
  registering_assert_header (invite, SIP_H_CONTACT, "<" TEMPORARY ">");
  raw_peer_respond (r->s->carol, invite, 486, "x", NULL, NULL);
  fixture_run (r->s->f, 0);

  /* The registrar is told of what a GRUU stands for. */
  registering_wait_for_request (r);
  registering_assert_header (raw_peer_last (r->s->carol, "REGISTER"), SIP_H_CONTACT,
                             "<sip:alice@alice.mem>;+sip.instance=\"<urn:uuid:0>\";reg-id=1;expires=600");
  registering_accept (r, 600, NULL, "Service-Route: <sip:carol.mem;lr>\r\n");
  g_assert_null (sip_registration_get_public_gruu (r->registration));
  invite = call (r, NULL);
  registering_assert_header (invite, SIP_H_CONTACT, "<sip:alice@alice.mem>");
  raw_peer_respond (r->s->carol, invite, 486, "x", NULL, NULL);
  fixture_run (r->s->f, 0);
}

static guint
ask_alice (Registering *r, const char *user)
{
  static guint n;
  SipMsg *answer;

  n++;
  raw_peer_send (r->s->carol, "alice", NULL,
                 "OPTIONS sip:%s@alice.mem;gr SIP/2.0\r\nVia: SIP/2.0/UDP carol.mem;branch=z9hG4bKgruu%u\r\nMax-Forwards: 70\r\n"
                 "From: <sip:carol@carol.mem>;tag=c%u\r\nTo: <sip:x@alice.mem>\r\nCall-ID: gruu-%u\r\nCSeq: 1 OPTIONS\r\n",
                 user, n, n, n);
  fixture_run (r->s->f, 0);
  answer = scene_last_response_to (r->s, "OPTIONS");
  return answer->status;
}

/* Requests to a temporary GRUU, also to one of those before, are for us; to any other they are not. */
static void
test_gruu_reached (void)
{
  g_autoptr (Registering) r = registering_new ();

  g_assert_cmpuint (ask_alice (r, "tgruu.1%3D"), ==, 404);
  registering_begin (r, NULL);
  registering_accept (r, 600, "temp-gruu=\"sip:tgruu.1%3D@alice.mem;gr\"", NULL);
  g_assert_cmpuint (ask_alice (r, "tgruu.1%3D"), ==, 200);
  g_assert_cmpuint (ask_alice (r, "tgruu.1%3d"), ==, 200);
  g_assert_cmpuint (ask_alice (r, "tgruu.2"), ==, 404);
  registering_wait_for_request (r);
  registering_accept (r, 600, "temp-gruu=\"sip:tgruu.2@alice.mem;gr\"", NULL);
  g_assert_cmpuint (ask_alice (r, "tgruu.1="), ==, 200);
  g_assert_cmpuint (ask_alice (r, "tgruu.2"), ==, 200);
  for (guint i = 0; i < 40; i++)
    {
      g_autofree char *param = g_strdup_printf ("temp-gruu=\"sip:many.%u@alice.mem;gr\"", i);

      registering_begin (r, NULL);
      registering_accept (r, 600, param, NULL);
    }
  g_assert_cmpuint (ask_alice (r, "tgruu.2"), ==, 404);
  g_assert_cmpuint (ask_alice (r, "many.39"), ==, 200);
}

/* What an application adds, and what it must not. */
static void
test_options (void)
{
  g_autoptr (Registering) r = registering_new ();
  g_autoptr (SipRegisterOptions) options = registering_options ();
  SipMsg *request;
  SipStr value;

  sip_request_options_set_extra_headers (SIP_REQUEST_OPTIONS (options), (const char *const[]){ "X-Site: 7", NULL });
  sip_register_options_set_extra_contact_params (options, (const char *const[]){ "q=0.5", "audio", "methods=\"INVITE,BYE\"", NULL });
  sip_register_options_set_expires (options, 120);
  sip_register_options_set_outbound (options, FALSE);
  registering_begin (r, options);
  request = registering_request (r, 1);
  registering_assert_header (request, SIP_H_CONTACT,
                             "<sip:alice@alice.mem>;+sip.instance=\"<urn:uuid:0>\";q=0.5;audio;methods=\"INVITE,BYE\";expires=120");
  value = sip_msg_value_by_name (request, SIP_STR ("X-Site"));
  g_assert_true (sip_str_equal (value, SIP_STR ("7")));
  g_assert_false (sip_msg_has_token (request, SIP_H_SUPPORTED, "outbound"));
  registering_accept (r, 120, NULL, NULL);
  /* Each time. */
  registering_wait_for_request (r);
  value = sip_msg_value_by_name (registering_request (r, 2), SIP_STR ("X-Site"));
  g_assert_true (sip_str_equal (value, SIP_STR ("7")));
  registering_accept (r, 120, NULL, NULL);
  /* As before, where nothing is said. */
  sip_registration_register_async (r->registration, NULL, NULL, NULL);
  fixture_run (r->s->f, 0);
  registering_assert_header (registering_request (r, 3), SIP_H_EXPIRES, "120");
}

static void
expect_error (Registering *r, SipRegisterOptions *options, int code)
{
  g_autofree char *expected = g_strdup_printf ("alice: register sip-error-quark %d\n", code);

  registering_begin (r, options);
  registering_expect (r, expected);
  g_assert_cmpuint (raw_peer_count (r->s->carol, "REGISTER"), ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (sip_user_agent_get_registrations (r->alice)), ==, 0);
}

static void
test_bad_options (void)
{
  static const char *const params[] = { "a=b;c", "a\r\nX: y", "a=\"b", "", "a,b", "<x>", "a b" };
  static const char *const registrars[] = { "sip:alice@carol.mem", "sip:carol.mem?a=b", "", "sip:", "carol mem", "mailto:carol" };
  static const char *const headers[] = { "Via: x", "Contact: <sip:x>", "X: y\r\nZ: w", "X" };
  g_autoptr (Registering) r = registering_new ();

  for (guint i = 0; i < G_N_ELEMENTS (params); i++)
    {
      g_autoptr (SipRegisterOptions) options = registering_options ();

      sip_register_options_set_extra_contact_params (options, (const char *const[]){ params[i], NULL });
      expect_error (r, options, SIP_ERROR_INVALID_HEADER);
    }
  for (guint i = 0; i < G_N_ELEMENTS (headers); i++)
    {
      g_autoptr (SipRegisterOptions) options = registering_options ();

      sip_request_options_set_extra_headers (SIP_REQUEST_OPTIONS (options), (const char *const[]){ headers[i], NULL });
      expect_error (r, options, SIP_ERROR_INVALID_HEADER);
    }
  for (guint i = 0; i < G_N_ELEMENTS (registrars); i++)
    {
      g_autoptr (SipRegisterOptions) options = registering_options ();

      sip_register_options_set_registrar (options, registrars[i]);
      expect_error (r, options, SIP_ERROR_INVALID_URI);
    }
  sip_user_agent_set_instance_id (r->alice, "urn:x\">");
  expect_error (r, NULL, SIP_ERROR_INVALID_HEADER);
  sip_user_agent_stop_async (r->alice, NULL, NULL, NULL);
  fixture_run (r->s->f, 0);
  expect_error (r, NULL, SIP_ERROR_INVALID_STATE);
}

/* Several registrars, one agent. */
static void
test_two_registrars (void)
{
  g_autoptr (Registering) r = registering_new ();
  g_autoptr (RawPeer) dave = raw_peer_new ("dave", r->s->f->wheel);
  g_autoptr (SipRegisterOptions) options = registering_options ();
  GListModel *list = sip_user_agent_get_registrations (r->alice);
  g_autoptr (SipRegistration) first = NULL;

  registering_establish (r);
  first = g_list_model_get_item (list, 0);
  sip_register_options_set_registrar (options, "dave.mem");
  registering_begin (r, options);
  g_assert_cmpuint (g_list_model_get_n_items (list), ==, 2);
  g_assert_cmpuint (raw_peer_count (dave, "REGISTER"), ==, 1);
  raw_peer_respond (dave, raw_peer_last (dave, "REGISTER"), 403, "x", NULL, NULL);
  fixture_run (r->s->f, 0);
  g_assert_cmpint (sip_registration_get_state (r->registration), ==, SIP_REGISTRATION_STATE_FAILED);
  g_assert_cmpstr (sip_registration_get_registrar (r->registration), ==, "sip:dave.mem");
  g_assert_true (sip_user_agent_is_registered (r->alice));
  g_assert_false (sip_str_equal (raw_peer_last (dave, "REGISTER")->call_id, raw_peer_last (r->s->carol, "REGISTER")->call_id));

  /* The same registrar, written otherwise, is the one that there is. */
  sip_register_options_set_registrar (options, "SIP:CAROL.mem");
  registering_begin (r, options);
  g_assert_cmpuint (g_list_model_get_n_items (list), ==, 2);
  registering_accept (r, 600, NULL, NULL);

  /* All of them. */
  sip_user_agent_unregister_async (r->alice, NULL, NULL, NULL, NULL);
  fixture_run (r->s->f, 0);
  g_assert_cmpuint (g_list_model_get_n_items (list), ==, 1);
  registering_answer (r, 200, NULL);
  g_assert_cmpuint (g_list_model_get_n_items (list), ==, 0);
  g_assert_false (sip_user_agent_is_registered (r->alice));
  g_assert_cmpint (sip_registration_get_state (first), ==, SIP_REGISTRATION_STATE_UNREGISTERED);
}

static void
cancelled_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (sip_user_agent_register_finish (SIP_USER_AGENT (source), result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  *(gboolean *) user_data = TRUE;
}

/* Who does not wait any more does not stop it. */
static void
test_cancelled (void)
{
  g_autoptr (Registering) r = registering_new ();
  g_autoptr (SipRegisterOptions) options = registering_options ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  gboolean is_over = FALSE;

  sip_user_agent_register_async (r->alice, options, cancellable, cancelled_cb, &is_over);
  fixture_run (r->s->f, 0);
  g_cancellable_cancel (cancellable);
  fixture_run (r->s->f, 0);
  g_assert_true (is_over);
  registering_accept (r, 600, NULL, NULL);
  g_assert_true (sip_user_agent_is_registered (r->alice));

  is_over = FALSE;
  sip_user_agent_register_async (r->alice, options, cancellable, cancelled_cb, &is_over);
  fixture_run (r->s->f, 0);
  g_assert_true (is_over);
  registering_request (r, 1);
}

static void
stop_cb (SipUserAgent *agent, SipResponse *response, SipRegistration *registration, gpointer user_data)
{
  sip_user_agent_stop_async (agent, NULL, NULL, NULL);
}

static void
unregister_cb (SipUserAgent *agent, SipResponse *response, SipRegistration *registration, gpointer user_data)
{
  sip_registration_unregister_async (registration, FALSE, NULL, NULL, NULL);
}

static void
drop_cb (SipUserAgent *agent, SipResponse *response, const char *cause, SipRegistration *registration, Registering *r)
{
  g_clear_object (&r->registration);
  sip_user_agent_unregister_async (agent, NULL, NULL, NULL, NULL);
}

/* Handlers may do what they like. */
static void
test_handlers (void)
{
  g_autoptr (Registering) r = registering_new ();
  gulong handler;

  registering_begin (r, NULL);
  handler = g_signal_connect (r->alice, "registered", G_CALLBACK (unregister_cb), NULL);
  registering_accept (r, 600, NULL, NULL);
  g_signal_handler_disconnect (r->alice, handler);
  registering_assert_header (registering_request (r, 2), SIP_H_EXPIRES, "0");
  registering_answer (r, 200, NULL);
  g_signal_connect (r->alice, "registration-failed", G_CALLBACK (drop_cb), r);
  registering_begin (r, NULL);
  registering_answer (r, 404, NULL);
  g_assert_null (r->registration);
  registering_begin (r, NULL);
  registering_answer (r, 503, NULL);
  g_assert_null (r->registration);
  g_signal_connect (r->alice, "registered", G_CALLBACK (stop_cb), NULL);
  registering_begin (r, NULL);
  registering_accept (r, 600, NULL, NULL);
  registering_wait (r, 6);
  g_assert_cmpint (sip_user_agent_get_state (r->alice), ==, SIP_USER_AGENT_STATE_STOPPED);
}

/* The agent is dropped while all sorts of things are out. */
static void
test_dropped (void)
{
  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (Scene) s = scene_new ();
      SipUserAgent *eve = sip_user_agent_new_with_wheel ("sip:eve@eve.mem", s->f->wheel);
      g_autoptr (SipRegistration) registration = NULL;
      g_autofree char *listening = sip_user_agent_listen (eve, "mem://eve", NULL);

      g_object_set (eve, "registrar", "sip:carol.mem", "register-at-start", TRUE, NULL);
      sip_user_agent_start_async (eve, NULL, NULL, NULL);
      fixture_run (s->f, 0);
      registration = g_list_model_get_item (sip_user_agent_get_registrations (eve), 0);
      g_assert_nonnull (registration);
      if (i > 0)
        scene_respond (s, raw_peer_last (s->carol, "REGISTER"), i == 1 ? 200 : 503, "x", NULL, NULL);
      if (i == 3)
        sip_user_agent_unregister_async (eve, NULL, NULL, NULL, NULL);
      if (i == 3)
        fixture_run (s->f, 0);
      g_assert_finalize_object (eve);
      g_assert_null (sip_registration_get_user_agent (registration));
      g_assert_cmpint (sip_registration_get_state (registration), ==, SIP_REGISTRATION_STATE_UNREGISTERED);
      g_assert_cmpuint (sip_registration_get_retry_in (registration), ==, 0);
      sip_registration_register_async (registration, NULL, NULL, NULL);
      sip_registration_unregister_async (registration, TRUE, NULL, NULL, NULL);
      fixture_run (s->f, 33 * G_USEC_PER_SEC);
    }
}

#define ADD(name) g_test_add_func ("/registration-answers/" #name, test_##name)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD (refusals);
  ADD (retry_after);
  ADD (back_off);
  ADD (redirected);
  ADD (redirected_in_vain);
  ADD (first_hop_lacks_outbound);
  ADD (removed_at_once);
  ADD (challenged);
  ADD (service_route);
  ADD (gruu);
  ADD (gruu_reached);
  ADD (options);
  ADD (bad_options);
  ADD (two_registrars);
  ADD (cancelled);
  ADD (handlers);
  ADD (dropped);
  return g_test_run ();
}
