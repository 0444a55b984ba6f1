/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>
#include <string.h>

G_BEGIN_DECLS

/* A slice of somebody else's bytes: not NUL-terminated, never owned. An absent value has p == NULL; an empty one has len == 0. */
typedef struct
{
  const char *p;
  guint32 len;
} SipStr;

#define SIP_STR_INIT { NULL, 0 }
#define SIP_STR(literal) ((SipStr){ "" literal, sizeof (literal) - 1 })
/* For printf: g_debug (SIP_STR_FORMAT, SIP_STR_ARGS (s)). */
#define SIP_STR_FORMAT "%.*s"
#define SIP_STR_ARGS(str) (int) (str).len, (str).p != NULL ? (str).p : ""

static inline SipStr
sip_str (const char *p, gsize len)
{
  return (SipStr){ p, (guint32) len };
}

static inline SipStr
sip_str_from (const char *text)
{
  return (SipStr){ text, text != NULL ? (guint32) strlen (text) : 0 };
}

static inline gboolean
sip_str_equal (SipStr a, SipStr b)
{
  return a.len == b.len && (a.len == 0 || memcmp (a.p, b.p, a.len) == 0);
}

static inline char *
sip_str_dup (SipStr str)
{
  return str.p != NULL ? g_strndup (str.p, str.len) : NULL;
}

/* ASCII letters only; unlike strncasecmp it does not stop at a NUL. */
gboolean sip_str_equal_nocase (SipStr a, SipStr b);

SipStr sip_str_trim_slowly (SipStr str);

/* Takes blanks and line ends off both ends. */
static inline SipStr
sip_str_trim (SipStr str)
{
  return str.len == 0 || ((guchar) str.p[0] > ' ' && (guchar) str.p[str.len - 1] > ' ') ? str : sip_str_trim_slowly (str);
}

/* A decimal number of 1*DIGIT that fits; FALSE for anything else (signs, blanks, overflow, nothing). */
gboolean sip_str_to_uint (SipStr str, guint64 max, guint64 *value);

/* A hash keyed by @seed, for tables whose keys come from the network. */
guint32 sip_str_hash (SipStr str, guint64 seed);

G_END_DECLS
