/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/sip-binding-private.h"

#include "syntax/sip-error.h"
#include "transaction/sip-transactions-private.h"
#include "transport/transport-peer.h"

/* The machine of one binding: every event in every state. The registrar is at the other end of mem://hub. */
typedef struct
{
  SipTimerWheel *wheel;
  SipTransactions *transactions;
  SipDialogs *dialogs;
  Peer hub;
  SipRegisterPlan plan;
  SipBinding *binding;
  SipFlow *flow;
  GString *log;
} Fixture;

static const char *const state_names[] = { "idle", "waiting", "registering", "retrying", "bound", "refreshing", "leaving", "removing", "returning", "refused" };
static const char *const event_names[] = { "register", "unregister", "clear", "flow-up", "flow-down", "ok", "failed", "refused", "due", "expired" };

static void
report_cb (gpointer user_data, SipBinding *binding, const SipBindingReport *report)
{
  Fixture *f = user_data;

  if (report->registered)
    g_string_append (f->log, "+");
  if (report->failed)
    g_string_append (f->log, "!");
  if (report->lost)
    g_string_append (f->log, "-");
  if (report->gone)
    g_string_append (f->log, "0");
  g_assert_true (!(report->failed || report->lost) || (report->error != NULL && report->cause != NULL));
}

static void
run (Fixture *f, gint64 us)
{
  sip_timer_wheel_advance (f->wheel, us);
  for (guint i = 0; i < 6; i++)
    sip_timer_wheel_advance (f->wheel, 0);
}

static void
give_flow (Fixture *f)
{
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&f->flow, sip_flow_unref);
  f->flow = sip_transports_connect (sip_transactions_get_transports (f->transactions), "mem://hub?transport=tcp", &error);
  g_assert_no_error (error);
  run (f, 0);
  g_assert_cmpint (f->flow->state, ==, SIP_FLOW_OPEN);
  sip_binding_set_flow (f->binding, f->flow);
  run (f, 0);
}

static void
ignore_request (gpointer user_data, SipServerTransaction *transaction)
{
}

static void
set_up (Fixture *f)
{
  static const SipTransactionsEvents events = { .request = ignore_request };
  g_autofree char *listening = NULL;

  memset (f, 0, sizeof *f);
  f->wheel = sip_timer_wheel_new_virtual (0);
  f->transactions = sip_transactions_new (f->wheel, &events, f);
  f->dialogs = sip_dialogs_new (f->transactions);
  sip_dialogs_set_capabilities (f->dialogs, "INVITE", "", "");
  peer_init (&f->hub, f->wheel);
  listening = peer_listen (&f->hub, "mem://hub?transport=tcp");
  f->log = g_string_new (NULL);
  f->plan = (SipRegisterPlan){ .dialogs = f->dialogs,
                               .contact = { .user = g_strdup ("alice") },
                               .registrar = g_strdup ("sip:example.com"),
                               .from = g_strdup ("<sip:alice@example.com>;tag=1"),
                               .to = g_strdup ("<sip:alice@example.com>"),
                               .call_id = g_strdup ("one"),
                               .instance_id = g_strdup ("urn:uuid:0"),
                               .expires = 600,
                               .outbound = TRUE };
  f->binding = sip_binding_new (&f->plan, 1, TRUE, report_cb, f);
}

static void
tear_down (Fixture *f)
{
  sip_binding_free (f->binding);
  g_assert_cmpuint (f->plan.n_bound, ==, 0);
  g_clear_pointer (&f->flow, sip_flow_unref);
  sip_register_plan_clear (&f->plan);
  sip_dialogs_free (f->dialogs);
  sip_transactions_free (f->transactions);
  peer_clear (&f->hub);
  drain ();
  g_assert_cmpuint (sip_timer_wheel_get_n_running (f->wheel), ==, 0);
  sip_timer_wheel_unref (f->wheel);
  g_string_free (f->log, TRUE);
}

/* The registrar answers the latest REGISTER, if that is new. */
static gboolean
answer (Fixture *f, guint status, const char *more)
{
  SipMsg *request = f->hub.messages->len > 0 ? peer_message (&f->hub, f->hub.messages->len - 1) : NULL;
  g_autoptr (SipMsgBuilder) builder = NULL;
  g_autoptr (SipMsg) response = NULL;
  g_autoptr (GError) error = NULL;
  SipFlow *flow;

  if (request == NULL)
    return FALSE;
  flow = peer_flow (&f->hub, f->hub.messages->len - 1);
  builder = sip_msg_builder_new_response (request, status, NULL, "registrar");
  if (status == 200)
    {
      g_autofree char *contact = sip_str_dup (sip_msg_value (request, SIP_H_CONTACT));

      sip_msg_builder_add (builder, SIP_H_CONTACT, sip_str_from (contact));
    }
  if (more != NULL)
    sip_msg_builder_add_lines (builder, (const char *const[]){ more, NULL }, TRUE, &error);
  g_assert_no_error (error);
  response = sip_msg_builder_seal (builder, (SipStr) SIP_STR_INIT, (SipStr) SIP_STR_INIT);
  g_ptr_array_set_size (f->hub.messages, 0);
  g_ptr_array_set_size (f->hub.flows, 0);
  g_assert_true (sip_flow_send (flow, response, NULL));
  run (f, 0);
  return TRUE;
}

/* FALSE: it cannot happen now. */
static gboolean
cause (Fixture *f, SipBindingEvent event)
{
  switch (event)
    {
    case SIP_BINDING_EVENT_REGISTER:
    case SIP_BINDING_EVENT_UNREGISTER:
    case SIP_BINDING_EVENT_CLEAR:
      sip_binding_tell (f->binding, event);
      run (f, 0);
      return TRUE;
    case SIP_BINDING_EVENT_FLOW_UP:
      if (sip_binding_get_flow (f->binding) != NULL)
        return FALSE;
      give_flow (f);
      run (f, SIP_REGISTER_SPREAD);
      return TRUE;
    case SIP_BINDING_EVENT_FLOW_DOWN:
      if (sip_binding_get_flow (f->binding) == NULL)
        return FALSE;
      g_ptr_array_set_size (f->hub.messages, 0);
      g_ptr_array_set_size (f->hub.flows, 0);
      sip_flow_close (f->flow);
      run (f, 0);
      return TRUE;
    case SIP_BINDING_EVENT_OK:
      return answer (f, 200, NULL);
    case SIP_BINDING_EVENT_FAILED:
      return answer (f, 503, NULL);
    case SIP_BINDING_EVENT_REFUSED:
      return answer (f, 404, NULL);
    case SIP_BINDING_EVENT_DUE:
      if (sip_binding_get_due (f->binding) == 0)
        return FALSE;
      run (f, sip_binding_get_due (f->binding) - sip_timer_wheel_now (f->wheel));
      return TRUE;
    default:
      /* The timer of what is bound; 64·T1 of a REGISTER come before. */
      return FALSE;
    }
}

/* How a state is reached. */
static const SipBindingEvent ways[][4] = {
  [SIP_BINDING_IDLE] = { SIP_BINDING_N_EVENTS },
  [SIP_BINDING_WAITING] = { SIP_BINDING_EVENT_FLOW_DOWN, SIP_BINDING_EVENT_REGISTER, SIP_BINDING_N_EVENTS },
  [SIP_BINDING_REGISTERING] = { SIP_BINDING_EVENT_REGISTER, SIP_BINDING_N_EVENTS },
  [SIP_BINDING_RETRYING] = { SIP_BINDING_EVENT_REGISTER, SIP_BINDING_EVENT_FAILED, SIP_BINDING_N_EVENTS },
  [SIP_BINDING_BOUND] = { SIP_BINDING_EVENT_REGISTER, SIP_BINDING_EVENT_OK, SIP_BINDING_N_EVENTS },
  [SIP_BINDING_REFRESHING] = { SIP_BINDING_EVENT_REGISTER, SIP_BINDING_EVENT_OK, SIP_BINDING_EVENT_DUE, SIP_BINDING_N_EVENTS },
  [SIP_BINDING_LEAVING] = { SIP_BINDING_EVENT_REGISTER, SIP_BINDING_EVENT_UNREGISTER, SIP_BINDING_N_EVENTS },
  [SIP_BINDING_REMOVING] = { SIP_BINDING_EVENT_CLEAR, SIP_BINDING_N_EVENTS },
  [SIP_BINDING_RETURNING] = { SIP_BINDING_EVENT_CLEAR, SIP_BINDING_EVENT_REGISTER, SIP_BINDING_N_EVENTS },
  [SIP_BINDING_REFUSED] = { SIP_BINDING_EVENT_REGISTER, SIP_BINDING_EVENT_REFUSED, SIP_BINDING_N_EVENTS },
};

/* State, event, next state, report: "+" registered, "!" failed, "-" lost, "0" gone. What is not here changes nothing and says nothing. */
typedef struct
{
  SipBindingState state;
  SipBindingEvent event;
  SipBindingState next;
  const char *report;
} Row;

#define ROW(state, event, next, report) { SIP_BINDING_##state, SIP_BINDING_EVENT_##event, SIP_BINDING_##next, report }

static const Row rows[] = {
  ROW (IDLE, REGISTER, REGISTERING, ""),
  ROW (IDLE, UNREGISTER, IDLE, "0"),
  ROW (IDLE, CLEAR, REMOVING, ""),
  ROW (WAITING, UNREGISTER, IDLE, "0"),
  ROW (WAITING, CLEAR, IDLE, "0"),
  ROW (WAITING, FLOW_UP, REGISTERING, ""),
  ROW (REGISTERING, UNREGISTER, LEAVING, ""),
  ROW (REGISTERING, CLEAR, LEAVING, ""),
  ROW (REGISTERING, FLOW_DOWN, WAITING, "!"),
  ROW (REGISTERING, OK, BOUND, "+"),
  ROW (REGISTERING, FAILED, RETRYING, "!"),
  ROW (REGISTERING, REFUSED, REFUSED, "!"),
  ROW (RETRYING, REGISTER, REGISTERING, ""),
  ROW (RETRYING, UNREGISTER, IDLE, "0"),
  ROW (RETRYING, CLEAR, REMOVING, ""),
  ROW (RETRYING, FLOW_DOWN, WAITING, ""),
  ROW (RETRYING, DUE, REGISTERING, ""),
  ROW (BOUND, REGISTER, REFRESHING, ""),
  ROW (BOUND, UNREGISTER, REMOVING, ""),
  ROW (BOUND, CLEAR, REMOVING, ""),
  ROW (BOUND, FLOW_DOWN, WAITING, "-"),
  ROW (BOUND, DUE, REFRESHING, ""),
  ROW (REFRESHING, UNREGISTER, LEAVING, ""),
  ROW (REFRESHING, CLEAR, LEAVING, ""),
  ROW (REFRESHING, FLOW_DOWN, WAITING, "-"),
  ROW (REFRESHING, OK, BOUND, "+"),
  ROW (REFRESHING, FAILED, BOUND, "!"),
  ROW (REFRESHING, REFUSED, RETRYING, "!-"),
  ROW (LEAVING, REGISTER, REGISTERING, ""),
  ROW (LEAVING, FLOW_DOWN, IDLE, "0"),
  ROW (LEAVING, OK, REMOVING, ""),
  ROW (LEAVING, FAILED, REMOVING, ""),
  ROW (LEAVING, REFUSED, IDLE, "0"),
  ROW (REMOVING, REGISTER, RETURNING, ""),
  ROW (REMOVING, CLEAR, LEAVING, ""),
  ROW (REMOVING, FLOW_DOWN, IDLE, "0"),
  ROW (REMOVING, OK, IDLE, "0"),
  ROW (REMOVING, FAILED, IDLE, "0"),
  ROW (REMOVING, REFUSED, IDLE, "0"),
  ROW (RETURNING, UNREGISTER, REMOVING, ""),
  ROW (RETURNING, CLEAR, LEAVING, ""),
  ROW (RETURNING, FLOW_DOWN, WAITING, "!"),
  ROW (RETURNING, OK, REGISTERING, ""),
  ROW (RETURNING, FAILED, REGISTERING, ""),
  ROW (RETURNING, REFUSED, REGISTERING, ""),
  ROW (REFUSED, REGISTER, REGISTERING, ""),
  ROW (REFUSED, UNREGISTER, IDLE, "0"),
  ROW (REFUSED, CLEAR, REMOVING, ""),
};

static const Row *
find_row (SipBindingState state, SipBindingEvent event)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      if (rows[i].state == state && rows[i].event == event)
        return &rows[i];
    }
  return NULL;
}

static void
test_table (void)
{
  guint n = 0;

  for (guint state = 0; state < SIP_BINDING_N_STATES; state++)
    for (guint event = 0; event < SIP_BINDING_EVENT_EXPIRED; event++)
      {
        const Row *row = find_row (state, event);
        Fixture f;

        set_up (&f);
        give_flow (&f);
        for (guint i = 0; ways[state][i] != SIP_BINDING_N_EVENTS; i++)
          g_assert_true (cause (&f, ways[state][i]));
        g_assert_cmpstr (state_names[sip_binding_get_state (f.binding)], ==, state_names[state]);
        g_string_truncate (f.log, 0);

        g_test_message ("%s, %s", state_names[state], event_names[event]);
        if (cause (&f, event))
          {
            g_assert_cmpstr (state_names[sip_binding_get_state (f.binding)], ==, state_names[row != NULL ? row->next : state]);
            g_assert_cmpstr (f.log->str, ==, row != NULL ? row->report : "");
            n += row != NULL;
          }
        else
          {
            g_assert_null (row);
          }
        tear_down (&f);
      }
  g_assert_cmpuint (n, ==, G_N_ELEMENTS (rows));
}

/* What is bound expires while a refresh of it is out that nobody answers. */
static void
test_expired (void)
{
  Fixture f;

  set_up (&f);
  f.plan.expires = 20;
  give_flow (&f);
  g_assert_true (cause (&f, SIP_BINDING_EVENT_REGISTER) && cause (&f, SIP_BINDING_EVENT_OK));
  g_assert_true (cause (&f, SIP_BINDING_EVENT_DUE));
  g_assert_cmpuint (f.plan.n_bound, ==, 1);
  run (&f, 15 * G_USEC_PER_SEC);
  g_assert_cmpuint (f.plan.n_bound, ==, 0);
  g_assert_cmpstr (f.log->str, ==, "+-");
  g_assert_cmpint (sip_binding_get_state (f.binding), ==, SIP_BINDING_REGISTERING);
  run (&f, 32 * G_USEC_PER_SEC);
  g_assert_cmpstr (f.log->str, ==, "+-!");
  g_assert_cmpint (sip_binding_get_state (f.binding), ==, SIP_BINDING_RETRYING);
  tear_down (&f);
}

/* RFC 5626 §4.5: each wait is between the half and the whole of BASE · 2^n, and never more than half an hour. */
static void
test_waits (void)
{
  for (guint n = 1; n < 40; n++)
    for (guint i = 0; i < 200; i++)
      {
        gint64 all = MIN (SIP_REGISTER_BASE_ALL << MIN (n, 20), SIP_REGISTER_MAX_WAIT);
        gint64 some = MIN (SIP_REGISTER_BASE_SOME << MIN (n, 20), SIP_REGISTER_MAX_WAIT);
        gint64 wait = sip_binding_choose_wait (n, FALSE);

        g_assert_cmpint (wait, >=, all / 2);
        g_assert_cmpint (wait, <=, all);
        wait = sip_binding_choose_wait (n, TRUE);
        g_assert_cmpint (wait, >=, some / 2);
        g_assert_cmpint (wait, <=, some);
      }
}

/* In time for one try that nobody answers, and never twice a second. */
static void
test_refresh_times (void)
{
  static const guint32 lives[] = { 1, 2, 5, 10, 60, 90, 600, 3600, 86400, 864000, G_MAXUINT32 };

  for (guint i = 0; i < G_N_ELEMENTS (lives); i++)
    for (guint j = 0; j < 200; j++)
      {
        gint64 life = lives[i] * (gint64) G_USEC_PER_SEC;
        gint64 wait = sip_binding_choose_refresh (lives[i]);

        g_assert_cmpint (wait, >=, G_USEC_PER_SEC);
        g_assert_cmpint (wait, <=, MAX (life, G_USEC_PER_SEC));
        g_assert_cmpint (wait, <=, G_GINT64_CONSTANT (86400) * G_USEC_PER_SEC);
        if (lives[i] >= 80)
          g_assert_cmpint (wait, <=, life - 40 * G_USEC_PER_SEC);
        if (lives[i] >= 10 && lives[i] <= 86400)
          g_assert_cmpint (wait, >=, life * 2 / 5);
      }
}

static void
test_statuses (void)
{
  static const guint later[] = { 408, 430, 480, 486, 491, 500, 502, 503, 504, 580, 600 };
  static const guint never[] = { 300, 305, 380, 400, 401, 402, 403, 404, 405, 407, 410, 413, 416, 420, 421, 423, 439, 484, 485, 488, 501, 505, 603, 604, 606 };

  for (guint i = 0; i < G_N_ELEMENTS (later); i++)
    g_assert_true (sip_binding_may_come_right (later[i]));
  for (guint i = 0; i < G_N_ELEMENTS (never); i++)
    g_assert_false (sip_binding_may_come_right (never[i]));
}

#define ADD(name) g_test_add_func ("/binding/" #name, test_##name)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD (table);
  ADD (expired);
  ADD (waits);
  ADD (refresh_times);
  ADD (statuses);
  return g_test_run ();
}
