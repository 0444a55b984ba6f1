/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "syntax/sip-uri-equal-private.h"

#include <arpa/inet.h>

#include "syntax/sip-escape-private.h"

/* Where the quadratic comparison of parameters and headers ends; who sends more gets a comparison of texts. */
#define MAX_COMPARED 64

gboolean
sip_uri_headers_next (SipStr *rest,
                      SipStr *name,
                      SipStr *value)
{
  const char *end, *equals;

  if (rest->p == NULL || rest->len == 0)
    return FALSE;

  end = memchr (rest->p, '&', rest->len);
  *name = sip_str (rest->p, end != NULL ? (gsize) (end - rest->p) : rest->len);
  rest->p += name->len + (end != NULL);
  rest->len -= name->len + (end != NULL);

  equals = memchr (name->p, '=', name->len);
  *value = equals != NULL ? sip_str (equals + 1, name->p + name->len - equals - 1) : (SipStr) SIP_STR_INIT;
  if (equals != NULL)
    name->len = equals - name->p;

  return TRUE;
}

gboolean
sip_uri_list_find (SipStr          list,
                   SipUriListFunc  next,
                   SipStr          wanted,
                   SipStr         *found)
{
  SipStr name, value;

  while (next (&list, &name, &value))
    {
      if (sip_escaped_equal (name, wanted, TRUE))
        {
          *found = value;
          return TRUE;
        }
    }

  return FALSE;
}

static guint
count_list (SipStr         list,
            SipUriListFunc next)
{
  SipStr name, value;
  guint n = 0;

  while (n <= MAX_COMPARED && next (&list, &name, &value))
    n++;

  return n;
}

/* The 128 bits of an IPv6 address, however it is written. */
static gboolean
read_ipv6 (SipStr           host,
           struct in6_addr *address)
{
  char text[INET6_ADDRSTRLEN];

  if (host.len >= sizeof text)
    return FALSE;

  memcpy (text, host.p, host.len);
  text[host.len] = '\0';

  return inet_pton (AF_INET6, text, address) == 1;
}

static gboolean
hosts_equal (const SipUriView *a,
             const SipUriView *b)
{
  struct in6_addr a6, b6;

  /* RFC 5954 §4.2. */
  if (a->is_ipv6 && b->is_ipv6 && read_ipv6 (a->host, &a6) && read_ipv6 (b->host, &b6))
    return memcmp (&a6, &b6, sizeof a6) == 0;

  return sip_str_equal_nocase (a->host, b->host);
}

static gboolean
optional_equal (SipStr   a,
                SipStr   b,
                gboolean nocase)
{
  if (a.p == NULL || b.p == NULL)
    return a.p == b.p;

  return sip_escaped_equal (a, b, nocase);
}

/* Not the parameters that are missed when only one of two URIs has them (§19.1.4; transport by its examples). */
static gboolean
is_light_param (SipStr name)
{
  static const char *const weighty[] = { "user", "ttl", "method", "maddr", "transport" };

  for (gsize i = 0; i < G_N_ELEMENTS (weighty); i++)
    {
      if (sip_escaped_equal (name, sip_str_from (weighty[i]), TRUE))
        return FALSE;
    }

  return TRUE;
}

typedef gboolean (*SameValueFunc) (SipStr name, SipStr a, SipStr b);

/* Whether nothing in @a speaks against @b; the other direction is another call. A parameter may be there once only (RFC 3261 §19.1.1); where it
 * is not, one of its values will do. @alone: whether a parameter that @b lacks is ignored. */
static gboolean
params_match (SipStr        a,
              SipStr        b,
              SameValueFunc same,
              gboolean (*alone) (SipStr name))
{
  SipStr name, value, other_name, other;

  while (sip_params_next (&a, &name, &value))
    {
      SipStr rest = b;
      gboolean found = FALSE;
      gboolean matched = FALSE;

      while (!matched && sip_params_next (&rest, &other_name, &other))
        {
          if (!sip_escaped_equal (name, other_name, TRUE))
            continue;
          found = TRUE;
          matched = same (name, value, other);
        }

      if (found ? !matched : !alone (name))
        return FALSE;
    }

  return TRUE;
}

static gboolean
sip_values_equal (SipStr name,
                  SipStr a,
                  SipStr b)
{
  return optional_equal (a, b, TRUE);
}

/* How often the header is in the list. */
static guint
count_header (SipStr list,
              SipStr name,
              SipStr value)
{
  SipStr other_name, other_value;
  guint n = 0;

  while (sip_uri_headers_next (&list, &other_name, &other_value))
    n += sip_escaped_equal (name, other_name, TRUE) && optional_equal (value, other_value, TRUE);

  return n;
}

/* Headers are never ignored, only their order is. */
static gboolean
headers_equal (SipStr a,
               SipStr b)
{
  SipStr rest = a;
  SipStr name, value;

  if (count_list (a, sip_uri_headers_next) != count_list (b, sip_uri_headers_next))
    return FALSE;

  while (sip_uri_headers_next (&rest, &name, &value))
    {
      if (count_header (a, name, value) != count_header (b, name, value))
        return FALSE;
    }

  return TRUE;
}

static gboolean
sip_uris_equal (const SipUriView *a,
                const SipUriView *b)
{
  if (a->is_sips != b->is_sips || a->port != b->port)
    return FALSE;

  if (!optional_equal (a->user, b->user, FALSE) || !optional_equal (a->password, b->password, FALSE)
      || !hosts_equal (a, b))
    return FALSE;

  if (count_list (a->params, sip_params_next) > MAX_COMPARED || count_list (b->params, sip_params_next) > MAX_COMPARED
      || count_list (a->headers, sip_uri_headers_next) > MAX_COMPARED || count_list (b->headers, sip_uri_headers_next) > MAX_COMPARED)
    return sip_str_equal (a->whole, b->whole);

  return params_match (a->params, b->params, sip_values_equal, is_light_param)
         && params_match (b->params, a->params, sip_values_equal, is_light_param) && headers_equal (a->headers, b->headers);
}

static gboolean
is_visual_separator (char c)
{
  return c == '-' || c == '.' || c == '(' || c == ')';
}

/* RFC 3966 §4: the digits, whatever stands between them for the eye. */
static gboolean
numbers_equal (SipStr a,
               SipStr b)
{
  gsize i = 0, k = 0;

  for (;;)
    {
      while (i < a.len && is_visual_separator (a.p[i]))
        i++;
      while (k < b.len && is_visual_separator (b.p[k]))
        k++;

      if (i == a.len || k == b.len)
        return i == a.len && k == b.len;
      if (g_ascii_tolower (a.p[i++]) != g_ascii_tolower (b.p[k++]))
        return FALSE;
    }
}

static gboolean
tel_values_equal (SipStr name,
                  SipStr a,
                  SipStr b)
{
  gboolean is_number = sip_str_equal_nocase (name, SIP_STR ("ext"))
                       || (sip_str_equal_nocase (name, SIP_STR ("phone-context")) && a.len > 0 && a.p[0] == '+');

  return is_number && b.p != NULL ? numbers_equal (a, b) : optional_equal (a, b, TRUE);
}

/* Unlike those of SIP, a parameter that only one of them has makes two numbers different. */
static gboolean
is_never_light (SipStr name)
{
  return FALSE;
}

gboolean
sip_uri_view_is_tel (const SipUriView *view,
                     SipStr           *number,
                     SipStr           *params)
{
  const char *semicolon;

  if (!sip_str_equal_nocase (view->scheme, SIP_STR ("tel")) || view->opaque.p == NULL)
    return FALSE;

  semicolon = memchr (view->opaque.p, ';', view->opaque.len);
  *number = sip_str (view->opaque.p, semicolon != NULL ? (gsize) (semicolon - view->opaque.p) : view->opaque.len);
  *params = (SipStr) SIP_STR_INIT;
  if (semicolon != NULL)
    *params = sip_str (semicolon + 1, view->opaque.len - number->len - 1);

  return TRUE;
}

gboolean
sip_uri_view_equal (const SipUriView *a,
                    const SipUriView *b)
{
  SipStr a_number, b_number, a_params, b_params;

  if (sip_str_equal (a->whole, b->whole))
    return TRUE;

  if (a->is_sip && b->is_sip)
    return sip_uris_equal (a, b);

  if (sip_uri_view_is_tel (a, &a_number, &a_params) && sip_uri_view_is_tel (b, &b_number, &b_params))
    {
      if (count_list (a_params, sip_params_next) > MAX_COMPARED || count_list (b_params, sip_params_next) > MAX_COMPARED)
        return sip_str_equal (a->opaque, b->opaque);

      return numbers_equal (a_number, b_number) && params_match (a_params, b_params, tel_values_equal, is_never_light)
             && params_match (b_params, a_params, tel_values_equal, is_never_light);
    }

  return sip_str_equal_nocase (a->scheme, b->scheme) && sip_str_equal (a->opaque, b->opaque);
}
