/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "syntax/sip-msg-builder-private.h"

#include "syntax/sip-error.h"
#include "syntax/sip-scan-private.h"

/* The head of a message fits 16-bit offsets. What a builder takes stops before, so that the start line, the Via, the Contact and the
 * Content-Length find their place; a field that goes beyond is left out. Only somebody else's message, copied into a response, comes
 * near. */
#define MAX_TEXT 57344
#define MAX_SEALED (SIP_MAX_HEAD - MAX_TEXT - 128)

/* One line, "Name: value" CRLF, in the text. */
typedef struct
{
  guint16 at;
  guint16 name_len;
  guint16 value_len;
  guint8 id;
} Entry;

/* Most messages fit what comes with the struct, so that a builder is one block of memory. */
struct _SipMsgBuilder
{
  guint8 is_request;
  guint8 method;
  guint16 status;
  guint8 is_mixed;     /* its lines do not stand in the text in the order that they will have in the message */
  guint32 method_len;
  guint32 start_len;   /* of the start line, which is at the start of the text */
  GBytes *body;
  char *text;
  guint32 text_len;
  guint32 text_size;
  Entry *entries;
  guint n_entries;
  guint entries_size;
  Entry first_entries[20];
  char first_text[768];
};

G_STATIC_ASSERT (sizeof (SipMsgBuilder) <= SIP_QUICK_SIZE);

static SipMsgBuilder *
builder_new (void)
{
  SipMsgBuilder *self = g_malloc (sizeof (SipMsgBuilder));

  memset (self, 0, G_STRUCT_OFFSET (SipMsgBuilder, first_entries));
  self->text = self->first_text;
  self->text_size = sizeof self->first_text;
  self->entries = self->first_entries;
  self->entries_size = G_N_ELEMENTS (self->first_entries);

  return self;
}

void
sip_msg_builder_free (SipMsgBuilder *self)
{
  g_clear_pointer (&self->body, g_bytes_unref);
  if (self->text != self->first_text)
    g_free (self->text);
  if (self->entries != self->first_entries)
    g_free (self->entries);
  g_free (self);
}

/* Makes room for @len bytes. The text that had to go is the caller's to free when it has copied: a value may be a slice of it. */
static char *
reserve (SipMsgBuilder *self,
         gsize          len)
{
  char *before = self->text;

  if (len <= self->text_size - self->text_len)
    return NULL;

  self->text_size = self->text_size * 2 + len;
  self->text = g_malloc (self->text_size);
  memcpy (self->text, before, self->text_len);

  return before != self->first_text ? before : NULL;
}

static inline void
put (SipMsgBuilder *self,
     SipStr         str)
{
  if (str.len > 0)
    memcpy (self->text + self->text_len, str.p, str.len);
  self->text_len += str.len;
}

/* A value, without blanks around it, keeps to its line whatever it holds: a fold becomes one blank, and so would any other CR or LF. */
static void
put_value (SipMsgBuilder *self,
           SipStr         value)
{
  const char *p = value.p;
  const char *end = value.len > 0 ? p + value.len : p;

  while (p < end)
    {
      const char *stop = p;

      while ((stop = sip_scan_control (stop, end)) < end && *stop != '\r' && *stop != '\n')
        stop++;
      put (self, sip_str (p, stop - p));
      if (stop == end)
        break;

      while (sip_char_is (self->text[self->text_len - 1], SIP_CHAR_WSP))
        self->text_len--;
      self->text[self->text_len++] = ' ';
      p = stop;
      while (sip_char_is (*p, SIP_CHAR_WSP) || *p == '\r' || *p == '\n')
        p++;
    }
}

/* Writes a line whose value is these pieces, of which only a single one can have blanks around it; those that are @clean have neither that
 * nor a CR or LF. Answers FALSE when there is no room for it in any message. */
static gboolean
put_line (SipMsgBuilder *self,
          SipHeaderId    id,
          SipStr         name,
          const SipStr  *pieces,
          guint          n_pieces,
          gboolean       clean,
          Entry         *entry)
{
  gsize len = name.len + 4;
  g_autofree char *before = NULL;
  guint32 value_at;

  for (guint i = 0; i < n_pieces; i++)
    len += pieces[i].len;
  if (self->text_len + len > MAX_TEXT)
    {
      g_debug ("A message has no room for its " SIP_STR_FORMAT, SIP_STR_ARGS (name));
      return FALSE;
    }

  before = reserve (self, len);
  entry->id = id;
  entry->at = self->text_len;
  entry->name_len = name.len;
  put (self, name);
  put (self, SIP_STR (": "));
  value_at = self->text_len;
  for (guint i = 0; i < n_pieces; i++)
    {
      if (clean)
        put (self, pieces[i]);
      else
        put_value (self, n_pieces == 1 ? sip_str_trim (pieces[i]) : pieces[i]);
    }
  entry->value_len = self->text_len - value_at;
  put (self, SIP_STR ("\r\n"));

  return TRUE;
}

static void
append (SipMsgBuilder *self,
        SipHeaderId    id,
        SipStr         name,
        const SipStr  *pieces,
        guint          n_pieces,
        gboolean       clean)
{
  if (self->n_entries == self->entries_size)
    {
      Entry *entries = g_new (Entry, self->entries_size * 2);

      memcpy (entries, self->entries, self->n_entries * sizeof (Entry));
      if (self->entries != self->first_entries)
        g_free (self->entries);
      self->entries = entries;
      self->entries_size *= 2;
    }

  if (put_line (self, id, name, pieces, n_pieces, clean, &self->entries[self->n_entries]))
    {
      /* Vias come first in a message. */
      if (id == SIP_H_VIA && self->n_entries > 0 && self->entries[self->n_entries - 1].id != SIP_H_VIA)
        self->is_mixed = TRUE;
      self->n_entries++;
    }
}

/* Whether the value is on one line: in a message with nothing wrong all are that have no fold. */
static inline gboolean
is_clean (const SipMsg   *msg,
          const SipField *field)
{
  return msg->defect == 0 && (field->flags & SIP_FIELD_FOLDED) == 0;
}

static void
copy_field (SipMsgBuilder  *self,
            const SipMsg   *msg,
            const SipField *field)
{
  const SipStr value = sip_msg_field_value (msg, field);

  append (self, field->id, sip_header_id_name (field->id), &value, 1, is_clean (msg, field));
}

SipMsgBuilder *
sip_msg_builder_new_request (SipStr method,
                             SipStr uri)
{
  SipMsgBuilder *self = builder_new ();

  g_assert (method.len > 0 && uri.len > 0 && method.len + uri.len < MAX_TEXT);

  self->is_request = TRUE;
  self->method = sip_method_id_lookup (method.p, method.len);
  g_free (reserve (self, method.len + uri.len + 11));
  put (self, method);
  put (self, SIP_STR (" "));
  put_value (self, sip_str_trim (uri));
  put (self, SIP_STR (" SIP/2.0\r\n"));
  self->method_len = method.len;
  self->start_len = self->text_len;

  return self;
}

static guint
put_number (char    *end,
            guint32  number)
{
  char *p = end;

  do
    *--p = '0' + number % 10;
  while ((number /= 10) != 0);

  return end - p;
}

/* The topmost Via takes the answer back to where the request came from: the rport that was asked for gets its value, and received, of
 * which there is one, ours, stands at the end (RFC 3261 §18.2.1, RFC 3581 §4). All else stays as it is, well-formed or not. */
static void
add_via_of_source (SipMsgBuilder  *self,
                   const SipMsg   *request,
                   const SipField *field,
                   SipStr          first,
                   SipStr          rest)
{
  SipStr params = request->via.params;
  SipStr pieces[10];
  guint n = 0;
  char port[5];
  guint port_len = put_number (port + sizeof port, request->received_port);
  const char *from = first.p;
  SipStr name, value;

  while (sip_params_next (&params, &name, &value))
    {
      const char *param_end = value.p != NULL ? value.p + value.len : name.p + name.len;

      if (SIP_STR_IS_WORD (name, "rport") && request->received_port != 0)
        {
          pieces[n++] = sip_str (from, name.p + name.len - from);
          pieces[n++] = SIP_STR ("=");
          pieces[n++] = sip_str (port + sizeof port - port_len, port_len);
          from = param_end;
        }
      else if (SIP_STR_IS_WORD (name, "received"))
        {
          /* The ';' goes with it, wherever it is among the blanks. */
          const char *semicolon = name.p;

          while (*semicolon != ';')
            semicolon--;
          pieces[n++] = sip_str (from, semicolon - from);
          from = param_end;
        }
    }
  pieces[n++] = sip_str (from, first.p + first.len - from);
  pieces[n++] = SIP_STR (";received=");
  pieces[n++] = sip_str_from (request->received);
  if (rest.len > 0)
    {
      pieces[n++] = SIP_STR (", ");
      pieces[n++] = sip_str_trim (rest);
    }

  append (self, SIP_H_VIA, sip_header_id_name (SIP_H_VIA), pieces, n, is_clean (request, field));
}

static void
add_vias (SipMsgBuilder *self,
          const SipMsg  *request)
{
  const SipField *field = sip_msg_field (request, SIP_H_VIA);
  SipStr rest = sip_msg_value (request, SIP_H_VIA);
  SipStr first;
  SipViaView view;

  /* One that breaks the grammar goes back as it came. */
  if (request->received != NULL && field != NULL && sip_values_next (&rest, &first) &&
      (request->defect == 0 || sip_via_view_parse (&view, first)))
    {
      add_via_of_source (self, request, field, first, rest);
      field = sip_msg_field_after (request, field);
    }
  for (; field != NULL; field = sip_msg_field_after (request, field))
    copy_field (self, request, field);
}

SipMsgBuilder *
sip_msg_builder_new_response (const SipMsg *request,
                              guint         status,
                              const char   *reason,
                              const char   *to_tag)
{
  SipMsgBuilder *self = builder_new ();
  SipStr phrase = sip_str_from (reason != NULL ? reason : sip_status_reason (status));
  const SipField *field;

  g_assert (status >= 100 && status <= 699);

  phrase.len = MIN (phrase.len, 1024);
  self->status = status;
  self->method = request->method;
  put (self, SIP_STR ("SIP/2.0 "));
  self->text[self->text_len++] = '0' + status / 100;
  self->text[self->text_len++] = '0' + status / 10 % 10;
  self->text[self->text_len++] = '0' + status % 10;
  put (self, SIP_STR (" "));
  put_value (self, sip_str_trim (phrase));
  put (self, SIP_STR ("\r\n"));
  self->start_len = self->text_len;

  add_vias (self, request);
  sip_msg_builder_copy (self, SIP_H_FROM, request);

  field = sip_msg_field (request, SIP_H_TO);
  if (field != NULL)
    {
      gboolean add_tag = to_tag != NULL && request->to.tag.p == NULL;
      const SipStr pieces[] = { sip_msg_field_value (request, field), SIP_STR (";tag="), sip_str_from (to_tag) };

      append (self, SIP_H_TO, sip_header_id_name (SIP_H_TO), pieces, add_tag ? 3 : 1, is_clean (request, field));
    }

  sip_msg_builder_copy (self, SIP_H_CALL_ID, request);
  sip_msg_builder_copy (self, SIP_H_CSEQ, request);
  if (status == 100)
    sip_msg_builder_copy (self, SIP_H_TIMESTAMP, request);

  return self;
}

/* What a CANCEL and an ACK for a non-2xx have of their INVITE: the same branch, so that they find its transaction. */
static SipMsgBuilder *
new_for_invite (const SipMsg *invite,
                SipMethod     method,
                const SipMsg *whose_to)
{
  SipMsgBuilder *self = sip_msg_builder_new_request (sip_method_id_name (method), invite->uri);
  SipStr rest = sip_msg_value (invite, SIP_H_VIA);
  SipStr via;

  if (sip_values_next (&rest, &via))
    sip_msg_builder_add (self, SIP_H_VIA, via);
  sip_msg_builder_copy (self, SIP_H_ROUTE, invite);
  sip_msg_builder_add (self, SIP_H_MAX_FORWARDS, SIP_STR ("70"));
  sip_msg_builder_copy (self, SIP_H_FROM, invite);
  sip_msg_builder_copy (self, SIP_H_TO, whose_to);
  sip_msg_builder_copy (self, SIP_H_CALL_ID, invite);
  sip_msg_builder_add_printf (self, SIP_H_CSEQ, "%u %s", invite->cseq.number, sip_method_id_name (method).p);

  return self;
}

SipMsgBuilder *
sip_msg_builder_new_cancel (const SipMsg *invite)
{
  return new_for_invite (invite, SIP_METHOD_CANCEL, invite);
}

SipMsgBuilder *
sip_msg_builder_new_ack (const SipMsg *invite,
                         const SipMsg *response)
{
  SipMsgBuilder *self = new_for_invite (invite, SIP_METHOD_ACK, response);

  /* RFC 3261 §22.1 */
  sip_msg_builder_copy (self, SIP_H_AUTHORIZATION, invite);
  sip_msg_builder_copy (self, SIP_H_PROXY_AUTHORIZATION, invite);
  return self;
}

SipMethod
sip_msg_builder_get_method (SipMsgBuilder *self)
{
  return self->method;
}

SipStr
sip_msg_builder_get_uri (SipMsgBuilder *self)
{
  guint before = self->method_len + 1;
  guint after = strlen (" SIP/2.0\r\n");

  return self->is_request ? sip_str (self->text + before, self->start_len - before - after) : (SipStr) SIP_STR_INIT;
}

void
sip_msg_builder_add (SipMsgBuilder *self,
                     SipHeaderId    id,
                     SipStr         value)
{
  g_assert (id != SIP_H_OTHER);

  append (self, id, sip_header_id_name (id), &value, 1, FALSE);
}

void
sip_msg_builder_add_printf (SipMsgBuilder *self,
                            SipHeaderId    id,
                            const char    *format,
                            ...)
{
  char value[512];
  g_autofree char *longer = NULL;
  va_list args;
  int len;

  va_start (args, format);
  len = g_vsnprintf (value, sizeof value, format, args);
  va_end (args);

  if (len >= (int) sizeof value)
    {
      va_start (args, format);
      longer = g_strdup_vprintf (format, args);
      va_end (args);
    }

  sip_msg_builder_add (self, id, sip_str_from (longer != NULL ? longer : value));
}

void
sip_msg_builder_copy (SipMsgBuilder *self,
                      SipHeaderId    id,
                      const SipMsg  *msg)
{
  for (const SipField *field = sip_msg_field (msg, id); field != NULL; field = sip_msg_field_after (msg, field))
    copy_field (self, msg, field);
}

static Entry *
find_entry (SipMsgBuilder *self,
            SipHeaderId    id)
{
  for (guint i = 0; i < self->n_entries; i++)
    {
      if (self->entries[i].id == id)
        return &self->entries[i];
    }

  return NULL;
}

/* The new field takes the place of the first one that goes. */
static void
replace (SipMsgBuilder *self,
         SipHeaderId    id,
         SipStr         name,
         SipStr         value)
{
  Entry *place = find_entry (self, id);
  Entry *to;

  if (place == NULL)
    {
      if (value.p != NULL)
        append (self, id, name, &value, 1, FALSE);
      return;
    }

  to = place;
  self->is_mixed = TRUE;
  if (value.p != NULL && put_line (self, id, name, &value, 1, FALSE, place))
    to++;
  for (Entry *from = place + 1; from < self->entries + self->n_entries; from++)
    {
      if (from->id != id)
        *to++ = *from;
    }
  self->n_entries = to - self->entries;
}

void
sip_msg_builder_replace (SipMsgBuilder *self,
                         SipHeaderId    id,
                         SipStr         value)
{
  g_assert (id != SIP_H_OTHER);

  replace (self, id, sip_header_id_name (id), value);
}

static inline SipStr
entry_value (SipMsgBuilder *self,
             const Entry   *entry)
{
  return sip_str (self->text + entry->at + entry->name_len + 2, entry->value_len);
}

SipStr
sip_msg_builder_value (SipMsgBuilder *self,
                       SipHeaderId    id)
{
  const Entry *entry = find_entry (self, id);

  return entry != NULL ? entry_value (self, entry) : (SipStr) SIP_STR_INIT;
}

static gboolean
belongs_to_machine (SipHeaderId id,
                    gboolean    allow_routing)
{
  switch (id)
    {
    case SIP_H_VIA:
    case SIP_H_FROM:
    case SIP_H_TO:
    case SIP_H_CALL_ID:
    case SIP_H_CSEQ:
    case SIP_H_CONTENT_LENGTH:
    case SIP_H_MAX_FORWARDS:
      return TRUE;

    case SIP_H_CONTACT:
    case SIP_H_ROUTE:
      return !allow_routing;

    default:
      return FALSE;
    }
}

/* Takes a line apart; FALSE with @error where it is none, or not one for an application to say. */
static gboolean
split_line (const char  *line,
            gboolean     allow_routing,
            SipStr      *name,
            SipStr      *value,
            GError     **error)
{
  const char *end = line + strlen (line);
  const char *name_end = sip_scan_class (line, end, SIP_CHAR_TOKEN);
  const char *colon = sip_scan_class (name_end, end, SIP_CHAR_WSP);
  const char *control = line;
  const char *problem = NULL;

  while ((control = sip_scan_control (control, end)) < end && *control == '\t')
    control++;

  *name = sip_str (line, name_end - line);
  if (control < end)
    problem = "holds a control character";
  else if (name_end == line || colon == end || *colon != ':')
    problem = "is not “Name: value”";
  else if (end - line > MAX_TEXT / 2)
    problem = "is too long";
  else if (belongs_to_machine (sip_header_id_lookup (line, name->len), allow_routing))
    problem = "is not for an application to set";

  if (problem != NULL)
    {
      g_autofree char *start = g_strndup (line, 80);
      g_autofree char *quoted = g_strescape (start, NULL);

      g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_HEADER, "The header “%s” %s", quoted, problem);
      return FALSE;
    }

  *value = sip_str_trim (sip_str (colon + 1, end - colon - 1));

  return TRUE;
}

gboolean
sip_msg_builder_add_lines (SipMsgBuilder      *self,
                           const char *const  *lines,
                           gboolean            allow_routing,
                           GError            **error)
{
  gsize len = self->text_len;
  SipStr name, value;

  for (guint i = 0; lines != NULL && lines[i] != NULL; i++)
    {
      if (!split_line (lines[i], allow_routing, &name, &value, error))
        return FALSE;
      len += (gsize) name.len + value.len + 4;
      if (len > MAX_TEXT)
        {
          g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_HEADER, "There is no room for the header “" SIP_STR_FORMAT "”",
                       SIP_STR_ARGS (name));
          return FALSE;
        }
    }

  for (guint i = 0; lines != NULL && lines[i] != NULL; i++)
    {
      SipHeaderId id;

      split_line (lines[i], allow_routing, &name, &value, NULL);
      id = sip_header_id_lookup (name.p, name.len);
      if (id != SIP_H_OTHER && sip_header_id_rule (id) == SIP_HEADER_RULE_ONE)
        replace (self, id, name, value);
      else
        append (self, id, name, &value, 1, FALSE);
    }

  return TRUE;
}

void
sip_msg_builder_set_body (SipMsgBuilder *self,
                          const char    *content_type,
                          GBytes        *body)
{
  g_clear_pointer (&self->body, g_bytes_unref);
  if (body != NULL)
    self->body = g_bytes_ref (body);
  sip_msg_builder_replace (self, SIP_H_CONTENT_TYPE, sip_str_from (content_type));
}

SipStr
sip_msg_builder_get_body (SipMsgBuilder *self)
{
  gsize len = 0;
  const char *body = self->body != NULL ? g_bytes_get_data (self->body, &len) : NULL;

  return sip_str (body, len);
}

/* Where a message is written: the text and the index side by side. */
typedef struct
{
  SipMsg *msg;
  char *p;
  SipField *field;
} Writer;

/* A line stands at @to->p. */
static inline void
note_field (Writer     *to,
            SipHeaderId id,
            guint       name_len,
            guint       value_len)
{
  guint at = to->p - to->msg->data;
  guint64 bit = G_GUINT64_CONSTANT (1) << (id & 63);

  *to->field = (SipField){ at, name_len, at + name_len + 2, value_len, id, 0 };
  if ((to->msg->ids[id >> 6] & bit) != 0)
    sip_field_note_more (to->field);
  to->msg->ids[id >> 6] |= bit;
  to->field++;
  to->p += name_len + value_len + 4;
}

/* Via and Contact are made for one flow. They too keep to their line whatever they hold. */
static void
write_value (Writer     *to,
             SipHeaderId id,
             SipStr      value)
{
  SipStr name = sip_header_id_name (id);
  char *line = to->p;
  char *at = line + name.len + 2;
  char *end = at + value.len;

  memcpy (line, name.p, name.len);
  memcpy (line + name.len, ": ", 2);
  memcpy (at, value.p, value.len);
  memcpy (end, "\r\n", 2);
  for (char *p = at; (p = (char *) sip_scan_control (p, end)) < end; p++)
    {
      if (*p == '\r' || *p == '\n')
        *p = ' ';
    }
  note_field (to, id, name.len, value.len);
}

static void
write_entries (SipMsgBuilder *self,
               Writer        *to,
               gboolean       vias)
{
  for (guint i = 0; i < self->n_entries; i++)
    {
      const Entry *entry = &self->entries[i];

      if ((entry->id == SIP_H_VIA) == vias)
        {
          memcpy (to->p, self->text + entry->at, entry->name_len + entry->value_len + 4);
          note_field (to, entry->id, entry->name_len, entry->value_len);
        }
    }
}

/* They are all of the text behind the start line. */
static void
write_entries_at_once (SipMsgBuilder *self,
                       Writer        *to)
{
  memcpy (to->p, self->text + self->start_len, self->text_len - self->start_len);
  for (guint i = 0; i < self->n_entries; i++)
    note_field (to, self->entries[i].id, self->entries[i].name_len, self->entries[i].value_len);
}

/* What the start line says. */
static void
set_start (SipMsgBuilder *self,
           SipMsg        *msg)
{
  msg->status = self->status;
  msg->is_request = self->is_request;
  msg->method = self->method;
  if (self->is_request)
    {
      msg->method_name = sip_str (msg->data, self->method_len);
      msg->uri = sip_msg_builder_get_uri (self);
      msg->uri.p = msg->data + self->method_len + 1;
    }
  else
    msg->reason = sip_str_trim (sip_str (msg->data + 12, self->start_len - 14));
}

static SipMsg *
seal (SipMsgBuilder *self,
      SipStr         via,
      SipStr         contact)
{
  char length[10];
  gsize body_len = 0;
  const char *body = self->body != NULL ? g_bytes_get_data (self->body, &body_len) : NULL;
  guint length_len = put_number (length + sizeof length, body_len);
  gsize head_len = self->start_len + strlen ("Content-Length: ") + length_len + 4;
  guint n_fields = self->n_entries + 1;
  Writer to;
  SipMsg *msg;

  via = sip_str_trim (via);
  contact = sip_str_trim (contact);
  if (via.len > MAX_SEALED / 2)
    via = (SipStr) SIP_STR_INIT;
  if (contact.len > MAX_SEALED / 2)
    contact = (SipStr) SIP_STR_INIT;

  for (guint i = 0; i < self->n_entries; i++)
    head_len += self->entries[i].name_len + self->entries[i].value_len + 4;
  if (via.p != NULL)
    {
      head_len += strlen ("Via: ") + via.len + 2;
      n_fields++;
    }
  if (contact.p != NULL)
    {
      head_len += strlen ("Contact: ") + contact.len + 2;
      n_fields++;
    }

  msg = sip_msg_alloc (n_fields, head_len + body_len);
  msg->head_len = head_len;
  msg->body_len = body_len;
  to = (Writer){ msg, (char *) msg->data, (SipField *) msg->fields };

  memcpy (to.p, self->text, self->start_len);
  to.p += self->start_len;
  if (via.p != NULL)
    write_value (&to, SIP_H_VIA, via);
  if (self->is_mixed)
    {
      write_entries (self, &to, TRUE);
      write_entries (self, &to, FALSE);
    }
  else
    write_entries_at_once (self, &to);
  if (contact.p != NULL)
    write_value (&to, SIP_H_CONTACT, contact);
  write_value (&to, SIP_H_CONTENT_LENGTH, sip_str (length + sizeof length - length_len, length_len));
  memcpy (to.p, "\r\n", 2);
  if (body_len > 0)
    memcpy (to.p + 2, body, body_len);
  g_assert (to.p + 2 == msg->data + head_len);

  set_start (self, msg);

  return msg;
}

SipMsg *
sip_msg_builder_seal (SipMsgBuilder *self,
                      SipStr         via,
                      SipStr         contact)
{
  SipMsg *msg = seal (self, via, contact);

  sip_msg_look (msg, &SIP_LIMITS_DEFAULT);

  return msg;
}

SipMsg *
sip_msg_builder_seal_response (SipMsgBuilder *self,
                               const SipMsg  *request,
                               SipStr         contact)
{
  SipMsg *msg = seal (self, (SipStr) SIP_STR_INIT, contact);

  sip_msg_look_like (msg, request, &SIP_LIMITS_DEFAULT);

  return msg;
}
