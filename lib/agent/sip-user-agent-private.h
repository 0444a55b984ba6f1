/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "agent/sip-enders-private.h"
#include "agent/sip-server-list-private.h"
#include "agent/sip-registration.h"
#include "agent/sip-session-list-private.h"
#include "agent/sip-user-agent.h"
#include "dialog/sip-dialogs-private.h"

G_BEGIN_DECLS

/* RFC 4028 §4 knows the shortest one, in seconds; a day is long enough. */
#define SIP_SESSION_EXPIRES_MIN 90
#define SIP_SESSION_EXPIRES_MAX (24 * 60 * 60)

typedef enum
{
  SIP_USER_AGENT_PROP_0,
  SIP_USER_AGENT_PROP_URI,
  SIP_USER_AGENT_PROP_STATE,
  SIP_USER_AGENT_PROP_DISPLAY_NAME,
  SIP_USER_AGENT_PROP_USER_AGENT_STRING,
  SIP_USER_AGENT_PROP_ALIASES,
  SIP_USER_AGENT_PROP_SERVERS,
  SIP_USER_AGENT_PROP_DNS_SERVERS,
  SIP_USER_AGENT_PROP_NO_ANSWER_TIMEOUT,
  SIP_USER_AGENT_PROP_STOP_TIMEOUT,
  SIP_USER_AGENT_PROP_SEND_INITIAL_PROVISIONAL_RESPONSE,
  SIP_USER_AGENT_PROP_TLS_CERTIFICATE,
  SIP_USER_AGENT_PROP_TLS_DATABASE,
  SIP_USER_AGENT_PROP_KEEP_ALIVE_INTERVAL,
  SIP_USER_AGENT_PROP_OPTIONS_INTERVAL,
  SIP_USER_AGENT_PROP_EXTRA_SUPPORTED,
  SIP_USER_AGENT_PROP_CONTACT_NAME,
  SIP_USER_AGENT_PROP_CONTACT_PARAMS,
  SIP_USER_AGENT_PROP_REL100,
  SIP_USER_AGENT_PROP_EARLY_MEDIA,
  SIP_USER_AGENT_PROP_REPLACES,
  SIP_USER_AGENT_PROP_SESSION_EXPIRES,
  SIP_USER_AGENT_PROP_MIN_SE,
  SIP_USER_AGENT_PROP_SESSION_REFRESHER,
  SIP_USER_AGENT_PROP_SESSION_DESCRIPTION_HANDLER_OPTIONS,
  SIP_USER_AGENT_PROP_SESSIONS,
  SIP_USER_AGENT_PROP_SUBSCRIPTIONS,
  SIP_USER_AGENT_PROP_SUBSCRIBERS,
  SIP_USER_AGENT_PROP_EVENTS,
  SIP_USER_AGENT_PROP_MAX_SUBSCRIBERS,
  SIP_USER_AGENT_PROP_MODIFIERS,
  SIP_USER_AGENT_PROP_CREDENTIALS,
  SIP_USER_AGENT_PROP_INSTANCE_ID,
  SIP_USER_AGENT_PROP_REGISTER_AT_START,
  SIP_USER_AGENT_PROP_REGISTER_EXPIRES,
  SIP_USER_AGENT_PROP_REGISTRAR,
  SIP_USER_AGENT_PROP_USE_GRUU,
  SIP_USER_AGENT_PROP_IS_REGISTERED,
  SIP_USER_AGENT_PROP_REGISTRATIONS,
  SIP_USER_AGENT_N_PROPS
} SipUserAgentProp;

/* Where those find the agent who may outlive it: one for all of them, in a GAtomicRcBox. */
typedef struct
{
  SipUserAgent *agent; /* NULL once it is gone */
} SipUserAgentLink;

/* Shared by sip-user-agent.c (what the agent does), -network.c (whether and how it is on the network), -stop.c (its end), -settings.c and -call-settings.c (what it
   was told), and -properties.c (their table). */
struct _SipUserAgent
{
  GObject parent_instance;
  SipUserAgentLink *link;

  /* the stack, from the bottom up */
  SipTimerWheel *wheel;
  SipTransactions *transactions;
  SipDialogs *dialogs;
  SipSessionList *sessions;
  GListStore *subscriptions;
  GListStore *subscribers;
  char **events;
  guint max_subscribers;

  SipUserAgentState state;
  GTask *start_task;
  SipEnders *enders;
  GPtrArray *stoppers; /* nullable: who waits for the stop; see sip-user-agent-stop.c */
  SipServerList *server_list; /* NULL while stopped */
  struct _SipServerPing *server_ping; /* NULL where nobody is asked */

  char *uri;
  SipUri *parsed_uri;
  char *display_name;
  char *user_agent_string;
  char **aliases;
  char **servers;
  GArray *server_weights; /* gint, of each of them; nullable: none has one */
  char **dns_servers;
  GTlsCertificate *tls_certificate;
  GTlsDatabase *tls_database;
  guint keep_alive_interval;
  guint options_interval;
  guint no_answer_timeout;
  guint stop_timeout;
  gboolean send_initial_provisional_response;
  GListModel *modifiers; /* nullable */
  GPtrArray *credentials; /* SipCredentials */
  char **extra_supported;
  char *contact_name;
  char **contact_params;
  SipRel100 rel100;
  gboolean early_media;
  gboolean replaces;
  guint session_expires;
  guint min_se;
  SipSessionRefresher session_refresher;
  GVariant *session_description_handler_options;

  /* see sip-user-agent-register.c */
  GListStore *registrations;
  char *instance_id;
  gboolean register_at_start;
  guint register_expires;
  char *registrar;
  gboolean use_gruu;
  gboolean is_registered;
  struct
  {
    char *user;
    char *uri_params;
  } plain_contact; /* ready escaped; what Contact says of us where nothing is registered */

  SipSessionDescriptionHandlerFactory factory;
  gpointer factory_data;
  GDestroyNotify factory_destroy;
};

struct _SipUserAgentClass
{
  GObjectClass parent_class;
};

void sip_user_agent_install_properties (GObjectClass *object_class);
void sip_user_agent_notify (SipUserAgent *self, SipUserAgentProp property);

/* Hands what the stack has to know of the settings down to it. A text that must not go into a header is left out. */
void sip_user_agent_apply_settings (SipUserAgent *self);
void sip_user_agent_apply_contact (SipUserAgent *self);
/* FALSE where one of the settings must not go into a header; @error names it. */
gboolean sip_user_agent_check_settings (SipUserAgent *self, GError **error);
/* The servers as they are preferred. (transfer full) */
char **sip_user_agent_order_servers (SipUserAgent *self);
gboolean sip_user_agent_apply_dns_servers (SipUserAgent *self, GError **error);

/* Asks the servers whether they are there, as the settings say. */
void sip_user_agent_apply_options_interval (SipUserAgent *self);

/* For tests: runs by @wheel's clock. */
SipUserAgent *sip_user_agent_new_with_wheel (const char *uri, SipTimerWheel *wheel);

SipTransactions *sip_user_agent_get_transactions (SipUserAgent *self);
SipDialogs *sip_user_agent_get_dialogs (SipUserAgent *self);

/* NULL where the agent's URI is none. */
SipUri *sip_user_agent_get_parsed_uri (SipUserAgent *self);
/* The connection to a server of ours: the first one that is open, or else being opened; nullable. */
SipFlow *sip_user_agent_get_server_flow (SipUserAgent *self);

/* --- registration --- */

/* Whether something can be registered now; @self is nullable. */
gboolean sip_user_agent_can_register (SipUserAgent *self, GError **error);
/* It is in the list while there is something to look after. */
void sip_user_agent_keep_registration (SipUserAgent *self, SipRegistration *registration);
void sip_user_agent_forget_registration (SipUserAgent *self, SipRegistration *registration);
void sip_user_agent_registration_changed (SipUserAgent *self);
/* What our registrations are to know. */
void sip_user_agent_register_started (SipUserAgent *self);
void sip_user_agent_register_look_at_servers (SipUserAgent *self);
void sip_user_agent_register_network_changed (SipUserAgent *self);
void sip_user_agent_emit_registered (SipUserAgent *self, SipResponse *response, SipRegistration *registration);
void sip_user_agent_emit_unregistered (SipUserAgent *self, gboolean failed, SipResponse *response, const char *cause, SipRegistration *registration);
/* What the first registration says of our requests: values of Route; nullable. */
const char *const *sip_user_agent_get_service_route (SipUserAgent *self);
/* "<sip:...;gr>", where calls are to have it, or NULL. */
char *sip_user_agent_dup_gruu_contact (SipUserAgent *self, gboolean anonymous);
gboolean sip_user_agent_is_outbound (SipUserAgent *self);
gboolean sip_user_agent_knows_gruu_user (SipUserAgent *self, const char *user);
SipFlow *sip_user_agent_get_registered_flow (SipUserAgent *self);
gboolean sip_user_agent_check_instance_id (const char *instance_id);

/* (transfer full) (nullable) */
SipSessionDescriptionHandler *sip_user_agent_make_handler (SipUserAgent *self, SipSession *session);
void sip_user_agent_remove_session (SipUserAgent *self, SipSession *session);
void sip_user_agent_remove_subscription (SipUserAgent *self, SipSubscription *subscription);
void sip_user_agent_add_subscriber (SipUserAgent *self, SipNotifier *notifier);
void sip_user_agent_remove_subscriber (SipUserAgent *self, SipNotifier *notifier);

void sip_user_agent_flow_changed (SipUserAgent *self, SipFlow *flow);
void sip_user_agent_ensure_stack (SipUserAgent *self);
void sip_user_agent_free_stack (SipUserAgent *self);
/* Ends the start that is under way; @error NULL: it is started. */
void sip_user_agent_finish_start (SipUserAgent *self, const GError *error);
/* At once: nobody waits any more. */
void sip_user_agent_finish_stop (SipUserAgent *self);
SipEnders *sip_user_agent_new_enders (SipUserAgent *self);
/* When the agent stops, @ender is ended in its turn: what an agent holds on others' servers and machines. It says itself when it is over:
 * sip_ender_leave(). */
void sip_user_agent_hold (SipUserAgent *self, SipEnder *ender, const SipEnderClass *klass);
/* The network's word to the object: property and signals. */
void sip_user_agent_set_state (SipUserAgent *self, SipUserAgentState state);
void sip_user_agent_emit_connected (SipUserAgent *self, const char *server);
/* Whether a handler answers @challenge, or will. */
gboolean sip_user_agent_emit_authenticate (SipUserAgent *self, SipAuthQuestion *question);
/* The stack is new: it may ask whoever is there. */
void sip_user_agent_begin_asking (SipUserAgent *self);
gboolean sip_user_agent_emit_accept_certificate (SipUserAgent *self, GTlsCertificate *certificate, GTlsCertificateFlags errors,
                                                 const char *host);
void sip_user_agent_emit_traffic (SipUserAgent *self, SipMsg *msg, SipDirection direction);
void sip_user_agent_emit_disconnected (SipUserAgent *self, const char *server, const GError *error);
/* Every request of ours has had its answer. */
void sip_user_agent_quiet (SipUserAgent *self);

/* Whether a request for this user part (p == NULL: none) is for us. */
gboolean sip_user_agent_answers_to (SipUserAgent *self, SipStr user);
/* What a REFER wants of the call that it asks for (RFC 3892, RFC 3891); each is nullable. */
typedef struct
{
  const char *referred_by; /* values of the headers, in one line */
  const char *replaces;
} SipReferral;

/* sip_user_agent_invite() with a reason. */
SipOutgoingSession *sip_user_agent_place_call (SipUserAgent *self, const char *target, SipInviteOptions *options, const SipReferral *referral,
                                               GError **error);
/* A call that is ours to take: makes its session and tells the application. */
void sip_user_agent_receive_invite (SipUserAgent *self, SipServerTransaction *transaction);
/* Any other request outside of a dialog: told to whoever listens, and answered where nobody does. */
void sip_user_agent_receive_request (SipUserAgent *self, SipServerTransaction *transaction);
/* A MESSAGE inside of a call that nobody there listens to: whether somebody listens to those of the agent, and @taken, whether it is answered
 * or will be. */
gboolean sip_user_agent_tell_message (SipUserAgent *self, SipIncomingContext *context, gboolean *taken);
void sip_user_agent_install_request_signals (GObjectClass *object_class);
/* A REFER outside of any call: refused unless somebody listens. */
void sip_user_agent_receive_refer (SipUserAgent *self, SipServerTransaction *transaction);
/* A SUBSCRIBE to what we may notify of. */
void sip_user_agent_receive_subscribe (SipUserAgent *self, SipServerTransaction *transaction);

G_END_DECLS
