/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "syntax/sip-header-id-private.h"

const SipHeaderName sip_header_names[SIP_H_LAST] = {
#define X(id, text, compact, how) [SIP_H_##id] = { text, sizeof (text) - 1, SIP_HEADER_RULE_##how },
  SIP_HEADER_IDS (X)
#undef X
};

/* The compact forms (RFC 3261 §7.3.3), by letter. */
static const guint8 compact_forms[26] = {
  ['a' - 'a'] = SIP_H_ACCEPT_CONTACT,
  ['b' - 'a'] = SIP_H_REFERRED_BY,
  ['c' - 'a'] = SIP_H_CONTENT_TYPE,
  ['d' - 'a'] = SIP_H_REQUEST_DISPOSITION,
  ['e' - 'a'] = SIP_H_CONTENT_ENCODING,
  ['f' - 'a'] = SIP_H_FROM,
  ['i' - 'a'] = SIP_H_CALL_ID,
  ['j' - 'a'] = SIP_H_REJECT_CONTACT,
  ['k' - 'a'] = SIP_H_SUPPORTED,
  ['l' - 'a'] = SIP_H_CONTENT_LENGTH,
  ['m' - 'a'] = SIP_H_CONTACT,
  ['o' - 'a'] = SIP_H_EVENT,
  ['r' - 'a'] = SIP_H_REFER_TO,
  ['s' - 'a'] = SIP_H_SUBJECT,
  ['t' - 'a'] = SIP_H_TO,
  ['u' - 'a'] = SIP_H_ALLOW_EVENTS,
  ['v' - 'a'] = SIP_H_VIA,
  ['x' - 'a'] = SIP_H_SESSION_EXPIRES,
  ['y' - 'a'] = SIP_H_IDENTITY,
};

/* Where a new header falls on a taken slot the compiler warns that an initialiser is overridden: then look for other factors. A test looks
 * every name up. */
#define H(len, first, middle, id) [SIP_HEADER_SLOT (len, first, middle)] = SIP_H_##id

const guint8 sip_header_slots[256] = {
  H (6, 'a', 'e', ACCEPT),
  H (14, 'a', 'c', ACCEPT_CONTACT),
  H (15, 'a', 'e', ACCEPT_ENCODING),
  H (15, 'a', 'l', ACCEPT_LANGUAGE),
  H (10, 'a', '-', ALERT_INFO),
  H (5, 'a', 'l', ALLOW),
  H (12, 'a', 'e', ALLOW_EVENTS),
  H (19, 'a', 'a', AUTHENTICATION_INFO),
  H (13, 'a', 'i', AUTHORIZATION),
  H (7, 'c', 'l', CALL_ID),
  H (9, 'c', '-', CALL_INFO),
  H (7, 'c', 't', CONTACT),
  H (19, 'c', 'i', CONTENT_DISPOSITION),
  H (16, 'c', 'e', CONTENT_ENCODING),
  H (16, 'c', 'l', CONTENT_LANGUAGE),
  H (14, 'c', '-', CONTENT_LENGTH),
  H (12, 'c', 't', CONTENT_TYPE),
  H (4, 'c', 'e', CSEQ),
  H (4, 'd', 't', DATE),
  H (10, 'e', '-', ERROR_INFO),
  H (5, 'e', 'e', EVENT),
  H (7, 'e', 'i', EXPIRES),
  H (10, 'f', 't', FLOW_TIMER),
  H (4, 'f', 'o', FROM),
  H (12, 'h', 'y', HISTORY_INFO),
  H (8, 'i', 't', IDENTITY),
  H (11, 'i', 'p', IN_REPLY_TO),
  H (12, 'm', 'r', MAX_FORWARDS),
  H (12, 'm', 'e', MIME_VERSION),
  H (11, 'm', 'x', MIN_EXPIRES),
  H (6, 'm', '-', MIN_SE),
  H (12, 'o', 'z', ORGANIZATION),
  H (19, 'p', 'd', P_ASSERTED_IDENTITY),
  H (20, 'p', 'd', P_PREFERRED_IDENTITY),
  H (4, 'p', 't', PATH),
  H (8, 'p', 'r', PRIORITY),
  H (7, 'p', 'v', PRIVACY),
  H (18, 'p', 'h', PROXY_AUTHENTICATE),
  H (19, 'p', 'h', PROXY_AUTHORIZATION),
  H (13, 'p', 'r', PROXY_REQUIRE),
  H (4, 'r', 'c', RACK),
  H (6, 'r', 's', REASON),
  H (12, 'r', '-', RECORD_ROUTE),
  H (9, 'r', 'r', REFER_SUB),
  H (8, 'r', 'r', REFER_TO),
  H (11, 'r', 'r', REFERRED_BY),
  H (14, 'r', 'c', REJECT_CONTACT),
  H (8, 'r', 'a', REPLACES),
  H (8, 'r', 'y', REPLY_TO),
  H (19, 'r', 'i', REQUEST_DISPOSITION),
  H (7, 'r', 'u', REQUIRE),
  H (11, 'r', '-', RETRY_AFTER),
  H (5, 'r', 'u', ROUTE),
  H (4, 'r', 'e', RSEQ),
  H (6, 's', 'v', SERVER),
  H (13, 's', 'e', SERVICE_ROUTE),
  H (15, 's', '-', SESSION_EXPIRES),
  H (8, 's', 'e', SIP_ETAG),
  H (12, 's', '-', SIP_IF_MATCH),
  H (7, 's', 'j', SUBJECT),
  H (18, 's', 'i', SUBSCRIPTION_STATE),
  H (9, 's', 'o', SUPPORTED),
  H (9, 't', 's', TIMESTAMP),
  H (2, 't', 'o', TO),
  H (11, 'u', 'p', UNSUPPORTED),
  H (10, 'u', 'a', USER_AGENT),
  H (3, 'v', 'i', VIA),
  H (7, 'w', 'n', WARNING),
  H (16, 'w', 'e', WWW_AUTHENTICATE),
};

/* The bits in which eight (four) bytes of a text differ from those of a name but for case. Letters have bit 0x40 set, '-' has not:
 * where it is set, a difference of 0x20 does not count. */
static inline guint64
difference (const char *text,
            const char *name,
            gsize       size)
{
  const guint64 letters = G_GUINT64_CONSTANT (0x4040404040404040);
  guint64 a = 0;
  guint64 b = 0;

  memcpy (&a, text, size);
  memcpy (&b, name, size);

  return (a ^ b) & ~((b & letters) >> 1);
}

/* What eight does not divide is compared with its last bytes twice. */
static inline gboolean
same_name (const char *text,
           const char *name,
           gsize       len)
{
  G_STATIC_ASSERT (sizeof sip_header_names[0].name <= 24);

  if (len >= 8)
    return (difference (text, name, 8) | difference (text + len - 8, name + len - 8, 8) |
            (len > 16 ? difference (text + 8, name + 8, 8) : 0)) == 0;
  if (len >= 4)
    return (difference (text, name, 4) | difference (text + len - 4, name + len - 4, 4)) == 0;

  return (difference (text, name, 2) | difference (text + len - 2, name + len - 2, 2)) == 0;
}

SipHeaderId
sip_header_id_lookup (const char *name,
                      gsize       len)
{
  SipHeaderId id;

  if (len == 1)
    {
      guint letter = ((guchar) *name | 0x20) - 'a';

      return letter < 26 ? compact_forms[letter] : SIP_H_OTHER;
    }
  if (len == 0 || len >= sizeof sip_header_names[0].name)
    return SIP_H_OTHER;

  id = sip_header_id_guess (name, len);

  return sip_header_names[id].len == len && same_name (name, sip_header_names[id].name, len) ? id : SIP_H_OTHER;
}

static const SipStr methods[] = {
  SIP_STR_INIT,
#define X(id) { #id, sizeof (#id) - 1 },
  SIP_METHODS (X)
#undef X
};

/* The first letter and the length leave one candidate. */
static SipMethod
guess_method (char  first,
              gsize len)
{
  switch (first)
    {
    case 'A':
      return SIP_METHOD_ACK;
    case 'B':
      return SIP_METHOD_BYE;
    case 'C':
      return SIP_METHOD_CANCEL;
    case 'I':
      return len == 4 ? SIP_METHOD_INFO : SIP_METHOD_INVITE;
    case 'M':
      return SIP_METHOD_MESSAGE;
    case 'N':
      return SIP_METHOD_NOTIFY;
    case 'O':
      return SIP_METHOD_OPTIONS;
    case 'P':
      return len == 5 ? SIP_METHOD_PRACK : SIP_METHOD_PUBLISH;
    case 'R':
      return len == 5 ? SIP_METHOD_REFER : SIP_METHOD_REGISTER;
    case 'S':
      return SIP_METHOD_SUBSCRIBE;
    case 'U':
      return SIP_METHOD_UPDATE;
    default:
      return SIP_METHOD_OTHER;
    }
}

SipMethod
sip_method_id_lookup (const char *name,
                      gsize       len)
{
  SipMethod method;

  if (len == 0)
    return SIP_METHOD_OTHER;

  method = guess_method (*name, len);

  return methods[method].len == len && memcmp (methods[method].p, name, len) == 0 ? method : SIP_METHOD_OTHER;
}

SipStr
sip_method_id_name (SipMethod method)
{
  g_assert (method < G_N_ELEMENTS (methods));

  return methods[method];
}
