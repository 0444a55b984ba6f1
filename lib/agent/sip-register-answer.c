/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/sip-register-answer-private.h"

#include "syntax/sip-uri-equal-private.h"

/* How sure it is that a contact of the answer is the one that we registered. The URI is what RFC 3261 §10.2.4 compares; a registrar with outbound goes by
   instance and flow (RFC 5626 §6), a proxy between may have rewritten the URI, and then the user is all that is left. */
enum
{
  SAME_USER = 1,
  SAME_INSTANCE = 2,
  SAME_FLOW = 4,
  SAME_URI = 8,
};

static gboolean
has_same_param (SipStr ours, SipStr theirs, const char *name)
{
  SipStr a = SIP_STR_INIT, b = SIP_STR_INIT;

  return sip_params_find (ours, name, &a) && sip_params_find (theirs, name, &b) && a.len > 0 && sip_str_equal_nocase (a, b);
}

static guint
compare (const SipNameAddrView *ours, const SipNameAddrView *theirs)
{
  SipUriView a, b;
  guint likeness = 0;

  if (!sip_uri_view_parse (&a, ours->uri) || !sip_uri_view_parse (&b, theirs->uri))
    return 0;
  if (sip_uri_view_equal (&a, &b))
    likeness |= SAME_URI;
  if (a.user.p != NULL && sip_str_equal (a.user, b.user))
    likeness |= SAME_USER;
  if (has_same_param (ours->params, theirs->params, "+sip.instance"))
    {
      likeness |= SAME_INSTANCE;
      if (has_same_param (ours->params, theirs->params, "reg-id"))
        likeness |= SAME_FLOW;
    }
  return likeness;
}

/* Our contact in the answer; FALSE where it is not there. The one that is the only one is ours, whatever a proxy made of it. */
static gboolean
find_ours (const SipMsg *response, const SipNameAddrView *ours, SipNameAddrView *found)
{
  SipValueIter iter = { 0 };
  SipStr value;
  guint best = 0, n = 0;

  while (sip_msg_next_value (response, SIP_H_CONTACT, &iter, &value))
    {
      SipNameAddrView theirs;
      guint likeness;

      if (!sip_name_addr_view_parse (&theirs, value) || theirs.is_star)
        continue;
      likeness = compare (ours, &theirs);
      if (n++ > 0 && likeness <= best)
        continue;
      best = likeness;
      *found = theirs;
    }
  return n == 1 || best > 0;
}

/* A quoted string with a SIP URI in it that is a GRUU (RFC 5627 §3.1). */
static char *
read_gruu (SipStr params, const char *name)
{
  SipStr value = SIP_STR_INIT;
  SipUriView uri;

  if (!sip_params_find (params, name, &value) || value.len < 2 || value.p[0] != '"' || value.p[value.len - 1] != '"')
    return NULL;
  value = sip_str (value.p + 1, value.len - 2);
  if (!sip_uri_view_parse (&uri, value) || !uri.is_sip || !sip_params_find (uri.params, "gr", NULL))
    return NULL;
  return sip_str_dup (value);
}

static void
add_text (GPtrArray *texts, SipStr value)
{
  g_ptr_array_add (texts, sip_msg_unfold (value));
}

static char **
end_texts (GPtrArray *texts)
{
  g_ptr_array_add (texts, NULL);
  return (char **) g_ptr_array_free (texts, FALSE);
}

/* RFC 3608 §5. What is no loose route to a SIP URI cannot be followed, and then none of it is. */
static char **
read_service_route (const SipMsg *response)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  SipValueIter iter = { 0 };
  SipStr value;

  while (sip_msg_next_value (response, SIP_H_SERVICE_ROUTE, &iter, &value))
    {
      SipNameAddrView route;
      SipUriView uri;

      if (texts->len == SIP_SERVICE_ROUTE_MAX || !sip_name_addr_view_parse (&route, value) || !sip_uri_view_parse (&uri, route.uri) ||
          !uri.is_sip || !sip_params_find (uri.params, "lr", NULL))
        {
          g_debug ("A Service-Route is left out: " SIP_STR_FORMAT, SIP_STR_ARGS (value));
          return NULL;
        }
      add_text (texts, value);
    }
  return texts->len > 0 ? end_texts (g_steal_pointer (&texts)) : NULL;
}

static char **
read_contacts (const SipMsg *response)
{
  GPtrArray *texts = g_ptr_array_new ();
  SipValueIter iter = { 0 };
  SipStr value;

  while (sip_msg_next_value (response, SIP_H_CONTACT, &iter, &value))
    add_text (texts, value);
  return end_texts (texts);
}

void
sip_register_answer_read (SipRegisterAnswer *self, const SipMsg *response, const SipMsg *request, guint32 asked)
{
  SipNameAddrView ours, found;
  SipStr text = SIP_STR_INIT;
  guint64 seconds;

  *self = (SipRegisterAnswer){ 0 };
  self->expires = asked;
  if (sip_msg_uint (response, SIP_H_EXPIRES, G_MAXUINT32, &seconds))
    self->expires = (guint32) seconds;
  if (sip_msg_uint (response, SIP_H_FLOW_TIMER, G_MAXUINT32, &seconds))
    self->flow_timer = (guint32) seconds;
  self->is_outbound = sip_msg_has_token (response, SIP_H_REQUIRE, "outbound");
  self->service_route = read_service_route (response);
  self->contacts = read_contacts (response);

  self->is_listed = sip_msg_contact (request, &ours) && !ours.is_star && find_ours (response, &ours, &found);
  if (!self->is_listed)
    return;
  if (sip_params_find (found.params, "expires", &text) && sip_str_to_uint (text, G_MAXUINT32, &seconds))
    self->expires = (guint32) seconds;
  self->public_gruu = read_gruu (found.params, "pub-gruu");
  self->temporary_gruu = read_gruu (found.params, "temp-gruu");
}

void
sip_register_answer_clear (SipRegisterAnswer *self)
{
  g_clear_pointer (&self->public_gruu, g_free);
  g_clear_pointer (&self->temporary_gruu, g_free);
  g_clear_pointer (&self->service_route, g_strfreev);
  g_clear_pointer (&self->contacts, g_strfreev);
}

guint32
sip_register_answer_get_retry_after (const SipMsg *response)
{
  guint64 seconds = 0;

  return sip_msg_uint (response, SIP_H_RETRY_AFTER, G_MAXUINT32, &seconds) ? (guint32) seconds : 0;
}
