/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "syntax/sip-reason-private.h"

#include "syntax/sip-error.h"
#include "syntax/sip-identity-views-private.h"

/**
 * SipReason:
 *
 * Why something happened, as a Reason header says it (RFC 3326): `SIP;cause=200;text="Call completed elsewhere"` in the CANCEL of a call that somebody else
 * has taken, `Q.850;cause=16` in the BYE of a gateway.
 *
 * [method@Message.get_reasons] has those of a message. It is immutable and may be used and unreferenced in any thread.
 */
struct _SipReason
{
  gatomicrefcount ref_count;
  char *protocol;
  char *text;
  SipStr params; /* a slice of @value */
  guint cause;
  gsize len;
  char value[];
};

G_DEFINE_BOXED_TYPE (SipReason, sip_reason, sip_reason_ref, sip_reason_unref)

SipReason *
sip_reason_new_from_str (SipStr value)
{
  SipReasonView view;
  g_autofree SipReason *self = NULL;

  if (value.p == NULL)
    return NULL;

  value = sip_str_trim (value);
  self = g_malloc0 (sizeof (SipReason) + (gsize) value.len + 1);
  self->len = value.len;
  /* A fold is worth a blank (RFC 3261 §7.3.1). */
  for (gsize i = 0; i < value.len; i++)
    self->value[i] = value.p[i] == '\r' || value.p[i] == '\n' ? ' ' : value.p[i];
  if (!sip_reason_view_parse (&view, sip_str (self->value, self->len)))
    return NULL;

  g_atomic_ref_count_init (&self->ref_count);
  self->protocol = sip_str_dup (view.protocol);
  self->text = sip_text_unquote (view.text);
  self->params = view.params;
  self->cause = view.cause;
  return g_steal_pointer (&self);
}

/**
 * sip_reason_parse: (constructor)
 * @text: one value of a Reason header
 * @error: return location for an error
 *
 * Reads a reason.
 *
 * Returns: (transfer full): the reason, or `NULL` with `SIP_ERROR_PARSE`
 */
SipReason *
sip_reason_parse (const char *text, GError **error)
{
  SipReason *self;

  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  self = sip_reason_new_from_str (sip_str_from (text));
  if (self == NULL)
    {
      g_autofree char *escaped = g_strescape (text, NULL);

      g_set_error (error, SIP_ERROR, SIP_ERROR_PARSE, "“%s” is no reason", escaped);
    }

  return self;
}

/**
 * sip_reason_ref:
 * @self: a reason
 *
 * Takes a reference.
 *
 * Returns: (transfer full): @self
 */
SipReason *
sip_reason_ref (SipReason *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * sip_reason_unref:
 * @self: (transfer full): a reason
 *
 * Drops a reference.
 */
void
sip_reason_unref (SipReason *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_free (self->protocol);
  g_free (self->text);
  g_free (self);
}

/**
 * sip_reason_get_protocol:
 * @self: a reason
 *
 * Gets whose codes the cause is one of: "SIP", "Q.850", "STIR", …
 *
 * Returns: (transfer none): the protocol
 */
const char *
sip_reason_get_protocol (SipReason *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->protocol;
}

/**
 * sip_reason_get_cause:
 * @self: a reason
 *
 * Gets the code.
 *
 * Returns: the code; 0 where none is given
 */
guint
sip_reason_get_cause (SipReason *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->cause;
}

/**
 * sip_reason_get_text:
 * @self: a reason
 *
 * Gets the reason in words.
 *
 * Returns: (transfer none) (nullable): the words; `NULL` where there are none
 */
const char *
sip_reason_get_text (SipReason *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->text;
}

/**
 * sip_reason_get_param:
 * @self: a reason
 * @name: the name of a parameter, in any case
 *
 * Gets another parameter.
 *
 * Returns: (transfer full) (nullable): its value, "" where it has none; `NULL` where it is not there
 */
char *
sip_reason_get_param (SipReason *self, const char *name)
{
  SipStr value;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);

  if (!sip_params_find (self->params, name, &value))
    return NULL;

  return value.p != NULL ? sip_text_unquote (value) : g_strdup ("");
}

/**
 * sip_reason_to_string:
 * @self: a reason
 *
 * Writes the value, as it was.
 *
 * Returns: (transfer full): the text
 */
char *
sip_reason_to_string (SipReason *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_utf8_make_valid (self->value, (gssize) self->len);
}
