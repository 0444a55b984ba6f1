/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transport/sip-dns-connectable-private.h"

/* --- its addresses, one after the other --- */

#define SIP_TYPE_DNS_ENUMERATOR (sip_dns_enumerator_get_type ())
G_DECLARE_FINAL_TYPE (SipDnsEnumerator, sip_dns_enumerator, SIP, DNS_ENUMERATOR, GSocketAddressEnumerator)

struct _SipDnsEnumerator
{
  GSocketAddressEnumerator parent_instance;
  SipDnsAddresses *addresses; /* nullable: there are none */
  guint16 port;
  gboolean was_found;         /* one at least */
  GTask *task;                /* that waits for the next; it holds us */
  GSource *cancelled;         /* of its cancellable */
};

G_DEFINE_FINAL_TYPE (SipDnsEnumerator, sip_dns_enumerator, G_TYPE_SOCKET_ADDRESS_ENUMERATOR)

static void
stop_waiting (SipDnsEnumerator *self)
{
  if (self->addresses != NULL)
    sip_dns_addresses_stop_waiting (self->addresses);
  if (self->cancelled != NULL)
    g_source_destroy (self->cancelled);
  g_clear_pointer (&self->cancelled, g_source_unref);
}

static void
sip_dns_enumerator_finalize (GObject *object)
{
  SipDnsEnumerator *self = SIP_DNS_ENUMERATOR (object);

  stop_waiting (self);
  g_clear_pointer (&self->addresses, sip_dns_addresses_free);
  G_OBJECT_CLASS (sip_dns_enumerator_parent_class)->finalize (object);
}

/* Takes the address, or the end, or (FALSE) has to wait. */
static gboolean
take_next (SipDnsEnumerator *self, GSocketAddress **next, GError **error)
{
  SipAddress address;
  gboolean is_pending = FALSE;

  *next = NULL;
  if (self->addresses == NULL)
    return TRUE;
  if (sip_dns_addresses_next (self->addresses, &address, &is_pending))
    {
      address.port = self->port;
      self->was_found = TRUE;
      *next = sip_address_to_socket_address (&address);
      return TRUE;
    }
  if (!is_pending && !self->was_found)
    g_propagate_error (error, sip_dns_addresses_make_error (self->addresses));
  return !is_pending;
}

static void
try_to_answer (gpointer user_data)
{
  SipDnsEnumerator *self = user_data;
  g_autoptr (GTask) task = NULL;
  GSocketAddress *next;
  GError *error = NULL;

  if (!take_next (self, &next, &error) && sip_dns_addresses_wait (self->addresses, try_to_answer, self))
    return;
  stop_waiting (self);
  task = g_steal_pointer (&self->task);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, next, g_object_unref);
}

static gboolean
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  SipDnsEnumerator *self = user_data;
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  stop_waiting (self);
  g_task_return_error_if_cancelled (task);
  return G_SOURCE_REMOVE;
}

static void
sip_dns_enumerator_next_async (GSocketAddressEnumerator *enumerator, GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer user_data)
{
  SipDnsEnumerator *self = SIP_DNS_ENUMERATOR (enumerator);

  self->task = g_task_new (self, cancellable, callback, user_data);
  if (cancellable != NULL)
    {
      self->cancelled = g_cancellable_source_new (cancellable);
      g_source_set_callback (self->cancelled, G_SOURCE_FUNC (cancelled_cb), self, NULL);
      g_source_attach (self->cancelled, g_main_context_get_thread_default ());
    }
  try_to_answer (self);
}

static GSocketAddress *
sip_dns_enumerator_next_finish (GSocketAddressEnumerator *enumerator, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* There is nobody who waits like that. */
static GSocketAddress *
sip_dns_enumerator_next (GSocketAddressEnumerator *enumerator, GCancellable *cancellable, GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "Addresses come from the main loop");
  return NULL;
}

static void
sip_dns_enumerator_class_init (SipDnsEnumeratorClass *klass)
{
  GSocketAddressEnumeratorClass *enumerator_class = G_SOCKET_ADDRESS_ENUMERATOR_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = sip_dns_enumerator_finalize;
  enumerator_class->next = sip_dns_enumerator_next;
  enumerator_class->next_async = sip_dns_enumerator_next_async;
  enumerator_class->next_finish = sip_dns_enumerator_next_finish;
}

static void
sip_dns_enumerator_init (SipDnsEnumerator *self)
{
}

/* --- the connectable --- */

struct _SipDnsConnectable
{
  GObject parent_instance;
  char *text;
  guint16 port;
  SipDnsAddresses *addresses; /* until somebody goes through them */
};

static GSocketAddressEnumerator *
sip_dns_connectable_enumerate (GSocketConnectable *connectable)
{
  SipDnsConnectable *self = SIP_DNS_CONNECTABLE (connectable);
  SipDnsEnumerator *enumerator = g_object_new (SIP_TYPE_DNS_ENUMERATOR, NULL);

  enumerator->addresses = g_steal_pointer (&self->addresses);
  enumerator->port = self->port;
  return G_SOCKET_ADDRESS_ENUMERATOR (enumerator);
}

static char *
sip_dns_connectable_to_string (GSocketConnectable *connectable)
{
  return g_strdup (SIP_DNS_CONNECTABLE (connectable)->text);
}

static void
sip_dns_connectable_connectable_init (GSocketConnectableIface *iface)
{
  iface->enumerate = sip_dns_connectable_enumerate;
  iface->to_string = sip_dns_connectable_to_string;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (SipDnsConnectable, sip_dns_connectable, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_SOCKET_CONNECTABLE, sip_dns_connectable_connectable_init))

static void
sip_dns_connectable_finalize (GObject *object)
{
  SipDnsConnectable *self = SIP_DNS_CONNECTABLE (object);

  g_clear_pointer (&self->addresses, sip_dns_addresses_free);
  g_free (self->text);
  G_OBJECT_CLASS (sip_dns_connectable_parent_class)->finalize (object);
}

static void
sip_dns_connectable_class_init (SipDnsConnectableClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sip_dns_connectable_finalize;
}

static void
sip_dns_connectable_init (SipDnsConnectable *self)
{
}

GSocketConnectable *
sip_dns_connectable_new (SipDnsResolver *resolver, SipTimerWheel *wheel, const char *host, guint16 port)
{
  SipDnsConnectable *self = g_object_new (SIP_TYPE_DNS_CONNECTABLE, NULL);

  self->text = g_strdup_printf ("%s:%u", host, port);
  self->port = port;
  self->addresses = sip_dns_addresses_new (resolver, wheel, host, SIP_DNS_IPV4 | SIP_DNS_IPV6);
  return G_SOCKET_CONNECTABLE (self);
}
