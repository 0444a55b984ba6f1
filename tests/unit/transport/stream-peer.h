/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "transport-peer.h"

/* A plain socket at the other end of a connection under test. */

static inline GSocket *
raw_connect (const char *uri)
{
  g_autoptr (GUri) parsed = g_uri_parse (uri, G_URI_FLAGS_NONE, NULL);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string (g_uri_get_host (parsed), g_uri_get_port (parsed));
  g_autoptr (GError) error = NULL;
  GSocket *socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);

  g_assert_no_error (error);
  g_socket_connect (socket, address, NULL, &error);
  g_assert_no_error (error);
  g_socket_set_blocking (socket, FALSE);
  /* Each part that is sent goes out by itself. */
  g_socket_set_option (socket, 6 /* IPPROTO_TCP */, 1 /* TCP_NODELAY */, TRUE, NULL);
  return socket;
}

static inline GSocket *
raw_listen (char **uri, const char *scheme)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GSocketAddress) bound = NULL;
  GSocket *listening = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);

  g_assert_no_error (error);
  g_assert_true (g_socket_bind (listening, any, TRUE, NULL) && g_socket_listen (listening, NULL));
  bound = g_socket_get_local_address (listening, NULL);
  *uri = g_strdup_printf ("%s://127.0.0.1:%u", scheme, g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound)));
  return listening;
}

static inline GSocket *
raw_accept (GSocket *listening)
{
  GSocket *socket;

  wait_until ((g_socket_condition_check (listening, G_IO_IN) & G_IO_IN) != 0);
  socket = g_socket_accept (listening, NULL, NULL);
  g_assert_nonnull (socket);
  g_socket_set_blocking (socket, FALSE);
  return socket;
}

/* Runs our side of it until the kernel says that there is something to do here. */
static inline void
raw_wait (GSocket *socket, GIOCondition condition)
{
  gint64 end = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;

  drain ();
  while (!g_socket_condition_timed_wait (socket, condition, 5000, NULL, NULL))
    {
      drain ();
      if (g_get_monotonic_time () > end)
        g_error ("%s: in vain", G_STRFUNC);
    }
}

static inline void
raw_send_len (GSocket *socket, const char *data, gsize len)
{
  while (len > 0)
    {
      gssize n;

      raw_wait (socket, G_IO_OUT);
      n = g_socket_send (socket, data, len, NULL, NULL);
      data += MAX (n, 0);
      len -= MAX (n, 0);
    }
}

/* 0: the end, in whatever way. */
static inline gsize
raw_receive (GSocket *socket, char *buffer, gsize size)
{
  gssize n;

  raw_wait (socket, G_IO_IN);
  n = g_socket_receive (socket, buffer, size, NULL, NULL);
  return MAX (n, 0);
}

static inline void
raw_send (GSocket *socket, const char *text)
{
  raw_send_len (socket, text, strlen (text));
}

/* What comes until @marker, or until the end where it is NULL. */
static inline char *
raw_read (GSocket *socket, const char *marker)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean at_end = FALSE;

  while (!at_end && (marker == NULL || strstr (text->str, marker) == NULL))
    {
      char buffer[65536];
      gsize n = raw_receive (socket, buffer, sizeof buffer);

      at_end = n == 0;
      g_string_append_len (text, buffer, n);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Whether nothing has come, and the connection is there. */
static inline gboolean
raw_is_silent (GSocket *socket)
{
  drain ();
  return (g_socket_condition_check (socket, G_IO_IN | G_IO_HUP) & (G_IO_IN | G_IO_HUP)) == 0;
}

static inline guint
count_descriptors (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static inline void
wait_for_state (SipFlow *flow, SipFlowState state)
{
  wait_until (flow->state == state);
}

typedef struct
{
  SipFlowWatch watch;
  guint n_opened;
  guint n_closed;
} Watcher;

static inline void
watcher_opened (SipFlowWatch *watch, SipFlow *flow)
{
  SIP_CONTAINER_OF (watch, Watcher, watch)->n_opened++;
}

static inline void
watcher_closed (SipFlowWatch *watch, SipFlow *flow)
{
  SIP_CONTAINER_OF (watch, Watcher, watch)->n_closed++;
}
