/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transport/sip-stream-tls-private.h"

#include "syntax/sip-certificate-private.h"
#include "syntax/sip-error.h"

/* A hand-shake under way. */
typedef struct
{
  SipStreamFlow *flow;        /* a reference */
  GSocketConnection *base;
  char *host;                 /* NULL: we are the server */
  gboolean was_asked;         /* about the certificate, by GIO */
  gboolean is_good;           /* without the application's help */
  GTlsCertificateFlags errors;
} Handshake;

static void
handshake_free (Handshake *self)
{
  sip_flow_unref ((SipFlow *) self->flow);
  g_object_unref (self->base);
  g_free (self->host);
  g_free (self);
}

char *
sip_stream_tls_describe (GTlsCertificateFlags errors)
{
  static const struct
  {
    GTlsCertificateFlags flag;
    const char *text;
  } texts[] = {
    { G_TLS_CERTIFICATE_BAD_IDENTITY, "is for another name" },
    { G_TLS_CERTIFICATE_UNKNOWN_CA, "is signed by nobody who is trusted" },
    { G_TLS_CERTIFICATE_NOT_ACTIVATED, "is not valid yet" },
    { G_TLS_CERTIFICATE_EXPIRED, "has expired" },
    { G_TLS_CERTIFICATE_REVOKED, "was revoked" },
    { G_TLS_CERTIFICATE_INSECURE, "is signed in a way that is not secure" },
  };
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if ((errors & texts[i].flag) != 0)
      g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", texts[i].text);
  return text->len > 0 ? g_string_free (g_steal_pointer (&text), FALSE) : g_strdup ("is not good");
}

static gboolean
is_for (GTlsCertificate *certificate, const char *host)
{
  g_autoptr (GByteArray) der = NULL;

  g_object_get (certificate, "certificate", &der, NULL);
  return der != NULL && sip_certificate_is_for (der->data, der->len, host);
}

gboolean
sip_stream_tls_is_client (SipStreamFlow *flow, const char *host)
{
  GTlsCertificate *certificate = sip_stream_flow_get_client (flow);

  return certificate != NULL && is_for (certificate, host);
}

/* The last word on a server's certificate. */
static gboolean
judge (Handshake *self, GTlsCertificate *certificate, GTlsCertificateFlags errors)
{
  SipTransports *transports = sip_stream_flow_get_transports (self->flow);

  /* GIO goes by the rules of HTTP. */
  errors &= ~G_TLS_CERTIFICATE_BAD_IDENTITY;
  if (certificate == NULL || !is_for (certificate, self->host))
    errors |= G_TLS_CERTIFICATE_BAD_IDENTITY;
  self->is_good = errors == 0;
  if (self->is_good)
    return TRUE;
  self->errors = errors;
  return certificate != NULL && transports != NULL &&
         sip_transports_accept_certificate (transports, certificate, errors, self->host);
}

static gboolean
accept_certificate_cb (GTlsConnection *tls, GTlsCertificate *certificate, GTlsCertificateFlags errors, gpointer user_data)
{
  Handshake *self = user_data;

  self->was_asked = TRUE;
  if (self->host != NULL)
    return judge (self, certificate, errors);
  /* A client without a good certificate is a client without one. */
  self->errors = errors;
  return TRUE;
}

static GError *
make_error (Handshake *self, const GError *reason)
{
  g_autofree char *faults = NULL;

  if (self->errors == 0 || self->host == NULL)
    return g_error_copy (reason);
  faults = sip_stream_tls_describe (self->errors);
  return g_error_new (G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE, "The certificate of %s is not accepted: it %s", self->host, faults);
}

static void
handshake_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Handshake *self = user_data;
  GTlsConnection *tls = G_TLS_CONNECTION (source);
  g_autoptr (GError) reason = NULL;
  gboolean is_done = g_tls_connection_handshake_finish (tls, result, &reason);

  g_signal_handlers_disconnect_by_data (tls, self);
  /* GIO has not asked where it found nothing. */
  if (is_done && self->host != NULL && !self->was_asked)
    is_done = judge (self, g_tls_connection_get_peer_certificate (tls), 0);

  if (sip_stream_flow_get_transports (self->flow) == NULL)
    {
      /* Closed meanwhile. A goodbye would wait for the socket. */
      g_socket_close (g_socket_connection_get_socket (self->base), NULL);
    }
  else if (is_done)
    {
      if (self->host == NULL && self->errors == 0)
        sip_stream_flow_set_client (self->flow, g_tls_connection_get_peer_certificate (tls));
      sip_stream_flow_open (self->flow, G_IO_STREAM (tls));
    }
  else
    {
      g_autoptr (GError) error = make_error (self, reason);

      g_socket_close (g_socket_connection_get_socket (self->base), NULL);
      sip_stream_flow_fail (self->flow, error);
    }
  handshake_free (self);
}

/* Takes @tls and @error: one of them is NULL. */
static void
begin (SipStreamFlow *flow, GSocketConnection *base, const char *host, GIOStream *tls, GError *error)
{
  G_GNUC_UNUSED g_autoptr (GIOStream) hold = tls;
  g_autoptr (GError) reason = error;
  SipTransports *transports = sip_stream_flow_get_transports (flow);
  Handshake *self;
  gboolean entered;

  if (tls == NULL)
    {
      sip_stream_flow_fail (flow, reason);
      return;
    }

  self = g_new0 (Handshake, 1);
  self->flow = (SipStreamFlow *) sip_flow_ref ((SipFlow *) flow);
  self->base = g_object_ref (base);
  self->host = g_strdup (host);
  g_signal_connect (tls, "accept-certificate", G_CALLBACK (accept_certificate_cb), self);
  entered = sip_transports_enter_context (transports);
  g_tls_connection_handshake_async (G_TLS_CONNECTION (tls), G_PRIORITY_DEFAULT, sip_stream_flow_get_cancellable (flow), handshake_cb, self);
  sip_transports_leave_context (transports, entered);
}

void
sip_stream_tls_connect (SipStreamFlow *flow, GSocketConnection *connection, const char *host)
{
  SipTransports *transports = sip_stream_flow_get_transports (flow);
  GType type = g_tls_backend_get_client_connection_type (g_tls_backend_get_default ());
  GTlsCertificate *certificate = sip_transports_get_certificate (transports);
  GTlsDatabase *trust = sip_transports_get_trust (transports);
  SipAddress address;
  /* Server Name Indication is for names only (RFC 6066 §3). */
  gboolean is_name = !sip_address_parse (&address, sip_str_from (host), 0);
  g_autoptr (GSocketConnectable) identity = is_name ? g_network_address_new (host, 0) : NULL;
  g_autoptr (GTlsDatabase) own = trust != NULL ? g_object_ref (trust) : g_tls_backend_get_default_database (g_tls_backend_get_default ());
  GError *error = NULL;
  GIOStream *tls = g_initable_new (type, NULL, &error, "base-io-stream", connection, "server-identity", identity, "database", own,
                                   "require-close-notify", FALSE, NULL);

  if (tls != NULL && certificate != NULL)
    g_tls_connection_set_certificate (G_TLS_CONNECTION (tls), certificate);
  begin (flow, connection, host, tls, error);
}

void
sip_stream_tls_accept (SipStreamFlow *flow, GSocketConnection *connection)
{
  SipTransports *transports = sip_stream_flow_get_transports (flow);
  GType type = g_tls_backend_get_server_connection_type (g_tls_backend_get_default ());
  GTlsDatabase *trust = sip_transports_get_trust (transports);
  GError *error = NULL;
  /* The database is there, or NULL, from the start: a connection that has none for some moments reads all of the system's trust anchors,
   * which costs 15 ms of CPU. */
  GIOStream *tls = g_initable_new (type, NULL, &error, "base-io-stream", connection, "certificate",
                                   sip_transports_get_certificate (transports), "database", trust, "authentication-mode",
                                   trust != NULL ? G_TLS_AUTHENTICATION_REQUESTED : G_TLS_AUTHENTICATION_NONE, "require-close-notify",
                                   FALSE, NULL);

  begin (flow, connection, NULL, tls, error);
}
