/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "syntax/sip-error.h"

/**
 * sip_error_quark:
 *
 * Gets the error domain of this library.
 *
 * Returns: the domain, `SIP_ERROR`
 */

/* clang-format off */
G_DEFINE_QUARK (sip-error-quark, sip_error)

G_DEFINE_ENUM_TYPE (SipError, sip_error,
                    G_DEFINE_ENUM_VALUE (SIP_ERROR_INVALID_ARGUMENT, "invalid-argument"),
                    G_DEFINE_ENUM_VALUE (SIP_ERROR_INVALID_STATE, "invalid-state"),
                    G_DEFINE_ENUM_VALUE (SIP_ERROR_INVALID_URI, "invalid-uri"),
                    G_DEFINE_ENUM_VALUE (SIP_ERROR_INVALID_HEADER, "invalid-header"),
                    G_DEFINE_ENUM_VALUE (SIP_ERROR_PARSE, "parse"),
                    G_DEFINE_ENUM_VALUE (SIP_ERROR_TRANSPORT, "transport"),
                    G_DEFINE_ENUM_VALUE (SIP_ERROR_TIMEOUT, "timeout"),
                    G_DEFINE_ENUM_VALUE (SIP_ERROR_AUTHENTICATION, "authentication"),
                    G_DEFINE_ENUM_VALUE (SIP_ERROR_DIALOG, "dialog"),
                    G_DEFINE_ENUM_VALUE (SIP_ERROR_MEDIA, "media"),
                    G_DEFINE_ENUM_VALUE (SIP_ERROR_NOT_SUPPORTED, "not-supported"))
/* clang-format on */
