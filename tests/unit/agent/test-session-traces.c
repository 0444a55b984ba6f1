/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/fixture.h"
#include "agent/raw-peer.h"
#include "agent/trace-rules.h"
#include "sip.h"

/* Every state of a call × every method and everything that may arrive, twice in a row: what goes out and what is told, in order. What is expected is not a record of what
 * happened but follows from the table of rules in trace-rules.h, one line for each thing that can happen in some states: what comes of it, and which state is next. A trace of two
 * events is what the rules say of the first one in the first state, and of the second one in the next. The peer is carol, who does as she is told. */

#define S G_GINT64_CONSTANT (1000000)
#define SDP "v=0\r\ns=carol\r\n"

static const Rule *
find_rule (State state, Event event)
{
  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    {
      if ((rules[i].states & ON (state)) && rules[i].event == event)
        return &rules[i];
    }

  return NULL;
}

static gboolean
is_called (State state)
{
  return state >= i_ringing;
}

/* N_STATES: no second event is looked at. */
static State
next_state (State state, const Rule *rule)
{
  if (rule->next == SAME)
    return state;

  return is_called (state) && rule->next_in != 0 ? rule->next_in : rule->next;
}

/* --- the scene --- */

typedef struct
{
  Fixture *f;
  RawPeer *carol;
  SipMsg *invite;   /* alice's first */
  char *call_id;
  char *tag;        /* alice's; NULL: carol does not know it */
  guint cseq;       /* of carol's last request but ACK and CANCEL */
  guint invite_cseq;
  guint rseq;
  GString *seen;    /* all that alice has sent */
} Scene;

static Scene *
scene_new (void)
{
  Scene *self = g_new0 (Scene, 1);

  self->f = fixture_new ();
  self->carol = raw_peer_new ("carol", self->f->wheel);
  self->seen = g_string_new (NULL);
  return self;
}

static void
scene_free (Scene *self)
{
  g_clear_pointer (&self->invite, sip_msg_unref);
  g_free (self->call_id);
  g_free (self->tag);
  g_string_free (self->seen, TRUE);
  raw_peer_free (self->carol);
  fixture_free (self->f);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Scene, scene_free)

static void
say (Scene *s, const char *method, const char *more, const char *body)
{
  gboolean is_ack = strcmp (method, "ACK") == 0;
  gboolean is_cancel = strcmp (method, "CANCEL") == 0;
  guint cseq = is_ack || is_cancel ? s->invite_cseq : ++s->cseq;
  guint before = s->invite_cseq;
  g_autofree char *tag = s->tag != NULL && !is_cancel ? g_strconcat (";tag=", s->tag, NULL) : g_strdup ("");

  if (strcmp (method, "INVITE") == 0)
    s->invite_cseq = cseq;
  raw_peer_send (s->carol, "alice", body,
                 "%s sip:alice@alice.mem SIP/2.0\r\nVia: SIP/2.0/TCP carol.mem;branch=z9hG4bK%s%u\r\nFrom: <sip:carol@carol.mem>;tag=c\r\n"
                 "To: <sip:alice@alice.mem>%s\r\nCall-ID: %s\r\nCSeq: %u %s\r\nMax-Forwards: 70\r\nContact: <sip:carol@carol.mem>\r\n%s",
                 method, is_cancel ? "INVITE" : method, cseq, tag, s->call_id, cseq, method, more);
  fixture_run (s->f, 0);
  /* One that was refused has no ACK of the call's, and nothing to be cancelled. */
  if (strcmp (method, "INVITE") == 0 && strstr (s->f->log->str, "alice > 200 INVITE") == NULL && cseq > 1)
    s->invite_cseq = before;
}

static void
respond (Scene *s, SipMsg *request, guint status, const char *sdp)
{
  raw_peer_respond (s->carol, request, status, "c", NULL, sdp);
  fixture_run (s->f, 0);
}

static void
respond_reliably (Scene *s)
{
  g_autofree char *more = g_strdup_printf ("Require: 100rel\r\nRSeq: %u\r\nAllow: PRACK, UPDATE\r\n", ++s->rseq);
  guint n = raw_peer_count (s->carol, "PRACK");

  raw_peer_respond (s->carol, s->invite, 183, "c", more, SDP);
  fixture_run (s->f, 0);
  if (raw_peer_count (s->carol, "PRACK") > n)
    respond (s, raw_peer_last (s->carol, "PRACK"), 200, NULL);
}

static void
acknowledge_provisionally (Scene *s)
{
  for (guint i = s->carol->received->len; i > 0; i--)
    {
      SipMsg *msg = g_ptr_array_index (s->carol->received, i - 1);
      guint64 rseq;

      if (!msg->is_request && sip_msg_uint (msg, SIP_H_RSEQ, G_MAXUINT32, &rseq))
        {
          g_autofree char *more = g_strdup_printf ("RAck: %u 1 INVITE\r\n", (guint) rseq);

          say (s, "PRACK", more, NULL);
          return;
        }
    }
}

static SipMsg *
reinvite_of_ours (Scene *s)
{
  SipMsg *invite = raw_peer_last (s->carol, "INVITE");

  return invite != NULL && invite->to.tag.len > 0 ? invite : NULL;
}

/* --- what happens: FALSE where a method was refused --- */

static void
changed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  sip_session_reinvite_finish (SIP_SESSION (source), result, &error);
  if (user_data != NULL)
    *(gboolean *) user_data = g_error_matches (error, SIP_ERROR, SIP_ERROR_INVALID_STATE);
}

/* Its answer may come much later, when nobody looks any more. */
static gboolean
begin_change (Scene *s, gboolean hold)
{
  static gboolean is_refused;
  SipSession *session = s->f->alice.session;

  is_refused = FALSE;
  if (hold)
    sip_session_hold_async (session, NULL, NULL, changed_cb, &is_refused);
  else
    sip_session_reinvite_async (session, NULL, NULL, changed_cb, &is_refused);
  fixture_run (s->f, 0);

  return !is_refused;
}

static gboolean
use_method (Scene *s, Event event, GError **error)
{
  SipSession *session = s->f->alice.session;

  switch (event)
    {
    case M_CANCEL:
      return sip_outgoing_session_cancel (SIP_OUTGOING_SESSION (session), NULL, error);
    case M_TERMINATE:
      return sip_session_terminate (session, NULL, error);
    case M_BYE:
      return sip_session_bye (session, NULL, error);
    case M_DTMF:
      return sip_session_dtmf (session, "1", NULL, error);
    case M_PROGRESS:
      return sip_incoming_session_progress (SIP_INCOMING_SESSION (session), NULL, error);
    case M_REPLY:
      return sip_incoming_session_reply (SIP_INCOMING_SESSION (session), NULL, error);
    case M_ACCEPT:
      return sip_incoming_session_accept (SIP_INCOMING_SESSION (session), NULL, error);
    case M_REJECT:
      return sip_incoming_session_reject (SIP_INCOMING_SESSION (session), NULL, error);
    default:
      g_assert_not_reached ();
    }
}

/* What carol answers to alice. */
static const struct
{
  Event event;
  guint status;
  gboolean has_sdp;
} responses[] = {
  { R_100, 100, FALSE },  { R_180, 180, FALSE },      { R_200, 200, TRUE },   { R_200_EMPTY, 200, FALSE }, { R_302, 302, FALSE }, { R_486, 486, FALSE },
  { R_487, 487, FALSE },  { R_503, 503, FALSE },      { R_603, 603, FALSE },  { C_100, 100, FALSE },       { C_200, 200, TRUE },
  { C_200_EMPTY, 200, FALSE }, { C_488, 488, FALSE }, { C_491, 491, FALSE }, { C_481, 481, FALSE },
  { U_200, 200, TRUE },   { U_200_EMPTY, 200, FALSE }, { U_488, 488, FALSE },   { U_491, 491, FALSE },       { U_481, 481, FALSE },
};

static const struct
{
  Event event;
  const char *method;
  const char *more;
  const char *body;
} requests[] = {
  { Q_ACK, "ACK", "", NULL },
  { Q_BYE, "BYE", "", NULL },
  { Q_CANCEL, "CANCEL", "", NULL },
  { Q_REINVITE, "INVITE", "", SDP },
  { Q_REINVITE_EMPTY, "INVITE", "", NULL },
  { Q_UPDATE, "UPDATE", "", NULL },
  { Q_UPDATE_OFFER, "UPDATE", "", SDP },
  { Q_DTMF, "INFO", "Content-Type: application/dtmf-relay\r\n", "Signal= 1\r\nDuration= 100" },
  { Q_INFO, "INFO", "Content-Type: application/x-nothing\r\n", "?" },
  { Q_OPTIONS, "OPTIONS", "", NULL },
  { Q_MESSAGE, "MESSAGE", "Content-Type: text/plain\r\n", "hello" },
  { Q_REFER, "REFER", "Refer-To: <sip:dave@dave.mem>\r\n", NULL },
  { Q_NOTIFY, "NOTIFY", "Event: refer\r\nSubscription-State: active\r\nContent-Type: message/sipfrag\r\n", "SIP/2.0 100 Trying\r\n" },
  { Q_UNKNOWN, "FOO", "", NULL },
};

static void
let_arrive (Scene *s, Event event)
{
  g_autoptr (GError) broken = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (responses); i++)
    if (responses[i].event == event)
      respond (s, event >= U_200 ? raw_peer_last (s->carol, "UPDATE") : event >= C_100 ? reinvite_of_ours (s) : s->invite, responses[i].status, responses[i].has_sdp ? SDP : NULL);
  for (guint i = 0; i < G_N_ELEMENTS (requests); i++)
    if (requests[i].event == event)
      say (s, requests[i].method, requests[i].more, requests[i].body);

  switch (event)
    {
    case Q_OLD_CSEQ:
      say (s, "UPDATE", "", NULL);
      g_string_truncate (s->f->log, 0);
      s->cseq--;
      raw_peer_send (s->carol, "alice", NULL,
                     "UPDATE sip:alice@alice.mem SIP/2.0\r\nVia: SIP/2.0/TCP carol.mem;branch=z9hG4bKold%u\r\nFrom: <sip:carol@carol.mem>;tag=c\r\n"
                     "To: <sip:alice@alice.mem>;tag=%s\r\nCall-ID: %s\r\nCSeq: %u UPDATE\r\nMax-Forwards: 70\r\nContact: <sip:carol@carol.mem>\r\n",
                     s->cseq, s->tag, s->call_id, s->cseq);
      s->cseq++;
      break;
    case Q_PRACK:
      acknowledge_provisionally (s);
      break;
    case R_RELIABLE:
      respond_reliably (s);
      break;
    case W_MADE:
      null_handler_release (s->f->alice.handler);
      break;
    case W_MEDIA:
      broken = g_error_new_literal (SIP_ERROR, SIP_ERROR_MEDIA, "No more sound");
      g_signal_emit_by_name (s->f->alice.handler, "failed", broken);
      break;
    case W_MINUTE:
      fixture_run (s->f, 61 * S);
      break;
    default:
      break;
    }
  fixture_run (s->f, 0);
}

/* What alice did, of the log: signals as they are but for reason phrases, messages with an arrow. What a timer sends once more is left out. */
static char *
tell (Scene *s, gboolean in_time)
{
  g_auto (GStrv) lines = g_strsplit (s->f->log->str, "\n", -1);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; lines[i] != NULL && *lines[i] != '\0'; i++)
    {
      gboolean is_sent = g_str_has_prefix (lines[i], "alice > ");
      g_autofree char *line = g_strconcat (lines[i], "\n", NULL);

      if (!g_str_has_prefix (lines[i], "alice") || (in_time && is_sent && strstr (s->seen->str, line) != NULL))
        continue;
      if (is_sent)
        g_string_append (s->seen, line);
      if (g_str_has_prefix (lines[i], "alice: rejected"))
        *strstr (lines[i], " \"") = '\0';
      g_string_append_printf (text, "%s%s%s", text->len > 0 ? ", " : "", is_sent ? "→" : "", lines[i] + strlen ("alice > ") - (is_sent ? 0 : 1));
    }
  g_string_truncate (s->f->log, 0);

  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* An INFO of ours has its answer at once, so that it is none of this table. */
static void
answer_info (Scene *s)
{
  SipMsg *info = raw_peer_last (s->carol, "INFO");

  if (info != NULL)
    respond (s, info, 200, NULL);
}

static void
refer_refused_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SipResponse) response = NULL;

  response = sip_session_refer_finish (SIP_SESSION (source), result, &error);
  g_assert_true (response != NULL || error != NULL);
  *(gboolean *) user_data = g_error_matches (error, SIP_ERROR, SIP_ERROR_INVALID_STATE);
}

/* As with an INFO: carol refuses it at once. */
static gboolean
begin_transfer (Scene *s)
{
  static gboolean is_refused;

  is_refused = FALSE;
  sip_session_refer_async (s->f->alice.session, "sip:dave@dave.mem", NULL, NULL, refer_refused_cb, &is_refused);
  fixture_run (s->f, 0);
  if (!is_refused)
    respond (s, raw_peer_last (s->carol, "REFER"), 603, NULL);

  return !is_refused;
}

/* What comes of @event; NULL: it was refused. */
static char *
happen (Scene *s, Event event)
{
  g_autoptr (GError) error = NULL;

  if (event == M_HOLD || event == M_REINVITE || event == M_REFER)
    {
      if (event == M_REFER ? !begin_transfer (s) : !begin_change (s, event == M_HOLD))
        {
          g_assert_cmpstr (s->f->log->str, ==, "");
          return NULL;
        }
    }
  else if (event <= M_REJECT)
    {
      gboolean is_done = use_method (s, event, &error);

      fixture_run (s->f, 0);
      if (!is_done)
        {
          g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_STATE);
          g_assert_cmpstr (s->f->log->str, ==, "");
          return NULL;
        }
      if (event == M_DTMF)
        answer_info (s);
    }
  else
    {
      let_arrive (s, event);
    }

  return tell (s, event == W_MINUTE);
}

/* --- bringing a state about --- */

/* The events that lead there from the beginning, which is a call that is made or comes in; the handler holds what it is asked for where there is W_MADE or a state that needs
 * it. */
static const struct
{
  State state;
  gboolean hold;
  gboolean late_offer;
  gint8 events[5]; /* ended by -1 */
} ways[] = {
  { o_preparing, TRUE, FALSE, { -1 } },
  { o_calling, FALSE, FALSE, { -1 } },
  { o_trying, FALSE, FALSE, { R_100, -1 } },
  { o_ringing, FALSE, FALSE, { R_180, -1 } },
  { o_agreed, FALSE, FALSE, { R_RELIABLE, -1 } },
  { o_updating, FALSE, FALSE, { R_RELIABLE, M_REINVITE, -1 } },
  { o_overtaken, FALSE, FALSE, { R_180, Q_BYE, -1 } },
  { o_withheld, FALSE, FALSE, { M_CANCEL, -1 } },
  { o_failing, FALSE, FALSE, { W_MEDIA, -1 } },
  { o_stopped, FALSE, FALSE, { R_100, M_CANCEL, -1 } },
  { o_cancelled, FALSE, FALSE, { R_180, M_CANCEL, -1 } },
  { o_failed, FALSE, FALSE, { R_180, W_MEDIA, -1 } },
  { o_taking, TRUE, TRUE, { R_200, -1 } },
  { o_talking, FALSE, FALSE, { R_200, -1 } },
  { o_holding, FALSE, FALSE, { R_200, M_HOLD, -1 } },
  { o_changing, FALSE, FALSE, { R_200, M_REINVITE, -1 } },
  { o_waiting, FALSE, FALSE, { R_200, M_REINVITE, C_491, -1 } },
  { o_changed, FALSE, FALSE, { R_200, Q_REINVITE, -1 } },
  { o_queued, FALSE, FALSE, { R_200, Q_REINVITE, M_REINVITE, -1 } },
  { o_refused, FALSE, FALSE, { R_486, -1 } },
  { o_over, FALSE, FALSE, { R_200, M_BYE, -1 } },
  { o_gone, TRUE, FALSE, { M_CANCEL, -1 } },
  { i_ringing, FALSE, FALSE, { -1 } },
  { i_promising, FALSE, FALSE, { M_PROGRESS, -1 } },
  { i_agreed, FALSE, FALSE, { M_PROGRESS, Q_PRACK, -1 } },
  { i_updating, FALSE, FALSE, { M_PROGRESS, Q_PRACK, M_REINVITE, -1 } },
  { i_eager, FALSE, FALSE, { M_PROGRESS, M_ACCEPT, -1 } },
  { i_answering, TRUE, FALSE, { M_ACCEPT, -1 } },
  { i_accepted, FALSE, FALSE, { M_ACCEPT, -1 } },
  { i_leaving, FALSE, FALSE, { M_ACCEPT, M_BYE, -1 } },
  { i_failing, FALSE, FALSE, { M_ACCEPT, W_MEDIA, -1 } },
  { i_talking, FALSE, FALSE, { M_ACCEPT, Q_ACK, -1 } },
  { i_holding, FALSE, FALSE, { M_ACCEPT, Q_ACK, M_HOLD, -1 } },
  { i_changing, FALSE, FALSE, { M_ACCEPT, Q_ACK, M_REINVITE, -1 } },
  { i_waiting, FALSE, FALSE, { M_ACCEPT, Q_ACK, M_REINVITE, C_491, -1 } },
  { i_changed, FALSE, FALSE, { M_ACCEPT, Q_ACK, Q_REINVITE, -1 } },
  { i_queued, FALSE, FALSE, { M_ACCEPT, Q_ACK, Q_REINVITE, M_REINVITE, -1 } },
  { i_over, FALSE, FALSE, { M_ACCEPT, Q_ACK, Q_BYE, -1 } },
};

G_STATIC_ASSERT (G_N_ELEMENTS (ways) == N_STATES);
G_STATIC_ASSERT (G_N_ELEMENTS (event_names) == N_EVENTS);

static void
call_carol (Scene *s, gboolean late_offer)
{
  g_autoptr (SipInviteOptions) options = g_object_new (SIP_TYPE_INVITE_OPTIONS, "invite-without-sdp", late_offer, NULL);

  fixture_call_target (s->f, "sip:carol@carol.mem", options);
}

/* carol has read what came. */
static void
learn (Scene *s)
{
  SipMsg *invite = raw_peer_last (s->carol, "INVITE");

  if (s->invite == NULL && invite != NULL && s->call_id == NULL)
    {
      s->invite = sip_msg_ref (invite);
      s->call_id = sip_str_dup (invite->call_id);
      s->tag = sip_str_dup (invite->from.tag);
    }
}

/* Of the last answer, if it has one: where the INVITE requires 100rel there is none by itself. */
static void
learn_tag (Scene *s)
{
  guint n = s->carol->received->len;
  SipMsg *last = n > 0 ? g_ptr_array_index (s->carol->received, n - 1) : NULL;

  if (s->tag == NULL && last != NULL && last->to.tag.len > 0)
    s->tag = sip_str_dup (last->to.tag);
}

static void
bring_about (Scene *s, State state)
{
  s->f->alice.hold = ways[state].hold;
  sip_user_agent_set_rel100 (s->f->alice.agent, SIP_REL100_SUPPORTED);
  if (is_called (state))
    {
      s->call_id = g_strdup ("traces");
      say (s, "INVITE", I_RELIABLE & ON (state) ? "Require: 100rel\r\nAllow: PRACK, UPDATE\r\n" : "", SDP);
      learn_tag (s);
    }
  else
    {
      call_carol (s, ways[state].late_offer);
      learn (s);
    }
  g_free (tell (s, FALSE));

  for (guint i = 0; ways[state].events[i] >= 0; i++)
    {
      g_free (happen (s, (Event) ways[state].events[i]));
      learn_tag (s);
    }
}

/* Of one trace: what the rules say is what happens. FALSE: the event cannot be there. */
static gboolean
check (Scene *s, State *state, Event event, GString *path)
{
  const Rule *rule = find_rule (*state, event);
  g_autofree char *trace = NULL;

  /* Methods of the other kind of session, and messages that nobody can send. */
  if (event == M_CANCEL && is_called (*state))
    return FALSE;
  if (event >= M_PROGRESS && event <= M_REJECT && !is_called (*state))
    return FALSE;
  if (event > M_REJECT && rule == NULL)
    return FALSE;
  if (event >= R_100 && event <= R_603 && s->invite == NULL)
    return FALSE;
  if (event >= Q_ACK && event <= Q_OLD_CSEQ && s->call_id == NULL)
    return FALSE;

  g_string_append_printf (path, " / %s", event_names[event]);
  trace = happen (s, event);
  learn (s);
  if (g_strcmp0 (trace, rule != NULL ? rule->trace : NULL) != 0)
    {
      g_test_message ("%s\n   is: %s\n  not: %s", path->str, trace != NULL ? trace : "refused", rule != NULL ? rule->trace : "refused");
      g_test_fail ();
      *state = N_STATES;
    }
  else if (rule != NULL)
    {
      *state = next_state (*state, rule);
    }

  return TRUE;
}

static guint n_terminated;

static void
terminated_cb (SipSession *session)
{
  n_terminated++;
}

static void
late_cb (SipSession *session)
{
  if (n_terminated > 0)
    {
      g_test_message ("a signal came after the last one");
      g_test_fail ();
    }
}

static void
dtmf_cb (SipSession *session, SipRequest *request, SipDtmf *dtmf, GString *log)
{
  g_string_append (log, "alice: dtmf\n");
}

static void
refer_requested_cb (SipSession *session, GObject *context, GString *log)
{
  g_string_append (log, "alice: refer-requested\n");
  if (SIP_IS_SERVER_CONTEXT (context))
    g_assert_true (sip_server_context_reject (SIP_SERVER_CONTEXT (context), NULL, NULL));
}

static void
watch (Scene *s)
{
  static const char *const signals[] = { "progress", "accepted", "rejected", "failed", "cancel", "reinvite", "bye", "dtmf", "refer-requested", "replaced" };
  SipSession *session = s->f->alice.session;

  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    if (g_signal_lookup (signals[i], SIP_TYPE_SESSION) != 0)
      g_signal_connect (session, signals[i], G_CALLBACK (late_cb), NULL);
  g_signal_connect (session, "dtmf", G_CALLBACK (dtmf_cb), s->f->log);
  g_signal_connect (session, "refer-requested", G_CALLBACK (refer_requested_cb), s->f->log);
  g_signal_connect (session, "terminated", G_CALLBACK (terminated_cb), NULL);
}

/* Whatever was: it can be ended, and then `terminated` has come, once, and nothing after it. */
static void
finish (Scene *s, const char *path)
{
  sip_session_terminate (s->f->alice.session, NULL, NULL);
  fixture_run (s->f, 0);
  if (s->invite != NULL && n_terminated == 0)
    respond (s, s->invite, 487, NULL);
  fixture_run (s->f, 100 * S);
  if (n_terminated != 1)
    {
      g_test_message ("%s: terminated came %u times", path, n_terminated);
      g_test_fail ();
    }
}

/* One scene. FALSE: it cannot be. */
static gboolean
play (State first, Event one, Event two)
{
  g_autoptr (Scene) s = scene_new ();
  g_autoptr (GString) path = g_string_new (state_names[first]);
  State state = first;
  gboolean is_possible;

  bring_about (s, first);
  n_terminated = sip_session_get_state (s->f->alice.session) == SIP_SESSION_STATE_TERMINATED;
  watch (s);
  is_possible = check (s, &state, one, path);
  if (is_possible && two != N_EVENTS && state != N_STATES)
    is_possible = check (s, &state, two, path);
  finish (s, path->str);

  return is_possible;
}

/* All events in all states. */
static void
test_one (void)
{
  guint n = 0;

  for (State state = 0; state < N_STATES; state++)
    for (Event event = 0; event < N_EVENTS; event++)
      n += play (state, event, N_EVENTS);

  g_test_message ("%u traces", n);
  g_assert_cmpuint (n, >, 600);
}

/* Each state is reached by the way that the rules say. */
static void
test_ways (void)
{
  for (State state = 0; state < N_STATES; state++)
    {
      State at = is_called (state) ? i_ringing : ways[state].hold && !ways[state].late_offer ? o_preparing : o_calling;

      g_assert_cmpuint (ways[state].state, ==, state);
      /* A handler that holds, and an INVITE without an offer, lead elsewhere. */
      if (ways[state].hold || (I_RELIABLE & ON (state)))
        continue;
      for (guint i = 0; ways[state].events[i] >= 0; i++)
        {
          const Rule *rule = find_rule (at, (Event) ways[state].events[i]);

          g_assert_nonnull (rule);
          at = next_state (at, rule);
        }
      g_assert_cmpstr (state_names[at], ==, state_names[state]);
    }
}

static void
test_two (gconstpointer data)
{
  State state = GPOINTER_TO_UINT (data);
  guint n = 0;

  for (Event one = 0; one < N_EVENTS; one++)
    {
      const Rule *rule = find_rule (state, one);

      /* What is refused changes nothing, and after an end that is open nothing is asked. */
      if (rule == NULL || next_state (state, rule) == N_STATES)
        continue;
      /* What goes along with a call is looked at behind everything else, not before it. */
      if (one >= Q_INFO && one <= Q_OLD_CSEQ)
        continue;
      for (Event two = 0; two < N_EVENTS; two++)
        {
          /* The second tone waits for its turn; and whoever has said 100 may take a long time. */
          if ((one == M_DTMF && two == M_DTMF) || (one == C_100 && two == W_MINUTE))
            continue;
          n += play (state, one, two);
        }
    }

  g_test_message ("%u traces", n);
}

/* That the media broke is told a thousand times. */
static GLogWriterOutput
log_cb (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  return level == G_LOG_LEVEL_MESSAGE ? G_LOG_WRITER_HANDLED : g_log_writer_default (level, fields, n_fields, user_data);
}

int
main (int argc, char *argv[])
{
  g_log_set_writer_func (log_cb, NULL, NULL);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session-traces/ways", test_ways);
  g_test_add_func ("/session-traces/one", test_one);
  for (State state = 0; state < N_STATES; state++)
    {
      g_autofree char *path = g_strdup_printf ("/session-traces/two/%s", state_names[state]);

      g_test_add_data_func (path, GUINT_TO_POINTER (state), test_two);
    }

  return g_test_run ();
}
