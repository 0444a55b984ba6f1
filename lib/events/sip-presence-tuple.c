/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "events/sip-presence-tuple.h"

/**
 * SipPresenceTuple:
 *
 * One way to reach somebody, and whether it leads there: a phone, a messenger (RFC 3863 §4.1.2). Part of a [class@Presence]; its properties are given when it is
 * made.
 */
struct _SipPresenceTuple
{
  GObject parent_instance;
  char *id;
  SipPresenceBasic basic;
  char *contact;
  double priority;
  char *note;
  char **activities;
  GDateTime *timestamp;
};

struct _SipPresenceTupleClass
{
  GObjectClass parent_class;
};

enum
{
  PROP_0,
  PROP_ID,
  PROP_BASIC,
  PROP_CONTACT,
  PROP_PRIORITY,
  PROP_NOTE,
  PROP_ACTIVITIES,
  PROP_TIMESTAMP,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_ENUM_TYPE (SipPresenceBasic,
                    sip_presence_basic,
                    G_DEFINE_ENUM_VALUE (SIP_PRESENCE_BASIC_UNKNOWN, "unknown"),
                    G_DEFINE_ENUM_VALUE (SIP_PRESENCE_BASIC_CLOSED, "closed"),
                    G_DEFINE_ENUM_VALUE (SIP_PRESENCE_BASIC_OPEN, "open"))

G_DEFINE_FINAL_TYPE (SipPresenceTuple, sip_presence_tuple, G_TYPE_OBJECT)

static void
sip_presence_tuple_finalize (GObject *object)
{
  SipPresenceTuple *self = SIP_PRESENCE_TUPLE (object);

  g_free (self->id);
  g_free (self->contact);
  g_free (self->note);
  g_strfreev (self->activities);
  g_clear_pointer (&self->timestamp, g_date_time_unref);

  G_OBJECT_CLASS (sip_presence_tuple_parent_class)->finalize (object);
}

static void
sip_presence_tuple_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SipPresenceTuple *self = SIP_PRESENCE_TUPLE (object);

  switch (id)
    {
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_BASIC:
      g_value_set_enum (value, (int) self->basic);
      break;
    case PROP_CONTACT:
      g_value_set_string (value, self->contact);
      break;
    case PROP_PRIORITY:
      g_value_set_double (value, self->priority);
      break;
    case PROP_NOTE:
      g_value_set_string (value, self->note);
      break;
    case PROP_ACTIVITIES:
      g_value_set_boxed (value, self->activities);
      break;
    case PROP_TIMESTAMP:
      g_value_set_boxed (value, self->timestamp);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sip_presence_tuple_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  SipPresenceTuple *self = SIP_PRESENCE_TUPLE (object);

  switch (id)
    {
    case PROP_ID:
      self->id = g_value_dup_string (value);
      break;
    case PROP_BASIC:
      self->basic = (SipPresenceBasic) g_value_get_enum (value);
      break;
    case PROP_CONTACT:
      self->contact = g_value_dup_string (value);
      break;
    case PROP_PRIORITY:
      self->priority = g_value_get_double (value);
      break;
    case PROP_NOTE:
      self->note = g_value_dup_string (value);
      break;
    case PROP_ACTIVITIES:
      self->activities = g_value_dup_boxed (value);
      break;
    case PROP_TIMESTAMP:
      self->timestamp = g_value_dup_boxed (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sip_presence_tuple_class_init (SipPresenceTupleClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->finalize = sip_presence_tuple_finalize;
  object_class->get_property = sip_presence_tuple_get_property;
  object_class->set_property = sip_presence_tuple_set_property;

  /**
   * SipPresenceTuple:id:
   *
   * What the tuple is called in its document, and in the next one.
   */
  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);

  /**
   * SipPresenceTuple:basic:
   *
   * Whether it leads to somebody.
   */
  properties[PROP_BASIC] = g_param_spec_enum ("basic", NULL, NULL, SIP_TYPE_PRESENCE_BASIC, SIP_PRESENCE_BASIC_UNKNOWN, flags);

  /**
   * SipPresenceTuple:contact:
   *
   * The URI that it is reached by; `NULL` where it is not told.
   */
  properties[PROP_CONTACT] = g_param_spec_string ("contact", NULL, NULL, NULL, flags);

  /**
   * SipPresenceTuple:priority:
   *
   * How much it is preferred to others, from 0 to 1; -1 where nothing is said.
   */
  properties[PROP_PRIORITY] = g_param_spec_double ("priority", NULL, NULL, -1.0, 1.0, -1.0, flags);

  /**
   * SipPresenceTuple:note:
   *
   * Words for people; the first where there are several.
   */
  properties[PROP_NOTE] = g_param_spec_string ("note", NULL, NULL, NULL, flags);

  /**
   * SipPresenceTuple:activities:
   *
   * What is done there (RFC 4480 §3.2), where this is told of the tuple and not of the person.
   */
  properties[PROP_ACTIVITIES] = g_param_spec_boxed ("activities", NULL, NULL, G_TYPE_STRV, flags);

  /**
   * SipPresenceTuple:timestamp:
   *
   * When this became so; `NULL` where it is not told.
   */
  properties[PROP_TIMESTAMP] = g_param_spec_boxed ("timestamp", NULL, NULL, G_TYPE_DATE_TIME, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
sip_presence_tuple_init (SipPresenceTuple *self)
{
}

/**
 * sip_presence_tuple_new:
 * @id: what it is called: a name of letters and digits that begins with a letter
 * @basic: whether it leads to somebody
 * @contact: (nullable): the URI that it is reached by
 *
 * Makes a tuple. The other properties can be given with `g_object_new()`.
 *
 * Returns: (transfer full): a new tuple
 */
SipPresenceTuple *
sip_presence_tuple_new (const char *id, SipPresenceBasic basic, const char *contact)
{
  g_return_val_if_fail (id != NULL, NULL);

  return g_object_new (SIP_TYPE_PRESENCE_TUPLE, "id", id, "basic", basic, "contact", contact, NULL);
}

/**
 * sip_presence_tuple_get_id:
 * @self: a tuple
 *
 * Gets what it is called.
 *
 * Returns: (nullable): the name
 */
const char *
sip_presence_tuple_get_id (SipPresenceTuple *self)
{
  g_return_val_if_fail (SIP_IS_PRESENCE_TUPLE (self), NULL);

  return self->id;
}

/**
 * sip_presence_tuple_get_basic:
 * @self: a tuple
 *
 * Gets whether it leads to somebody.
 *
 * Returns: whether it does
 */
SipPresenceBasic
sip_presence_tuple_get_basic (SipPresenceTuple *self)
{
  g_return_val_if_fail (SIP_IS_PRESENCE_TUPLE (self), SIP_PRESENCE_BASIC_UNKNOWN);

  return self->basic;
}

/**
 * sip_presence_tuple_get_contact:
 * @self: a tuple
 *
 * Gets the URI that it is reached by.
 *
 * Returns: (nullable): the URI
 */
const char *
sip_presence_tuple_get_contact (SipPresenceTuple *self)
{
  g_return_val_if_fail (SIP_IS_PRESENCE_TUPLE (self), NULL);

  return self->contact;
}

/**
 * sip_presence_tuple_get_priority:
 * @self: a tuple
 *
 * Gets how much it is preferred to others.
 *
 * Returns: from 0 to 1; -1 where nothing is said
 */
double
sip_presence_tuple_get_priority (SipPresenceTuple *self)
{
  g_return_val_if_fail (SIP_IS_PRESENCE_TUPLE (self), -1.0);

  return self->priority;
}

/**
 * sip_presence_tuple_get_note:
 * @self: a tuple
 *
 * Gets the words for people.
 *
 * Returns: (nullable): the words
 */
const char *
sip_presence_tuple_get_note (SipPresenceTuple *self)
{
  g_return_val_if_fail (SIP_IS_PRESENCE_TUPLE (self), NULL);

  return self->note;
}

/**
 * sip_presence_tuple_get_activities:
 * @self: a tuple
 *
 * Gets what is done there.
 *
 * Returns: (transfer none) (nullable) (array zero-terminated=1): names of RFC 4480 §3.2; `NULL` where nothing is said
 */
const char *const *
sip_presence_tuple_get_activities (SipPresenceTuple *self)
{
  g_return_val_if_fail (SIP_IS_PRESENCE_TUPLE (self), NULL);

  return (const char *const *) self->activities;
}

/**
 * sip_presence_tuple_get_timestamp:
 * @self: a tuple
 *
 * Gets when this became so.
 *
 * Returns: (transfer none) (nullable): the time; `NULL` where it is not told
 */
GDateTime *
sip_presence_tuple_get_timestamp (SipPresenceTuple *self)
{
  g_return_val_if_fail (SIP_IS_PRESENCE_TUPLE (self), NULL);

  return self->timestamp;
}
