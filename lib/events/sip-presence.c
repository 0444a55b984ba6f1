/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "events/sip-presence.h"

#include "events/sip-xml-private.h"
#include "syntax/sip-error.h"

/**
 * SipPresence:
 *
 * Whether and how somebody can be reached (RFC 3863), and what they do (RFC 4480): what the event package "presence" (RFC 3856) tells.
 *
 * ```c
 * SipPresence *presence = sip_presence_parse (sip_message_get_body (message), &error);
 *
 * if (presence != NULL && sip_presence_get_basic (presence) == SIP_PRESENCE_BASIC_OPEN)
 *   show_available ();
 * ```
 *
 * One that is made by [ctor@Presence.new] can be filled in; one that was read cannot be changed.
 */
struct _SipPresence
{
  GObject parent_instance;
  char *entity;
  char *note;
  char **activities;
  GListStore *tuples;
  gboolean is_sealed;
};

struct _SipPresenceClass
{
  GObjectClass parent_class;
};

enum
{
  PROP_0,
  PROP_ENTITY,
  PROP_BASIC,
  PROP_NOTE,
  PROP_ACTIVITIES,
  PROP_TUPLES,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

#define PIDF "urn:ietf:params:xml:ns:pidf"
#define RPID "urn:ietf:params:xml:ns:pidf:rpid"
#define DATA_MODEL "urn:ietf:params:xml:ns:pidf:data-model"

/* What nobody has in earnest is not kept. */
#define MAX_TUPLES 256
#define MAX_ACTIVITIES 64

G_DEFINE_FINAL_TYPE (SipPresence, sip_presence, G_TYPE_OBJECT)

/* --- reading --- */

/* RFC 4480 §3.2: elements whose names are what is done; of <other> the text. */
static void
collect_activities (const xmlNode *node, GPtrArray *activities)
{
  for (const xmlNode *list = sip_xml_first (node, RPID, "activities"); list != NULL; list = sip_xml_next (list, RPID, "activities"))
    {
      for (const xmlNode *activity = sip_xml_first (list, RPID, NULL); activity != NULL; activity = sip_xml_next (activity, RPID, NULL))
        {
          char *text = NULL;

          if (activities->len == MAX_ACTIVITIES || sip_xml_is (activity, RPID, "note"))
            continue;
          if (sip_xml_is (activity, RPID, "other"))
            text = sip_xml_dup_text (activity);
          if (text == NULL || *text == '\0')
            {
              g_free (text);
              text = g_strdup ((const char *) activity->name);
            }
          g_ptr_array_add (activities, text);
        }
    }
}

/* Takes @activities. */
static char **
to_strv (GPtrArray *activities)
{
  if (activities->len == 0)
    {
      g_ptr_array_unref (activities);
      return NULL;
    }

  g_ptr_array_add (activities, NULL);
  return (char **) g_ptr_array_free (activities, FALSE);
}

static double
read_priority (const xmlNode *contact)
{
  g_autofree char *text = sip_xml_dup_attribute (contact, "priority");
  char *end;
  double priority;

  /* RFC 3863 §4.4: qvalue */
  if (text == NULL || !g_ascii_isdigit (*text) || text[strspn (text, "0123456789.")] != '\0')
    return -1.0;

  priority = g_ascii_strtod (text, &end);
  return *end == '\0' && priority >= 0.0 && priority <= 1.0 ? priority : -1.0;
}

static GDateTime *
read_time (const xmlNode *node)
{
  g_autofree char *text = sip_xml_dup_text (node);
  g_autoptr (GTimeZone) utc = text != NULL ? g_time_zone_new_utc () : NULL;

  return text != NULL ? g_date_time_new_from_iso8601 (text, utc) : NULL;
}

static SipPresenceBasic
read_basic (const xmlNode *tuple)
{
  g_autofree char *text = sip_xml_dup_text (sip_xml_first (sip_xml_first (tuple, PIDF, "status"), PIDF, "basic"));

  if (text == NULL)
    return SIP_PRESENCE_BASIC_UNKNOWN;
  if (g_ascii_strcasecmp (text, "open") == 0)
    return SIP_PRESENCE_BASIC_OPEN;

  return g_ascii_strcasecmp (text, "closed") == 0 ? SIP_PRESENCE_BASIC_CLOSED : SIP_PRESENCE_BASIC_UNKNOWN;
}

static SipPresenceTuple *
read_tuple (const xmlNode *node)
{
  const xmlNode *contact = sip_xml_first (node, PIDF, "contact");
  g_autofree char *id = sip_xml_dup_attribute (node, "id");
  g_autofree char *uri = sip_xml_dup_text (contact);
  g_autofree char *note = sip_xml_dup_text (sip_xml_first (node, PIDF, "note"));
  g_autoptr (GDateTime) timestamp = read_time (sip_xml_first (node, PIDF, "timestamp"));
  GPtrArray *found = g_ptr_array_new ();
  g_auto (GStrv) activities = NULL;

  collect_activities (node, found);
  collect_activities (sip_xml_first (node, PIDF, "status"), found);
  activities = to_strv (found);
  return g_object_new (SIP_TYPE_PRESENCE_TUPLE, "id", id, "basic", read_basic (node), "contact", uri, "priority", read_priority (contact), "note", note,
                       "activities", activities, "timestamp", timestamp, NULL);
}

static void
read_document (SipPresence *self, const xmlNode *root)
{
  GPtrArray *activities = g_ptr_array_new ();

  self->entity = sip_xml_dup_attribute (root, "entity");
  self->note = sip_xml_dup_text (sip_xml_first (root, PIDF, "note"));
  for (const xmlNode *node = sip_xml_first (root, PIDF, "tuple"); node != NULL; node = sip_xml_next (node, PIDF, "tuple"))
    {
      g_autoptr (SipPresenceTuple) tuple = NULL;

      if (g_list_model_get_n_items (G_LIST_MODEL (self->tuples)) == MAX_TUPLES)
        break;
      tuple = read_tuple (node);
      g_list_store_append (self->tuples, tuple);
    }
  /* RFC 4479: the person's data. */
  for (const xmlNode *node = sip_xml_first (root, DATA_MODEL, "person"); node != NULL; node = sip_xml_next (node, DATA_MODEL, "person"))
    {
      const xmlNode *list = sip_xml_first (node, RPID, "activities");

      collect_activities (node, activities);
      if (self->note == NULL)
        self->note = sip_xml_dup_text (sip_xml_first (node, DATA_MODEL, "note"));
      if (self->note == NULL)
        self->note = sip_xml_dup_text (sip_xml_first (list, RPID, "note"));
    }
  self->activities = to_strv (activities);
}

/**
 * sip_presence_parse:
 * @bytes: a body of the type [const@PRESENCE_TYPE]
 * @error: return location for an error
 *
 * Reads a presence document (RFC 3863). What it says beyond that and of RFC 4480's activities and notes is not looked at. Nothing is fetched, and a document
 * with a document type is refused.
 *
 * Returns: (transfer full) (nullable): the presence; `NULL` with `SIP_ERROR_PARSE`
 */
SipPresence *
sip_presence_parse (GBytes *bytes, GError **error)
{
  g_autoptr (SipPresence) self = NULL;
  g_autoptr (xmlDoc) doc = NULL;

  g_return_val_if_fail (bytes != NULL, NULL);

  doc = sip_xml_parse (bytes, PIDF, "presence", error);
  if (doc == NULL)
    return NULL;

  self = g_object_new (SIP_TYPE_PRESENCE, NULL);
  read_document (self, xmlDocGetRootElement (doc));
  if (self->entity == NULL || *self->entity == '\0')
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_PARSE, "A presence document of nobody");
      return NULL;
    }

  self->is_sealed = TRUE;
  return g_steal_pointer (&self);
}

/* --- writing --- */

/* Fit for an element of RFC 4480, where one is called so that is no activity. */
static gboolean
is_name (const char *text)
{
  if (strcmp (text, "note") == 0)
    return FALSE;
  if (!g_ascii_isalpha (*text) && *text != '_')
    return FALSE;
  for (; *text != '\0'; text++)
    {
      if (!g_ascii_isalnum (*text) && strchr ("-_.", *text) == NULL)
        return FALSE;
    }

  return TRUE;
}

static void
append_activities (GString *xml, const char *const *activities)
{
  if (activities == NULL || activities[0] == NULL)
    return;

  g_string_append (xml, "<rpid:activities>\n");
  for (guint i = 0; activities[i] != NULL; i++)
    {
      if (is_name (activities[i]))
        g_string_append_printf (xml, "<rpid:%s/>\n", activities[i]);
      else
        sip_xml_append (xml, "rpid:other", "", activities[i]);
    }
  g_string_append (xml, "</rpid:activities>\n");
}

static void
append_tuple (GString *xml, SipPresenceTuple *tuple)
{
  SipPresenceBasic basic = sip_presence_tuple_get_basic (tuple);
  double priority = sip_presence_tuple_get_priority (tuple);
  GDateTime *timestamp = sip_presence_tuple_get_timestamp (tuple);
  g_autofree char *attributes = NULL;

  g_string_append (xml, "<tuple");
  sip_xml_append_attribute (xml, "id", sip_presence_tuple_get_id (tuple));
  g_string_append (xml, ">\n<status>\n");
  if (basic != SIP_PRESENCE_BASIC_UNKNOWN)
    sip_xml_append (xml, "basic", "", basic == SIP_PRESENCE_BASIC_OPEN ? "open" : "closed");
  g_string_append (xml, "</status>\n");
  /* The order is the schema's: extensions go before the contact. */
  append_activities (xml, sip_presence_tuple_get_activities (tuple));
  if (priority >= 0)
    {
      char number[G_ASCII_DTOSTR_BUF_SIZE];

      attributes = g_strdup_printf (" priority=\"%s\"", g_ascii_formatd (number, sizeof number, "%.3g", priority));
    }
  sip_xml_append (xml, "contact", attributes != NULL ? attributes : "", sip_presence_tuple_get_contact (tuple));
  sip_xml_append (xml, "note", "", sip_presence_tuple_get_note (tuple));
  if (timestamp != NULL)
    {
      /* Nothing where it is no time that UTC has. */
      g_autoptr (GDateTime) utc = g_date_time_to_utc (timestamp);
      g_autofree char *rest = utc != NULL ? g_date_time_format (utc, "-%m-%dT%H:%M:%SZ") : NULL;
      g_autofree char *text = rest != NULL ? g_strdup_printf ("%04d%s", g_date_time_get_year (utc), rest) : NULL;

      sip_xml_append (xml, "timestamp", "", text);
    }
  g_string_append (xml, "</tuple>\n");
}

/**
 * sip_presence_to_bytes:
 * @self: a presence
 *
 * Writes it as a body of the type [const@PRESENCE_TYPE], for a notifier or for publishing it.
 *
 * Returns: (transfer full): the body
 */
GBytes *
sip_presence_to_bytes (SipPresence *self)
{
  GString *xml;
  guint n;

  g_return_val_if_fail (SIP_IS_PRESENCE (self), NULL);

  xml = g_string_new ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<presence xmlns=\"" PIDF "\" xmlns:dm=\"" DATA_MODEL "\" xmlns:rpid=\"" RPID "\"");
  sip_xml_append_attribute (xml, "entity", self->entity);
  g_string_append (xml, ">\n");
  n = g_list_model_get_n_items (G_LIST_MODEL (self->tuples));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (SipPresenceTuple) tuple = g_list_model_get_item (G_LIST_MODEL (self->tuples), i);

      append_tuple (xml, tuple);
    }
  sip_xml_append (xml, "note", "", self->note);
  if (self->activities != NULL && self->activities[0] != NULL)
    {
      g_string_append (xml, "<dm:person id=\"person\">\n");
      append_activities (xml, (const char *const *) self->activities);
      g_string_append (xml, "</dm:person>\n");
    }
  g_string_append (xml, "</presence>\n");

  return g_string_free_to_bytes (xml);
}

/* --- class --- */

static void
sip_presence_finalize (GObject *object)
{
  SipPresence *self = SIP_PRESENCE (object);

  g_free (self->entity);
  g_free (self->note);
  g_strfreev (self->activities);
  g_clear_object (&self->tuples);

  G_OBJECT_CLASS (sip_presence_parent_class)->finalize (object);
}

static void
sip_presence_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SipPresence *self = SIP_PRESENCE (object);

  switch (id)
    {
    case PROP_ENTITY:
      g_value_set_string (value, self->entity);
      break;
    case PROP_BASIC:
      g_value_set_enum (value, (int) sip_presence_get_basic (self));
      break;
    case PROP_NOTE:
      g_value_set_string (value, self->note);
      break;
    case PROP_ACTIVITIES:
      g_value_set_boxed (value, self->activities);
      break;
    case PROP_TUPLES:
      g_value_set_object (value, self->tuples);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sip_presence_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  SipPresence *self = SIP_PRESENCE (object);

  switch (id)
    {
    case PROP_ENTITY:
      self->entity = g_value_dup_string (value);
      break;
    case PROP_NOTE:
      sip_presence_set_note (self, g_value_get_string (value));
      break;
    case PROP_ACTIVITIES:
      sip_presence_set_activities (self, g_value_get_boxed (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sip_presence_class_init (SipPresenceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->finalize = sip_presence_finalize;
  object_class->get_property = sip_presence_get_property;
  object_class->set_property = sip_presence_set_property;

  /**
   * SipPresence:entity:
   *
   * Whose presence it is: a URI, mostly of the scheme "pres" or "sip".
   */
  properties[PROP_ENTITY] = g_param_spec_string ("entity", NULL, NULL, NULL, flags | G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY);

  /**
   * SipPresence:basic:
   *
   * Whether they can be reached at all: open where one of the tuples is, closed where one says so and none is open.
   */
  properties[PROP_BASIC] = g_param_spec_enum ("basic", NULL, NULL, SIP_TYPE_PRESENCE_BASIC, SIP_PRESENCE_BASIC_UNKNOWN, flags);

  /**
   * SipPresence:note:
   *
   * Words for people, of the document or the person; the first where there are several.
   */
  properties[PROP_NOTE] = g_param_spec_string ("note", NULL, NULL, NULL, flags | G_PARAM_WRITABLE);

  /**
   * SipPresence:activities:
   *
   * What the person does: names of RFC 4480 §3.2 ("away", "busy", "on-the-phone", "meeting", …), or words of its own.
   */
  properties[PROP_ACTIVITIES] = g_param_spec_boxed ("activities", NULL, NULL, G_TYPE_STRV, flags | G_PARAM_WRITABLE);

  /**
   * SipPresence:tuples:
   *
   * The ways to reach them: a list of [class@PresenceTuple].
   */
  properties[PROP_TUPLES] = g_param_spec_object ("tuples", NULL, NULL, G_TYPE_LIST_MODEL, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
sip_presence_init (SipPresence *self)
{
  self->tuples = g_list_store_new (SIP_TYPE_PRESENCE_TUPLE);
}

/* --- public --- */

/**
 * sip_presence_new:
 * @entity: whose presence it is, a URI
 *
 * Makes a presence that says nothing yet.
 *
 * Returns: (transfer full): a new presence
 */
SipPresence *
sip_presence_new (const char *entity)
{
  g_return_val_if_fail (entity != NULL, NULL);

  return g_object_new (SIP_TYPE_PRESENCE, "entity", entity, NULL);
}

/**
 * sip_presence_get_entity:
 * @self: a presence
 *
 * Gets whose presence it is.
 *
 * Returns: (nullable): a URI
 */
const char *
sip_presence_get_entity (SipPresence *self)
{
  g_return_val_if_fail (SIP_IS_PRESENCE (self), NULL);

  return self->entity;
}

/**
 * sip_presence_get_basic:
 * @self: a presence
 *
 * Gets whether they can be reached at all.
 *
 * Returns: open where one of the tuples is, closed where one says so and none is open
 */
SipPresenceBasic
sip_presence_get_basic (SipPresence *self)
{
  SipPresenceBasic basic = SIP_PRESENCE_BASIC_UNKNOWN;
  guint n;

  g_return_val_if_fail (SIP_IS_PRESENCE (self), SIP_PRESENCE_BASIC_UNKNOWN);

  n = g_list_model_get_n_items (G_LIST_MODEL (self->tuples));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (SipPresenceTuple) tuple = g_list_model_get_item (G_LIST_MODEL (self->tuples), i);

      basic = MAX (basic, sip_presence_tuple_get_basic (tuple));
    }

  return basic;
}

/**
 * sip_presence_get_note:
 * @self: a presence
 *
 * Gets the words for people.
 *
 * Returns: (nullable): the words
 */
const char *
sip_presence_get_note (SipPresence *self)
{
  g_return_val_if_fail (SIP_IS_PRESENCE (self), NULL);

  return self->note;
}

/**
 * sip_presence_set_note:
 * @self: a presence that was made by [ctor@Presence.new]
 * @note: (nullable): the words
 *
 * Sets the words for people.
 */
void
sip_presence_set_note (SipPresence *self, const char *note)
{
  g_return_if_fail (SIP_IS_PRESENCE (self));
  g_return_if_fail (!self->is_sealed);

  if (g_strcmp0 (self->note, note) == 0)
    return;

  g_free (self->note);
  self->note = g_strdup (note);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NOTE]);
}

/**
 * sip_presence_get_activities:
 * @self: a presence
 *
 * Gets what the person does.
 *
 * Returns: (transfer none) (nullable) (array zero-terminated=1): names of RFC 4480 §3.2; `NULL` where nothing is said
 */
const char *const *
sip_presence_get_activities (SipPresence *self)
{
  g_return_val_if_fail (SIP_IS_PRESENCE (self), NULL);

  return (const char *const *) self->activities;
}

/**
 * sip_presence_set_activities:
 * @self: a presence that was made by [ctor@Presence.new]
 * @activities: (nullable) (array zero-terminated=1): names of RFC 4480 §3.2
 *
 * Sets what the person does.
 */
void
sip_presence_set_activities (SipPresence *self, const char *const *activities)
{
  g_return_if_fail (SIP_IS_PRESENCE (self));
  g_return_if_fail (!self->is_sealed);

  if ((const char *const *) self->activities == activities)
    return;

  g_strfreev (self->activities);
  self->activities = g_strdupv ((char **) activities);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ACTIVITIES]);
}

/**
 * sip_presence_get_tuples:
 * @self: a presence
 *
 * Gets the ways to reach them.
 *
 * Returns: (transfer none): a list of [class@PresenceTuple]
 */
GListModel *
sip_presence_get_tuples (SipPresence *self)
{
  g_return_val_if_fail (SIP_IS_PRESENCE (self), NULL);

  return G_LIST_MODEL (self->tuples);
}

/**
 * sip_presence_add_tuple:
 * @self: a presence that was made by [ctor@Presence.new]
 * @tuple: a way to reach them
 *
 * Adds a way to reach them.
 */
void
sip_presence_add_tuple (SipPresence *self, SipPresenceTuple *tuple)
{
  g_return_if_fail (SIP_IS_PRESENCE (self));
  g_return_if_fail (SIP_IS_PRESENCE_TUPLE (tuple));
  g_return_if_fail (!self->is_sealed);

  g_list_store_append (self->tuples, tuple);
}
