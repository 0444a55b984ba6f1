/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "events/sip-message-summary.h"

#include "syntax/sip-error.h"
#include "syntax/sip-scan-private.h"
#include "syntax/sip-str-private.h"

/**
 * SipMessageSummary:
 *
 * Which messages wait in a mailbox (RFC 3842): what the event package "message-summary" tells.
 *
 * One that was read is not to be changed; one that is made by [ctor@MessageSummary.new] can be, until it is given away.
 */

#define N_CONTEXTS (SIP_MESSAGE_CONTEXT_NONE + 1)
#define MAX_BODY 65536
#define MAX_ACCOUNT 1024

typedef struct
{
  guint counts[4]; /* new, old; and those of them that are urgent */
  gboolean is_there;
} Context;

struct _SipMessageSummary
{
  GObject parent_instance;
  gboolean messages_waiting;
  char *account;
  Context contexts[N_CONTEXTS];
};

struct _SipMessageSummaryClass
{
  GObjectClass parent_class;
};

enum
{
  PROP_0,
  PROP_MESSAGES_WAITING,
  PROP_ACCOUNT,
  PROP_NEW_VOICE_MESSAGES,
  PROP_OLD_VOICE_MESSAGES,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static const char *const names[N_CONTEXTS] = { "Voice-Message", "Video-Message", "Fax-Message", "Pager-Message", "Multimedia-Message", "Text-Message", "None" };

G_DEFINE_ENUM_TYPE (SipMessageContext,
                    sip_message_context,
                    G_DEFINE_ENUM_VALUE (SIP_MESSAGE_CONTEXT_VOICE, "voice"),
                    G_DEFINE_ENUM_VALUE (SIP_MESSAGE_CONTEXT_VIDEO, "video"),
                    G_DEFINE_ENUM_VALUE (SIP_MESSAGE_CONTEXT_FAX, "fax"),
                    G_DEFINE_ENUM_VALUE (SIP_MESSAGE_CONTEXT_PAGER, "pager"),
                    G_DEFINE_ENUM_VALUE (SIP_MESSAGE_CONTEXT_MULTIMEDIA, "multimedia"),
                    G_DEFINE_ENUM_VALUE (SIP_MESSAGE_CONTEXT_TEXT, "text"),
                    G_DEFINE_ENUM_VALUE (SIP_MESSAGE_CONTEXT_NONE, "none"))

G_DEFINE_FINAL_TYPE (SipMessageSummary, sip_message_summary, G_TYPE_OBJECT)

/* --- reading --- */

static SipStr
next_line (SipStr *rest)
{
  const char *feed = memchr (rest->p, '\n', rest->len);
  gsize len = feed != NULL ? (gsize) (feed - rest->p) : rest->len;
  SipStr line = sip_str (rest->p, len > 0 && rest->p[len - 1] == '\r' ? len - 1 : len);

  len += feed != NULL;
  *rest = sip_str (rest->p + len, rest->len - len);
  return line;
}

/* "2/8", blanks around the stroke allowed. */
static gboolean
parse_pair (SipStr text, guint *pair)
{
  const char *stroke = memchr (text.p, '/', text.len);
  guint64 numbers[2];
  gsize len;

  if (stroke == NULL)
    return FALSE;

  len = (gsize) (stroke - text.p);
  if (!sip_str_to_uint (sip_str_trim (sip_str (text.p, len)), G_MAXUINT32, &numbers[0]) ||
      !sip_str_to_uint (sip_str_trim (sip_str (stroke + 1, text.len - len - 1)), G_MAXUINT32, &numbers[1]))
    return FALSE;

  pair[0] = (guint) numbers[0];
  pair[1] = (guint) numbers[1];
  return TRUE;
}

/* "2/8 (0/2)" */
static gboolean
parse_counts (SipStr text, guint *counts)
{
  const char *bracket = text.len > 0 ? memchr (text.p, '(', text.len) : NULL;
  SipStr first = text;

  if (bracket != NULL)
    {
      gsize len = (gsize) (bracket - text.p);

      if (text.p[text.len - 1] != ')' || !parse_pair (sip_str (bracket + 1, text.len - len - 2), counts + 2))
        return FALSE;
      first = sip_str (text.p, len);
    }

  return first.len > 0 && parse_pair (first, counts);
}

static gboolean
is_text (SipStr text, gsize max)
{
  return text.len > 0 && text.len <= max && g_utf8_validate_len (text.p, text.len, NULL) &&
         sip_scan_control (text.p, text.p + text.len) == text.p + text.len;
}

/* RFC 3842 §5.2. What is not known is somebody's extension. */
static gboolean
parse_line (SipMessageSummary *self, SipStr line, gboolean *has_status)
{
  const char *colon = memchr (line.p, ':', line.len);
  SipStr name, value;

  if (colon == NULL || colon == line.p)
    return FALSE;

  name = sip_str_trim (sip_str (line.p, (gsize) (colon - line.p)));
  value = sip_str_trim (sip_str (colon + 1, line.len - (gsize) (colon - line.p) - 1));
  if (sip_str_equal_nocase (name, SIP_STR ("Messages-Waiting")))
    {
      self->messages_waiting = sip_str_equal_nocase (value, SIP_STR ("yes"));
      *has_status = TRUE;
      return self->messages_waiting || sip_str_equal_nocase (value, SIP_STR ("no"));
    }
  if (sip_str_equal_nocase (name, SIP_STR ("Message-Account")))
    {
      g_free (self->account);
      self->account = is_text (value, MAX_ACCOUNT) ? sip_str_dup (value) : NULL;
      return self->account != NULL;
    }

  for (guint i = 0; i < N_CONTEXTS; i++)
    {
      if (sip_str_equal_nocase (name, sip_str_from (names[i])))
        {
          self->contexts[i].is_there = TRUE;
          return parse_counts (value, self->contexts[i].counts);
        }
    }

  return TRUE;
}

/**
 * sip_message_summary_parse:
 * @bytes: a body of the type [const@MESSAGE_SUMMARY_TYPE]
 * @error: return location for an error
 *
 * Reads a message summary (RFC 3842 §5.2). The headers of messages that may follow it are not looked at.
 *
 * Returns: (transfer full) (nullable): the summary; `NULL` with `SIP_ERROR_PARSE`
 */
SipMessageSummary *
sip_message_summary_parse (GBytes *bytes, GError **error)
{
  g_autoptr (SipMessageSummary) self = NULL;
  gboolean has_status = FALSE;
  const char *text;
  SipStr rest;
  gsize len;

  g_return_val_if_fail (bytes != NULL, NULL);

  text = g_bytes_get_data (bytes, &len);
  if (len == 0 || len > MAX_BODY)
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_PARSE, "A message summary of %" G_GSIZE_FORMAT " bytes", len);
      return NULL;
    }

  self = g_object_new (SIP_TYPE_MESSAGE_SUMMARY, NULL);
  rest = sip_str (text, len);
  while (rest.len > 0)
    {
      SipStr line = next_line (&rest);

      if (line.len == 0)
        break;
      /* The rest of a folded line: none that is known here is ever so long. */
      if (*line.p == ' ' || *line.p == '\t')
        continue;
      if (!parse_line (self, line, &has_status))
        {
          g_autofree char *shown = g_strndup (line.p, MIN (line.len, 80));
          g_autofree char *escaped = g_strescape (shown, NULL);

          g_set_error (error, SIP_ERROR, SIP_ERROR_PARSE, "\"%s\" is no line of a message summary", escaped);
          return NULL;
        }
    }

  if (!has_status)
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_PARSE, "A message summary without Messages-Waiting");
      return NULL;
    }

  return g_steal_pointer (&self);
}

/* --- class --- */

static void
sip_message_summary_finalize (GObject *object)
{
  g_free (SIP_MESSAGE_SUMMARY (object)->account);

  G_OBJECT_CLASS (sip_message_summary_parent_class)->finalize (object);
}

static void
sip_message_summary_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SipMessageSummary *self = SIP_MESSAGE_SUMMARY (object);

  switch (id)
    {
    case PROP_MESSAGES_WAITING:
      g_value_set_boolean (value, self->messages_waiting);
      break;
    case PROP_ACCOUNT:
      g_value_set_string (value, self->account);
      break;
    case PROP_NEW_VOICE_MESSAGES:
      g_value_set_uint (value, self->contexts[SIP_MESSAGE_CONTEXT_VOICE].counts[0]);
      break;
    case PROP_OLD_VOICE_MESSAGES:
      g_value_set_uint (value, self->contexts[SIP_MESSAGE_CONTEXT_VOICE].counts[1]);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sip_message_summary_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  SipMessageSummary *self = SIP_MESSAGE_SUMMARY (object);

  switch (id)
    {
    case PROP_MESSAGES_WAITING:
      self->messages_waiting = g_value_get_boolean (value);
      break;
    case PROP_ACCOUNT:
      self->account = g_value_dup_string (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sip_message_summary_class_init (SipMessageSummaryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->finalize = sip_message_summary_finalize;
  object_class->get_property = sip_message_summary_get_property;
  object_class->set_property = sip_message_summary_set_property;

  /**
   * SipMessageSummary:messages-waiting:
   *
   * Whether there is a message that was not read.
   */
  properties[PROP_MESSAGES_WAITING] =
      g_param_spec_boolean ("messages-waiting", NULL, NULL, FALSE, flags | G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY);

  /**
   * SipMessageSummary:account:
   *
   * The URI to call for reading them; `NULL` where it is not told.
   */
  properties[PROP_ACCOUNT] = g_param_spec_string ("account", NULL, NULL, NULL, flags | G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY);

  /**
   * SipMessageSummary:new-voice-messages:
   *
   * How many voice messages were not heard.
   */
  properties[PROP_NEW_VOICE_MESSAGES] = g_param_spec_uint ("new-voice-messages", NULL, NULL, 0, G_MAXUINT, 0, flags);

  /**
   * SipMessageSummary:old-voice-messages:
   *
   * How many voice messages were heard and kept.
   */
  properties[PROP_OLD_VOICE_MESSAGES] = g_param_spec_uint ("old-voice-messages", NULL, NULL, 0, G_MAXUINT, 0, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
sip_message_summary_init (SipMessageSummary *self)
{
}

/* --- public --- */

/**
 * sip_message_summary_new:
 * @messages_waiting: whether there is a message that was not read
 * @account: (nullable): the URI to call for reading them
 *
 * Makes a summary, for a notifier.
 *
 * Returns: (transfer full): a new summary
 */
SipMessageSummary *
sip_message_summary_new (gboolean messages_waiting, const char *account)
{
  return g_object_new (SIP_TYPE_MESSAGE_SUMMARY, "messages-waiting", messages_waiting, "account", account, NULL);
}

/**
 * sip_message_summary_to_bytes:
 * @self: a summary
 *
 * Writes it as a body of the type [const@MESSAGE_SUMMARY_TYPE].
 *
 * Returns: (transfer full): the body
 */
GBytes *
sip_message_summary_to_bytes (SipMessageSummary *self)
{
  GString *text;

  g_return_val_if_fail (SIP_IS_MESSAGE_SUMMARY (self), NULL);

  text = g_string_new (NULL);
  g_string_append_printf (text, "Messages-Waiting: %s\r\n", self->messages_waiting ? "yes" : "no");
  if (self->account != NULL && is_text (sip_str_from (self->account), MAX_ACCOUNT))
    g_string_append_printf (text, "Message-Account: %s\r\n", self->account);
  for (guint i = 0; i < N_CONTEXTS; i++)
    {
      const guint *counts = self->contexts[i].counts;

      if (!self->contexts[i].is_there)
        continue;
      g_string_append_printf (text, "%s: %u/%u", names[i], counts[0], counts[1]);
      if (counts[2] > 0 || counts[3] > 0)
        g_string_append_printf (text, " (%u/%u)", counts[2], counts[3]);
      g_string_append (text, "\r\n");
    }

  return g_string_free_to_bytes (text);
}

/**
 * sip_message_summary_get_messages_waiting:
 * @self: a summary
 *
 * Gets whether there is a message that was not read.
 *
 * Returns: whether there is
 */
gboolean
sip_message_summary_get_messages_waiting (SipMessageSummary *self)
{
  g_return_val_if_fail (SIP_IS_MESSAGE_SUMMARY (self), FALSE);

  return self->messages_waiting;
}

/**
 * sip_message_summary_get_account:
 * @self: a summary
 *
 * Gets the URI to call for reading them.
 *
 * Returns: (nullable): the URI
 */
const char *
sip_message_summary_get_account (SipMessageSummary *self)
{
  g_return_val_if_fail (SIP_IS_MESSAGE_SUMMARY (self), NULL);

  return self->account;
}

/**
 * sip_message_summary_has_context:
 * @self: a summary
 * @context: a kind of messages
 *
 * Whether anything is said of messages of this kind.
 *
 * Returns: whether it is
 */
gboolean
sip_message_summary_has_context (SipMessageSummary *self, SipMessageContext context)
{
  g_return_val_if_fail (SIP_IS_MESSAGE_SUMMARY (self), FALSE);
  g_return_val_if_fail ((guint) context < N_CONTEXTS, FALSE);

  return self->contexts[context].is_there;
}

static guint
get_count (SipMessageSummary *self, SipMessageContext context, guint which)
{
  g_return_val_if_fail (SIP_IS_MESSAGE_SUMMARY (self), 0);
  g_return_val_if_fail ((guint) context < N_CONTEXTS, 0);

  return self->contexts[context].counts[which];
}

/**
 * sip_message_summary_get_new_messages:
 * @self: a summary
 * @context: a kind of messages
 *
 * Gets how many of this kind were not read.
 *
 * Returns: how many, the urgent ones included
 */
guint
sip_message_summary_get_new_messages (SipMessageSummary *self, SipMessageContext context)
{
  return get_count (self, context, 0);
}

/**
 * sip_message_summary_get_old_messages:
 * @self: a summary
 * @context: a kind of messages
 *
 * Gets how many of this kind were read and kept.
 *
 * Returns: how many, the urgent ones included
 */
guint
sip_message_summary_get_old_messages (SipMessageSummary *self, SipMessageContext context)
{
  return get_count (self, context, 1);
}

/**
 * sip_message_summary_get_new_urgent_messages:
 * @self: a summary
 * @context: a kind of messages
 *
 * Gets how many of those that were not read are urgent.
 *
 * Returns: how many
 */
guint
sip_message_summary_get_new_urgent_messages (SipMessageSummary *self, SipMessageContext context)
{
  return get_count (self, context, 2);
}

/**
 * sip_message_summary_get_old_urgent_messages:
 * @self: a summary
 * @context: a kind of messages
 *
 * Gets how many of those that were read are urgent.
 *
 * Returns: how many
 */
guint
sip_message_summary_get_old_urgent_messages (SipMessageSummary *self, SipMessageContext context)
{
  return get_count (self, context, 3);
}

/**
 * sip_message_summary_set_counts:
 * @self: a summary that was made by [ctor@MessageSummary.new]
 * @context: a kind of messages
 * @new_messages: how many were not read
 * @old_messages: how many were read and kept
 * @new_urgent_messages: how many of the first are urgent
 * @old_urgent_messages: how many of the second are
 *
 * Says how many messages of a kind there are.
 */
void
sip_message_summary_set_counts (SipMessageSummary *self,
                                SipMessageContext  context,
                                guint              new_messages,
                                guint              old_messages,
                                guint              new_urgent_messages,
                                guint              old_urgent_messages)
{
  g_return_if_fail (SIP_IS_MESSAGE_SUMMARY (self));
  g_return_if_fail ((guint) context < N_CONTEXTS);

  self->contexts[context] = (Context){ { new_messages, old_messages, new_urgent_messages, old_urgent_messages }, TRUE };
}
