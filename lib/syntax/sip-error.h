/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib-object.h>

#include "syntax/sip-macros.h"

G_BEGIN_DECLS

/**
 * SIP_ERROR:
 *
 * The error domain of this library.
 *
 * Errors of GIO (a resolver's, TLS's, a cancellation) are passed on as they are and are not of this domain.
 */
#define SIP_ERROR (sip_error_quark ())

/**
 * SipError:
 * @SIP_ERROR_INVALID_ARGUMENT: an argument is outside of what its documentation allows
 * @SIP_ERROR_INVALID_STATE: the object's state does not allow this call; nothing was changed
 * @SIP_ERROR_INVALID_URI: a text is no URI, or not of a kind that can be used here
 * @SIP_ERROR_INVALID_HEADER: a header is malformed or holds CR, LF or NUL
 * @SIP_ERROR_PARSE: bytes from elsewhere could not be understood
 * @SIP_ERROR_TRANSPORT: no connection to the other side
 * @SIP_ERROR_TIMEOUT: the other side did not answer in time
 * @SIP_ERROR_AUTHENTICATION: credentials are missing or were refused
 * @SIP_ERROR_DIALOG: the other side no longer knows the dialog
 * @SIP_ERROR_MEDIA: the media could not be described, negotiated or secured
 * @SIP_ERROR_NOT_SUPPORTED: the other side, or this build, does not know how
 *
 * What can go wrong. The message of an error names the value that was wrong.
 */
typedef enum
{
  SIP_ERROR_INVALID_ARGUMENT,
  SIP_ERROR_INVALID_STATE,
  SIP_ERROR_INVALID_URI,
  SIP_ERROR_INVALID_HEADER,
  SIP_ERROR_PARSE,
  SIP_ERROR_TRANSPORT,
  SIP_ERROR_TIMEOUT,
  SIP_ERROR_AUTHENTICATION,
  SIP_ERROR_DIALOG,
  SIP_ERROR_MEDIA,
  SIP_ERROR_NOT_SUPPORTED,
} SipError;

SIP_AVAILABLE_IN_1_0
GQuark sip_error_quark (void);

#define SIP_TYPE_ERROR (sip_error_get_type ())

SIP_AVAILABLE_IN_1_0
GType sip_error_get_type (void);

G_END_DECLS
