/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "syntax/sip-name-addr-private.h"

#include "syntax/sip-error.h"
#include "syntax/sip-escape-private.h"
#include "syntax/sip-identity-views-private.h"

/**
 * SipNameAddr:
 *
 * A party as headers name it: a URI, often with a name to show and with parameters (RFC 3261 §20.10).
 *
 * This is the value of From, To, Contact, Refer-To and others: `"Alice Liddell" <sip:alice@example.com>;tag=1928`. It is immutable
 * and may be used and unreferenced in any thread.
 *
 * Without angle brackets, what follows a semicolon belongs to the header and not to the URI (§20.10), so
 * `sip:alice@example.com;tag=1928` has the parameter `tag` here and a URI without parameters.
 */
struct _SipNameAddr
{
  gatomicrefcount ref_count;
  char *display_name; /* without quotes and escapes */
  SipUri *uri;
  SipStr params; /* a slice of @text */
  gsize len;
  char text[];
};

G_DEFINE_BOXED_TYPE (SipNameAddr, sip_name_addr, sip_name_addr_ref, sip_name_addr_unref)

/* As long as the longest header field. */
#define MAX_LENGTH 8192

SipNameAddr *
sip_name_addr_new_from_str (SipStr text)
{
  SipNameAddrView view;
  g_autofree SipNameAddr *self = NULL;

  if (text.p == NULL || text.len > MAX_LENGTH)
    return NULL;

  text = sip_str_trim (text);
  self = g_malloc0 (sizeof (SipNameAddr) + (gsize) text.len + 1);
  self->len = text.len;

  /* A fold is worth a blank (RFC 3261 §7.3.1): here, so that no line break goes further. */
  for (gsize i = 0; i < text.len; i++)
    self->text[i] = text.p[i] == '\r' || text.p[i] == '\n' ? ' ' : text.p[i];

  if (!sip_name_addr_view_parse (&view, sip_str (self->text, self->len)) || view.is_star)
    return NULL;

  self->uri = sip_uri_new_from_str (view.uri);
  if (self->uri == NULL)
    return NULL;

  self->params = view.params;
  if (view.display.p != NULL)
    self->display_name = sip_text_unquote (view.display);
  if (self->display_name != NULL && *self->display_name == '\0')
    g_clear_pointer (&self->display_name, g_free);

  g_atomic_ref_count_init (&self->ref_count);

  return g_steal_pointer (&self);
}

/**
 * sip_name_addr_parse:
 * @text: the value of a header that names a party
 * @error: return location for an error
 *
 * Parses one value, with or without a display name and angle brackets.
 *
 * Returns: (transfer full): a new value, or `NULL` with `SIP_ERROR_INVALID_HEADER`
 */
SipNameAddr *
sip_name_addr_parse (const char  *text,
                     GError     **error)
{
  SipNameAddr *self = NULL;
  gsize len;

  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  len = strlen (text);
  if (strpbrk (text, "\r\n") == NULL)
    self = sip_name_addr_new_from_str (sip_str (text, MIN (len, MAX_LENGTH + 1)));

  if (self == NULL)
    {
      g_autofree char *printable = sip_str_printable (sip_str (text, MIN (len, MAX_LENGTH)));

      g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_HEADER, "“%s” does not name a party", printable);
    }

  return self;
}

/* A quoted string (RFC 3261 §25.1). A quoted pair cannot hold CR or LF, and no reader wants other controls. */
static void
append_quoted (GString    *string,
               const char *text)
{
  g_string_append_c (string, '"');
  for (; *text != '\0'; text++)
    {
      if (*text == '"' || *text == '\\')
        g_string_append_c (string, '\\');
      g_string_append_c (string, g_ascii_iscntrl (*text) ? ' ' : *text);
    }
  g_string_append_c (string, '"');
}

/**
 * sip_name_addr_new:
 * @display_name: (nullable): the name to show
 * @uri: the party's URI
 *
 * Puts a value without parameters together.
 *
 * The name may be any text; it is quoted as needed. Line breaks and other control characters, which no name on the wire can have,
 * become blanks.
 *
 * Returns: (transfer full): a new value
 */
SipNameAddr *
sip_name_addr_new (const char *display_name,
                   SipUri     *uri)
{
  g_autoptr (GString) text = NULL;
  g_autofree char *valid = NULL;
  SipNameAddr *self;
  SipStr uri_text;

  g_return_val_if_fail (uri != NULL, NULL);

  text = g_string_new (NULL);
  if (display_name != NULL && *display_name != '\0')
    {
      valid = g_utf8_make_valid (display_name, -1);
      append_quoted (text, valid);
      g_string_append_c (text, ' ');
    }

  uri_text = sip_uri_get_text (uri);
  g_string_append_c (text, '<');
  g_string_append_len (text, uri_text.p, uri_text.len);
  g_string_append_c (text, '>');

  self = g_malloc0 (sizeof (SipNameAddr) + text->len + 1);
  g_atomic_ref_count_init (&self->ref_count);
  memcpy (self->text, text->str, text->len);
  self->len = text->len;
  self->uri = sip_uri_ref (uri);
  if (valid != NULL)
    self->display_name = g_strdelimit (g_steal_pointer (&valid), "\001\002\003\004\005\006\007\010\011\012\013\014\015\016\017\020"
                                       "\021\022\023\024\025\026\027\030\031\032\033\034\035\036\037\177", ' ');

  return self;
}

/**
 * sip_name_addr_ref:
 * @self: a party
 *
 * Takes a reference, in any thread.
 *
 * Returns: (transfer full): @self
 */
SipNameAddr *
sip_name_addr_ref (SipNameAddr *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

/**
 * sip_name_addr_unref:
 * @self: (transfer full): a party
 *
 * Gives a reference back, in any thread; the last one frees the value.
 */
void
sip_name_addr_unref (SipNameAddr *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  sip_uri_unref (self->uri);
  g_free (self->display_name);
  g_free (self);
}

/**
 * sip_name_addr_get_display_name:
 * @self: a party
 *
 * Gets the name to show, without the quotes and escapes of the wire.
 *
 * Returns: (transfer none) (nullable): the name, or `NULL` if there is none or it is empty
 */
const char *
sip_name_addr_get_display_name (SipNameAddr *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->display_name;
}

/**
 * sip_name_addr_get_uri:
 * @self: a party
 *
 * Gets the URI.
 *
 * Returns: (transfer none): the URI
 */
SipUri *
sip_name_addr_get_uri (SipNameAddr *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->uri;
}

/**
 * sip_name_addr_get_param:
 * @self: a party
 * @name: the name of a parameter, in any case
 *
 * Gets the value of a parameter of the header, such as `tag` or `expires`; that of a quoted string comes without its quotes.
 *
 * Parameters of the URI are asked for with [method@Uri.get_param].
 *
 * Returns: (transfer full) (nullable): the value, which is empty where the parameter has none, or `NULL` if there is no such parameter
 */
char *
sip_name_addr_get_param (SipNameAddr *self,
                         const char  *name)
{
  SipStr value;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);

  if (!sip_params_find (self->params, name, &value))
    return NULL;

  return value.p != NULL ? sip_text_unquote (value) : g_strdup ("");
}

/**
 * sip_name_addr_has_param:
 * @self: a party
 * @name: the name of a parameter, in any case
 *
 * Tells whether the header has a parameter, with or without a value.
 *
 * Returns: `TRUE` if it is there
 */
gboolean
sip_name_addr_has_param (SipNameAddr *self,
                         const char  *name)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (name != NULL, FALSE);

  return sip_params_find (self->params, name, NULL);
}

/**
 * sip_name_addr_get_friendly_name:
 * @self: a party
 *
 * Gets something to show in any case: the display name or, where there is none, the address of record as text.
 *
 * A display name is chosen by whoever sent it and proves nothing.
 *
 * Returns: (transfer full): the name
 */
char *
sip_name_addr_get_friendly_name (SipNameAddr *self)
{
  g_autoptr (SipUri) address = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  if (self->display_name != NULL)
    return g_strdup (self->display_name);

  address = sip_uri_to_address_of_record (self->uri);

  return sip_uri_to_string (address);
}

/**
 * sip_name_addr_equal:
 * @self: a party
 * @other: another one
 *
 * Compares two parties as RFC 3261 §20.20 compares From headers: the URIs by [method@Uri.equal], and the tags.
 *
 * Display names, angle brackets and other parameters make no difference.
 *
 * Returns: `TRUE` if they are equivalent
 */
gboolean
sip_name_addr_equal (SipNameAddr *self,
                     SipNameAddr *other)
{
  SipStr self_tag = SIP_STR_INIT;
  SipStr other_tag = SIP_STR_INIT;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (other != NULL, FALSE);

  if (self == other)
    return TRUE;

  if (sip_params_find (self->params, "tag", &self_tag) != sip_params_find (other->params, "tag", &other_tag))
    return FALSE;

  /* Byte by byte, as dialogs are told apart. */
  return sip_str_equal (self_tag, other_tag) && sip_uri_equal (self->uri, other->uri);
}

/**
 * sip_name_addr_to_string:
 * @self: a party
 *
 * Writes the value; one that was parsed is written as it was, with its folds, if any, as blanks.
 *
 * Returns: (transfer full): the text
 */
char *
sip_name_addr_to_string (SipNameAddr *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_utf8_make_valid (self->text, self->len);
}
