/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/scene.h"

/* Calls with a peer that says anything at any time, an application that does anything at any time, and media that is slow or fails: whatever happens, a call ends
 * once, nothing is told after its end, and nothing is left behind. The same seeds each time; a failure names its own. */

#define N_CALLS (g_test_slow () ? 10000 : 250)
#define N_STEPS 40
#define OFFER "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=other\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0 8\r\n"

typedef struct
{
  Scene *scene;
  GRand *rand;
  Party *party;
  gboolean is_outgoing;
  guint cseq;
  char *tag; /* bob's */
} Chaos;

static guint
pick (Chaos *c, guint n)
{
  return (guint) g_rand_int_range (c->rand, 0, (gint32) n);
}

#define PICK(c, array) (array)[pick (c, G_N_ELEMENTS (array))]

static const char *
pick_sdp (Chaos *c)
{
  static const char *const bodies[] = { NULL, NULL, SCENE_ANSWER, OFFER, "no description" };

  return PICK (c, bodies);
}

/* A response of carol's to a request of ours, if there is one. */
static void
respond (Chaos *c)
{
  static const char *const methods[] = { "INVITE", "INVITE", "INVITE", "INVITE", "PRACK", "PRACK", "BYE", "CANCEL", "UPDATE", "UPDATE", "INFO" };
  static const guint of_invite[] = { 100, 180, 183, 183, 183, 183, 200, 200, 200, 302, 422, 486, 487, 488, 491, 500 };
  static const guint of_others[] = { 200, 200, 200, 200, 481, 488, 491, 500 };
  static const char *const tags[] = { "one", "one", "two", "three", NULL };
  const char *method = PICK (c, methods);
  SipMsg *request = raw_peer_last (c->scene->carol, method);
  guint status = request != NULL && request->method == SIP_METHOD_INVITE ? PICK (c, of_invite) : PICK (c, of_others);
  g_autofree char *lines = NULL;

  if (request == NULL)
    return;

  if (pick (c, 2) == 0)
    lines = g_strdup_printf ("Require: 100rel\r\nRSeq: %u\r\nAllow: PRACK, UPDATE\r\n", pick (c, 5));
  scene_respond (c->scene, request, status, PICK (c, tags), lines, pick_sdp (c));
}

/* A request of carol's in the dialog of the call. */
static void
ask_alice (Chaos *c)
{
  static const char *const methods[] = { "BYE", "INVITE", "UPDATE", "PRACK", "INFO", "OPTIONS" };
  static const char *const tags[] = { "one", "one", "two" };
  SipMsg *invite = raw_peer_last (c->scene->carol, "INVITE");
  const char *method = PICK (c, methods);

  if (invite == NULL)
    return;

  raw_peer_send (c->scene->carol, "alice", pick_sdp (c),
                 "%s sip:alice@alice.mem SIP/2.0\r\nVia: SIP/2.0/UDP carol.mem;branch=z9hG4bKc%u\r\nMax-Forwards: 70\r\n"
                 "From: <sip:carol@carol.mem>;tag=%s\r\nTo: <sip:alice@alice.mem>;tag=%.*s\r\nCall-ID: %.*s\r\nCSeq: %u %s\r\n" SCENE_CONTACT
                 "RAck: 1 1 INVITE\r\n",
                 method, c->cseq + 1, PICK (c, tags), SIP_STR_ARGS (invite->from.tag), SIP_STR_ARGS (invite->call_id), c->cseq + 1, method);
  c->cseq++;
  fixture_run (c->scene->f, 0);
}

static void
ask_bob (Chaos *c)
{
  static const char *const methods[] = { "BYE", "INVITE", "UPDATE", "PRACK", "PRACK", "PRACK", "INFO", "ACK", "ACK", "ACK", "CANCEL" };
  const char *method = PICK (c, methods);
  SipMsg *last = scene_last_response_to (c->scene, "INVITE");
  gboolean is_of_invite = g_str_equal (method, "ACK") || g_str_equal (method, "CANCEL");
  guint64 rseq = 0;
  g_autofree char *rack = NULL;

  for (guint i = c->scene->carol->received->len; i > 0 && rseq == 0; i--)
    sip_msg_uint (g_ptr_array_index (c->scene->carol->received, i - 1), SIP_H_RSEQ, G_MAXUINT32, &rseq);
  rack = g_strdup_printf (SCENE_CONTACT "RAck: %u %u INVITE\r\n", (guint) rseq, 10u + pick (c, 5) / 4);
  if (c->tag == NULL && last != NULL && last->to.tag.len > 0)
    c->tag = sip_str_dup (last->to.tag);
  if (c->tag == NULL)
    return;

  /* What belongs to the INVITE has its branch. */
  if (is_of_invite && pick (c, 2) == 0)
    {
      gboolean is_cancel = g_str_equal (method, "CANCEL");

      raw_peer_send (c->scene->carol, "bob", NULL,
                     "%s " SCENE_BOB " SIP/2.0\r\nVia: SIP/2.0/UDP carol.mem;branch=z9hG4bKchaos\r\nMax-Forwards: 70\r\n"
                     "From: <sip:carol@carol.mem>;tag=c1\r\nTo: <sip:bob@bob.mem>%s%s\r\nCall-ID: raw-call\r\nCSeq: 10 %s\r\n",
                     method, is_cancel ? "" : ";tag=", is_cancel ? "" : c->tag, method);
      fixture_run (c->scene->f, 0);
      return;
    }
  scene_say (c->scene, method, SCENE_BOB, c->tag, is_of_invite ? 10 : 10 + ++c->cseq, rack, pick_sdp (c));
}

static void
done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  (*(guint *) user_data)--;
  sip_session_reinvite_finish (SIP_SESSION (source), result, &error);
}

static guint n_changes;

/* Something of the application's. Most of it is refused most of the time. */
static void
act (Chaos *c)
{
  SipSession *session = c->party->session;
  g_autoptr (SipInviteOptions) change =
      g_object_new (SIP_TYPE_INVITE_OPTIONS, "rel100", (SipRel100) pick (c, 3), "invite-without-sdp", pick (c, 2) == 0, NULL);
  g_autoptr (SipResponseOptions) said =
      g_object_new (SIP_TYPE_RESPONSE_OPTIONS, "rel100", (SipRel100) pick (c, 3), "status-code", pick (c, 2) == 0 ? 183u : 180u, NULL);

  if (session == NULL)
    return;

  switch (pick (c, 12))
    {
    case 0:
      sip_session_terminate (session, NULL, NULL);
      break;
    case 1:
      sip_session_bye (session, NULL, NULL);
      break;
    case 2:
    case 3:
      n_changes++;
      sip_session_reinvite_async (session, change, NULL, done_cb, &n_changes);
      break;
    case 4:
      n_changes++;
      sip_session_hold_async (session, change, NULL, done_cb, &n_changes);
      break;
    case 5:
      if (!c->is_outgoing && pick (c, 4) == 0)
        sip_incoming_session_reject (SIP_INCOMING_SESSION (session), NULL, NULL);
      break;
    case 6:
    case 7:
      if (!c->is_outgoing)
        sip_incoming_session_accept (SIP_INCOMING_SESSION (session), NULL, NULL);
      break;
    default:
      if (!c->is_outgoing)
        sip_incoming_session_progress (SIP_INCOMING_SESSION (session), said, NULL);
      break;
    }
  fixture_run (c->scene->f, 0);
}

static void
change_media (Chaos *c)
{
  NullHandler *handler = c->party->handler;

  if (handler == NULL)
    return;

  switch (pick (c, 8))
    {
    case 0:
      handler->hold = TRUE;
      break;
    case 1:
      handler->hold_take = TRUE;
      break;
    case 2:
      handler->fail = "take";
      break;
    case 3:
      handler->fail = "make";
      break;
    default:
      handler->fail = NULL;
      null_handler_release (handler);
      break;
    }
  fixture_run (c->scene->f, 0);
}

static void
step (Chaos *c)
{
  switch (pick (c, 10))
    {
    case 0:
      fixture_run (c->scene->f, pick (c, 9000) * 1000);
      break;
    case 1:
    case 2:
      act (c);
      break;
    case 3:
      change_media (c);
      break;
    case 4:
    case 5:
      if (c->is_outgoing)
        ask_alice (c);
      else
        ask_bob (c);
      break;
    default:
      if (c->is_outgoing || pick (c, 2) == 0)
        respond (c);
      else
        ask_bob (c);
      break;
    }
}

/* One `terminated`, and no word after it. */
static void
check_end (Chaos *c)
{
  g_autofree char *voice = g_strdup_printf ("%s: ", c->party->name);
  g_autofree char *end = g_strdup_printf ("%s: terminated ", c->party->name);
  g_auto (GStrv) lines = g_strsplit (c->scene->f->log->str, "\n", -1);
  guint n = 0;

  for (guint i = 0; lines[i] != NULL; i++)
    n += n > 0 ? g_str_has_prefix (lines[i], voice) : g_str_has_prefix (lines[i], end);
  if (n != 1)
    g_test_message ("%s", c->scene->f->log->str);
  g_assert_cmpuint (n, ==, 1);
}

/* Where a PRACK is due an offer may go with it. */
static void
progress_cb (SipSession *session, SipResponse *response, Chaos *c)
{
  if (pick (c, 3) == 0)
    {
      n_changes++;
      sip_session_reinvite_async (session, NULL, NULL, done_cb, &n_changes);
    }
  else if (pick (c, 20) == 0)
    {
      sip_session_terminate (session, NULL, NULL);
    }
}

static void
begin (Chaos *c)
{
  Fixture *f = c->scene->f;

  if (c->is_outgoing)
    {
      g_autoptr (SipInviteOptions) options = g_object_new (SIP_TYPE_INVITE_OPTIONS, "rel100", (SipRel100) pick (c, 3), "early-media",
                                                           pick (c, 2) == 0, "invite-without-sdp", pick (c, 3) == 0, NULL);

      fixture_call_target (f, "sip:carol@carol.mem", options);
      g_signal_connect (f->alice.session, "progress", G_CALLBACK (progress_cb), c);
    }
  else
    {
      static const char *const extensions[] = { SCENE_CONTACT, SCENE_CONTACT "Supported: 100rel\r\n",
                                                SCENE_CONTACT "Require: 100rel\r\nAllow: PRACK, UPDATE\r\n" };

      raw_peer_send (c->scene->carol, "bob", pick (c, 3) == 0 ? NULL : OFFER,
                     "INVITE " SCENE_BOB " SIP/2.0\r\nVia: SIP/2.0/UDP carol.mem;branch=z9hG4bKchaos\r\nMax-Forwards: 70\r\n"
                     "From: <sip:carol@carol.mem>;tag=c1\r\nTo: <sip:bob@bob.mem>\r\nCall-ID: raw-call\r\nCSeq: 10 INVITE\r\n%s",
                     PICK (c, extensions));
      fixture_run (f, 0);
    }
}

static void
run_call (guint32 seed, gboolean is_outgoing)
{
  g_autoptr (Scene) scene = scene_new ();
  Chaos c = { .scene = scene, .is_outgoing = is_outgoing, .rand = g_rand_new_with_seed (seed) };

  g_test_message ("seed %u", seed);
  n_changes = 0;
  c.party = is_outgoing ? &scene->f->alice : &scene->f->bob;
  c.party->hold = pick (&c, 3) == 0;
  begin (&c);
  for (guint i = 0; i < N_STEPS; i++)
    step (&c);

  if (c.party->handler != NULL)
    null_handler_release (c.party->handler);
  sip_session_terminate (c.party->session, NULL, NULL);
  fixture_run (scene->f, 0);
  for (guint i = 0; i < 10; i++)
    fixture_run (scene->f, 20 * G_USEC_PER_SEC);
  check_end (&c);
  g_assert_cmpuint (n_changes, ==, 0);
  g_free (c.tag);
  g_rand_free (c.rand);
}

static void
test_outgoing (void)
{
  for (guint32 seed = 0; seed < (guint32) N_CALLS; seed++)
    run_call (seed, TRUE);
}

static void
test_incoming (void)
{
  for (guint32 seed = 0; seed < (guint32) N_CALLS; seed++)
    run_call (seed, FALSE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session-chaos/outgoing", test_outgoing);
  g_test_add_func ("/session-chaos/incoming", test_incoming);
  return g_test_run ();
}
