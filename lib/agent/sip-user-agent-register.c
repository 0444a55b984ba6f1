/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The agent's registrations: what it was told of them, and what they change for its requests. */

#include "agent/sip-user-agent-private.h"

#include "agent/sip-registration-private.h"
#include "syntax/sip-error.h"

static SipRegistration *
nth (SipUserAgent *self, guint i)
{
  g_autoptr (SipRegistration) registration = g_list_model_get_item (G_LIST_MODEL (self->registrations), i);

  /* The list holds it. */
  return registration;
}

static guint
get_n (SipUserAgent *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->registrations));
}

/* What is there now, whatever becomes of the list meanwhile. */
static GPtrArray *
list (SipUserAgent *self)
{
  GPtrArray *all = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < get_n (self); i++)
    g_ptr_array_add (all, g_object_ref (nth (self, i)));
  return all;
}

/* --- what registrations tell --- */

gboolean
sip_user_agent_can_register (SipUserAgent *self, GError **error)
{
  if (self == NULL || self->state != SIP_USER_AGENT_STATE_STARTED)
    {
      g_set_error_literal (error, SIP_ERROR, SIP_ERROR_INVALID_STATE, "register is not possible while the user agent is not started");
      return FALSE;
    }
  return sip_user_agent_check_settings (self, error);
}

void
sip_user_agent_keep_registration (SipUserAgent *self, SipRegistration *registration)
{
  if (!g_list_store_find (self->registrations, registration, NULL))
    g_list_store_append (self->registrations, registration);
}

void
sip_user_agent_forget_registration (SipUserAgent *self, SipRegistration *registration)
{
  guint position;

  if (g_list_store_find (self->registrations, registration, &position))
    g_list_store_remove (self->registrations, position);
}

void
sip_user_agent_registration_changed (SipUserAgent *self)
{
  gboolean is_registered = FALSE;

  for (guint i = 0; i < get_n (self) && !is_registered; i++)
    is_registered = sip_registration_get_state (nth (self, i)) == SIP_REGISTRATION_STATE_REGISTERED;
  sip_user_agent_apply_contact (self);
  if (self->is_registered == is_registered)
    return;
  self->is_registered = is_registered;
  sip_user_agent_notify (self, SIP_USER_AGENT_PROP_IS_REGISTERED);
}

/* --- what they say of our requests --- */

/* The first one that is registered. */
static SipRegistration *
find_registered (SipUserAgent *self)
{
  for (guint i = 0; i < get_n (self); i++)
    {
      if (sip_registration_get_answer (nth (self, i)) != NULL)
        return nth (self, i);
    }
  return NULL;
}

const char *const *
sip_user_agent_get_service_route (SipUserAgent *self)
{
  SipRegistration *registration = find_registered (self);

  return registration != NULL ? sip_registration_get_service_route (registration) : NULL;
}

gboolean
sip_user_agent_is_outbound (SipUserAgent *self)
{
  SipRegistration *registration = find_registered (self);

  return registration != NULL && sip_registration_get_answer (registration)->is_outbound;
}

SipFlow *
sip_user_agent_get_registered_flow (SipUserAgent *self)
{
  SipRegistration *registration = find_registered (self);

  return registration != NULL ? sip_registration_get_flow (registration) : NULL;
}

char *
sip_user_agent_dup_gruu_contact (SipUserAgent *self, gboolean anonymous)
{
  SipRegistration *registration = self->use_gruu ? find_registered (self) : NULL;
  const char *gruu = NULL;

  if (registration != NULL)
    gruu = anonymous ? sip_registration_get_temporary_gruu (registration) : sip_registration_get_public_gruu (registration);
  return gruu != NULL ? g_strdup_printf ("<%s>", gruu) : NULL;
}

gboolean
sip_user_agent_knows_gruu_user (SipUserAgent *self, const char *user)
{
  for (guint i = 0; i < get_n (self); i++)
    {
      if (sip_registration_knows_user (nth (self, i), user))
        return TRUE;
    }
  return FALSE;
}

/* --- which registrar --- */

/* RFC 3261 §10.2: the domain of our address, without the user. */
static char *
make_default_registrar (SipUserAgent *self)
{
  SipUri *uri = self->parsed_uri;
  const char *host = sip_uri_get_host (uri);
  g_autofree char *transport = sip_uri_get_param (uri, "transport");
  gboolean is_ipv6 = strchr (host, ':') != NULL && *host != '[';
  GString *text = g_string_new (sip_uri_get_scheme (uri));

  g_string_append_printf (text, is_ipv6 ? ":[%s]" : ":%s", host);
  if (sip_uri_get_port (uri) > 0)
    g_string_append_printf (text, ":%d", sip_uri_get_port (uri));
  if (transport != NULL)
    g_string_append_printf (text, ";transport=%s", transport);
  return g_string_free (text, FALSE);
}

static SipUri *
parse_registrar (SipUserAgent *self, const char *registrar, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (SipUri) uri = NULL;

  if (registrar == NULL)
    registrar = self->registrar;
  if (registrar == NULL)
    text = make_default_registrar (self);
  else if (g_ascii_strncasecmp (registrar, "sip:", 4) != 0 && g_ascii_strncasecmp (registrar, "sips:", 5) != 0)
    text = g_strdup_printf ("sip:%s", registrar);
  else
    text = g_strdup (registrar);

  uri = sip_uri_parse (text, error);
  if (uri == NULL)
    return NULL;
  if (sip_uri_get_user (uri) != NULL || strchr (text, '?') != NULL)
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_URI, "\"%s\" is no URI of a registrar: it has a user, or headers", text);
      return NULL;
    }
  return g_steal_pointer (&uri);
}

static SipRegistration *
find_at (SipUserAgent *self, SipUri *registrar)
{
  for (guint i = 0; i < get_n (self); i++)
    {
      if (sip_registration_is_at (nth (self, i), registrar))
        return nth (self, i);
    }
  return NULL;
}

/* (transfer full) The one that there is, or a new one. */
static SipRegistration *
find_or_make (SipUserAgent *self, SipRegisterOptions *options, GError **error)
{
  const char *registrar = options != NULL ? sip_register_options_get_registrar (options) : NULL;
  g_autoptr (SipUri) uri = parse_registrar (self, registrar, error);
  SipRegistration *registration;

  if (uri == NULL)
    return NULL;
  registration = find_at (self, uri);
  return registration != NULL ? g_object_ref (registration) : sip_registration_new (self, uri);
}

/* --- what they are to know --- */

static void
begin (SipUserAgent *self, SipRegisterOptions *options, GTask *task)
{
  g_autoptr (SipRegistration) registration = NULL;
  g_autoptr (GError) error = NULL;

  if (sip_user_agent_can_register (self, &error))
    registration = find_or_make (self, options, &error);
  if (registration != NULL && sip_registration_configure (registration, options, &error))
    {
      sip_user_agent_keep_registration (self, registration);
      sip_registration_begin (registration, task);
    }
  else if (task != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_debug ("Not registered at start: %s", error->message);
}

void
sip_user_agent_register_started (SipUserAgent *self)
{
  if (self->register_at_start && self->state == SIP_USER_AGENT_STATE_STARTED)
    begin (self, NULL, NULL);
}

void
sip_user_agent_register_look_at_servers (SipUserAgent *self)
{
  g_autoptr (GPtrArray) all = list (self);

  for (guint i = 0; i < all->len; i++)
    sip_registration_look_at_servers (g_ptr_array_index (all, i));
}

void
sip_user_agent_register_network_changed (SipUserAgent *self)
{
  g_autoptr (GPtrArray) all = list (self);

  for (guint i = 0; i < all->len; i++)
    sip_registration_network_changed (g_ptr_array_index (all, i));
}

/* --- public --- */

/**
 * sip_user_agent_register_async:
 * @self: a user agent that was started
 * @options: (nullable): how
 * @cancellable: (nullable): stops waiting; the registration goes on
 * @callback: (nullable) (scope async): called when the registrar has answered, or cannot be reached
 * @user_data: for @callback
 *
 * Registers our address (RFC 3261 §10), so that calls for it come here; or registers it again, with other @options.
 *
 * While there is no connection to a server it waits for one. Whatever the outcome, the [class@Sip.Registration] is in
 * [property@Sip.UserAgent:registrations] from then on, looks after itself, and tries again by itself where that makes sense, until it is unregistered or the
 * agent stops. A challenge (401, 407) is answered with [property@Sip.UserAgent:credentials].
 */
void
sip_user_agent_register_async (SipUserAgent       *self,
                               SipRegisterOptions *options,
                               GCancellable       *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (SIP_IS_USER_AGENT (self));
  g_return_if_fail (options == NULL || SIP_IS_REGISTER_OPTIONS (options));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, sip_user_agent_register_async);
  if (!g_task_return_error_if_cancelled (task))
    begin (self, options, task);
}

/**
 * sip_user_agent_register_finish:
 * @self: a user agent
 * @result: the result
 * @error: return location for an error
 *
 * Ends [method@Sip.UserAgent.register_async].
 *
 * Returns: (transfer full) (nullable): the registration; `NULL` where it is not registered, with @error `SIP_ERROR_AUTHENTICATION` (401, 403, 407),
 *   `SIP_ERROR_NOT_SUPPORTED` (any other refusal), `SIP_ERROR_TIMEOUT`, `SIP_ERROR_TRANSPORT`, `SIP_ERROR_INVALID_STATE`, `SIP_ERROR_INVALID_URI`,
 *   `SIP_ERROR_INVALID_HEADER` or one of GIO
 */
SipRegistration *
sip_user_agent_register_finish (SipUserAgent *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Several are unregistered; the task ends with the last of them. */
typedef struct
{
  guint n_open;
  GError *error; /* the first */
} Unregistering;

static void
unregistering_free (gpointer data)
{
  Unregistering *unregistering = data;

  g_clear_error (&unregistering->error);
  g_free (unregistering);
}

static void
unregister_done (GTask *task)
{
  Unregistering *unregistering = g_task_get_task_data (task);

  if (--unregistering->n_open > 0)
    return;
  if (unregistering->error != NULL)
    g_task_return_error (task, g_steal_pointer (&unregistering->error));
  else
    g_task_return_boolean (task, TRUE);
}

static void
unregistered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Unregistering *unregistering = g_task_get_task_data (task);
  GError **error = unregistering->error == NULL ? &unregistering->error : NULL;

  g_task_propagate_boolean (G_TASK (result), error);
  unregister_done (task);
}

static void
end (SipUserAgent *self, SipRegistration *registration, SipRegisterOptions *options, GTask *task)
{
  g_autoptr (GTask) one = g_task_new (registration, g_task_get_cancellable (task), unregistered_cb, g_object_ref (task));
  Unregistering *unregistering = g_task_get_task_data (task);
  GError *error = NULL;

  unregistering->n_open++;
  if (options != NULL && sip_request_options_get_extra_headers (SIP_REQUEST_OPTIONS (options)) != NULL &&
      !sip_registration_take_extras (registration, options, &error))
    g_task_return_error (one, error);
  else
    sip_registration_end (registration, options != NULL && sip_register_options_get_all (options), one);
}

/* Those that @options mean; with `all` there is always one. */
static GPtrArray *
choose (SipUserAgent *self, SipRegisterOptions *options, GError **error)
{
  gboolean names_one = options != NULL && sip_register_options_get_registrar (options) != NULL;
  gboolean all = options != NULL && sip_register_options_get_all (options);
  g_autoptr (SipRegistration) one = NULL;
  g_autoptr (GPtrArray) chosen = NULL;

  if (!names_one && (get_n (self) > 0 || !all))
    return list (self);

  one = find_or_make (self, options, error);
  if (one == NULL)
    return NULL;
  chosen = g_ptr_array_new_with_free_func (g_object_unref);
  if (all)
    sip_user_agent_keep_registration (self, one);
  if (g_list_store_find (self->registrations, one, NULL))
    g_ptr_array_add (chosen, g_steal_pointer (&one));
  return g_steal_pointer (&chosen);
}

/**
 * sip_user_agent_unregister_async:
 * @self: a user agent that was started
 * @options: (nullable): which, and how
 * @cancellable: (nullable): stops waiting; it is unregistered all the same
 * @callback: (nullable) (scope async): called when the registrar has answered
 * @user_data: for @callback
 *
 * Ends our registrations, or the one at [property@Sip.RegisterOptions:registrar]: they are not refreshed any more, and removed from the registrar. With
 * [property@Sip.RegisterOptions:all] those of other phones go as well.
 */
void
sip_user_agent_unregister_async (SipUserAgent       *self,
                                 SipRegisterOptions *options,
                                 GCancellable       *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GPtrArray) chosen = NULL;
  Unregistering *unregistering;
  GError *error = NULL;

  g_return_if_fail (SIP_IS_USER_AGENT (self));
  g_return_if_fail (options == NULL || SIP_IS_REGISTER_OPTIONS (options));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, sip_user_agent_unregister_async);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (!sip_user_agent_can_register (self, &error) || (chosen = choose (self, options, &error)) == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  unregistering = g_new0 (Unregistering, 1);
  unregistering->n_open = 1;
  g_task_set_task_data (task, unregistering, unregistering_free);
  for (guint i = 0; i < chosen->len; i++)
    end (self, g_ptr_array_index (chosen, i), options, task);
  unregister_done (task);
}

/**
 * sip_user_agent_unregister_finish:
 * @self: a user agent
 * @result: the result
 * @error: return location for an error
 *
 * Ends [method@Sip.UserAgent.unregister_async].
 *
 * Returns: whether nothing is registered any more; otherwise @error is as that of [method@Sip.UserAgent.register_finish], and the registrar forgets what it
 *   could not be told of when it expires
 */
gboolean
sip_user_agent_unregister_finish (SipUserAgent *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * sip_user_agent_is_registered:
 * @self: a user agent
 *
 * Tells whether calls for our address reach us by a registrar.
 *
 * Returns: whether one of the registrations is registered
 */
gboolean
sip_user_agent_is_registered (SipUserAgent *self)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), FALSE);

  return self->is_registered;
}

/**
 * sip_user_agent_get_registrations:
 * @self: a user agent
 *
 * Gets the registrations that are there, or are wanted.
 *
 * Returns: (transfer none): a list of [class@Sip.Registration]
 */
GListModel *
sip_user_agent_get_registrations (SipUserAgent *self)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), NULL);

  return G_LIST_MODEL (self->registrations);
}

/* What may stand between quotes and angle brackets (RFC 5626 §4.1). */
gboolean
sip_user_agent_check_instance_id (const char *instance_id)
{
  if (instance_id == NULL)
    return TRUE;
  if (g_ascii_strncasecmp (instance_id, "urn:", 4) != 0 || instance_id[4] == '\0')
    return FALSE;
  for (const char *at = instance_id; *at != '\0'; at++)
    {
      if (!g_ascii_isgraph (*at) || strchr ("\"<>\\", *at) != NULL)
        return FALSE;
    }
  return TRUE;
}

/**
 * sip_user_agent_get_instance_id:
 * @self: a user agent
 *
 * Gets which of our phones this is.
 *
 * Returns: (transfer none): a URN
 */
const char *
sip_user_agent_get_instance_id (SipUserAgent *self)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), NULL);

  return self->instance_id;
}

/**
 * sip_user_agent_set_instance_id:
 * @self: a user agent
 * @instance_id: (nullable): a URN, "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6", or only the UUID, with or without "uuid:"; `NULL`: a random one
 *
 * Sets which of our phones this is.
 */
void
sip_user_agent_set_instance_id (SipUserAgent *self, const char *instance_id)
{
  g_autofree char *urn = NULL;

  g_return_if_fail (SIP_IS_USER_AGENT (self));

  if (instance_id == NULL)
    {
      g_autofree char *uuid = g_uuid_string_random ();

      urn = g_strdup_printf ("urn:uuid:%s", uuid);
    }
  else if (g_uuid_string_is_valid (instance_id))
    urn = g_strdup_printf ("urn:uuid:%s", instance_id);
  else if (g_ascii_strncasecmp (instance_id, "uuid:", 5) == 0)
    urn = g_strdup_printf ("urn:%s", instance_id);
  else
    urn = g_strdup (instance_id);

  if (g_strcmp0 (self->instance_id, urn) == 0)
    return;
  g_free (self->instance_id);
  self->instance_id = g_steal_pointer (&urn);
  sip_user_agent_notify (self, SIP_USER_AGENT_PROP_INSTANCE_ID);
}

/**
 * sip_user_agent_get_register_at_start:
 * @self: a user agent
 *
 * Gets whether the agent registers when it starts.
 *
 * Returns: whether it does
 */
gboolean
sip_user_agent_get_register_at_start (SipUserAgent *self)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), FALSE);

  return self->register_at_start;
}

/**
 * sip_user_agent_set_register_at_start:
 * @self: a user agent
 * @register_at_start: whether it does
 *
 * Sets whether the agent registers when it starts.
 */
void
sip_user_agent_set_register_at_start (SipUserAgent *self, gboolean register_at_start)
{
  g_return_if_fail (SIP_IS_USER_AGENT (self));

  if (self->register_at_start == !!register_at_start)
    return;

  self->register_at_start = !!register_at_start;
  sip_user_agent_notify (self, SIP_USER_AGENT_PROP_REGISTER_AT_START);
}

/**
 * sip_user_agent_get_register_expires:
 * @self: a user agent
 *
 * Gets for how long it registers.
 *
 * Returns: the time in seconds
 */
guint
sip_user_agent_get_register_expires (SipUserAgent *self)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), 0);

  return self->register_expires;
}

/**
 * sip_user_agent_set_register_expires:
 * @self: a user agent
 * @seconds: the time in seconds
 *
 * Sets for how long it registers, from the next time on that it is asked to.
 */
void
sip_user_agent_set_register_expires (SipUserAgent *self, guint seconds)
{
  g_return_if_fail (SIP_IS_USER_AGENT (self));
  g_return_if_fail (seconds > 0 && seconds <= G_MAXINT32);

  if (self->register_expires == seconds)
    return;

  self->register_expires = seconds;
  sip_user_agent_notify (self, SIP_USER_AGENT_PROP_REGISTER_EXPIRES);
}

/**
 * sip_user_agent_get_registrar:
 * @self: a user agent
 *
 * Gets where it registers.
 *
 * Returns: (transfer none) (nullable): the URI of the registrar; `NULL`: the domain of our address
 */
const char *
sip_user_agent_get_registrar (SipUserAgent *self)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), NULL);

  return self->registrar;
}

/**
 * sip_user_agent_set_registrar:
 * @self: a user agent
 * @registrar: (nullable): the URI of the registrar, without a user; `NULL`: the domain of our address
 *
 * Sets where it registers, from the next time on that it is asked to.
 */
void
sip_user_agent_set_registrar (SipUserAgent *self, const char *registrar)
{
  g_return_if_fail (SIP_IS_USER_AGENT (self));

  if (g_strcmp0 (self->registrar, registrar) == 0)
    return;

  g_free (self->registrar);
  self->registrar = g_strdup (registrar);
  sip_user_agent_notify (self, SIP_USER_AGENT_PROP_REGISTRAR);
}

/**
 * sip_user_agent_get_use_gruu:
 * @self: a user agent
 *
 * Gets whether our Contact is a GRUU.
 *
 * Returns: whether it is
 */
gboolean
sip_user_agent_get_use_gruu (SipUserAgent *self)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), FALSE);

  return self->use_gruu;
}

/**
 * sip_user_agent_set_use_gruu:
 * @self: a user agent
 * @use_gruu: whether it is
 *
 * Sets whether our Contact is a GRUU, from the next request on.
 */
void
sip_user_agent_set_use_gruu (SipUserAgent *self, gboolean use_gruu)
{
  g_return_if_fail (SIP_IS_USER_AGENT (self));

  if (self->use_gruu == !!use_gruu)
    return;

  self->use_gruu = !!use_gruu;
  sip_user_agent_apply_contact (self);
  sip_user_agent_notify (self, SIP_USER_AGENT_PROP_USE_GRUU);
}
