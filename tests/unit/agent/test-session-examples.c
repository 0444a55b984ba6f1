/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/fixture.h"
#include "sip.h"

/* The examples of SIP.js's page on sessions, as one writes them in C. docs/migrating-from-sipjs.md shows the same lines. */

static void
test_outgoing (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  SipUserAgent *my_agent = f->alice.agent;
  const char *target = "sip:bob@bob.mem";
  GError *error = NULL;
  g_autoptr (SipOutgoingSession) session = NULL;

  session = sip_user_agent_invite (my_agent, target, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (SIP_IS_OUTGOING_SESSION (session));
  fixture_run (f, 0);
  fixture_expect (f, "alice > INVITE\nbob > 100 INVITE\nbob > 180 INVITE\nbob: invite\n");
}

static void
invite_cb (SipUserAgent *agent, SipIncomingSession *session)
{
  sip_incoming_session_accept (session, NULL, NULL);
}

static void
test_incoming (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  SipUserAgent *my_agent = f->bob.agent;

  g_signal_connect (my_agent, "invite", G_CALLBACK (invite_cb), NULL);

  fixture_call (f, NULL);
  g_assert_cmpint (sip_session_get_state (f->alice.session), ==, SIP_SESSION_STATE_ESTABLISHED);
  g_string_truncate (f->log, 0);
}

static void
heard_cb (SipSession *session, SipRequest *request, SipDtmf *dtmf, GString *heard)
{
  g_autofree char *foo = sip_message_get_header (SIP_MESSAGE (request), "X-Foo");
  g_autofree char *bar = sip_message_get_header (SIP_MESSAGE (request), "X-Bar");

  g_string_append_printf (heard, "%s%u%s%s ", sip_dtmf_get_tone (dtmf), sip_dtmf_get_duration (dtmf), foo != NULL ? foo : "", bar != NULL ? bar : "");
}

static void
test_dtmf (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autoptr (GString) heard = g_string_new (NULL);
  SipSession *call;
  GError *error = NULL;

  fixture_establish (f);
  g_signal_connect (f->bob.session, "dtmf", G_CALLBACK (heard_cb), heard);
  call = f->alice.session;

  sip_session_dtmf (call, "1", NULL, &error);
  sip_session_dtmf (call, "4", NULL, &error);

  g_assert_no_error (error);
  fixture_run (f, 2 * G_USEC_PER_SEC);
  g_assert_cmpstr (heard->str, ==, "1100 4100 ");
}

static void
test_dtmf_with_options (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autoptr (GString) heard = g_string_new (NULL);
  g_autoptr (SipDtmfOptions) options = NULL;
  SipSession *call;
  GError *error = NULL;

  fixture_establish (f);
  g_signal_connect (f->bob.session, "dtmf", G_CALLBACK (heard_cb), heard);
  call = f->alice.session;

  const char *extra_headers[] = { "X-Foo: foo", "X-Bar: bar", NULL };
  options = g_object_new (SIP_TYPE_DTMF_OPTIONS, "duration", 160, "inter-tone-gap", 1200, "extra-headers", extra_headers, NULL);
  sip_session_dtmf (call, "1234#", options, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < 6; i++)
    fixture_run (f, 2 * G_USEC_PER_SEC);
  g_assert_cmpstr (heard->str, ==, "1160foobar 2160foobar 3160foobar 4160foobar #160foobar ");
}

static void
transferred_cb (SipReferClientContext *context, guint code, const char *reason, GString *told)
{
  g_string_append (told, "transferred ");
}

static void
followed_cb (SipReferServerContext *context, guint code, const char *reason, GString *told)
{
  g_string_append (told, "followed ");
}

static void
refer_requested_cb (SipSession *session, GObject *context, gpointer data)
{
  if (SIP_IS_REFER_CLIENT_CONTEXT (context))
    {
      g_signal_connect (context, "refer-accepted", G_CALLBACK (transferred_cb), data);
    }
  else if (SIP_IS_REFER_SERVER_CONTEXT (context))
    {
      g_signal_connect (context, "refer-accepted", G_CALLBACK (followed_cb), data);
      sip_refer_server_context_accept (SIP_REFER_SERVER_CONTEXT (context), TRUE, NULL, NULL);
    }
}

static void
test_refer_requested (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autoptr (GString) told = g_string_new (NULL);

  fixture_add_carol (f);
  fixture_establish (f);
  g_signal_connect (f->alice.session, "refer-requested", G_CALLBACK (refer_requested_cb), told);
  g_signal_connect (f->bob.session, "refer-requested", G_CALLBACK (refer_requested_cb), told);
  sip_session_refer_async (f->alice.session, "sip:carol@carol.mem", NULL, NULL, NULL, NULL);
  fixture_run (f, 0);
  g_assert_true (sip_incoming_session_accept (SIP_INCOMING_SESSION (f->carol.session), NULL, NULL));
  fixture_run (f, 0);
  g_assert_cmpstr (told->str, ==, "followed transferred ");
  g_string_truncate (f->log, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name) g_test_add_func ("/session-examples/" #name, test_##name)
  ADD (outgoing);
  ADD (incoming);
  ADD (dtmf);
  ADD (dtmf_with_options);
  ADD (refer_requested);
#undef ADD
  return g_test_run ();
}
