/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/fixture.h"
#include "agent/raw-peer.h"
#include "sip.h"

/* Session timers (RFC 4028): who refreshes when and how, what is asked for and agreed, and the end of a call that nobody refreshes. Edge by edge on the virtual clock. The
 * peer that does as the test says is carol. */

#define S G_GINT64_CONSTANT (1000000)
#define SDP "v=0\r\ns=carol\r\n"
#define UPDATES "Allow: INVITE, ACK, BYE, UPDATE\r\n"

typedef struct
{
  Fixture *f;
  RawPeer *carol;
  SipMsg *invite; /* the first one: alice's, or the answer to carol's */
  guint cseq;     /* of carol's last request */
} Scene;

static Scene *
scene_new (void)
{
  Scene *self = g_new0 (Scene, 1);

  self->f = fixture_new ();
  self->carol = raw_peer_new ("carol", self->f->wheel);
  return self;
}

static void
scene_free (Scene *self)
{
  g_clear_pointer (&self->invite, sip_msg_unref);
  raw_peer_free (self->carol);
  fixture_free (self->f);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Scene, scene_free)

static void
assert_header (SipMsg *msg, SipHeaderId id, const char *expected)
{
  g_autofree char *value = sip_msg_field (msg, id) != NULL ? sip_str_dup (sip_msg_value (msg, id)) : NULL;

  g_assert_cmpstr (value, ==, expected);
}

static void
respond (Scene *s, SipMsg *request, guint status, const char *more, const char *sdp)
{
  raw_peer_respond (s->carol, request, status, "c", more, sdp);
  fixture_run (s->f, 0);
}

/* The latest request of @method, which is the @n-th one. */
static SipMsg *
expect_request (Scene *s, const char *method, guint n)
{
  g_assert_cmpuint (raw_peer_count (s->carol, method), ==, n);
  return raw_peer_last (s->carol, method);
}

static void
call (Scene *s)
{
  fixture_call_target (s->f, "sip:carol@carol.mem", NULL);
  s->invite = sip_msg_ref (expect_request (s, "INVITE", 1));
}

/* alice calls carol, who takes the call with these headers. */
static void
establish (Scene *s, const char *more)
{
  call (s);
  respond (s, s->invite, 200, more, SDP);
  expect_request (s, "ACK", 1);
  g_assert_cmpint (sip_session_get_state (s->f->alice.session), ==, SIP_SESSION_STATE_ESTABLISHED);
  g_string_truncate (s->f->log, 0);
}

/* carol calls alice with these headers: the last answer to it. */
static SipMsg *
receive_call (Scene *s, const char *more)
{
  raw_peer_send (s->carol, "alice", SDP,
                 "INVITE sip:alice@alice.mem SIP/2.0\r\nVia: SIP/2.0/TCP carol.mem;branch=z9hG4bKi%u\r\nFrom: <sip:carol@carol.mem>;tag=c\r\n"
                 "To: <sip:alice@alice.mem>\r\nCall-ID: timer\r\nCSeq: %u INVITE\r\nMax-Forwards: 70\r\nContact: <sip:carol@carol.mem>\r\n%s",
                 s->cseq + 1, s->cseq + 1, more);
  s->cseq++;
  fixture_run (s->f, 0);
  return g_ptr_array_index (s->carol->received, s->carol->received->len - 1);
}

/* carol says @method in the call that alice took: the last answer. The ACK for a refusal is of its INVITE's transaction. */
static SipMsg *
say (Scene *s, const char *method, const char *more, const char *sdp)
{
  gboolean is_ack = strcmp (method, "ACK") == 0;
  SipMsg *last = g_ptr_array_index (s->carol->received, s->carol->received->len - 1);

  s->cseq += is_ack ? 0 : 1;
  raw_peer_send (s->carol, "alice", sdp,
                 "%s sip:alice@alice.mem SIP/2.0\r\nVia: SIP/2.0/TCP carol.mem;branch=z9hG4bK%s%u\r\nFrom: <sip:carol@carol.mem>;tag=c\r\n"
                 "To: <sip:alice@alice.mem>;tag=" SIP_STR_FORMAT "\r\nCall-ID: timer\r\nCSeq: %u %s\r\nMax-Forwards: 70\r\n"
                 "Contact: <sip:carol@carol.mem>\r\n%s",
                 method, is_ack && last->status >= 300 ? "INVITE" : method, s->cseq, SIP_STR_ARGS (s->invite->to.tag), s->cseq, method, more);
  fixture_run (s->f, 0);
  return g_ptr_array_index (s->carol->received, s->carol->received->len - 1);
}

/* ... and alice takes it: the 200. */
static void
accept_call (Scene *s, const char *more)
{
  receive_call (s, more);
  g_assert_true (sip_incoming_session_accept (SIP_INCOMING_SESSION (s->f->alice.session), NULL, NULL));
  fixture_run (s->f, 0);
  s->invite = sip_msg_ref (g_ptr_array_index (s->carol->received, s->carol->received->len - 1));
  g_assert_cmpuint (s->invite->status, ==, 200);
  say (s, "ACK", "", NULL);
  g_assert_cmpint (sip_session_get_state (s->f->alice.session), ==, SIP_SESSION_STATE_ESTABLISHED);
  g_string_truncate (s->f->log, 0);
}

#define EXPIRED "alice > BYE\nalice: bye\nalice: terminated null \"Expires\"\n"

/* Nothing until @after_us, and then the end. */
static void
expect_expiry (Scene *s, gint64 after_us)
{
  fixture_run (s->f, after_us - 1000);
  fixture_expect (s->f, "");
  fixture_run (s->f, 1000);
  fixture_expect (s->f, EXPIRED);
  assert_header (expect_request (s, "BYE", 1), SIP_H_REASON, "SIP;cause=408;text=\"Session Timer Expired\"");
}

/* --- what an INVITE asks for (§7.1) --- */

static const struct
{
  guint session_expires;
  guint min_se;
  SipSessionRefresher refresher;
  const char *says;
  const char *says_min;
} asks[] = {
  { 1800, 90, SIP_SESSION_REFRESHER_AUTO, "1800", NULL },
  { 1800, 90, SIP_SESSION_REFRESHER_LOCAL, "1800;refresher=uac", NULL },
  { 1800, 90, SIP_SESSION_REFRESHER_REMOTE, "1800;refresher=uas", NULL },
  { 200, 120, SIP_SESSION_REFRESHER_AUTO, "200", "120" },
  { 100, 120, SIP_SESSION_REFRESHER_AUTO, "120", "120" },
  { 0, 120, SIP_SESSION_REFRESHER_AUTO, NULL, NULL },
};

static void
test_asks (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (asks); i++)
    {
      g_autoptr (Scene) s = scene_new ();

      g_object_set (s->f->alice.agent, "session-expires", asks[i].session_expires, "min-se", asks[i].min_se, "session-refresher",
                    asks[i].refresher, NULL);
      call (s);
      assert_header (s->invite, SIP_H_SESSION_EXPIRES, asks[i].says);
      assert_header (s->invite, SIP_H_MIN_SE, asks[i].says_min);
      g_assert_cmpint (sip_msg_has_token (s->invite, SIP_H_SUPPORTED, "timer"), ==, asks[i].says != NULL);
    }
}

/* --- we asked, and refresh (§7.2, §7.4, §10) --- */

static void
test_refresh_by_update (void)
{
  g_autoptr (Scene) s = scene_new ();
  SipMsg *update;

  establish (s, "Session-Expires: 1800;refresher=uac\r\nRequire: timer\r\n" UPDATES);
  fixture_run (s->f, 900 * S - 1000);
  fixture_expect (s->f, "");
  fixture_run (s->f, 1000);
  fixture_expect (s->f, "alice > UPDATE\n");
  update = expect_request (s, "UPDATE", 1);
  assert_header (update, SIP_H_SESSION_EXPIRES, "1800;refresher=uac");
  assert_header (update, SIP_H_CONTACT, "<sip:alice@alice.mem>");
  g_assert_true (sip_msg_has_token (update, SIP_H_SUPPORTED, "timer"));
  g_assert_cmpuint (sip_msg_body (update).len, ==, 0);
  g_assert_cmpuint (update->cseq.number, ==, 2);

  /* The other side makes it shorter, and moves. */
  respond (s, update, 200, "Session-Expires: 200;refresher=uac\r\nContact: <sip:new@carol.mem>\r\n", NULL);
  fixture_run (s->f, 100 * S - 1000);
  fixture_expect (s->f, "carol > 200 UPDATE\n");
  fixture_run (s->f, 1000);
  update = expect_request (s, "UPDATE", 2);
  assert_header (update, SIP_H_SESSION_EXPIRES, "200;refresher=uac");
  g_assert_true (sip_str_equal (update->uri, SIP_STR ("sip:new@carol.mem")));

  /* ... and takes it over: nobody refreshes, it ends. */
  respond (s, update, 200, "Session-Expires: 90;refresher=uas\r\n", NULL);
  g_string_truncate (s->f->log, 0);
  expect_expiry (s, 60 * S);
}

static void
test_refresh_by_invite (void)
{
  g_autoptr (Scene) s = scene_new ();
  SipMsg *invite;
  SipStr first;

  establish (s, "Session-Expires: 1800;refresher=uac\r\nAllow: INVITE, ACK, BYE\r\n");
  fixture_run (s->f, 900 * S);
  fixture_expect (s->f, "alice > INVITE\n");
  invite = expect_request (s, "INVITE", 2);
  assert_header (invite, SIP_H_SESSION_EXPIRES, "1800;refresher=uac");
  /* The session is what it was: so is its description, version and all. */
  first = sip_msg_body (s->invite);
  g_assert_cmpmem (sip_msg_body (invite).p, sip_msg_body (invite).len, first.p, first.len);
  respond (s, invite, 200, "Session-Expires: 1800;refresher=uac\r\n", SDP);
  fixture_expect (s->f, "carol > 200 INVITE\nalice > ACK\n");
  fixture_run (s->f, 900 * S);
  expect_request (s, "INVITE", 3);
}

/* §7.2: 2xx without a refresher leaves it with us; one that is far too short is not obeyed. */
static void
test_careless_answers (void)
{
  g_autoptr (Scene) s = scene_new ();

  establish (s, "Session-Expires: 1\r\n" UPDATES);
  fixture_run (s->f, 45 * S - 1000);
  fixture_expect (s->f, "");
  fixture_run (s->f, 1000);
  respond (s, expect_request (s, "UPDATE", 1), 200, "x: 99999999999999999999;refresher=uac\r\n", NULL);
  g_string_truncate (s->f->log, 0);
  /* No number at all: there is no timer any more. */
  fixture_run (s->f, 30000 * S);
  fixture_expect (s->f, "");
}

static void
test_not_agreed (void)
{
  g_autoptr (Scene) s = scene_new ();

  establish (s, UPDATES);
  fixture_run (s->f, 20000 * S);
  fixture_expect (s->f, "");
}

/* Somebody who knows nothing of timers is refreshed where that is wished. */
static void
test_local_refresher (void)
{
  g_autoptr (Scene) s = scene_new ();

  sip_user_agent_set_session_refresher (s->f->alice.agent, SIP_SESSION_REFRESHER_LOCAL);
  establish (s, "");
  fixture_run (s->f, 900 * S);
  respond (s, expect_request (s, "INVITE", 2), 200, NULL, SDP);
  fixture_run (s->f, 900 * S);
  respond (s, expect_request (s, "INVITE", 3), 200, NULL, SDP);
  g_string_truncate (s->f->log, 0);
  fixture_run (s->f, 899 * S);
  fixture_expect (s->f, "");
}

/* --- it is for the other side, which does not --- */

static const struct
{
  const char *terms;
  guint end;
} expiries[] = {
  { "Session-Expires: 1800;refresher=uas\r\n", 1768 },
  { "Session-Expires: 90;refresher=uas\r\n", 60 },
  { "x: 120 ; Refresher = UAS\r\n", 88 },
};

static void
test_expiry (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (expiries); i++)
    {
      g_autoptr (Scene) s = scene_new ();

      g_test_message ("%s", expiries[i].terms);
      establish (s, expiries[i].terms);
      expect_expiry (s, expiries[i].end * S);
    }
}

/* The time is over while the answer to a late offer is still being made: the call was accepted, and ends. */
static void
test_expires_before_the_ack (void)
{
  static const char *const terms[] = { "Session-Expires: 90;refresher=uas\r\n", "Session-Expires: 90;refresher=uac\r\n" };

  for (guint i = 0; i < G_N_ELEMENTS (terms); i++)
    {
      g_autoptr (Scene) s = scene_new ();
      g_autoptr (SipInviteOptions) options = g_object_new (SIP_TYPE_INVITE_OPTIONS, "invite-without-sdp", TRUE, NULL);

      s->f->alice.hold = TRUE;
      fixture_call_target (s->f, "sip:carol@carol.mem", options);
      s->invite = sip_msg_ref (expect_request (s, "INVITE", 1));
      respond (s, s->invite, 200, terms[i], SDP);
      expect_request (s, "ACK", 0);
      g_string_truncate (s->f->log, 0);
      fixture_run (s->f, 59 * S);
      fixture_expect (s->f, "");
      fixture_run (s->f, 1 * S);
      fixture_expect (s->f, "alice > ACK\nalice: accepted 200\n" EXPIRED);
      null_handler_release (s->f->alice.handler);
    }
}

/* --- the refresh fails --- */

static const struct
{
  guint status; /* 0: nothing comes */
  const char *trace;
} ends[] = {
  { 408, "carol > 408 UPDATE\nalice > BYE\nalice: bye\nalice: terminated 408 \"Dialog Error\"\n" },
  { 481, "carol > 481 UPDATE\nalice > BYE\nalice: bye\nalice: terminated 481 \"Dialog Error\"\n" },
  { 0, "alice > BYE\nalice: bye\nalice: terminated null \"Dialog Error\"\n" },
};

static void
test_refresh_ends_call (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      g_autoptr (Scene) s = scene_new ();

      establish (s, "Session-Expires: 1800;refresher=uac\r\n" UPDATES);
      fixture_run (s->f, 900 * S);
      g_string_truncate (s->f->log, 0);
      if (ends[i].status != 0)
        {
          respond (s, expect_request (s, "UPDATE", 1), ends[i].status, NULL, NULL);
        }
      else
        {
          fixture_run (s->f, 32 * S - 1000);
          g_string_truncate (s->f->log, 0);
          fixture_run (s->f, 1000);
        }
      fixture_expect (s->f, ends[i].trace);
    }
}

/* Refused for now: again, until it is too late. */
static void
test_refresh_refused (void)
{
  g_autoptr (Scene) s = scene_new ();

  establish (s, "Session-Expires: 120;refresher=uac\r\n" UPDATES);
  fixture_run (s->f, 60 * S);
  respond (s, expect_request (s, "UPDATE", 1), 500, "Retry-After: 7\r\n", NULL);
  fixture_run (s->f, 7 * S - 1000);
  expect_request (s, "UPDATE", 1);
  fixture_run (s->f, 1000);
  respond (s, expect_request (s, "UPDATE", 2), 491, NULL, NULL);
  fixture_run (s->f, 10 * S);
  respond (s, expect_request (s, "UPDATE", 3), 503, "Retry-After: 100000\r\n", NULL);
  g_string_truncate (s->f->log, 0);
  expect_expiry (s, (120 - 32 - 60 - 7 - 10) * S);
}

/* For good: it is not asked without end, and in the end it is over. */
static void
test_refused_for_good (void)
{
  g_autoptr (Scene) s = scene_new ();
  guint n = 0;

  establish (s, "Session-Expires: 1800;refresher=uac\r\n" UPDATES);
  fixture_run (s->f, 899 * S);
  for (guint i = 0; i < 868 * 4; i++)
    {
      fixture_run (s->f, S / 4);
      if (raw_peer_count (s->carol, "UPDATE") > n)
        respond (s, expect_request (s, "UPDATE", ++n), 403, NULL, NULL);
    }
  g_assert_cmpuint (n, >=, 5);
  g_assert_cmpuint (n, <=, 12);
  g_string_truncate (s->f->log, 0);
  fixture_run (s->f, S);
  fixture_expect (s->f, EXPIRED);
}

static void
test_update_is_unknown (void)
{
  static const guint statuses[] = { 405, 501 };

  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      g_autoptr (Scene) s = scene_new ();

      establish (s, "Session-Expires: 1800;refresher=uac\r\n" UPDATES);
      fixture_run (s->f, 900 * S);
      respond (s, expect_request (s, "UPDATE", 1), statuses[i], NULL, NULL);
      respond (s, expect_request (s, "INVITE", 2), 200, "Session-Expires: 1800;refresher=uac\r\n", SDP);
      g_string_truncate (s->f->log, 0);
      fixture_run (s->f, 900 * S);
      fixture_expect (s->f, "alice > INVITE\n");
      respond (s, expect_request (s, "INVITE", 3), 488, NULL, NULL);
      g_string_truncate (s->f->log, 0);
      /* Of the 868 seconds that are left. */
      fixture_run (s->f, 434 * S - 1000);
      fixture_expect (s->f, "");
      fixture_run (s->f, 1000);
      fixture_expect (s->f, "alice > INVITE\n");
      respond (s, expect_request (s, "INVITE", 4), 481, NULL, NULL);
      g_assert_cmpint (sip_session_get_state (s->f->alice.session), ==, SIP_SESSION_STATE_TERMINATED);
    }
}

/* --- 422 (§7.3) --- */

static void
test_422 (void)
{
  g_autoptr (Scene) s = scene_new ();
  SipMsg *again;

  call (s);
  respond (s, s->invite, 180, NULL, NULL);
  g_string_truncate (s->f->log, 0);
  respond (s, s->invite, 422, "Min-SE: 3600\r\n", NULL);
  fixture_expect (s->f, "carol > 422 INVITE\nalice > ACK\nalice > INVITE\n");
  again = expect_request (s, "INVITE", 2);
  assert_header (again, SIP_H_SESSION_EXPIRES, "3600");
  assert_header (again, SIP_H_MIN_SE, "3600");
  g_assert_cmpuint (again->cseq.number, ==, s->invite->cseq.number + 1);
  g_assert_true (sip_str_equal (again->call_id, s->invite->call_id));
  g_assert_true (sip_str_equal (again->from.tag, s->invite->from.tag));
  g_assert_false (sip_str_equal (again->via.branch, s->invite->via.branch));
  g_assert_cmpuint (again->to.tag.len, ==, 0);
  g_assert_cmpmem (sip_msg_body (again).p, sip_msg_body (again).len, sip_msg_body (s->invite).p, sip_msg_body (s->invite).len);

  /* Once more, and it is taken. */
  respond (s, again, 422, "Min-SE: 4000\r\n", NULL);
  again = expect_request (s, "INVITE", 3);
  assert_header (again, SIP_H_SESSION_EXPIRES, "4000");
  g_string_truncate (s->f->log, 0);
  respond (s, again, 200, "Session-Expires: 4000;refresher=uac\r\n" UPDATES, SDP);
  fixture_expect (s->f, "carol > 200 INVITE\nalice > ACK\nalice: accepted 200\n");
  g_assert_cmpuint (expect_request (s, "ACK", 3)->cseq.number, ==, 3);
  fixture_run (s->f, 2000 * S);
  assert_header (expect_request (s, "UPDATE", 1), SIP_H_MIN_SE, "4000");
  g_assert_cmpuint (expect_request (s, "UPDATE", 1)->cseq.number, ==, 4);
}

/* Whoever wants no more than we ask for, or does not say what, gets no other INVITE. */
static void
test_422_in_vain (void)
{
  static const char *const headers[] = { NULL, "Min-SE: 1800\r\n", "Min-SE: 90\r\n", "Min-SE: x\r\n" };

  for (guint i = 0; i < G_N_ELEMENTS (headers); i++)
    {
      g_autoptr (Scene) s = scene_new ();

      call (s);
      g_string_truncate (s->f->log, 0);
      respond (s, s->invite, 422, headers[i], NULL);
      fixture_expect (s->f, "carol > 422 INVITE\nalice > ACK\nalice: rejected 422 \"Whatever\"\nalice: failed 422 \"SIP Failure Code\"\n"
                            "alice: terminated 422 \"SIP Failure Code\"\n");
    }
}

/* A second more each time. */
static void
test_422_without_end (void)
{
  g_autoptr (Scene) s = scene_new ();
  guint n = 0;

  fixture_call_target (s->f, "sip:carol@carol.mem", NULL);
  while (sip_session_get_state (s->f->alice.session) != SIP_SESSION_STATE_TERMINATED && n < 50)
    {
      g_autofree char *more = g_strdup_printf ("Min-SE: %u\r\n", 2000 + n++);

      respond (s, raw_peer_last (s->carol, "INVITE"), 422, more, NULL);
    }
  g_assert_cmpuint (n, ==, 9);
}

/* The offer has had its answer, in a reliable response: another INVITE could not make it again. */
static void
test_422_too_late (void)
{
  g_autoptr (Scene) s = scene_new ();

  sip_user_agent_set_rel100 (s->f->alice.agent, SIP_REL100_SUPPORTED);
  call (s);
  respond (s, s->invite, 183, "Require: 100rel\r\nRSeq: 1\r\n", SDP);
  respond (s, expect_request (s, "PRACK", 1), 200, NULL, NULL);
  g_string_truncate (s->f->log, 0);
  respond (s, s->invite, 422, "Min-SE: 3600\r\n", NULL);
  fixture_expect (s->f, "carol > 422 INVITE\nalice > ACK\nalice: rejected 422 \"Whatever\"\nalice: failed 422 \"SIP Failure Code\"\n"
                        "alice: terminated 422 \"SIP Failure Code\"\n");
}

static void
test_422_and_cancel (void)
{
  g_autoptr (Scene) s = scene_new ();
  SipMsg *again;

  call (s);
  respond (s, s->invite, 422, "Min-SE: 3600\r\n", NULL);
  again = expect_request (s, "INVITE", 2);
  g_string_truncate (s->f->log, 0);
  g_assert_true (sip_session_terminate (s->f->alice.session, NULL, NULL));
  fixture_run (s->f, 0);
  fixture_expect (s->f, "alice: cancel\n");
  respond (s, again, 180, NULL, NULL);
  g_assert_true (sip_str_equal (expect_request (s, "CANCEL", 1)->via.branch, again->via.branch));
  g_assert_cmpuint (raw_peer_last (s->carol, "CANCEL")->cseq.number, ==, 2);
  respond (s, raw_peer_last (s->carol, "CANCEL"), 200, NULL, NULL);
  respond (s, again, 422, "Min-SE: 7200\r\n", NULL);
  expect_request (s, "INVITE", 2);
  g_assert_cmpint (sip_session_get_state (s->f->alice.session), ==, SIP_SESSION_STATE_TERMINATED);
}

static void
test_422_in_call (void)
{
  g_autoptr (Scene) s = scene_new ();
  SipMsg *again;

  establish (s, "Session-Expires: 1800;refresher=uac\r\n" UPDATES);
  fixture_run (s->f, 900 * S);
  respond (s, expect_request (s, "UPDATE", 1), 422, "Min-SE: 2000\r\n", NULL);
  again = expect_request (s, "UPDATE", 2);
  assert_header (again, SIP_H_SESSION_EXPIRES, "2000;refresher=uac");
  assert_header (again, SIP_H_MIN_SE, "2000");
  respond (s, again, 200, "Session-Expires: 2000;refresher=uac\r\n", NULL);

  sip_session_reinvite_async (s->f->alice.session, NULL, NULL, NULL, NULL);
  fixture_run (s->f, 0);
  g_string_truncate (s->f->log, 0);
  respond (s, expect_request (s, "INVITE", 2), 422, "Min-SE: 2400\r\n", NULL);
  fixture_expect (s->f, "carol > 422 INVITE\nalice > ACK\nalice > INVITE\n");
  again = expect_request (s, "INVITE", 3);
  assert_header (again, SIP_H_SESSION_EXPIRES, "2400;refresher=uac");
  g_assert_cmpuint (again->cseq.number, ==, 5);
  respond (s, again, 200, "Session-Expires: 2400;refresher=uac\r\n", SDP);
  fixture_expect (s->f, "carol > 200 INVITE\nalice > ACK\n");
  g_assert_cmpuint (s->f->alice.handler->n_rollbacks, ==, 0);
}

/* --- we answer (§9, table 2) --- */

static const struct
{
  SipSessionRefresher refresher;
  guint session_expires;
  const char *request;
  const char *says;
  const char *requires;
} answers[] = {
  { SIP_SESSION_REFRESHER_AUTO, 1800, "Supported: timer\r\nSession-Expires: 600\r\n", "600;refresher=uac", "timer" },
  { SIP_SESSION_REFRESHER_AUTO, 1800, "k: timer\r\nx: 600;refresher=uac\r\n", "600;refresher=uac", "timer" },
  { SIP_SESSION_REFRESHER_AUTO, 1800, "Supported: timer\r\nSession-Expires: 600;refresher=uas\r\n", "600;refresher=uas", "timer" },
  { SIP_SESSION_REFRESHER_LOCAL, 1800, "Supported: timer\r\nSession-Expires: 600\r\n", "600;refresher=uas", "timer" },
  { SIP_SESSION_REFRESHER_LOCAL, 1800, "Supported: timer\r\nSession-Expires: 600;refresher=uac\r\n", "600;refresher=uac", "timer" },
  { SIP_SESSION_REFRESHER_REMOTE, 1800, "Supported: timer\r\nSession-Expires: 600\r\n", "600;refresher=uac", "timer" },
  /* Shortened, but never below what anybody can bear. */
  { SIP_SESSION_REFRESHER_AUTO, 300, "Supported: timer\r\nSession-Expires: 600\r\n", "300;refresher=uac", "timer" },
  { SIP_SESSION_REFRESHER_AUTO, 300, "Supported: timer\r\nSession-Expires: 600\r\nMin-SE: 500\r\n", "500;refresher=uac", "timer" },
  /* Who asks for none, and could, gets ours. */
  { SIP_SESSION_REFRESHER_AUTO, 1800, "Supported: timer\r\n", "1800;refresher=uac", "timer" },
  { SIP_SESSION_REFRESHER_AUTO, 1800, "Supported: timer\r\nMin-SE: 3600\r\n", "3600;refresher=uac", "timer" },
  { SIP_SESSION_REFRESHER_AUTO, 1800, "", NULL, NULL },
  /* A proxy asks for who knows nothing of it: we refresh, and are not refused a short time. */
  { SIP_SESSION_REFRESHER_AUTO, 1800, "Session-Expires: 600\r\n", "600;refresher=uas", NULL },
  { SIP_SESSION_REFRESHER_AUTO, 1800, "Session-Expires: 60;refresher=uac\r\n", "90;refresher=uas", NULL },
  { SIP_SESSION_REFRESHER_LOCAL, 1800, "", "1800;refresher=uas", NULL },
  /* Switched off. */
  { SIP_SESSION_REFRESHER_AUTO, 0, "Supported: timer\r\nSession-Expires: 30\r\n", NULL, NULL },
  /* What is no number was not said; what is strange about the rest is passed over. */
  { SIP_SESSION_REFRESHER_AUTO, 1800, "Supported: timer\r\nSession-Expires: -600\r\n", "1800;refresher=uac", "timer" },
  { SIP_SESSION_REFRESHER_AUTO, 1800, "Supported: timer\r\nSession-Expires: 4294967296\r\n", "1800;refresher=uac", "timer" },
  { SIP_SESSION_REFRESHER_AUTO, 1800, "Supported: timer\r\nSession-Expires: 4294967295\r\n", "1800;refresher=uac", "timer" },
  { SIP_SESSION_REFRESHER_AUTO, 1800, "Supported: timer\r\nSession-Expires: 600;refresher=\r\n", "600;refresher=uac", "timer" },
  { SIP_SESSION_REFRESHER_AUTO, 1800, "Supported: timer\r\nSession-Expires: 600;refresher=both;x=y\r\n", "600;refresher=uac", "timer" },
  { SIP_SESSION_REFRESHER_AUTO, 1800, "Supported: timer\r\nSession-Expires: 600;;;\r\nMin-SE: \r\n", "600;refresher=uac", "timer" },
  { SIP_SESSION_REFRESHER_AUTO, 1800, "Supported: timer\r\nSession-Expires: soon\r\n", "1800;refresher=uac", "timer" },
};

static void
test_answers (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_autoptr (Scene) s = scene_new ();

      g_test_message ("%u", i);
      g_object_set (s->f->alice.agent, "session-expires", answers[i].session_expires, "session-refresher", answers[i].refresher, NULL);
      accept_call (s, answers[i].request);
      assert_header (s->invite, SIP_H_SESSION_EXPIRES, answers[i].says);
      assert_header (s->invite, SIP_H_REQUIRE, answers[i].requires);
    }
}

static void
test_too_short (void)
{
  g_autoptr (Scene) s = scene_new ();
  SipMsg *answer = receive_call (s, "Supported: timer\r\nSession-Expires: 89\r\n");

  g_assert_cmpuint (answer->status, ==, 422);
  assert_header (answer, SIP_H_MIN_SE, "90");
  g_assert_cmpuint (answer->to.tag.len, >, 0);
  fixture_expect (s->f, "carol > INVITE\nalice > 422 INVITE\n");
  sip_user_agent_set_min_se (s->f->alice.agent, 600);
  answer = receive_call (s, "Require: timer\r\nSession-Expires: 599\r\n");
  g_assert_cmpuint (answer->status, ==, 422);
  assert_header (answer, SIP_H_MIN_SE, "600");
  answer = receive_call (s, "Supported: timer\r\nSession-Expires: 600\r\n");
  g_assert_cmpuint (answer->status, ==, 180);
}

/* Without session timers `timer` is an extension that we do not have. */
static void
test_required_but_off (void)
{
  g_autoptr (Scene) s = scene_new ();

  sip_user_agent_set_session_expires (s->f->alice.agent, 0);
  g_assert_cmpuint (receive_call (s, "Require: timer\r\nSession-Expires: 1800\r\n")->status, ==, 420);
}

static void
test_callee_refreshes (void)
{
  g_autoptr (Scene) s = scene_new ();
  SipMsg *update;

  accept_call (s, "Supported: timer\r\nSession-Expires: 600;refresher=uas\r\n" UPDATES);
  fixture_run (s->f, 300 * S - 1000);
  fixture_expect (s->f, "");
  fixture_run (s->f, 1000);
  update = expect_request (s, "UPDATE", 1);
  /* In this transaction we are the UAC. */
  assert_header (update, SIP_H_SESSION_EXPIRES, "600;refresher=uac");
  respond (s, update, 200, "Session-Expires: 600;refresher=uac\r\n", NULL);
  fixture_run (s->f, 300 * S);
  expect_request (s, "UPDATE", 2);
}

/* The caller refreshes, in every way that there is; then no more. */
static void
test_caller_refreshes (void)
{
  g_autoptr (Scene) s = scene_new ();
  SipMsg *answer;

  accept_call (s, "Supported: timer\r\nSession-Expires: 120;refresher=uac\r\n");
  fixture_run (s->f, 80 * S);
  answer = say (s, "UPDATE", "Supported: timer\r\nSession-Expires: 120;refresher=uac\r\n", NULL);
  g_assert_cmpuint (answer->status, ==, 200);
  assert_header (answer, SIP_H_SESSION_EXPIRES, "120;refresher=uac");
  assert_header (answer, SIP_H_REQUIRE, "timer");
  fixture_expect (s->f, "carol > UPDATE\nalice > 200 UPDATE\n");

  fixture_run (s->f, 80 * S);
  answer = say (s, "INVITE", "Supported: timer\r\nSession-Expires: 120;refresher=uac\r\n", SDP);
  g_assert_cmpuint (answer->status, ==, 200);
  assert_header (answer, SIP_H_SESSION_EXPIRES, "120;refresher=uac");
  say (s, "ACK", "", NULL);

  /* Refused, it refreshes nothing. */
  fixture_run (s->f, 80 * S);
  answer = say (s, "UPDATE", "Supported: timer\r\nSession-Expires: 50;refresher=uac\r\n", NULL);
  g_assert_cmpuint (answer->status, ==, 422);
  assert_header (answer, SIP_H_MIN_SE, "90");
  answer = say (s, "INVITE", "Supported: timer\r\nSession-Expires: 50;refresher=uac\r\n", SDP);
  g_assert_cmpuint (answer->status, ==, 422);
  g_assert_cmpint (sip_session_get_state (s->f->alice.session), ==, SIP_SESSION_STATE_ESTABLISHED);
  say (s, "ACK", "", NULL);
  g_string_truncate (s->f->log, 0);
  expect_expiry (s, 8 * S);
}

/* The roles change in the middle of a call. */
static void
test_roles_change (void)
{
  g_autoptr (Scene) s = scene_new ();

  accept_call (s, "Supported: timer\r\nSession-Expires: 120;refresher=uac\r\n" UPDATES);
  fixture_run (s->f, 50 * S);
  assert_header (say (s, "UPDATE", "Supported: timer\r\nSession-Expires: 120;refresher=uas\r\n", NULL), SIP_H_SESSION_EXPIRES,
                 "120;refresher=uas");
  fixture_run (s->f, 60 * S);
  respond (s, expect_request (s, "UPDATE", 1), 200, "Session-Expires: 120;refresher=uas\r\n", NULL);
  g_string_truncate (s->f->log, 0);
  expect_expiry (s, 88 * S);
}

/* --- among changes --- */

static void
count_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (sip_session_reinvite_finish (SIP_SESSION (source), result, &error));
  g_assert_no_error (error);
  ++*(guint *) user_data;
}

/* What the application wants to change waits for the refresh. */
static void
test_change_during_refresh (void)
{
  g_autoptr (Scene) s = scene_new ();
  guint n = 0;

  establish (s, "Session-Expires: 1800;refresher=uac\r\n");
  fixture_run (s->f, 900 * S);
  fixture_expect (s->f, "alice > INVITE\n");
  sip_session_reinvite_async (s->f->alice.session, NULL, NULL, count_cb, &n);
  fixture_run (s->f, 0);
  fixture_expect (s->f, "");
  respond (s, expect_request (s, "INVITE", 2), 200, "Session-Expires: 1800;refresher=uac\r\n", SDP);
  fixture_expect (s->f, "carol > 200 INVITE\nalice > ACK\nalice > INVITE\n");
  g_assert_cmpuint (n, ==, 0);
  respond (s, expect_request (s, "INVITE", 3), 200, "Session-Expires: 1800;refresher=uac\r\n", SDP);
  g_assert_cmpuint (n, ==, 1);
}

static void
lost_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_assert_false (sip_session_reinvite_finish (SIP_SESSION (source), result, user_data));
}

static void
test_end_during_refresh (void)
{
  static const char *const allows[] = { "", UPDATES };

  for (guint i = 0; i < G_N_ELEMENTS (allows); i++)
    {
      g_autoptr (Scene) s = scene_new ();
      g_autofree char *more = g_strconcat ("Session-Expires: 1800;refresher=uac\r\n", allows[i], NULL);
      g_autoptr (GError) error = NULL;

      establish (s, more);
      fixture_run (s->f, 900 * S);
      sip_session_reinvite_async (s->f->alice.session, NULL, NULL, lost_cb, &error);
      fixture_run (s->f, 0);
      g_string_truncate (s->f->log, 0);
      g_assert_true (sip_session_bye (s->f->alice.session, NULL, NULL));
      fixture_run (s->f, 0);
      fixture_expect (s->f, "alice > BYE\nalice: bye\nalice: terminated null \"Terminated\"\n");
      g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_STATE);
    }
}

/* The application's own change refreshes as well. */
static void
test_change_refreshes (void)
{
  g_autoptr (Scene) s = scene_new ();

  establish (s, "Session-Expires: 1800;refresher=uac\r\n" UPDATES);
  fixture_run (s->f, 800 * S);
  sip_session_reinvite_async (s->f->alice.session, NULL, NULL, NULL, NULL);
  fixture_run (s->f, 0);
  assert_header (expect_request (s, "INVITE", 2), SIP_H_SESSION_EXPIRES, "1800;refresher=uac");
  respond (s, raw_peer_last (s->carol, "INVITE"), 200, "Session-Expires: 1800;refresher=uac\r\n", SDP);
  g_string_truncate (s->f->log, 0);
  fixture_run (s->f, 900 * S - 1000);
  fixture_expect (s->f, "");
  fixture_run (s->f, 1000);
  fixture_expect (s->f, "alice > UPDATE\n");
}

/* Two of ours: the caller refreshes, for hours. */
static void
test_pair (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  fixture_establish (f);
  for (guint i = 0; i < 8; i++)
    {
      fixture_run (f, 900 * S);
      fixture_expect (f, "alice > UPDATE\nbob > 200 UPDATE\n");
    }
}

static gboolean
drop_updates (Fixture *f, SipMsg *msg)
{
  return msg->method != SIP_METHOD_UPDATE;
}

/* ... and when the network is gone, both notice. */
static void
test_pair_apart (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  fixture_establish (f);
  f->filter = drop_updates;
  fixture_run (f, 932 * S - 1000);
  g_string_truncate (f->log, 0);
  fixture_run (f, 1000);
  fixture_expect (f, "alice > BYE\nalice: bye\nalice: terminated null \"Dialog Error\"\nbob > 200 BYE\nbob: bye\nbob: terminated BYE \"Terminated\"\n");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name) g_test_add_func ("/session-timer/" #name, test_##name)
  ADD (asks);
  ADD (refresh_by_update);
  ADD (refresh_by_invite);
  ADD (careless_answers);
  ADD (not_agreed);
  ADD (local_refresher);
  ADD (expiry);
  ADD (expires_before_the_ack);
  ADD (refresh_ends_call);
  ADD (refresh_refused);
  ADD (refused_for_good);
  ADD (update_is_unknown);
  ADD (422);
  ADD (422_in_vain);
  ADD (422_without_end);
  ADD (422_too_late);
  ADD (422_and_cancel);
  ADD (422_in_call);
  ADD (answers);
  ADD (too_short);
  ADD (required_but_off);
  ADD (callee_refreshes);
  ADD (caller_refreshes);
  ADD (roles_change);
  ADD (change_during_refresh);
  ADD (end_during_refresh);
  ADD (change_refreshes);
  ADD (pair);
  ADD (pair_apart);
#undef ADD
  return g_test_run ();
}
