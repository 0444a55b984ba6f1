/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib-object.h>

#include "syntax/sip-macros.h"

G_BEGIN_DECLS

/**
 * SipPublicationState:
 * @SIP_PUBLICATION_STATE_PUBLISHING: the first PUBLISH is not answered yet
 * @SIP_PUBLICATION_STATE_PUBLISHED: it is known, and will be refreshed
 * @SIP_PUBLICATION_STATE_WAITING: the last PUBLISH failed, and will be tried again
 * @SIP_PUBLICATION_STATE_UNPUBLISHING: it is being taken back
 * @SIP_PUBLICATION_STATE_UNPUBLISHED: it is over
 *
 * How far a publication is.
 */
typedef enum
{
  SIP_PUBLICATION_STATE_PUBLISHING,
  SIP_PUBLICATION_STATE_PUBLISHED,
  SIP_PUBLICATION_STATE_WAITING,
  SIP_PUBLICATION_STATE_UNPUBLISHING,
  SIP_PUBLICATION_STATE_UNPUBLISHED,
} SipPublicationState;

#define SIP_TYPE_PUBLICATION_STATE (sip_publication_state_get_type ())

SIP_AVAILABLE_IN_1_0
GType sip_publication_state_get_type (void);

G_END_DECLS
