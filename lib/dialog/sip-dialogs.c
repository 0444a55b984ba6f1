/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "dialog/sip-dialogs-private.h"

#include "dialog/sip-demands-private.h"
#include "transaction/sip-token-private.h"

struct _SipDialogs
{
  SipTransactions *transactions; /* not owned: it owns the events that lead here */
  GHashTable *table;             /* SipDialog by itself: see key_hash() */
  guint64 seed;
  SipContactSpec contact;
  char *product;
  char *allow;
  char *supported;
  char *supported_otherwise; /* without 100rel, which not every call speaks of */
  char *accept;
  char *allow_events;
  SipSessionTimerSettings session_timer;
  SipDialogsMember *members;
  guint32 remembered[32]; /* hashes of dialogs: a ring */
  guint n_remembered;
};

/* The hash is kept in the dialog, since it is keyed and a GHashTable's function has no data of its own. Call-ID and both tags are compared as bytes
 * (RFC 3261 §12: Call-ID §20.8 and tags are case-sensitive in practice of every stack). */
static guint
key_hash (gconstpointer key)
{
  return ((const SipDialog *) key)->hash;
}

static gboolean
key_equal (gconstpointer a, gconstpointer b)
{
  const SipDialog *x = a;
  const SipDialog *y = b;

  return x->hash == y->hash && sip_str_equal (x->id[1], y->id[1]) && sip_str_equal (x->id[2], y->id[2]) && sip_str_equal (x->id[0], y->id[0]);
}

static void
set_id (SipDialogs *self, SipDialog *dialog, SipStr call_id, SipStr local_tag, SipStr remote_tag)
{
  dialog->id[0] = call_id;
  dialog->id[1] = local_tag;
  dialog->id[2] = remote_tag;
  dialog->hash = (guint32) self->seed;
  for (guint i = 0; i < G_N_ELEMENTS (dialog->id); i++)
    dialog->hash = sip_str_hash (dialog->id[i], self->seed ^ dialog->hash);
}

SipDialogs *
sip_dialogs_new (SipTransactions *transactions)
{
  SipDialogs *self = g_new0 (SipDialogs, 1);

  self->transactions = transactions;
  self->table = g_hash_table_new (key_hash, key_equal);
  sip_token_fill (&self->seed, sizeof self->seed);

  return self;
}

static void
clear_contact (SipContactSpec *contact)
{
  g_free ((char *) contact->user);
  g_free ((char *) contact->uri_params);
  g_free ((char *) contact->params);
  g_free ((char *) contact->whole);
  g_free ((char *) contact->anonymous);
}

void
sip_dialogs_join (SipDialogs *self, SipDialogsMember *member, void (*abandon) (SipDialogsMember *member))
{
  member->abandon = abandon;
  member->next = self->members;
  member->link = &self->members;
  if (member->next != NULL)
    member->next->link = &member->next;
  self->members = member;
}

void
sip_dialogs_leave (SipDialogsMember *member)
{
  if (member->link == NULL)
    return;

  *member->link = member->next;
  if (member->next != NULL)
    member->next->link = member->link;
  member->link = NULL;
}

/* Members go first, and each takes its dialogs along. */
void
sip_dialogs_free (SipDialogs *self)
{
  while (self->members != NULL)
    {
      SipDialogsMember *member = self->members;

      sip_dialogs_leave (member);
      member->abandon (member);
    }

  g_assert (g_hash_table_size (self->table) == 0);
  g_hash_table_unref (self->table);
  clear_contact (&self->contact);
  g_free (self->product);
  g_free (self->allow);
  g_free (self->supported);
  g_free (self->supported_otherwise);
  g_free (self->accept);
  g_free (self->allow_events);
  g_free (self);
}

SipTransactions *
sip_dialogs_get_transactions (SipDialogs *self)
{
  return self->transactions;
}

SipTimerWheel *
sip_dialogs_get_wheel (SipDialogs *self)
{
  return sip_transactions_get_wheel (self->transactions);
}

guint
sip_dialogs_get_n (SipDialogs *self)
{
  return g_hash_table_size (self->table);
}

void
sip_dialogs_set_contact (SipDialogs *self, const SipContactSpec *contact)
{
  SipContactSpec copy = {
    .user = g_strdup (contact->user),
    .uri_params = g_strdup (contact->uri_params),
    .params = g_strdup (contact->params),
    .whole = g_strdup (contact->whole),
    .anonymous = g_strdup (contact->anonymous),
  };

  clear_contact (&self->contact);
  self->contact = copy;
}

const SipContactSpec *
sip_dialogs_get_contact (SipDialogs *self)
{
  return &self->contact;
}

void
sip_dialogs_set_product (SipDialogs *self, const char *product)
{
  g_free (self->product);
  self->product = g_strdup (product);
}

const char *
sip_dialogs_get_product (SipDialogs *self)
{
  return self->product;
}

static char *
without_100rel (const char *supported)
{
  GString *tags = g_string_new (NULL);
  SipStr rest = sip_str_from (supported);
  SipStr tag;

  while (sip_values_next (&rest, &tag))
    {
      if (!sip_str_equal_nocase (tag, SIP_STR ("100rel")))
        g_string_append_printf (tags, "%s" SIP_STR_FORMAT, tags->len > 0 ? ", " : "", SIP_STR_ARGS (tag));
    }

  return g_string_free (tags, FALSE);
}

void
sip_dialogs_set_capabilities (SipDialogs *self, const char *allow, const char *supported, const char *accept)
{
  g_free (self->allow);
  g_free (self->supported);
  g_free (self->supported_otherwise);
  g_free (self->accept);
  self->allow = g_strdup (allow);
  self->supported = g_strdup (supported);
  self->supported_otherwise = without_100rel (supported);
  self->accept = g_strdup (accept);
}

const char *
sip_dialogs_get_allow (SipDialogs *self)
{
  return self->allow;
}

void
sip_dialogs_set_allow_events (SipDialogs *self, const char *events)
{
  g_free (self->allow_events);
  self->allow_events = g_strdup (events);
}

const char *
sip_dialogs_get_allow_events (SipDialogs *self)
{
  return self->allow_events;
}

const char *
sip_dialogs_get_supported (SipDialogs *self)
{
  return self->supported;
}

const char *
sip_dialogs_get_accept (SipDialogs *self)
{
  return self->accept;
}

void
sip_dialogs_add_capabilities (SipDialogs *self, SipMsgBuilder *response)
{
  sip_msg_builder_add (response, SIP_H_ALLOW, sip_str_from (self->allow));
  sip_msg_builder_add (response, SIP_H_ACCEPT, sip_str_from (self->accept));
  sip_msg_builder_add (response, SIP_H_ACCEPT_ENCODING, SIP_STR ("identity"));
  sip_msg_builder_add (response, SIP_H_ACCEPT_LANGUAGE, SIP_STR ("*"));
  sip_msg_builder_add (response, SIP_H_SUPPORTED, sip_str_from (self->supported));
  if (self->allow_events != NULL)
    sip_msg_builder_add (response, SIP_H_ALLOW_EVENTS, sip_str_from (self->allow_events));
}

void
sip_dialogs_set_session_timer (SipDialogs *self, const SipSessionTimerSettings *settings)
{
  self->session_timer = *settings;
}

const SipSessionTimerSettings *
sip_dialogs_get_session_timer (SipDialogs *self)
{
  return &self->session_timer;
}

void
sip_dialogs_add_supported (SipDialogs *self, SipMsgBuilder *invite, guint rel100)
{
  const char *supported = rel100 == 1 ? self->supported : self->supported_otherwise;

  if (supported != NULL && *supported != '\0')
    sip_msg_builder_add (invite, SIP_H_SUPPORTED, sip_str_from (supported));
  if (rel100 == 2)
    sip_msg_builder_add (invite, SIP_H_REQUIRE, SIP_STR ("100rel"));
}

void
sip_dialogs_add (SipDialogs *self, SipDialog *dialog)
{
  set_id (self, dialog, sip_str_from (dialog->call_id), sip_str_from (dialog->local_tag), sip_str_from (dialog->remote_tag));
  /* A second dialog of the same identity never takes the first one's place. */
  if (!g_hash_table_contains (self->table, dialog))
    g_hash_table_add (self->table, dialog);
}

void
sip_dialogs_remove (SipDialogs *self, SipDialog *dialog)
{
  if (g_hash_table_lookup (self->table, dialog) == dialog)
    g_hash_table_remove (self->table, dialog);
}

SipDialog *
sip_dialogs_find_by_id (SipDialogs *self, SipStr call_id, SipStr local_tag, SipStr remote_tag)
{
  SipDialog key = { 0 };

  set_id (self, &key, call_id, local_tag, remote_tag);
  return g_hash_table_lookup (self->table, &key);
}

void
sip_dialogs_remember (SipDialogs *self, SipDialog *dialog)
{
  self->remembered[self->n_remembered++ % G_N_ELEMENTS (self->remembered)] = dialog->hash;
}

gboolean
sip_dialogs_remembers (SipDialogs *self, SipStr call_id, SipStr local_tag, SipStr remote_tag)
{
  SipDialog key = { 0 };

  set_id (self, &key, call_id, local_tag, remote_tag);
  for (guint i = 0; i < MIN (self->n_remembered, G_N_ELEMENTS (self->remembered)); i++)
    {
      if (self->remembered[i] == key.hash)
        return TRUE;
    }

  return FALSE;
}

SipDialog *
sip_dialogs_find (SipDialogs *self, const SipMsg *msg)
{
  if (msg->is_request)
    return sip_dialogs_find_by_id (self, msg->call_id, msg->to.tag, msg->from.tag);

  return sip_dialogs_find_by_id (self, msg->call_id, msg->from.tag, msg->to.tag);
}

/* What is possible, but not here or not now, is not allowed: a 405 whose Allow names its method would be asked again. */
char *
sip_dialogs_dup_allow (SipDialogs *self, SipStr without)
{
  SipStr allow = sip_str_from (self->allow);
  GString *text = g_string_new (NULL);
  SipStr value;

  while (sip_values_next (&allow, &value))
    {
      if (!sip_str_equal (value, without))
        g_string_append_printf (text, "%s" SIP_STR_FORMAT, text->len > 0 ? ", " : "", SIP_STR_ARGS (value));
    }

  return g_string_free (text, FALSE);
}

SipMsg *
sip_dialogs_respond (SipDialogs *self, SipServerTransaction *transaction, guint status, const char *reason, const char *to_tag)
{
  SipMsg *request = sip_server_transaction_get_request (transaction);
  SipMsgBuilder *response = sip_msg_builder_new_response (request, status, reason, to_tag);
  g_autofree char *allow = NULL;

  if (self->product != NULL && status > 100)
    sip_msg_builder_add (response, SIP_H_SERVER, sip_str_from (self->product));
  if (status == 405 || status == 501)
    sip_msg_builder_add (response, SIP_H_ALLOW, sip_str_from (allow = sip_dialogs_dup_allow (self, request->method_name)));

  return sip_server_transaction_respond (transaction, response, NULL);
}

/* A NOTIFY may be the first that is heard of its dialog (RFC 6665 §4.4.1). */
static SipDialog *
find_for_request (SipDialogs *self, const SipMsg *request)
{
  SipDialog *dialog = sip_dialogs_find (self, request);

  if (dialog == NULL && request->method == SIP_METHOD_NOTIFY)
    dialog = sip_dialogs_find_by_id (self, request->call_id, request->to.tag, (SipStr) SIP_STR_INIT);

  return dialog;
}

/* What no usage of the dialog wants: the method is one that we do not have, or its usage is over while another goes on (RFC 5057 §5.2), or there is no such
 * subscription (RFC 6665 §4.1.3). */
static guint
status_for_unwanted (const SipMsg *request)
{
  switch ((SipMethod) request->method)
    {
    case SIP_METHOD_OTHER:
      return 501;
    case SIP_METHOD_REGISTER:
    case SIP_METHOD_SUBSCRIBE:
    case SIP_METHOD_PUBLISH:
      return 405;
    default:
      return 481;
    }
}

void
sip_dialogs_request (SipDialogs *self, SipServerTransaction *transaction)
{
  g_autoptr (SipMsg) request = sip_msg_ref (sip_server_transaction_get_request (transaction));
  SipDialog *dialog = find_for_request (self, request);
  SipUsageLink *link = dialog != NULL ? dialog->usages : NULL;

  /* Where nothing is left but our own last requests the dialog is over. */
  while (link != NULL && link->klass->request == NULL)
    link = link->next;
  if (link == NULL)
    {
      sip_dialogs_respond (self, transaction, 481, NULL, NULL);
      return;
    }
  if (!sip_dialog_accept_cseq (dialog, request))
    {
      sip_dialogs_respond (self, transaction, 500, "CSeq Out of Order", NULL);
      return;
    }

  /* A call ends however the BYE says it. */
  if (request->method != SIP_METHOD_BYE && sip_demands_refuse (self, transaction))
    return;

  sip_dialog_set_flow (dialog, sip_server_transaction_get_flow (transaction));
  for (; link != NULL; link = link->next)
    {
      if (link->klass->request != NULL && link->klass->request (link->usage, dialog, transaction, request))
        return;
    }

  sip_dialogs_respond (self, transaction, status_for_unwanted (request), NULL, NULL);
}

void
sip_dialogs_ack (SipDialogs *self, SipMsg *ack, SipFlow *flow)
{
  SipDialog *dialog = sip_dialogs_find (self, ack);

  for (SipUsageLink *link = dialog != NULL ? dialog->usages : NULL; link != NULL; link = link->next)
    {
      if (link->klass->ack != NULL && link->klass->ack (link->usage, dialog, ack, flow))
        return;
    }

  g_debug ("An ACK that nobody waits for: Call-ID " SIP_STR_FORMAT, SIP_STR_ARGS (ack->call_id));
}
