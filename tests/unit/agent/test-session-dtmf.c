/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/fixture.h"
#include "agent/raw-peer.h"
#include "agent/sip-session-private.h"
#include "sip.h"

/* Tones, in INFOs and in the media, both ways. The log of the fixture says what is on the wire; what the sessions tell of tones is written into it too. */

static guint n_warnings;

static GLogWriterOutput
log_writer (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  if (level & G_LOG_LEVEL_WARNING)
    {
      n_warnings++;
      return G_LOG_WRITER_HANDLED;
    }

  return g_log_writer_default (level, fields, n_fields, user_data);
}

static void
succeeded_cb (SipDtmf *dtmf, Party *party)
{
  g_string_append_printf (party->fixture->log, "%s: %s succeeded\n", party->name, sip_dtmf_get_tone (dtmf));
}

static void
failed_cb (SipDtmf *dtmf, SipMessage *message, const char *cause, Party *party)
{
  g_string_append_printf (party->fixture->log, "%s: %s failed %u \"%s\"\n", party->name, sip_dtmf_get_tone (dtmf),
                          message != NULL ? sip_response_get_status_code (SIP_RESPONSE (message)) : 0, cause);
}

static void
dtmf_cb (SipSession *session, SipRequest *request, SipDtmf *dtmf, Party *party)
{
  gboolean outgoing = sip_dtmf_get_direction (dtmf) == SIP_DIRECTION_OUTGOING;

  g_assert_true (sip_dtmf_get_request (dtmf) == request);
  g_string_append_printf (party->fixture->log, "%s: dtmf %s %s %u %u%s\n", party->name, outgoing ? "out" : "in", sip_dtmf_get_tone (dtmf),
                          sip_dtmf_get_duration (dtmf), sip_dtmf_get_inter_tone_gap (dtmf), request == NULL ? " media" : "");
  g_signal_connect (dtmf, "succeeded", G_CALLBACK (succeeded_cb), party);
  g_signal_connect (dtmf, "failed", G_CALLBACK (failed_cb), party);
}

static Fixture *
established (void)
{
  Fixture *f = fixture_new ();

  fixture_establish (f);
  g_signal_connect (f->alice.session, "dtmf", G_CALLBACK (dtmf_cb), &f->alice);
  g_signal_connect (f->bob.session, "dtmf", G_CALLBACK (dtmf_cb), &f->bob);
  return f;
}

/* `sending` comes before the first byte does: the signal, then the wire. */
#define SENT(tone, duration, gap) \
  "alice: dtmf out " tone " " duration " " gap "\nalice > INFO\nbob > 200 INFO\nbob: dtmf in " tone " " duration " 0\nalice: " tone " succeeded\n"

static void
test_one (void)
{
  g_autoptr (Fixture) f = established ();

  g_assert_true (sip_session_dtmf (f->alice.session, "1", NULL, NULL));
  fixture_run (f, 0);
  fixture_expect (f, SENT ("1", "100", "500"));
  fixture_run (f, 599 * 1000);
  g_assert_true (sip_session_dtmf (f->alice.session, "4", NULL, NULL));
  fixture_run (f, 0);
  fixture_expect (f, "");
  fixture_run (f, 1000);
  fixture_expect (f, SENT ("4", "100", "500"));
}

static SipRequest *last_info;

static void
keep_cb (SipSession *session, SipRequest *request, SipDtmf *dtmf, gpointer user_data)
{
  g_set_object (&last_info, request);
}

/* Example 2 of the reference. */
static void
test_many (void)
{
  const char *const lines[] = { "X-Foo: foo", "X-Bar: bar", NULL };
  g_autoptr (Fixture) f = established ();
  g_autoptr (SipDtmfOptions) options =
      g_object_new (SIP_TYPE_DTMF_OPTIONS, "duration", 160u, "inter-tone-gap", 1200u, "extra-headers", lines, NULL);
  g_autofree char *foo = NULL;
  g_autofree char *bar = NULL;

  g_signal_connect (f->bob.session, "dtmf", G_CALLBACK (keep_cb), NULL);
  g_assert_true (sip_session_dtmf (f->alice.session, "1,d#", options, NULL));
  sip_dtmf_options_set_duration (options, 999); /* too late for these */
  fixture_run (f, 0);
  fixture_expect (f, SENT ("1", "160", "1200"));
  g_assert_cmpstr (g_bytes_get_data (sip_message_get_body (SIP_MESSAGE (last_info)), NULL), ==, "Signal= 1\r\nDuration= 160");
  g_assert_cmpstr (sip_message_get_content_type (SIP_MESSAGE (last_info)), ==, "application/dtmf-relay");
  foo = sip_message_get_header (SIP_MESSAGE (last_info), "X-Foo");
  bar = sip_message_get_header (SIP_MESSAGE (last_info), "X-Bar");
  g_assert_cmpstr (foo, ==, "foo");
  g_assert_cmpstr (bar, ==, "bar");
  g_clear_object (&last_info);
  fixture_run (f, 3359 * 1000);
  fixture_expect (f, "");
  fixture_run (f, 1000);
  fixture_expect (f, SENT ("D", "160", "1200"));
  fixture_run (f, 1360 * 1000);
  fixture_expect (f, SENT ("#", "160", "1200"));
  fixture_run (f, 5000 * 1000);
  fixture_expect (f, "");
}

static void
test_clamped (void)
{
  g_autoptr (Fixture) f = established ();
  g_autoptr (SipDtmfOptions) options = g_object_new (SIP_TYPE_DTMF_OPTIONS, "duration", 1u, "inter-tone-gap", 0u, NULL);

  n_warnings = 0;
  g_assert_true (sip_session_dtmf (f->alice.session, "1", options, NULL));
  g_assert_cmpuint (n_warnings, ==, 2);
  fixture_run (f, 0);
  fixture_expect (f, SENT ("1", "70", "50"));
  fixture_run (f, 120 * 1000);
  sip_dtmf_options_set_duration (options, 6001);
  sip_dtmf_options_set_inter_tone_gap (options, 50);
  g_assert_true (sip_session_dtmf (f->alice.session, "1", options, NULL));
  g_assert_cmpuint (n_warnings, ==, 3);
  fixture_run (f, 0);
  fixture_expect (f, SENT ("1", "6000", "50"));
}

static void
test_refused (void)
{
  static const char *const injected[] = { "X-A: b\r\nX-C: d", NULL };
  static const char *const bad[] = { "", "x", "12E", "1 2", "5\r\nDuration= 9", "١", "+" };
  g_autoptr (Fixture) f = fixture_new ();
  g_autoptr (SipDtmfOptions) options = g_object_new (SIP_TYPE_DTMF_OPTIONS, "extra-headers", injected, NULL);
  g_autoptr (GError) error = NULL;

  fixture_call (f, NULL);
  g_assert_false (sip_session_dtmf (f->alice.session, "1", NULL, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_STATE);
  g_assert_nonnull (strstr (error->message, "establishing"));
  g_clear_error (&error);
  g_assert_false (sip_session_dtmf (f->bob.session, "1", NULL, NULL));
  sip_incoming_session_accept (SIP_INCOMING_SESSION (f->bob.session), NULL, NULL);
  fixture_run (f, 0);
  g_string_truncate (f->log, 0);

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *escaped = g_strescape (bad[i], NULL);

      g_assert_false (sip_session_dtmf (f->alice.session, bad[i], NULL, &error));
      g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_ARGUMENT);
      g_assert_nonnull (strstr (error->message, escaped));
      g_clear_error (&error);
    }
  g_assert_false (sip_session_dtmf (f->alice.session, "1", options, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_HEADER);
  g_assert_nonnull (strstr (error->message, "X-A"));
  g_clear_error (&error);
  fixture_run (f, 1000 * 1000);
  fixture_expect (f, "");

  sip_session_bye (f->alice.session, NULL, NULL);
  fixture_run (f, 0);
  g_assert_false (sip_session_dtmf (f->alice.session, "1", NULL, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_STATE);
  g_assert_nonnull (strstr (error->message, "terminated"));
}

/* --- a peer that does as the test says --- */

typedef struct
{
  Fixture *f;
  RawPeer *carol;
  char *call_id;
  char *tag;
} Scene;

static Scene *
scene_new (void)
{
  Scene *s = g_new0 (Scene, 1);
  SipMsg *invite;

  s->f = fixture_new ();
  s->carol = raw_peer_new ("carol", s->f->wheel);
  fixture_call_target (s->f, "sip:carol@carol.mem", NULL);
  invite = raw_peer_last (s->carol, "INVITE");
  s->call_id = sip_str_dup (invite->call_id);
  s->tag = sip_str_dup (invite->from.tag);
  raw_peer_respond (s->carol, invite, 200, "one", NULL, "v=0\r\ns=carol\r\n");
  fixture_run (s->f, 0);
  g_signal_connect (s->f->alice.session, "dtmf", G_CALLBACK (dtmf_cb), &s->f->alice);
  g_string_truncate (s->f->log, 0);
  return s;
}

static void
scene_free (Scene *s)
{
  raw_peer_free (s->carol);
  fixture_free (s->f);
  g_free (s->call_id);
  g_free (s->tag);
  g_free (s);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Scene, scene_free)

static void
respond (Scene *s, guint status)
{
  raw_peer_respond (s->carol, raw_peer_last (s->carol, "INFO"), status, NULL, NULL, NULL);
  fixture_run (s->f, 0);
}

static void
test_failed (void)
{
  g_autoptr (Scene) s = scene_new ();

  g_assert_true (sip_session_dtmf (s->f->alice.session, "123", NULL, NULL));
  fixture_run (s->f, 0);
  respond (s, 415);
  fixture_expect (s->f, "alice: dtmf out 1 100 500\nalice > INFO\ncarol > 415 INFO\nalice: 1 failed 415 \"SIP Failure Code\"\n");
  fixture_run (s->f, 5000 * 1000);
  fixture_expect (s->f, "");

  /* And the next ones are asked for anew. */
  g_assert_true (sip_session_dtmf (s->f->alice.session, "4", NULL, NULL));
  fixture_run (s->f, 0);
  respond (s, 200);
  fixture_expect (s->f, "alice: dtmf out 4 100 500\nalice > INFO\ncarol > 200 INFO\nalice: 4 succeeded\n");
}

/* No tone overtakes the answer to the one before it. */
static void
test_slow_answers (void)
{
  g_autoptr (Scene) s = scene_new ();

  g_assert_true (sip_session_dtmf (s->f->alice.session, "12", NULL, NULL));
  fixture_run (s->f, 0);
  fixture_expect (s->f, "alice: dtmf out 1 100 500\nalice > INFO\n");
  fixture_run (s->f, 3000 * 1000);
  g_assert_cmpuint (raw_peer_last (s->carol, "INFO")->cseq.number, ==, 2);
  g_string_truncate (s->f->log, 0);
  respond (s, 200);
  fixture_expect (s->f, "carol > 200 INFO\nalice: 1 succeeded\nalice: dtmf out 2 100 500\nalice > INFO\n");
  respond (s, 200);
}

static void
test_never_answered (void)
{
  g_autoptr (Scene) s = scene_new ();

  g_assert_true (sip_session_dtmf (s->f->alice.session, "12", NULL, NULL));
  fixture_run (s->f, 33 * G_USEC_PER_SEC);
  g_assert_nonnull (strstr (s->f->log->str, "alice: 1 failed 0 \"Request Timeout\"\nalice > BYE\nalice: bye\nalice: terminated null \"Dialog Error\"\n"));
}

static void
test_gone (void)
{
  g_autoptr (Scene) s = scene_new ();

  g_assert_true (sip_session_dtmf (s->f->alice.session, "12", NULL, NULL));
  fixture_run (s->f, 0);
  respond (s, 481);
  fixture_expect (s->f, "alice: dtmf out 1 100 500\nalice > INFO\ncarol > 481 INFO\nalice: 1 failed 481 \"SIP Failure Code\"\n"
                        "alice > BYE\nalice: bye\nalice: terminated 481 \"Dialog Error\"\n");
}

/* The call ends while tones are played: the one that is out has failed, the others are never sent. */
static void
test_end_of_call (void)
{
  g_autoptr (Scene) s = scene_new ();

  g_assert_true (sip_session_dtmf (s->f->alice.session, "12", NULL, NULL));
  fixture_run (s->f, 0);
  g_assert_true (sip_session_bye (s->f->alice.session, NULL, NULL));
  fixture_run (s->f, 0);
  respond (s, 200);
  fixture_run (s->f, 2000 * 1000);
  g_assert_cmpuint (raw_peer_count (s->carol, "INFO"), ==, 1);
  g_assert_true (g_str_has_prefix (s->f->log->str, "alice: dtmf out 1 100 500\nalice > INFO\nalice: 1 failed 0 \"Terminated\"\nalice > BYE\nalice: bye\n"));
}

static void
hang_up_cb (SipSession *session, SipRequest *request, SipDtmf *dtmf, gpointer user_data)
{
  g_assert_true (sip_session_bye (session, NULL, NULL));
}

static void
hang_up_later_cb (SipDtmf *dtmf, gpointer user_data)
{
  g_assert_true (sip_session_bye (user_data, NULL, NULL));
}

static void
connect_hang_up_cb (SipSession *session, SipRequest *request, SipDtmf *dtmf, gpointer user_data)
{
  g_signal_connect (dtmf, "succeeded", G_CALLBACK (hang_up_later_cb), session);
}

static void
test_hang_up_within (void)
{
  g_autoptr (Scene) s = scene_new ();

  g_signal_connect (s->f->alice.session, "dtmf", G_CALLBACK (hang_up_cb), NULL);
  g_assert_true (sip_session_dtmf (s->f->alice.session, "12", NULL, NULL));
  fixture_run (s->f, 2000 * 1000);
  g_assert_nonnull (strstr (s->f->log->str, "alice: terminated"));
  g_assert_cmpuint (raw_peer_count (s->carol, "BYE"), >, 0);
}

static void
test_hang_up_within_success (void)
{
  g_autoptr (Scene) s = scene_new ();

  g_signal_connect (s->f->alice.session, "dtmf", G_CALLBACK (connect_hang_up_cb), NULL);
  g_assert_true (sip_session_dtmf (s->f->alice.session, "12", NULL, NULL));
  fixture_run (s->f, 0);
  respond (s, 200);
  fixture_run (s->f, 2000 * 1000);
  g_assert_cmpuint (raw_peer_count (s->carol, "INFO"), ==, 1);
  g_assert_nonnull (strstr (s->f->log->str, "alice: terminated"));
}

/* --- received --- */

static void
send_info (Scene *s, guint cseq, const char *type, const char *body)
{
  raw_peer_send (s->carol, "alice", body,
                 "INFO sip:alice@alice.mem SIP/2.0\r\nVia: SIP/2.0/UDP carol.mem;branch=z9hG4bK-%u\r\nMax-Forwards: 70\r\n"
                 "From: <sip:carol@carol.mem>;tag=one\r\nTo: <sip:alice@alice.mem>;tag=%s\r\nCall-ID: %s\r\nCSeq: %u INFO\r\n"
                 "Content-Type: %s\r\n", cseq, s->tag, s->call_id, cseq, type);
  fixture_run (s->f, 0);
}

static void
test_received (void)
{
  static const struct
  {
    const char *type, *body;
    const char *log;
  } table[] = {
    { "application/dtmf-relay", "Signal= 5\r\nDuration= 160", "alice: dtmf in 5 160 0\n" },
    { "application/dtmf-relay", "Signal=*\r\nDuration=250\r\n", "alice: dtmf in * 250 0\n" },
    { "application/dtmf", "#", "alice: dtmf in # 100 0\n" },
  };
  g_autoptr (Fixture) f = established ();

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GBytes) body = g_bytes_new_static (table[i].body, strlen (table[i].body));
      g_autoptr (SipRequestOptions) options = g_object_new (SIP_TYPE_REQUEST_OPTIONS, "body", body, "content-type", table[i].type, NULL);

      sip_session_send_request_async (f->bob.session, "INFO", options, NULL, NULL, NULL);
      fixture_run (f, 0);
      g_assert_true (g_str_has_suffix (f->log->str, table[i].log));
      g_assert_true (g_str_has_prefix (f->log->str, "bob > INFO\nalice > 200 INFO\n"));
      g_string_truncate (f->log, 0);
    }
}

/* One INFO, one tone: however often it comes; and one that comes late is none (RFC 3261 §12.2.2). */
static void
test_received_twice (void)
{
  g_autoptr (Scene) s = scene_new ();

  send_info (s, 5, "application/dtmf-relay", "Signal=5\r\nDuration=80");
  fixture_expect (s->f, "carol > INFO\nalice > 200 INFO\nalice: dtmf in 5 80 0\n");
  send_info (s, 5, "application/dtmf-relay", "Signal=5\r\nDuration=80");
  fixture_expect (s->f, "carol > INFO\nalice > 200 INFO\n");
  send_info (s, 4, "application/dtmf-relay", "Signal=4");
  fixture_expect (s->f, "carol > INFO\nalice > 500 INFO\n");
  send_info (s, 6, "application/dtmf-relay", "no tone at all");
  fixture_expect (s->f, "carol > INFO\nalice > 400 INFO\n");
  send_info (s, 7, "application/dtmf-relayed", "Signal=4");
  fixture_expect (s->f, "carol > INFO\nalice > 415 INFO\n");
}

/* RFC 6086 §4: in an early dialog too. */
static void
test_received_early (void)
{
  g_autoptr (Scene) s = g_new0 (Scene, 1);
  SipMsg *invite;

  s->f = fixture_new ();
  s->carol = raw_peer_new ("carol", s->f->wheel);
  fixture_call_target (s->f, "sip:carol@carol.mem", NULL);
  invite = raw_peer_last (s->carol, "INVITE");
  s->call_id = sip_str_dup (invite->call_id);
  s->tag = sip_str_dup (invite->from.tag);
  raw_peer_respond (s->carol, invite, 180, "one", NULL, NULL);
  fixture_run (s->f, 0);
  g_signal_connect (s->f->alice.session, "dtmf", G_CALLBACK (dtmf_cb), &s->f->alice);
  g_string_truncate (s->f->log, 0);
  send_info (s, 1, "application/dtmf-relay", "Signal=5");
  fixture_expect (s->f, "carol > INFO\nalice > 200 INFO\nalice: dtmf in 5 100 0\n");
}

static void
test_received_in_media (void)
{
  g_autoptr (Fixture) f = established ();

  g_signal_emit_by_name (f->bob.handler, "dtmf-received", "7", 120u);
  g_signal_emit_by_name (f->bob.handler, "dtmf-received", "d", 120u);
  g_signal_emit_by_name (f->bob.handler, "dtmf-received", "x", 120u);
  g_signal_emit_by_name (f->bob.handler, "dtmf-received", NULL, 120u);
  g_signal_emit_by_name (f->bob.handler, "dtmf-received", "12", 120u);
  fixture_expect (f, "bob: dtmf in 7 120 0 media\nbob: dtmf in D 120 0 media\n");
  sip_session_bye (f->alice.session, NULL, NULL);
  fixture_run (f, 0);
  g_string_truncate (f->log, 0);
  g_signal_emit_by_name (f->bob.handler, "dtmf-received", "7", 120u);
  fixture_expect (f, "");
}

/* --- in the media --- */

static void
test_in_media (void)
{
  g_autoptr (Fixture) f = established ();
  g_autoptr (SipDtmfOptions) options = g_object_new (SIP_TYPE_DTMF_OPTIONS, "method", SIP_DTMF_METHOD_RTP, NULL);

  g_assert_true (sip_session_dtmf (f->alice.session, "1,2", options, NULL));
  fixture_expect (f, "alice: dtmf out 1 100 500 media\nalice: 1 succeeded\n");
  g_assert_cmpstr (f->alice.handler->tones->str, ==, "1/100/500 ");
  fixture_run (f, 2599 * 1000);
  fixture_expect (f, "");
  fixture_run (f, 1000);
  fixture_expect (f, "alice: dtmf out 2 100 500 media\nalice: 2 succeeded\n");
  g_assert_cmpstr (f->alice.handler->tones->str, ==, "1/100/500 2/100/500 ");
}

static void
test_in_media_not_possible (void)
{
  g_autoptr (Fixture) f = established ();
  g_autoptr (SipDtmfOptions) options = g_object_new (SIP_TYPE_DTMF_OPTIONS, "method", SIP_DTMF_METHOD_RTP, NULL);
  g_autoptr (GError) error = NULL;

  f->alice.handler->fail = "dtmf";
  g_assert_false (sip_session_dtmf (f->alice.session, "12", options, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_NOT_SUPPORTED);
  fixture_run (f, 2000 * 1000);
  fixture_expect (f, "");

  /* Only later: then the tone says it. */
  f->alice.handler->fail = NULL;
  g_assert_true (sip_session_dtmf (f->alice.session, "123", options, NULL));
  fixture_expect (f, "alice: dtmf out 1 100 500 media\nalice: 1 succeeded\n");
  f->alice.handler->fail = "dtmf";
  fixture_run (f, 2000 * 1000);
  fixture_expect (f, "alice: dtmf out 2 100 500 media\nalice: 2 failed 0 \"WebRTC Not Supported\"\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_writer_func (log_writer, NULL, NULL);
#define ADD(name) g_test_add_func ("/session-dtmf/" #name, test_##name)
  ADD (one);
  ADD (many);
  ADD (clamped);
  ADD (refused);
  ADD (failed);
  ADD (slow_answers);
  ADD (never_answered);
  ADD (gone);
  ADD (end_of_call);
  ADD (hang_up_within);
  ADD (hang_up_within_success);
  ADD (received);
  ADD (received_twice);
  ADD (received_early);
  ADD (received_in_media);
  ADD (in_media);
  ADD (in_media_not_possible);
#undef ADD
  return g_test_run ();
}
