/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transport/sip-dns-gio-private.h"

#include "transport/sip-context-private.h"

typedef struct
{
  GMainContext *context;
  GCancellable *cancellable;
} GioBackend;

typedef struct
{
  SipDnsTicket *ticket;
  SipDnsType type;
} Lookup;

gpointer
sip_dns_gio_new (GMainContext *context)
{
  GioBackend *self = g_new0 (GioBackend, 1);

  self->context = g_main_context_ref (context);
  self->cancellable = g_cancellable_new ();
  return self;
}

static void
gio_free (gpointer backend)
{
  GioBackend *self = backend;

  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  g_main_context_unref (self->context);
  g_free (self);
}

/* Also after our end: then nobody waits for it. */
static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Lookup *lookup = user_data;
  GError *error = NULL;
  g_autolist (GInetAddress) found = g_resolver_lookup_by_name_with_flags_finish (G_RESOLVER (source), result, &error);
  SipDnsAnswer *answer = sip_dns_answer_new_failed (lookup->type, error);

  answer->ttl = SIP_DNS_GIO_TTL;
  for (GList *l = found; l != NULL; l = l->next)
    {
      g_autoptr (GSocketAddress) socket_address = g_inet_socket_address_new (l->data, 0);
      SipAddress address;

      if (sip_address_from_socket_address (&address, socket_address))
        sip_dns_answer_add_address (answer, &address);
    }
  sip_dns_ticket_answer (lookup->ticket, answer);
}

static void
gio_ask (gpointer backend, SipDnsType type, const char *name, SipDnsTicket *ticket)
{
  GioBackend *self = backend;
  g_autoptr (GResolver) resolver = g_resolver_get_default ();
  GResolverNameLookupFlags flags = type == SIP_DNS_A ? G_RESOLVER_NAME_LOOKUP_FLAGS_IPV4_ONLY : G_RESOLVER_NAME_LOOKUP_FLAGS_IPV6_ONLY;
  Lookup *lookup = g_new0 (Lookup, 1);
  gboolean entered = sip_context_enter (self->context);

  lookup->ticket = ticket;
  lookup->type = type;
  g_resolver_lookup_by_name_with_flags_async (resolver, name, flags, self->cancellable, found_cb, lookup);
  sip_context_leave (self->context, entered);
}

/* glibc waits for 5 s for a server that does not answer, before it asks the next. */
const SipDnsBackendClass sip_dns_gio_class = { gio_ask, gio_free, 12 * G_USEC_PER_SEC };
