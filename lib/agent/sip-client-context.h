/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "agent/sip-response-options.h"

G_BEGIN_DECLS

#define SIP_TYPE_CLIENT_CONTEXT (sip_client_context_get_type ())

SIP_AVAILABLE_IN_1_0
G_DECLARE_INTERFACE (SipClientContext, sip_client_context, SIP, CLIENT_CONTEXT, GObject)

/**
 * SipClientContextInterface:
 * @parent: the parent interface
 * @cancel: calls the request off, as long as it has no final answer
 *
 * What a class that implements [iface@ClientContext] fills in, next to the properties.
 */
struct _SipClientContextInterface
{
  GTypeInterface parent;

  gboolean (*cancel) (SipClientContext *self, SipResponseOptions *options, GError **error);
};

SIP_AVAILABLE_IN_1_0
gboolean sip_client_context_cancel (SipClientContext *self, SipResponseOptions *options, GError **error);

G_END_DECLS
