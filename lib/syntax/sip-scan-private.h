/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "syntax/sip-str-private.h"

G_BEGIN_DECLS

/* The character classes of RFC 3261 §25, one bit each, and the few things that every view scans for. A scanner takes [p, end), reads nothing
 * behind it, and answers where it stopped; NULL is a breach of the grammar. '%' stands in no class of a URI: an escape is looked at as a whole. */
enum
{
  SIP_CHAR_TOKEN = 1 << 0,
  SIP_CHAR_USER = 1 << 1,     /* unreserved, user-unreserved, and '#', which phones send raw in a user ("*21#") */
  SIP_CHAR_PASSWORD = 1 << 2,
  SIP_CHAR_PARAM = 1 << 3,    /* paramchar of a URI */
  SIP_CHAR_HNV = 1 << 4,      /* of a header in a URI */
  SIP_CHAR_URIC = 1 << 5,     /* of a URI that is not ours */
  SIP_CHAR_HOST = 1 << 6,     /* of a host name or IPv4 address; '_' is no part of the grammar, yet of many a name */
  SIP_CHAR_DIGIT = 1 << 7,
  SIP_CHAR_HEX = 1 << 8,
  SIP_CHAR_ALPHA = 1 << 9,
  SIP_CHAR_WSP = 1 << 10,
  SIP_CHAR_VALUE = 1 << 11,   /* of an unquoted header parameter: token, what a host needs, and '/' '=', which base64 needs */
  SIP_CHAR_CALL_ID = 1 << 12, /* visible, without the ',' and ';' that would break a Replaces */
  SIP_CHAR_DISPLAY = 1 << 13, /* of an unquoted display name: token, blanks, and UTF-8, which many send without the quotes */
  SIP_CHAR_LIST = 1 << 14,    /* of a parameter of a URI or a header */
};

G_GNUC_INTERNAL extern const guint16 sip_char_classes[256];

static inline gboolean
sip_char_is (char    c,
             guint16 classes)
{
  return (sip_char_classes[(guchar) c] & classes) != 0;
}

static inline const char *
sip_scan_class (const char *p,
                const char *end,
                guint16     classes)
{
  while (p < end && sip_char_is (*p, classes))
    p++;

  return p;
}

const char *sip_scan_fold (const char *p, const char *end);

/* LWS: blanks, and line ends that a blank follows. */
static inline const char *
sip_scan_lws (const char *p,
              const char *end)
{
  return p < end && (guchar) *p <= ' ' ? sip_scan_fold (p, end) : p;
}

/* A quoted string from its first quote to behind its last. */
const char *sip_scan_quoted (const char *p, const char *end);

/* hostname / IPv4address / IPv6reference; @host comes without brackets. */
const char *sip_scan_host (const char *p, const char *end, SipStr *host, guint8 *is_ipv6);

/* 1*DIGIT in 1..65535. */
const char *sip_scan_port (const char *p, const char *end, guint16 *port);

gboolean sip_scan_is_ipv6 (const char *p, const char *end);

/* The first byte that is a control character (also HTAB, CR, LF, DEL), or @end. */
const char *sip_scan_control (const char *p, const char *end);

/* A header parameter from behind its ';' to behind its value and the LWS there: name [ = token / host / quoted-string ]. */
const char *sip_scan_param (const char *p, const char *end, SipStr *name, SipStr *value);

G_END_DECLS
