/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "syntax/sip-str-private.h"

G_BEGIN_DECLS

/* The parts of a SIP URI, each with its own set of characters that may stand unescaped (RFC 3261 §25.1). */
typedef enum
{
  SIP_ESCAPE_USER,
  SIP_ESCAPE_PASSWORD,
  SIP_ESCAPE_PARAM,
  SIP_ESCAPE_HEADER,
} SipEscapePart;

/* Appends @text, every byte that may not stand in @part as an escape. */
void sip_escape_append (GString *string, const char *text, SipEscapePart part);

/* The text that @text stands for, written to @to, which has room for @text's length (no NUL is written); answers how many bytes.
 * An escape of a control character (so also of NUL, CR, LF) stays as it is written, and so does one that would make the result no
 * UTF-8: what comes out can always be shown, and never ends early. */
gsize sip_unescape_into (char *to, SipStr text);
char *sip_unescape (SipStr text);

/* Compares as RFC 3261 §19.1.4 says: a character is its escape, unless it is of RFC 2396's reserved set. */
gboolean sip_escaped_equal (SipStr a, SipStr b, gboolean nocase);

/* Appends @text with every escape that RFC 3261 §19.1.4 says to be the plain character as that character, where it may stand plain in
 * @part, and the digits of all others in upper case. */
void sip_escape_append_canonical (GString *string, SipStr text, SipEscapePart part);

/* @text for the message of an error: valid UTF-8, not too long. */
char *sip_str_printable (SipStr text);

G_END_DECLS
