/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "events/sip-dialog-info-entry-private.h"

#include "syntax/sip-replaces-view-private.h"

/**
 * SipDialogInfoEntry:
 *
 * A call of somebody's, as others see it (RFC 4235): one of the [property@DialogInfo:dialogs] of a [class@DialogInfo]. Its properties are given when it
 * is made.
 */

/* Texts, each a property. */
typedef enum
{
  TEXT_ID,
  TEXT_CALL_ID,
  TEXT_LOCAL_TAG,
  TEXT_REMOTE_TAG,
  TEXT_EVENT,
  TEXT_LOCAL_IDENTITY,
  TEXT_LOCAL_DISPLAY_NAME,
  TEXT_LOCAL_TARGET,
  TEXT_REMOTE_IDENTITY,
  TEXT_REMOTE_DISPLAY_NAME,
  TEXT_REMOTE_TARGET,
  N_TEXTS
} Text;

struct _SipDialogInfoEntry
{
  GObject parent_instance;
  char *texts[N_TEXTS];
  SipDialogInfoState state;
  SipDialogInfoDirection direction;
  guint code;
};

struct _SipDialogInfoEntryClass
{
  GObjectClass parent_class;
};

enum
{
  PROP_0,
  PROP_TEXTS, /* and all N_TEXTS */
  PROP_STATE = PROP_TEXTS + N_TEXTS,
  PROP_DIRECTION,
  PROP_CODE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static const char *const states[] = { "trying", "proceeding", "early", "confirmed", "terminated" };

G_DEFINE_ENUM_TYPE (SipDialogInfoState,
                    sip_dialog_info_state,
                    G_DEFINE_ENUM_VALUE (SIP_DIALOG_INFO_STATE_TRYING, "trying"),
                    G_DEFINE_ENUM_VALUE (SIP_DIALOG_INFO_STATE_PROCEEDING, "proceeding"),
                    G_DEFINE_ENUM_VALUE (SIP_DIALOG_INFO_STATE_EARLY, "early"),
                    G_DEFINE_ENUM_VALUE (SIP_DIALOG_INFO_STATE_CONFIRMED, "confirmed"),
                    G_DEFINE_ENUM_VALUE (SIP_DIALOG_INFO_STATE_TERMINATED, "terminated"))

G_DEFINE_ENUM_TYPE (SipDialogInfoDirection,
                    sip_dialog_info_direction,
                    G_DEFINE_ENUM_VALUE (SIP_DIALOG_INFO_DIRECTION_UNKNOWN, "unknown"),
                    G_DEFINE_ENUM_VALUE (SIP_DIALOG_INFO_DIRECTION_INITIATOR, "initiator"),
                    G_DEFINE_ENUM_VALUE (SIP_DIALOG_INFO_DIRECTION_RECIPIENT, "recipient"))

G_DEFINE_FINAL_TYPE (SipDialogInfoEntry, sip_dialog_info_entry, G_TYPE_OBJECT)

/* --- XML --- */

static gboolean
read_state (SipDialogInfoEntry *self, const xmlNode *state)
{
  g_autofree char *text = sip_xml_dup_text (state);
  guint64 code = 0;

  for (guint i = 0; text != NULL && i < G_N_ELEMENTS (states); i++)
    {
      if (g_ascii_strcasecmp (text, states[i]) == 0)
        {
          self->state = (SipDialogInfoState) i;
          self->texts[TEXT_EVENT] = sip_xml_dup_attribute (state, "event");
          if (sip_xml_uint_attribute (state, "code", 699, &code))
            self->code = (guint) code;
          return TRUE;
        }
    }

  return FALSE;
}

/* <local> or <remote>; @first is what its identity is. */
static void
read_side (SipDialogInfoEntry *self, const xmlNode *side, Text first)
{
  const xmlNode *identity = sip_xml_first (side, SIP_DIALOG_INFO_SPACE, "identity");

  self->texts[first] = sip_xml_dup_text (identity);
  self->texts[first + 1] = sip_xml_dup_attribute (identity, "display");
  self->texts[first + 2] = sip_xml_dup_attribute (sip_xml_first (side, SIP_DIALOG_INFO_SPACE, "target"), "uri");
}

SipDialogInfoEntry *
sip_dialog_info_entry_new_for_node (const xmlNode *node)
{
  g_autoptr (SipDialogInfoEntry) self = g_object_new (SIP_TYPE_DIALOG_INFO_ENTRY, NULL);
  g_autofree char *direction = sip_xml_dup_attribute (node, "direction");

  self->texts[TEXT_ID] = sip_xml_dup_attribute (node, "id");
  self->texts[TEXT_CALL_ID] = sip_xml_dup_attribute (node, "call-id");
  self->texts[TEXT_LOCAL_TAG] = sip_xml_dup_attribute (node, "local-tag");
  self->texts[TEXT_REMOTE_TAG] = sip_xml_dup_attribute (node, "remote-tag");
  if (g_strcmp0 (direction, "initiator") == 0)
    self->direction = SIP_DIALOG_INFO_DIRECTION_INITIATOR;
  else if (g_strcmp0 (direction, "recipient") == 0)
    self->direction = SIP_DIALOG_INFO_DIRECTION_RECIPIENT;
  read_side (self, sip_xml_first (node, SIP_DIALOG_INFO_SPACE, "local"), TEXT_LOCAL_IDENTITY);
  read_side (self, sip_xml_first (node, SIP_DIALOG_INFO_SPACE, "remote"), TEXT_REMOTE_IDENTITY);
  if (self->texts[TEXT_ID] == NULL || !read_state (self, sip_xml_first (node, SIP_DIALOG_INFO_SPACE, "state")))
    return NULL;

  return g_steal_pointer (&self);
}

static void
append_side (SipDialogInfoEntry *self, GString *xml, const char *element, Text first)
{
  GString *attributes;

  if (self->texts[first] == NULL && self->texts[first + 2] == NULL)
    return;

  attributes = g_string_new (NULL);
  sip_xml_append_attribute (attributes, "display", self->texts[first + 1]);
  g_string_append_printf (xml, "<%s>\n", element);
  sip_xml_append (xml, "identity", attributes->str, self->texts[first]);
  if (self->texts[first + 2] != NULL)
    {
      g_string_append (xml, "<target");
      sip_xml_append_attribute (xml, "uri", self->texts[first + 2]);
      g_string_append (xml, "/>\n");
    }
  g_string_append_printf (xml, "</%s>\n", element);
  g_string_free (attributes, TRUE);
}

void
sip_dialog_info_entry_append (SipDialogInfoEntry *self, GString *xml)
{
  GString *attributes = g_string_new (NULL);

  g_string_append (xml, "<dialog");
  sip_xml_append_attribute (xml, "id", self->texts[TEXT_ID]);
  sip_xml_append_attribute (xml, "call-id", self->texts[TEXT_CALL_ID]);
  sip_xml_append_attribute (xml, "local-tag", self->texts[TEXT_LOCAL_TAG]);
  sip_xml_append_attribute (xml, "remote-tag", self->texts[TEXT_REMOTE_TAG]);
  if (self->direction != SIP_DIALOG_INFO_DIRECTION_UNKNOWN)
    sip_xml_append_attribute (xml, "direction", self->direction == SIP_DIALOG_INFO_DIRECTION_INITIATOR ? "initiator" : "recipient");
  g_string_append (xml, ">\n");
  sip_xml_append_attribute (attributes, "event", self->texts[TEXT_EVENT]);
  if (self->code != 0)
    g_string_append_printf (attributes, " code=\"%u\"", self->code);
  sip_xml_append (xml, "state", attributes->str, states[self->state]);
  append_side (self, xml, "local", TEXT_LOCAL_IDENTITY);
  append_side (self, xml, "remote", TEXT_REMOTE_IDENTITY);
  g_string_append (xml, "</dialog>\n");
  g_string_free (attributes, TRUE);
}

/* --- class --- */

static void
sip_dialog_info_entry_finalize (GObject *object)
{
  SipDialogInfoEntry *self = SIP_DIALOG_INFO_ENTRY (object);

  for (guint i = 0; i < N_TEXTS; i++)
    g_free (self->texts[i]);

  G_OBJECT_CLASS (sip_dialog_info_entry_parent_class)->finalize (object);
}

static void
sip_dialog_info_entry_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SipDialogInfoEntry *self = SIP_DIALOG_INFO_ENTRY (object);

  switch (id)
    {
    case PROP_STATE:
      g_value_set_enum (value, (int) self->state);
      break;
    case PROP_DIRECTION:
      g_value_set_enum (value, (int) self->direction);
      break;
    case PROP_CODE:
      g_value_set_uint (value, self->code);
      break;
    default:
      if (id >= PROP_TEXTS && id < PROP_TEXTS + N_TEXTS)
        g_value_set_string (value, self->texts[id - PROP_TEXTS]);
      else
        G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sip_dialog_info_entry_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  SipDialogInfoEntry *self = SIP_DIALOG_INFO_ENTRY (object);

  switch (id)
    {
    case PROP_STATE:
      self->state = (SipDialogInfoState) g_value_get_enum (value);
      break;
    case PROP_DIRECTION:
      self->direction = (SipDialogInfoDirection) g_value_get_enum (value);
      break;
    case PROP_CODE:
      self->code = g_value_get_uint (value);
      break;
    default:
      if (id >= PROP_TEXTS && id < PROP_TEXTS + N_TEXTS)
        self->texts[id - PROP_TEXTS] = g_value_dup_string (value);
      else
        G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

#define FLAGS (G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY)

static void
install_text (Text text, const char *name)
{
  properties[PROP_TEXTS + text] = g_param_spec_string (name, NULL, NULL, NULL, FLAGS);
}

static void
install_texts (void)
{
  /**
   * SipDialogInfoEntry:id:
   *
   * What the call is called in its document, and in the next one.
   */
  install_text (TEXT_ID, "id");

  /**
   * SipDialogInfoEntry:call-id:
   *
   * The Call-ID, where it is told.
   */
  install_text (TEXT_CALL_ID, "call-id");

  /**
   * SipDialogInfoEntry:local-tag:
   *
   * The tag on their side, where it is told.
   */
  install_text (TEXT_LOCAL_TAG, "local-tag");

  /**
   * SipDialogInfoEntry:remote-tag:
   *
   * The tag on the other side, where it is told.
   */
  install_text (TEXT_REMOTE_TAG, "remote-tag");

  /**
   * SipDialogInfoEntry:event:
   *
   * How it came to be in this state: "cancelled", "rejected", "replaced", "local-bye", "remote-bye", "error" or "timeout"; `NULL` where it is not
   * told.
   */
  install_text (TEXT_EVENT, "event");

  /**
   * SipDialogInfoEntry:local-identity:
   *
   * Who they are in this call: a URI.
   */
  install_text (TEXT_LOCAL_IDENTITY, "local-identity");

  /**
   * SipDialogInfoEntry:local-display-name:
   *
   * Their name.
   */
  install_text (TEXT_LOCAL_DISPLAY_NAME, "local-display-name");

  /**
   * SipDialogInfoEntry:local-target:
   *
   * Where they are: the URI of their Contact.
   */
  install_text (TEXT_LOCAL_TARGET, "local-target");

  /**
   * SipDialogInfoEntry:remote-identity:
   *
   * With whom they talk: a URI.
   */
  install_text (TEXT_REMOTE_IDENTITY, "remote-identity");

  /**
   * SipDialogInfoEntry:remote-display-name:
   *
   * The name of whom they talk with.
   */
  install_text (TEXT_REMOTE_DISPLAY_NAME, "remote-display-name");

  /**
   * SipDialogInfoEntry:remote-target:
   *
   * Where the other side is: the URI of its Contact.
   */
  install_text (TEXT_REMOTE_TARGET, "remote-target");
}

static void
sip_dialog_info_entry_class_init (SipDialogInfoEntryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = sip_dialog_info_entry_finalize;
  object_class->get_property = sip_dialog_info_entry_get_property;
  object_class->set_property = sip_dialog_info_entry_set_property;
  install_texts ();

  /**
   * SipDialogInfoEntry:state:
   *
   * How far it is.
   */
  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, SIP_TYPE_DIALOG_INFO_STATE, SIP_DIALOG_INFO_STATE_TRYING, FLAGS);

  /**
   * SipDialogInfoEntry:direction:
   *
   * Who began it.
   */
  properties[PROP_DIRECTION] =
      g_param_spec_enum ("direction", NULL, NULL, SIP_TYPE_DIALOG_INFO_DIRECTION, SIP_DIALOG_INFO_DIRECTION_UNKNOWN, FLAGS);

  /**
   * SipDialogInfoEntry:code:
   *
   * The status code that led to this state; 0 where it is not told.
   */
  properties[PROP_CODE] = g_param_spec_uint ("code", NULL, NULL, 0, 699, 0, FLAGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
sip_dialog_info_entry_init (SipDialogInfoEntry *self)
{
}

/* --- public --- */

/**
 * sip_dialog_info_entry_new:
 * @id: what it is called
 * @state: how far it is
 * @direction: who began it
 *
 * Makes an entry. The other properties can be given with `g_object_new()`.
 *
 * Returns: (transfer full): a new entry
 */
SipDialogInfoEntry *
sip_dialog_info_entry_new (const char *id, SipDialogInfoState state, SipDialogInfoDirection direction)
{
  g_return_val_if_fail (id != NULL, NULL);

  return g_object_new (SIP_TYPE_DIALOG_INFO_ENTRY, "id", id, "state", state, "direction", direction, NULL);
}

/**
 * sip_dialog_info_entry_get_id:
 * @self: an entry
 *
 * Gets what the call is called in its document, and in the next one.
 *
 * Returns: (nullable): the name
 */
const char *
sip_dialog_info_entry_get_id (SipDialogInfoEntry *self)
{
  g_return_val_if_fail (SIP_IS_DIALOG_INFO_ENTRY (self), NULL);

  return self->texts[TEXT_ID];
}

/**
 * sip_dialog_info_entry_get_state:
 * @self: an entry
 *
 * Gets how far it is.
 *
 * Returns: the state
 */
SipDialogInfoState
sip_dialog_info_entry_get_state (SipDialogInfoEntry *self)
{
  g_return_val_if_fail (SIP_IS_DIALOG_INFO_ENTRY (self), SIP_DIALOG_INFO_STATE_TERMINATED);

  return self->state;
}

/**
 * sip_dialog_info_entry_get_direction:
 * @self: an entry
 *
 * Gets who began it.
 *
 * Returns: the direction
 */
SipDialogInfoDirection
sip_dialog_info_entry_get_direction (SipDialogInfoEntry *self)
{
  g_return_val_if_fail (SIP_IS_DIALOG_INFO_ENTRY (self), SIP_DIALOG_INFO_DIRECTION_UNKNOWN);

  return self->direction;
}

/**
 * sip_dialog_info_entry_get_remote_identity:
 * @self: an entry
 *
 * Gets with whom they talk.
 *
 * Returns: (nullable): a URI
 */
const char *
sip_dialog_info_entry_get_remote_identity (SipDialogInfoEntry *self)
{
  g_return_val_if_fail (SIP_IS_DIALOG_INFO_ENTRY (self), NULL);

  return self->texts[TEXT_REMOTE_IDENTITY];
}

/**
 * sip_dialog_info_entry_get_remote_display_name:
 * @self: an entry
 *
 * Gets the name of whom they talk with.
 *
 * Returns: (nullable): the name
 */
const char *
sip_dialog_info_entry_get_remote_display_name (SipDialogInfoEntry *self)
{
  g_return_val_if_fail (SIP_IS_DIALOG_INFO_ENTRY (self), NULL);

  return self->texts[TEXT_REMOTE_DISPLAY_NAME];
}

/**
 * sip_dialog_info_entry_get_replaces:
 * @self: an entry
 *
 * Gets what takes the call over: with it as [property@InviteOptions:replaces] a call to [property@DialogInfoEntry:local-target] takes this one's place, as
 * when a phone that rings next door is picked up (RFC 3891, RFC 5359 §2.16: while it rings it is for early calls only).
 *
 * Returns: (transfer full) (nullable): the value of a Replaces header; `NULL` where the call's Call-ID and tags are not told, or it is over
 */
char *
sip_dialog_info_entry_get_replaces (SipDialogInfoEntry *self)
{
  const char *const early = ";early-only";
  g_autofree char *value = NULL;
  SipReplacesView view;

  g_return_val_if_fail (SIP_IS_DIALOG_INFO_ENTRY (self), NULL);

  if (self->texts[TEXT_CALL_ID] == NULL || self->texts[TEXT_LOCAL_TAG] == NULL || self->texts[TEXT_REMOTE_TAG] == NULL ||
      self->state == SIP_DIALOG_INFO_STATE_TERMINATED)
    return NULL;

  value = g_strdup_printf ("%s;to-tag=%s;from-tag=%s%s", self->texts[TEXT_CALL_ID], self->texts[TEXT_LOCAL_TAG], self->texts[TEXT_REMOTE_TAG],
                           self->state == SIP_DIALOG_INFO_STATE_CONFIRMED ? "" : early);
  if (strpbrk (value, "\r\n") != NULL || !sip_replaces_view_parse (&view, sip_str_from (value)))
    return NULL;

  return g_steal_pointer (&value);
}
