/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/sip-publication-state.h"

G_DEFINE_ENUM_TYPE (SipPublicationState,
                    sip_publication_state,
                    G_DEFINE_ENUM_VALUE (SIP_PUBLICATION_STATE_PUBLISHING, "publishing"),
                    G_DEFINE_ENUM_VALUE (SIP_PUBLICATION_STATE_PUBLISHED, "published"),
                    G_DEFINE_ENUM_VALUE (SIP_PUBLICATION_STATE_WAITING, "waiting"),
                    G_DEFINE_ENUM_VALUE (SIP_PUBLICATION_STATE_UNPUBLISHING, "unpublishing"),
                    G_DEFINE_ENUM_VALUE (SIP_PUBLICATION_STATE_UNPUBLISHED, "unpublished"))
