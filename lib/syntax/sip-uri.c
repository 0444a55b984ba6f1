/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "syntax/sip-uri-private.h"

#include "syntax/sip-error.h"
#include "syntax/sip-escape-private.h"
#include "syntax/sip-uri-equal-private.h"

/**
 * SipUri:
 *
 * A URI as SIP uses it (RFC 3261 §19.1).
 *
 * A `SipUri` is an immutable value: it is parsed from text with [func@Uri.parse] or put together with [ctor@Uri.new], and a changed
 * one is made with [method@Uri.with_param] and [method@Uri.with_header]. It may be used and unreferenced in any thread.
 *
 * ```c
 * g_autoptr(GError) error = NULL;
 * g_autoptr(SipUri) uri = sip_uri_parse ("sip:alice@example.com:5070;transport=tcp", &error);
 *
 * if (uri == NULL)
 *   g_printerr ("%s\n", error->message);
 * else
 *   g_print ("%s at %s, port %d\n", sip_uri_get_user (uri), sip_uri_get_host (uri), sip_uri_get_port (uri));
 * ```
 *
 * The schemes `sip` and `sips` are taken apart wholly. Of a `tel` URI (RFC 3966) the number is the user, and its parameters are
 * parameters. Of any other scheme there is only what follows the colon, [method@Uri.get_opaque].
 *
 * The accessors give text with its escapes undone; where text goes into a URI it is escaped. Two sorts of escapes stay as they are
 * written: those of control characters (`%00`, `%0D`), so that nothing is cut off or smuggled in, and those that would not be
 * UTF-8.
 */
struct _SipUri
{
  gatomicrefcount ref_count;
  int port;
  SipUriView view; /* slices of @text */
  gboolean is_tel;
  const char *scheme;
  const char *user;
  const char *password;
  const char *host;
  const char *opaque;
  char text[]; /* as it was parsed; the strings above follow it */
};

G_DEFINE_BOXED_TYPE (SipUri, sip_uri, sip_uri_ref, sip_uri_unref)

/* The longest URI that is taken: as long as the longest header field. */
#define MAX_LENGTH 8192

/* Copies the parts that accessors hand out, each with a NUL, behind the text. */
static void
lay_out_parts (SipUri *self)
{
  SipUriView *view = &self->view;
  char *to = self->text + view->whole.len + 1;
  const struct
  {
    SipStr from;
    const char **part;
    gboolean escaped;
  } parts[] = {
    { view->scheme, &self->scheme, FALSE },
    { view->user, &self->user, TRUE },
    { view->password, &self->password, TRUE },
    { view->host, &self->host, FALSE },
    { view->opaque, &self->opaque, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      gsize len = parts[i].from.len;

      if (parts[i].from.p == NULL)
        continue;

      *parts[i].part = to;
      if (parts[i].escaped)
        len = sip_unescape_into (to, parts[i].from);
      else
        memcpy (to, parts[i].from.p, len);
      to[len] = '\0';

      for (gsize k = 0; i == 0 && k < len; k++)
        to[k] = g_ascii_tolower (to[k]);

      to += len + 1;
    }
}

SipUri *
sip_uri_new_from_str (SipStr text)
{
  /* The parts together are no longer than the text (of a tel URI the number is there twice), and five need a NUL. */
  g_autofree SipUri *self = NULL;

  if (text.p == NULL || text.len > MAX_LENGTH)
    return NULL;

  self = g_malloc0 (sizeof (SipUri) + 3 * (gsize) text.len + 8);
  memcpy (self->text, text.p, text.len);

  if (!sip_uri_view_parse (&self->view, sip_str (self->text, text.len)))
    return NULL;

  self->view.whole = sip_str (self->text, text.len);

  if (self->view.is_sip)
    {
      self->view.opaque = (SipStr) SIP_STR_INIT;
    }
  else
    {
      self->is_tel = sip_uri_view_is_tel (&self->view, &self->view.user, &self->view.params);
      if (self->is_tel && self->view.user.len == 0)
        return NULL;
    }

  self->port = self->view.port > 0 ? self->view.port : -1;
  lay_out_parts (self);
  g_atomic_ref_count_init (&self->ref_count);

  return g_steal_pointer (&self);
}

SipStr
sip_uri_get_text (SipUri *self)
{
  return self->view.whole;
}

static SipUri *
new_or_error (SipStr   text,
              GError **error)
{
  SipUri *self = sip_uri_new_from_str (text);

  if (self == NULL)
    {
      g_autofree char *printable = sip_str_printable (text);

      g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_URI, "“%s” is not a valid URI", printable);
    }

  return self;
}

/* What goes into a URI is text: a line break or another control character in it is never meant well. */
static gboolean
check_text (const char  *what,
            const char  *text,
            GError     **error)
{
  for (const char *p = text; p != NULL && *p != '\0'; p++)
    {
      if (g_ascii_iscntrl (*p))
        {
          g_autofree char *printable = sip_str_printable (sip_str_from (text));

          g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_ARGUMENT, "The %s “%s” holds a control character", what, printable);
          return FALSE;
        }
    }

  return TRUE;
}

/**
 * sip_uri_parse:
 * @text: a URI, with nothing around it
 * @error: return location for an error
 *
 * Parses a URI by the grammar of RFC 3261 §25.1.
 *
 * The parser is strict: a blank, a control character, a `%` that starts no escape, or a port outside of 1–65535 is an error.
 *
 * Returns: (transfer full): a new URI, or `NULL` with `SIP_ERROR_INVALID_URI`
 */
SipUri *
sip_uri_parse (const char  *text,
               GError     **error)
{
  gsize len;

  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  len = strlen (text);

  return new_or_error (sip_str (text, MIN (len, MAX_LENGTH + 1)), error);
}

/* The characters of host names and of addresses: anything else would start another part of the URI. */
static gboolean
is_host_text (const char *host)
{
  return *host != '\0' && strspn (host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:[]") == strlen (host);
}

/**
 * sip_uri_new:
 * @scheme: `sip`, `sips` or `tel`
 * @user: (nullable): the user or the number, not escaped
 * @host: (nullable): a host name or an IP address; `NULL` for `tel`
 * @port: the port, or -1 for none
 * @error: return location for an error
 *
 * Puts a URI together.
 *
 * What may not stand in a user as it is gets escaped, so `@user` can be any text; a `%` in it is a percent sign. An IPv6 address may
 * come with or without its brackets.
 *
 * Returns: (transfer full): a new URI, or `NULL` with `SIP_ERROR_INVALID_URI` or `SIP_ERROR_INVALID_ARGUMENT`
 */
SipUri *
sip_uri_new (const char  *scheme,
             const char  *user,
             const char  *host,
             int          port,
             GError     **error)
{
  g_autoptr (GString) text = NULL;
  gboolean is_tel;

  g_return_val_if_fail (scheme != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  is_tel = g_ascii_strcasecmp (scheme, "tel") == 0;

  if (!is_tel && g_ascii_strcasecmp (scheme, "sip") != 0 && g_ascii_strcasecmp (scheme, "sips") != 0)
    {
      g_autofree char *printable = sip_str_printable (sip_str_from (scheme));

      g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_ARGUMENT, "“%s” URIs cannot be put together from parts", printable);
      return NULL;
    }

  if (is_tel ? (host != NULL || user == NULL) : (host == NULL || !is_host_text (host)))
    {
      g_autofree char *printable = sip_str_printable (sip_str_from (host));

      g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_ARGUMENT, "“%s” is no host for a “%s” URI", printable, is_tel ? "tel" : "sip");
      return NULL;
    }

  if (port < -1 || port > G_MAXUINT16 || (is_tel && port > 0))
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_ARGUMENT, "%d is no port", port);
      return NULL;
    }

  if (!check_text ("user", user, error))
    return NULL;

  text = g_string_new (scheme);
  g_string_append_c (text, ':');

  if (user != NULL && is_tel)
    {
      g_string_append (text, user);
    }
  else if (user != NULL && *user != '\0')
    {
      sip_escape_append (text, user, SIP_ESCAPE_USER);
      g_string_append_c (text, '@');
    }

  if (host != NULL)
    {
      gboolean bare_ipv6 = host[0] != '[' && strchr (host, ':') != NULL;

      g_string_append_printf (text, bare_ipv6 ? "[%s]" : "%s", host);
    }

  if (port > 0)
    g_string_append_printf (text, ":%d", port);

  return new_or_error (sip_str (text->str, text->len), error);
}

/**
 * sip_uri_ref:
 * @self: a URI
 *
 * Takes a reference, in any thread.
 *
 * Returns: (transfer full): @self
 */
SipUri *
sip_uri_ref (SipUri *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

/**
 * sip_uri_unref:
 * @self: (transfer full): a URI
 *
 * Gives a reference back, in any thread; the last one frees the value.
 */
void
sip_uri_unref (SipUri *self)
{
  g_return_if_fail (self != NULL);

  if (g_atomic_ref_count_dec (&self->ref_count))
    g_free (self);
}

/**
 * sip_uri_get_scheme:
 * @self: a URI
 *
 * Gets the scheme, in lower case.
 *
 * Returns: (transfer none): the scheme, such as `sip`
 */
const char *
sip_uri_get_scheme (SipUri *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->scheme;
}

/**
 * sip_uri_get_user:
 * @self: a URI
 *
 * Gets the user of a SIP URI, with its escapes undone, or the number of a `tel` URI.
 *
 * Returns: (transfer none) (nullable): the user, or `NULL` if there is none
 */
const char *
sip_uri_get_user (SipUri *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->user;
}

/**
 * sip_uri_get_password:
 * @self: a URI
 *
 * Gets the password of a SIP URI, with its escapes undone.
 *
 * A password in a URI is seen by everybody on the way (RFC 3261 §19.1.1); this library never makes one nor uses it.
 *
 * Returns: (transfer none) (nullable): the password, or `NULL` if there is none
 */
const char *
sip_uri_get_password (SipUri *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->password;
}

/**
 * sip_uri_get_host:
 * @self: a URI
 *
 * Gets the host of a SIP URI, as it is written; an IPv6 address comes without its brackets.
 *
 * Returns: (transfer none) (nullable): the host, or `NULL` for other schemes
 */
const char *
sip_uri_get_host (SipUri *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->host;
}

/**
 * sip_uri_get_port:
 * @self: a URI
 *
 * Gets the port that the URI names.
 *
 * There is no default here: a URI without a port leaves the choice to DNS (RFC 3263 §4).
 *
 * Returns: the port, or -1 if there is none
 */
int
sip_uri_get_port (SipUri *self)
{
  g_return_val_if_fail (self != NULL, -1);

  return self->port;
}

/**
 * sip_uri_get_opaque:
 * @self: a URI
 *
 * Gets what follows the colon of a URI whose scheme is neither `sip` nor `sips`, as it is written.
 *
 * Returns: (transfer none) (nullable): the opaque part, or `NULL` for `sip` and `sips`
 */
const char *
sip_uri_get_opaque (SipUri *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->opaque;
}

static char *
unescape_value (SipStr value)
{
  return value.p != NULL ? sip_unescape (value) : g_strdup ("");
}

/**
 * sip_uri_get_param:
 * @self: a URI
 * @name: the name of a parameter, in any case
 *
 * Gets the value of a URI parameter, with its escapes undone.
 *
 * These are the parameters of the URI itself, such as `transport`; those of a header that holds the URI, such as `tag`, belong to
 * [struct@NameAddr].
 *
 * Returns: (transfer full) (nullable): the value, which is empty where the parameter has none (`;lr`), or `NULL` if there is no such
 *   parameter
 */
char *
sip_uri_get_param (SipUri     *self,
                   const char *name)
{
  SipStr value;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);

  if (!sip_uri_list_find (self->view.params, sip_params_next, sip_str_from (name), &value))
    return NULL;

  return unescape_value (value);
}

/**
 * sip_uri_has_param:
 * @self: a URI
 * @name: the name of a parameter, in any case
 *
 * Tells whether the URI has a parameter, with or without a value.
 *
 * Returns: `TRUE` if it is there
 */
gboolean
sip_uri_has_param (SipUri     *self,
                   const char *name)
{
  SipStr value;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (name != NULL, FALSE);

  return sip_uri_list_find (self->view.params, sip_params_next, sip_str_from (name), &value);
}

/**
 * sip_uri_get_header:
 * @self: a URI
 * @name: the name of a header, in any case
 *
 * Gets the value of a header that the URI carries after its `?` (RFC 3261 §19.1.1), with its escapes undone.
 *
 * Nobody has checked that value: whoever makes a request from such headers must take them for a stranger's words (§19.1.5).
 *
 * Returns: (transfer full) (nullable): the value of the first header of that name, or `NULL` if there is none
 */
char *
sip_uri_get_header (SipUri     *self,
                    const char *name)
{
  SipStr value;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);

  if (!sip_uri_list_find (self->view.headers, sip_uri_headers_next, sip_str_from (name), &value))
    return NULL;

  return unescape_value (value);
}

/* Appends every item of @list but those called @name, each with what separates it. */
static void
append_others (GString        *text,
               SipStr          list,
               SipUriListFunc  next,
               const char     *name,
               char            first,
               char            between)
{
  SipStr item_name, item_value;
  char separator = first;

  while (next (&list, &item_name, &item_value))
    {
      if (name != NULL && sip_escaped_equal (item_name, sip_str_from (name), TRUE))
        continue;

      g_string_append_c (text, separator);
      g_string_append_len (text, item_name.p, item_name.len);
      if (item_value.p != NULL)
        {
          g_string_append_c (text, '=');
          g_string_append_len (text, item_value.p, item_value.len);
        }
      separator = between;
    }
}

/* The text up to the parameters and headers. */
static SipStr
base_of (const SipUri *self)
{
  const char *end = self->view.whole.p + self->view.whole.len;

  if (self->view.params.p != NULL)
    end = self->view.params.p - 1;
  else if (self->view.headers.p != NULL)
    end = self->view.headers.p - 1;

  return sip_str (self->view.whole.p, end - self->view.whole.p);
}

static void
append_item (GString       *text,
             char           separator,
             const char    *name,
             const char    *value,
             SipEscapePart  part)
{
  g_string_append_c (text, separator);
  sip_escape_append (text, name, part);
  if (value != NULL)
    {
      g_string_append_c (text, '=');
      sip_escape_append (text, value, part);
    }
}

/**
 * sip_uri_with_param:
 * @self: a `sip`, `sips` or `tel` URI
 * @name: the name of a parameter
 * @value: (nullable): its value, not escaped, or `NULL` for a parameter without one
 * @error: return location for an error
 *
 * Makes a URI that is like this one but for one parameter, which takes the place of any of the same name.
 *
 * Returns: (transfer full): a new URI, or `NULL` with `SIP_ERROR_INVALID_ARGUMENT` or `SIP_ERROR_INVALID_URI`
 */
SipUri *
sip_uri_with_param (SipUri      *self,
                    const char  *name,
                    const char  *value,
                    GError     **error)
{
  g_autoptr (GString) text = NULL;
  SipStr base;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!check_text ("parameter", name, error) || !check_text ("parameter value", value, error))
    return NULL;

  if (*name == '\0' || (value != NULL && *value == '\0') || !(self->view.is_sip || self->is_tel))
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_ARGUMENT, "A “%s” URI cannot have the parameter “%s=%s”", self->scheme, name,
                   value != NULL ? value : "");
      return NULL;
    }

  base = base_of (self);
  text = g_string_new_len (base.p, base.len);
  append_others (text, self->view.params, sip_params_next, name, ';', ';');
  append_item (text, ';', name, value, SIP_ESCAPE_PARAM);
  append_others (text, self->view.headers, sip_uri_headers_next, NULL, '?', '&');

  return new_or_error (sip_str (text->str, text->len), error);
}

/**
 * sip_uri_with_header:
 * @self: a `sip` or `sips` URI
 * @name: the name of a header
 * @value: its value, not escaped
 * @error: return location for an error
 *
 * Makes a URI that is like this one but for one header after its `?`, which takes the place of any of the same name.
 *
 * Returns: (transfer full): a new URI, or `NULL` with `SIP_ERROR_INVALID_ARGUMENT` or `SIP_ERROR_INVALID_URI`
 */
SipUri *
sip_uri_with_header (SipUri      *self,
                     const char  *name,
                     const char  *value,
                     GError     **error)
{
  g_autoptr (GString) text = NULL;
  SipStr base;
  gsize before;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (value != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!check_text ("header", name, error) || !check_text ("header value", value, error))
    return NULL;

  if (*name == '\0' || !self->view.is_sip)
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_ARGUMENT, "A “%s” URI cannot have the header “%s”", self->scheme, name);
      return NULL;
    }

  base = base_of (self);
  text = g_string_new_len (base.p, base.len);
  append_others (text, self->view.params, sip_params_next, NULL, ';', ';');
  before = text->len;
  append_others (text, self->view.headers, sip_uri_headers_next, name, '?', '&');
  append_item (text, text->len == before ? '?' : '&', name, value, SIP_ESCAPE_HEADER);

  return new_or_error (sip_str (text->str, text->len), error);
}

/**
 * sip_uri_to_address_of_record:
 * @self: a URI
 *
 * Makes the address of record that this URI belongs to: what a registrar keeps bindings under.
 *
 * It is the URI in the canonical form of RFC 3261 §10.3: without parameters, headers and password, with needless escapes undone
 * and the host in lower case. A port stays if there is one, because it is part of the name. URIs of other schemes are returned as
 * they are.
 *
 * Returns: (transfer full): the address of record
 */
SipUri *
sip_uri_to_address_of_record (SipUri *self)
{
  g_autoptr (GString) text = NULL;
  SipUri *address;

  g_return_val_if_fail (self != NULL, NULL);

  if (!self->view.is_sip)
    return sip_uri_ref (self);

  text = g_string_new (self->scheme);
  g_string_append_c (text, ':');
  if (self->view.user.p != NULL)
    {
      sip_escape_append_canonical (text, self->view.user, SIP_ESCAPE_USER);
      g_string_append_c (text, '@');
    }
  if (self->view.is_ipv6)
    g_string_append_c (text, '[');
  for (const char *p = self->host; *p != '\0'; p++)
    g_string_append_c (text, g_ascii_tolower (*p));
  if (self->view.is_ipv6)
    g_string_append_c (text, ']');
  if (self->port > 0)
    g_string_append_printf (text, ":%d", self->port);

  address = sip_uri_new_from_str (sip_str (text->str, text->len));

  return address != NULL ? address : sip_uri_ref (self);
}

/**
 * sip_uri_equal:
 * @self: a URI
 * @other: another one
 *
 * Compares two URIs by the rules of their scheme.
 *
 * For `sip` and `sips` these are RFC 3261 §19.1.4: the user is compared as it is, all else without regard to case; a port or
 * transport that only one of them names makes a difference, even if it is the default; headers must be the same, and so must
 * parameters that both have. A parameter that only one has is ignored, unless it is `user`, `ttl`, `method`, `maddr` or `transport`.
 * So equality is not transitive: both `sip:carol@example.com;security=on` and `sip:carol@example.com;security=off` equal
 * `sip:carol@example.com`, but not each other. Do not use it for the keys of a hash table; [method@Uri.to_address_of_record] makes those.
 *
 * Numbers of `tel` are compared by RFC 3966 §4, without their visual separators. Other schemes are compared as text.
 *
 * Returns: `TRUE` if they are equivalent
 */
gboolean
sip_uri_equal (SipUri *self,
               SipUri *other)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (other != NULL, FALSE);

  return self == other || sip_uri_view_equal (&self->view, &other->view);
}

/**
 * sip_uri_to_string:
 * @self: a URI
 *
 * Writes the URI; one that was parsed is written as it was.
 *
 * Returns: (transfer full): the text
 */
char *
sip_uri_to_string (SipUri *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return sip_str_dup (self->view.whole);
}
