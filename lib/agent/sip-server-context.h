/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "agent/sip-response-options.h"

G_BEGIN_DECLS

#define SIP_TYPE_SERVER_CONTEXT (sip_server_context_get_type ())

SIP_AVAILABLE_IN_1_0
G_DECLARE_INTERFACE (SipServerContext, sip_server_context, SIP, SERVER_CONTEXT, GObject)

/**
 * SipServerContextInterface:
 * @parent: the parent interface
 * @progress: sends a provisional response
 * @accept: answers with a status from 200 to 299
 * @reject: answers with a status from 300 to 699
 * @reply: sends a response of any kind
 *
 * What a class that implements [iface@ServerContext] fills in, next to the properties.
 */
struct _SipServerContextInterface
{
  GTypeInterface parent;

  gboolean (*progress) (SipServerContext *self, SipResponseOptions *options, GError **error);
  gboolean (*accept) (SipServerContext *self, SipRequestOptions *options, GError **error);
  gboolean (*reject) (SipServerContext *self, SipResponseOptions *options, GError **error);
  gboolean (*reply) (SipServerContext *self, SipResponseOptions *options, GError **error);
};

SIP_AVAILABLE_IN_1_0
gboolean sip_server_context_progress (SipServerContext *self, SipResponseOptions *options, GError **error);

SIP_AVAILABLE_IN_1_0
gboolean sip_server_context_accept (SipServerContext *self, SipRequestOptions *options, GError **error);

SIP_AVAILABLE_IN_1_0
gboolean sip_server_context_reject (SipServerContext *self, SipResponseOptions *options, GError **error);

SIP_AVAILABLE_IN_1_0
gboolean sip_server_context_reply (SipServerContext *self, SipResponseOptions *options, GError **error);

G_END_DECLS
