/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "dialog/sip-causes-private.h"

#include "syntax/sip-error.h"

#include <gio/gio.h>

/**
 * sip_cause_for_status:
 * @status_code: the status code of a final response, 300 to 699
 *
 * Says which failure cause a status code stands for.
 *
 * Returns: (transfer none): one of the `SIP_CAUSE_` texts; "SIP Failure Code" for a code that has none of its own
 */
const char *
sip_cause_for_status (guint status_code)
{
  switch (status_code)
    {
    case 300:
    case 301:
    case 302:
    case 305:
    case 380:
      return SIP_CAUSE_REDIRECTED;
    case 401:
    case 407:
      return SIP_CAUSE_AUTHENTICATION_ERROR;
    case 403:
    case 603:
      return SIP_CAUSE_REJECTED;
    case 404:
    case 604:
      return SIP_CAUSE_NOT_FOUND;
    case 408:
    case 410:
    case 430:
    case 480:
      return SIP_CAUSE_UNAVAILABLE;
    case 484:
      return SIP_CAUSE_ADDRESS_INCOMPLETE;
    case 486:
    case 600:
      return SIP_CAUSE_BUSY;
    case 487:
      return SIP_CAUSE_CANCELED;
    case 488:
    case 606:
      return SIP_CAUSE_INCOMPATIBLE_SDP;
    default:
      return SIP_CAUSE_SIP_FAILURE_CODE;
    }
}

const char *
sip_cause_for_error (const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
    return SIP_CAUSE_USER_DENIED_MEDIA_ACCESS;
  if (g_error_matches (error, SIP_ERROR, SIP_ERROR_TIMEOUT) || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    return SIP_CAUSE_RTP_TIMEOUT;
  if (g_error_matches (error, SIP_ERROR, SIP_ERROR_NOT_SUPPORTED) || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED))
    return SIP_CAUSE_WEBRTC_NOT_SUPPORTED;
  /* No trouble of media at all: somebody asked for what cannot be. */
  if (g_error_matches (error, SIP_ERROR, SIP_ERROR_INVALID_STATE) || g_error_matches (error, SIP_ERROR, SIP_ERROR_INVALID_ARGUMENT))
    return SIP_CAUSE_INTERNAL_ERROR;

  return SIP_CAUSE_WEBRTC_ERROR;
}
