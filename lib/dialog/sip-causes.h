/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "syntax/sip-macros.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * SIP_CAUSE_CONNECTION_ERROR:
 *
 * The connection broke, or could not be made, before the call was answered.
 */
#define SIP_CAUSE_CONNECTION_ERROR "Connection Error"

/**
 * SIP_CAUSE_REQUEST_TIMEOUT:
 *
 * The other side never answered a request (RFC 3261 §17.1.1.2, timer B).
 */
#define SIP_CAUSE_REQUEST_TIMEOUT "Request Timeout"

/**
 * SIP_CAUSE_SIP_FAILURE_CODE:
 *
 * A status code of 300 or more that has no cause of its own.
 */
#define SIP_CAUSE_SIP_FAILURE_CODE "SIP Failure Code"

/**
 * SIP_CAUSE_INTERNAL_ERROR:
 *
 * Something went wrong on our side.
 */
#define SIP_CAUSE_INTERNAL_ERROR "Internal Error"

/**
 * SIP_CAUSE_BUSY:
 *
 * Status 486 or 600.
 */
#define SIP_CAUSE_BUSY "Busy"

/**
 * SIP_CAUSE_REJECTED:
 *
 * Status 403 or 603.
 */
#define SIP_CAUSE_REJECTED "Rejected"

/**
 * SIP_CAUSE_REDIRECTED:
 *
 * Status 300, 301, 302, 305 or 380.
 */
#define SIP_CAUSE_REDIRECTED "Redirected"

/**
 * SIP_CAUSE_UNAVAILABLE:
 *
 * Status 408, 410, 430 or 480.
 */
#define SIP_CAUSE_UNAVAILABLE "Unavailable"

/**
 * SIP_CAUSE_NOT_FOUND:
 *
 * Status 404 or 604.
 */
#define SIP_CAUSE_NOT_FOUND "Not Found"

/**
 * SIP_CAUSE_ADDRESS_INCOMPLETE:
 *
 * Status 484.
 */
#define SIP_CAUSE_ADDRESS_INCOMPLETE "Address Incomplete"

/**
 * SIP_CAUSE_INCOMPATIBLE_SDP:
 *
 * Status 488 or 606.
 */
#define SIP_CAUSE_INCOMPATIBLE_SDP "Incompatible SDP"

/**
 * SIP_CAUSE_AUTHENTICATION_ERROR:
 *
 * Status 401 or 407.
 */
#define SIP_CAUSE_AUTHENTICATION_ERROR "Authentication Error"

/**
 * SIP_CAUSE_DIALOG_ERROR:
 *
 * The other side no longer knows the dialog: 408 or 481 to a request inside it (RFC 5057).
 */
#define SIP_CAUSE_DIALOG_ERROR "Dialog Error"

/**
 * SIP_CAUSE_WEBRTC_NOT_SUPPORTED:
 *
 * No session description handler could be made.
 */
#define SIP_CAUSE_WEBRTC_NOT_SUPPORTED "WebRTC Not Supported"

/**
 * SIP_CAUSE_WEBRTC_ERROR:
 *
 * The session description handler failed.
 */
#define SIP_CAUSE_WEBRTC_ERROR "WebRTC Error"

/**
 * SIP_CAUSE_CANCELED:
 *
 * The call was cancelled before it was answered, or status 487.
 */
#define SIP_CAUSE_CANCELED "Canceled"

/**
 * SIP_CAUSE_NO_ANSWER:
 *
 * The application did not answer the call in time.
 */
#define SIP_CAUSE_NO_ANSWER "No Answer"

/**
 * SIP_CAUSE_EXPIRES:
 *
 * The time that the INVITE's Expires header gave has passed (RFC 3261 §13.3.1).
 */
#define SIP_CAUSE_EXPIRES "Expires"

/**
 * SIP_CAUSE_NO_ACK:
 *
 * The answer was never acknowledged (RFC 3261 §13.3.1.4).
 */
#define SIP_CAUSE_NO_ACK "No ACK"

/**
 * SIP_CAUSE_NO_PRACK:
 *
 * A reliable provisional response was never acknowledged (RFC 3262 §3).
 */
#define SIP_CAUSE_NO_PRACK "No PRACK"

/**
 * SIP_CAUSE_USER_DENIED_MEDIA_ACCESS:
 *
 * The user did not let the application use camera or microphone.
 */
#define SIP_CAUSE_USER_DENIED_MEDIA_ACCESS "User Denied Media Access"

/**
 * SIP_CAUSE_BAD_MEDIA_DESCRIPTION:
 *
 * The other side's description could not be used.
 */
#define SIP_CAUSE_BAD_MEDIA_DESCRIPTION "Bad Media Description"

/**
 * SIP_CAUSE_RTP_TIMEOUT:
 *
 * Media stopped coming.
 */
#define SIP_CAUSE_RTP_TIMEOUT "RTP Timeout"

/**
 * SIP_CAUSE_TERMINATED:
 *
 * The call ended with a BYE.
 */
#define SIP_CAUSE_TERMINATED "Terminated"

SIP_AVAILABLE_IN_1_0
const char *sip_cause_for_status (guint status_code);

G_END_DECLS
