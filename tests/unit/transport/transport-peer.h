/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "transport/sip-transports-private.h"

/* A transport layer under test, with everything that came up from it. */
typedef struct _Peer Peer;

struct _Peer
{
  SipTimerWheel *wheel;
  SipTransports *transports;
  GPtrArray *messages;  /* SipMsg */
  GPtrArray *flows;     /* SipFlow: of the message with the same index */
  GPtrArray *changes;   /* SipFlow, as flow_changed told */
  void (*on_receive) (Peer *self, SipMsg *msg, SipFlow *flow);
  void (*on_change) (Peer *self, SipFlow *flow);
  gpointer data;
};

static inline void
peer_receive (gpointer user_data, SipMsg *msg, SipFlow *flow)
{
  Peer *self = user_data;

  g_ptr_array_add (self->messages, sip_msg_ref (msg));
  g_ptr_array_add (self->flows, sip_flow_ref (flow));
  if (self->on_receive != NULL)
    self->on_receive (self, msg, flow);
}

static inline void
peer_flow_changed (gpointer user_data, SipFlow *flow)
{
  Peer *self = user_data;

  g_ptr_array_add (self->changes, sip_flow_ref (flow));
  if (self->on_change != NULL)
    self->on_change (self, flow);
}

static inline void
peer_init (Peer *self, SipTimerWheel *wheel)
{
  static const SipTransportsEvents events = { peer_receive, peer_flow_changed };

  memset (self, 0, sizeof *self);
  self->wheel = sip_timer_wheel_ref (wheel);
  self->transports = sip_transports_new (wheel, &events, self);
  self->messages = g_ptr_array_new_with_free_func ((GDestroyNotify) sip_msg_unref);
  self->flows = g_ptr_array_new_with_free_func ((GDestroyNotify) sip_flow_unref);
  self->changes = g_ptr_array_new_with_free_func ((GDestroyNotify) sip_flow_unref);
}

static inline void
peer_clear (Peer *self)
{
  g_clear_pointer (&self->transports, sip_transports_free);
  g_clear_pointer (&self->messages, g_ptr_array_unref);
  g_clear_pointer (&self->flows, g_ptr_array_unref);
  g_clear_pointer (&self->changes, g_ptr_array_unref);
  g_clear_pointer (&self->wheel, sip_timer_wheel_unref);
}

static inline char *
peer_listen (Peer *self, const char *uri)
{
  g_autoptr (GError) error = NULL;
  char *bound = sip_transports_listen (self->transports, uri, &error);

  g_assert_no_error (error);
  return bound;
}

static inline SipFlow *
peer_connect (Peer *self, const char *uri)
{
  g_autoptr (GError) error = NULL;
  SipFlow *flow = sip_transports_connect (self->transports, uri, &error);

  g_assert_no_error (error);
  return flow;
}

static inline SipMsg *
message_new_via (const char *via, const char *call_id, const char *body)
{
  g_autofree char *text = g_strdup_printf ("OPTIONS sip:bob@example.com SIP/2.0\r\nVia: %s\r\nMax-Forwards: 70\r\n"
                                           "From: <sip:alice@example.com>;tag=1\r\n"
                                           "To: <sip:bob@example.com>\r\nCall-ID: %s\r\nCSeq: 1 OPTIONS\r\nContent-Length: %zu\r\n\r\n%s",
                                           via, call_id, strlen (body), body);
  g_autoptr (GError) error = NULL;
  SipMsg *msg = sip_msg_parse (text, strlen (text), NULL, &error);

  g_assert_no_error (error);
  return msg;
}

/* An OPTIONS as it would go out on @flow. */
static inline SipMsg *
message_new (SipFlow *flow, const char *call_id, const char *body)
{
  g_autoptr (GString) via = g_string_new (NULL);

  sip_flow_append_via (flow, via, "z9hG4bK776asdhds");
  return message_new_via (via->str, call_id, body);
}

static inline void
peer_send (SipFlow *flow, const char *call_id)
{
  g_autoptr (SipMsg) msg = message_new (flow, call_id, "");
  g_autoptr (GError) error = NULL;
  gboolean sent = sip_flow_send (flow, msg, &error);

  g_assert_no_error (error);
  g_assert_true (sent);
}

#define assert_str(str, text) \
  G_STMT_START \
  { \
    g_autofree char *assert_copy = sip_str_dup (str); \
    g_assert_cmpstr (assert_copy, ==, text); \
  } \
  G_STMT_END

static inline SipMsg *
peer_message (Peer *self, guint index)
{
  g_assert_cmpuint (index, <, self->messages->len);
  return g_ptr_array_index (self->messages, index);
}

static inline SipFlow *
peer_flow (Peer *self, guint index)
{
  g_assert_cmpuint (index, <, self->flows->len);
  return g_ptr_array_index (self->flows, index);
}

#define assert_call_id(peer, index, text) assert_str (peer_message ((peer), (index))->call_id, text)

/* Runs the main loop until @condition holds, and fails after ten seconds. */
static inline gboolean
wait_expired_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

#define wait_until(condition) \
  G_STMT_START \
  { \
    gboolean wait_expired = FALSE; \
    guint wait_id = g_timeout_add_seconds (10, wait_expired_cb, &wait_expired); \
    while (!(condition) && !wait_expired) \
      g_main_context_iteration (NULL, TRUE); \
    if (wait_expired) \
      g_error ("%s:%d: in vain: %s", __FILE__, __LINE__, #condition); \
    g_source_remove (wait_id); \
  } \
  G_STMT_END

/* What is pending, and nothing that has to be waited for. */
static inline void
drain (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}
