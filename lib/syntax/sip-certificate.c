/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "syntax/sip-certificate-private.h"

#include <arpa/inet.h>

#include "syntax/sip-views-private.h"

/* GLib shows the DNS names and the addresses of a certificate, but not its URIs, by which RFC 5922 identifies a SIP domain. */

#define TAG_OCTETS 0x04
#define TAG_OID 0x06
#define TAG_BOOLEAN 0x01
#define TAG_SEQUENCE 0x30
#define TAG_SET 0x31
#define TAG_VERSION 0xa0
#define TAG_EXTENSIONS 0xa3
#define TAG_NAME_DNS 0x82
#define TAG_NAME_URI 0x86
#define TAG_NAME_IP 0x87
/* tbsCertificate: serial number, algorithm, issuer, validity, subject. */
#define FIELDS_TO_SUBJECT 5

typedef struct
{
  const guint8 *p;
  const guint8 *end;
} Der;

/* Takes the next element off @self. */
static gboolean
next (Der *self, guint8 *tag, Der *content)
{
  const guint8 *p = self->p;
  gsize len;

  if (self->end - p < 2)
    return FALSE;
  *tag = *p++;
  len = *p++;
  /* No tags of several bytes are in what we look for; no lengths are indefinite in DER, and none has more than four bytes. */
  if ((*tag & 0x1f) == 0x1f || len == 0x80 || len > 0x84)
    return FALSE;
  if (len > 0x80)
    {
      gsize n = len & 0x7f;

      if ((gsize) (self->end - p) < n)
        return FALSE;
      for (len = 0; n > 0; n--)
        len = len << 8 | *p++;
    }
  if ((gsize) (self->end - p) < len)
    return FALSE;

  *content = (Der){ p, p + len };
  self->p = p + len;
  return TRUE;
}

static gboolean
enter (Der *self, guint8 expected, Der *content)
{
  guint8 tag;

  return next (self, &tag, content) && tag == expected;
}

static gboolean
is_oid (const Der *self, guint8 a, guint8 b, guint8 c)
{
  return self->end - self->p == 3 && self->p[0] == a && self->p[1] == b && self->p[2] == c;
}

static SipStr
to_str (const Der *self)
{
  return sip_str ((const char *) self->p, self->end - self->p);
}

/* §7.2: in their entirety, without regard to case; no suffix, and no wildcard, which is but a label that no host has. A NUL in it equals
 * nothing either. */
static gboolean
is_same_host (SipStr name, SipStr host)
{
  return name.len > 0 && sip_str_equal_nocase (name, host);
}

/* The host of a URI that is the identity of a domain, not of a user. */
static gboolean
read_sip_domain (SipStr text, SipStr *host)
{
  SipUriView uri;

  if (memchr (text.p, '\0', text.len) != NULL || !sip_uri_view_parse (&uri, text) || !uri.is_sip || uri.is_sips || uri.user.p != NULL)
    return FALSE;
  *host = uri.host;
  return TRUE;
}

/* §7.1: DNS names count only where there is no SIP URI of a domain. */
static gboolean
look_at_names (Der names, const char *host, const guint8 *ip, gsize ip_len)
{
  SipStr wanted = sip_str_from (host);
  gboolean has_domain = FALSE, by_uri = FALSE, by_dns = FALSE;
  guint8 tag;
  Der name;

  while (next (&names, &tag, &name))
    {
      SipStr text = to_str (&name);
      SipStr domain;

      if (tag == TAG_NAME_URI && read_sip_domain (text, &domain))
        {
          has_domain = TRUE;
          by_uri |= is_same_host (domain, wanted);
        }
      else if (tag == TAG_NAME_DNS)
        by_dns |= ip_len == 0 && is_same_host (text, wanted);
      else if (tag == TAG_NAME_IP && ip_len > 0 && text.len == ip_len && memcmp (text.p, ip, ip_len) == 0)
        return TRUE;
    }
  return has_domain ? by_uri : by_dns;
}

/* The most specific common name: the last. */
static gboolean
look_at_subject (Der subject, const char *host)
{
  gboolean is_same = FALSE;
  Der set, pair, oid, value;
  guint8 tag;

  while (enter (&subject, TAG_SET, &set))
    while (enter (&set, TAG_SEQUENCE, &pair))
      if (enter (&pair, TAG_OID, &oid) && is_oid (&oid, 0x55, 0x04, 0x03) && next (&pair, &tag, &value))
        is_same = is_same_host (to_str (&value), sip_str_from (host));
  return is_same;
}

/* The content of the extension subjectAltName. */
static gboolean
find_names (Der tbs, Der *names)
{
  Der outer, list, extension, oid, value;
  guint8 tag;

  do
    if (!next (&tbs, &tag, &outer))
      return FALSE;
  while (tag != TAG_EXTENSIONS);

  if (!enter (&outer, TAG_SEQUENCE, &list))
    return FALSE;
  while (enter (&list, TAG_SEQUENCE, &extension))
    {
      if (!enter (&extension, TAG_OID, &oid) || !is_oid (&oid, 0x55, 0x1d, 0x11))
        continue;
      if (next (&extension, &tag, &value) && tag == TAG_BOOLEAN)
        next (&extension, &tag, &value);
      /* It is there. One that cannot be read names nobody. */
      if (tag != TAG_OCTETS || !enter (&value, TAG_SEQUENCE, names))
        *names = (Der){ NULL, NULL };
      return TRUE;
    }
  return FALSE;
}

gboolean
sip_certificate_is_for (const guint8 *der, gsize len, const char *host)
{
  Der certificate = { der, der + len };
  Der outer, tbs, field, names;
  Der subject = { NULL, NULL };
  guint8 ip[16];
  gsize ip_len = inet_pton (AF_INET, host, ip) == 1 ? 4 : inet_pton (AF_INET6, host, ip) == 1 ? 16 : 0;
  guint8 tag;

  if (!enter (&certificate, TAG_SEQUENCE, &outer) || !enter (&outer, TAG_SEQUENCE, &tbs))
    return FALSE;
  field = tbs;
  if (next (&field, &tag, &subject) && tag == TAG_VERSION)
    tbs = field;
  for (guint i = 0; i < FIELDS_TO_SUBJECT; i++)
    if (!next (&tbs, &tag, &subject))
      return FALSE;

  if (find_names (tbs, &names))
    return names.p != NULL && look_at_names (names, host, ip, ip_len);
  return ip_len == 0 && look_at_subject (subject, host);
}
