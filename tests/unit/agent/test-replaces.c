/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/scene.h"
#include "agent/sip-session-private.h"

/* An INVITE that takes another call's place (RFC 3891): alice calls bob, carol wants to be in alice's stead. */

/* What carol's INVITE would have to say to replace @session's call. */
static char *
replaces_for (SipSession *session)
{
  SipDialog *dialog = sip_invite_usage_get_dialog (session->usage);

  return g_strdup_printf ("%s;to-tag=%s;from-tag=%s", dialog->call_id, dialog->local_tag, dialog->remote_tag);
}

/* carol's INVITE; each is a call of its own. */
static void
invite (Scene *s, const char *lines)
{
  static guint n;

  n++;
  raw_peer_send (s->carol, "bob", SCENE_ANSWER,
                 "INVITE %s SIP/2.0\r\nVia: SIP/2.0/UDP carol.mem;branch=z9hG4bKreplaces%u\r\nMax-Forwards: 70\r\n"
                 "From: <sip:carol@carol.mem>;tag=c%u\r\nTo: <sip:bob@bob.mem>\r\nCall-ID: replaces-%u\r\nCSeq: 1 INVITE\r\n%s%s",
                 SCENE_BOB, n, n, n, SCENE_CONTACT, lines);
  fixture_run (s->f, 0);
}

static void
invite_replacing (Scene *s, const char *replaces)
{
  g_autofree char *lines = g_strdup_printf ("Replaces: %s\r\n", replaces);

  invite (s, lines);
}

static void
accept_new (Scene *s)
{
  g_assert_true (sip_incoming_session_accept (SIP_INCOMING_SESSION (s->f->bob.session), NULL, NULL));
  fixture_run (s->f, 0);
}

static void
test_confirmed (void)
{
  g_autoptr (Scene) s = scene_new ();
  g_autoptr (SipSession) old = NULL;
  g_autofree char *replaces = NULL;

  fixture_establish (s->f);
  old = g_object_ref (s->f->bob.session);
  replaces = replaces_for (old);
  invite_replacing (s, replaces);
  fixture_expect (s->f, "carol > INVITE\nbob > 100 INVITE\nbob > 180 INVITE\nbob: invite\n");
  g_assert_true (sip_session_get_replacee (s->f->bob.session) == old);
  accept_new (s);
  fixture_expect (s->f, "bob > 200 INVITE\nbob: replaced\nbob > BYE\nbob: bye\nbob: terminated null \"Terminated\"\nbob: accepted 200\n"
                        "alice > 200 BYE\nalice: bye\nalice: terminated BYE \"Terminated\"\n");
  g_assert_cmpint (sip_session_get_state (old), ==, SIP_SESSION_STATE_TERMINATED);

  /* A second one comes too late. */
  invite_replacing (s, replaces);
  fixture_expect (s->f, "carol > INVITE\nbob > 603 INVITE\n");
}

static void
test_refused (void)
{
  static const struct
  {
    const char *lines; /* %s: what names the call */
    guint status;
  } table[] = {
    { "Replaces: unknown;to-tag=a;from-tag=b\r\n", 481 },
    { "Replaces: %s;early-only\r\n", 486 },
    { "Replaces: %s\r\nReplaces: %s\r\n", 400 },
    { "Replaces: \r\n", 400 },
    { "Replaces: x\r\n", 400 },
    { "Replaces: x;to-tag=a\r\n", 400 },
    { "Replaces: x;to-tag=a;from-tag=b;from-tag=c\r\n", 400 },
    { "Replaces: ;to-tag=a;from-tag=b\r\n", 400 },
    { "Replaces: x;to-tag=\"a\";from-tag=b\r\n", 400 },
    { "Replaces: %sX\r\n", 481 },
    { "Replaces: X%s\r\n", 481 },
  };
  g_autoptr (Scene) s = scene_new ();
  g_autofree char *replaces = NULL;

  fixture_establish (s->f);
  replaces = replaces_for (s->f->bob.session);
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_auto (GStrv) parts = g_strsplit (table[i].lines, "%s", -1);
      g_autofree char *lines = g_strjoinv (replaces, parts);
      g_autofree char *expected = g_strdup_printf ("carol > INVITE\nbob > %u INVITE\n", table[i].status);

      g_test_message ("%u: %u", i, table[i].status);
      invite (s, lines);
      fixture_expect (s->f, expected);
    }
  g_assert_cmpint (sip_session_get_state (s->f->bob.session), ==, SIP_SESSION_STATE_ESTABLISHED);
}

/* The tags as alice has them name a call that bob does not have. */
static void
test_swapped_tags (void)
{
  g_autoptr (Scene) s = scene_new ();
  g_autofree char *replaces = NULL;

  fixture_establish (s->f);
  replaces = replaces_for (s->f->alice.session);
  invite_replacing (s, replaces);
  fixture_expect (s->f, "carol > INVITE\nbob > 481 INVITE\n");
}

/* §3: a call that only rings can be taken from the one who is called by nobody. */
static void
test_ringing_here (void)
{
  g_autoptr (Scene) s = scene_new ();
  g_autofree char *replaces = NULL;

  fixture_call (s->f, NULL);
  replaces = replaces_for (s->f->bob.session);
  g_string_truncate (s->f->log, 0);
  invite_replacing (s, replaces);
  fixture_expect (s->f, "carol > INVITE\nbob > 481 INVITE\n");
}

/* §3: the caller's early dialog can be: the caller cancels it. */
static void
test_ringing_there (void)
{
  g_autoptr (Scene) s = scene_new ();
  g_autoptr (SipOutgoingSession) outgoing = sip_user_agent_invite (s->f->bob.agent, "sip:alice@alice.mem", NULL, NULL);
  g_autoptr (SipSession) old = g_object_ref (SIP_SESSION (outgoing));
  g_autofree char *replaces = NULL;
  SipDialog *dialog;

  fixture_watch (&s->f->bob, old);
  fixture_run (s->f, 0);
  dialog = sip_invite_usage_get_dialog (s->f->alice.session->usage);
  replaces = g_strdup_printf ("%s;from-tag=%s;to-tag=%s;early-only", dialog->call_id, dialog->local_tag, dialog->remote_tag);
  g_string_truncate (s->f->log, 0);
  invite_replacing (s, replaces);
  fixture_expect (s->f, "carol > INVITE\nbob > 100 INVITE\nbob > 180 INVITE\nbob: invite\n");
  accept_new (s);
  fixture_expect (s->f, "bob > 200 INVITE\nbob: replaced\nbob: cancel\nbob > CANCEL\nbob: accepted 200\n"
                        "alice > 200 CANCEL\nalice > 487 INVITE\nalice: cancel\nalice: rejected 487 \"Request Terminated\"\n"
                        "alice: failed 487 \"Canceled\"\nalice: terminated 487 \"Canceled\"\n"
                        "bob > ACK\nbob: rejected 487 \"Request Terminated\"\nbob: failed 487 \"Canceled\"\nbob: terminated 487 \"Canceled\"\n");
}

/* The new call comes to nothing: the old one goes on. */
static void
test_not_accepted (void)
{
  g_autoptr (Scene) s = scene_new ();
  g_autoptr (SipSession) old = NULL;
  g_autofree char *replaces = NULL;

  fixture_establish (s->f);
  old = g_object_ref (s->f->bob.session);
  replaces = replaces_for (old);
  invite_replacing (s, replaces);
  g_string_truncate (s->f->log, 0);
  g_assert_true (sip_incoming_session_reject (SIP_INCOMING_SESSION (s->f->bob.session), NULL, NULL));
  fixture_run (s->f, 0);
  fixture_expect (s->f, "bob > 480 INVITE\nbob: rejected 480 \"Temporarily Unavailable\"\nbob: failed 480 \"Unavailable\"\n"
                        "bob: terminated 480 \"Unavailable\"\n");
  g_assert_cmpint (sip_session_get_state (old), ==, SIP_SESSION_STATE_ESTABLISHED);
}

/* It ended by itself while the new one rang: nothing is replaced. */
static void
test_ended_meanwhile (void)
{
  g_autoptr (Scene) s = scene_new ();
  g_autofree char *replaces = NULL;

  fixture_establish (s->f);
  replaces = replaces_for (s->f->bob.session);
  invite_replacing (s, replaces);
  g_assert_true (sip_session_bye (s->f->alice.session, NULL, NULL));
  fixture_run (s->f, 0);
  g_string_truncate (s->f->log, 0);
  accept_new (s);
  fixture_expect (s->f, "bob > 200 INVITE\nbob: accepted 200\n");
}

/* An agent that does not do it says so where it is required, and takes the call for a new one where it is not. */
static void
test_switched_off (void)
{
  g_autoptr (Scene) s = scene_new ();
  g_autofree char *replaces = NULL;
  g_autofree char *lines = NULL;

  fixture_establish (s->f);
  replaces = replaces_for (s->f->bob.session);
  g_assert_nonnull (strstr (sip_dialogs_get_supported (sip_user_agent_get_dialogs (s->f->bob.agent)), "replaces"));
  sip_user_agent_set_replaces (s->f->bob.agent, FALSE);
  g_assert_null (strstr (sip_dialogs_get_supported (sip_user_agent_get_dialogs (s->f->bob.agent)), "replaces"));
  lines = g_strdup_printf ("Require: replaces\r\nReplaces: %s\r\n", replaces);
  invite (s, lines);
  fixture_expect (s->f, "carol > INVITE\nbob > 420 INVITE\n");
  invite_replacing (s, replaces);
  fixture_expect (s->f, "carol > INVITE\nbob > 100 INVITE\nbob > 180 INVITE\nbob: invite\n");
  g_assert_null (sip_session_get_replacee (s->f->bob.session));
}

static void
test_outgoing (void)
{
  g_autoptr (Scene) s = scene_new ();
  g_autoptr (SipInviteOptions) options = g_object_new (SIP_TYPE_INVITE_OPTIONS, "replaces", "a@b;to-tag=c;from-tag=d", NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *replaces = NULL;
  SipMsg *request = scene_call (s, options);

  replaces = scene_header (request, SIP_H_REPLACES);
  g_assert_cmpstr (replaces, ==, "a@b;to-tag=c;from-tag=d");
  g_assert_true (sip_msg_has_token (request, SIP_H_REQUIRE, "replaces"));
  g_assert_true (sip_msg_has_token (request, SIP_H_SUPPORTED, "replaces"));
  scene_respond (s, request, 481, "x", NULL, NULL);

  sip_invite_options_set_replaces (options, "nothing");
  g_assert_null (sip_user_agent_invite (s->f->alice.agent, "sip:carol@carol.mem", options, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "nothing"));
  g_clear_error (&error);
  sip_invite_options_set_replaces (options, "a;to-tag=b;from-tag=c\r\nX: y");
  g_assert_null (sip_user_agent_invite (s->f->alice.agent, "sip:carol@carol.mem", options, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_ARGUMENT);
}

#define ADD(name) g_test_add_func ("/replaces/" #name, test_##name)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD (confirmed);
  ADD (refused);
  ADD (swapped_tags);
  ADD (ringing_here);
  ADD (ringing_there);
  ADD (not_accepted);
  ADD (ended_meanwhile);
  ADD (switched_off);
  ADD (outgoing);
  return g_test_run ();
}
