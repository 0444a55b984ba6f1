/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "syntax/sip-msg-builder-private.h"

G_BEGIN_DECLS

/* What an application adds to a message. All nullable; status 0: the default. */
typedef struct
{
  guint status;
  const char *reason;
  const char *const *lines; /* "Name: value" */
  const char *content_type;
  GBytes *body;
  gboolean anonymous; /* from here on we are not named (RFC 3323 §4.1) */
  guint rel100; /* provisional responses: 0 as ever, 1 can be reliable, 2 must be (RFC 3262) */
} SipMessageExtras;

/* FALSE with an error that names what is wrong: a status that is neither 0 nor from @lowest to @highest (SIP_ERROR_INVALID_ARGUMENT), a reason phrase or a
 * content type that would be more than one line (SIP_ERROR_INVALID_HEADER). @self is nullable. */
gboolean sip_message_extras_check (const SipMessageExtras *self, guint lowest, guint highest, GError **error);
/* Adds body and lines, after which a Content-Type among the lines is the body's. FALSE when one is refused: the message is of no use then. */
gboolean sip_message_extras_add (const SipMessageExtras *self, SipMsgBuilder *message, GError **error);

G_END_DECLS
