/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/sip-session-list-private.h"

struct _SipSessionList
{
  GObject parent_instance;
  GSequence *sessions;
};

static guint items_changed_signal;

static GType
list_get_item_type (GListModel *model)
{
  return SIP_TYPE_SESSION;
}

static guint
list_get_n_items (GListModel *model)
{
  return sip_session_list_get_n (SIP_SESSION_LIST (model));
}

static gpointer
list_get_item (GListModel *model, guint position)
{
  SipSessionList *self = SIP_SESSION_LIST (model);
  GSequenceIter *iter = g_sequence_get_iter_at_pos (self->sessions, (int) MIN (position, G_MAXINT));

  return g_sequence_iter_is_end (iter) ? NULL : g_object_ref (g_sequence_get (iter));
}

static void
list_model_init (GListModelInterface *interface)
{
  interface->get_item_type = list_get_item_type;
  interface->get_n_items = list_get_n_items;
  interface->get_item = list_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (SipSessionList, sip_session_list, G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void
sip_session_list_finalize (GObject *object)
{
  SipSessionList *self = SIP_SESSION_LIST (object);

  g_sequence_free (self->sessions);

  G_OBJECT_CLASS (sip_session_list_parent_class)->finalize (object);
}

static void
sip_session_list_class_init (SipSessionListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sip_session_list_finalize;
  items_changed_signal = g_signal_lookup ("items-changed", G_TYPE_LIST_MODEL);
}

/* An emission costs more than all else here, also where nobody listens: that of an interface's signal has no shortcut. */
static void
tell (SipSessionList *self, GSequenceIter *at, guint removed, guint added)
{
  if (g_signal_has_handler_pending (self, items_changed_signal, 0, FALSE))
    g_list_model_items_changed (G_LIST_MODEL (self), (guint) g_sequence_iter_get_position (at), removed, added);
}

static void
sip_session_list_init (SipSessionList *self)
{
  self->sessions = g_sequence_new (g_object_unref);
}

SipSessionList *
sip_session_list_new (void)
{
  return g_object_new (SIP_TYPE_SESSION_LIST, NULL);
}

GSequenceIter *
sip_session_list_add (SipSessionList *self, SipSession *session)
{
  GSequenceIter *iter = g_sequence_append (self->sessions, g_object_ref (session));

  tell (self, iter, 0, 1);
  return iter;
}

void
sip_session_list_remove (SipSessionList *self, GSequenceIter *iter)
{
  GSequenceIter *next = g_sequence_iter_next (iter);

  g_sequence_remove (iter);
  tell (self, next, 1, 0);
}

guint
sip_session_list_get_n (SipSessionList *self)
{
  return (guint) g_sequence_get_length (self->sessions);
}
