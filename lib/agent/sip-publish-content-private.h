/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "agent/sip-request-options.h"

G_BEGIN_DECLS

/* What a publication says: its event, its body, and what an application adds. */
typedef struct
{
  char *event;
  GBytes *body; /* nullable */
  char *type;
  char **lines; /* nullable */
} SipPublishContent;

void sip_publish_content_init (SipPublishContent *self, const char *event);
void sip_publish_content_init_copy (SipPublishContent *self, const SipPublishContent *other);
void sip_publish_content_clear (SipPublishContent *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SipPublishContent, sip_publish_content_clear)

/* @body NULL: the options' body. A content type stays until there is another; the first is that of the event package. */
void sip_publish_content_take (SipPublishContent *self, const char *body, SipRequestOptions *options);
/* FALSE with an error: an event that is none, no body, a header field that the publication writes itself. */
gboolean sip_publish_content_check (const SipPublishContent *self, GError **error);

G_END_DECLS
