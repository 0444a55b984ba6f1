/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "script.h"

#include "syntax/sip-error.h"
#include "transport/sip-memory-transport-private.h"

#define START G_USEC_PER_SEC

typedef struct
{
  SipTimerWheel *wheel;
  SipTransactions *us;
  SipTransports *peer;
  SipFlow *to_peer;        /* ours */
  SipFlow *to_us;          /* the peer's */
  GString *log;
  guint flags;
  gboolean is_losing;
  gboolean is_refusing;
  SipSender *sender;
  SipServerTransaction *transaction; /* the last that was told */
  SipMsg *answer;
  SipMsg *last_request;    /* the last that the peer got; a CANCEL's apart */
  SipMsg *last_cancel;
  char *auto_answer;
} Play;

static void
note (Play       *play,
      const char *format,
      ...) G_GNUC_PRINTF (2, 3);

static void
note (Play       *play,
      const char *format,
      ...)
{
  va_list args;

  if (play->log->len > 0)
    g_string_append_c (play->log, ' ');
  g_string_append_printf (play->log, "%" G_GINT64_FORMAT, (sip_timer_wheel_now (play->wheel) - START) / 1000);
  va_start (args, format);
  g_string_append_vprintf (play->log, format, args);
  va_end (args);
}

static void
note_error (Play         *play,
            const GError *error)
{
  if (g_error_matches (error, SIP_ERROR, SIP_ERROR_TIMEOUT))
    note (play, "!timeout");
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    note (play, "!cancelled");
  else if (g_error_matches (error, SIP_ERROR, SIP_ERROR_INVALID_URI))
    note (play, "!uri");
  else
    note (play, "!transport");
}

/* --- our flows, which may refuse --- */

static const SipFlowClass *true_class;
static Play *playing;

static gboolean
send_or_refuse (SipFlow  *flow,
                SipMsg   *msg,
                GError  **error)
{
  if (!playing->is_refusing)
    return true_class->send (flow, msg, error);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE, "Refused");
  return FALSE;
}

static void
intercept (Play    *play,
           SipFlow *flow)
{
  static SipFlowClass klass;

  playing = play;
  if (flow->klass == &klass)
    return;
  true_class = flow->klass;
  klass = *flow->klass;
  klass.send = send_or_refuse;
  flow->klass = &klass;
}

/* --- us --- */

static void
cancelled_cb (gpointer              user_data,
              SipServerTransaction *transaction,
              SipMsg               *cancel)
{
  note (user_data, "?CANCEL");
}

static void
server_failed_cb (gpointer              user_data,
                  SipServerTransaction *transaction,
                  const GError         *error)
{
  note_error (user_data, error);
}

static void
terminated_cb (gpointer              user_data,
               SipServerTransaction *transaction)
{
  Play *play = user_data;

  note (play, "~");
  g_assert_true (sip_server_transaction_get_user_data (transaction) == play);
  if (play->transaction == transaction)
    play->transaction = NULL;
}

static const SipServerTransactionEvents server_events = { cancelled_cb, server_failed_cb, terminated_cb };

static void
answer (Play       *play,
        guint       status,
        const char *tag)
{
  SipMsg *request = sip_server_transaction_get_request (play->transaction);
  SipMsg *msg = NULL;

  if (request != NULL)
    msg = sip_server_transaction_respond (play->transaction, sip_msg_builder_new_response (request, status, NULL, tag), NULL);
  if (msg == NULL)
    {
      note (play, "refused");
      return;
    }
  g_assert_cmpuint (msg->status, ==, status);
  g_clear_pointer (&play->answer, sip_msg_unref);
  play->answer = sip_msg_ref (msg);
}

static void
request_cb (gpointer              user_data,
            SipServerTransaction *transaction)
{
  Play *play = user_data;
  SipMsg *request = sip_server_transaction_get_request (transaction);

  note (play, "?%.*s", SIP_STR_ARGS (request->method_name));
  play->transaction = transaction;
  intercept (play, sip_server_transaction_get_flow (transaction));
  sip_server_transaction_set_events (transaction, &server_events, play);

  if (play->auto_answer != NULL)
    {
      g_auto (GStrv) codes = g_strsplit (play->auto_answer, " ", -1);

      for (guint i = 0; codes[i] != NULL; i++)
        answer (play, (guint) g_ascii_strtoull (codes[i], NULL, 10), "us");
    }
}

static void
ack_cb (gpointer  user_data,
        SipMsg   *ack,
        SipFlow  *flow)
{
  note (user_data, "?ACK");
}

static void
stray_cb (gpointer  user_data,
          SipMsg   *response,
          SipFlow  *flow)
{
  note (user_data, "@%u", response->status);
}

static void
response_cb (gpointer   user_data,
             SipSender *sender,
             SipMsg    *response,
             SipFlow   *flow)
{
  note (user_data, "<%u", response->status);
}

static void
failed_cb (gpointer      user_data,
           SipSender    *sender,
           const GError *error)
{
  note_error (user_data, error);
}

static const SipSenderEvents sender_events = { NULL, response_cb, failed_cb };

static void
drop_sender (Play *play)
{
  if (play->sender != NULL)
    sip_sender_detach (play->sender);
  g_clear_pointer (&play->sender, sip_sender_unref);
}

static void
start (Play       *play,
       const char *method,
       gboolean    is_detached)
{
  static guint n = 0;
  SipMsgBuilder *builder = sip_msg_builder_new_request (sip_str_from (method), SIP_STR ("sip:bob@peer.mem"));
  SipSendTarget target = { .next_hop = SIP_STR ("sip:peer.mem"), .preferred = play->to_peer };

  if (play->flags & SCRIPT_RELIABLE)
    target.next_hop = SIP_STR ("sip:peer.mem;transport=tcp");

  sip_msg_builder_add (builder, SIP_H_MAX_FORWARDS, SIP_STR ("70"));
  sip_msg_builder_add (builder, SIP_H_FROM, SIP_STR ("<sip:alice@us.mem>;tag=us"));
  sip_msg_builder_add (builder, SIP_H_TO, SIP_STR ("<sip:bob@peer.mem>"));
  sip_msg_builder_add_printf (builder, SIP_H_CALL_ID, "call-%u", n++);
  sip_msg_builder_add_printf (builder, SIP_H_CSEQ, "7 %s", method);
  drop_sender (play);
  play->sender = sip_sender_new (play->us, builder, &target, &sender_events, play);
  if (is_detached)
    sip_sender_detach (play->sender);
  sip_sender_start (play->sender);
}

/* --- the peer --- */

static void
peer_receive_cb (gpointer  user_data,
                 SipMsg   *msg,
                 SipFlow  *flow)
{
  Play *play = user_data;

  if (!msg->is_request)
    {
      note (play, ">%u/%.*s", msg->status, SIP_STR_ARGS (msg->cseq.method_name));
      return;
    }

  note (play, ">%.*s", SIP_STR_ARGS (msg->method_name));
  if (msg->method == SIP_METHOD_CANCEL)
    {
      g_clear_pointer (&play->last_cancel, sip_msg_unref);
      play->last_cancel = sip_msg_ref (msg);
    }
  else if (msg->method != SIP_METHOD_ACK)
    {
      g_clear_pointer (&play->last_request, sip_msg_unref);
      play->last_request = sip_msg_ref (msg);
    }
}

static void
peer_send (Play       *play,
           const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SipMsg) msg = sip_msg_parse (text, strlen (text), &SIP_LIMITS_DEFAULT, &error);
  gboolean is_losing = play->is_losing;

  g_assert_no_error (error);
  play->is_losing = FALSE;
  sip_flow_send (play->to_us, msg, &error);
  g_assert_no_error (error);
  play->is_losing = is_losing;
}

static const char *
key (GHashTable *keys,
     const char *name,
     const char *fallback)
{
  const char *value = g_hash_table_lookup (keys, name);

  return value != NULL ? value : fallback;
}

static char *
tag (const char *value)
{
  return g_str_equal (value, "-") ? g_strdup ("") : g_strconcat (";tag=", value, NULL);
}

static void
peer_request (Play       *play,
              const char *method,
              GHashTable *keys)
{
  const char *via = key (keys, "via", NULL);
  g_autofree char *from = tag (key (keys, "from", "peer"));
  g_autofree char *to = tag (key (keys, "to", "-"));
  g_autofree char *via_params =
    via != NULL ? g_strdup (via) : g_strconcat (";branch=z9hG4bK-", key (keys, "branch", "1"), NULL);
  g_autofree char *text =
    g_strdup_printf ("%s %s SIP/2.0\r\nVia: SIP/2.0/%s %s%s\r\nMax-Forwards: 70\r\nFrom: <sip:bob@peer.mem>%s\r\n"
                     "To: <sip:alice@us.mem>%s\r\nCall-ID: %s\r\nCSeq: %s %s\r\nContent-Length: 0\r\n\r\n",
                     method, key (keys, "uri", "sip:alice@us.mem"), (play->flags & SCRIPT_RELIABLE) ? "TCP" : "UDP",
                     key (keys, "sentby", "peer.mem"), g_str_equal (via_params, "-") ? "" : via_params, from, to,
                     key (keys, "callid", "peer-call"), key (keys, "cseq", "1"), key (keys, "method", method));

  peer_send (play, text);
}

static void
peer_response (Play       *play,
               const char *status,
               GHashTable *keys)
{
  const char *method = key (keys, "method", NULL);
  SipMsg *request = method != NULL && g_str_equal (method, "CANCEL") ? play->last_cancel : play->last_request;
  const char *branch = key (keys, "branch", NULL);
  g_autofree char *to = tag (key (keys, "to", g_str_equal (status, "100") ? "-" : "peer"));
  g_autofree char *text = NULL;
  g_autofree char *via = NULL;
  const char *more = key (keys, "more", NULL);

  g_assert_nonnull (request);
  via = branch != NULL ? g_strdup_printf ("SIP/2.0/UDP us.mem;branch=%s", branch) : sip_str_dup (sip_msg_value (request, SIP_H_VIA));
  text = g_strdup_printf ("SIP/2.0 %s Whatever\r\nVia: %s%s%s\r\nFrom: %.*s\r\nTo: <sip:bob@peer.mem>%s\r\n"
                          "Call-ID: %.*s\r\nCSeq: %u %.*s\r\nContent-Length: 0\r\n\r\n",
                          status, via, more != NULL ? ", SIP/2.0/UDP " : "", more != NULL ? more : "",
                          SIP_STR_ARGS (sip_msg_value (request, SIP_H_FROM)), to, SIP_STR_ARGS (request->call_id),
                          request->cseq.number, SIP_STR_ARGS (method != NULL ? sip_str_from (method) : request->method_name));
  peer_send (play, text);
}

static gint64
filter_cb (gpointer  user_data,
           SipFlow  *from,
           SipMsg   *msg)
{
  Play *play = user_data;

  return play->is_losing ? SIP_MEMORY_LOST : 0;
}

/* --- the director --- */

static GHashTable *
read_keys (char **words)
{
  GHashTable *keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (; *words != NULL; words++)
    {
      char *equals = strchr (*words, '=');

      g_assert_nonnull (equals);
      g_hash_table_insert (keys, g_strndup (*words, equals - *words), g_strdup (equals + 1));
    }
  return keys;
}

static void
perform (Play       *play,
         const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", -1);
  const char *verb = words[0];
  const char *word = words[1];

  if (g_str_equal (verb, "start"))
    start (play, word, words[2] != NULL);
  else if (g_str_equal (verb, "restart"))
    sip_sender_start (play->sender);
  else if (g_str_equal (verb, "cancel"))
    {
      const char *lines[] = { word != NULL ? line + strlen ("cancel ") : NULL, NULL };

      sip_sender_cancel (play->sender, lines);
    }
  else if (g_str_equal (verb, "detach"))
    sip_sender_detach (play->sender);
  else if (g_str_equal (verb, "peer"))
    {
      g_autoptr (GHashTable) keys = read_keys (words + 2);

      if (g_ascii_isdigit (word[0]))
        peer_response (play, word, keys);
      else
        peer_request (play, word, keys);
    }
  else if (g_str_equal (verb, "raw"))
    {
      g_auto (GStrv) parts = g_strsplit (line + 4, "\\n", -1);
      g_autofree char *text = g_strjoinv ("\r\n", parts);

      peer_send (play, text);
    }
  else if (g_str_equal (verb, "answer"))
    answer (play, (guint) g_ascii_strtoull (word, NULL, 10), words[2] != NULL ? words[2] : "us");
  else if (g_str_equal (verb, "again"))
    sip_server_transaction_retransmit (play->transaction, play->answer);
  else if (g_str_equal (verb, "on"))
    {
      g_free (play->auto_answer);
      play->auto_answer = g_strdup (line + 3);
    }
  else if (g_str_equal (verb, "off"))
    g_clear_pointer (&play->auto_answer, g_free);
  else if (g_str_equal (verb, "wait"))
    sip_timer_wheel_advance (play->wheel, 1000 * g_ascii_strtoll (word, NULL, 10));
  else if (g_str_equal (verb, "lose"))
    play->is_losing = TRUE;
  else if (g_str_equal (verb, "keep"))
    play->is_losing = FALSE;
  else if (g_str_equal (verb, "close"))
    sip_flow_close (play->to_us);
  else if (g_str_equal (verb, "drop"))
    sip_flow_close (play->to_peer);
  else if (g_str_equal (verb, "refuse"))
    play->is_refusing = TRUE;
  else if (g_str_equal (verb, "take"))
    play->is_refusing = FALSE;
  else if (g_str_equal (verb, "count"))
    {
      g_assert_cmpuint (sip_transactions_get_n_client (play->us), ==, g_ascii_strtoull (word, NULL, 10));
      g_assert_cmpuint (sip_transactions_get_n_server (play->us), ==, g_ascii_strtoull (words[2], NULL, 10));
    }
  else
    g_error ("What is “%s”?", line);
}

static void
connect_both (Play *play)
{
  gboolean is_reliable = (play->flags & SCRIPT_RELIABLE) != 0;
  g_autoptr (GError) error = NULL;
  G_GNUC_UNUSED g_autofree char *us = sip_transports_listen (sip_transactions_get_transports (play->us), "mem://us", &error);
  G_GNUC_UNUSED g_autofree char *peer = sip_transports_listen (play->peer, "mem://peer", &error);

  g_assert_no_error (error);
  play->to_peer = sip_transports_connect (sip_transactions_get_transports (play->us),
                                          is_reliable ? "mem://peer?transport=tcp" : "mem://peer", &error);
  g_assert_no_error (error);
  intercept (play, play->to_peer);
  sip_timer_wheel_advance (play->wheel, 0);
  play->to_us = sip_transports_connect (play->peer, is_reliable ? "mem://us?transport=tcp" : "mem://us", &error);
  g_assert_no_error (error);
  sip_timer_wheel_advance (play->wheel, 0);
  g_assert_cmpint (play->to_us->state, ==, SIP_FLOW_OPEN);
  sip_memory_transport_set_filter (filter_cb, play);
}

void
script_run (const char *script,
            guint       flags)
{
  static const SipTransactionsEvents events = { request_cb, ack_cb, stray_cb, NULL };
  static const SipTransportsEvents peer_events = { peer_receive_cb, NULL };
  g_auto (GStrv) lines = g_strsplit (script, "\n", -1);
  g_autoptr (SipTimerWheel) wheel = sip_timer_wheel_new_virtual (START);
  Play play = { .wheel = wheel, .flags = flags };

  play.log = g_string_new (NULL);
  play.us = sip_transactions_new (wheel, &events, &play);
  play.peer = sip_transports_new (wheel, &peer_events, &play);
  connect_both (&play);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      char *arrow = strstr (lines[i], "->");
      g_autofree char *expected = g_strdup (arrow != NULL ? arrow + 2 : "");
      g_autofree char *is = NULL;
      g_autofree char *should = NULL;

      if (arrow != NULL)
        *arrow = '\0';
      g_strstrip (lines[i]);
      g_strstrip (expected);
      if (lines[i][0] == '\0')
        continue;

      perform (&play, lines[i]);
      sip_timer_wheel_advance (wheel, 0);
      is = g_strdup_printf ("%s -> %s", lines[i], play.log->str);
      should = g_strdup_printf ("%s -> %s", lines[i], expected);
      g_assert_cmpstr (is, ==, should);
      g_string_truncate (play.log, 0);
    }

  drop_sender (&play);
  sip_memory_transport_set_filter (NULL, NULL);
  sip_transactions_free (play.us);
  sip_transports_free (play.peer);
  g_assert_cmpuint (sip_timer_wheel_get_n_running (wheel), ==, 0);
  sip_flow_unref (play.to_peer);
  sip_flow_unref (play.to_us);
  g_clear_pointer (&play.answer, sip_msg_unref);
  g_clear_pointer (&play.last_request, sip_msg_unref);
  g_clear_pointer (&play.last_cancel, sip_msg_unref);
  g_free (play.auto_answer);
  g_string_free (play.log, TRUE);
}

static void
run (gconstpointer data)
{
  const Script *script = data;

  script_run (script->script, script->flags);
}

void
script_add (const char   *prefix,
            const Script *scripts,
            guint         n_scripts)
{
  for (guint i = 0; i < n_scripts; i++)
    {
      g_autofree char *path = g_strdup_printf ("%s/%s", prefix, scripts[i].name);

      g_test_add_data_func (path, &scripts[i], run);
    }
}
