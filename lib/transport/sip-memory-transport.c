/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transport/sip-memory-transport-private.h"

#include "syntax/sip-error.h"

/* What one thread knows of memory transports. */
typedef struct
{
  GHashTable *listeners; /* name → MemoryListener */
  SipMemoryFilterFunc filter;
  gpointer filter_data;
} MemoryWorld;

typedef struct
{
  SipListener parent;
  char *name;
} MemoryListener;

typedef struct _MemoryFlow MemoryFlow;

/* A message, or (msg NULL) the end of the connection, on its way to a flow. */
typedef struct _Parcel Parcel;
struct _Parcel
{
  SipTimer timer;
  Parcel *next;
  Parcel **link;
  MemoryFlow *to;
  SipMsg *msg;
};

struct _MemoryFlow
{
  SipFlow parent;
  SipTransports *transports; /* NULL once closed */
  MemoryFlow *peer;          /* the other end; NULL: not there yet, or gone */
  char *own_name;            /* nullable: no listener */
  char *peer_name;
  char *own_sent_by;
  SipTimer opening;
  GPtrArray *waiting;        /* SipMsg, while CONNECTING */
  Parcel *parcels;           /* on their way to us */
};

static void
world_free (gpointer data)
{
  MemoryWorld *world = data;

  g_hash_table_unref (world->listeners);
  g_free (world);
}

static GPrivate world_key = G_PRIVATE_INIT (world_free);

static MemoryWorld *
get_world (void)
{
  MemoryWorld *world = g_private_get (&world_key);

  if (world == NULL)
    {
      world = g_new0 (MemoryWorld, 1);
      world->listeners = g_hash_table_new (g_str_hash, g_str_equal);
      g_private_set (&world_key, world);
    }
  return world;
}

gboolean
sip_memory_transport_in_use (void)
{
  MemoryWorld *world = g_private_get (&world_key);

  return world != NULL && g_hash_table_size (world->listeners) > 0;
}

void
sip_memory_transport_set_filter (SipMemoryFilterFunc func, gpointer user_data)
{
  MemoryWorld *world = get_world ();

  world->filter = func;
  world->filter_data = user_data;
}

/* --- parcels --- */

static void
parcel_free (Parcel *parcel)
{
  sip_timer_stop (&parcel->timer);
  *parcel->link = parcel->next;
  if (parcel->next != NULL)
    parcel->next->link = parcel->link;
  g_clear_pointer (&parcel->msg, sip_msg_unref);
  g_free (parcel);
}

static void disconnect_flow (MemoryFlow *self);

static void
parcel_arrived_cb (SipTimer *timer)
{
  Parcel *parcel = SIP_CONTAINER_OF (timer, Parcel, timer);
  MemoryFlow *to = parcel->to;
  g_autoptr (SipFlow) flow = sip_flow_ref (&to->parent);
  g_autoptr (SipMsg) msg = g_steal_pointer (&parcel->msg);

  parcel_free (parcel);
  if (msg != NULL)
    {
      sip_transports_deliver (to->transports, flow, msg->data, msg->len);
    }
  else
    {
      g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED, "The other side closed the connection");

      disconnect_flow (to);
      sip_flow_set_closed (flow, error);
    }
}

static void
post (MemoryFlow *to, SipMsg *msg, gint64 delay)
{
  Parcel *parcel;

  if (to->transports == NULL)
    return;
  parcel = g_new0 (Parcel, 1);
  parcel->to = to;
  parcel->msg = msg != NULL ? sip_msg_ref (msg) : NULL;
  parcel->next = to->parcels;
  parcel->link = &to->parcels;
  if (parcel->next != NULL)
    parcel->next->link = &parcel->next;
  to->parcels = parcel;
  sip_timer_start (sip_transports_get_wheel (to->transports), &parcel->timer, parcel_arrived_cb, delay);
}

/* --- flows --- */

static void
disconnect_flow (MemoryFlow *self)
{
  while (self->parcels != NULL)
    parcel_free (self->parcels);
  sip_timer_stop (&self->opening);
  g_ptr_array_set_size (self->waiting, 0);
  if (self->peer != NULL)
    self->peer->peer = NULL;
  self->peer = NULL;
  self->transports = NULL;
}

static const SipFlowClass memory_flow_class;

static MemoryFlow *
memory_flow_new (SipTransports *transports, SipTransportKind kind, const char *own_name, const char *peer_name)
{
  MemoryFlow *self = g_new0 (MemoryFlow, 1);
  g_autofree char *authority = g_strdup_printf ("mem://%s", peer_name);

  sip_flow_init (&self->parent, &memory_flow_class, kind, NULL, sip_transports_get_tap (transports));
  self->transports = transports;
  self->own_name = g_strdup (own_name);
  self->peer_name = g_strdup (peer_name);
  if (own_name != NULL)
    self->own_sent_by = g_strdup_printf ("%s.mem", own_name);
  else
    self->own_sent_by = g_strdup_printf ("%08x.invalid", g_random_int ());
  self->parent.sent_by = self->own_sent_by;
  self->parent.host_name = self->peer_name;
  self->waiting = g_ptr_array_new_with_free_func ((GDestroyNotify) sip_msg_unref);
  sip_transports_add_connection (transports, &self->parent, authority, NULL);
  return self;
}

/* Makes the other end, where somebody listens. */
static gboolean
reach_peer (MemoryFlow *self)
{
  MemoryListener *listener = g_hash_table_lookup (get_world ()->listeners, self->peer_name);
  g_autofree char *name = NULL;

  if (self->peer != NULL)
    return TRUE;
  if (listener == NULL)
    return FALSE;

  if (self->own_name == NULL)
    name = g_strndup (self->own_sent_by, strcspn (self->own_sent_by, "."));
  self->peer = memory_flow_new (listener->parent.transports, self->parent.kind, listener->name, name != NULL ? name : self->own_name);
  self->peer->peer = self;
  self->peer->parent.is_server = TRUE;
  sip_flow_unref (&self->peer->parent); /* the table has it */
  return TRUE;
}

static void
opening_cb (SipTimer *timer)
{
  MemoryFlow *self = SIP_CONTAINER_OF (timer, MemoryFlow, opening);
  g_autoptr (SipFlow) flow = sip_flow_ref (&self->parent);
  MemoryFlow *peer;

  if (!reach_peer (self))
    {
      g_autoptr (GError) error = g_error_new (G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, "Nobody listens at mem://%s", self->peer_name);

      disconnect_flow (self);
      sip_flow_set_closed (flow, error);
      return;
    }

  peer = self->peer;
  sip_transports_connection_opened (peer->transports, &peer->parent);
  if (self->transports == NULL)
    return;
  sip_transports_connection_opened (self->transports, flow);
  for (guint i = 0; self->transports != NULL && i < self->waiting->len; i++)
    if (self->peer != NULL)
      post (self->peer, g_ptr_array_index (self->waiting, i), 0);
  g_ptr_array_set_size (self->waiting, 0);
}

static gboolean
memory_flow_send (SipFlow *flow, SipMsg *msg, GError **error)
{
  MemoryFlow *self = (MemoryFlow *) flow;
  MemoryWorld *world = get_world ();
  gint64 delay = 0;

  if (flow->state == SIP_FLOW_CONNECTING)
    {
      g_ptr_array_add (self->waiting, sip_msg_ref (msg));
      return TRUE;
    }
  if (world->filter != NULL)
    delay = world->filter (world->filter_data, flow, msg);
  if (delay == SIP_MEMORY_LOST)
    return TRUE;
  /* As with UDP: where nobody listens, nobody says so. */
  if (self->peer == NULL && !flow->is_reliable && reach_peer (self))
    sip_flow_set_open (&self->peer->parent);
  if (self->peer != NULL)
    post (self->peer, msg, delay);
  return TRUE;
}

static void
memory_flow_close (SipFlow *flow)
{
  MemoryFlow *self = (MemoryFlow *) flow;

  if (self->peer != NULL && flow->is_reliable)
    post (self->peer, NULL, 0);
  disconnect_flow (self);
}

static void
memory_flow_free (SipFlow *flow)
{
  MemoryFlow *self = (MemoryFlow *) flow;

  disconnect_flow (self);
  g_ptr_array_unref (self->waiting);
  g_free (self->own_name);
  g_free (self->peer_name);
  g_free (self->own_sent_by);
  sip_flow_clear (flow);
  g_free (self);
}

static const SipFlowClass memory_flow_class = { memory_flow_send, memory_flow_close, memory_flow_free };

/* --- the table's side --- */

static gboolean
kind_of_uri (GUri *uri, SipTransportKind *kind, GError **error)
{
  SipStr transport;

  *kind = SIP_TRANSPORT_UDP;
  if (g_uri_get_query (uri) == NULL)
    return TRUE;
  if (sip_params_find (sip_str_from (g_uri_get_query (uri)), "transport", &transport) && sip_transport_kind_from_str (transport, kind))
    return TRUE;
  g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_URI, "“%s” names no transport", g_uri_get_query (uri));
  return FALSE;
}

static void
memory_listener_close (SipListener *listener)
{
  MemoryListener *self = (MemoryListener *) listener;

  g_hash_table_remove (get_world ()->listeners, self->name);
  g_free (self->name);
  g_free (listener->uri);
  g_free (self);
}

static const SipListenerClass memory_listener_class = { memory_listener_close, NULL };

SipListener *
sip_memory_listen (SipTransports *transports, SipTransportKind kind, GUri *uri, GError **error)
{
  MemoryWorld *world = get_world ();
  const char *name = g_uri_get_host (uri);
  MemoryListener *self;

  if (g_hash_table_contains (world->listeners, name))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE, "Somebody listens at mem://%s", name);
      return NULL;
    }
  self = g_new0 (MemoryListener, 1);
  self->parent.klass = &memory_listener_class;
  self->parent.transports = transports;
  self->parent.kind = kind;
  self->parent.uri = g_strdup_printf ("mem://%s", name);
  self->name = g_strdup (name);
  g_hash_table_insert (world->listeners, self->name, self);
  return &self->parent;
}

/* The name that @transports listens under. */
static const char *
find_own_name (SipTransports *transports)
{
  GHashTableIter iter;
  MemoryListener *listener;

  g_hash_table_iter_init (&iter, get_world ()->listeners);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &listener))
    if (listener->parent.transports == transports)
      return listener->name;
  return NULL;
}

SipFlow *
sip_memory_connect (SipTransports *transports, SipTransportKind scheme_kind, GUri *uri, GError **error)
{
  g_autofree char *key = g_strdup_printf ("mem://%s", g_uri_get_host (uri));
  SipFlow *flow = sip_transports_find_connection (transports, key);
  SipTransportKind kind;
  MemoryFlow *self;

  if (!kind_of_uri (uri, &kind, error))
    return NULL;
  if (flow != NULL && flow->kind == kind)
    return sip_flow_ref (flow);

  self = memory_flow_new (transports, kind, find_own_name (transports), g_uri_get_host (uri));
  if (self->parent.is_reliable)
    sip_timer_start (sip_transports_get_wheel (transports), &self->opening, opening_cb, 0);
  else
    sip_flow_set_open (&self->parent);
  return &self->parent;
}
