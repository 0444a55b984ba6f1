/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Random texts that nobody can guess: whoever knows them can answer in somebody's name (RFC 3261 §19.3 asks for 32 bits, these have 6 for
 * each character). The alphabet is fit for a token, a word of a Call-ID and a URI parameter. */

/* Random bytes: a seed. */
void sip_token_fill (gpointer bytes, gsize len);
/* Writes @len characters and a NUL. */
void sip_token_write (char *buffer, gsize len);

#define SIP_BRANCH_COOKIE "z9hG4bK"
#define SIP_BRANCH_LEN (7 + 16)
#define SIP_TAG_LEN 12

char *sip_branch_new (void);  /* "z9hG4bK" and 16 characters (RFC 3261 §8.1.1.7) */
char *sip_tag_new (void);     /* 12 characters */
char *sip_call_id_new (void); /* 22 characters: without a host, which would tell where we are */

G_END_DECLS
