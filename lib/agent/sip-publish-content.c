/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/sip-publish-content-private.h"

#include "syntax/sip-error.h"
#include "syntax/sip-views-private.h"

/* The type that the event package has. */
static const char *
type_for_event (const char *event)
{
  static const char *const types[][2] = {
    { "presence", "application/pidf+xml" },
    { "dialog", "application/dialog-info+xml" },
    { "message-summary", "application/simple-message-summary" },
  };
  gsize len = strcspn (event, "; \t");

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      if (strlen (types[i][0]) == len && g_ascii_strncasecmp (event, types[i][0], len) == 0)
        return types[i][1];
    }

  return "text/plain";
}

void
sip_publish_content_init (SipPublishContent *self, const char *event)
{
  *self = (SipPublishContent){ .event = g_strdup (event), .type = g_strdup (type_for_event (event)) };
}

void
sip_publish_content_init_copy (SipPublishContent *self, const SipPublishContent *other)
{
  *self = (SipPublishContent){
    .event = g_strdup (other->event),
    .body = other->body != NULL ? g_bytes_ref (other->body) : NULL,
    .type = g_strdup (other->type),
    .lines = g_strdupv (other->lines),
  };
}

void
sip_publish_content_clear (SipPublishContent *self)
{
  g_clear_pointer (&self->event, g_free);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_clear_pointer (&self->type, g_free);
  g_clear_pointer (&self->lines, g_strfreev);
}

void
sip_publish_content_take (SipPublishContent *self, const char *body, SipRequestOptions *options)
{
  GBytes *bytes = options != NULL ? sip_request_options_get_body (options) : NULL;

  g_clear_pointer (&self->body, g_bytes_unref);
  if (body != NULL)
    self->body = g_bytes_new (body, strlen (body));
  else if (bytes != NULL)
    self->body = g_bytes_ref (bytes);
  if (options == NULL)
    return;

  if (sip_request_options_get_content_type (options) != NULL)
    {
      g_free (self->type);
      self->type = g_strdup (sip_request_options_get_content_type (options));
    }
  g_strfreev (self->lines);
  self->lines = g_strdupv ((char **) sip_request_options_get_extra_headers (options));
}

static gboolean
is_event (const char *event)
{
  SipStr token, params;

  return strpbrk (event, "\r\n") == NULL && sip_token_view_parse (sip_str_from (event), &token, &params);
}

/* What the machine says by itself. */
static gboolean
is_own (const char *line)
{
  SipHeaderId id = sip_header_id_lookup (line, strcspn (line, ": \t"));

  return id == SIP_H_EVENT || id == SIP_H_EXPIRES || id == SIP_H_SIP_IF_MATCH;
}

gboolean
sip_publish_content_check (const SipPublishContent *self, GError **error)
{
  g_autofree char *escaped = NULL;

  if (!is_event (self->event))
    {
      escaped = g_strescape (self->event, NULL);
      g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_ARGUMENT, "“%s” is no event", escaped);
      return FALSE;
    }
  if (self->body == NULL)
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_ARGUMENT, "There is nothing to publish: no body");
      return FALSE;
    }
  for (guint i = 0; self->lines != NULL && self->lines[i] != NULL; i++)
    {
      if (!is_own (self->lines[i]))
        continue;
      escaped = g_strescape (self->lines[i], NULL);
      g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_HEADER, "“%s” is written by the publication itself", escaped);
      return FALSE;
    }

  return TRUE;
}
