/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <malloc.h>

#include "agent/registering.h"

/* RFC 3261 §10: what alice says to her registrar, and what she makes of its answers. */

#define REGISTERED "alice: registered\nalice: +200\n"

static void
test_request (void)
{
  g_autoptr (Registering) r = registering_new ();
  SipMsg *request;
  SipNameAddrView contact;
  SipStr value;

  registering_begin (r, NULL);
  request = registering_request (r, 1);
  g_assert_true (sip_str_equal (request->uri, SIP_STR ("sip:carol.mem")));
  registering_assert_header (request, SIP_H_TO, "<sip:alice@alice.mem>");
  g_assert_true (sip_str_equal (request->from.uri, SIP_STR ("sip:alice@alice.mem")));
  g_assert_cmpuint (request->from.tag.len, >, 0);
  registering_assert_header (request, SIP_H_CSEQ, "1 REGISTER");
  registering_assert_header (request, SIP_H_EXPIRES, "600");
  registering_assert_header (request, SIP_H_CONTACT,
                             "<sip:alice@alice.mem>;+sip.instance=\"<urn:uuid:0>\";reg-id=1;expires=600");
  g_assert_true (sip_msg_has_token (request, SIP_H_SUPPORTED, "path"));
  g_assert_true (sip_msg_has_token (request, SIP_H_SUPPORTED, "gruu"));
  g_assert_true (sip_msg_has_token (request, SIP_H_SUPPORTED, "outbound"));
  g_assert_true (sip_msg_contact (request, &contact));
  g_assert_true (sip_params_find (contact.params, "reg-id", &value));
  registering_accept (r, 600, NULL, NULL);
  registering_expect (r, "alice > REGISTER\nalice: registering\ncarol > 200 REGISTER\n" REGISTERED "alice: register done\n");
  g_assert_cmpuint (sip_registration_get_expires (r->registration), ==, 600);
  g_assert_cmpuint (g_list_model_get_n_items (sip_user_agent_get_registrations (r->alice)), ==, 1);
}

/* Before it expires, with the next CSeq and the same Call-ID; and again. */
static void
test_refresh (void)
{
  g_autoptr (Registering) r = registering_new ();
  g_autofree char *call_id = NULL;

  registering_establish (r);
  call_id = scene_header (registering_request (r, 1), SIP_H_CALL_ID);
  for (guint i = 2; i < 6; i++)
    {
      g_autofree char *cseq = g_strdup_printf ("%u REGISTER", i);
      guint wait = sip_registration_get_retry_in (r->registration);

      g_assert_cmpuint (wait, >=, 432);
      g_assert_cmpuint (wait, <=, 541);
      g_assert_cmpuint (registering_wait_for_request (r) - wait, <=, 1);
      registering_assert_header (registering_request (r, i), SIP_H_CSEQ, cseq);
      registering_assert_header (registering_request (r, i), SIP_H_CALL_ID, call_id);
      registering_accept (r, 600, NULL, NULL);
      registering_expect (r, REGISTERING_DONE "alice: +200\n");
    }
}

static void
test_unregister (void)
{
  g_autoptr (Registering) r = registering_new ();
  SipMsg *request;

  registering_establish (r);
  registering_end (r, FALSE);
  request = registering_request (r, 2);
  registering_assert_header (request, SIP_H_EXPIRES, "0");
  registering_assert_header (request, SIP_H_CONTACT,
                             "<sip:alice@alice.mem>;+sip.instance=\"<urn:uuid:0>\";reg-id=1;expires=0");
  registering_answer (r, 200, NULL);
  registering_expect (r, "alice > REGISTER\nalice: unregistering\ncarol > 200 REGISTER\n" "alice: unregistered\nalice: -200\nalice: unregister done\n");
  g_assert_cmpuint (g_list_model_get_n_items (sip_user_agent_get_registrations (r->alice)), ==, 0);
  g_assert_false (sip_user_agent_is_registered (r->alice));
  registering_wait (r, 3600);
  registering_expect (r, "");

  /* The same address once more: RFC 3261 §10.2 has the count go on, as long as the object is there. */
  sip_registration_register_async (r->registration, NULL, NULL, NULL);
  fixture_run (r->s->f, 0);
  registering_assert_header (registering_request (r, 3), SIP_H_CSEQ, "3 REGISTER");
  registering_accept (r, 600, NULL, NULL);
  registering_expect (r, "alice > REGISTER\nalice: registering\ncarol > 200 REGISTER\n" REGISTERED);
}

static void
test_unregister_all (void)
{
  g_autoptr (Registering) r = registering_new ();

  /* Also where nothing of ours is there. */
  registering_end (r, TRUE);
  registering_assert_header (registering_request (r, 1), SIP_H_CONTACT, "*");
  registering_assert_header (registering_request (r, 1), SIP_H_EXPIRES, "0");
  registering_answer (r, 200, NULL);
  registering_expect (r, "alice > REGISTER\nalice: unregistering\ncarol > 200 REGISTER\n" "alice: unregistered\nalice: -200\nalice: unregister done\n");
}

/* RFC 3261 §10.2.8; and the longer time is kept. */
static void
test_too_brief (void)
{
  g_autoptr (Registering) r = registering_new ();
  g_autoptr (SipRegisterOptions) options = registering_options ();

  sip_register_options_set_expires (options, 60);
  registering_begin (r, options);
  registering_answer (r, 423, "Min-Expires: 1800\r\n");
  registering_assert_header (registering_request (r, 2), SIP_H_EXPIRES, "1800");
  registering_assert_header (registering_request (r, 2), SIP_H_CSEQ, "2 REGISTER");
  registering_accept (r, 1800, NULL, NULL);
  registering_expect (r, "alice > REGISTER\nalice: registering\ncarol > 423 REGISTER\n" REGISTERING_DONE REGISTERED "alice: register done\n");
  registering_wait_for_request (r);
  registering_assert_header (registering_request (r, 3), SIP_H_EXPIRES, "1800");
}

/* One that says nothing, or less than we asked for, would have us ask for ever; so would one that raises it each time. */
static void
test_too_brief_in_vain (void)
{
  g_autoptr (Registering) r = registering_new ();
  guint n = 0;

  registering_begin (r, NULL);
  registering_answer (r, 423, NULL);
  registering_expect (r, "alice > REGISTER\nalice: registering\ncarol > 423 REGISTER\nalice: failed\nalice: !423 SIP Failure Code\n"
                         "alice: register sip-error-quark 10\n");
  registering_begin (r, NULL);
  registering_answer (r, 423, "Min-Expires: 600\r\n");
  registering_expect (r, "alice > REGISTER\nalice: registering\ncarol > 423 REGISTER\nalice: failed\nalice: !423 SIP Failure Code\n"
                         "alice: register sip-error-quark 10\n");
  registering_begin (r, NULL);
  while (sip_registration_get_state (r->registration) == SIP_REGISTRATION_STATE_REGISTERING)
    {
      g_autofree char *more = g_strdup_printf ("Min-Expires: %u\r\n", 1000 + n++);

      registering_answer (r, 423, more);
    }
  g_assert_cmpuint (n, ==, 6);
}

static void
test_no_answer (void)
{
  g_autoptr (Registering) r = registering_new ();
  guint wait;

  registering_begin (r, NULL);
  g_string_truncate (r->s->f->log, 0);
  registering_wait (r, 33);
  g_assert_nonnull (strstr (r->s->f->log->str, "alice: failed\nalice: !null Request Timeout\nalice: register sip-error-quark 6\n"));
  g_assert_error (sip_registration_get_error (r->registration), SIP_ERROR, SIP_ERROR_TIMEOUT);
  g_string_truncate (r->s->f->log, 0);

  /* RFC 5626 §4.5 */
  wait = sip_registration_get_retry_in (r->registration);
  g_assert_cmpuint (wait, >=, 28);
  g_assert_cmpuint (wait, <=, 60);
  g_assert_cmpuint (registering_wait_for_request (r) - wait, <=, 1);
  registering_expect (r, "alice > REGISTER\nalice: registering\n");
  registering_accept (r, 600, NULL, NULL);
  registering_expect (r, "carol > 200 REGISTER\n" REGISTERED);
  g_assert_no_error (sip_registration_get_error (r->registration));
}

/* A refresh that fails leaves what is there; when that is over too, it says so. */
static void
test_expires (void)
{
  g_autoptr (Registering) r = registering_new ();
  gboolean is_out = FALSE;

  registering_establish (r);
  registering_wait_for_request (r);
  registering_answer (r, 503, NULL);
  registering_expect (r, "alice > REGISTER\ncarol > 503 REGISTER\nalice: !503 SIP Failure Code\n");
  g_assert_cmpint (sip_registration_get_state (r->registration), ==, SIP_REGISTRATION_STATE_REGISTERED);
  g_assert_nonnull (sip_registration_get_error (r->registration));

  while (sip_user_agent_is_registered (r->alice))
    {
      guint n = raw_peer_count (r->s->carol, "REGISTER");

      fixture_run (r->s->f, 100 * 1000);
      is_out = raw_peer_count (r->s->carol, "REGISTER") > n;
      if (is_out && sip_user_agent_is_registered (r->alice))
        registering_answer (r, 503, NULL);
    }
  g_assert_nonnull (strstr (r->s->f->log->str, "alice: -null Expires\n"));
  g_assert_error (sip_registration_get_error (r->registration), SIP_ERROR, SIP_ERROR_TIMEOUT);

  if (!is_out)
    registering_wait_for_request (r);
  registering_accept (r, 600, NULL, NULL);
  g_assert_true (g_str_has_suffix (r->s->f->log->str, REGISTERED));
}

/* What is said while a REGISTER is out waits for its answer (RFC 3261 §10.2). */
static void
test_unregister_meanwhile (void)
{
  g_autoptr (Registering) r = registering_new ();

  registering_begin (r, NULL);
  registering_end (r, FALSE);
  registering_expect (r, "alice > REGISTER\nalice: registering\nalice: unregistering\n");
  registering_accept (r, 600, NULL, NULL);
  registering_assert_header (registering_request (r, 2), SIP_H_EXPIRES, "0");
  registering_answer (r, 200, NULL);
  registering_expect (r, "carol > 200 REGISTER\n" REGISTERING_DONE "alice: unregistered\nalice: -200\nalice: register g-io-error-quark 19\n"
                         "alice: unregister done\n");
}

static void
test_register_meanwhile (void)
{
  g_autoptr (Registering) r = registering_new ();

  registering_establish (r);
  registering_end (r, FALSE);
  registering_begin (r, NULL);
  registering_expect (r, "alice > REGISTER\nalice: unregistering\nalice: registering\nalice: unregister g-io-error-quark 19\n");
  registering_answer (r, 200, NULL);
  registering_assert_header (registering_request (r, 3), SIP_H_EXPIRES, "600");
  registering_accept (r, 600, NULL, NULL);
  registering_expect (r, "carol > 200 REGISTER\n" REGISTERING_DONE REGISTERED "alice: register done\n");
}

static void
test_stop (void)
{
  g_autoptr (Registering) r = registering_new ();

  registering_establish (r);
  sip_user_agent_stop_async (r->alice, NULL, NULL, NULL);
  fixture_run (r->s->f, 0);
  registering_assert_header (registering_request (r, 2), SIP_H_EXPIRES, "0");
  g_assert_cmpint (sip_user_agent_get_state (r->alice), ==, SIP_USER_AGENT_STATE_STOPPING);
  registering_answer (r, 200, NULL);
  registering_expect (r, "alice > REGISTER\nalice: unregistering\ncarol > 200 REGISTER\n" "alice: unregistered\nalice: -200\n");
  fixture_run (r->s->f, 0);
  g_assert_cmpint (sip_user_agent_get_state (r->alice), ==, SIP_USER_AGENT_STATE_STOPPED);
}

/* A registrar that says nothing does not hold it up. */
static void
test_stop_unanswered (void)
{
  g_autoptr (Registering) r = registering_new ();

  registering_establish (r);
  sip_user_agent_stop_async (r->alice, NULL, NULL, NULL);
  registering_wait (r, 6);
  g_assert_cmpint (sip_user_agent_get_state (r->alice), ==, SIP_USER_AGENT_STATE_STOPPED);
  g_assert_cmpint (sip_registration_get_state (r->registration), ==, SIP_REGISTRATION_STATE_UNREGISTERED);
  g_assert_cmpuint (g_list_model_get_n_items (sip_user_agent_get_registrations (r->alice)), ==, 0);
  g_assert_true (g_str_has_suffix (r->s->f->log->str, "alice: unregistered\nalice: -null\n"));
}

/* Nothing is left behind of what was said. The peer keeps what came; here it forgets. */
static gsize
refresh_often (Registering *r, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      SipMsg *request;

      sip_timer_wheel_advance (r->s->f->wheel, sip_registration_get_retry_in (r->registration) * (gint64) G_USEC_PER_SEC);
      for (guint j = 0; raw_peer_last (r->s->carol, "REGISTER") == NULL && j < 4; j++)
        sip_timer_wheel_advance (r->s->f->wheel, 0);
      request = raw_peer_last (r->s->carol, "REGISTER");
      g_assert_nonnull (request);
      raw_peer_respond (r->s->carol, request, 200, "x", "Contact: <sip:alice@alice.mem>;expires=600;temp-gruu=\"sip:t@alice.mem;gr\"\r\n", NULL);
      for (guint j = 0; j < 4; j++)
        sip_timer_wheel_advance (r->s->f->wheel, 0);
      g_assert_true (sip_user_agent_is_registered (r->alice));
      g_ptr_array_set_size (r->s->carol->received, 0);
      g_string_truncate (r->s->f->log, 0);
    }
  return mallinfo2 ().uordblks;
}

static void
test_memory (void)
{
  g_autoptr (Registering) r = registering_new ();
  gsize before, after;

  registering_establish (r);
  g_ptr_array_set_size (r->s->carol->received, 0);
  before = refresh_often (r, 1000);
  after = refresh_often (r, 10000);
  g_test_message ("%" G_GSIZE_FORMAT " bytes, then %" G_GSIZE_FORMAT, before, after);
  /* malloc's own stores fill up; the smallest thing that were left each time would be 160 kB. */
  g_assert_cmpuint (after, <=, before + 96 * 1024);
}

#define ADD(name) g_test_add_func ("/registration/" #name, test_##name)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD (request);
  ADD (refresh);
  ADD (unregister);
  ADD (unregister_all);
  ADD (too_brief);
  ADD (too_brief_in_vain);
  ADD (no_answer);
  ADD (expires);
  ADD (unregister_meanwhile);
  ADD (register_meanwhile);
  ADD (stop);
  ADD (stop_unanswered);
  ADD (memory);
  return g_test_run ();
}
