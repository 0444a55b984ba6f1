/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "transport/sip-stream-flow-private.h"

G_BEGIN_DECLS

/* TLS on a connection that is there (RFC 3261 §26.3.1): shakes hands, looks at who it is, and opens @flow, or fails it.
 *
 * The certificate of a server has to be good, and one of @host, whom we meant to reach, by the rules of RFC 5922 (no wildcards; a SIP URI
 * before DNS names before the common name); if not, the application may take it all the same. */
void sip_stream_tls_connect (SipStreamFlow *flow, GSocketConnection *connection, const char *host);

/* The listener's side. A client is asked for a certificate where trust anchors of our own are set; it needs not have one. */
void sip_stream_tls_accept (SipStreamFlow *flow, GSocketConnection *connection);

/* Whether the client of @flow has shown a good certificate, and that is one of @host. */
gboolean sip_stream_tls_is_client (SipStreamFlow *flow, const char *host);

/* "is signed by nobody who is trusted, has expired" */
char *sip_stream_tls_describe (GTlsCertificateFlags errors);

G_END_DECLS
