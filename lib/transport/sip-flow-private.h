/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "syntax/sip-msg-private.h"
#include "transport/sip-address-private.h"

G_BEGIN_DECLS

/* One way on which messages come and go (RFC 5626's word): a UDP socket with a remote address, or one connection. Ref-counted, one
 * context. */
typedef struct _SipFlow SipFlow;
typedef struct _SipFlowWatch SipFlowWatch;

typedef enum
{
  SIP_TRANSPORT_UDP,
  SIP_TRANSPORT_TCP,
  SIP_TRANSPORT_TLS,
  SIP_TRANSPORT_WS,
  SIP_TRANSPORT_WSS,
} SipTransportKind;

const char *sip_transport_kind_to_via (SipTransportKind kind);   /* "UDP", "WSS", ... */
const char *sip_transport_kind_to_param (SipTransportKind kind); /* "udp", "ws" (also for WSS: RFC 7118 §5), ... */
/* By the Via name or a transport= parameter, without regard to case. */
gboolean sip_transport_kind_from_str (SipStr name, SipTransportKind *kind);

typedef enum
{
  SIP_FLOW_CONNECTING,
  SIP_FLOW_OPEN,
  SIP_FLOW_CLOSED, /* final */
} SipFlowState;

/* What a kind of transport implements. A flow struct of a transport starts with a SipFlow. */
typedef struct
{
  /* Hands over one message. FALSE with an error: it has not gone and never will. While CONNECTING messages wait. */
  gboolean (*send) (SipFlow *self, SipMsg *msg, GError **error);
  void (*close) (SipFlow *self);
  void (*free) (SipFlow *self);
} SipFlowClass;

/* Somebody who looks at every message that goes and comes. Nobody as long as func is NULL. */
typedef struct
{
  void (*func) (gpointer user_data, SipMsg *msg, SipFlow *flow, gboolean sent);
  gpointer user_data;
} SipFlowTap;

struct _SipFlow
{
  const SipFlowClass *klass;
  guint ref_count;
  guint8 kind;           /* SipTransportKind */
  guint8 state;          /* SipFlowState */
  guint8 is_reliable;
  guint8 is_secure;
  guint8 is_server;      /* the other side connected to us */
  guint8 is_alias;       /* requests for us may come on it, too (RFC 5923 §5): the Via says so */
  guint8 was_open;       /* of a connection: what was sent while it was CONNECTING has gone */
  SipAddress local;
  SipAddress remote;
  /* Our host[:port] for Via and Contact; of a WebSocket client a random name under .invalid (RFC 7118 §5). NULL where nobody knows it before
   * the flow is open: then there is no Via to write either. */
  const char *sent_by;
  char *contact;         /* nullable: the host[:port] of a UDP socket that we are rather reached at than by this connection */
  const char *host_name; /* whom we meant to reach, when we connected by name; nullable */
  GError *error;         /* why it is CLOSED; NULL when we wanted it */
  SipFlowWatch *watches;
  const SipFlowTap *tap; /* of the transports that it belongs to; NULL once they are gone */
  char *remote_host;     /* a GRefString: the remote IP address as in received=; NULL where there is none */
};

/* Called once when the flow has closed, after its state changed; the watch is off its flow by then. Not called when the transports are
 * freed: then all watches are just taken off. A watch on a flow that is CLOSED already is never called. */
typedef void (*SipFlowClosedFunc) (SipFlowWatch *watch, SipFlow *flow);

struct _SipFlowWatch
{
  SipFlowWatch *next;
  SipFlowWatch **link;
  SipFlowClosedFunc func;
  SipFlowClosedFunc opened; /* nullable */
};

SipFlow *sip_flow_ref (SipFlow *self);
void sip_flow_unref (SipFlow *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SipFlow, sip_flow_unref)

/* Never calls back: what fails later closes the flow, and that is told from the main loop or from the timer wheel. */
gboolean sip_flow_send (SipFlow *self, SipMsg *msg, GError **error);
/* CLOSED when this returns; the watches are called in it. */
void sip_flow_close (SipFlow *self);

/* The same, for a reason that nobody wanted. */
void sip_flow_break (SipFlow *self, const GError *error);

void sip_flow_watch (SipFlow *self, SipFlowWatch *watch, SipFlowClosedFunc func);
/* @opened is called when a flow that is CONNECTING has opened; the watch stays on it. */
void sip_flow_watch_opening (SipFlow *self, SipFlowWatch *watch, SipFlowClosedFunc opened, SipFlowClosedFunc closed);
void sip_flow_unwatch (SipFlowWatch *watch);

/* For implementations. A new flow has one reference. */
void sip_flow_init (SipFlow *self, const SipFlowClass *klass, SipTransportKind kind, const SipAddress *remote, const SipFlowTap *tap);
void sip_flow_set_contact (SipFlow *self, const char *contact);
void sip_flow_clear (SipFlow *self); /* at the end of free() */
/* Set state and error, tell the watches. */
void sip_flow_set_open (SipFlow *self);
void sip_flow_set_closed (SipFlow *self, const GError *error);
/* When it has been set open, and all else that opening it means has been done. */
void sip_flow_tell_opened (SipFlow *self);
/* CLOSED without a word to anybody. */
void sip_flow_abandon (SipFlow *self);

/* "SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK...;rport" */
void sip_flow_append_via (SipFlow *self, GString *text, const char *branch);
/* "<sip:USER@SENT-BY;transport=ws;URI-PARAMS>;PARAMS": @user and both parameter lists are nullable and come ready escaped, without a
 * leading ';' */
void sip_flow_append_contact (SipFlow *self, GString *text, const char *user, const char *uri_params, const char *params);

G_END_DECLS
