/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "syntax/sip-views-private.h"

G_BEGIN_DECLS

/* A SIP message inside the library: its bytes and an index on them, one block of memory or two, immutable, ref-counted: atomically, because
 * a SipMessage, or the GBytes of a body, may go where a language collects its garbage. Received or written by us, it looks the same. */
typedef struct _SipMsg SipMsg;

/* One header field. Positions are offsets into SipMsg.data; the head of a message is shorter than 64 KiB. */
typedef struct
{
  guint16 name;
  guint16 name_len;
  guint16 value;     /* trimmed at both ends; folds are still in it where SIP_FIELD_FOLDED is set */
  guint16 value_len;
  guint8 id;         /* SipHeaderId */
  guint8 flags;
} SipField;

#define SIP_FIELD_FOLDED (1 << 0)
#define SIP_FIELD_MORE (1 << 1) /* another one of its id comes behind it */

/* Notes that @field has the id of one that comes before it. */
static inline void
sip_field_note_more (SipField *field)
{
  SipField *before = field - 1;

  while (before->id != field->id)
    before--;
  before->flags |= SIP_FIELD_MORE;
}

typedef struct
{
  guint32 max_message;  /* bytes; the head of a message is never longer than SIP_MAX_HEAD */
  guint32 max_fields;   /* and there are never more fields than SIP_MAX_FIELDS */
  guint32 max_field;    /* bytes of one header field with its folds */
  guint32 max_params;   /* parameters of one value */
} SipLimits;

#define SIP_MAX_HEAD 65535
#define SIP_MAX_FIELDS 1024
#define SIP_LIMITS_DEFAULT ((SipLimits){ 65536, 256, 8192, 64 })

struct _SipMsg
{
  guint ref_count;
  guint32 len;            /* of data */
  const char *data;       /* the whole message; a NUL follows the last byte */
  const SipField *fields;
  guint32 head_len;       /* where the body starts */
  guint32 body_len;
  guint16 n_fields;
  guint16 status;         /* of a response, 100–699; 0 on a request */
  /* 0, or the status that a request deserves before anybody looks at it: 400, 413, 416, 505, 513, ...; a response that is not 0
   * is to be dropped. @defect_reason then says what was wrong, in words fit for a reason phrase. */
  guint16 defect;
  guint8 is_request;
  guint8 method;          /* SipMethod: of the request line, or of a response's CSeq */
  const char *defect_reason;
  SipStr method_name;
  SipStr uri;             /* the Request-URI */
  SipStr reason;          /* phrase of a response */
  guint64 ids[2];         /* a bit for each SipHeaderId that is in it */
  /* The parts that every message is matched by, looked at once, at parse. Absent ones have p == NULL. */
  SipViaView via;         /* the topmost */
  SipNameAddrView from;
  SipNameAddrView to;
  SipStr call_id;
  SipCSeqView cseq;
  gint16 max_forwards;    /* -1: none */
  /* What the transport layer adds: the answers' topmost Via says that the request came from there (RFC 3261 §18.2.1, RFC 3581 §4). */
  guint16 received_port;  /* 0: no rport to fill in */
  char *received;         /* a GRefString; nullable */
};

/* Parses one message that fills @data. Copies the bytes. @limits NULL: the default. A message whose first line, or so much else, is
 * wrong that it cannot even be answered is NULL with SIP_ERROR_PARSE; one that can be answered with an error comes back with its
 * `defect` set. A datagram longer than its Content-Length says is cut there; a shorter one is defect 400 (RFC 3261 §18.3). */
SipMsg *sip_msg_parse (const char *data, gsize len, const SipLimits *limits, GError **error);

/* Blocks up to this size are quick: for a larger one glibc's malloc() first puts all together that was freed of late. */
#define SIP_QUICK_SIZE 1000

/* For the builder: a message of @len bytes with room for @n_fields fields, to be filled up to SipMsg.ids, and the look at the fields
 * that fills the rest: the same for a message that came and for one that goes. */
SipMsg *sip_msg_alloc (guint n_fields, gsize len);
void sip_msg_look (SipMsg *msg, const SipLimits *limits);
/* Of a response to @request, which has been looked at: what both have alike is not looked at twice. */
void sip_msg_look_like (SipMsg *msg, const SipMsg *request, const SipLimits *limits);

/* @address is a GRefString of which a reference is taken. */
void sip_msg_set_received (SipMsg *msg, char *address, guint16 port);

SipMsg *sip_msg_ref (SipMsg *msg);
void sip_msg_unref (SipMsg *msg);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SipMsg, sip_msg_unref)

static inline SipStr
sip_msg_body (const SipMsg *msg)
{
  return sip_str (msg->data + msg->head_len, msg->body_len);
}

static inline SipStr
sip_msg_field_value (const SipMsg *msg, const SipField *field)
{
  return sip_str (msg->data + field->value, field->value_len);
}

static inline gboolean
sip_msg_has (const SipMsg *msg, SipHeaderId id)
{
  return (msg->ids[id >> 6] >> (id & 63)) & 1;
}

/* The first field of @id, or NULL; and the next one of the same id after @field. */
const SipField *sip_msg_field (const SipMsg *msg, SipHeaderId id);
const SipField *sip_msg_field_after (const SipMsg *msg, const SipField *field);

/* The value of the first field of @id; p == NULL when there is none. */
SipStr sip_msg_value (const SipMsg *msg, SipHeaderId id);
/* A field that the table does not know, by its name. */
SipStr sip_msg_value_by_name (const SipMsg *msg, SipStr name);

/* Walks every value of @id over all its fields, commas split where the header's rule says so. Start with *iter = {0}. */
typedef struct
{
  const SipField *field;
  SipStr rest;
} SipValueIter;

gboolean sip_msg_next_value (const SipMsg *msg, SipHeaderId id, SipValueIter *iter, SipStr *value);

/* Whether one of the values of @id is @token, without regard to case (Supported, Require, Allow, ...). */
gboolean sip_msg_has_token (const SipMsg *msg, SipHeaderId id, const char *token);

/* A header that is one number (Expires, RSeq, Min-SE, ...); parameters after ';' are allowed. */
gboolean sip_msg_uint (const SipMsg *msg, SipHeaderId id, guint64 max, guint64 *value);

/* The first Contact; FALSE when there is none or it is no name-addr. */
gboolean sip_msg_contact (const SipMsg *msg, SipNameAddrView *contact);

/* @value without folds (each becomes one blank), as a new string. */
char *sip_msg_unfold (SipStr value);

G_END_DECLS
