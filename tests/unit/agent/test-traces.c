/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/fixture.h"
#include "agent/raw-peer.h"
#include "sip.h"

#include <stdlib.h>

/* Every state of a call, every method, everything that may arrive: the whole trace, on the wire and in signals. The traces are in traces.txt,
 * which a person has read; what holds for all of them is said here. The peer is carol, who does as the table says.
 *
 * TRACES_OUT=FILE writes what there is, to be read and put there. */

#define OFFER "v=0\r\ns=carol\r\n"

typedef struct
{
  Fixture *f;
  RawPeer *carol;
  gboolean is_outgoing;
  guint cseq;
} Scene;

static Scene *
scene_new (gboolean is_outgoing)
{
  Scene *self = g_new0 (Scene, 1);

  self->f = fixture_new ();
  self->carol = raw_peer_new ("carol", self->f->wheel);
  self->is_outgoing = is_outgoing;
  return self;
}

static void
scene_free (Scene *self)
{
  raw_peer_free (self->carol);
  fixture_free (self->f);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Scene, scene_free)

/* --- what carol says --- */

static void
answer (Scene *s, const char *method, guint status, const char *sdp)
{
  SipMsg *request = raw_peer_last (s->carol, method);

  if (request == NULL)
    return;
  raw_peer_respond (s->carol, request, status, "tag", NULL, sdp);
  fixture_run (s->f, 0);
}

static void
ask (Scene *s, const char *method, const char *sdp)
{
  SipMsg *invite = raw_peer_last (s->carol, "INVITE");
  /* An ACK and a CANCEL have the number and the branch of what they belong to. */
  gboolean is_of_invite = g_str_equal (method, "ACK") || g_str_equal (method, "CANCEL");
  guint cseq = is_of_invite ? 1 : ++s->cseq;
  g_autofree char *tag = NULL;
  g_autofree char *call_id = NULL;

  /* Who we are in this dialog, as far as one has said it. */
  if (s->is_outgoing && invite == NULL)
    return;
  if (s->is_outgoing)
    {
      tag = sip_str_dup (invite->from.tag);
      call_id = sip_str_dup (invite->call_id);
    }
  else
    {
      for (guint i = 0; i < s->carol->received->len; i++)
        {
          SipMsg *msg = g_ptr_array_index (s->carol->received, i);

          if (!msg->is_request && msg->to.tag.len > 0 && tag == NULL)
            tag = sip_str_dup (msg->to.tag);
        }
      call_id = g_strdup ("traces");
      if (g_str_equal (method, "CANCEL") || cseq == 0)
        g_clear_pointer (&tag, g_free);
    }

  raw_peer_send (s->carol, "alice", sdp,
                 "%s sip:alice@alice.mem SIP/2.0\r\nVia: SIP/2.0/TCP carol.mem;branch=z9hG4bK%s%u\r\nFrom: <sip:carol@carol.mem>;tag=tag\r\n"
                 "To: <sip:alice@alice.mem>%s%s\r\nCall-ID: %s\r\nCSeq: %u %s\r\nMax-Forwards: 70\r\nContact: <sip:carol@carol.mem>\r\n",
                 method, is_of_invite && !g_str_equal (method, "ACK") ? "INVITE" : method, cseq, tag != NULL ? ";tag=" : "", tag != NULL ? tag : "",
                 call_id, cseq, method);
  fixture_run (s->f, 0);
}

/* --- states --- */

static void
be_called (Scene *s)
{
  ask (s, "INVITE", OFFER);
  g_assert_nonnull (s->f->alice.session);
}

static void
call_carol (Scene *s, gboolean late_offer)
{
  g_autoptr (SipInviteOptions) options = g_object_new (SIP_TYPE_INVITE_OPTIONS, "invite-without-sdp", late_offer, NULL);

  fixture_call_target (s->f, "sip:carol@carol.mem", options);
}

static void
accept_call (Scene *s)
{
  g_assert_true (sip_incoming_session_accept (SIP_INCOMING_SESSION (s->f->alice.session), NULL, NULL));
  fixture_run (s->f, 0);
}

typedef struct
{
  const char *name;
  gboolean is_outgoing;
  void (*bring_about) (Scene *s);
} State;

static void
out_preparing (Scene *s)
{
  s->f->alice.hold = TRUE;
  call_carol (s, FALSE);
}

static void
out_calling (Scene *s)
{
  call_carol (s, FALSE);
}

static void
out_proceeding (Scene *s)
{
  call_carol (s, FALSE);
  answer (s, "INVITE", 180, NULL);
}

static void
out_answered (Scene *s)
{
  s->f->alice.hold = TRUE;
  call_carol (s, TRUE);
  answer (s, "INVITE", 200, OFFER);
}

static void
out_confirmed (Scene *s)
{
  call_carol (s, FALSE);
  answer (s, "INVITE", 200, OFFER);
}

static void
out_cancelling (Scene *s)
{
  out_proceeding (s);
  g_assert_true (sip_session_terminate (s->f->alice.session, NULL, NULL));
  fixture_run (s->f, 0);
}

static void
out_ending (Scene *s)
{
  out_confirmed (s);
  g_assert_true (sip_session_bye (s->f->alice.session, NULL, NULL));
  fixture_run (s->f, 0);
}

static void
out_over (Scene *s)
{
  call_carol (s, FALSE);
  answer (s, "INVITE", 486, NULL);
}

static void
in_ringing (Scene *s)
{
  be_called (s);
}

static void
in_answering (Scene *s)
{
  s->f->alice.hold = TRUE;
  be_called (s);
  accept_call (s);
}

static void
in_answered (Scene *s)
{
  be_called (s);
  accept_call (s);
}

static void
in_confirmed (Scene *s)
{
  in_answered (s);
  ask (s, "ACK", NULL);
}

static void
in_waiting_to_end (Scene *s)
{
  in_answered (s);
  g_assert_true (sip_session_bye (s->f->alice.session, NULL, NULL));
  fixture_run (s->f, 0);
}

static void
in_over (Scene *s)
{
  be_called (s);
  ask (s, "CANCEL", NULL);
}

static const State states[] = {
  { "out preparing", TRUE, out_preparing },
  { "out calling", TRUE, out_calling },
  { "out proceeding", TRUE, out_proceeding },
  { "out answered", TRUE, out_answered },
  { "out confirmed", TRUE, out_confirmed },
  { "out cancelling", TRUE, out_cancelling },
  { "out ending", TRUE, out_ending },
  { "out over", TRUE, out_over },
  { "in ringing", FALSE, in_ringing },
  { "in answering", FALSE, in_answering },
  { "in answered", FALSE, in_answered },
  { "in confirmed", FALSE, in_confirmed },
  { "in waiting to end", FALSE, in_waiting_to_end },
  { "in over", FALSE, in_over },
};

/* --- methods: FALSE when refused --- */

static gboolean
do_nothing (SipSession *session)
{
  return TRUE;
}

static gboolean
do_terminate (SipSession *session)
{
  return sip_session_terminate (session, NULL, NULL);
}

static gboolean
do_bye (SipSession *session)
{
  return sip_session_bye (session, NULL, NULL);
}

static gboolean
do_cancel (SipSession *session)
{
  return sip_outgoing_session_cancel (SIP_OUTGOING_SESSION (session), NULL, NULL);
}

static gboolean
do_progress (SipSession *session)
{
  return sip_incoming_session_progress (SIP_INCOMING_SESSION (session), NULL, NULL);
}

static gboolean
do_accept (SipSession *session)
{
  return sip_incoming_session_accept (SIP_INCOMING_SESSION (session), NULL, NULL);
}

static gboolean
do_reject (SipSession *session)
{
  return sip_incoming_session_reject (SIP_INCOMING_SESSION (session), NULL, NULL);
}

static void
refused_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  sip_session_hold_finish (SIP_SESSION (source), result, &error);
  *(gboolean *) user_data = g_error_matches (error, SIP_ERROR, SIP_ERROR_INVALID_STATE);
}

static gboolean
do_hold (SipSession *session)
{
  static gboolean refused;

  refused = FALSE;
  sip_session_hold_async (session, NULL, NULL, refused_cb, &refused);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  return !refused;
}

static const struct
{
  const char *name;
  gboolean (*act) (SipSession *session);
  int direction; /* 1: of outgoing ones only; -1: of incoming ones only */
} methods[] = {
  { "nothing", do_nothing, 0 },     { "terminate", do_terminate, 0 }, { "bye", do_bye, 0 },        { "hold", do_hold, 0 },
  { "cancel", do_cancel, 1 },       { "progress", do_progress, -1 },  { "accept", do_accept, -1 }, { "reject", do_reject, -1 },
};

/* --- what arrives --- */

static const struct
{
  const char *name;
  const char *method; /* a request; or of which request the response is */
  guint status;
  const char *sdp;
  int direction;
} arrivals[] = {
  { "nothing", NULL, 0, NULL, 0 },
  { "180", "INVITE", 180, NULL, 1 },
  { "200", "INVITE", 200, OFFER, 1 },
  { "200 without an answer", "INVITE", 200, NULL, 1 },
  { "302", "INVITE", 302, NULL, 1 },
  { "486", "INVITE", 486, NULL, 1 },
  { "487", "INVITE", 487, NULL, 1 },
  { "CANCEL", "CANCEL", 0, NULL, -1 },
  { "ACK", "ACK", 0, NULL, -1 },
  { "BYE", "BYE", 0, NULL, 0 },
  { "re-INVITE", "INVITE", 0, OFFER, 0 },
  { "200 of the BYE", "BYE", 200, NULL, 0 },
  { "481 of the BYE", "BYE", 481, NULL, 0 },
};

/* --- one trace --- */

/* Of the log: alice's signals as they are, messages with an arrow, each repetition left out. */
static char *
tell (const char *log)
{
  g_auto (GStrv) lines = g_strsplit (log, "\n", -1);
  g_autoptr (GString) text = g_string_new (NULL);
  const char *before = "";

  for (guint i = 0; lines[i] != NULL && *lines[i] != '\0'; i++)
    {
      const char *line = lines[i];

      if (g_str_equal (line, before))
        continue;
      before = line;
      if (text->len > 0)
        g_string_append (text, ", ");
      if (g_str_has_prefix (line, "alice > "))
        g_string_append_printf (text, "→%s", line + strlen ("alice > "));
      else if (g_str_has_prefix (line, "carol > "))
        g_string_append_printf (text, "←%s", line + strlen ("carol > "));
      else
        g_string_append (text, g_str_has_prefix (line, "alice: ") ? line + strlen ("alice: ") : line);
    }

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static guint
count (const char *text, const char *what)
{
  guint n = 0;

  for (const char *at = strstr (text, what); at != NULL; at = strstr (at + 1, what))
    n++;
  return n;
}

/* What design and architecture promise of every call. */
static void
assert_order (const char *log)
{
  g_auto (GStrv) lines = g_strsplit (log, "\n", -1);
  const char *signals[64];
  guint n = 0;

  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], "alice: "))
      signals[n++] = lines[i] + strlen ("alice: ");

  g_assert_cmpuint (count (log, "alice: terminated"), ==, 1);
  g_assert_true (g_str_has_prefix (signals[n - 1], "terminated"));
  g_assert_cmpuint (count (log, "alice: accepted"), <=, 1);
  g_assert_cmpuint (count (log, "alice: cancel\n"), <=, 1);
  g_assert_cmpuint (count (log, "alice: bye\n"), <=, 1);
  for (guint i = 0; i + 1 < n; i++)
    {
      if (g_str_has_prefix (signals[i], "rejected"))
        g_assert_true (g_str_has_prefix (signals[i + 1], "failed"));
      if (g_str_has_prefix (signals[i], "failed"))
        g_assert_true (g_str_has_prefix (signals[i + 1], "terminated"));
      if (g_str_equal (signals[i], "bye"))
        g_assert_false (g_str_has_prefix (signals[i + 1], "accepted") || g_str_has_prefix (signals[i + 1], "reinvite"));
      if (g_str_has_prefix (signals[i], "accepted"))
        for (guint j = i + 1; j < n; j++)
          g_assert_false (g_str_has_prefix (signals[j], "progress") || g_str_has_prefix (signals[j], "rejected"));
    }
}

/* NULL: the method was refused. */
static char *
trace (guint state, guint method, guint arrival)
{
  g_autoptr (Scene) s = scene_new (states[state].is_outgoing);
  g_autofree char *story = NULL;
  gsize begun;

  states[state].bring_about (s);
  begun = s->f->log->len;
  if (!methods[method].act (s->f->alice.session))
    return NULL;

  /* What was made waits for its release no longer. */
  fixture_run (s->f, 0);
  if (arrivals[arrival].status != 0)
    answer (s, arrivals[arrival].method, arrivals[arrival].status, arrivals[arrival].sdp);
  else if (arrivals[arrival].method != NULL)
    ask (s, arrivals[arrival].method, arrivals[arrival].sdp);
  story = tell (s->f->log->str + begun);

  /* However it stands now: in the end it is over, once. */
  fixture_run (s->f, 40 * G_USEC_PER_SEC);
  sip_session_terminate (s->f->alice.session, NULL, NULL);
  for (guint i = 0; i < 4; i++)
    fixture_run (s->f, 200 * G_USEC_PER_SEC);
  assert_order (s->f->log->str);
  g_assert_cmpint (sip_session_get_state (s->f->alice.session), ==, SIP_SESSION_STATE_TERMINATED);
  g_string_truncate (s->f->log, 0);

  return g_steal_pointer (&story);
}

static gboolean
applies (int direction, guint state)
{
  return direction == 0 || (direction > 0) == states[state].is_outgoing;
}

static void
test_table (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "agent", "traces.txt", NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *expected = NULL;
  g_auto (GStrv) theirs = NULL;
  g_auto (GStrv) ours = NULL;
  g_autoptr (GError) error = NULL;

  for (guint state = 0; state < G_N_ELEMENTS (states); state++)
    for (guint method = 0; method < G_N_ELEMENTS (methods); method++)
      {
        if (!applies (methods[method].direction, state))
          continue;
        for (guint arrival = 0; arrival < G_N_ELEMENTS (arrivals); arrival++)
          {
            g_autofree char *story = NULL;

            if (!applies (arrivals[arrival].direction, state))
              continue;
            g_test_message ("%s / %s / %s", states[state].name, methods[method].name, arrivals[arrival].name);
            story = trace (state, method, arrival);
            if (story == NULL)
              {
                g_string_append_printf (text, "%s / %s: refused\n", states[state].name, methods[method].name);
                break;
              }
            g_string_append_printf (text, "%s / %s / %s: %s\n", states[state].name, methods[method].name, arrivals[arrival].name, story);
          }
      }

  if (getenv ("TRACES_OUT") != NULL)
    g_file_set_contents (getenv ("TRACES_OUT"), text->str, -1, NULL);

  g_file_get_contents (path, &expected, NULL, &error);
  g_assert_no_error (error);
  theirs = g_strsplit (expected, "\n", -1);
  ours = g_strsplit (text->str, "\n", -1);
  for (guint i = 0; theirs[i] != NULL && ours[i] != NULL; i++)
    g_assert_cmpstr (ours[i], ==, theirs[i]);
  g_assert_cmpuint (g_strv_length (ours), ==, g_strv_length (theirs));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/traces/table", test_table);
  return g_test_run ();
}
