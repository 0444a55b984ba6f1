/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "syntax/sip-msg-private.h"

#include "syntax/sip-scan-private.h"

/* One block: the struct, the fields, the text, a NUL; or where that is too much for a quick one, one more for the text. */
SipMsg *
sip_msg_alloc (guint n_fields,
               gsize len)
{
  gsize head = sizeof (SipMsg) + n_fields * sizeof (SipField);
  gboolean is_one = head + len + 1 <= SIP_QUICK_SIZE;
  SipMsg *msg = g_malloc (is_one ? head + len + 1 : head);
  char *data = is_one ? (char *) msg + head : g_malloc (len + 1);

  G_STATIC_ASSERT (SIP_H_LAST <= 128);

  memset (msg, 0, sizeof (SipMsg));
  msg->ref_count = 1;
  msg->fields = (const SipField *) (msg + 1);
  msg->n_fields = n_fields;
  msg->data = data;
  msg->len = len;
  data[len] = '\0';

  return msg;
}

SipMsg *
sip_msg_ref (SipMsg *msg)
{
  g_atomic_int_inc (&msg->ref_count);

  return msg;
}

void
sip_msg_unref (SipMsg *msg)
{
  if (!g_atomic_int_dec_and_test (&msg->ref_count))
    return;
  g_clear_pointer (&msg->received, g_ref_string_release);
  if (msg->data != (const char *) (msg->fields + msg->n_fields))
    g_free ((char *) msg->data);
  g_free (msg);
}

void
sip_msg_set_received (SipMsg *msg,
                      char   *address,
                      guint16 port)
{
  char *before = msg->received;

  msg->received = g_ref_string_acquire (address);
  msg->received_port = port;
  g_clear_pointer (&before, g_ref_string_release);
}

/* The first defect is the one that is told. */
static void
set_defect (SipMsg     *msg,
            guint       status,
            const char *reason)
{
  if (msg->defect == 0)
    {
      msg->defect = status;
      msg->defect_reason = reason;
    }
}

static void
look_at_via (SipMsg          *msg,
             const SipLimits *limits)
{
  SipStr rest = sip_msg_value (msg, SIP_H_VIA);
  SipStr value;

  if (!sip_values_next (&rest, &value) || !sip_via_view_parse (&msg->via, value))
    set_defect (msg, 400, "Malformed Via");
  else if (msg->via.n_params > limits->max_params)
    set_defect (msg, 400, "Too Many Via Parameters");
}

static void
look_at_address (SipMsg          *msg,
                 SipHeaderId      id,
                 SipNameAddrView *view,
                 const SipLimits *limits)
{
  gboolean is_from = id == SIP_H_FROM;

  if (!sip_msg_has (msg, id))
    set_defect (msg, 400, is_from ? "Missing From" : "Missing To");
  else if (!sip_name_addr_view_parse (view, sip_msg_value (msg, id)) || view->is_star)
    {
      set_defect (msg, 400, is_from ? "Malformed From" : "Malformed To");
      *view = (SipNameAddrView){ 0 };
    }
  else if (view->n_params > limits->max_params)
    set_defect (msg, 400, is_from ? "Too Many From Parameters" : "Too Many To Parameters");
}

/* A Call-ID is compared, never taken apart: more characters are let through than the grammar has (word [ "@" word ]), but neither a
 * blank nor what would break a Replaces or an In-Reply-To. */
static void
look_at_call_id (SipMsg *msg)
{
  SipStr value = sip_msg_value (msg, SIP_H_CALL_ID);

  if (value.p == NULL)
    set_defect (msg, 400, "Missing Call-ID");
  else if (value.len == 0 || !sip_scan_is_plain (value.p, value.p + value.len))
    set_defect (msg, 400, "Malformed Call-ID");
  else
    msg->call_id = value;
}

static void
look_at_cseq (SipMsg *msg)
{
  if (!sip_msg_has (msg, SIP_H_CSEQ))
    set_defect (msg, 400, "Missing CSeq");
  else if (!sip_cseq_view_parse (&msg->cseq, sip_msg_value (msg, SIP_H_CSEQ)))
    {
      set_defect (msg, 400, "Malformed CSeq");
      msg->cseq = (SipCSeqView){ 0 };
    }
  else if (msg->is_request && !sip_str_equal (msg->cseq.method_name, msg->method_name))
    set_defect (msg, 400, "CSeq Method Mismatch");

  if (!msg->is_request)
    {
      msg->method = msg->cseq.method;
      msg->method_name = msg->cseq.method_name;
    }
}

static void
look_at_max_forwards (SipMsg *msg)
{
  guint64 number;

  msg->max_forwards = -1;
  if (sip_msg_has (msg, SIP_H_MAX_FORWARDS))
    {
      if (sip_str_to_uint (sip_msg_value (msg, SIP_H_MAX_FORWARDS), 255, &number))
        msg->max_forwards = number;
      else
        set_defect (msg, 400, "Malformed Max-Forwards");
    }
}

void
sip_msg_look (SipMsg          *msg,
              const SipLimits *limits)
{
  look_at_via (msg, limits);
  look_at_address (msg, SIP_H_FROM, &msg->from, limits);
  look_at_address (msg, SIP_H_TO, &msg->to, limits);
  look_at_call_id (msg);
  look_at_cseq (msg);
  look_at_max_forwards (msg);
}

/* --- a response has from its request what has been looked at there; TRUE: it has, and @msg knows it --- */

/* What @part is in one text, in the same text at @to. */
static inline SipStr
moved (SipStr      part,
       const char *from,
       const char *to)
{
  return part.p != NULL ? sip_str (to + (part.p - from), part.len) : part;
}

static gboolean
take_via (SipMsg       *msg,
          const SipMsg *request)
{
  SipStr value = sip_msg_value (msg, SIP_H_VIA);
  SipStr theirs = sip_msg_value (request, SIP_H_VIA);
  const SipViaView *via = &request->via;

  if (!sip_str_equal (value, theirs))
    return FALSE;

  msg->via = *via;
  msg->via.protocol = moved (via->protocol, theirs.p, value.p);
  msg->via.transport = moved (via->transport, theirs.p, value.p);
  msg->via.host = moved (via->host, theirs.p, value.p);
  msg->via.params = moved (via->params, theirs.p, value.p);
  msg->via.branch = moved (via->branch, theirs.p, value.p);
  msg->via.received = moved (via->received, theirs.p, value.p);
  msg->via.sent_by = moved (via->sent_by, theirs.p, value.p);
  return TRUE;
}

/* To may have got its tag. */
static gboolean
take_address (SipMsg                *msg,
              SipHeaderId            id,
              SipNameAddrView       *view,
              const SipMsg          *request,
              const SipNameAddrView *known)
{
  const SipStr separator = SIP_STR (";tag=");
  SipStr value = sip_msg_value (msg, id);
  SipStr theirs = sip_msg_value (request, id);
  const char *added, *end;

  if (value.len < theirs.len || memcmp (value.p, theirs.p, theirs.len) != 0)
    return FALSE;
  added = value.p + theirs.len;
  end = value.p + value.len;
  if (added < end && (known->tag.p != NULL || end - added <= separator.len || memcmp (added, separator.p, separator.len) != 0))
    return FALSE;

  *view = *known;
  view->display = moved (known->display, theirs.p, value.p);
  view->uri = moved (known->uri, theirs.p, value.p);
  view->params = moved (known->params, theirs.p, value.p);
  view->tag = moved (known->tag, theirs.p, value.p);
  if (added < end)
    {
      const char *params = view->params.p != NULL ? view->params.p : added + 1;

      view->params = sip_str (params, end - params);
      view->tag = sip_str (added + separator.len, end - added - separator.len);
      view->n_params++;
    }
  return TRUE;
}

static gboolean
take_call_id (SipMsg       *msg,
              const SipMsg *request)
{
  SipStr value = sip_msg_value (msg, SIP_H_CALL_ID);

  if (!sip_str_equal (value, request->call_id))
    return FALSE;

  msg->call_id = value;
  return TRUE;
}

static gboolean
take_cseq (SipMsg       *msg,
           const SipMsg *request)
{
  SipStr value = sip_msg_value (msg, SIP_H_CSEQ);
  SipStr theirs = sip_msg_value (request, SIP_H_CSEQ);

  if (!sip_str_equal (value, theirs))
    return FALSE;

  msg->cseq = request->cseq;
  msg->cseq.method_name = moved (request->cseq.method_name, theirs.p, value.p);
  msg->method = msg->cseq.method;
  msg->method_name = msg->cseq.method_name;
  return TRUE;
}

void
sip_msg_look_like (SipMsg          *msg,
                   const SipMsg    *request,
                   const SipLimits *limits)
{
  if (request->defect != 0)
    {
      sip_msg_look (msg, limits);
      return;
    }

  if (!take_via (msg, request))
    look_at_via (msg, limits);
  if (!take_address (msg, SIP_H_FROM, &msg->from, request, &request->from))
    look_at_address (msg, SIP_H_FROM, &msg->from, limits);
  if (!take_address (msg, SIP_H_TO, &msg->to, request, &request->to))
    look_at_address (msg, SIP_H_TO, &msg->to, limits);
  if (!take_call_id (msg, request))
    look_at_call_id (msg);
  if (!take_cseq (msg, request))
    look_at_cseq (msg);
  look_at_max_forwards (msg);
}

const SipField *
sip_msg_field (const SipMsg *msg,
               SipHeaderId   id)
{
  const SipField *field = msg->fields;

  if (!sip_msg_has (msg, id))
    return NULL;

  while (field->id != id)
    field++;

  return field;
}

const SipField *
sip_msg_field_after (const SipMsg   *msg,
                     const SipField *field)
{
  const SipField *next = field + 1;

  if ((field->flags & SIP_FIELD_MORE) == 0)
    return NULL;

  while (next->id != field->id)
    next++;

  return next;
}

SipStr
sip_msg_value (const SipMsg *msg,
               SipHeaderId   id)
{
  const SipField *field = sip_msg_field (msg, id);

  return field != NULL ? sip_msg_field_value (msg, field) : (SipStr) SIP_STR_INIT;
}

SipStr
sip_msg_value_by_name (const SipMsg *msg,
                       SipStr        name)
{
  SipHeaderId id = sip_header_id_lookup (name.p, name.len);

  if (id != SIP_H_OTHER)
    return sip_msg_value (msg, id);

  for (guint i = 0; i < msg->n_fields; i++)
    {
      const SipField *field = &msg->fields[i];

      if (field->id == SIP_H_OTHER && sip_str_equal_nocase (sip_str (msg->data + field->name, field->name_len), name))
        return sip_msg_field_value (msg, field);
    }

  return (SipStr) SIP_STR_INIT;
}

gboolean
sip_msg_next_value (const SipMsg *msg,
                    SipHeaderId   id,
                    SipValueIter *iter,
                    SipStr       *value)
{
  const SipField *field = iter->field;

  if (field == NULL)
    field = sip_msg_field (msg, id);
  else if (sip_values_next (&iter->rest, value))
    return TRUE;
  else
    field = sip_msg_field_after (msg, field);

  for (; field != NULL; field = sip_msg_field_after (msg, field))
    {
      iter->field = field;
      iter->rest = sip_msg_field_value (msg, field);
      if (sip_header_id_rule (id) != SIP_HEADER_RULE_LIST)
        {
          *value = iter->rest;
          iter->rest.len = 0;
          return TRUE;
        }
      if (sip_values_next (&iter->rest, value))
        return TRUE;
    }
  iter->field = NULL;

  return FALSE;
}

gboolean
sip_msg_has_token (const SipMsg *msg,
                   SipHeaderId   id,
                   const char   *token)
{
  SipStr wanted = sip_str_from (token);
  SipValueIter iter = { 0 };
  SipStr value;

  while (sip_msg_next_value (msg, id, &iter, &value))
    {
      const char *end = sip_scan_class (value.p, value.p + value.len, SIP_CHAR_TOKEN);
      const char *after = sip_scan_lws (end, value.p + value.len);

      if ((after == value.p + value.len || *after == ';') && sip_str_equal_nocase (sip_str (value.p, end - value.p), wanted))
        return TRUE;
    }

  return FALSE;
}

/* What may follow the number: parameters, and the comment of Retry-After (RFC 3261 §20.33). */
gboolean
sip_msg_uint (const SipMsg *msg,
              SipHeaderId   id,
              guint64       max,
              guint64      *value)
{
  SipStr text = sip_msg_value (msg, id);
  const char *end, *p, *after;

  if (text.len == 0)
    return FALSE;

  end = text.p + text.len;
  p = sip_scan_class (text.p, end, SIP_CHAR_DIGIT);
  after = sip_scan_lws (p, end);
  if (after < end && *after != ';' && (*after != '(' || after == p))
    return FALSE;

  return sip_str_to_uint (sip_str (text.p, p - text.p), max, value);
}

gboolean
sip_msg_contact (const SipMsg    *msg,
                 SipNameAddrView *contact)
{
  SipValueIter iter = { 0 };
  SipStr value;

  return sip_msg_next_value (msg, SIP_H_CONTACT, &iter, &value) && sip_name_addr_view_parse (contact, value);
}

char *
sip_msg_unfold (SipStr value)
{
  g_autoptr (GString) text = g_string_sized_new (value.len);
  const char *p = value.p;
  const char *end = value.len > 0 ? p + value.len : p;

  while (p < end)
    {
      const char *after = sip_scan_lws (p, end);

      if (after > p && memchr (p, '\n', after - p) != NULL)
        g_string_append_c (text, ' ');
      else if (after > p)
        g_string_append_len (text, p, after - p);
      else
        g_string_append_c (text, *after++);
      p = after;
    }

  return g_string_free (g_steal_pointer (&text), FALSE);
}
