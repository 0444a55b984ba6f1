/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transport/sip-dns-packet-private.h"

#define HEADER_LEN 12
#define CLASS_IN 1
#define TYPE_CNAME 5
#define TYPE_SOA 6
/* How many names may stand in for one another, and how many records are looked at. */
#define MAX_ALIASES 8
#define MAX_LOOKED_AT 256
/* RFC 1035 §2.3.4, with room for the dots to become escapes: there are none in names that we take. */
#define NAME_SIZE 256

typedef struct
{
  const guint8 *data;
  gsize len;
  gsize at;
} Reader;

typedef struct
{
  char name[NAME_SIZE];
  guint16 type;
  guint16 klass;
  guint32 ttl;
  gsize rdata;       /* where it begins */
  gsize rdata_len;
} Record;

static gboolean
skip (Reader *r, gsize n)
{
  if (r->len - r->at < n)
    return FALSE;
  r->at += n;
  return TRUE;
}

static gboolean
read_u16 (Reader *r, guint16 *value)
{
  if (!skip (r, 2))
    return FALSE;
  *value = (guint16) (r->data[r->at - 2] << 8 | r->data[r->at - 1]);
  return TRUE;
}

static gboolean
read_u32 (Reader *r, guint32 *value)
{
  guint16 high, low;

  if (!read_u16 (r, &high) || !read_u16 (r, &low))
    return FALSE;
  *value = (guint32) high << 16 | low;
  return TRUE;
}

/* RFC 1035 §4.1.4. A pointer has to lead back, before where the one that led here was: so there is no loop. A byte that is in no name of
 * ours becomes '?', which makes the name one that equals none. */
static gboolean
read_name (Reader *r, char *name)
{
  gsize at = r->at, bound = r->len, used = 0;
  gboolean jumped = FALSE;

  while (at < r->len)
    {
      guint8 n = r->data[at];

      if (n == 0)
        {
          name[used > 0 ? used - 1 : 0] = '\0';
          if (!jumped)
            r->at = at + 1;
          return TRUE;
        }
      if ((n & 0xc0) == 0xc0)
        {
          gsize to;

          if (at + 1 >= r->len)
            return FALSE;
          to = (gsize) (n & 0x3f) << 8 | r->data[at + 1];
          if (!jumped)
            r->at = at + 2;
          jumped = TRUE;
          if (to >= MIN (at, bound))
            return FALSE;
          at = bound = to;
          continue;
        }
      if ((n & 0xc0) != 0 || r->len - at - 1 < n || used + n + 1 >= NAME_SIZE)
        return FALSE;
      for (guint i = 0; i < n; i++)
        {
          char c = (char) r->data[at + 1 + i];

          name[used++] = g_ascii_isalnum (c) || c == '-' || c == '_' ? c : '?';
        }
      name[used++] = '.';
      at += n + 1u;
    }
  return FALSE;
}

/* RFC 1035 §3.3. A NUL would hide the rest. */
static char *
read_string (Reader *r)
{
  guint8 n;

  if (!skip (r, 1))
    return NULL;
  n = r->data[r->at - 1];
  if (!skip (r, n) || memchr (r->data + r->at - n, '\0', n) != NULL)
    return NULL;
  return g_strndup ((const char *) r->data + r->at - n, n);
}

static gboolean
read_record (Reader *r, Record *record)
{
  guint16 len;

  if (!read_name (r, record->name) || !read_u16 (r, &record->type) || !read_u16 (r, &record->klass) || !read_u32 (r, &record->ttl) ||
      !read_u16 (r, &len))
    return FALSE;
  /* RFC 2181 §8 */
  if (record->ttl > G_MAXINT32)
    record->ttl = 0;
  record->rdata = r->at;
  record->rdata_len = len;
  return skip (r, len);
}

static guint16
number_of (SipDnsType type)
{
  static const guint16 numbers[] = { [SIP_DNS_A] = 1, [SIP_DNS_AAAA] = 28, [SIP_DNS_SRV] = 33, [SIP_DNS_NAPTR] = 35 };

  return numbers[type];
}

static void
take_address (SipDnsAnswer *answer, const Reader *packet, const Record *record)
{
  gsize size = answer->type == SIP_DNS_A ? 4 : 16;
  SipAddress address = { .family = answer->type == SIP_DNS_A ? AF_INET : AF_INET6 };

  if (record->rdata_len != size)
    return;
  memcpy (address.ip, packet->data + record->rdata, size);
  sip_dns_answer_add_address (answer, &address);
}

static void
take_srv (SipDnsAnswer *answer, Reader *rdata)
{
  guint16 priority, weight, port;
  char target[NAME_SIZE];

  if (read_u16 (rdata, &priority) && read_u16 (rdata, &weight) && read_u16 (rdata, &port) && read_name (rdata, target))
    sip_dns_answer_add_srv (answer, priority, weight, port, target);
}

/* RFC 3403 §4 */
static void
take_naptr (SipDnsAnswer *answer, Reader *rdata)
{
  SipDnsNaptr naptr = { 0 };
  g_autofree char *flags = NULL;
  g_autofree char *service = NULL;
  g_autofree char *regexp = NULL;
  char replacement[NAME_SIZE];

  if (!read_u16 (rdata, &naptr.order) || !read_u16 (rdata, &naptr.preference))
    return;
  naptr.flags = flags = read_string (rdata);
  naptr.service = service = flags != NULL ? read_string (rdata) : NULL;
  naptr.regexp = regexp = service != NULL ? read_string (rdata) : NULL;
  if (regexp == NULL || !read_name (rdata, replacement))
    return;
  naptr.replacement = replacement;
  sip_dns_answer_add_naptr (answer, &naptr);
}

static void
take_record (SipDnsAnswer *answer, const Reader *packet, const Record *record)
{
  /* Names in it may point back to anywhere, but it ends where it ends. */
  Reader rdata = { packet->data, record->rdata + record->rdata_len, record->rdata };

  answer->ttl = answer->n_records == 0 ? record->ttl : MIN (answer->ttl, record->ttl);
  switch (answer->type)
    {
    case SIP_DNS_A:
    case SIP_DNS_AAAA:
      take_address (answer, packet, record);
      break;

    case SIP_DNS_SRV:
      take_srv (answer, &rdata);
      break;

    case SIP_DNS_NAPTR:
    default:
      take_naptr (answer, &rdata);
      break;
    }
}

/* RFC 2308 §5 */
static void
take_soa (SipDnsAnswer *answer, const Reader *packet, const Record *record)
{
  Reader rdata = { packet->data, record->rdata + record->rdata_len, record->rdata };
  char name[NAME_SIZE];
  guint32 minimum;

  if (read_name (&rdata, name) && read_name (&rdata, name) && skip (&rdata, 16) && read_u32 (&rdata, &minimum))
    answer->ttl = MIN (record->ttl, minimum);
}

/* Records in the order of @records whose owner is @name; answers the name that it is an alias of, if it is one. */
static const char *
take_those_of (SipDnsAnswer *answer, const Reader *packet, const GArray *records, const char *name, char *alias, guint32 *alias_ttl)
{
  gboolean is_alias = FALSE;

  for (guint i = 0; i < records->len; i++)
    {
      const Record *record = &g_array_index (records, Record, i);

      if (record->klass != CLASS_IN || g_ascii_strcasecmp (record->name, name) != 0)
        continue;
      if (record->type == number_of (answer->type))
        {
          take_record (answer, packet, record);
        }
      else if (record->type == TYPE_CNAME && !is_alias)
        {
          Reader rdata = { packet->data, record->rdata + record->rdata_len, record->rdata };

          is_alias = read_name (&rdata, alias);
          *alias_ttl = MIN (*alias_ttl, record->ttl);
        }
    }
  return is_alias ? alias : NULL;
}

static gboolean
read_question (Reader *r, const char *name, SipDnsType type)
{
  char asked[NAME_SIZE];
  guint16 number, klass;

  return read_name (r, asked) && read_u16 (r, &number) && read_u16 (r, &klass) && g_ascii_strcasecmp (asked, name) == 0 &&
         number == number_of (type) && klass == CLASS_IN;
}

static SipDnsAnswer *
read_answers (Reader *r, guint n_answers, guint n_authorities, const char *name, SipDnsType type)
{
  g_autoptr (SipDnsAnswer) answer = sip_dns_answer_new (type);
  g_autoptr (GArray) records = g_array_new (FALSE, FALSE, sizeof (Record));
  char aliases[2][NAME_SIZE];
  guint32 alias_ttl = G_MAXUINT32;
  Record record;

  for (guint i = 0; i < n_answers; i++)
    {
      if (i == MAX_LOOKED_AT || !read_record (r, &record))
        return i == MAX_LOOKED_AT ? g_steal_pointer (&answer) : NULL;
      g_array_append_val (records, record);
    }
  for (guint i = 0; i < MAX_ALIASES && name != NULL && answer->n_records == 0; i++)
    name = take_those_of (answer, r, records, name, aliases[i % 2], &alias_ttl);
  answer->ttl = MIN (answer->ttl, alias_ttl);

  for (guint i = 0; answer->n_records == 0 && i < MIN (n_authorities, MAX_LOOKED_AT) && read_record (r, &record); i++)
    if (record.klass == CLASS_IN && record.type == TYPE_SOA)
      take_soa (answer, r, &record);
  return g_steal_pointer (&answer);
}

SipDnsAnswer *
sip_dns_packet_read (const guint8 *data, gsize len, const char *name, SipDnsType type, GError **error)
{
  Reader reader = { data, len, 0 };
  guint16 flags, n_questions, n_answers, n_authorities;
  SipDnsAnswer *answer = NULL;

  if (len >= HEADER_LEN && skip (&reader, 2) && read_u16 (&reader, &flags) && read_u16 (&reader, &n_questions) &&
      read_u16 (&reader, &n_answers) && read_u16 (&reader, &n_authorities) && skip (&reader, 2) && (flags & 0x8000) != 0 &&
      n_questions == 1 && read_question (&reader, name, type))
    answer = read_answers (&reader, n_answers, n_authorities, name, type);
  if (answer == NULL)
    g_set_error (error, G_RESOLVER_ERROR, G_RESOLVER_ERROR_INTERNAL, "The DNS answered for %s what nobody can read", name);
  return answer;
}
