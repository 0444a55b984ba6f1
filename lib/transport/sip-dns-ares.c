/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transport/sip-dns-ares-private.h"

#include <ares.h>
#include <arpa/nameser.h>

#include "syntax/sip-error.h"
#include "transport/sip-dns-packet-private.h"

/* RFC 9715's size: it is not fragmented, and what is larger comes by TCP. */
#define PACKET_SIZE 1232

typedef struct _AresSource AresSource;

/* A channel is there as long as there are questions: so the next one finds the servers that the system has by then, and asks from another
 * port, which others would have to guess. */
typedef struct
{
  SipTimerWheel *wheel;
  GMainContext *context;
  char *servers;          /* nullable */
  ares_channel channel;   /* nullable */
  AresSource *source;     /* with the channel */
  guint n_asked;
  GQueue answers;         /* Lookup: c-ares must not be freed while it tells of one */
  SipTimer timer;         /* its time-outs */
} AresBackend;

typedef struct
{
  int fd;
  gpointer tag;
} Socket;

/* One for all sockets of a channel. */
struct _AresSource
{
  GSource parent;
  AresBackend *backend;
  GArray *sockets;        /* Socket */
};

typedef struct
{
  AresBackend *backend;
  SipDnsTicket *ticket;
  SipDnsType type;
  char *name;
  SipDnsAnswer *answer;
} Lookup;

static void hand_over (AresBackend *self);

/* --- sockets --- */

static gboolean
source_dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  AresSource *self = (AresSource *) source;
  AresBackend *backend = self->backend;
  /* The channel opens and closes sockets meanwhile. */
  g_autoptr (GArray) sockets = g_array_copy (self->sockets);

  for (guint i = 0; i < sockets->len; i++)
    {
      const Socket *socket = &g_array_index (sockets, Socket, i);
      GIOCondition condition;
      gboolean is_there = FALSE;

      for (guint j = 0; j < self->sockets->len && !is_there; j++)
        is_there = g_array_index (self->sockets, Socket, j).tag == socket->tag;
      condition = is_there ? g_source_query_unix_fd (source, socket->tag) : 0;
      if (condition != 0)
        ares_process_fd (backend->channel, (condition & ~G_IO_OUT) != 0 ? socket->fd : ARES_SOCKET_BAD,
                         (condition & G_IO_OUT) != 0 ? socket->fd : ARES_SOCKET_BAD);
    }
  hand_over (backend);
  return G_SOURCE_CONTINUE;
}

static void
source_finalize (GSource *source)
{
  g_array_unref (((AresSource *) source)->sockets);
}

static GSourceFuncs source_funcs = { NULL, NULL, source_dispatch, source_finalize, NULL, NULL };

static void
socket_cb (void *data, ares_socket_t fd, int readable, int writable)
{
  AresBackend *self = data;
  GArray *sockets = self->source->sockets;
  GIOCondition condition = (readable ? G_IO_IN : 0) | (writable ? G_IO_OUT : 0);
  guint i;

  for (i = 0; i < sockets->len && g_array_index (sockets, Socket, i).fd != fd; i++)
    ;
  if (i < sockets->len && condition == 0)
    {
      g_source_remove_unix_fd (&self->source->parent, g_array_index (sockets, Socket, i).tag);
      g_array_remove_index_fast (sockets, i);
    }
  else if (i < sockets->len)
    {
      g_source_modify_unix_fd (&self->source->parent, g_array_index (sockets, Socket, i).tag, condition);
    }
  else if (condition != 0)
    {
      Socket socket = { fd, g_source_add_unix_fd (&self->source->parent, fd, condition) };

      g_array_append_val (sockets, socket);
    }
}

/* --- the channel --- */

static gboolean
init_library (void)
{
  static gsize once = 0;
  static int status;

  if (g_once_init_enter (&once))
    {
      status = ares_library_init (ARES_LIB_INIT_ALL);
      g_once_init_leave (&once, 1);
    }
  return status == ARES_SUCCESS;
}

static void
close_channel (AresBackend *self)
{
  ares_channel channel = g_steal_pointer (&self->channel);

  sip_timer_stop (&self->timer);
  if (channel == NULL)
    return;
  /* It answers all that is left, and closes its sockets. */
  ares_destroy (channel);
  g_source_destroy (&self->source->parent);
  g_source_unref (&self->source->parent);
  self->source = NULL;
}

static int
open_channel (AresBackend *self)
{
  struct ares_options options = {
    .flags = ARES_FLAG_EDNS | ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES,
    .timeout = SIP_DNS_ARES_TIMEOUT,
    .tries = SIP_DNS_ARES_TRIES,
    .ednspsz = PACKET_SIZE,
    .sock_state_cb = socket_cb,
    .sock_state_cb_data = self,
  };
  int status;

  if (self->channel != NULL)
    return ARES_SUCCESS;
  if (!init_library ())
    return ARES_ENOTINITIALIZED;
  status = ares_init_options (&self->channel, &options,
                              ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_EDNSPSZ | ARES_OPT_SOCK_STATE_CB);
  if (status != ARES_SUCCESS)
    {
      self->channel = NULL;
      return status;
    }

  self->source = (AresSource *) g_source_new (&source_funcs, sizeof (AresSource));
  self->source->backend = self;
  self->source->sockets = g_array_new (FALSE, FALSE, sizeof (Socket));
  g_source_set_static_name (&self->source->parent, "SIP: DNS");
  g_source_attach (&self->source->parent, self->context);
  if (self->servers != NULL)
    status = ares_set_servers_ports_csv (self->channel, self->servers);
  if (status != ARES_SUCCESS)
    close_channel (self);
  return status;
}

static void timer_cb (SipTimer *timer);

static void
look_again (AresBackend *self)
{
  struct timeval value;

  if (self->channel == NULL)
    return;
  if (self->n_asked == 0)
    close_channel (self);
  else if (ares_timeout (self->channel, NULL, &value) != NULL)
    /* Not a bit too early. */
    sip_timer_start (self->wheel, &self->timer, timer_cb, value.tv_sec * G_USEC_PER_SEC + value.tv_usec + 1000);
}

/* The last thing to do: @self may be gone after it. */
static void
hand_over (AresBackend *self)
{
  GQueue answers;
  Lookup *lookup;

  look_again (self);
  answers = self->answers;
  g_queue_init (&self->answers);
  while ((lookup = g_queue_pop_head (&answers)) != NULL)
    {
      sip_dns_ticket_answer (lookup->ticket, lookup->answer);
      g_free (lookup->name);
      g_free (lookup);
    }
}

static void
timer_cb (SipTimer *timer)
{
  AresBackend *self = SIP_CONTAINER_OF (timer, AresBackend, timer);

  if (self->n_asked > 0)
    ares_process_fd (self->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
  hand_over (self);
}

/* --- questions --- */

static GResolverError
code_of (int status)
{
  switch (status)
    {
    case ARES_ENOTFOUND:
    case ARES_EBADNAME:
      return G_RESOLVER_ERROR_NOT_FOUND;

    case ARES_ETIMEOUT:
    case ARES_ESERVFAIL:
    case ARES_EREFUSED:
    case ARES_ECONNREFUSED:
    case ARES_ENOTIMP:
      return G_RESOLVER_ERROR_TEMPORARY_FAILURE;

    default:
      return G_RESOLVER_ERROR_INTERNAL;
    }
}

static SipDnsAnswer *
read_answer (const Lookup *lookup, int status, const unsigned char *data, int len)
{
  GError *error = NULL;
  SipDnsAnswer *answer = NULL;

  if (data != NULL && len > 0 && (status == ARES_SUCCESS || status == ARES_ENODATA || status == ARES_ENOTFOUND))
    answer = sip_dns_packet_read (data, len, lookup->name, lookup->type, &error);
  else
    error = g_error_new (G_RESOLVER_ERROR, code_of (status), "%s %s: %s", sip_dns_type_to_string (lookup->type), lookup->name,
                         ares_strerror (status));
  return answer != NULL ? answer : sip_dns_answer_new_failed (lookup->type, error);
}

static void
answered_cb (void *data, int status, int timeouts, unsigned char *buffer, int len)
{
  Lookup *lookup = data;

  lookup->backend->n_asked--;
  lookup->answer = read_answer (lookup, status, buffer, len);
  g_queue_push_tail (&lookup->backend->answers, lookup);
}

static void
ares_ask (gpointer backend, SipDnsType type, const char *name, SipDnsTicket *ticket)
{
  static const int types[] = { [SIP_DNS_A] = ns_t_a, [SIP_DNS_AAAA] = ns_t_aaaa, [SIP_DNS_SRV] = ns_t_srv, [SIP_DNS_NAPTR] = ns_t_naptr };
  AresBackend *self = backend;
  Lookup *lookup = g_new0 (Lookup, 1);
  int status;

  lookup->backend = self;
  lookup->ticket = ticket;
  lookup->type = type;
  lookup->name = g_strdup (name);
  self->n_asked++;
  status = open_channel (self);
  if (status == ARES_SUCCESS)
    ares_query (self->channel, name, ns_c_in, types[type], answered_cb, lookup);
  else
    answered_cb (lookup, status, 0, NULL, 0);
  hand_over (self);
}

static void
ares_backend_free (gpointer backend)
{
  AresBackend *self = backend;

  close_channel (self);
  hand_over (self);
  sip_timer_wheel_unref (self->wheel);
  g_main_context_unref (self->context);
  g_free (self->servers);
  g_free (self);
}

/* Ours is the longer patience: it ends what c-ares does not. */
const SipDnsBackendClass sip_dns_ares_class = { ares_ask, ares_backend_free, 5 * G_USEC_PER_SEC };

gpointer
sip_dns_ares_new (SipTimerWheel *wheel, GMainContext *context, const char *servers)
{
  AresBackend *self = g_new0 (AresBackend, 1);

  self->wheel = sip_timer_wheel_ref (wheel);
  self->context = g_main_context_ref (context);
  self->servers = g_strdup (servers);
  return self;
}

gboolean
sip_dns_ares_check_servers (const char *servers, GError **error)
{
  g_auto (GStrv) each = g_strsplit (*servers != '\0' ? servers : ",", ",", -1);

  for (guint i = 0; each[i] != NULL; i++)
    {
      g_autofree char *uri = g_strconcat ("dns://", g_strstrip (each[i]), NULL);
      g_autoptr (GUri) parsed = g_uri_parse (uri, G_URI_FLAGS_NONE, NULL);
      SipAddress address;

      if (parsed != NULL && g_uri_get_host (parsed) != NULL && *g_uri_get_path (parsed) == '\0' && g_uri_get_userinfo (parsed) == NULL &&
          sip_address_parse (&address, sip_str_from (g_uri_get_host (parsed)), 0))
        continue;
      g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_ARGUMENT, "“%s” is no address of a DNS server", each[i]);
      return FALSE;
    }
  return TRUE;
}
