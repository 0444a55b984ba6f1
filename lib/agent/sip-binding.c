/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/sip-binding-private.h"

#include "dialog/sip-causes.h"
#include "dialog/sip-message-extras-private.h"
#include "syntax/sip-error.h"
#include "transaction/sip-transactions-private.h"

/* Answers that make us say the same in other words, at most, before they are taken for a refusal: 423, 3xx, 439. */
#define MAX_REPEATS 5
/* A binding that lives longer is refreshed all the same: who knows what the registrar forgets. */
#define LONGEST_REST (G_GINT64_CONSTANT (24) * 60 * 60 * G_USEC_PER_SEC)
#define SHORTEST_REST G_USEC_PER_SEC
/* Time for a REGISTER that is not answered (64·T1), and one more. */
#define MARGIN (G_GINT64_CONSTANT (40) * G_USEC_PER_SEC)

struct _SipBinding
{
  SipRegisterPlan *plan;
  SipBindingFunc func;
  gpointer user_data;
  guint reg_id;
  gboolean has_flow;       /* somebody gives us flows */
  SipBindingState state;
  SipSender *sender;       /* NULL: no REGISTER is out */
  SipFlow *flow;           /* the one that we use; nullable */
  SipFlowWatch watch;
  SipTimer due;
  SipTimer expiry;
  SipRegisterAnswer answer;
  gboolean has_answer;
  gint64 bound_at;
  char *target;            /* another registrar, which the first one named; nullable */
  guint32 min_expires;     /* what a 423 said */
  guint32 asked;
  guint n_failures;        /* in a row */
  guint n_repeats;
  gboolean is_clearing;    /* all bindings are to go */
  gboolean was_bound;      /* once: then what is refused now may come right */
  gboolean was_lost;
  gboolean lacks_outbound; /* the first hop (RFC 5626 §6, 439) */
};

void
sip_register_plan_clear (SipRegisterPlan *self)
{
  g_free ((char *) self->contact.user);
  g_free ((char *) self->contact.uri_params);
  g_free (self->registrar);
  g_free (self->from);
  g_free (self->to);
  g_free (self->call_id);
  g_free (self->instance_id);
  g_free (self->contact_params);
  g_strfreev (self->lines);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_free (self->content_type);
}

/* --- the machine --- */

typedef enum
{
  NOTHING,
  SEND,
  REMOVE,  /* sends */
  BIND,
  RETRY,
  REFUSE,
  DROP,    /* what is out, without an answer */
  LOSE,    /* the same, and the binding with it */
  EXPIRE,
  GONE,
} Action;

typedef struct
{
  guint8 next; /* SipBindingState + 1; 0: the event changes nothing */
  guint8 action;
} Edge;

#define TO(state, action) { SIP_BINDING_##state + 1, action }
#define ON(event) [SIP_BINDING_EVENT_##event]

static const Edge edges[SIP_BINDING_N_STATES][SIP_BINDING_N_EVENTS] = {
  [SIP_BINDING_IDLE] = {
    ON (REGISTER) = TO (REGISTERING, SEND),
    ON (UNREGISTER) = TO (IDLE, GONE),
    ON (CLEAR) = TO (REMOVING, REMOVE),
  },
  [SIP_BINDING_WAITING] = {
    ON (UNREGISTER) = TO (IDLE, GONE),
    ON (CLEAR) = TO (REMOVING, REMOVE),
    ON (FLOW_UP) = TO (REGISTERING, SEND),
    ON (REGISTER) = TO (REGISTERING, SEND),
    ON (DUE) = TO (REGISTERING, SEND),
  },
  [SIP_BINDING_REGISTERING] = {
    ON (UNREGISTER) = TO (LEAVING, NOTHING),
    ON (CLEAR) = TO (LEAVING, NOTHING),
    ON (FLOW_DOWN) = TO (WAITING, DROP),
    ON (OK) = TO (BOUND, BIND),
    ON (FAILED) = TO (RETRYING, RETRY),
    ON (REFUSED) = TO (REFUSED, REFUSE),
  },
  [SIP_BINDING_RETRYING] = {
    ON (REGISTER) = TO (REGISTERING, SEND),
    ON (UNREGISTER) = TO (IDLE, GONE),
    ON (CLEAR) = TO (REMOVING, REMOVE),
    ON (FLOW_DOWN) = TO (WAITING, NOTHING),
    ON (DUE) = TO (REGISTERING, SEND),
  },
  [SIP_BINDING_BOUND] = {
    ON (REGISTER) = TO (REFRESHING, SEND),
    ON (UNREGISTER) = TO (REMOVING, REMOVE),
    ON (CLEAR) = TO (REMOVING, REMOVE),
    ON (FLOW_DOWN) = TO (WAITING, LOSE),
    ON (DUE) = TO (REFRESHING, SEND),
    ON (EXPIRED) = TO (RETRYING, EXPIRE),
  },
  [SIP_BINDING_REFRESHING] = {
    ON (UNREGISTER) = TO (LEAVING, NOTHING),
    ON (CLEAR) = TO (LEAVING, NOTHING),
    ON (FLOW_DOWN) = TO (WAITING, LOSE),
    ON (OK) = TO (BOUND, BIND),
    ON (FAILED) = TO (BOUND, RETRY),
    ON (EXPIRED) = TO (REGISTERING, EXPIRE),
  },
  [SIP_BINDING_LEAVING] = {
    ON (REGISTER) = TO (REGISTERING, NOTHING),
    ON (FLOW_DOWN) = TO (IDLE, GONE),
    ON (OK) = TO (REMOVING, REMOVE),
    /* It may have been bound before, or be bound without our knowing. */
    ON (FAILED) = TO (REMOVING, REMOVE),
    ON (REFUSED) = TO (IDLE, GONE),
  },
  [SIP_BINDING_REMOVING] = {
    ON (REGISTER) = TO (RETURNING, NOTHING),
    ON (CLEAR) = TO (LEAVING, NOTHING),
    ON (FLOW_DOWN) = TO (IDLE, GONE),
    ON (OK) = TO (IDLE, GONE),
    ON (FAILED) = TO (IDLE, GONE),
    ON (REFUSED) = TO (IDLE, GONE),
  },
  [SIP_BINDING_RETURNING] = {
    ON (UNREGISTER) = TO (REMOVING, NOTHING),
    ON (CLEAR) = TO (LEAVING, NOTHING),
    ON (FLOW_DOWN) = TO (WAITING, DROP),
    ON (OK) = TO (REGISTERING, SEND),
    ON (FAILED) = TO (REGISTERING, SEND),
    ON (REFUSED) = TO (REGISTERING, SEND),
  },
  [SIP_BINDING_REFUSED] = {
    ON (REGISTER) = TO (REGISTERING, SEND),
    ON (UNREGISTER) = TO (IDLE, GONE),
    ON (CLEAR) = TO (REMOVING, REMOVE),
  },
};

static void dispatch (SipBinding *self, SipBindingEvent event, SipBindingReport *report);
static void send_register (SipBinding *self, gboolean is_removal);

static void
happen (SipBinding *self, SipBindingEvent event)
{
  SipBindingReport report = { 0 };

  dispatch (self, event, &report);
}

static SipTimerWheel *
wheel (SipBinding *self)
{
  return sip_dialogs_get_wheel (self->plan->dialogs);
}

static void
enter (SipBinding *self, SipBindingState state)
{
  gboolean was_bound = sip_binding_is_bound (self);

  self->state = state;
  self->plan->n_bound += sip_binding_is_bound (self) - was_bound;
  if (!sip_binding_is_bound (self))
    {
      sip_timer_stop (&self->expiry);
      if (self->has_answer)
        sip_register_answer_clear (&self->answer);
      self->has_answer = FALSE;
    }
}

/* --- waiting --- */

gint64
sip_binding_choose_wait (guint n_failures, gboolean is_another_bound)
{
  gint64 base = is_another_bound ? SIP_REGISTER_BASE_SOME : SIP_REGISTER_BASE_ALL;
  gint64 longest = MIN (base << MIN (n_failures, 10), SIP_REGISTER_MAX_WAIT);

  return (gint64) (longest * g_random_double_range (0.5, 1.0));
}

/* Early enough for one try that is not answered, and for another one; never at the same time as all who registered together. */
gint64
sip_binding_choose_refresh (guint32 expires)
{
  gint64 life = expires * (gint64) G_USEC_PER_SEC;
  gint64 latest = life - MIN (life / 2, MAX (life / 10, MARGIN));
  gint64 wait = (gint64) (latest * g_random_double_range (0.8, 1.0));

  return CLAMP (wait, SHORTEST_REST, LONGEST_REST);
}

static void
due_cb (SipTimer *timer)
{
  happen (SIP_CONTAINER_OF (timer, SipBinding, due), SIP_BINDING_EVENT_DUE);
}

static void
expiry_cb (SipTimer *timer)
{
  SipBinding *self = SIP_CONTAINER_OF (timer, SipBinding, expiry);
  g_autoptr (GError) error = g_error_new_literal (SIP_ERROR, SIP_ERROR_TIMEOUT, "The registration has expired");
  SipBindingReport report = { .error = error, .cause = SIP_CAUSE_EXPIRES };

  dispatch (self, SIP_BINDING_EVENT_EXPIRED, &report);
}

static void
rest (SipBinding *self, gint64 us)
{
  sip_timer_start (wheel (self), &self->due, due_cb, us);
}

static void
plan_retry (SipBinding *self, SipMsg *response)
{
  gboolean is_bound = sip_binding_is_bound (self);
  gint64 wait = sip_binding_choose_wait (++self->n_failures, self->plan->n_bound > (is_bound ? 1 : 0));
  gint64 asked = response != NULL ? sip_register_answer_get_retry_after (response) * (gint64) G_USEC_PER_SEC : 0;

  asked = MIN (asked, LONGEST_REST);

  /* While it is bound there is something to save. */
  if (is_bound)
    {
      gint64 left = self->expiry.expiry - sip_timer_wheel_now (wheel (self));

      wait = CLAMP (left / 2, MIN (5 * G_USEC_PER_SEC, wait), wait);
    }
  /* A registrar that is busy must not be asked by all at one time when it has had its rest. */
  if (asked > 0)
    wait = asked + (gint64) (MAX (asked / 10, SIP_REGISTER_SPREAD) * g_random_double ());
  rest (self, wait);
}

/* --- flows --- */

static void
forget_sender (SipBinding *self)
{
  if (self->sender == NULL)
    return;
  sip_sender_detach (self->sender);
  g_clear_pointer (&self->sender, sip_sender_unref);
}

static void
forget_flow (SipBinding *self)
{
  sip_flow_unwatch (&self->watch);
  g_clear_pointer (&self->flow, sip_flow_unref);
}

static void
flow_closed_cb (SipFlowWatch *watch, SipFlow *flow)
{
  SipBinding *self = SIP_CONTAINER_OF (watch, SipBinding, watch);
  g_autoptr (GError) error = flow->error != NULL ? g_error_copy (flow->error)
                                                 : g_error_new_literal (SIP_ERROR, SIP_ERROR_TRANSPORT, "The connection to the registrar is closed");
  SipBindingReport report = { .error = error, .cause = SIP_CAUSE_CONNECTION_ERROR };

  forget_flow (self);
  /* Of what is out, the sender finds another way by itself, where it may. */
  if (self->has_flow || self->sender == NULL)
    dispatch (self, SIP_BINDING_EVENT_FLOW_DOWN, &report);
}

static void
use_flow (SipBinding *self, SipFlow *flow)
{
  sip_flow_ref (flow);
  forget_flow (self);
  self->flow = flow;
  if (flow->state != SIP_FLOW_CLOSED)
    sip_flow_watch (flow, &self->watch, flow_closed_cb);
}

/* --- what becomes of an event --- */

static void
lose (SipBinding *self, SipBindingReport *report)
{
  self->was_lost = TRUE;
  report->lost = TRUE;
  /* RFC 5626 §4.5: after no failure there is no wait, but for the others who lost it with us. */
  if (!self->has_flow && self->state == SIP_BINDING_WAITING)
    rest (self, (gint64) (SIP_REGISTER_SPREAD * g_random_double ()));
}

/* Who asked for something looks himself at what it led to. */
static void
tell (SipBinding *self, SipBindingEvent event, const SipBindingReport *report)
{
  if (event >= SIP_BINDING_EVENT_FLOW_DOWN || report->gone)
    self->func (self->user_data, self, report);
}

static void
dispatch (SipBinding *self, SipBindingEvent event, SipBindingReport *report)
{
  const Edge *edge = &edges[self->state][event];

  if (edge->next == 0)
    return;
  if (event == SIP_BINDING_EVENT_CLEAR)
    self->is_clearing = TRUE;
  else if (event == SIP_BINDING_EVENT_REGISTER || edge->action == SEND)
    self->is_clearing = FALSE;
  if ((edge->action == SEND || edge->action == REMOVE) && self->has_flow && self->flow == NULL)
    {
      /* Nothing can be said. What is wanted waits for a flow; what is not, does not. */
      gboolean is_wanted = edge->action == SEND;
      g_autoptr (GError) error = g_error_new_literal (SIP_ERROR, SIP_ERROR_TRANSPORT, "There is no connection to the registrar");

      enter (self, is_wanted ? SIP_BINDING_WAITING : SIP_BINDING_IDLE);
      if (!is_wanted)
        {
          report->gone = TRUE;
          report->error = error;
          report->cause = SIP_CAUSE_CONNECTION_ERROR;
        }
      tell (self, event, report);
      return;
    }

  enter (self, edge->next - 1);
  switch ((Action) edge->action)
    {
    case NOTHING:
      break;
    case SEND:
    case REMOVE:
      self->n_repeats = 0;
      send_register (self, edge->action == REMOVE);
      break;
    case BIND:
      self->n_failures = 0;
      self->was_bound = TRUE;
      self->bound_at = sip_timer_wheel_now (wheel (self));
      sip_timer_start (wheel (self), &self->expiry, expiry_cb, self->answer.expires * (gint64) G_USEC_PER_SEC);
      rest (self, sip_binding_choose_refresh (self->answer.expires));
      report->registered = TRUE;
      break;
    case RETRY:
      plan_retry (self, report->response);
      report->failed = TRUE;
      break;
    case REFUSE:
      sip_timer_stop (&self->due);
      report->failed = TRUE;
      break;
    case DROP:
      forget_sender (self);
      report->failed = TRUE;
      break;
    case LOSE:
      forget_sender (self);
      sip_timer_stop (&self->due);
      lose (self, report);
      break;
    case EXPIRE:
      lose (self, report);
      break;
    case GONE:
      forget_sender (self);
      sip_timer_stop (&self->due);
      report->gone = TRUE;
      break;
    }
  tell (self, event, report);
}

/* --- answers --- */

/* Whether a registrar that says this now may say otherwise later. The rest is wrong with us: who we are, or how we ask. */
gboolean
sip_binding_may_come_right (guint status)
{
  switch (status)
    {
    case 408:
    case 430: /* RFC 5626 §11.5: this flow has failed */
    case 480:
    case 486:
    case 491:
      return TRUE;
    case 501:
    case 505:
      return FALSE;
    default:
      return status / 100 == 5 || status == 600;
    }
}

static gboolean
raise_expires (SipBinding *self, SipMsg *response)
{
  guint64 least;

  /* RFC 3261 §10.2.8. One that says no more than we asked for would have us ask for ever. */
  if (!sip_msg_uint (response, SIP_H_MIN_EXPIRES, G_MAXUINT32, &least) || least <= self->asked)
    return FALSE;
  self->min_expires = (guint32) least;
  return TRUE;
}

static gboolean
follow (SipBinding *self, SipMsg *response)
{
  SipNameAddrView contact;
  SipUriView uri;

  if (!sip_msg_contact (response, &contact) || contact.is_star || !sip_uri_view_parse (&uri, contact.uri) || !uri.is_sip ||
      uri.headers.p != NULL)
    return FALSE;
  /* RFC 3261 §26.2.2: what was asked for securely is not to be had otherwise. */
  if (g_ascii_strncasecmp (self->plan->registrar, "sips:", 5) == 0 && !uri.is_sips)
    return FALSE;
  g_free (self->target);
  self->target = sip_str_dup (contact.uri);
  return TRUE;
}

static gboolean
speaks_outbound (SipBinding *self)
{
  return self->plan->outbound && self->plan->instance_id != NULL && !self->lacks_outbound;
}

/* Whether the same can be said in other words. */
static gboolean
can_repeat (SipBinding *self, SipMsg *response)
{
  if (self->n_repeats++ >= MAX_REPEATS)
    return FALSE;
  switch (response->status)
    {
    case 301:
    case 302:
      return follow (self, response);
    case 423:
      return raise_expires (self, response);
    case 439: /* RFC 5626 §11.6 */
      if (!speaks_outbound (self))
        return FALSE;
      self->lacks_outbound = TRUE;
      return TRUE;
    default:
      return FALSE;
    }
}

static GError *
make_error (SipMsg *response)
{
  gboolean is_identity = response->status == 401 || response->status == 403 || response->status == 407;

  return g_error_new (SIP_ERROR, is_identity ? SIP_ERROR_AUTHENTICATION : SIP_ERROR_NOT_SUPPORTED,
                      "The registrar answered %u " SIP_STR_FORMAT, response->status, SIP_STR_ARGS (response->reason));
}

/* The registrar has said that nothing is bound. */
static void
unbind (SipBinding *self, SipBindingReport *report)
{
  if (self->state != SIP_BINDING_REFRESHING)
    return;
  report->lost = TRUE;
  enter (self, SIP_BINDING_REGISTERING);
}

static void
refuse (SipBinding *self, SipMsg *response)
{
  g_autoptr (GError) error = make_error (response);
  SipBindingReport report = { .response = response, .error = error, .cause = sip_cause_for_status (response->status) };
  gboolean is_patient = sip_binding_may_come_right (response->status) || sip_register_answer_get_retry_after (response) > 0;

  g_clear_pointer (&self->target, g_free);
  if (!is_patient)
    unbind (self, &report);
  /* It did say yes once: a registrar that has lost its memory, or its database, finds it again. */
  dispatch (self, is_patient || self->was_bound ? SIP_BINDING_EVENT_FAILED : SIP_BINDING_EVENT_REFUSED, &report);
}

static void
take_ok (SipBinding *self, SipMsg *request, SipMsg *response, SipFlow *flow)
{
  SipBindingReport report = { .response = response };
  g_autoptr (GError) error = NULL;

  if (self->state != SIP_BINDING_REGISTERING && self->state != SIP_BINDING_REFRESHING)
    {
      dispatch (self, SIP_BINDING_EVENT_OK, &report);
      return;
    }

  if (self->has_answer)
    sip_register_answer_clear (&self->answer);
  sip_register_answer_read (&self->answer, response, request, self->asked);
  self->has_answer = TRUE;
  if (self->answer.expires == 0)
    {
      report.error = error = g_error_new_literal (SIP_ERROR, SIP_ERROR_NOT_SUPPORTED, "The registrar removed the binding that it was asked for");
      report.cause = SIP_CAUSE_EXPIRES;
      unbind (self, &report);
      dispatch (self, SIP_BINDING_EVENT_FAILED, &report);
      return;
    }
  if (!self->has_flow && flow->is_reliable && flow != self->flow)
    use_flow (self, flow);
  dispatch (self, SIP_BINDING_EVENT_OK, &report);
}

static void
response_cb (gpointer user_data, SipSender *sender, SipMsg *msg, SipFlow *flow)
{
  SipBinding *self = user_data;
  g_autoptr (SipMsg) request = NULL;
  g_autoptr (SipMsg) response = sip_msg_ref (msg);

  if (response->status < 200)
    return;
  request = sip_msg_ref (sip_sender_get_request (sender));
  forget_sender (self);
  if (response->status < 300)
    take_ok (self, request, response, flow);
  else if ((self->state == SIP_BINDING_REGISTERING || self->state == SIP_BINDING_REFRESHING) && can_repeat (self, response))
    send_register (self, FALSE);
  else
    refuse (self, response);
}

static void
failed_cb (gpointer user_data, SipSender *sender, const GError *reason)
{
  SipBinding *self = user_data;
  g_autoptr (GError) error = g_error_copy (reason);
  gboolean is_timeout = g_error_matches (error, SIP_ERROR, SIP_ERROR_TIMEOUT);
  SipBindingReport report = { .error = error, .cause = is_timeout ? SIP_CAUSE_REQUEST_TIMEOUT : SIP_CAUSE_CONNECTION_ERROR };

  forget_sender (self);
  g_clear_pointer (&self->target, g_free);
  dispatch (self, SIP_BINDING_EVENT_FAILED, &report);
}

/* --- REGISTER --- */

static guint32
renumber_cb (gpointer user_data, SipSender *sender)
{
  return ++((SipBinding *) user_data)->plan->cseq;
}

static const SipSenderEvents sender_events = {
  .response = response_cb,
  .failed = failed_cb,
  .renumber = renumber_cb,
};

static char *
make_contact_params (SipBinding *self, guint32 expires)
{
  SipRegisterPlan *plan = self->plan;
  GString *text = g_string_new (NULL);

  if (plan->instance_id != NULL)
    g_string_append_printf (text, "+sip.instance=\"<%s>\";", plan->instance_id);
  if (speaks_outbound (self))
    g_string_append_printf (text, "reg-id=%u;", self->reg_id);
  if (plan->contact_params != NULL)
    g_string_append_printf (text, "%s;", plan->contact_params);
  g_string_append_printf (text, "expires=%u", expires);
  return g_string_free (text, FALSE);
}

static void
add_supported (SipBinding *self, SipMsgBuilder *request)
{
  const char *others = sip_dialogs_get_supported (self->plan->dialogs);

  sip_msg_builder_add_printf (request, SIP_H_SUPPORTED, "path, gruu%s%s%s", speaks_outbound (self) ? ", outbound" : "",
                              others != NULL && *others != '\0' ? ", " : "", others != NULL ? others : "");
}

static SipMsgBuilder *
build (SipBinding *self, guint32 expires)
{
  SipRegisterPlan *plan = self->plan;
  const SipMessageExtras extras = { .lines = (const char *const *) plan->lines, .body = plan->body, .content_type = plan->content_type };
  g_autoptr (GError) error = NULL;
  SipMsgBuilder *request =
      sip_msg_builder_new_request (sip_method_id_name (SIP_METHOD_REGISTER), sip_str_from (self->target != NULL ? self->target : plan->registrar));

  sip_msg_builder_add (request, SIP_H_MAX_FORWARDS, SIP_STR ("70"));
  sip_msg_builder_add (request, SIP_H_FROM, sip_str_from (plan->from));
  sip_msg_builder_add (request, SIP_H_TO, sip_str_from (plan->to));
  sip_msg_builder_add (request, SIP_H_CALL_ID, sip_str_from (plan->call_id));
  sip_msg_builder_add_printf (request, SIP_H_CSEQ, "%u REGISTER", ++plan->cseq);
  /* Also for those who do not look at the parameter of Contact. */
  sip_msg_builder_add_printf (request, SIP_H_EXPIRES, "%u", expires);
  sip_msg_builder_add (request, SIP_H_ALLOW, sip_str_from (sip_dialogs_get_allow (plan->dialogs)));
  add_supported (self, request);
  if (sip_dialogs_get_product (plan->dialogs) != NULL)
    sip_msg_builder_add (request, SIP_H_USER_AGENT, sip_str_from (sip_dialogs_get_product (plan->dialogs)));
  if (!sip_message_extras_add (&extras, request, &error))
    g_debug ("A REGISTER goes without its headers: %s", error->message);
  return request;
}

static void
send_register (SipBinding *self, gboolean is_removal)
{
  SipRegisterPlan *plan = self->plan;
  guint32 expires = is_removal ? 0 : MAX (plan->expires, self->min_expires);
  g_autoptr (SipMsgBuilder) request = build (self, expires);
  g_autofree char *params = make_contact_params (self, expires);
  SipSendTarget target = { 0 };

  sip_timer_stop (&self->due);
  forget_sender (self);
  self->asked = expires;
  target.next_hop = sip_msg_builder_get_uri (request);
  target.preferred = self->flow;
  target.only_preferred = self->has_flow;
  target.has_contact = TRUE;
  target.contact = plan->contact;
  target.contact.params = params;
  if (is_removal && self->is_clearing)
    target.contact = (SipContactSpec){ .whole = "*" };
  self->sender =
      sip_sender_new (sip_dialogs_get_transactions (plan->dialogs), g_steal_pointer (&request), &target, &sender_events, self);
  sip_sender_start (self->sender);
}

/* --- the owner's side --- */

SipBinding *
sip_binding_new (SipRegisterPlan *plan, guint reg_id, gboolean has_flow, SipBindingFunc func, gpointer user_data)
{
  SipBinding *self = g_new0 (SipBinding, 1);

  self->plan = plan;
  self->reg_id = reg_id;
  self->has_flow = has_flow;
  self->func = func;
  self->user_data = user_data;
  return self;
}

void
sip_binding_free (SipBinding *self)
{
  enter (self, SIP_BINDING_IDLE);
  forget_sender (self);
  forget_flow (self);
  sip_timer_stop (&self->due);
  g_free (self->target);
  g_free (self);
}

SipBindingState
sip_binding_get_state (SipBinding *self)
{
  return self->state;
}

gboolean
sip_binding_is_bound (SipBinding *self)
{
  return self->state == SIP_BINDING_BOUND || self->state == SIP_BINDING_REFRESHING;
}

const SipRegisterAnswer *
sip_binding_get_answer (SipBinding *self)
{
  return self->has_answer ? &self->answer : NULL;
}

gint64
sip_binding_get_due (SipBinding *self)
{
  return sip_timer_is_running (&self->due) ? self->due.expiry : 0;
}

SipFlow *
sip_binding_get_flow (SipBinding *self)
{
  return self->flow;
}

void
sip_binding_tell (SipBinding *self, SipBindingEvent event)
{
  happen (self, event);
}

void
sip_binding_set_flow (SipBinding *self, SipFlow *flow)
{
  if (self->flow == flow || !self->has_flow)
    return;
  forget_flow (self);
  if (flow == NULL || flow->state != SIP_FLOW_OPEN)
    return;
  use_flow (self, flow);
  if (self->state == SIP_BINDING_WAITING && self->was_lost)
    rest (self, (gint64) (SIP_REGISTER_SPREAD * g_random_double ()));
  else
    happen (self, SIP_BINDING_EVENT_FLOW_UP);
}

void
sip_binding_hurry (SipBinding *self)
{
  gint64 soon = (gint64) (SIP_REGISTER_SPREAD * g_random_double ());
  gint64 now = sip_timer_wheel_now (wheel (self));

  if (!sip_timer_is_running (&self->due) || self->due.expiry <= now + soon)
    return;
  if (self->state == SIP_BINDING_RETRYING)
    {
      self->n_failures = 0;
      rest (self, soon);
    }
  /* A connection says by itself that it is gone. */
  else if (self->state == SIP_BINDING_BOUND && (self->flow == NULL || !self->flow->is_reliable) && now - self->bound_at >= SIP_REGISTER_SPREAD)
    rest (self, soon);
}
