/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/scene.h"

/* alice subscribes to carol, who does as a script says: on a virtual clock, edge by edge (RFC 6665 §4.1). A script's line is something that happens, and after
 * "->" all that comes of it:
 *
 *   subscribe [SECONDS] | unsubscribe | refresh | cancel | stop | connected (our server is there again)
 *   answer STATUS [EXPIRES] [HEADER: VALUE]   to the last SUBSCRIBE; EXPIRES "-": none
 *   notify STATE [TAG]                        a NOTIFY with this Subscription-State; TAG "-": the package is another
 *   wait SECONDS
 *   sent EXPIRES [new|same]                   what the last SUBSCRIBE said, and whether it has another Call-ID than the one before
 *
 * Events: "SUB", "NOTIFY 200" (what a NOTIFY was answered), "<200" (a response of carol's), "=active" (the state), "!accepted 200", "!notified", "!rejected 404",
 * "!failed CAUSE", "!terminated CAUSE", "!cancel", and "error N" for an error set. */
typedef struct
{
  Scene *s;
  SipSubscription *subscription;
  SipMsg *first;
  GString *log;
  guint cseq;
  char *last;
} Play;

static void G_GNUC_PRINTF (2, 3)
note (Play *self, const char *format, ...)
{
  va_list args;

  if (self->log->len > 0)
    g_string_append (self->log, ", ");
  va_start (args, format);
  g_string_append_vprintf (self->log, format, args);
  va_end (args);
}

static void
accepted_cb (SipSubscription *subscription, guint code, SipResponse *response, Play *self)
{
  note (self, "!accepted %u", code);
}

static void
notification_cb (SipSubscription *subscription, SipRequest *request, Play *self)
{
  g_assert_cmpstr (sip_message_get_method (SIP_MESSAGE (request)), ==, "NOTIFY");
  note (self, "!notified");
}

static void
rejected_cb (SipSubscription *subscription, SipMessage *message, const char *cause, Play *self)
{
  note (self, "!rejected %u", sip_response_get_status_code (SIP_RESPONSE (message)));
}

static void
failed_cb (SipSubscription *subscription, SipMessage *message, const char *cause, Play *self)
{
  note (self, "!failed %s", cause);
}

static void
terminated_cb (SipSubscription *subscription, SipMessage *message, const char *cause, Play *self)
{
  const GError *error = sip_subscription_get_error (subscription);

  g_assert_cmpint (sip_subscription_get_state (subscription), ==, SIP_SUBSCRIPTION_STATE_TERMINATED);
  note (self, "!terminated %s", cause != NULL ? cause : "null");
  if (error != NULL)
    note (self, "error %d", error->code);
}

static void
cancel_cb (SipSubscription *subscription, Play *self)
{
  note (self, "!cancel");
}

static void
state_cb (SipSubscription *subscription, GParamSpec *pspec, Play *self)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (SIP_TYPE_SUBSCRIPTION_STATE);

  note (self, "=%s", g_enum_get_value (klass, (int) sip_subscription_get_state (subscription))->value_nick);
}

static void
traffic_cb (SipUserAgent *agent, SipMessage *message, SipDirection direction, Play *self)
{
  if (direction == SIP_DIRECTION_OUTGOING && SIP_IS_REQUEST (message))
    {
      g_autofree char *call_id = sip_message_get_header (message, "Call-ID");
      g_autofree char *cseq = sip_message_get_header (message, "CSeq");
      g_autofree char *id = g_strdup_printf ("%s %s", call_id, cseq);

      /* It was sent again. */
      if (g_strcmp0 (id, self->last) == 0)
        return;
      g_free (self->last);
      self->last = g_steal_pointer (&id);
      note (self, "SUB");
    }
  else if (direction == SIP_DIRECTION_OUTGOING)
    note (self, "NOTIFY %u", sip_response_get_status_code (SIP_RESPONSE (message)));
  else if (SIP_IS_RESPONSE (message))
    note (self, "<%u", sip_response_get_status_code (SIP_RESPONSE (message)));
}

static void
subscribe (Play *self, const char *seconds)
{
  g_autoptr (SipSubscribeOptions) options = g_object_new (SIP_TYPE_SUBSCRIBE_OPTIONS, "expires", seconds != NULL ? (guint) atoi (seconds) : 600, NULL);
  g_autoptr (GError) error = NULL;

  self->subscription = sip_user_agent_subscribe (self->s->f->alice.agent, "sip:carol@carol.mem", "presence", options, &error);
  g_assert_no_error (error);
  g_signal_connect (self->subscription, "accepted", G_CALLBACK (accepted_cb), self);
  g_signal_connect (self->subscription, "notification", G_CALLBACK (notification_cb), self);
  g_signal_connect (self->subscription, "rejected", G_CALLBACK (rejected_cb), self);
  g_signal_connect (self->subscription, "failed", G_CALLBACK (failed_cb), self);
  g_signal_connect (self->subscription, "terminated", G_CALLBACK (terminated_cb), self);
  g_signal_connect (self->subscription, "cancel", G_CALLBACK (cancel_cb), self);
  g_signal_connect (self->subscription, "notify::state", G_CALLBACK (state_cb), self);
}

static SipMsg *
last_subscribe (Play *self)
{
  SipMsg *msg = raw_peer_last (self->s->carol, "SUBSCRIBE");

  g_assert_nonnull (msg);
  return msg;
}

static void
answer (Play *self, char **words)
{
  g_autoptr (GString) more = g_string_new (NULL);
  guint status = (guint) atoi (words[0]);

  if (words[1] != NULL && strcmp (words[1], "-") != 0)
    g_string_append_printf (more, "Expires: %s\r\n", words[1]);
  if (words[1] != NULL && words[2] != NULL)
    g_string_append_printf (more, "%s %s\r\n", words[2], words[3]);
  scene_respond (self->s, last_subscribe (self), status, "one", more->str, NULL);
}

static void
notify (Play *self, const char *state, const char *tag)
{
  SipMsg *subscribe_msg = last_subscribe (self);
  static guint n;

  raw_peer_send (self->s->carol, "alice", "state",
                 "NOTIFY sip:alice@alice.mem SIP/2.0\r\nVia: SIP/2.0/UDP carol.mem;branch=z9hG4bKsub%u\r\nMax-Forwards: 70\r\n"
                 "From: <sip:carol@carol.mem>;tag=%s\r\nTo: <sip:alice@alice.mem>;tag=" SIP_STR_FORMAT "\r\nCall-ID: " SIP_STR_FORMAT
                 "\r\nCSeq: %u NOTIFY\r\nEvent: %s\r\n%s%s%sContent-Type: text/plain\r\n" SCENE_CONTACT,
                 n++, tag != NULL && strcmp (tag, "-") != 0 ? tag : "one", SIP_STR_ARGS (subscribe_msg->from.tag), SIP_STR_ARGS (subscribe_msg->call_id),
                 ++self->cseq, g_strcmp0 (tag, "-") == 0 ? "dialog" : "presence", strcmp (state, "-") != 0 ? "Subscription-State: " : "",
                 strcmp (state, "-") != 0 ? state : "", strcmp (state, "-") != 0 ? "\r\n" : "");
  fixture_run (self->s->f, 0);
}

static void
check_sent (Play *self, char **words)
{
  SipMsg *msg = last_subscribe (self);
  guint64 expires;

  g_assert_true (sip_msg_uint (msg, SIP_H_EXPIRES, G_MAXUINT32, &expires));
  g_assert_cmpuint (expires, ==, (guint) atoi (words[0]));
  if (words[1] != NULL)
    {
      SipMsg *before = NULL;

      for (guint i = self->s->carol->received->len; i > 0 && before == NULL; i--)
        {
          SipMsg *other = g_ptr_array_index (self->s->carol->received, i - 1);

          if (other->is_request && other->method == SIP_METHOD_SUBSCRIBE && other->cseq.number != msg->cseq.number)
            before = other;
          else if (other->is_request && other->method == SIP_METHOD_SUBSCRIBE && !sip_str_equal (other->call_id, msg->call_id))
            before = other;
        }
      g_assert_nonnull (before);
      g_assert_cmpint (sip_str_equal (before->call_id, msg->call_id), ==, strcmp (words[1], "same") == 0);
      if (strcmp (words[1], "same") == 0)
        g_assert_cmpuint (msg->cseq.number, >, before->cseq.number);
    }
}

static void
do_line (Play *self, const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", -1);
  const char *what = words[0];
  SipSubscription *subscription = self->subscription;

  if (strcmp (what, "subscribe") == 0)
    subscribe (self, words[1]);
  else if (strcmp (what, "unsubscribe") == 0)
    note (self, "%d", sip_subscription_unsubscribe (subscription, NULL));
  else if (strcmp (what, "refresh") == 0)
    note (self, "%d", sip_subscription_refresh (subscription, NULL));
  else if (strcmp (what, "cancel") == 0)
    note (self, "%d", sip_client_context_cancel (SIP_CLIENT_CONTEXT (subscription), NULL, NULL));
  else if (strcmp (what, "connected") == 0)
    g_signal_emit_by_name (self->s->f->alice.agent, "connected", "mem://server");
  else if (strcmp (what, "stop") == 0)
    sip_user_agent_stop_async (self->s->f->alice.agent, NULL, NULL, NULL);
  else if (strcmp (what, "answer") == 0)
    answer (self, words + 1);
  else if (strcmp (what, "notify") == 0)
    notify (self, words[1], words[2]);
  else if (strcmp (what, "sent") == 0)
    check_sent (self, words + 1);
  else if (strcmp (what, "wait") == 0)
    fixture_run (self->s->f, (gint64) (g_ascii_strtod (words[1], NULL) * G_USEC_PER_SEC));
  else
    g_error ("unknown: %s", what);
  fixture_run (self->s->f, 0);
}

static void
run (gconstpointer data)
{
  const char *script = data;
  g_auto (GStrv) lines = g_strsplit (script, "\n", -1);
  Play play = { 0 };

  play.s = scene_new ();
  play.log = g_string_new (NULL);
  fixture_run (play.s->f, 1000 * (gint64) G_USEC_PER_SEC);
  g_signal_connect (play.s->f->alice.agent, "traffic", G_CALLBACK (traffic_cb), &play);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) parts = g_strsplit (lines[i], " -> ", 2);

      if (parts[0] == NULL || *parts[0] == '\0')
        continue;
      do_line (&play, parts[0]);
      g_test_message ("%s -> %s", parts[0], play.log->str);
      g_assert_cmpstr (play.log->str, ==, parts[1] != NULL ? parts[1] : "");
      g_string_truncate (play.log, 0);
    }

  if (play.subscription != NULL)
    {
      gboolean over = sip_subscription_get_state (play.subscription) == SIP_SUBSCRIPTION_STATE_TERMINATED;

      /* What is over is not the agent's any more, and leaves nothing behind. */
      g_assert_cmpuint (g_list_model_get_n_items (sip_user_agent_get_subscriptions (play.s->f->alice.agent)), ==, over ? 0 : 1);
      if (over && sip_user_agent_get_state (play.s->f->alice.agent) == SIP_USER_AGENT_STATE_STARTED)
        g_assert_cmpuint (sip_dialogs_get_n (sip_user_agent_get_dialogs (play.s->f->alice.agent)), ==, 0);
      g_signal_handlers_disconnect_by_data (play.subscription, &play);
    }
  g_signal_handlers_disconnect_by_data (play.s->f->alice.agent, &play);
  scene_free (play.s);
  if (play.subscription != NULL)
    g_assert_finalize_object (play.subscription);
  g_string_free (play.log, TRUE);
  g_free (play.last);
}

#define BEGIN "subscribe -> SUB\nanswer 200 600 -> <200, !accepted 200\n"
#define ACTIVE BEGIN "notify active;expires=600 -> NOTIFY 200, =active, !notified\n"

static const struct
{
  const char *name;
  const char *script;
} scripts[] = {
  { "answered", ACTIVE "sent 600\nunsubscribe -> =ending, SUB, 1\nsent 0 same\nanswer 200 0 -> <200\n"
                "notify terminated;reason=timeout -> NOTIFY 200, !notified, =terminated, !terminated timeout\nnotify active -> NOTIFY 481\n" },
  { "pending", BEGIN "notify pending -> NOTIFY 200, =pending, !notified\nnotify active -> NOTIFY 200, =active, !notified\n"
               "notify pending -> NOTIFY 200, =pending, !notified\nnotify whatever -> NOTIFY 200, !notified\n"
               "notify terminated;reason=rejected -> NOTIFY 200, !notified, =terminated, !terminated rejected, error 8\n" },
  { "notify-first", "subscribe -> SUB\nnotify active -> NOTIFY 200\nnotify active two -> NOTIFY 481\n"
                    "answer 200 600 -> <200, =active, !accepted 200, !notified\nnotify active -> NOTIFY 200, !notified\n" },
  { "notify-first-then-shortened", "subscribe -> SUB\nnotify active -> NOTIFY 200\nanswer 200 100 -> <200, =active, !accepted 200, !notified\nwait 66.9\n"
                                   "wait 0.2 -> SUB\n" },
  { "terminated-first", "subscribe -> SUB\nnotify terminated;reason=noresource -> NOTIFY 200\n"
                        "answer 200 600 -> <200, !accepted 200, !notified, =terminated, !terminated noresource, error 8\n" },
  { "forked", ACTIVE "notify active two -> NOTIFY 481\nnotify active -> NOTIFY 200, !notified\n" },
  { "other-branch-first", BEGIN "notify active two -> NOTIFY 200, =active, !notified\nnotify active one -> NOTIFY 481\n" },
  { "other-package", ACTIVE "notify active - -> NOTIFY 481\n" },
  { "no-state", ACTIVE "notify - -> NOTIFY 400\n" },
  { "202", "subscribe -> SUB\nanswer 202 60 -> <202, !accepted 202\nnotify active;expires=60 -> NOTIFY 200, =active, !notified\n" },
  { "refused", "subscribe -> SUB\nanswer 489 -> <489, !rejected 489, !failed SIP Failure Code, =terminated, !terminated SIP Failure Code, error 10\n"
               "notify active -> NOTIFY 481\n" },
  { "refused-403", "subscribe -> SUB\nanswer 403 -> <403, !rejected 403, !failed Rejected, =terminated, !terminated Rejected, error 7\n" },
  { "refused-404", "subscribe -> SUB\nanswer 404 -> <404, !rejected 404, !failed Not Found, =terminated, !terminated Not Found, error 8\n" },
  { "no-answer", "subscribe -> SUB\nwait 31\n"
                 "wait 2 -> !failed Request Timeout, =terminated, !terminated Request Timeout, error 6\n" },
  { "timer-n", BEGIN "wait 31.9\nwait 0.2 -> !failed Request Timeout, =terminated, !terminated Request Timeout, error 6\nnotify active -> NOTIFY 481\n" },
  { "too-brief", "subscribe 60 -> SUB\nanswer 423 - Min-Expires: 900 -> <423, SUB\nsent 900 same\nanswer 200 900 -> <200, !accepted 200\n"
                 "notify active -> NOTIFY 200, =active, !notified\n" },
  { "too-brief-no-word", "subscribe 60 -> SUB\nanswer 423 -> <423, !rejected 423, !failed SIP Failure Code, =terminated, !terminated SIP Failure Code, error 8\n" },
  { "too-brief-nonsense", "subscribe 60 -> SUB\nanswer 423 - Min-Expires: 60 -> <423, !rejected 423, !failed SIP Failure Code, =terminated, !terminated SIP "
                          "Failure Code, error 8\n" },
  { "too-brief-for-ever", "subscribe 60 -> SUB\nanswer 423 - Min-Expires: 61 -> <423, SUB\nanswer 423 - Min-Expires: 62 -> <423, SUB\n"
                          "answer 423 - Min-Expires: 63 -> <423, SUB\n"
                          "answer 423 - Min-Expires: 64 -> <423, !rejected 423, !failed SIP Failure Code, =terminated, !terminated SIP Failure Code, error 8\n" },
  /* 600 s: a tenth is left when it is refreshed; of 100 s as much as a SUBSCRIBE may need; of 20 s a half */
  { "refresh", ACTIVE "wait 539.9\nwait 0.2 -> SUB\nsent 600 same\nanswer 200 600 -> <200, !accepted 200\nnotify active;expires=600 -> NOTIFY 200, !notified\n"
               "wait 539.9\nwait 0.2 -> SUB\n" },
  { "refresh-notify-first", ACTIVE "wait 541 -> SUB\nnotify active;expires=600 -> NOTIFY 200, !notified\nanswer 200 600 -> <200, !accepted 200\nwait 539.9\n"
                            "wait 0.2 -> SUB\n" },
  { "refresh-shortened", "subscribe -> SUB\nanswer 200 100 -> <200, !accepted 200\nnotify active -> NOTIFY 200, =active, !notified\nwait 66.9\nwait 0.2 -> SUB\n" },
  { "refresh-notify-shortens", BEGIN "notify active;expires=20 -> NOTIFY 200, =active, !notified\nwait 9.9\nwait 0.2 -> SUB\n" },
  { "refresh-no-expires", "subscribe -> SUB\nanswer 200 -> <200, !accepted 200\nnotify active -> NOTIFY 200, =active, !notified\nwait 539.9\nwait 0.2 -> SUB\n" },
  { "refresh-longer-is-not-believed", "subscribe -> SUB\nanswer 200 9999 -> <200, !accepted 200\nnotify active -> NOTIFY 200, =active, !notified\nwait 539.9\n"
                                      "wait 0.2 -> SUB\n" },
  { "refresh-asked", ACTIVE "refresh -> SUB, 1\nanswer 200 600 -> <200, !accepted 200\nnotify active;expires=600 -> NOTIFY 200, !notified\nwait 539\n" },
  { "refresh-asked-twice", ACTIVE "refresh -> SUB, 1\nrefresh -> 1\nanswer 200 600 -> <200, !accepted 200, SUB\n"
                           "answer 200 600 -> <200, !accepted 200\nnotify active -> NOTIFY 200, !notified\n" },
  { "refresh-too-early", "subscribe -> SUB\nrefresh -> 0\nanswer 200 600 -> <200, !accepted 200\nrefresh -> 0\n" },
  { "refresh-423", ACTIVE "refresh -> SUB, 1\nanswer 423 - Min-Expires: 1200 -> <423, SUB\nsent 1200 same\nanswer 200 1200 -> <200, !accepted 200\n"
                   "notify active;expires=1200 -> NOTIFY 200, !notified\nwait 1079\nwait 2 -> SUB\n" },
  { "refresh-481", ACTIVE "wait 541 -> SUB\nanswer 481 -> <481, =waiting, SUB, =notify-wait\nsent 600 new\nanswer 200 600 -> <200, !accepted 200\n"
                   "notify active three -> NOTIFY 200, =active, !notified\n" },
  { "refresh-404", ACTIVE "refresh -> SUB, 1\nanswer 404 -> <404, =waiting, SUB, =notify-wait\nanswer 404 -> <404, !rejected 404, !failed Not Found, =terminated, "
                   "!terminated Not Found, error 8\n" },
  { "refresh-no-answer", ACTIVE "refresh -> SUB, 1\nwait 31\nwait 1.1 -> =waiting, SUB, =notify-wait\n" },
  /* timer N of a refresh */
  { "refresh-no-notify", ACTIVE "refresh -> SUB, 1\nanswer 200 600 -> <200, !accepted 200\nwait 31.9\nwait 0.2 -> =waiting, SUB, =notify-wait\n" },
  /* any other refusal leaves the subscription as it was, to its end */
  { "refresh-500", ACTIVE "refresh -> SUB, 1\nanswer 500 -> <500\nnotify active;expires=100 -> NOTIFY 200, !notified\nwait 67.1 -> SUB\nanswer 500 -> <500\n"
                   "wait 16.5 -> SUB\nanswer 500 -> <500\nwait 8.5 -> SUB\nanswer 500 -> <500\nwait 5.1 -> SUB\nanswer 500 -> <500\nwait 2 -> \nwait 1 -> =waiting, SUB, =notify-wait\n" },
  { "refresh-retry-after", ACTIVE "wait 541 -> SUB\nanswer 503 - Retry-After: 40 -> <503\nwait 39.9\nwait 0.2 -> SUB\nanswer 200 600 -> <200, !accepted 200\n"
                           "notify active -> NOTIFY 200, !notified\n" },
  { "refresh-retry-after-too-late", ACTIVE "wait 541 -> SUB\nanswer 503 - Retry-After: 400 -> <503\nwait 58\nwait 1.1 -> =waiting, SUB, =notify-wait\n" },
  /* RFC 6665 §4.1.3 */
  { "deactivated", ACTIVE "wait 61\nnotify terminated;reason=deactivated -> NOTIFY 200, !notified, =waiting, SUB, =notify-wait\nsent 600 new\n"
                   "answer 200 600 -> <200, !accepted 200\nnotify active -> NOTIFY 200, =active, !notified\n" },
  { "deactivated-for-ever", ACTIVE "notify terminated;reason=deactivated -> NOTIFY 200, !notified, =waiting, SUB, =notify-wait\n"
                            "answer 200 600 -> <200, !accepted 200\nnotify terminated;reason=deactivated -> NOTIFY 200, !notified, =waiting\nwait 0.9\n"
                            "wait 0.7 -> SUB, =notify-wait\nanswer 200 600 -> <200, !accepted 200\n"
                            "notify terminated;reason=deactivated -> NOTIFY 200, !notified, =waiting\nwait 1.9\nwait 1.2 -> SUB, =notify-wait\n" },
  { "timeout", ACTIVE "notify terminated;reason=timeout -> NOTIFY 200, !notified, =waiting, SUB, =notify-wait\n" },
  { "probation", ACTIVE "notify terminated;reason=probation;retry-after=100 -> NOTIFY 200, !notified, =waiting\nwait 99\nwait 17 -> SUB, =notify-wait\nsent 600 new\n" },
  { "probation-no-word", ACTIVE "notify terminated;reason=probation -> NOTIFY 200, !notified, =waiting\nwait 29\nwait 17 -> SUB, =notify-wait\n" },
  { "giveup", ACTIVE "notify terminated;reason=giveup;retry-after=10 -> NOTIFY 200, !notified, =waiting\nwait 9\nwait 7 -> SUB, =notify-wait\n" },
  { "noresource", ACTIVE "notify terminated;reason=noresource;retry-after=5 -> NOTIFY 200, !notified, =terminated, !terminated noresource, error 8\nwait 60\n" },
  { "invariant", ACTIVE "notify terminated;reason=invariant -> NOTIFY 200, !notified, =terminated, !terminated invariant, error 8\nwait 60\n" },
  { "unknown-reason", ACTIVE "notify terminated;reason=lunch;retry-after=40 -> NOTIFY 200, !notified, =waiting\nwait 39\nwait 17 -> SUB, =notify-wait\n" },
  { "no-reason", ACTIVE "notify terminated -> NOTIFY 200, !notified, =waiting\nwait 29\nwait 17 -> SUB, =notify-wait\n" },
  { "waiting-unsubscribed", ACTIVE "notify terminated;reason=giveup;retry-after=10 -> NOTIFY 200, !notified, =waiting\n"
                            "unsubscribe -> =terminated, !terminated null, 1\nwait 20\n" },
  { "waiting-refreshed", ACTIVE "notify terminated;reason=giveup;retry-after=10 -> NOTIFY 200, !notified, =waiting\nrefresh -> SUB, =notify-wait, 1\n" },
  { "connected-again", ACTIVE "connected -> SUB\nsent 600 same\nanswer 200 600 -> <200, !accepted 200\nnotify active -> NOTIFY 200, !notified\n" },
  { "connected-too-early", "subscribe -> SUB\nconnected\nanswer 200 600 -> <200, !accepted 200\nconnected\nnotify active -> NOTIFY 200, =active, !notified\n" },
  { "waiting-connected", ACTIVE "notify terminated;reason=giveup;retry-after=900 -> NOTIFY 200, !notified, =waiting\nconnected -> SUB, =notify-wait\n" },
  { "waiting-stopped", ACTIVE "notify terminated;reason=giveup;retry-after=10 -> NOTIFY 200, !notified, =waiting\nstop -> =terminated, !terminated null\n" },
  /* a server that is away for a while */
  { "outage", ACTIVE "refresh -> SUB, 1\nanswer 481 -> <481, =waiting, SUB, =notify-wait\nanswer 503 -> <503, =waiting\nwait 0.9\nwait 0.7 -> SUB, =notify-wait\n"
              "answer 503 - Retry-After: 20 -> <503, =waiting\nwait 19\nwait 12 -> SUB, =notify-wait\nanswer 200 600 -> <200, !accepted 200\n"
              "notify active -> NOTIFY 200, =active, !notified\n" },
  { "outage-then-forbidden", ACTIVE "refresh -> SUB, 1\nanswer 481 -> <481, =waiting, SUB, =notify-wait\n"
                             "answer 403 -> <403, !rejected 403, !failed Rejected, =terminated, !terminated Rejected, error 7\n" },
  /* once */
  { "fetch", "subscribe 0 -> SUB\nsent 0\nanswer 200 0 -> <200, !accepted 200\n"
             "notify terminated;reason=timeout -> NOTIFY 200, !notified, =terminated, !terminated timeout\n" },
  { "fetch-active", "subscribe 0 -> SUB\nanswer 200 0 -> <200, !accepted 200\nnotify active;expires=0 -> NOTIFY 200, !notified, =terminated, !terminated null\n" },
  { "nothing-granted", "subscribe -> SUB\nanswer 200 0 -> <200, !accepted 200\nnotify active;expires=0 -> NOTIFY 200, =active, !notified\nwait 100\n"
                       "notify active;expires=100 -> NOTIFY 200, !notified\nwait 66.9\nwait 0.2 -> SUB\n" },
  { "fetch-nothing", "subscribe 0 -> SUB\nanswer 200 0 -> <200, !accepted 200\n"
                     "wait 33 -> !failed Request Timeout, =terminated, !terminated Request Timeout, error 6\n" },
  /* called off */
  { "unsubscribe-before-answer", "subscribe -> SUB\nunsubscribe -> =ending, 1\nunsubscribe -> 0\nanswer 200 600 -> <200, !accepted 200\n"
                                 "notify active -> NOTIFY 200, !notified, SUB\nsent 0 same\nanswer 200 0 -> <200\n"
                                 "notify terminated -> NOTIFY 200, !notified, =terminated, !terminated null\n" },
  { "unsubscribe-notify-before-answer", "subscribe -> SUB\nunsubscribe -> =ending, 1\nnotify active -> NOTIFY 200\n"
                                        "answer 200 600 -> <200, !accepted 200, !notified, SUB\nanswer 200 0 -> <200\nwait 33 -> =terminated, !terminated null\n" },
  { "unsubscribe-refused", "subscribe -> SUB\nunsubscribe -> =ending, 1\nanswer 403 -> <403, =terminated, !terminated null\n" },
  { "unsubscribe-never-notified", "subscribe -> SUB\nunsubscribe -> =ending, 1\nanswer 200 600 -> <200, !accepted 200\nwait 33 -> =terminated, !terminated null\n" },
  { "unsubscribe-481", ACTIVE "unsubscribe -> =ending, SUB, 1\nanswer 481 -> <481, =terminated, !terminated null\n" },
  { "unsubscribe-crossed", ACTIVE "unsubscribe -> =ending, SUB, 1\nnotify active -> NOTIFY 200, !notified\nanswer 200 0 -> <200\n"
                           "notify terminated;reason=timeout -> NOTIFY 200, !notified, =terminated, !terminated timeout\n" },
  { "unsubscribe-notify-first", ACTIVE "unsubscribe -> =ending, SUB, 1\n"
                                "notify terminated;reason=timeout -> NOTIFY 200, !notified, =terminated, !terminated timeout\nanswer 200 0 -> <200\n" },
  { "unsubscribe-no-notify", ACTIVE "unsubscribe -> =ending, SUB, 1\nanswer 200 0 -> <200\nwait 31\nwait 1.1 -> =terminated, !terminated null\n" },
  { "unsubscribe-no-answer", ACTIVE "unsubscribe -> =ending, SUB, 1\nwait 33 -> =terminated, !terminated null\n" },
  { "unsubscribe-while-refreshing", ACTIVE "refresh -> SUB, 1\nunsubscribe -> =ending, 1\nanswer 200 600 -> <200, SUB\nsent 0 same\nanswer 200 0 -> <200\n"
                                    "notify terminated -> NOTIFY 200, !notified, =terminated, !terminated null\n" },
  { "unsubscribe-while-refresh-fails", ACTIVE "refresh -> SUB, 1\nunsubscribe -> =ending, 1\nanswer 500 -> <500, SUB\nanswer 200 0 -> <200\n"
                                       "notify terminated -> NOTIFY 200, !notified, =terminated, !terminated null\n" },
  { "unsubscribe-while-refresh-481", ACTIVE "refresh -> SUB, 1\nunsubscribe -> =ending, 1\nanswer 481 -> <481, =terminated, !terminated null\n" },
  { "cancel", "subscribe -> SUB\ncancel -> !cancel, !failed Canceled, =terminated, !terminated Canceled, 1\nanswer 200 600 -> <200\nnotify active -> NOTIFY 481\n" },
  { "cancel-too-late", ACTIVE "cancel -> 0\n" },
  { "expires", BEGIN "notify active;expires=30 -> NOTIFY 200, =active, !notified\nwait 15.1 -> SUB\nanswer 500 -> <500\nwait 7.6 -> SUB\nanswer 500 -> <500\n"
               "wait 5.1 -> SUB\nanswer 500 -> <500\nwait 2.5 -> =waiting, SUB, =notify-wait\n" },
};

/* What a SUBSCRIBE says, first and later. */
static void
test_request (void)
{
  const char *accept[] = { "application/pidf+xml", "text/plain", NULL };
  const char *lines[] = { "X-Mine: 1", NULL };
  g_autoptr (GBytes) body = g_bytes_new_static ("<filter/>", 9);
  g_autoptr (SipSubscribeOptions) options = g_object_new (SIP_TYPE_SUBSCRIBE_OPTIONS, "accept", accept, "extra-headers", lines, "body", body, "content-type",
                                                          "application/simple-filter+xml", "expires", 700, NULL);
  Play play = { 0 };
  g_autofree char *event = NULL;
  g_autofree char *types = NULL;
  g_autofree char *event_again = NULL;
  g_autofree char *types_again = NULL;
  SipMsg *msg;

  play.s = scene_new ();
  play.subscription = sip_user_agent_subscribe (play.s->f->alice.agent, "sip:carol@carol.mem", "presence;id=7", options, NULL);
  sip_subscribe_options_set_expires (options, 5);
  fixture_run (play.s->f, 0);
  msg = last_subscribe (&play);
  g_assert_true (sip_msg_has (msg, SIP_H_CONTACT));
  event = scene_header (msg, SIP_H_EVENT);
  types = scene_header (msg, SIP_H_ACCEPT);
  g_assert_cmpstr (event, ==, "presence;id=7");
  g_assert_cmpstr (types, ==, "application/pidf+xml, text/plain");
  g_assert_true (sip_str_equal (sip_msg_value_by_name (msg, SIP_STR ("X-Mine")), SIP_STR ("1")));
  g_assert_true (sip_str_equal (sip_msg_body (msg), SIP_STR ("<filter/>")));
  scene_respond (play.s, msg, 200, "one", "Expires: 700\r\n", NULL);
  /* The id is not there: it is another subscription's. */
  notify (&play, "active", NULL);
  g_assert_cmpint (sip_subscription_get_state (play.subscription), ==, SIP_SUBSCRIPTION_STATE_NOTIFY_WAIT);
  raw_peer_send (play.s->carol, "alice", NULL,
                 "NOTIFY sip:alice@alice.mem SIP/2.0\r\nVia: SIP/2.0/UDP carol.mem;branch=z9hG4bKreq\r\nMax-Forwards: 70\r\n"
                 "From: <sip:carol@carol.mem>;tag=one\r\nTo: <sip:alice@alice.mem>;tag=" SIP_STR_FORMAT "\r\nCall-ID: " SIP_STR_FORMAT
                 "\r\nCSeq: 20 NOTIFY\r\nEvent: presence;id=7\r\nSubscription-State: active\r\n"
                 "Contact: <sip:there@carol.mem>\r\n",
                 SIP_STR_ARGS (msg->from.tag), SIP_STR_ARGS (msg->call_id));
  fixture_run (play.s->f, 0);
  g_assert_cmpint (sip_subscription_get_state (play.subscription), ==, SIP_SUBSCRIPTION_STATE_ACTIVE);
  g_assert_cmpuint (sip_subscription_get_expires (play.subscription), ==, 700);
  g_assert_true (sip_subscription_refresh (play.subscription, NULL));
  fixture_run (play.s->f, 0);
  /* All but the body, which is the other side's to keep. */
  msg = last_subscribe (&play);
  g_assert_cmpuint (msg->cseq.number, ==, 2);
  g_assert_true (sip_str_equal (msg->uri, SIP_STR ("sip:there@carol.mem")));
  event_again = scene_header (msg, SIP_H_EVENT);
  types_again = scene_header (msg, SIP_H_ACCEPT);
  g_assert_cmpstr (event_again, ==, event);
  g_assert_cmpstr (types_again, ==, types);
  g_assert_true (sip_str_equal (sip_msg_value_by_name (msg, SIP_STR ("X-Mine")), SIP_STR ("1")));
  g_assert_true (sip_msg_has (msg, SIP_H_CONTACT));
  g_assert_cmpuint (msg->body_len, ==, 0);
  sip_subscription_unsubscribe (play.subscription, NULL);
  scene_free (play.s);
  g_assert_finalize_object (play.subscription);
}

static void
notify_body (Play *self, guint cseq, const char *event, const char *type, const char *body)
{
  SipMsg *msg = last_subscribe (self);

  raw_peer_send (self->s->carol, "alice", body,
                 "NOTIFY sip:alice@alice.mem SIP/2.0\r\nVia: SIP/2.0/UDP carol.mem;branch=z9hG4bKbody%u\r\nMax-Forwards: 70\r\n"
                 "From: <sip:carol@carol.mem>;tag=one\r\nTo: <sip:alice@alice.mem>;tag=" SIP_STR_FORMAT "\r\nCall-ID: " SIP_STR_FORMAT
                 "\r\nCSeq: %u NOTIFY\r\nEvent: %s\r\nSubscription-State: active\r\nContent-Type: %s\r\n" SCENE_CONTACT,
                 cseq, SIP_STR_ARGS (msg->from.tag), SIP_STR_ARGS (msg->call_id), cseq, event, type);
  fixture_run (self->s->f, 0);
}

static void
content_cb (SipSubscription *subscription, GParamSpec *pspec, guint *n)
{
  ++*n;
}

static guint
n_calls (SipSubscription *subscription)
{
  return g_list_model_get_n_items (sip_dialog_info_get_dialogs (SIP_DIALOG_INFO (sip_subscription_get_content (subscription))));
}

#define INFO(version, state, calls) \
  "<dialog-info xmlns=\"urn:ietf:params:xml:ns:dialog-info\" version=\"" version "\" state=\"" state "\" entity=\"sip:carol@carol.mem\">" calls "</dialog-info>"
#define CALL(id) "<dialog id=\"" id "\"><state>early</state></dialog>"

/* RFC 4235 §4.3: what is told in parts is put together; where one is missing the whole is asked for. */
static void
test_content (void)
{
  static const char *const type = "application/dialog-info+xml;charset=utf-8";
  g_autofree char *types = NULL;
  Play play = { 0 };
  guint n = 0;

  play.s = scene_new ();
  play.subscription = sip_user_agent_subscribe (play.s->f->alice.agent, "sip:carol@carol.mem", "dialog", NULL, NULL);
  g_signal_connect (play.subscription, "notify::content", G_CALLBACK (content_cb), &n);
  fixture_run (play.s->f, 0);
  types = scene_header (last_subscribe (&play), SIP_H_ACCEPT);
  g_assert_cmpstr (types, ==, "application/dialog-info+xml");
  scene_respond (play.s, last_subscribe (&play), 200, "one", "Expires: 700\r\n", NULL);
  notify_body (&play, 1, "dialog", type, "broken");
  notify_body (&play, 2, "dialog", "text/plain", "hello");
  g_assert_null (sip_subscription_get_content (play.subscription));
  g_assert_cmpuint (n, ==, 0);
  notify_body (&play, 3, "dialog", type, INFO ("5", "full", CALL ("a")));
  g_assert_cmpuint (n_calls (play.subscription), ==, 1);
  notify_body (&play, 4, "dialog", type, INFO ("6", "partial", CALL ("b")));
  g_assert_cmpuint (n_calls (play.subscription), ==, 2);
  notify_body (&play, 5, "dialog", type, INFO ("6", "partial", CALL ("c")));
  g_assert_cmpuint (n_calls (play.subscription), ==, 2);
  g_assert_cmpuint (n, ==, 2);
  g_assert_cmpuint (raw_peer_count (play.s->carol, "SUBSCRIBE"), ==, 1);
  notify_body (&play, 6, "dialog", type, INFO ("8", "partial", CALL ("c")));
  g_assert_cmpuint (n_calls (play.subscription), ==, 2);
  g_assert_cmpuint (raw_peer_count (play.s->carol, "SUBSCRIBE"), ==, 2);
  notify_body (&play, 7, "dialog", type, INFO ("9", "full", CALL ("d")));
  g_assert_cmpuint (n_calls (play.subscription), ==, 1);
  g_assert_cmpuint (n, ==, 3);
  scene_free (play.s);
  g_assert_finalize_object (play.subscription);
}

static void
test_errors (void)
{
  Scene *s = scene_new ();
  SipUserAgent *agent = s->f->alice.agent;
  const char *bad[] = { "Via: x", NULL };
  const char *broken[] = { "text/plain\r\nX: y", NULL };
  const char *events[] = { "", "pres ence\r\n", "\r\nX: y", ";id=1", "a b" };
  g_autoptr (SipSubscribeOptions) lines = g_object_new (SIP_TYPE_SUBSCRIBE_OPTIONS, "extra-headers", bad, NULL);
  g_autoptr (SipSubscribeOptions) accept = g_object_new (SIP_TYPE_SUBSCRIBE_OPTIONS, "accept", broken, NULL);
  GError *error = NULL;

  g_assert_null (sip_user_agent_subscribe (agent, "sip:", "presence", NULL, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_URI);
  g_clear_error (&error);
  g_assert_null (sip_user_agent_subscribe (agent, "sip:carol@carol.mem", "presence", lines, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_HEADER);
  g_clear_error (&error);
  g_assert_null (sip_user_agent_subscribe (agent, "sip:carol@carol.mem", "presence", accept, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_HEADER);
  g_clear_error (&error);
  for (guint i = 0; i < G_N_ELEMENTS (events); i++)
    {
      g_assert_null (sip_user_agent_subscribe (agent, "sip:carol@carol.mem", events[i], NULL, &error));
      g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_ARGUMENT);
      g_clear_error (&error);
    }
  sip_user_agent_stop_async (agent, NULL, NULL, NULL);
  fixture_run (s->f, 3 * G_USEC_PER_SEC);
  g_assert_null (sip_user_agent_subscribe (agent, "sip:carol@carol.mem", "presence", NULL, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_STATE);
  g_clear_error (&error);
  scene_free (s);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (scripts); i++)
    {
      g_autofree char *path = g_strdup_printf ("/subscription/%s", scripts[i].name);

      g_test_add_data_func (path, scripts[i].script, run);
    }
  g_test_add_func ("/subscription/request", test_request);
  g_test_add_func ("/subscription/content", test_content);
  g_test_add_func ("/subscription/errors", test_errors);
  return g_test_run ();
}
