/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "agent/sip-enders-private.h"
#include "agent/sip-registrant-private.h"
#include "agent/sip-registration.h"
#include "agent/sip-waiters-private.h"

G_BEGIN_DECLS

typedef enum
{
  SIP_REGISTRATION_PROP_0,
  SIP_REGISTRATION_PROP_USER_AGENT,
  SIP_REGISTRATION_PROP_REGISTRAR,
  SIP_REGISTRATION_PROP_STATE,
  SIP_REGISTRATION_PROP_ERROR,
  SIP_REGISTRATION_PROP_EXPIRES,
  SIP_REGISTRATION_PROP_N_FLOWS,
  SIP_REGISTRATION_PROP_PUBLIC_GRUU,
  SIP_REGISTRATION_PROP_TEMPORARY_GRUU,
  SIP_REGISTRATION_PROP_SERVICE_ROUTE,
  SIP_REGISTRATION_PROP_CONTACTS,
  SIP_REGISTRATION_N_PROPS
} SipRegistrationProp;

/* Shared by sip-registration.c (what it does) and -properties.c (what there is to see). */
struct _SipRegistration
{
  GObject parent_instance;
  SipUserAgent *user_agent;   /* weak */
  SipUri *registrar;
  char *registrar_text;
  SipRegistrant *registrant;  /* NULL: there is nothing to look after */
  SipEnder ender;
  SipWaiters *registering;
  SipWaiters *unregistering;
  SipRegistrationState state;
  GError *error;

  /* It all stays the same from one time to the next (RFC 3261 §10.2). */
  char *call_id;
  char *tag;
  guint32 cseq;

  guint expires;
  gboolean outbound;
  char *contact_params;
  char **lines;
  GBytes *body;
  char *content_type;

  SipRegisterAnswer answer;   /* of the latest time; all empty while it is not registered */
  GPtrArray *temporary_users; /* the users of temporary GRUUs, the latest last */
};

struct _SipRegistrationClass
{
  GObjectClass parent_class;
};

void sip_registration_install_properties (GObjectClass *object_class);
void sip_registration_notify (SipRegistration *self, SipRegistrationProp property);

/* @registrar: a URI. It is the agent that keeps it, while there is something to keep: see sip_user_agent_keep_registration(). */
SipRegistration *sip_registration_new (SipUserAgent *user_agent, SipUri *registrar);
/* By the Request-URI of its REGISTERs, as RFC 3261 §19.1.4 compares. */
gboolean sip_registration_is_at (SipRegistration *self, SipUri *registrar);

/* Takes over what @options (nullable: all as it was, or the defaults) say. FALSE, and nothing has changed, where one of them must not go into a header. */
gboolean sip_registration_configure (SipRegistration *self, SipRegisterOptions *options, GError **error);
/* Headers and body for the REGISTERs to come. */
gboolean sip_registration_take_extras (SipRegistration *self, SipRegisterOptions *options, GError **error);

/* @task (nullable) ends with what becomes of it: with a reference on @result, or TRUE where that is NULL. */
void sip_registration_begin (SipRegistration *self, GTask *task);
void sip_registration_end (SipRegistration *self, gboolean all, GTask *task);

/* Something that goes into its REGISTERs, or what they go over, has changed. */
void sip_registration_look_at_servers (SipRegistration *self);
void sip_registration_network_changed (SipRegistration *self);

/* NULL: it is not registered. */
const SipRegisterAnswer *sip_registration_get_answer (SipRegistration *self);
SipFlow *sip_registration_get_flow (SipRegistration *self);
/* Whether it is the user of a temporary GRUU of ours, of the latest or of one before (RFC 5627 §4.1). */
gboolean sip_registration_knows_user (SipRegistration *self, const char *user);

G_END_DECLS
