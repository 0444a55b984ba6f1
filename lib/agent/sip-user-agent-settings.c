/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The agent's configuration, first part: who it is, and how it is on the network. */

#include "agent/sip-user-agent-private.h"

#include "agent/sip-router-private.h"
#include "syntax/sip-error.h"
#include "syntax/sip-scan-private.h"

/* --- what may go into a header: whatever comes from an application is looked at, so that none of it begins a line of its own --- */

static gboolean
is_text (const char *text)
{
  if (text == NULL)
    return TRUE;

  for (const char *at = text; *at != '\0'; at++)
    {
      if (g_ascii_iscntrl (*at))
        return FALSE;
    }

  return g_utf8_validate (text, -1, NULL);
}

static gboolean
is_token (const char *text)
{
  const char *end = text + strlen (text);

  return end > text && sip_scan_class (text, end, SIP_CHAR_TOKEN) == end;
}

/* RFC 3261 §25.1 uri-parameter: pname [ "=" pvalue ] */
static gboolean
is_uri_param (const char *text)
{
  guint n_equals = 0;

  for (const char *at = text; *at != '\0'; at++)
    {
      if (*at == '=' && at > text && at[1] != '\0' && n_equals == 0)
        n_equals++;
      else if (*at == '%' && g_ascii_isxdigit (at[1]) && g_ascii_isxdigit (at[2]))
        at += 2;
      else if (!sip_char_is (*at, SIP_CHAR_PARAM))
        return FALSE;
    }

  return *text != '\0';
}

static const char *
find_bad (char **texts, gboolean (*is_good) (const char *text))
{
  for (guint i = 0; texts != NULL && texts[i] != NULL; i++)
    {
      if (!is_good (texts[i]))
        return texts[i];
    }

  return NULL;
}

static gboolean
refuse (const char *property, const char *text, const char *what, GError **error)
{
  g_autofree char *shown = NULL;

  if (text == NULL)
    return FALSE;

  shown = g_strescape (text, NULL);
  g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_HEADER, "%s is no %s: \"%s\"", property, what, shown);
  return TRUE;
}

gboolean
sip_user_agent_check_settings (SipUserAgent *self, GError **error)
{
  const char *name = is_text (self->display_name) ? NULL : self->display_name;
  const char *product = is_text (self->user_agent_string) ? NULL : self->user_agent_string;
  const char *contact = is_text (self->contact_name) ? NULL : self->contact_name;

  return !refuse ("display-name", name, "text of one line", error) && !refuse ("user-agent-string", product, "text of one line", error) &&
         !refuse ("contact-name", contact, "text of one line", error) &&
         !refuse ("contact-params", find_bad (self->contact_params, is_uri_param), "parameter of a URI", error) &&
         !refuse ("extra-supported", find_bad (self->extra_supported, is_token), "option tag", error) &&
         !refuse ("events", find_bad (self->events, is_token), "event package", error) &&
         !refuse ("aliases", find_bad (self->aliases, is_text), "user", error) &&
         !refuse ("instance-id", sip_user_agent_check_instance_id (self->instance_id) ? NULL : self->instance_id, "URN", error);
}

/* --- down to the stack --- */

static void
make_plain_contact (SipUserAgent *self)
{
  const char *user = self->contact_name;

  if (user == NULL || *user == '\0' || !is_text (user))
    user = self->parsed_uri != NULL ? sip_uri_get_user (self->parsed_uri) : NULL;
  g_free (self->plain_contact.user);
  self->plain_contact.user = user != NULL ? g_uri_escape_string (user, "!$&'()*+,;=-_.~?/", FALSE) : NULL;
  g_clear_pointer (&self->plain_contact.uri_params, g_free);
  if (self->contact_params != NULL && self->contact_params[0] != NULL && find_bad (self->contact_params, is_uri_param) == NULL)
    self->plain_contact.uri_params = g_strjoinv (";", self->contact_params);
}

void
sip_user_agent_apply_contact (SipUserAgent *self)
{
  g_autofree char *gruu = sip_user_agent_dup_gruu_contact (self, FALSE);
  g_autofree char *anonymous = sip_user_agent_dup_gruu_contact (self, TRUE);
  g_autofree char *params = NULL;
  SipContactSpec contact = { 0 };

  if (self->dialogs == NULL)
    return;

  make_plain_contact (self);
  contact.user = self->plain_contact.user;
  contact.uri_params = self->plain_contact.uri_params;
  contact.whole = gruu;
  contact.anonymous = anonymous;
  /* RFC 5626 §4.3: what belongs to a call comes by the connection that the call came by. */
  if (sip_user_agent_is_outbound (self))
    contact.uri_params = params = g_strjoin (";", "ob", contact.uri_params, NULL);
  sip_dialogs_set_contact (self->dialogs, &contact);
}

/* What Supported says is also what a request may require of us. */
static void
apply_capabilities (SipUserAgent *self)
{
  g_autofree char *events = self->events != NULL && self->events[0] != NULL && find_bad (self->events, is_token) == NULL
                                ? g_strjoinv (", ", self->events)
                                : NULL;
  g_autoptr (GString) supported = g_string_new (SIP_ROUTER_SUPPORTED);

  if (self->session_expires > 0)
    g_string_append_printf (supported, "%stimer", supported->len > 0 ? ", " : "");
  if (self->replaces)
    g_string_append_printf (supported, "%sreplaces", supported->len > 0 ? ", " : "");
  for (guint i = 0; self->extra_supported != NULL && self->extra_supported[i] != NULL; i++)
    {
      if (is_token (self->extra_supported[i]))
        g_string_append_printf (supported, "%s%s", supported->len > 0 ? ", " : "", self->extra_supported[i]);
    }

  sip_dialogs_set_capabilities (self->dialogs, events == NULL ? SIP_ROUTER_ALLOW : SIP_ROUTER_ALLOW ", SUBSCRIBE", supported->str, SIP_ROUTER_ACCEPT);
  sip_dialogs_set_allow_events (self->dialogs, events);
}

void
sip_user_agent_apply_settings (SipUserAgent *self)
{
  const char *product = is_text (self->user_agent_string) ? self->user_agent_string : NULL;
  const SipSessionTimerSettings timer = { self->session_expires, self->min_se, self->session_refresher };

  if (self->dialogs == NULL)
    return;

  sip_dialogs_set_product (self->dialogs, product);
  sip_transactions_set_server_name (self->transactions, product);
  sip_dialogs_set_session_timer (self->dialogs, &timer);
  if (self->credentials != NULL)
    sip_authenticator_set_credentials (sip_transactions_get_authenticator (self->transactions), self->credentials);
  sip_user_agent_apply_contact (self);
  apply_capabilities (self);
}

/* --- the settings --- */

/**
 * sip_user_agent_get_uri:
 * @self: a user agent
 *
 * Gets our address of record.
 *
 * Returns: (transfer none): the URI
 */
const char *
sip_user_agent_get_uri (SipUserAgent *self)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), NULL);

  return self->uri;
}

/**
 * sip_user_agent_get_state:
 * @self: a user agent
 *
 * Gets whether the agent is on the network.
 *
 * Returns: the state
 */
SipUserAgentState
sip_user_agent_get_state (SipUserAgent *self)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), SIP_USER_AGENT_STATE_STOPPED);

  return self->state;
}

/**
 * sip_user_agent_get_display_name:
 * @self: a user agent
 *
 * Gets the name that a called person sees.
 *
 * Returns: (transfer none) (nullable): the name
 */
const char *
sip_user_agent_get_display_name (SipUserAgent *self)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), NULL);

  return self->display_name;
}

/**
 * sip_user_agent_set_display_name:
 * @self: a user agent
 * @display_name: (nullable): the name
 *
 * Sets the name that a called person sees.
 */
void
sip_user_agent_set_display_name (SipUserAgent *self, const char *display_name)
{
  g_return_if_fail (SIP_IS_USER_AGENT (self));

  if (g_strcmp0 (self->display_name, display_name) == 0)
    return;

  g_free (self->display_name);
  self->display_name = g_strdup (display_name);

  sip_user_agent_notify (self, SIP_USER_AGENT_PROP_DISPLAY_NAME);
}

/**
 * sip_user_agent_get_user_agent_string:
 * @self: a user agent
 *
 * Gets the User-Agent and Server header.
 *
 * Returns: (transfer none) (nullable): the text
 */
const char *
sip_user_agent_get_user_agent_string (SipUserAgent *self)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), NULL);

  return self->user_agent_string;
}

/**
 * sip_user_agent_set_user_agent_string:
 * @self: a user agent
 * @user_agent_string: (nullable): the text, `NULL` to leave them out
 *
 * Sets the User-Agent and Server header.
 */
void
sip_user_agent_set_user_agent_string (SipUserAgent *self, const char *user_agent_string)
{
  g_return_if_fail (SIP_IS_USER_AGENT (self));

  if (g_strcmp0 (self->user_agent_string, user_agent_string) == 0)
    return;

  g_free (self->user_agent_string);
  self->user_agent_string = g_strdup (user_agent_string);
  sip_user_agent_apply_settings (self);
  sip_user_agent_notify (self, SIP_USER_AGENT_PROP_USER_AGENT_STRING);
}

/**
 * sip_user_agent_get_aliases:
 * @self: a user agent
 *
 * Gets which more users requests may be for.
 *
 * Returns: (transfer none) (nullable) (array zero-terminated=1): the users
 */
const char *const *
sip_user_agent_get_aliases (SipUserAgent *self)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), NULL);

  return (const char *const *) self->aliases;
}

/**
 * sip_user_agent_set_aliases:
 * @self: a user agent
 * @aliases: (nullable) (array zero-terminated=1): the users; "*" stands for every one
 *
 * Sets which more users requests may be for.
 */
void
sip_user_agent_set_aliases (SipUserAgent *self, const char *const *aliases)
{
  g_return_if_fail (SIP_IS_USER_AGENT (self));

  if ((const char *const *) self->aliases == aliases)
    return;

  g_strfreev (self->aliases);
  self->aliases = g_strdupv ((char **) aliases);

  sip_user_agent_notify (self, SIP_USER_AGENT_PROP_ALIASES);
}

/**
 * sip_user_agent_get_servers:
 * @self: a user agent
 *
 * Gets the servers that requests go through.
 *
 * Returns: (transfer none) (nullable) (array zero-terminated=1): their URIs
 */
const char *const *
sip_user_agent_get_servers (SipUserAgent *self)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), NULL);

  return (const char *const *) self->servers;
}

/**
 * sip_user_agent_set_servers:
 * @self: a user agent
 * @servers: (nullable) (array zero-terminated=1): their URIs
 *
 * Sets the servers that requests go through, from the next start on. The first that is connected is used; see
 * [method@Sip.UserAgent.add_server] for weights.
 */
void
sip_user_agent_set_servers (SipUserAgent *self, const char *const *servers)
{
  g_return_if_fail (SIP_IS_USER_AGENT (self));

  if ((const char *const *) self->servers == servers)
    return;

  g_strfreev (self->servers);
  self->servers = g_strdupv ((char **) servers);
  g_clear_pointer (&self->server_weights, g_array_unref);

  sip_user_agent_notify (self, SIP_USER_AGENT_PROP_SERVERS);
}

/**
 * sip_user_agent_get_tls_certificate:
 * @self: a user agent
 *
 * Gets the certificate that secure listeners show.
 *
 * Returns: (transfer none) (nullable): the certificate
 */
GTlsCertificate *
sip_user_agent_get_tls_certificate (SipUserAgent *self)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), NULL);

  return self->tls_certificate;
}

/**
 * sip_user_agent_set_tls_certificate:
 * @self: a user agent
 * @certificate: (nullable): the certificate, with its key
 *
 * Sets the certificate that secure listeners show.
 */
void
sip_user_agent_set_tls_certificate (SipUserAgent *self, GTlsCertificate *certificate)
{
  g_return_if_fail (SIP_IS_USER_AGENT (self));

  if (!g_set_object (&self->tls_certificate, certificate))
    return;

  if (self->transactions != NULL)
    sip_transports_set_certificate (sip_transactions_get_transports (self->transactions), certificate);
  sip_user_agent_notify (self, SIP_USER_AGENT_PROP_TLS_CERTIFICATE);
}

/**
 * sip_user_agent_get_tls_database:
 * @self: a user agent
 *
 * Gets which certificates servers are trusted by.
 *
 * Returns: (transfer none) (nullable): the certificates; `NULL`: the system's
 */
GTlsDatabase *
sip_user_agent_get_tls_database (SipUserAgent *self)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), NULL);

  return self->tls_database;
}

/**
 * sip_user_agent_set_tls_database:
 * @self: a user agent
 * @database: (nullable): the certificates; `NULL`: the system's
 *
 * Sets which certificates servers are trusted by.
 */
void
sip_user_agent_set_tls_database (SipUserAgent *self, GTlsDatabase *database)
{
  g_return_if_fail (SIP_IS_USER_AGENT (self));

  if (!g_set_object (&self->tls_database, database))
    return;

  if (self->transactions != NULL)
    sip_transports_set_trust (sip_transactions_get_transports (self->transactions), database);
  sip_user_agent_notify (self, SIP_USER_AGENT_PROP_TLS_DATABASE);
}

/**
 * sip_user_agent_get_extra_supported:
 * @self: a user agent
 *
 * Gets which option tags the application adds to Supported.
 *
 * Returns: (transfer none) (nullable) (array zero-terminated=1): the tags
 */
const char *const *
sip_user_agent_get_extra_supported (SipUserAgent *self)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), NULL);

  return (const char *const *) self->extra_supported;
}

/**
 * sip_user_agent_set_extra_supported:
 * @self: a user agent
 * @tags: (nullable) (array zero-terminated=1): the tags, each a token
 *
 * Sets which option tags the application adds to Supported.
 */
void
sip_user_agent_set_extra_supported (SipUserAgent *self, const char *const *tags)
{
  g_return_if_fail (SIP_IS_USER_AGENT (self));

  if ((const char *const *) self->extra_supported == tags)
    return;

  g_strfreev (self->extra_supported);
  self->extra_supported = g_strdupv ((char **) tags);
  sip_user_agent_apply_settings (self);
  sip_user_agent_notify (self, SIP_USER_AGENT_PROP_EXTRA_SUPPORTED);
}

/**
 * sip_user_agent_get_contact_name:
 * @self: a user agent
 *
 * Gets the user of our Contact URI.
 *
 * Returns: (transfer none) (nullable): the user
 */
const char *
sip_user_agent_get_contact_name (SipUserAgent *self)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), NULL);

  return self->contact_name;
}

/**
 * sip_user_agent_set_contact_name:
 * @self: a user agent
 * @name: (nullable): the user, not escaped
 *
 * Sets the user of our Contact URI, from the next request on.
 */
void
sip_user_agent_set_contact_name (SipUserAgent *self, const char *name)
{
  g_return_if_fail (SIP_IS_USER_AGENT (self));

  if (g_strcmp0 (self->contact_name, name) == 0)
    return;

  g_free (self->contact_name);
  self->contact_name = g_strdup (name);
  sip_user_agent_apply_settings (self);
  sip_user_agent_notify (self, SIP_USER_AGENT_PROP_CONTACT_NAME);
}

/**
 * sip_user_agent_get_contact_params:
 * @self: a user agent
 *
 * Gets the parameters of our Contact URI.
 *
 * Returns: (transfer none) (nullable) (array zero-terminated=1): the parameters
 */
const char *const *
sip_user_agent_get_contact_params (SipUserAgent *self)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), NULL);

  return (const char *const *) self->contact_params;
}

/**
 * sip_user_agent_set_contact_params:
 * @self: a user agent
 * @params: (nullable) (array zero-terminated=1): the parameters
 *
 * Sets the parameters of our Contact URI, from the next request on.
 */
void
sip_user_agent_set_contact_params (SipUserAgent *self, const char *const *params)
{
  g_return_if_fail (SIP_IS_USER_AGENT (self));

  if ((const char *const *) self->contact_params == params)
    return;

  g_strfreev (self->contact_params);
  self->contact_params = g_strdupv ((char **) params);
  sip_user_agent_apply_settings (self);
  sip_user_agent_notify (self, SIP_USER_AGENT_PROP_CONTACT_PARAMS);
}

SipUri *
sip_user_agent_get_parsed_uri (SipUserAgent *self)
{
  return self->parsed_uri;
}

/**
 * sip_user_agent_get_stop_timeout:
 * @self: a user agent
 *
 * Gets how long a stop may take.
 *
 * Returns: the time in seconds
 */
guint
sip_user_agent_get_stop_timeout (SipUserAgent *self)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), 0);

  return self->stop_timeout;
}

/**
 * sip_user_agent_set_stop_timeout:
 * @self: a user agent
 * @seconds: the time in seconds, an hour at most; 0: nobody is waited for
 *
 * Sets how long a stop may take: the next one.
 */
void
sip_user_agent_set_stop_timeout (SipUserAgent *self, guint seconds)
{
  g_return_if_fail (SIP_IS_USER_AGENT (self));
  g_return_if_fail (seconds <= 3600);

  if (self->stop_timeout == seconds)
    return;

  self->stop_timeout = seconds;
  sip_user_agent_notify (self, SIP_USER_AGENT_PROP_STOP_TIMEOUT);
}

/**
 * sip_user_agent_get_keep_alive_interval:
 * @self: a user agent
 *
 * Gets how often a connection gets a sign of life.
 *
 * Returns: the time in seconds; 0: never
 */
guint
sip_user_agent_get_keep_alive_interval (SipUserAgent *self)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), 0);

  return self->keep_alive_interval;
}

/**
 * sip_user_agent_set_keep_alive_interval:
 * @self: a user agent
 * @seconds: the time in seconds, a day at most; 0: never
 *
 * Sets how often a connection gets a sign of life: those that are opened from now on.
 */
void
sip_user_agent_set_keep_alive_interval (SipUserAgent *self, guint seconds)
{
  g_return_if_fail (SIP_IS_USER_AGENT (self));
  g_return_if_fail (seconds <= 86400);

  if (self->keep_alive_interval == seconds)
    return;

  self->keep_alive_interval = seconds;
  if (self->transactions != NULL)
    sip_transports_set_keep_alive (sip_transactions_get_transports (self->transactions), seconds);
  sip_user_agent_notify (self, SIP_USER_AGENT_PROP_KEEP_ALIVE_INTERVAL);
}

/**
 * sip_user_agent_get_options_interval:
 * @self: a user agent
 *
 * Gets how often each server is asked whether it is still there.
 *
 * Returns: the time in seconds; 0: never
 */
guint
sip_user_agent_get_options_interval (SipUserAgent *self)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), 0);

  return self->options_interval;
}

/**
 * sip_user_agent_set_options_interval:
 * @self: a user agent
 * @seconds: the time in seconds, a day at most; 0: never
 *
 * Sets how often each server is asked whether it is still there; at once, if the agent is started.
 */
void
sip_user_agent_set_options_interval (SipUserAgent *self, guint seconds)
{
  g_return_if_fail (SIP_IS_USER_AGENT (self));
  g_return_if_fail (seconds <= 86400);

  if (self->options_interval == seconds)
    return;

  self->options_interval = seconds;
  sip_user_agent_apply_options_interval (self);
  sip_user_agent_notify (self, SIP_USER_AGENT_PROP_OPTIONS_INTERVAL);
}
