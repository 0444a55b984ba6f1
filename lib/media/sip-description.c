/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "media/sip-description.h"

#include <string.h>

/**
 * SipDescription:
 *
 * A description of a session: what is said about the media, and as what it is said.
 *
 * Two sides agree on their media by an offer and an answer to it ([RFC 3264](https://www.rfc-editor.org/rfc/rfc3264)). Each is a body of a
 * SIP message, usually of the type `application/sdp`. A description holds the body as it is on the wire; it is immutable, so it can
 * travel between threads and be kept for as long as one likes.
 *
 * ```c
 * g_autoptr (SipDescription) offer = sip_description_new_from_text (SIP_DESCRIPTION_OFFER, "application/sdp", sdp);
 * ```
 */
struct _SipDescription
{
  SipDescriptionType type;
  char *content_type;
  GBytes *body;
};

/* clang-format off */
G_DEFINE_ENUM_TYPE (SipDescriptionType, sip_description_type,
                    G_DEFINE_ENUM_VALUE (SIP_DESCRIPTION_OFFER, "offer"),
                    G_DEFINE_ENUM_VALUE (SIP_DESCRIPTION_ANSWER, "answer"),
                    G_DEFINE_ENUM_VALUE (SIP_DESCRIPTION_PRANSWER, "pranswer"))

G_DEFINE_BOXED_TYPE (SipDescription, sip_description, sip_description_ref, sip_description_unref)
/* clang-format on */

/**
 * sip_description_new:
 * @type: whether this is an offer or an answer
 * @content_type: the body's media type, for instance `application/sdp`
 * @body: the body, as it is on the wire
 *
 * Makes a description.
 *
 * The body is not looked at: it is for a [iface@SessionDescriptionHandler] to understand it.
 *
 * Returns: (transfer full): a description
 */
SipDescription *
sip_description_new (SipDescriptionType type,
                     const char        *content_type,
                     GBytes            *body)
{
  SipDescription *self;

  g_return_val_if_fail (type >= SIP_DESCRIPTION_OFFER && type <= SIP_DESCRIPTION_PRANSWER, NULL);
  g_return_val_if_fail (content_type != NULL, NULL);
  g_return_val_if_fail (body != NULL, NULL);

  self = g_atomic_rc_box_new0 (SipDescription);
  self->type = type;
  self->content_type = g_strdup (content_type);
  self->body = g_bytes_ref (body);

  return self;
}

/**
 * sip_description_new_from_text:
 * @type: whether this is an offer or an answer
 * @content_type: the body's media type, for instance `application/sdp`
 * @text: the body
 *
 * Makes a description of a text.
 *
 * Returns: (transfer full): a description
 */
SipDescription *
sip_description_new_from_text (SipDescriptionType type,
                               const char        *content_type,
                               const char        *text)
{
  g_autoptr (GBytes) body = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  body = g_bytes_new (text, strlen (text));

  return sip_description_new (type, content_type, body);
}

/**
 * sip_description_ref:
 * @self: a description
 *
 * Takes a reference. This can be done in any thread.
 *
 * Returns: (transfer full): @self
 */
SipDescription *
sip_description_ref (SipDescription *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_atomic_rc_box_acquire (self);
}

static void
description_clear (SipDescription *self)
{
  g_clear_pointer (&self->content_type, g_free);
  g_clear_pointer (&self->body, g_bytes_unref);
}

/**
 * sip_description_unref:
 * @self: (transfer full): a description
 *
 * Drops a reference. This can be done in any thread.
 */
void
sip_description_unref (SipDescription *self)
{
  g_return_if_fail (self != NULL);

  g_atomic_rc_box_release_full (self, (GDestroyNotify) description_clear);
}

/**
 * sip_description_get_description_type:
 * @self: a description
 *
 * Gets whether the description is an offer or an answer.
 *
 * Returns: the type
 */
SipDescriptionType
sip_description_get_description_type (SipDescription *self)
{
  g_return_val_if_fail (self != NULL, SIP_DESCRIPTION_OFFER);

  return self->type;
}

/**
 * sip_description_get_content_type:
 * @self: a description
 *
 * Gets the media type of the body.
 *
 * Returns: (transfer none): the type, for instance `application/sdp`
 */
const char *
sip_description_get_content_type (SipDescription *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->content_type;
}

/**
 * sip_description_get_body:
 * @self: a description
 *
 * Gets the body, as it is on the wire.
 *
 * Returns: (transfer none): the body
 */
GBytes *
sip_description_get_body (SipDescription *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->body;
}

/**
 * sip_description_to_text:
 * @self: a description
 *
 * Gets the body as text.
 *
 * What is not UTF-8 in the body comes out as U+FFFD.
 *
 * Returns: (transfer full): the text
 */
char *
sip_description_to_text (SipDescription *self)
{
  const char *data;
  gsize size;

  g_return_val_if_fail (self != NULL, NULL);

  data = g_bytes_get_data (self->body, &size);

  return g_utf8_make_valid (data != NULL ? data : "", (gssize) size);
}
