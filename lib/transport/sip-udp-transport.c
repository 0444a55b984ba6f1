/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transport/sip-udp-transport-private.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <unistd.h>

#include "syntax/sip-error.h"

/* Datagrams move in batches, one system call for many, past GSocket: g_socket_receive_messages() makes an object for each address.
 * GSocket makes, binds and owns the descriptor.
 *
 * What is sent from within the batch that is being received waits for its end and leaves in one call, too; and where that batch has led to something that is done
 * in the next iteration of the main loop (an application has accepted a call, whose 200 is due), it waits for that: each call wakes the peer. */

#define BATCH 32
/* How much of a flood one dispatch takes before timers and others get their turn. */
#define MAX_BATCHES 4
#define MAX_PAYLOAD 65507
#define SLOT_SIZE 65536
#define RECEIVE_BUFFER (4 * 1024 * 1024)
#define SEND_BUFFER (1024 * 1024)
/* Messages that wait for a full socket buffer; what is over it is refused, as a network would lose it. */
#define MAX_QUEUE 4096
/* Flows that nobody holds live on in a ring of this size, so that a peer's next message finds its flow, and a flood of spoofed addresses
 * drives out nothing but such. */
#define N_RECENT 64
#define CONTROL_SIZE 128

typedef struct _UdpListener UdpListener;
typedef struct _UdpFlow UdpFlow;

struct _UdpFlow
{
  SipFlow parent;
  UdpListener *listener;
  UdpFlow *next;         /* the same remote address, seen from another of our own: only with a wildcard socket */
  char *own_sent_by;     /* of a wildcard socket's */
  gboolean is_in_table;
};

typedef struct
{
  SipMsg *msg;
  UdpFlow *flow;
} Outgoing;

/* Where recvmmsg() writes to: too large to be cleared each time, and of a size that pages in as it is used. */
typedef struct
{
  struct mmsghdr headers[BATCH];
  struct iovec vectors[BATCH];
  struct sockaddr_storage names[BATCH];
  char controls[BATCH][CONTROL_SIZE] __attribute__ ((aligned (8)));
  char data[BATCH][SLOT_SIZE];
} Incoming;

struct _UdpListener
{
  SipListener parent;
  guint ref_count;
  gboolean is_wildcard;
  GSocket *socket;
  int fd;                /* the socket's; -1 once closed */
  GSource *source;
  gpointer tag;
  SipTimer held;         /* runs while what waits in the queue waits for the timers that were started before it */
  int dispatch_depth;    /* of g_main_depth(); 0 outside of a dispatch */
  gboolean waits_for_room;
  gboolean is_deaf;      /* see source_dispatch() */
  char *sent_by;
  GHashTable *flows;     /* remote SipAddress → the first UdpFlow; weak */
  SipFlow *recent[N_RECENT];
  guint next_recent;
  Outgoing *queue;       /* what waits, from head on */
  guint queue_head;
  guint queue_len;
  guint queue_size;
  Incoming *in;
};

typedef struct
{
  GSource source;
  UdpListener *listener;
} UdpSource;

static void
listener_unref (UdpListener *self)
{
  if (--self->ref_count > 0)
    return;
  g_hash_table_unref (self->flows);
  g_free (self->in);
  g_free (self->queue);
  g_free (self->sent_by);
  g_free (self->parent.uri);
  g_free (self);
}

/* --- flows --- */

static const SipFlowClass udp_flow_class;

static UdpFlow *
find_flow (UdpListener *self, const SipAddress *remote, const SipAddress *local)
{
  UdpFlow *flow = g_hash_table_lookup (self->flows, remote);

  if (self->is_wildcard)
    while (flow != NULL && !sip_address_equal_ip (&flow->parent.local, local))
      flow = flow->next;
  return flow;
}

static void
forget_flow (UdpFlow *flow)
{
  UdpListener *self = flow->listener;
  UdpFlow *first;

  if (!flow->is_in_table)
    return;
  flow->is_in_table = FALSE;

  first = g_hash_table_lookup (self->flows, &flow->parent.remote);
  if (first != flow)
    {
      while (first->next != flow)
        first = first->next;
      first->next = flow->next;
    }
  else if (flow->next != NULL)
    {
      /* The key is the flow's own memory: it has to change along with the value. */
      g_hash_table_replace (self->flows, &flow->next->parent.remote, flow->next);
    }
  else
    {
      g_hash_table_remove (self->flows, &flow->parent.remote);
    }
  flow->next = NULL;
}

/* The address of ours that packets to @remote leave from. */
static gboolean
find_local_address (const SipAddress *remote, SipAddress *local, GError **error)
{
  struct sockaddr_storage native;
  socklen_t len = sip_address_to_native (remote, &native);
  int fd = socket (remote->family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  gboolean found = FALSE;

  if (fd >= 0 && connect (fd, (struct sockaddr *) &native, len) == 0)
    {
      len = sizeof native;
      found = getsockname (fd, (struct sockaddr *) &native, &len) == 0
              && sip_address_from_native (local, (struct sockaddr *) &native, len);
    }
  if (!found)
    {
      int saved = errno;
      g_autofree char *text = sip_address_to_string (remote);

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved), "No way to %s: %s", text, g_strerror (saved));
    }
  if (fd >= 0)
    close (fd);
  return found;
}

/* @local matters on a wildcard socket only; its port does not. */
static SipFlow *
get_flow (UdpListener *self, const SipAddress *remote, const SipAddress *local)
{
  UdpFlow *flow = find_flow (self, remote, local);
  UdpFlow *first;
  SipFlow **recent;

  if (flow != NULL)
    return sip_flow_ref (&flow->parent);

  flow = g_new0 (UdpFlow, 1);
  sip_flow_init (&flow->parent, &udp_flow_class, SIP_TRANSPORT_UDP, remote, sip_transports_get_tap (self->parent.transports));
  flow->parent.state = SIP_FLOW_OPEN;
  flow->listener = self;
  self->ref_count++;
  flow->parent.local = self->parent.address;
  flow->parent.sent_by = self->sent_by;
  if (self->is_wildcard)
    {
      flow->parent.local = *local;
      flow->parent.local.port = self->parent.address.port;
      flow->own_sent_by = sip_address_to_string (&flow->parent.local);
      flow->parent.sent_by = flow->own_sent_by;
    }

  first = g_hash_table_lookup (self->flows, remote);
  flow->next = first;
  g_hash_table_replace (self->flows, &flow->parent.remote, flow);
  flow->is_in_table = TRUE;

  recent = &self->recent[self->next_recent++ % N_RECENT];
  if (*recent != NULL)
    sip_flow_unref (*recent);
  *recent = sip_flow_ref (&flow->parent);
  return &flow->parent;
}

static void
udp_flow_close (SipFlow *flow)
{
  forget_flow ((UdpFlow *) flow);
}

static void
udp_flow_free (SipFlow *flow)
{
  UdpFlow *self = (UdpFlow *) flow;

  forget_flow (self);
  g_free (self->own_sent_by);
  listener_unref (self->listener);
  sip_flow_clear (flow);
  g_free (self);
}

static void
fail_flow (UdpFlow *flow, int code)
{
  g_autofree char *text = sip_address_to_string (&flow->parent.remote);
  g_autoptr (GError) error = g_error_new (G_IO_ERROR, g_io_error_from_errno (code), "%s: %s", text, g_strerror (code));

  g_debug ("UDP to %s", error->message);
  forget_flow (flow);
  sip_flow_set_closed (&flow->parent, error);
}

/* --- sending --- */

static inline void
outgoing_clear (const Outgoing *outgoing)
{
  sip_msg_unref (outgoing->msg);
  sip_flow_unref (&outgoing->flow->parent);
}

static gboolean
push (UdpListener *self, UdpFlow *flow, SipMsg *msg)
{
  if (self->queue_len >= MAX_QUEUE)
    return FALSE;
  if (self->queue_head + self->queue_len == self->queue_size)
    {
      if (self->queue_head > 0)
        {
          memmove (self->queue, self->queue + self->queue_head, self->queue_len * sizeof *self->queue);
          self->queue_head = 0;
        }
      else
        {
          self->queue_size = MAX (self->queue_size * 2, BATCH);
          self->queue = g_renew (Outgoing, self->queue, self->queue_size);
        }
    }
  sip_msg_ref (msg);
  sip_flow_ref (&flow->parent);
  self->queue[self->queue_head + self->queue_len++] = (Outgoing){ msg, flow };
  return TRUE;
}

/* The caller clears what it gets. */
static Outgoing
pop (UdpListener *self)
{
  Outgoing first = self->queue[self->queue_head++];

  if (--self->queue_len == 0)
    self->queue_head = 0;
  return first;
}

/* A wildcard socket answers from the address that it was asked at. */
static void
set_source_address (struct msghdr *header, const SipAddress *local)
{
  struct cmsghdr *control;

  header->msg_controllen = local->family == AF_INET ? CMSG_SPACE (sizeof (struct in_pktinfo)) : CMSG_SPACE (sizeof (struct in6_pktinfo));
  memset (header->msg_control, 0, header->msg_controllen);
  control = CMSG_FIRSTHDR (header);
  if (local->family == AF_INET)
    {
      struct in_pktinfo info = { 0 };

      memcpy (&info.ipi_spec_dst, local->ip, 4);
      control->cmsg_level = IPPROTO_IP;
      control->cmsg_type = IP_PKTINFO;
      control->cmsg_len = CMSG_LEN (sizeof info);
      memcpy (CMSG_DATA (control), &info, sizeof info);
    }
  else
    {
      struct in6_pktinfo info = { 0 };

      memcpy (&info.ipi6_addr, local->ip, 16);
      info.ipi6_ifindex = local->scope_id;
      control->cmsg_level = IPPROTO_IPV6;
      control->cmsg_type = IPV6_PKTINFO;
      control->cmsg_len = CMSG_LEN (sizeof info);
      memcpy (CMSG_DATA (control), &info, sizeof info);
    }
}

/* Sends as many of @n as the socket takes. The number, or -1 with errno: of the first. */
static int
send_batch (UdpListener *self, const Outgoing *outgoing, guint n)
{
  struct mmsghdr headers[BATCH];
  struct iovec vectors[BATCH];
  struct sockaddr_storage names[BATCH];
  char controls[BATCH][CMSG_SPACE (sizeof (struct in6_pktinfo))] __attribute__ ((aligned (8)));
  int sent;

  memset (headers, 0, n * sizeof *headers);
  for (guint i = 0; i < n; i++)
    {
      struct msghdr *header = &headers[i].msg_hdr;

      vectors[i].iov_base = (char *) outgoing[i].msg->data;
      vectors[i].iov_len = outgoing[i].msg->len;
      header->msg_iov = &vectors[i];
      header->msg_iovlen = 1;
      header->msg_name = &names[i];
      header->msg_namelen = sip_address_to_native (&outgoing[i].flow->parent.remote, &names[i]);
      if (self->is_wildcard)
        {
          header->msg_control = controls[i];
          set_source_address (header, &outgoing[i].flow->parent.local);
        }
    }

  /* An ICMP error that came in meanwhile is reported by whatever call is next, and then forgotten: it says nothing of this message. Who
   * it was about, the error queue tells. */
  for (guint attempt = 0; attempt < 3; attempt++)
    {
      sent = sendmmsg (self->fd, headers, n, MSG_DONTWAIT | MSG_NOSIGNAL);
      if (sent > 0 || errno == EAGAIN)
        break;
    }
  return sent;
}

static void
wait_for_room (UdpListener *self, gboolean waits)
{
  if (self->waits_for_room == waits)
    return;
  self->waits_for_room = waits;
  g_source_modify_unix_fd (self->source, self->tag, waits ? G_IO_IN | G_IO_ERR | G_IO_OUT : G_IO_IN | G_IO_ERR);
}

static void
flush (UdpListener *self)
{
  while (self->queue_len > 0 && self->fd >= 0)
    {
      int sent = send_batch (self, self->queue + self->queue_head, MIN (self->queue_len, BATCH));

      if (sent < 0 && errno == EAGAIN)
        {
          wait_for_room (self, TRUE);
          return;
        }
      /* The interface's queue was full: lost, as on any other hop. */
      if (sent < 0 && errno == ENOBUFS)
        sent = 1;
      if (sent < 0)
        {
          int code = errno;
          Outgoing failed = pop (self);

          /* It was accepted, so the flow has to tell. Its watches may do anything, also free the transports. */
          fail_flow (failed.flow, code);
          outgoing_clear (&failed);
          continue;
        }
      for (int i = 0; i < sent; i++)
        {
          Outgoing gone = pop (self);

          outgoing_clear (&gone);
        }
    }
  if (self->fd >= 0)
    wait_for_room (self, FALSE);
}

static gboolean
udp_flow_send (SipFlow *flow, SipMsg *msg, GError **error)
{
  UdpFlow *self = (UdpFlow *) flow;
  UdpListener *listener = self->listener;
  const Outgoing direct = { msg, self };

  if (listener->fd < 0)
    {
      g_set_error_literal (error, SIP_ERROR, SIP_ERROR_TRANSPORT, "The UDP socket is closed");
      return FALSE;
    }
  if (msg->len > MAX_PAYLOAD)
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_TRANSPORT, "A message of %u bytes is too large for UDP", msg->len);
      return FALSE;
    }

  /* A callback that runs a main loop of its own must not wait for us to come back to ours. */
  if (listener->dispatch_depth == 0 ? listener->queue_len == 0 : listener->dispatch_depth != g_main_depth ())
    {
      if (send_batch (listener, &direct, 1) == 1 || errno == ENOBUFS)
        return TRUE;
      if (errno != EAGAIN)
        {
          int code = errno;
          g_autofree char *text = sip_address_to_string (&flow->remote);

          /* Whoever asks next gets a fresh one: our own address may have gone. */
          forget_flow (self);
          g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s: %s", text, g_strerror (code));
          return FALSE;
        }
      wait_for_room (listener, TRUE);
    }

  if (push (listener, self, msg))
    return TRUE;
  g_set_error_literal (error, SIP_ERROR, SIP_ERROR_TRANSPORT, "Too many messages wait for the UDP socket");
  return FALSE;
}

static const SipFlowClass udp_flow_class = { udp_flow_send, udp_flow_close, udp_flow_free };

/* --- receiving --- */

/* Where a datagram's message begins: past the CRLFs and NULs that some keep a NAT's binding alive with (RFC 5626 §4.4, and no answer to
 * those over UDP). NULL: this is no SIP. A first byte below 4 is STUN's (RFC 5764 §5.1.2), and no token of a start line is outside of
 * the printable ASCII. */
static const char *
find_message (const char *data, gsize *len)
{
  const char *end = data + *len;

  while (data < end && (*data == '\r' || *data == '\n' || *data == '\0'))
    data++;
  if (data == end)
    return NULL;
  if ((guchar) *data <= 0x20 || (guchar) *data >= 0x7f)
    {
      g_debug ("Dropped a datagram that begins with 0x%02x", (guchar) *data);
      return NULL;
    }
  *len = end - data;
  return data;
}

static void
read_local_address (struct msghdr *header, SipAddress *local)
{
  memset (local, 0, sizeof *local);
  for (struct cmsghdr *control = CMSG_FIRSTHDR (header); control != NULL; control = CMSG_NXTHDR (header, control))
    {
      if (control->cmsg_level == IPPROTO_IP && control->cmsg_type == IP_PKTINFO)
        {
          struct in_pktinfo info;

          memcpy (&info, CMSG_DATA (control), sizeof info);
          local->family = AF_INET;
          memcpy (local->ip, &info.ipi_spec_dst, 4);
        }
      else if (control->cmsg_level == IPPROTO_IPV6 && control->cmsg_type == IPV6_PKTINFO)
        {
          struct in6_pktinfo info;

          memcpy (&info, CMSG_DATA (control), sizeof info);
          local->family = AF_INET6;
          memcpy (local->ip, &info.ipi6_addr, 16);
          if (IN6_IS_ADDR_LINKLOCAL (&info.ipi6_addr))
            local->scope_id = info.ipi6_ifindex;
        }
    }
}

static void
receive_one (UdpListener *self, struct mmsghdr *message)
{
  struct msghdr *header = &message->msg_hdr;
  gsize len = message->msg_len;
  const char *data;
  SipAddress remote, local = { 0 };
  g_autoptr (SipFlow) flow = NULL;

  if ((header->msg_flags & MSG_TRUNC) != 0 || len > sip_transports_get_limits (self->parent.transports)->max_message)
    {
      g_debug ("Dropped a datagram of %" G_GSIZE_FORMAT " bytes: too large", len);
      return;
    }
  data = find_message (header->msg_iov->iov_base, &len);
  if (data == NULL || !sip_address_from_native (&remote, header->msg_name, header->msg_namelen) || remote.port == 0)
    return;
  if (self->is_wildcard)
    read_local_address (header, &local);

  flow = get_flow (self, &remote, &local);
  sip_transports_deliver (self->parent.transports, flow, data, len);
}

/* The kernel writes into the headers of the slots that it fills. */
static void
prepare_slot (Incoming *in, guint i, gboolean is_wildcard)
{
  struct msghdr *header = &in->headers[i].msg_hdr;

  header->msg_namelen = sizeof in->names[i];
  header->msg_control = in->controls[i];
  header->msg_controllen = is_wildcard ? CONTROL_SIZE : 0;
}

static int
receive_batch (UdpListener *self)
{
  Incoming *in = self->in;
  int n;

  n = recvmmsg (self->fd, in->headers, BATCH, MSG_DONTWAIT, NULL);
  for (int i = 0; i < n && self->parent.transports != NULL; i++)
    receive_one (self, &in->headers[i]);
  for (int i = 0; i < n; i++)
    prepare_slot (in, i, self->is_wildcard);
  return n;
}

/* RFC 3261 §18.4: unreachable hosts, networks, ports and protocols are told to those who sent there; anything else ICMP has to say is
 * not. */
static void
read_errors (UdpListener *self)
{
  char control[512] __attribute__ ((aligned (8)));
  struct sockaddr_storage name;
  SipAddress remote;

  for (guint i = 0; i < BATCH && self->fd >= 0; i++)
    {
      struct msghdr header = { .msg_name = &name, .msg_namelen = sizeof name, .msg_control = control, .msg_controllen = sizeof control };
      int code = 0;

      if (recvmsg (self->fd, &header, MSG_ERRQUEUE | MSG_DONTWAIT) < 0)
        break;
      for (struct cmsghdr *c = CMSG_FIRSTHDR (&header); c != NULL; c = CMSG_NXTHDR (&header, c))
        if ((c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_RECVERR) || (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_RECVERR))
          {
            struct sock_extended_err extended;

            memcpy (&extended, CMSG_DATA (c), sizeof extended);
            code = (int) extended.ee_errno;
          }
      if (code != ECONNREFUSED && code != EHOSTUNREACH && code != ENETUNREACH && code != ENOPROTOOPT)
        continue;
      if (!sip_address_from_native (&remote, (struct sockaddr *) &name, header.msg_namelen))
        continue;

      while (self->fd >= 0)
        {
          UdpFlow *flow = g_hash_table_lookup (self->flows, &remote);

          if (flow == NULL)
            break;
          sip_flow_ref (&flow->parent);
          fail_flow (flow, code);
          sip_flow_unref (&flow->parent);
        }
    }
}

static void
held_cb (SipTimer *timer)
{
  UdpListener *self = SIP_CONTAINER_OF (timer, UdpListener, held);

  self->ref_count++;
  flush (self);
  listener_unref (self);
}

static void
flush_or_hold (UdpListener *self)
{
  SipTimerWheel *wheel = sip_transports_get_wheel (self->parent.transports);

  if (self->queue_len == 0 || self->waits_for_room || !sip_timer_wheel_is_pressed (wheel) || sip_timer_wheel_is_firing (wheel))
    flush (self);
  else if (!sip_timer_is_running (&self->held))
    sip_timer_start (wheel, &self->held, held_cb, 0);
}

/* Somebody runs a main loop inside of our callback, or of a timer's: what waits for the end of that has to go. */
static gboolean
source_prepare (GSource *source, int *timeout)
{
  UdpListener *self = ((UdpSource *) source)->listener;

  *timeout = -1;
  return self->queue_len > 0 && !self->waits_for_room &&
         (self->dispatch_depth != 0 || (sip_timer_is_running (&self->held) && sip_timer_wheel_is_firing (self->held.wheel)));
}

static gboolean
source_dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  UdpListener *self = ((UdpSource *) source)->listener;
  GIOCondition condition = g_source_query_unix_fd (source, self->tag);

  self->ref_count++;

  /* A main loop inside of our callback. What has come waits for us to return; until then the socket is not looked at. */
  if (self->dispatch_depth != 0)
    {
      if (condition != 0)
        {
          g_source_modify_unix_fd (source, self->tag, 0);
          self->is_deaf = TRUE;
        }
      flush (self);
      listener_unref (self);
      return G_SOURCE_CONTINUE;
    }

  self->dispatch_depth = g_main_depth ();

  if ((condition & G_IO_ERR) != 0)
    read_errors (self);
  for (guint i = 0; i < MAX_BATCHES && self->fd >= 0; i++)
    {
      int n = receive_batch (self);

      if (self->fd < 0)
        break;
      if (n < 0 && errno != EAGAIN)
        continue; /* a pending ICMP error, or EINTR: the next call knows no more of it */
      if (n < BATCH)
        break;
      flush (self);
    }
  if (self->fd >= 0)
    flush_or_hold (self);

  self->dispatch_depth = 0;
  if (self->is_deaf && self->fd >= 0)
    g_source_modify_unix_fd (source, self->tag, self->waits_for_room ? G_IO_IN | G_IO_ERR | G_IO_OUT : G_IO_IN | G_IO_ERR);
  self->is_deaf = FALSE;
  if (self->fd < 0)
    g_clear_pointer (&self->in, g_free);
  listener_unref (self);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs source_funcs = { source_prepare, NULL, source_dispatch, NULL };

/* --- the listener --- */

static void
udp_listener_close (SipListener *listener)
{
  UdpListener *self = (UdpListener *) listener;
  GHashTableIter iter;
  UdpFlow *flow;

  /* What was said in the callback that closes us (a last answer) still goes, if the socket takes it. */
  while (self->queue_len > 0)
    {
      Outgoing last = pop (self);

      send_batch (self, &last, 1);
      outgoing_clear (&last);
    }

  listener->transports = NULL;
  sip_timer_stop (&self->held);
  g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
  g_socket_close (self->socket, NULL);
  g_clear_object (&self->socket);
  self->fd = -1;

  for (guint i = 0; i < N_RECENT; i++)
    g_clear_pointer (&self->recent[i], sip_flow_unref);
  /* Those that are left are held by somebody. */
  g_hash_table_iter_init (&iter, self->flows);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &flow))
    for (UdpFlow *f = flow; f != NULL; f = f->next)
      sip_flow_abandon (&f->parent);
  if (self->dispatch_depth == 0)
    g_clear_pointer (&self->in, g_free);
  listener_unref (self);
}

static SipFlow *
udp_listener_flow_to (SipListener *listener, const SipAddress *remote, GError **error)
{
  UdpListener *self = (UdpListener *) listener;
  UdpFlow *flow = g_hash_table_lookup (self->flows, remote);
  SipAddress local = { 0 };

  if (flow != NULL)
    return sip_flow_ref (&flow->parent);
  if (remote->port == 0)
    {
      g_set_error_literal (error, SIP_ERROR, SIP_ERROR_INVALID_ARGUMENT, "Port 0 is nowhere to send to");
      return NULL;
    }
  if (self->is_wildcard && !find_local_address (remote, &local, error))
    return NULL;
  return get_flow (self, remote, &local);
}

static const SipListenerClass udp_listener_class = { udp_listener_close, udp_listener_flow_to };

static void
set_up_socket (GSocket *socket, int family, gboolean is_wildcard)
{
  int level = family == AF_INET6 ? IPPROTO_IPV6 : IPPROTO_IP;

  g_socket_set_blocking (socket, FALSE);
  /* More than the system's limit where we may, else up to it. */
  if (!g_socket_set_option (socket, SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER, NULL))
    g_socket_set_option (socket, SOL_SOCKET, SO_RCVBUF, RECEIVE_BUFFER, NULL);
  if (!g_socket_set_option (socket, SOL_SOCKET, SO_SNDBUFFORCE, SEND_BUFFER, NULL))
    g_socket_set_option (socket, SOL_SOCKET, SO_SNDBUF, SEND_BUFFER, NULL);
  if (family == AF_INET6)
    g_socket_set_option (socket, IPPROTO_IPV6, IPV6_V6ONLY, TRUE, NULL);
  g_socket_set_option (socket, level, family == AF_INET6 ? IPV6_RECVERR : IP_RECVERR, TRUE, NULL);
  if (is_wildcard)
    g_socket_set_option (socket, level, family == AF_INET6 ? IPV6_RECVPKTINFO : IP_PKTINFO, TRUE, NULL);
}

static GSocket *
open_socket (SipAddress *address, gboolean is_wildcard, GError **error)
{
  g_autoptr (GSocketAddress) wanted = sip_address_to_socket_address (address);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GSocket) socket = g_socket_new (g_socket_address_get_family (wanted), G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, error);

  if (socket == NULL)
    return NULL;
  set_up_socket (socket, address->family, is_wildcard);
  if (!g_socket_bind (socket, wanted, FALSE, error))
    return NULL;
  bound = g_socket_get_local_address (socket, error);
  if (bound == NULL || !sip_address_from_socket_address (address, bound))
    return NULL;
  return g_steal_pointer (&socket);
}

static Incoming *
incoming_new (gboolean is_wildcard)
{
  /* Not cleared: each page of it costs memory only once a datagram reached it. */
  Incoming *in = g_malloc (sizeof *in);

  memset (in->headers, 0, sizeof in->headers);
  for (guint i = 0; i < BATCH; i++)
    {
      in->vectors[i].iov_base = in->data[i];
      in->vectors[i].iov_len = SLOT_SIZE;
      in->headers[i].msg_hdr.msg_iov = &in->vectors[i];
      in->headers[i].msg_hdr.msg_iovlen = 1;
      in->headers[i].msg_hdr.msg_name = &in->names[i];
      prepare_slot (in, i, is_wildcard);
    }
  return in;
}

SipListener *
sip_udp_listen (SipTransports *transports, SipTransportKind kind, GUri *uri, GError **error)
{
  SipAddress address;
  gboolean is_wildcard;
  g_autoptr (GSocket) socket = NULL;
  g_autofree char *text = NULL;
  UdpListener *self;

  if (!sip_transport_address_from_uri (&address, uri, 5060, error))
    return NULL;
  is_wildcard = sip_address_is_wildcard (&address);
  socket = open_socket (&address, is_wildcard, error);
  if (socket == NULL)
    return NULL;

  text = sip_address_to_string (&address);
  self = g_new0 (UdpListener, 1);
  self->parent.klass = &udp_listener_class;
  self->parent.transports = transports;
  self->parent.kind = kind;
  self->parent.address = address;
  self->parent.uri = g_strdup_printf ("udp://%s", text);
  self->ref_count = 1;
  self->is_wildcard = is_wildcard;
  self->socket = g_steal_pointer (&socket);
  self->fd = g_socket_get_fd (self->socket);
  self->sent_by = g_steal_pointer (&text);
  self->flows = g_hash_table_new ((GHashFunc) sip_address_hash, (GEqualFunc) sip_address_equal);
  self->in = incoming_new (is_wildcard);

  self->source = g_source_new (&source_funcs, sizeof (UdpSource));
  ((UdpSource *) self->source)->listener = self;
  g_source_set_static_name (self->source, "SIP over UDP");
  /* A source that cannot recurse is taken out of poll() and put back around each dispatch, at three system calls for each. */
  g_source_set_can_recurse (self->source, TRUE);
  self->tag = g_source_add_unix_fd (self->source, self->fd, G_IO_IN | G_IO_ERR);
  g_source_attach (self->source, sip_transports_get_context (transports));
  return &self->parent;
}

SipFlow *
sip_udp_flow_for_response (SipFlow *flow, const SipMsg *request)
{
  UdpFlow *self = (UdpFlow *) flow;
  guint16 port = request->via.port != 0 ? request->via.port : 5060;
  SipAddress remote = flow->remote;

  if (flow->klass != &udp_flow_class || flow->state == SIP_FLOW_CLOSED || request->via.has_rport || port == remote.port)
    return sip_flow_ref (flow);
  remote.port = port;
  return get_flow (self->listener, &remote, &flow->local);
}
