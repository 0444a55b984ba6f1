/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "syntax/sip-str-private.h"

G_BEGIN_DECLS

/* The header fields that this library knows by name. X (ID, "Name", compact form or 0, rule)
 *   LIST   a comma joins values: the field can be split (RFC 3261 §7.3.1)
 *   ONE    at most one field and one value
 *   TEXT   free text, or its own syntax: never split at commas
 * The order is the alphabet's; SIP_H_OTHER is any field that is not in the table. */
#define SIP_HEADER_IDS(X) \
  X (ACCEPT, "Accept", 0, LIST) \
  X (ACCEPT_CONTACT, "Accept-Contact", 'a', LIST) \
  X (ACCEPT_ENCODING, "Accept-Encoding", 0, LIST) \
  X (ACCEPT_LANGUAGE, "Accept-Language", 0, LIST) \
  X (ALERT_INFO, "Alert-Info", 0, LIST) \
  X (ALLOW, "Allow", 0, LIST) \
  X (ALLOW_EVENTS, "Allow-Events", 'u', LIST) \
  X (AUTHENTICATION_INFO, "Authentication-Info", 0, TEXT) \
  X (AUTHORIZATION, "Authorization", 0, TEXT) \
  X (CALL_ID, "Call-ID", 'i', ONE) \
  X (CALL_INFO, "Call-Info", 0, LIST) \
  X (CONTACT, "Contact", 'm', LIST) \
  X (CONTENT_DISPOSITION, "Content-Disposition", 0, ONE) \
  X (CONTENT_ENCODING, "Content-Encoding", 'e', LIST) \
  X (CONTENT_LANGUAGE, "Content-Language", 0, LIST) \
  X (CONTENT_LENGTH, "Content-Length", 'l', ONE) \
  X (CONTENT_TYPE, "Content-Type", 'c', ONE) \
  X (CSEQ, "CSeq", 0, ONE) \
  X (DATE, "Date", 0, TEXT) \
  X (ERROR_INFO, "Error-Info", 0, LIST) \
  X (EVENT, "Event", 'o', ONE) \
  X (EXPIRES, "Expires", 0, ONE) \
  X (FLOW_TIMER, "Flow-Timer", 0, ONE) \
  X (FROM, "From", 'f', ONE) \
  X (HISTORY_INFO, "History-Info", 0, LIST) \
  X (IDENTITY, "Identity", 'y', TEXT) \
  X (IN_REPLY_TO, "In-Reply-To", 0, LIST) \
  X (MAX_FORWARDS, "Max-Forwards", 0, ONE) \
  X (MIME_VERSION, "MIME-Version", 0, ONE) \
  X (MIN_EXPIRES, "Min-Expires", 0, ONE) \
  X (MIN_SE, "Min-SE", 0, ONE) \
  X (ORGANIZATION, "Organization", 0, TEXT) \
  X (P_ASSERTED_IDENTITY, "P-Asserted-Identity", 0, LIST) \
  X (P_PREFERRED_IDENTITY, "P-Preferred-Identity", 0, LIST) \
  X (PATH, "Path", 0, LIST) \
  X (PRIORITY, "Priority", 0, ONE) \
  X (PRIVACY, "Privacy", 0, TEXT) \
  X (PROXY_AUTHENTICATE, "Proxy-Authenticate", 0, TEXT) \
  X (PROXY_AUTHORIZATION, "Proxy-Authorization", 0, TEXT) \
  X (PROXY_REQUIRE, "Proxy-Require", 0, LIST) \
  X (RACK, "RAck", 0, ONE) \
  X (REASON, "Reason", 0, LIST) \
  X (RECORD_ROUTE, "Record-Route", 0, LIST) \
  X (REFER_SUB, "Refer-Sub", 0, ONE) \
  X (REFER_TO, "Refer-To", 'r', ONE) \
  X (REFERRED_BY, "Referred-By", 'b', ONE) \
  X (REJECT_CONTACT, "Reject-Contact", 'j', LIST) \
  X (REPLACES, "Replaces", 0, ONE) \
  X (REPLY_TO, "Reply-To", 0, ONE) \
  X (REQUEST_DISPOSITION, "Request-Disposition", 'd', LIST) \
  X (REQUIRE, "Require", 0, LIST) \
  X (RETRY_AFTER, "Retry-After", 0, ONE) \
  X (ROUTE, "Route", 0, LIST) \
  X (RSEQ, "RSeq", 0, ONE) \
  X (SERVER, "Server", 0, TEXT) \
  X (SERVICE_ROUTE, "Service-Route", 0, LIST) \
  X (SESSION_EXPIRES, "Session-Expires", 'x', ONE) \
  X (SIP_ETAG, "SIP-ETag", 0, ONE) \
  X (SIP_IF_MATCH, "SIP-If-Match", 0, ONE) \
  X (SUBJECT, "Subject", 's', TEXT) \
  X (SUBSCRIPTION_STATE, "Subscription-State", 0, ONE) \
  X (SUPPORTED, "Supported", 'k', LIST) \
  X (TIMESTAMP, "Timestamp", 0, ONE) \
  X (TO, "To", 't', ONE) \
  X (UNSUPPORTED, "Unsupported", 0, LIST) \
  X (USER_AGENT, "User-Agent", 0, TEXT) \
  X (VIA, "Via", 'v', LIST) \
  X (WARNING, "Warning", 0, LIST) \
  X (WWW_AUTHENTICATE, "WWW-Authenticate", 0, TEXT)

typedef enum
{
  SIP_H_OTHER,
#define X(id, name, compact, rule) SIP_H_##id,
  SIP_HEADER_IDS (X)
#undef X
  SIP_H_LAST
} SipHeaderId;

typedef enum
{
  SIP_HEADER_RULE_TEXT,
  SIP_HEADER_RULE_LIST,
  SIP_HEADER_RULE_ONE,
} SipHeaderRule;

typedef struct
{
  char name[22];
  guint8 len;
  guint8 rule;
} SipHeaderName;

G_GNUC_INTERNAL extern const SipHeaderName sip_header_names[SIP_H_LAST];
G_GNUC_INTERNAL extern const guint8 sip_header_slots[256];

/* A perfect hash of a long form's length, its first letter and its middle one. */
#define SIP_HEADER_SLOT(len, first, middle) (((len) * 20 + (first) + (middle) * 9) & 0xff)

/* The one that it can be. */
static inline SipHeaderId
sip_header_id_guess (const char *name, gsize len)
{
  return sip_header_slots[SIP_HEADER_SLOT (len, (guchar) name[0] | 0x20, (guchar) name[len / 2] | 0x20)];
}

/* Case-insensitive, long and compact forms. */
SipHeaderId sip_header_id_lookup (const char *name, gsize len);

static inline SipStr
sip_header_id_name (SipHeaderId id)
{
  return sip_str (sip_header_names[id].name, sip_header_names[id].len);
}

static inline SipHeaderRule
sip_header_id_rule (SipHeaderId id)
{
  return sip_header_names[id].rule;
}

/* Methods are case-sensitive (RFC 3261 §7.1). */
#define SIP_METHODS(X) \
  X (INVITE) X (ACK) X (CANCEL) X (BYE) X (OPTIONS) X (REGISTER) X (PRACK) X (UPDATE) X (INFO) X (REFER) \
  X (SUBSCRIBE) X (NOTIFY) X (PUBLISH) X (MESSAGE)

typedef enum
{
  SIP_METHOD_OTHER,
#define X(id) SIP_METHOD_##id,
  SIP_METHODS (X)
#undef X
} SipMethod;

SipMethod sip_method_id_lookup (const char *name, gsize len);
SipStr sip_method_id_name (SipMethod method);

G_END_DECLS
