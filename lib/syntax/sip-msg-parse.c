/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "syntax/sip-msg-private.h"

#include "syntax/sip-error.h"
#include "syntax/sip-scan-private.h"

/* From bytes to a SipMsg, in one walk over the head.
 *
 * Lines end with CRLF; a bare LF is taken for one, in the start line and in the head alike, as Sofia-SIP, PJSIP and Kamailio do: all
 * who look at the message must see the same lines, and the framer does too. A bare CR is a control character like any other, and makes
 * the message a defect; so does NUL. The one place for control characters is a quoted-pair in a quoted string (RFC 3261 §25.1, RFC 4475
 * §3.1.1.2).
 *
 * What cannot be answered is an error: no SIP on the first line, or no Via to answer to. Everything else is a defect, and the first is
 * told. */

typedef struct
{
  const char *text;   /* where the start line starts */
  const char *end;
  const char *p;      /* where it looks */
  const SipLimits *limits;
  guint64 ids[2];
  SipField *field;    /* the next one */
  SipField *last;     /* where there is no room for it any more */
  guint defect;
  const char *defect_reason;
  guint status;
  gboolean foreign_uri;
  SipStr method;
  SipStr uri;
  SipStr reason;
  SipField fields[SIP_MAX_FIELDS];
} Parser;

static G_GNUC_NO_INLINE void
defect (Parser     *self,
        guint       status,
        const char *reason)
{
  if (self->defect == 0)
    {
      self->defect = status;
      self->defect_reason = reason;
    }
}

/* The LF that ends the line at @p, or NULL. @control: whether there was a control character other than HTAB in it. */
static inline const char *
find_line_end (const char *p,
               const char *end,
               gboolean   *control)
{
  for (;; p++)
    {
      p = sip_scan_control (p, end);
      if (p == end)
        return NULL;
      if (*p == '\n')
        return p;
      if (*p == '\r' && end - p > 1 && p[1] == '\n')
        return p + 1;
      if (*p != '\t')
        *control = TRUE;
    }
}

static inline gboolean
is_sip (const char *p)
{
  return p[3] == '/' && (p[0] | 0x20) == 's' && (p[1] | 0x20) == 'i' && (p[2] | 0x20) == 'p';
}

static gboolean
is_version (const char *p,
            const char *end)
{
  if (end - p < 7 || !is_sip (p))
    return FALSE;
  p += 4;
  if (!sip_char_is (*p, SIP_CHAR_DIGIT))
    return FALSE;
  p = sip_scan_class (p, end, SIP_CHAR_DIGIT);
  if (p == end || *p++ != '.' || p == end)
    return FALSE;

  return sip_scan_class (p, end, SIP_CHAR_DIGIT) == end;
}

/* SIP-Version SP Status-Code SP Reason-Phrase CRLF. The second blank is missed in some, where the phrase is empty. */
static gboolean
parse_status_line (Parser     *self,
                   const char *p,
                   const char *end)
{
  if (end - p < 11 || memcmp (p + 4, "2.0 ", 4) != 0)
    return FALSE;
  p += 8;
  for (guint i = 0; i < 3; i++, p++)
    {
      if (!sip_char_is (*p, SIP_CHAR_DIGIT))
        return FALSE;
      self->status = self->status * 10 + (*p - '0');
    }
  if (self->status < 100 || self->status > 699 || (p < end && *p++ != ' '))
    return FALSE;
  self->reason = sip_str_trim (sip_str (p, end - p));

  return TRUE;
}

/* Method SP Request-URI SP SIP-Version CRLF, one blank each (RFC 4475 §3.1.2.8 to §3.1.2.10). */
static gboolean
parse_request_line (Parser     *self,
                    const char *p,
                    const char *end)
{
  const char *version = end;
  const char *uri = sip_scan_class (p, end, SIP_CHAR_TOKEN);
  SipUriView view;

  if (uri == p || uri == end || *uri != ' ')
    return FALSE;
  self->method = sip_str (p, uri - p);
  uri++;

  while (end > uri && sip_char_is (end[-1], SIP_CHAR_WSP))
    end--;
  if (end < version)
    defect (self, 400, "Malformed Request-Line");
  version = end - uri > 8 && end[-8] == ' ' ? end - 7 : end;
  while (version > uri && !sip_char_is (version[-1], SIP_CHAR_WSP))
    version--;
  if (end - version != 7 || memcmp (version, "SIP/2.0", 7) != 0)
    {
      if (!is_version (version, end))
        return FALSE;
      if (end - version != 7 || version[4] != '2' || version[6] != '0')
        defect (self, 505, "Version Not Supported");
    }

  self->uri = sip_str (uri, version > uri ? version - 1 - uri : 0);
  if (!sip_uri_view_parse (&view, self->uri))
    defect (self, 400, "Malformed Request-URI");
  self->foreign_uri = !view.is_sip && !sip_str_equal_nocase (view.scheme, SIP_STR ("tel"));

  return TRUE;
}

static gboolean
parse_start_line (Parser *self)
{
  const char *start = self->text;
  gboolean control = FALSE;
  const char *end = find_line_end (start, self->end, &control);

  if (end == NULL)
    return FALSE;
  self->p = end + 1;
  if (end > start && end[-1] == '\r')
    end--;
  if (control)
    defect (self, 400, "Control Character in Start Line");

  if (end - start > 4 && is_sip (start))
    return parse_status_line (self, start, end);

  return parse_request_line (self, start, end);
}

/* Whether every control character is the second half of a quoted-pair. */
static gboolean
controls_are_quoted (const char *p,
                     const char *end)
{
  while (p < end)
    {
      if (*p == '"')
        {
          p = sip_scan_quoted (p, end);
          if (p == NULL)
            return FALSE;
          continue;
        }
      if ((guchar) *p < 0x20 || *p == 0x7f)
        {
          const char *after = sip_scan_fold (p, end);

          if (after == p)
            return FALSE;
          p = after;
          continue;
        }
      p++;
    }

  return TRUE;
}

/* A field that may stand once only. Two of those that a message is framed, matched or read by make it ambiguous, in any message; a
 * second one of the others is an error of the request (RFC 3261 §7.3.1, RFC 3515 §2.4.1, RFC 3891 §3), but a response is not thrown
 * away for it. */
static void
check_once (Parser *self,
            guint   id)
{
  if (sip_header_id_rule (id) != SIP_HEADER_RULE_ONE)
    return;

  if (self->status == 0 || id == SIP_H_CALL_ID || id == SIP_H_CONTENT_LENGTH || id == SIP_H_CONTENT_TYPE || id == SIP_H_CSEQ ||
      id == SIP_H_FROM || id == SIP_H_TO)
    defect (self, 400, "Repeated Header Field");
}

/* The beginning of a line: the header that its name is, behind which there is nothing but a ':', and the first control character of the
 * line, or @end. Each byte is looked at once for the two. SIP_H_OTHER: it is not of this kind, and nothing more is known of it. */
static inline SipHeaderId
scan_line (const char  *p,
           const char  *end,
           const char **colon,
           const char **control)
{
#ifdef __SSE2__
  if (end - p >= 32)
    {
      __m128i low = _mm_loadu_si128 ((const void *) p);
      __m128i high = _mm_loadu_si128 ((const void *) (p + 16));
      guint controls = sip_mask_control (low) | sip_mask_control (high) << 16;
      guint colons = _mm_movemask_epi8 (_mm_cmpeq_epi8 (low, _mm_set1_epi8 (':')));
      guint len = __builtin_ctz (colons | 1u << 16);

      *control = controls != 0 ? p + __builtin_ctz (controls) : sip_scan_control (p + 32, end);
      if (len < 16)
        {
          *colon = p + len;
          return sip_header_id_lookup_16 (p, len, low);
        }
    }
  else
#endif
    *control = sip_scan_control (p, end);

  /* Where the head ends. */
  if (*control == p)
    return SIP_H_OTHER;

  *colon = memchr (p, ':', MIN (end - p, 32));

  return *colon != NULL ? sip_header_id_lookup (p, *colon - p) : SIP_H_OTHER;
}

/* Where the next line starts that is not a continuation of this one, with what stands on the way; NULL: there is no end. */
static const char *
scan_lines (const char *p,
            const char *end,
            gboolean   *control,
            gboolean   *folded)
{
  for (;;)
    {
      p = find_line_end (p, end, control);
      if (p == NULL)
        return NULL;
      p++;
      if (p == end || !sip_char_is (*p, SIP_CHAR_WSP))
        return p;
      *folded = TRUE;
    }
}

/* @field is complete. */
static inline void
note_field (Parser   *self,
            SipField *field)
{
  guint id = field->id;
  guint64 bit = G_GUINT64_CONSTANT (1) << (id & 63);

  if (G_UNLIKELY (self->ids[id >> 6] & bit))
    {
      sip_field_note_more (field);
      check_once (self, id);
    }
  self->ids[id >> 6] |= bit;
}

/* Fields that are on one line, with one blank or none before their value, and none after it: so are nearly all. Answers where the first
 * line starts that is not of this kind. */
static const char *
parse_plain_fields (Parser     *self,
                    const char *name,
                    const char *head_end)
{
  const char *const text = self->text;
  const gsize max_field = self->limits->max_field;
  SipField *const last = self->last;
  SipField *field = self->field;
  const char *colon, *end, *value;

  for (; field < last; field++)
    {
      SipHeaderId id = scan_line (name, head_end, &colon, &end);
      guint16 line_end;

      if (id == SIP_H_OTHER || head_end - end < 3)
        break;

      /* No control character is in a known name, so the line ends behind the colon. */
      value = colon + 1 + (colon[1] == ' ');
      memcpy (&line_end, end, 2);
      if (line_end != GUINT16_FROM_LE ('\r' | '\n' << 8) || end[2] == ' ' || end[2] == '\t' || (guchar) *value <= ' ' || end[-1] == ' ' ||
          (gsize) (end + 2 - name) > max_field)
        break;

      *field = (SipField){ name - text, colon - name, value - text, end - value, id, 0 };
      note_field (self, field);
      name = end + 2;
    }
  self->field = field;

  return name;
}

/* One header field with its folds. Answers where the next line starts, NULL where its own has no end. */
static const char *
parse_field (Parser     *self,
             const char *name,
             const char *head_end)
{
  const char *name_end = sip_scan_class (name, head_end, SIP_CHAR_TOKEN);
  const char *colon = sip_scan_class (name_end, head_end, SIP_CHAR_WSP);
  gboolean control = FALSE;
  gboolean folded = FALSE;
  const char *next = scan_lines (colon, head_end, &control, &folded);
  SipField *field = self->field;
  SipHeaderId id;
  SipStr value;

  if (next == NULL)
    return NULL;

  if (next - name > self->limits->max_field)
    defect (self, 513, "Header Field Too Large");
  if (name_end == name || *colon != ':')
    {
      defect (self, 400, "Malformed Header Field");
      return next;
    }
  if (field == self->last)
    {
      defect (self, 513, "Too Many Header Fields");
      return next;
    }

  value = sip_str (colon + 1, next - 1 - (colon + 1));
  if (value.len > 0 && value.p[value.len - 1] == '\r')
    value.len--;
  if (control && !controls_are_quoted (value.p, value.p + value.len))
    defect (self, 400, "Control Character in Header Field");
  value = sip_str_trim (value);

  id = sip_header_id_lookup (name, name_end - name);
  folded = folded && memchr (value.p, '\n', value.len) != NULL;
  *field = (SipField){ name - self->text, name_end - name, value.p - self->text, value.len, id, folded ? SIP_FIELD_FOLDED : 0 };
  note_field (self, field);
  self->field++;

  return next;
}

/* Answers where the body starts. */
static const char *
parse_head (Parser *self)
{
  const char *head_end = self->end - self->text > SIP_MAX_HEAD ? self->text + SIP_MAX_HEAD : self->end;
  const char *p = self->p;

  if (p > head_end)
    {
      defect (self, 513, "Head Too Large");
      return p;
    }

  while ((p = parse_plain_fields (self, p, head_end)) < head_end)
    {
      if (*p == '\n')
        return p + 1;
      if (*p == '\r' && head_end - p > 1 && p[1] == '\n')
        return p + 2;
      p = parse_field (self, p, head_end);
      if (p == NULL)
        break;
    }

  if (head_end < self->end)
    defect (self, 513, "Head Too Large");
  else
    defect (self, 400, "Head Without End");

  return head_end;
}

/* RFC 3261 §18.3: what is behind the Content-Length of a datagram is not the message's; a shorter body is an error. Answers the end of
 * the body. */
static const char *
find_body_end (Parser     *self,
               const char *body)
{
  guint64 length;
  gboolean too_large;

  if (self->ids[SIP_H_CONTENT_LENGTH >> 6] & (G_GUINT64_CONSTANT (1) << (SIP_H_CONTENT_LENGTH & 63)))
    {
      const SipField *field = self->fields;

      while (field->id != SIP_H_CONTENT_LENGTH)
        field++;
      if (!sip_str_to_uint (sip_str (self->text + field->value, field->value_len), G_MAXUINT32, &length))
        {
          defect (self, 400, "Malformed Content-Length");
          length = self->end - body;
        }
    }
  else
    length = self->end - body;

  too_large = (guint64) (body - self->text) + length > self->limits->max_message;
  if (too_large)
    defect (self, 513, "Message Too Large");
  if (length > (guint64) (self->end - body))
    defect (self, 400, "Body Shorter Than Content-Length");

  if (too_large)
    return body;

  return body + MIN (length, (guint64) (self->end - body));
}

static SipStr
rebase (const Parser *self,
        const SipMsg *msg,
        SipStr        str)
{
  return str.p != NULL ? sip_str (msg->data + (str.p - self->text), str.len) : str;
}

static SipMsg *
make_msg (Parser     *self,
          const char *body,
          const char *end)
{
  guint n_fields = self->field - self->fields;
  SipMsg *msg = sip_msg_alloc (n_fields, end - self->text);

  memcpy ((SipField *) msg->fields, self->fields, n_fields * sizeof (SipField));
  memcpy ((char *) msg->data, self->text, msg->len);
  msg->head_len = body - self->text;
  msg->body_len = end - body;
  msg->status = self->status;
  msg->defect = self->defect;
  msg->defect_reason = self->defect_reason;
  msg->is_request = self->status == 0;
  msg->ids[0] = self->ids[0];
  msg->ids[1] = self->ids[1];
  msg->reason = rebase (self, msg, self->reason);
  msg->uri = rebase (self, msg, self->uri);
  msg->method_name = rebase (self, msg, self->method);
  if (msg->is_request)
    msg->method = sip_method_id_lookup (msg->method_name.p, msg->method_name.len);

  sip_msg_look (msg, self->limits);

  /* RFC 3261 §8.2.2.1. Nothing is wrong with the text of such a message, so this is the last thing to say against it. */
  if (self->foreign_uri && msg->defect == 0)
    {
      msg->defect = 416;
      msg->defect_reason = "Unsupported URI Scheme";
    }

  return msg;
}

SipMsg *
sip_msg_parse (const char       *data,
               gsize             len,
               const SipLimits  *limits,
               GError          **error)
{
  static const SipLimits default_limits = SIP_LIMITS_DEFAULT;
  const char *end = len > 0 ? data + len : data;
  const char *body;
  Parser parser;
  SipMsg *msg;

  /* The fields are written before they are read. */
  memset (&parser, 0, G_STRUCT_OFFSET (Parser, fields));

  while (data < end && (*data == '\r' || *data == '\n'))
    data++;
  parser.text = data;
  parser.end = end;
  parser.limits = limits != NULL ? limits : &default_limits;
  parser.field = parser.fields;
  parser.last = parser.fields + MIN (parser.limits->max_fields, SIP_MAX_FIELDS);

  if (!parse_start_line (&parser))
    {
      g_set_error_literal (error, SIP_ERROR, SIP_ERROR_PARSE, "The first line is not SIP's");
      return NULL;
    }

  body = parse_head (&parser);
  msg = make_msg (&parser, body, find_body_end (&parser, body));
  if (msg->via.host.p == NULL)
    {
      g_set_error_literal (error, SIP_ERROR, SIP_ERROR_PARSE, "There is no Via that can be read");
      sip_msg_unref (msg);
      return NULL;
    }

  return msg;
}
