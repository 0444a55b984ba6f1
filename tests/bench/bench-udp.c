/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What one datagram in and one out cost a server, with the transport layer (which also parses) and with bare sockets in a main loop. The
 * load comes from a child process; only the server's time counts. */

#include <glib-unix.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "transport/sip-transports-private.h"

#define WINDOW 64
#define BATCH 32

static const char datagram[] =
  "INVITE sip:bob@127.0.0.1:5060 SIP/2.0\r\n"
  "Via: SIP/2.0/UDP 127.0.0.1:5061;branch=z9hG4bK-1234-1-0;rport\r\n"
  "From: \"Alice\" <sip:alice@127.0.0.1:5061>;tag=1234SIPpTag001\r\n"
  "To: Bob <sip:bob@127.0.0.1:5060>\r\n"
  "Call-ID: 1-1234@127.0.0.1\r\n"
  "CSeq: 1 INVITE\r\n"
  "Contact: <sip:alice@127.0.0.1:5061>\r\n"
  "Max-Forwards: 70\r\n"
  "Subject: Performance Test\r\n"
  "Content-Type: application/sdp\r\n"
  "Content-Length: 129\r\n"
  "\r\n"
  "v=0\r\no=user1 53655765 2353687637 IN IP4 127.0.0.1\r\ns=-\r\n"
  "c=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 6000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n";

static guint n_datagrams = 100000;
static guint n_done;

static double
cpu_seconds (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

/* Keeps WINDOW datagrams on their way; dies with its parent's pipe. */
static pid_t
start_load (guint16 port)
{
  struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = g_htons (port), .sin_addr = { g_htonl (INADDR_LOOPBACK) } };
  struct timeval patience = { 1, 0 };
  pid_t pid = fork ();
  int fd;
  char buffer[4096];

  if (pid != 0)
    return pid;
  fd = socket (AF_INET, SOCK_DGRAM, 0);
  setsockopt (fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (connect (fd, (struct sockaddr *) &to, sizeof to) != 0)
    _exit (1);
  for (guint i = 0; i < WINDOW; i++)
    if (send (fd, datagram, sizeof datagram - 1, 0) < 0)
      _exit (1);
  for (guint i = 0; i < n_datagrams - WINDOW; i++)
    if (recv (fd, buffer, sizeof buffer, 0) < 0 || send (fd, datagram, sizeof datagram - 1, 0) < 0)
      _exit (1);
  _exit (0);
}

static void
measure (const char *name, guint16 port)
{
  double before;
  gint64 wall;
  pid_t load;

  n_done = 0;
  load = start_load (port);
  before = cpu_seconds ();
  wall = g_get_monotonic_time ();
  while (n_done < n_datagrams)
    g_main_context_iteration (NULL, TRUE);
  wall = g_get_monotonic_time () - wall;
  printf ("%-28s %8.0f ns CPU %8.0f ns wall\n", name, (cpu_seconds () - before) * 1e9 / n_datagrams, wall * 1e3 / n_datagrams);
  waitpid (load, NULL, 0);
}

/* --- bare sockets --- */

static int
bare_socket (guint16 *port)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr = { g_htonl (INADDR_LOOPBACK) } };
  socklen_t len = sizeof address;
  int fd = socket (AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);

  if (bind (fd, (struct sockaddr *) &address, sizeof address) != 0 || getsockname (fd, (struct sockaddr *) &address, &len) != 0)
    g_error ("bind: %s", g_strerror (errno));
  *port = g_ntohs (address.sin_port);
  return fd;
}

static gboolean
bare_cb (int fd, GIOCondition condition, gpointer user_data)
{
  char buffer[65536];
  struct sockaddr_storage from;
  socklen_t len = sizeof from;
  gssize n;

  while ((n = recvfrom (fd, buffer, sizeof buffer, 0, (struct sockaddr *) &from, &len)) >= 0)
    {
      if (sendto (fd, buffer, n, 0, (struct sockaddr *) &from, len) < 0)
        g_error ("sendto: %s", g_strerror (errno));
      n_done++;
      len = sizeof from;
    }
  return G_SOURCE_CONTINUE;
}

static gboolean
bare_batch_cb (int fd, GIOCondition condition, gpointer user_data)
{
  static char buffers[BATCH][65536];
  struct sockaddr_storage from[BATCH];
  struct iovec vectors[BATCH];
  struct mmsghdr headers[BATCH] = { 0 };
  int n;

  do
    {
      for (guint i = 0; i < BATCH; i++)
        {
          vectors[i] = (struct iovec){ buffers[i], sizeof buffers[i] };
          headers[i].msg_hdr = (struct msghdr){ .msg_name = &from[i], .msg_namelen = sizeof from[i],
                                                .msg_iov = &vectors[i], .msg_iovlen = 1 };
        }
      n = recvmmsg (fd, headers, BATCH, 0, NULL);
      for (int i = 0; i < n; i++)
        vectors[i].iov_len = headers[i].msg_len;
      if (n > 0 && sendmmsg (fd, headers, n, 0) != n)
        g_error ("sendmmsg: %s", g_strerror (errno));
      n_done += MAX (n, 0);
    }
  while (n == BATCH);
  return G_SOURCE_CONTINUE;
}

static void
measure_bare (const char *name, GUnixFDSourceFunc func)
{
  guint16 port;
  int fd = bare_socket (&port);
  guint id = g_unix_fd_add (fd, G_IO_IN, func, NULL);

  measure (name, port);
  g_source_remove (id);
  close (fd);
}

/* --- GSocket, as one would write it --- */

static gboolean
gsocket_cb (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  static char buffer[65536];
  GSocketAddress *from = NULL;
  gssize n;

  while ((n = g_socket_receive_from (socket, &from, buffer, sizeof buffer, NULL, NULL)) >= 0)
    {
      g_socket_send_to (socket, from, buffer, n, NULL, NULL);
      g_clear_object (&from);
      n_done++;
    }
  return G_SOURCE_CONTINUE;
}

static void
measure_gsocket (void)
{
  guint16 port;
  int fd = bare_socket (&port);
  g_autoptr (GSocket) socket = g_socket_new_from_fd (fd, NULL);
  g_autoptr (GSource) source = g_socket_create_source (socket, G_IO_IN, NULL);

  g_socket_set_blocking (socket, FALSE);
  g_source_set_callback (source, G_SOURCE_FUNC (gsocket_cb), NULL, NULL);
  g_source_attach (source, NULL);
  measure ("GSocket", port);
  g_source_destroy (source);
}

/* --- the transport layer --- */

static void
echo (gpointer user_data, SipMsg *msg, SipFlow *flow)
{
  sip_flow_send (flow, msg, NULL);
  n_done++;
}

static void
measure_transport (const char *name, const char *uri)
{
  static const SipTransportsEvents events = { echo, NULL };
  g_autoptr (SipTimerWheel) wheel = sip_timer_wheel_new (NULL);
  g_autoptr (SipTransports) transports = sip_transports_new (wheel, &events, NULL);
  g_autofree char *bound = sip_transports_listen (transports, uri, NULL);

  measure (name, (guint16) atoi (strrchr (bound, ':') + 1));
}

/* Arguments: what to run (all), how many datagrams. Under callgrind, two runs of different length tell the instructions of one round. */
int
main (int argc, char **argv)
{
  const char *what = argc > 1 ? argv[1] : NULL;

  if (argc > 2)
    n_datagrams = (guint) atoi (argv[2]);
  for (guint i = 0; i < (what == NULL ? 3 : 1); i++)
    {
      if (what == NULL || strcmp (what, "one") == 0)
        measure_bare ("bare, one by one", bare_cb);
      if (what == NULL || strcmp (what, "batch") == 0)
        measure_bare ("bare, in batches", bare_batch_cb);
      if (what == NULL || strcmp (what, "gsocket") == 0)
        measure_gsocket ();
      if (what == NULL || strcmp (what, "transport") == 0)
        measure_transport ("transport layer", "udp://127.0.0.1:0");
      if (what == NULL || strcmp (what, "wildcard") == 0)
        measure_transport ("transport layer, wildcard", "udp://0.0.0.0:0");
    }
  return 0;
}
