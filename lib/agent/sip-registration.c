/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/sip-registration-private.h"

#include "agent/sip-registrant-private.h"
#include "agent/sip-request-options-private.h"
#include "agent/sip-user-agent-private.h"
#include "agent/sip-waiters-private.h"
#include "syntax/sip-message-private.h"
#include "transaction/sip-token-private.h"

/**
 * SipRegistration:
 *
 * Our address at a registrar (RFC 3261 §10): as long as it is registered, calls for the address reach this agent.
 *
 * ```c
 * static void
 * registered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
 * {
 *   g_autoptr (GError) error = NULL;
 *   g_autoptr (SipRegistration) registration = sip_user_agent_register_finish (SIP_USER_AGENT (source), result, &error);
 *
 *   if (registration == NULL)
 *     g_printerr ("Not registered: %s\n", error->message);
 * }
 *
 * sip_user_agent_register_async (agent, NULL, NULL, registered_cb, NULL);
 * ```
 *
 * From then on it looks after itself: it is refreshed before it expires; where that fails it is tried again, at first after half a minute, later
 * after up to half an hour (RFC 5626 §4.5); it comes back when a connection or the network does. [property@Sip.Registration:state] and
 * [property@Sip.Registration:error] tell how it stands. Calls do not depend on it: they go on while it is lost.
 */

/* A registrar that gives a new one each time keeps the ones before as well; so many of them are known here. */
#define MAX_TEMPORARY_USERS 32

enum
{
  SIGNAL_REGISTERED,
  SIGNAL_UNREGISTERED,
  SIGNAL_REGISTRATION_FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SipRegistration, sip_registration, G_TYPE_OBJECT)

/* --- what the registrar said --- */

static void
remember_temporary (SipRegistration *self, const char *gruu)
{
  g_autoptr (SipUri) uri = gruu != NULL ? sip_uri_parse (gruu, NULL) : NULL;
  const char *user = uri != NULL ? sip_uri_get_user (uri) : NULL;

  if (user == NULL || sip_registration_knows_user (self, user))
    return;
  if (self->temporary_users->len == MAX_TEMPORARY_USERS)
    g_ptr_array_remove_index (self->temporary_users, 0);
  g_ptr_array_add (self->temporary_users, g_strdup (user));
}

static gboolean
take_text (char **kept, const char *text)
{
  if (g_strcmp0 (*kept, text) == 0)
    return FALSE;
  g_free (*kept);
  *kept = g_strdup (text);
  return TRUE;
}

static gboolean
take_texts (char ***kept, char **texts)
{
  if (*kept == texts || (*kept != NULL && texts != NULL && g_strv_equal ((const char *const *) *kept, (const char *const *) texts)))
    return FALSE;
  g_strfreev (*kept);
  *kept = g_strdupv (texts);
  return TRUE;
}

static void
take_answer (SipRegistration *self)
{
  const SipRegisterAnswer none = { 0 };
  const SipRegisterAnswer *answer = self->registrant != NULL ? sip_registrant_get_answer (self->registrant) : NULL;

  if (answer == NULL)
    answer = &none;
  if (self->answer.expires != answer->expires)
    {
      self->answer.expires = answer->expires;
      sip_registration_notify (self, SIP_REGISTRATION_PROP_EXPIRES);
    }
  if (take_text (&self->answer.public_gruu, answer->public_gruu))
    sip_registration_notify (self, SIP_REGISTRATION_PROP_PUBLIC_GRUU);
  if (take_text (&self->answer.temporary_gruu, answer->temporary_gruu))
    sip_registration_notify (self, SIP_REGISTRATION_PROP_TEMPORARY_GRUU);
  if (take_texts (&self->answer.service_route, answer->service_route))
    sip_registration_notify (self, SIP_REGISTRATION_PROP_SERVICE_ROUTE);
  if (take_texts (&self->answer.contacts, answer->contacts))
    sip_registration_notify (self, SIP_REGISTRATION_PROP_CONTACTS);
  self->answer.is_outbound = answer->is_outbound;
  remember_temporary (self, answer->temporary_gruu);
}

static void
take_error (SipRegistration *self, const GError *error)
{
  if (self->error == NULL && error == NULL)
    return;
  g_clear_error (&self->error);
  self->error = error != NULL ? g_error_copy (error) : NULL;
  sip_registration_notify (self, SIP_REGISTRATION_PROP_ERROR);
}

static void
take_state (SipRegistration *self)
{
  SipRegistrationState state = SIP_REGISTRATION_STATE_UNREGISTERED;

  if (self->registrant != NULL)
    state = sip_registrant_get_state (self->registrant, self->error != NULL);
  if (self->state == state)
    return;
  self->state = state;
  sip_registration_notify (self, SIP_REGISTRATION_PROP_STATE);
}

/* All that shows, at once. */
static void
refresh (SipRegistration *self)
{
  g_object_freeze_notify (G_OBJECT (self));
  take_state (self);
  take_answer (self);
  g_object_thaw_notify (G_OBJECT (self));
  if (self->user_agent != NULL)
    sip_user_agent_registration_changed (self->user_agent);
}

/* --- what becomes of it --- */

static void
drop_registrant (SipRegistration *self)
{
  if (self->registrant == NULL)
    return;
  self->cseq = sip_registrant_get_plan (self->registrant)->cseq;
  g_clear_pointer (&self->registrant, sip_registrant_free);
  sip_ender_leave (&self->ender);
}

static void
emit (SipRegistration *self, guint signal, SipResponse *response, const char *cause)
{
  g_autoptr (SipUserAgent) user_agent = self->user_agent != NULL ? g_object_ref (self->user_agent) : NULL;

  if (signal == SIGNAL_REGISTERED)
    g_signal_emit (self, signals[signal], 0, response);
  else
    g_signal_emit (self, signals[signal], 0, response, cause);

  if (user_agent == NULL)
    return;
  if (signal == SIGNAL_REGISTERED)
    sip_user_agent_emit_registered (user_agent, response, self);
  else
    sip_user_agent_emit_unregistered (user_agent, signal == SIGNAL_REGISTRATION_FAILED, response, cause, self);
}

static void
return_tasks (SipRegistration *self, const SipBindingReport *report, const GError *error)
{
  if (report->registered)
    sip_waiters_return (self->registering, G_OBJECT (self));
  else if (report->failed || report->lost)
    sip_waiters_return_error (self->registering, error);
  else if (report->gone)
    {
      g_autoptr (GError) cancelled = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "It was unregistered");

      sip_waiters_return_error (self->registering, cancelled);
      if (error != NULL)
        sip_waiters_return_error (self->unregistering, error);
      else
        sip_waiters_return (self->unregistering, NULL);
    }
}

static void
report_cb (gpointer user_data, const SipBindingReport *report)
{
  g_autoptr (SipRegistration) self = g_object_ref (user_data);
  g_autoptr (SipUserAgent) user_agent = self->user_agent != NULL ? g_object_ref (self->user_agent) : NULL;
  g_autoptr (SipMessage) message = report->response != NULL ? sip_message_new_for_msg (report->response) : NULL;
  g_autoptr (GError) error = report->error != NULL ? g_error_copy (report->error) : NULL;
  SipResponse *response = (SipResponse *) message;
  const SipBindingReport copy = *report;

  if (copy.registered || copy.failed || copy.lost || copy.gone)
    take_error (self, error);
  if (copy.gone)
    drop_registrant (self);
  refresh (self);

  if (copy.registered)
    emit (self, SIGNAL_REGISTERED, response, NULL);
  if (copy.failed)
    emit (self, SIGNAL_REGISTRATION_FAILED, response, copy.cause);
  if (copy.lost || copy.gone)
    emit (self, SIGNAL_UNREGISTERED, response, copy.cause);
  return_tasks (self, &copy, error);
  if (self->registrant == NULL && user_agent != NULL)
    sip_user_agent_forget_registration (user_agent, self);
}

static void
end_at_stop (SipEnder *ender)
{
  g_autoptr (SipRegistration) self = g_object_ref (SIP_CONTAINER_OF (ender, SipRegistration, ender));

  if (self->registrant == NULL)
    sip_ender_leave (ender);
  else
    sip_registration_end (self, FALSE, NULL);
}

static void
abandon_at_stop (SipEnder *ender)
{
  g_autoptr (SipRegistration) self = g_object_ref (SIP_CONTAINER_OF (ender, SipRegistration, ender));
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "The user agent was stopped");
  const SipBindingReport report = { .gone = TRUE, .error = error };

  report_cb (self, &report);
}

static const SipEnderClass ender_class = { SIP_END_REGISTRATIONS, end_at_stop, abandon_at_stop };

/* --- the object --- */

static void
sip_registration_dispose (GObject *object)
{
  SipRegistration *self = SIP_REGISTRATION (object);

  drop_registrant (self);
  g_clear_weak_pointer (&self->user_agent);

  G_OBJECT_CLASS (sip_registration_parent_class)->dispose (object);
}

static void
sip_registration_finalize (GObject *object)
{
  SipRegistration *self = SIP_REGISTRATION (object);

  sip_register_answer_clear (&self->answer);
  sip_waiters_free (self->registering);
  sip_waiters_free (self->unregistering);
  g_ptr_array_unref (self->temporary_users);
  g_clear_pointer (&self->registrar, sip_uri_unref);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_clear_error (&self->error);
  g_strfreev (self->lines);
  g_free (self->registrar_text);
  g_free (self->call_id);
  g_free (self->tag);
  g_free (self->contact_params);
  g_free (self->content_type);

  G_OBJECT_CLASS (sip_registration_parent_class)->finalize (object);
}

static void
sip_registration_class_init (SipRegistrationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = sip_registration_dispose;
  object_class->finalize = sip_registration_finalize;
  sip_registration_install_properties (object_class);

  /**
   * SipRegistration::registered:
   * @self: the registration
   * @response: the registrar's answer
   *
   * It is registered, or refreshed.
   */
  signals[SIGNAL_REGISTERED] =
      g_signal_new ("registered", SIP_TYPE_REGISTRATION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, SIP_TYPE_RESPONSE);

  /**
   * SipRegistration::unregistered:
   * @self: the registration
   * @response: (nullable): the registrar's answer, where there is one
   * @cause: (nullable): why, where nobody asked for it: one of the causes that calls end with
   *
   * It is not registered any more: it was unregistered; it could not be refreshed in time ("Expires"); its connection is lost ("Connection
   * Error"), and it comes back with it.
   */
  signals[SIGNAL_UNREGISTERED] = g_signal_new ("unregistered", SIP_TYPE_REGISTRATION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                               SIP_TYPE_RESPONSE, G_TYPE_STRING);

  /**
   * SipRegistration::registration-failed:
   * @self: the registration
   * @response: (nullable): the registrar's answer, where there is one
   * @cause: why: one of the causes that calls end with
   *
   * A REGISTER was refused, or not answered. [property@Sip.Registration:state] tells whether it is registered all the same;
   * [method@Sip.Registration.get_retry_in] when it is tried again.
   */
  signals[SIGNAL_REGISTRATION_FAILED] = g_signal_new ("registration-failed", SIP_TYPE_REGISTRATION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                                      G_TYPE_NONE, 2, SIP_TYPE_RESPONSE, G_TYPE_STRING);
}

static void
sip_registration_init (SipRegistration *self)
{
  self->registering = sip_waiters_new ();
  self->unregistering = sip_waiters_new ();
  self->temporary_users = g_ptr_array_new_with_free_func (g_free);
  self->call_id = sip_call_id_new ();
  self->tag = sip_tag_new ();
  self->outbound = TRUE;
}

SipRegistration *
sip_registration_new (SipUserAgent *user_agent, SipUri *registrar)
{
  SipRegistration *self = g_object_new (SIP_TYPE_REGISTRATION, NULL);

  g_set_weak_pointer (&self->user_agent, user_agent);
  self->registrar = sip_uri_ref (registrar);
  self->registrar_text = sip_uri_to_string (registrar);
  return self;
}

gboolean
sip_registration_is_at (SipRegistration *self, SipUri *registrar)
{
  return sip_uri_equal (self->registrar, registrar);
}

/* --- what goes into its REGISTERs --- */

/* RFC 3261 §25.1 contact-extension. */
static gboolean
check_contact_params (const char *const *params, GError **error)
{
  for (guint i = 0; params != NULL && params[i] != NULL; i++)
    {
      g_autofree char *text = g_strdup_printf ("<sip:x>;%s", params[i]);
      SipNameAddrView view;

      if (strpbrk (params[i], "\r\n") == NULL && sip_name_addr_view_parse (&view, sip_str_from (text)) && view.n_params == 1)
        continue;

      g_autofree char *shown = g_strescape (params[i], NULL);

      g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_HEADER, "extra-contact-params is no parameter of a header: \"%s\"", shown);
      return FALSE;
    }
  return TRUE;
}

static gboolean
check_extras (SipRegisterOptions *options, GError **error)
{
  const SipMessageExtras extras = sip_request_options_get_extras (options);
  g_autoptr (SipMsgBuilder) probe = sip_msg_builder_new_request (SIP_STR ("REGISTER"), SIP_STR ("sip:probe.invalid"));

  return sip_message_extras_check (&extras, 0, 0, error) && sip_message_extras_add (&extras, probe, error);
}

gboolean
sip_registration_take_extras (SipRegistration *self, SipRegisterOptions *options, GError **error)
{
  const SipMessageExtras extras = sip_request_options_get_extras (options);

  if (!check_extras (options, error))
    return FALSE;

  g_strfreev (self->lines);
  self->lines = g_strdupv ((char **) extras.lines);
  g_clear_pointer (&self->body, g_bytes_unref);
  self->body = extras.body != NULL ? g_bytes_ref (extras.body) : NULL;
  take_text (&self->content_type, extras.body != NULL ? extras.content_type : NULL);
  return TRUE;
}

gboolean
sip_registration_configure (SipRegistration *self, SipRegisterOptions *options, GError **error)
{
  const char *const *params = options != NULL ? sip_register_options_get_extra_contact_params (options) : NULL;

  if (options == NULL)
    return TRUE;
  if (!check_contact_params (params, error) || !sip_registration_take_extras (self, options, error))
    return FALSE;

  self->expires = sip_register_options_get_expires (options);
  self->outbound = sip_register_options_get_outbound (options);
  g_free (self->contact_params);
  self->contact_params = params != NULL && params[0] != NULL ? g_strjoinv (";", (char **) params) : NULL;
  return TRUE;
}

static void
fill_plan (SipRegistration *self)
{
  SipRegisterPlan *plan = sip_registrant_get_plan (self->registrant);
  SipDialogs *dialogs = plan->dialogs;
  guint32 cseq = plan->cseq > 0 ? plan->cseq : self->cseq;
  guint n_bound = plan->n_bound;
  SipUserAgent *agent = self->user_agent;
  g_autoptr (SipUri) address = sip_uri_to_address_of_record (sip_user_agent_get_parsed_uri (agent));
  g_autoptr (SipNameAddr) from = sip_name_addr_new (sip_user_agent_get_display_name (agent), address);
  g_autoptr (SipNameAddr) to = sip_name_addr_new (NULL, address);
  g_autofree char *from_text = sip_name_addr_to_string (from);

  sip_register_plan_clear (plan);
  *plan = (SipRegisterPlan){
    .dialogs = dialogs,
    .contact = { .user = g_strdup (agent->plain_contact.user), .uri_params = g_strdup (agent->plain_contact.uri_params) },
    .registrar = g_strdup (self->registrar_text),
    .from = g_strdup_printf ("%s;tag=%s", from_text, self->tag),
    .to = sip_name_addr_to_string (to),
    .call_id = g_strdup (self->call_id),
    .instance_id = g_strdup (agent->instance_id),
    .contact_params = g_strdup (self->contact_params),
    .lines = g_strdupv (self->lines),
    .body = self->body != NULL ? g_bytes_ref (self->body) : NULL,
    .content_type = g_strdup (self->content_type),
    .expires = self->expires > 0 ? self->expires : agent->register_expires,
    .cseq = cseq,
    .outbound = self->outbound,
    .n_bound = n_bound,
  };
}

/* --- beginning and ending --- */

static void
ensure_registrant (SipRegistration *self)
{
  if (self->registrant == NULL)
    {
      self->registrant = sip_registrant_new (self->user_agent->dialogs, self->user_agent->server_list, report_cb, self);
      sip_server_list_watch_network (self->user_agent->server_list);
      sip_user_agent_hold (self->user_agent, &self->ender, &ender_class);
    }
  fill_plan (self);
}

void
sip_registration_begin (SipRegistration *self, GTask *task)
{
  g_autoptr (GError) cancelled = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "It is registered again");

  ensure_registrant (self);
  take_error (self, NULL);
  if (task != NULL)
    sip_waiters_add (self->registering, task);
  sip_registrant_register (self->registrant);
  refresh (self);
  sip_waiters_return_error (self->unregistering, cancelled);
}

void
sip_registration_end (SipRegistration *self, gboolean all, GTask *task)
{
  g_autoptr (SipRegistration) hold = g_object_ref (self);

  ensure_registrant (self);
  if (task != NULL)
    sip_waiters_add (self->unregistering, task);
  sip_registrant_unregister (self->registrant, all);
  refresh (hold);
}

void
sip_registration_look_at_servers (SipRegistration *self)
{
  if (self->registrant == NULL)
    return;
  sip_registrant_look_at_servers (self->registrant);
  refresh (self);
}

void
sip_registration_network_changed (SipRegistration *self)
{
  if (self->registrant != NULL)
    sip_registrant_network_changed (self->registrant);
}

const SipRegisterAnswer *
sip_registration_get_answer (SipRegistration *self)
{
  return self->state == SIP_REGISTRATION_STATE_REGISTERED ? &self->answer : NULL;
}

SipFlow *
sip_registration_get_flow (SipRegistration *self)
{
  return self->registrant != NULL ? sip_registrant_get_flow (self->registrant) : NULL;
}

gboolean
sip_registration_knows_user (SipRegistration *self, const char *user)
{
  return g_ptr_array_find_with_equal_func (self->temporary_users, user, g_str_equal, NULL);
}

/* --- public --- */

/**
 * sip_registration_register_async:
 * @self: a registration
 * @cancellable: (nullable): stops waiting; the registration goes on
 * @callback: (nullable) (scope async): called when the registrar has answered
 * @user_data: for @callback
 *
 * Registers again, now: where it has failed for good, or was unregistered, or where somebody wants to be sure.
 */
void
sip_registration_register_async (SipRegistration *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  GError *error = NULL;

  g_return_if_fail (SIP_IS_REGISTRATION (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, sip_registration_register_async);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (!sip_user_agent_can_register (self->user_agent, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  sip_user_agent_keep_registration (self->user_agent, self);
  sip_registration_begin (self, task);
}

/**
 * sip_registration_register_finish:
 * @self: a registration
 * @result: the result
 * @error: return location for an error
 *
 * Ends [method@Sip.Registration.register_async].
 *
 * Returns: whether it is registered; otherwise @error is as [property@Sip.Registration:error], or `SIP_ERROR_INVALID_STATE`
 */
gboolean
sip_registration_register_finish (SipRegistration *self, GAsyncResult *result, GError **error)
{
  g_autoptr (GObject) registration = NULL;

  g_return_val_if_fail (SIP_IS_REGISTRATION (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  registration = g_task_propagate_pointer (G_TASK (result), error);
  return registration != NULL;
}

/**
 * sip_registration_unregister_async:
 * @self: a registration
 * @all: whether other phones' registrations of our address go as well (RFC 3261 §10.2.2)
 * @cancellable: (nullable): stops waiting; it is unregistered all the same
 * @callback: (nullable) (scope async): called when the registrar has answered
 * @user_data: for @callback
 *
 * Ends it: it is not refreshed any more, and removed from the registrar.
 */
void
sip_registration_unregister_async (SipRegistration    *self,
                                   gboolean            all,
                                   GCancellable       *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;
  GError *error = NULL;

  g_return_if_fail (SIP_IS_REGISTRATION (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, sip_registration_unregister_async);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (self->registrant == NULL && !all)
    g_task_return_boolean (task, TRUE);
  else if (!sip_user_agent_can_register (self->user_agent, &error))
    g_task_return_error (task, error);
  else
    sip_registration_end (self, all, task);
}

/**
 * sip_registration_unregister_finish:
 * @self: a registration
 * @result: the result
 * @error: return location for an error
 *
 * Ends [method@Sip.Registration.unregister_async].
 *
 * Returns: whether the registrar has removed it; otherwise @error is as [property@Sip.Registration:error], and the registrar forgets it when it expires
 */
gboolean
sip_registration_unregister_finish (SipRegistration *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (SIP_IS_REGISTRATION (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
