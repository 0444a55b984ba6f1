/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "events/sip-dialog-info.h"

#include "events/sip-dialog-info-entry-private.h"
#include "syntax/sip-error.h"

/**
 * SipDialogInfo:
 *
 * Which calls somebody has (RFC 4235): what the event package "dialog" tells, and what the lamps of a switchboard show.
 *
 * A document is a full one, or says only what has changed since the one of the version before: [method@DialogInfo.update] brings both together, and
 * [property@Subscription:content] has done so already.
 *
 * One that is made by [ctor@DialogInfo.new] can be filled in; one that was read cannot be changed.
 */
struct _SipDialogInfo
{
  GObject parent_instance;
  char *entity;
  guint version;
  gboolean full;
  gboolean is_sealed;
  GListStore *dialogs;
};

struct _SipDialogInfoClass
{
  GObjectClass parent_class;
};

enum
{
  PROP_0,
  PROP_ENTITY,
  PROP_VERSION,
  PROP_FULL,
  PROP_DIALOGS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* What nobody has in earnest is not kept. */
#define MAX_DIALOGS 512

G_DEFINE_FINAL_TYPE (SipDialogInfo, sip_dialog_info, G_TYPE_OBJECT)

static guint
n_dialogs (SipDialogInfo *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->dialogs));
}

/**
 * sip_dialog_info_parse:
 * @bytes: a body of the type [const@DIALOG_INFO_TYPE]
 * @error: return location for an error
 *
 * Reads a dialog-info document (RFC 4235 §4.1). A call whose state is none that RFC 4235 knows is left out. Nothing is fetched, and a document with a
 * document type is refused.
 *
 * Returns: (transfer full) (nullable): what it says; `NULL` with `SIP_ERROR_PARSE`
 */
SipDialogInfo *
sip_dialog_info_parse (GBytes *bytes, GError **error)
{
  g_autoptr (SipDialogInfo) self = NULL;
  g_autoptr (xmlDoc) doc = NULL;
  g_autofree char *entity = NULL;
  g_autofree char *state = NULL;
  const xmlNode *root;
  guint64 version;

  g_return_val_if_fail (bytes != NULL, NULL);

  doc = sip_xml_parse (bytes, SIP_DIALOG_INFO_SPACE, "dialog-info", error);
  if (doc == NULL)
    return NULL;

  root = xmlDocGetRootElement (doc);
  entity = sip_xml_dup_attribute (root, "entity");
  state = sip_xml_dup_attribute (root, "state");
  if (entity == NULL || *entity == '\0' || !sip_xml_uint_attribute (root, "version", G_MAXUINT32, &version) ||
      (g_strcmp0 (state, "full") != 0 && g_strcmp0 (state, "partial") != 0))
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_PARSE, "A dialog-info document without entity, version or state");
      return NULL;
    }

  self = sip_dialog_info_new (entity, (guint) version, strcmp (state, "full") == 0);
  for (const xmlNode *node = sip_xml_first (root, SIP_DIALOG_INFO_SPACE, "dialog"); node != NULL && n_dialogs (self) < MAX_DIALOGS;
       node = sip_xml_next (node, SIP_DIALOG_INFO_SPACE, "dialog"))
    {
      g_autoptr (SipDialogInfoEntry) entry = sip_dialog_info_entry_new_for_node (node);

      if (entry != NULL)
        g_list_store_append (self->dialogs, entry);
    }

  self->is_sealed = TRUE;
  return g_steal_pointer (&self);
}

/**
 * sip_dialog_info_to_bytes:
 * @self: what is to be said
 *
 * Writes it as a body of the type [const@DIALOG_INFO_TYPE], for a notifier.
 *
 * Returns: (transfer full): the body
 */
GBytes *
sip_dialog_info_to_bytes (SipDialogInfo *self)
{
  GString *xml;

  g_return_val_if_fail (SIP_IS_DIALOG_INFO (self), NULL);

  xml = g_string_new ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<dialog-info xmlns=\"" SIP_DIALOG_INFO_SPACE "\"");
  g_string_append_printf (xml, " version=\"%u\" state=\"%s\"", self->version, self->full ? "full" : "partial");
  sip_xml_append_attribute (xml, "entity", self->entity);
  g_string_append (xml, ">\n");
  for (guint i = 0; i < n_dialogs (self); i++)
    {
      g_autoptr (SipDialogInfoEntry) entry = g_list_model_get_item (G_LIST_MODEL (self->dialogs), i);

      sip_dialog_info_entry_append (entry, xml);
    }
  g_string_append (xml, "</dialog-info>\n");

  return g_string_free_to_bytes (xml);
}

/* --- versions --- */

static gboolean
has (SipDialogInfo *self, const char *id)
{
  for (guint i = 0; i < n_dialogs (self); i++)
    {
      g_autoptr (SipDialogInfoEntry) entry = g_list_model_get_item (G_LIST_MODEL (self->dialogs), i);

      if (g_strcmp0 (sip_dialog_info_entry_get_id (entry), id) == 0)
        return TRUE;
    }

  return FALSE;
}

/* What @self knows of and @update does not speak of; the calls that were over then are forgotten. */
static void
keep (SipDialogInfo *result, SipDialogInfo *self, SipDialogInfo *update)
{
  for (guint i = 0; i < n_dialogs (self); i++)
    {
      g_autoptr (SipDialogInfoEntry) entry = g_list_model_get_item (G_LIST_MODEL (self->dialogs), i);

      if (sip_dialog_info_entry_get_state (entry) != SIP_DIALOG_INFO_STATE_TERMINATED && !has (update, sip_dialog_info_entry_get_id (entry)))
        g_list_store_append (result->dialogs, entry);
    }
}

/**
 * sip_dialog_info_update:
 * @self: what is known
 * @update: what comes next
 * @error: return location for an error
 *
 * Brings what is known and what comes next together (RFC 4235 §4.3). A full document takes the place of what was known. Calls that are over are still listed
 * in the result that tells so, and forgotten with the next.
 *
 * Returns: (transfer full) (nullable): the whole state, a full document; `NULL` where @update is an old one (`SIP_ERROR_INVALID_ARGUMENT`: there is nothing to
 *   do), or where one between is missing or it is somebody else's (`SIP_ERROR_INVALID_STATE`: ask for the full state, by refreshing the subscription)
 */
SipDialogInfo *
sip_dialog_info_update (SipDialogInfo *self, SipDialogInfo *update, GError **error)
{
  SipDialogInfo *result;

  g_return_val_if_fail (SIP_IS_DIALOG_INFO (self), NULL);
  g_return_val_if_fail (SIP_IS_DIALOG_INFO (update), NULL);

  if (update->full)
    return g_object_ref (update);
  if (update->version <= self->version)
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_ARGUMENT, "Version %u is not newer than %u", update->version, self->version);
      return NULL;
    }
  if (update->version != self->version + 1 || g_strcmp0 (self->entity, update->entity) != 0)
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_STATE, "Version %u of %s does not follow on version %u of %s", update->version, update->entity,
                   self->version, self->entity);
      return NULL;
    }

  result = sip_dialog_info_new (update->entity, update->version, TRUE);
  keep (result, self, update);
  for (guint i = 0; i < n_dialogs (update) && n_dialogs (result) < MAX_DIALOGS; i++)
    {
      g_autoptr (SipDialogInfoEntry) entry = g_list_model_get_item (G_LIST_MODEL (update->dialogs), i);

      g_list_store_append (result->dialogs, entry);
    }
  result->is_sealed = TRUE;

  return result;
}

/* --- class --- */

static void
sip_dialog_info_finalize (GObject *object)
{
  SipDialogInfo *self = SIP_DIALOG_INFO (object);

  g_free (self->entity);
  g_clear_object (&self->dialogs);

  G_OBJECT_CLASS (sip_dialog_info_parent_class)->finalize (object);
}

static void
sip_dialog_info_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SipDialogInfo *self = SIP_DIALOG_INFO (object);

  switch (id)
    {
    case PROP_ENTITY:
      g_value_set_string (value, self->entity);
      break;
    case PROP_VERSION:
      g_value_set_uint (value, self->version);
      break;
    case PROP_FULL:
      g_value_set_boolean (value, self->full);
      break;
    case PROP_DIALOGS:
      g_value_set_object (value, self->dialogs);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sip_dialog_info_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  SipDialogInfo *self = SIP_DIALOG_INFO (object);

  switch (id)
    {
    case PROP_ENTITY:
      self->entity = g_value_dup_string (value);
      break;
    case PROP_VERSION:
      self->version = g_value_get_uint (value);
      break;
    case PROP_FULL:
      self->full = g_value_get_boolean (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sip_dialog_info_class_init (SipDialogInfoClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  const GParamFlags once = G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY;

  object_class->finalize = sip_dialog_info_finalize;
  object_class->get_property = sip_dialog_info_get_property;
  object_class->set_property = sip_dialog_info_set_property;

  /**
   * SipDialogInfo:entity:
   *
   * Whose calls they are: a URI.
   */
  properties[PROP_ENTITY] = g_param_spec_string ("entity", NULL, NULL, NULL, flags | once);

  /**
   * SipDialogInfo:version:
   *
   * Which document it is of its subscription, counted from 0.
   */
  properties[PROP_VERSION] = g_param_spec_uint ("version", NULL, NULL, 0, G_MAXUINT32, 0, flags | once);

  /**
   * SipDialogInfo:full:
   *
   * Whether it tells of all calls, and not only of those that have changed.
   */
  properties[PROP_FULL] = g_param_spec_boolean ("full", NULL, NULL, TRUE, flags | once);

  /**
   * SipDialogInfo:dialogs:
   *
   * The calls: a list of [class@DialogInfoEntry].
   */
  properties[PROP_DIALOGS] = g_param_spec_object ("dialogs", NULL, NULL, G_TYPE_LIST_MODEL, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
sip_dialog_info_init (SipDialogInfo *self)
{
  self->dialogs = g_list_store_new (SIP_TYPE_DIALOG_INFO_ENTRY);
}

/* --- public --- */

/**
 * sip_dialog_info_new:
 * @entity: whose calls they are, a URI
 * @version: which document it is of its subscription, counted from 0
 * @full: whether it tells of all calls
 *
 * Makes a document, for a notifier.
 *
 * Returns: (transfer full): a new document
 */
SipDialogInfo *
sip_dialog_info_new (const char *entity, guint version, gboolean full)
{
  g_return_val_if_fail (entity != NULL, NULL);

  return g_object_new (SIP_TYPE_DIALOG_INFO, "entity", entity, "version", version, "full", full, NULL);
}

/**
 * sip_dialog_info_get_entity:
 * @self: what is known
 *
 * Gets whose calls they are.
 *
 * Returns: (nullable): a URI
 */
const char *
sip_dialog_info_get_entity (SipDialogInfo *self)
{
  g_return_val_if_fail (SIP_IS_DIALOG_INFO (self), NULL);

  return self->entity;
}

/**
 * sip_dialog_info_get_version:
 * @self: what is known
 *
 * Gets which document it is of its subscription.
 *
 * Returns: the version
 */
guint
sip_dialog_info_get_version (SipDialogInfo *self)
{
  g_return_val_if_fail (SIP_IS_DIALOG_INFO (self), 0);

  return self->version;
}

/**
 * sip_dialog_info_get_full:
 * @self: what is known
 *
 * Gets whether it tells of all calls.
 *
 * Returns: whether it does
 */
gboolean
sip_dialog_info_get_full (SipDialogInfo *self)
{
  g_return_val_if_fail (SIP_IS_DIALOG_INFO (self), FALSE);

  return self->full;
}

/**
 * sip_dialog_info_get_dialogs:
 * @self: what is known
 *
 * Gets the calls.
 *
 * Returns: (transfer none): a list of [class@DialogInfoEntry]
 */
GListModel *
sip_dialog_info_get_dialogs (SipDialogInfo *self)
{
  g_return_val_if_fail (SIP_IS_DIALOG_INFO (self), NULL);

  return G_LIST_MODEL (self->dialogs);
}

/**
 * sip_dialog_info_add_dialog:
 * @self: a document that was made by [ctor@DialogInfo.new]
 * @entry: a call
 *
 * Adds a call.
 */
void
sip_dialog_info_add_dialog (SipDialogInfo *self, SipDialogInfoEntry *entry)
{
  g_return_if_fail (SIP_IS_DIALOG_INFO (self));
  g_return_if_fail (SIP_IS_DIALOG_INFO_ENTRY (entry));
  g_return_if_fail (!self->is_sealed);

  g_list_store_append (self->dialogs, entry);
}
