/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transport/sip-wire-log-private.h"

#define WIRE_DOMAIN "Sip-Wire"
#define MASK "***"

static inline gboolean
is_blank (char c)
{
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static gboolean
starts_with (const char *p, const char *end, const char *word)
{
  gsize len = strlen (word);

  return (gsize) (end - p) >= len && g_ascii_strncasecmp (p, word, len) == 0;
}

static void
append_clean (GString *out, const char *p, const char *end)
{
  for (; p < end; p++)
    g_string_append_c (out, (guchar) *p < 0x20 && *p != '\r' && *p != '\n' && *p != '\t' ? '.' : *p);
}

/* Where the password of a "sip:user:password@host" that starts at @p begins and ends. */
static gboolean
find_password (const char *p, const char *end, const char **begin, const char **stop)
{
  const char *colon = NULL;

  if (starts_with (p, end, "sip:"))
    p += 4;
  else if (starts_with (p, end, "sips:"))
    p += 5;
  else
    return FALSE;

  for (; p < end && !is_blank (*p) && *p != '<' && *p != '>' && *p != '"'; p++)
    {
      if (*p == ':' && colon == NULL)
        colon = p;
      if (*p == '@')
        {
          *begin = colon + 1;
          *stop = p;
          return colon != NULL;
        }
    }
  return FALSE;
}

static void
append_with_uris (GString *out, const char *p, const char *end)
{
  const char *done = p;

  for (; p < end; p++)
    {
      const char *begin, *stop;

      if ((*p != 's' && *p != 'S') || !find_password (p, end, &begin, &stop))
        continue;
      append_clean (out, done, begin);
      g_string_append (out, MASK);
      done = p = stop;
    }
  append_clean (out, done, end);
}

/* After the '=' of a parameter: to the end of its value. */
static const char *
skip_param_value (const char *p, const char *end)
{
  if (p < end && *p == '"')
    {
      for (p++; p < end && *p != '"'; p++)
        if (*p == '\\' && p + 1 < end)
          p++;
      return p < end ? p + 1 : end;
    }
  while (p < end && *p != ',' && !is_blank (*p))
    p++;
  return p;
}

/* Digest: what proves the password goes. Of any other scheme (Basic, Bearer) everything is a secret. */
static void
append_credentials (GString *out, const char *p, const char *end, gboolean has_scheme)
{
  const char *done = p;

  if (has_scheme && !(starts_with (p, end, "Digest") && p + 6 < end && is_blank (p[6])))
    {
      while (p < end && !is_blank (*p))
        p++;
      append_clean (out, done, p);
      g_string_append (out, " " MASK);
      return;
    }

  while (p < end)
    {
      const char *name = p;
      gboolean is_secret;

      while (p < end && *p != '=' && *p != ',' && !is_blank (*p))
        p++;
      is_secret = (p - name == 8 && starts_with (name, p, "response")) || (p - name == 7 && starts_with (name, p, "rspauth"));
      while (p < end && is_blank (*p))
        p++;
      if (p < end && *p == '=')
        {
          for (p++; p < end && is_blank (*p);)
            p++;
          append_clean (out, done, p);
          done = p;
          p = skip_param_value (p, end);
          if (is_secret)
            {
              g_string_append (out, MASK);
              done = p;
            }
        }
      else if (p < end && *p == ',')
        p++;
    }
  append_clean (out, done, end);
}

static void
append_field (GString *out, const SipField *field, SipStr name, SipStr value)
{
  if (field->id == SIP_H_OTHER && sip_str_equal_nocase (name, (SipStr) SIP_STR ("Proxy-Authentication-Info")))
    {
      append_credentials (out, value.p, value.p + value.len, FALSE);
      return;
    }

  switch (field->id)
    {
    case SIP_H_AUTHORIZATION:
    case SIP_H_PROXY_AUTHORIZATION:
      append_credentials (out, value.p, value.p + value.len, TRUE);
      break;

    case SIP_H_AUTHENTICATION_INFO:
      append_credentials (out, value.p, value.p + value.len, FALSE);
      break;

    default:
      append_with_uris (out, value.p, value.p + value.len);
      break;
    }
}

/* One line of a body, which may be SDP: RFC 4568 §6.1's keys, RFC 8839 §5.4, RFC 8866 §5.12. */
static void
append_body_line (GString *out, const char *p, const char *end)
{
  const char *done = p;

  if (starts_with (p, end, "a=ice-pwd:") || starts_with (p, end, "k="))
    {
      const char *colon = memchr (p, ':', end - p);

      append_clean (out, p, *p == 'k' || *p == 'K' || colon == NULL ? p + 2 : colon + 1);
      g_string_append (out, MASK);
      return;
    }

  if (!starts_with (p, end, "a=crypto:"))
    {
      append_with_uris (out, p, end);
      return;
    }

  for (; p < end; p++)
    {
      if (!starts_with (p, end, "inline:"))
        continue;
      p += strlen ("inline:");
      append_clean (out, done, p);
      g_string_append (out, MASK);
      while (p < end && *p != '|' && *p != ';' && !is_blank (*p))
        p++;
      done = p;
      if (p == end)
        break;
    }
  append_clean (out, done, end);
}

char *
sip_wire_log_mask (SipMsg *msg)
{
  GString *out = g_string_sized_new (msg->len + 64);
  const char *end = msg->data + msg->len;
  const char *p = msg->data;

  for (guint i = 0; i < msg->n_fields; i++)
    {
      SipStr value = sip_msg_field_value (msg, &msg->fields[i]);

      append_with_uris (out, p, value.p);
      append_field (out, &msg->fields[i], sip_str (msg->data + msg->fields[i].name, msg->fields[i].name_len), value);
      p = value.p + value.len;
    }
  append_with_uris (out, p, msg->data + msg->head_len);

  for (p = msg->data + msg->head_len; p < end;)
    {
      const char *newline = memchr (p, '\n', end - p);
      const char *line_end = newline != NULL ? newline : end;
      const char *next = newline != NULL ? newline + 1 : end;

      while (line_end > p && line_end[-1] == '\r')
        line_end--;
      append_body_line (out, p, line_end);
      append_clean (out, line_end, next);
      p = next;
    }
  return g_string_free (out, FALSE);
}

/* Reading G_MESSAGES_DEBUG costs 36 ns each time: once is enough, and g_log_set_debug_enabled() switches the log on at any time. */
static gboolean
is_on (void)
{
  static gsize state; /* 0: not known, 1: off, 2: on */

  if (g_once_init_enter (&state))
    g_once_init_leave (&state, g_log_writer_default_would_drop (G_LOG_LEVEL_DEBUG, WIRE_DOMAIN) ? 1 : 2);
  return state == 2 || g_log_get_debug_enabled ();
}

static void
log_message (SipFlow *flow, SipMsg *msg, const char *direction)
{
  g_autofree char *remote = flow->remote.family != 0 ? sip_address_to_string (&flow->remote) : NULL;
  g_autofree char *call_id = sip_str_dup (msg->call_id);
  g_autofree char *text = sip_wire_log_mask (msg);
  const char *whom = remote != NULL ? remote : flow->host_name;

  g_log_structured (WIRE_DOMAIN, G_LOG_LEVEL_DEBUG, "SIP_CALL_ID", call_id != NULL ? call_id : "", "MESSAGE", "%s %s %s\n%s", direction,
                    sip_transport_kind_to_via (flow->kind), whom != NULL ? whom : "?", text);
}

void
sip_wire_log_sent (SipFlow *flow, SipMsg *msg)
{
  if (G_UNLIKELY (is_on ()))
    log_message (flow, msg, "Sent to");
}

void
sip_wire_log_received (SipFlow *flow, SipMsg *msg)
{
  if (G_UNLIKELY (is_on ()))
    log_message (flow, msg, "Received from");
}
