/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transport/sip-dns-answer-private.h"

#define MAX_NAME 253
#define MAX_LABEL 63

const char *
sip_dns_type_to_string (SipDnsType type)
{
  static const char *const names[] = { "A", "AAAA", "SRV", "NAPTR" };

  return names[type];
}

SipDnsAnswer *
sip_dns_answer_new (SipDnsType type)
{
  SipDnsAnswer *self = g_new0 (SipDnsAnswer, 1);

  self->ref_count = 1;
  self->type = type;
  return self;
}

SipDnsAnswer *
sip_dns_answer_new_failed (SipDnsType type, GError *error)
{
  SipDnsAnswer *self = sip_dns_answer_new (type);

  self->error = error;
  return self;
}

SipDnsAnswer *
sip_dns_answer_ref (SipDnsAnswer *self)
{
  self->ref_count++;
  return self;
}

void
sip_dns_answer_unref (SipDnsAnswer *self)
{
  if (--self->ref_count > 0)
    return;

  for (guint i = 0; self->type == SIP_DNS_SRV && i < self->n_records; i++)
    g_free (self->srvs[i].target);
  for (guint i = 0; self->type == SIP_DNS_NAPTR && i < self->n_records; i++)
    {
      g_free (self->naptrs[i].flags);
      g_free (self->naptrs[i].service);
      g_free (self->naptrs[i].regexp);
      g_free (self->naptrs[i].replacement);
    }
  g_free (self->addresses);
  g_clear_error (&self->error);
  g_free (self);
}

/* Room for one more of @size; NULL: it is too much. */
static gpointer
add_record (SipDnsAnswer *self, gsize size)
{
  if (self->n_records == SIP_DNS_MAX_RECORDS)
    return NULL;
  /* Most answers have one to four. */
  if ((self->n_records & (self->n_records - 1)) == 0)
    self->addresses = g_realloc (self->addresses, size * MAX (4, 2 * self->n_records));
  return (guint8 *) self->addresses + size * self->n_records++;
}

void
sip_dns_answer_add_address (SipDnsAnswer *self, const SipAddress *address)
{
  SipAddress *record = add_record (self, sizeof *record);

  if (record != NULL)
    *record = *address;
}

void
sip_dns_answer_add_srv (SipDnsAnswer *self, guint16 priority, guint16 weight, guint16 port, const char *target)
{
  SipDnsSrv *record;

  if (*target != '\0' && !sip_dns_is_name (sip_str_from (target)))
    return;
  record = add_record (self, sizeof *record);
  if (record != NULL)
    *record = (SipDnsSrv){ priority, weight, port, g_strdup (target) };
}

void
sip_dns_answer_add_naptr (SipDnsAnswer *self, const SipDnsNaptr *naptr)
{
  SipDnsNaptr *record;

  if (*naptr->replacement != '\0' && !sip_dns_is_name (sip_str_from (naptr->replacement)))
    return;
  record = add_record (self, sizeof *record);
  if (record == NULL)
    return;
  *record = *naptr;
  record->flags = g_strdup (naptr->flags);
  record->service = g_strdup (naptr->service);
  record->regexp = g_strdup (naptr->regexp);
  record->replacement = g_strdup (naptr->replacement);
}

gboolean
sip_dns_is_name (SipStr name)
{
  guint32 label = 0;

  if (name.len == 0 || name.len > MAX_NAME)
    return FALSE;
  for (guint32 i = 0; i < name.len; i++)
    {
      if (name.p[i] == '.' && (label == 0 || i + 1 == name.len))
        return FALSE;
      if (name.p[i] != '.' && !g_ascii_isalnum (name.p[i]) && name.p[i] != '-' && name.p[i] != '_')
        return FALSE;
      label = name.p[i] == '.' ? 0 : label + 1;
      if (label > MAX_LABEL)
        return FALSE;
    }
  return TRUE;
}
