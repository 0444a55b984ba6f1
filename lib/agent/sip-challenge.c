/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/sip-challenge-private.h"

#include "syntax/sip-message-private.h"

/**
 * SipChallenge:
 *
 * A server or a proxy that wants to know who we are, until it is told (RFC 3261 §22, RFC 8760).
 *
 * It comes with [signal@UserAgent::authenticate]. Whoever keeps a reference may answer later: the request waits. One that is dropped without an answer is
 * cancelled.
 *
 * ```c
 * static void
 * dialog_closed_cb (PasswordDialog *dialog, SipChallenge *challenge)
 * {
 *   if (password_dialog_is_ok (dialog))
 *     sip_challenge_authenticate (challenge, password_dialog_get_name (dialog), password_dialog_get_password (dialog));
 *   else
 *     sip_challenge_cancel (challenge);
 * }
 * ```
 *
 * The realm is what the other side says of itself; nothing proves it. A user should see whom the request was for, too.
 */
struct _SipChallenge
{
  GObject parent_instance;
  SipAuthQuestion *question;
  SipRequest *request;   /* made when it is asked for */
  SipResponse *response;
};

enum
{
  PROP_0,
  PROP_REALM,
  PROP_ALGORITHM,
  PROP_IS_PROXY,
  PROP_IS_RETRY,
  PROP_IS_OPEN,
  PROP_REQUEST,
  PROP_RESPONSE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (SipChallenge, sip_challenge, G_TYPE_OBJECT)

static gboolean
over_idle_cb (gpointer user_data)
{
  g_object_notify_by_pspec (G_OBJECT (user_data), properties[PROP_IS_OPEN]);
  return G_SOURCE_REMOVE;
}

/* Told from the main loop: who ends the question may be in the middle of something. */
static void
over_cb (gpointer data)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, over_idle_cb, g_object_ref (data), g_object_unref);
  g_source_attach (source, g_main_context_get_thread_default ());
}

static void
sip_challenge_dispose (GObject *object)
{
  SipChallenge *self = SIP_CHALLENGE (object);

  if (self->question != NULL)
    {
      self->question->over = NULL;
      sip_auth_question_decline (self->question);
    }

  G_OBJECT_CLASS (sip_challenge_parent_class)->dispose (object);
}

static void
sip_challenge_finalize (GObject *object)
{
  SipChallenge *self = SIP_CHALLENGE (object);

  g_clear_pointer (&self->question, sip_auth_question_unref);
  g_clear_object (&self->request);
  g_clear_object (&self->response);

  G_OBJECT_CLASS (sip_challenge_parent_class)->finalize (object);
}

static void
sip_challenge_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SipChallenge *self = SIP_CHALLENGE (object);

  switch (id)
    {
    case PROP_REALM:
      g_value_set_string (value, sip_challenge_get_realm (self));
      break;
    case PROP_ALGORITHM:
      g_value_set_enum (value, (int) sip_challenge_get_algorithm (self));
      break;
    case PROP_IS_PROXY:
      g_value_set_boolean (value, sip_challenge_get_is_proxy (self));
      break;
    case PROP_IS_RETRY:
      g_value_set_boolean (value, sip_challenge_get_is_retry (self));
      break;
    case PROP_IS_OPEN:
      g_value_set_boolean (value, sip_challenge_get_is_open (self));
      break;
    case PROP_REQUEST:
      g_value_set_object (value, sip_challenge_get_request (self));
      break;
    case PROP_RESPONSE:
      g_value_set_object (value, sip_challenge_get_response (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sip_challenge_class_init (SipChallengeClass *klass)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = sip_challenge_dispose;
  object_class->finalize = sip_challenge_finalize;
  object_class->get_property = sip_challenge_get_property;

  /**
   * SipChallenge:realm:
   *
   * What the other side calls itself.
   */
  properties[PROP_REALM] = g_param_spec_string ("realm", NULL, NULL, NULL, flags);

  /**
   * SipChallenge:algorithm:
   *
   * The strongest hash function that it knows: what a hash in the place of a password must have been made with.
   */
  properties[PROP_ALGORITHM] =
      g_param_spec_enum ("algorithm", NULL, NULL, SIP_TYPE_DIGEST_ALGORITHM, SIP_DIGEST_ALGORITHM_MD5, flags);

  /**
   * SipChallenge:is-proxy:
   *
   * Whether it is a proxy on the way (RFC 3261 §22.3), or whom the request is for (§22.2).
   */
  properties[PROP_IS_PROXY] = g_param_spec_boolean ("is-proxy", NULL, NULL, FALSE, flags);

  /**
   * SipChallenge:is-retry:
   *
   * Whether it has refused what it was answered to this request already: a wrong password, mostly.
   */
  properties[PROP_IS_RETRY] = g_param_spec_boolean ("is-retry", NULL, NULL, FALSE, flags);

  /**
   * SipChallenge:is-open:
   *
   * Whether an answer is waited for. No longer when there was one, when the request was called off or the call ended, and when the agent stops.
   */
  properties[PROP_IS_OPEN] = g_param_spec_boolean ("is-open", NULL, NULL, FALSE, flags);

  /**
   * SipChallenge:request:
   *
   * The request that was challenged; where several wait for the same answer, the first.
   */
  properties[PROP_REQUEST] = g_param_spec_object ("request", NULL, NULL, SIP_TYPE_REQUEST, flags);

  /**
   * SipChallenge:response:
   *
   * The response that asks: a 401 or a 407.
   */
  properties[PROP_RESPONSE] = g_param_spec_object ("response", NULL, NULL, SIP_TYPE_RESPONSE, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
sip_challenge_init (SipChallenge *self)
{
}

SipChallenge *
sip_challenge_new (SipAuthQuestion *question)
{
  SipChallenge *self = g_object_new (SIP_TYPE_CHALLENGE, NULL);

  self->question = sip_auth_question_ref (question);
  question->over = over_cb;
  question->data = self;
  return self;
}

/**
 * sip_challenge_get_realm:
 * @self: a challenge
 *
 * Gets what the other side calls itself.
 *
 * Returns: (transfer none): the realm
 */
const char *
sip_challenge_get_realm (SipChallenge *self)
{
  g_return_val_if_fail (SIP_IS_CHALLENGE (self), NULL);

  return self->question->realm;
}

/**
 * sip_challenge_get_algorithm:
 * @self: a challenge
 *
 * Gets the strongest hash function that the other side knows.
 *
 * Returns: the algorithm
 */
SipDigestAlgorithm
sip_challenge_get_algorithm (SipChallenge *self)
{
  g_return_val_if_fail (SIP_IS_CHALLENGE (self), SIP_DIGEST_ALGORITHM_MD5);

  return self->question->algorithm;
}

/**
 * sip_challenge_get_is_proxy:
 * @self: a challenge
 *
 * Gets whether a proxy asks.
 *
 * Returns: whether it is a proxy; otherwise it is whom the request is for
 */
gboolean
sip_challenge_get_is_proxy (SipChallenge *self)
{
  g_return_val_if_fail (SIP_IS_CHALLENGE (self), FALSE);

  return self->question->is_proxy;
}

/**
 * sip_challenge_get_is_retry:
 * @self: a challenge
 *
 * Gets whether an answer was refused already.
 *
 * Returns: whether one was
 */
gboolean
sip_challenge_get_is_retry (SipChallenge *self)
{
  g_return_val_if_fail (SIP_IS_CHALLENGE (self), FALSE);

  return self->question->is_retry;
}

/**
 * sip_challenge_get_is_open:
 * @self: a challenge
 *
 * Gets whether an answer is waited for.
 *
 * Returns: whether it is
 */
gboolean
sip_challenge_get_is_open (SipChallenge *self)
{
  g_return_val_if_fail (SIP_IS_CHALLENGE (self), FALSE);

  return sip_auth_question_is_open (self->question);
}

/**
 * sip_challenge_get_request:
 * @self: a challenge
 *
 * Gets the request that was challenged.
 *
 * Returns: (transfer none): the request
 */
SipRequest *
sip_challenge_get_request (SipChallenge *self)
{
  g_return_val_if_fail (SIP_IS_CHALLENGE (self), NULL);

  if (self->request == NULL)
    self->request = SIP_REQUEST (sip_message_new_for_msg (self->question->request));
  return self->request;
}

/**
 * sip_challenge_get_response:
 * @self: a challenge
 *
 * Gets the response that asks.
 *
 * Returns: (transfer none): the response
 */
SipResponse *
sip_challenge_get_response (SipChallenge *self)
{
  g_return_val_if_fail (SIP_IS_CHALLENGE (self), NULL);

  if (self->response == NULL)
    self->response = SIP_RESPONSE (sip_message_new_for_msg (self->question->response));
  return self->response;
}

/**
 * sip_challenge_authenticate:
 * @self: a challenge
 * @username: the user name
 * @password: the password
 *
 * Answers with a user name and a password. The request goes out again, and so do all that wait for the same.
 *
 * The password is overwritten at once: the agent keeps hashes of it, which are good for this realm alone, until they are refused, it stops, or it gets other
 * [property@UserAgent:credentials].
 *
 * Returns: whether it was answered; `FALSE` where it is not open, and where the user name cannot be sent
 */
gboolean
sip_challenge_authenticate (SipChallenge *self, const char *username, const char *password)
{
  g_autoptr (SipCredentials) credentials = NULL;

  g_return_val_if_fail (SIP_IS_CHALLENGE (self), FALSE);
  g_return_val_if_fail (username != NULL && password != NULL, FALSE);

  credentials = sip_credentials_new (username, password, self->question->realm);
  return sip_challenge_answer (self, credentials);
}

/**
 * sip_challenge_answer:
 * @self: a challenge
 * @credentials: who we are there
 *
 * Answers with credentials. See [method@Challenge.authenticate] for what becomes of them.
 *
 * Returns: whether it was answered; `FALSE` where it is not open, and where @credentials are for another realm or another algorithm
 */
gboolean
sip_challenge_answer (SipChallenge *self, SipCredentials *credentials)
{
  g_autoptr (SipChallenge) hold = NULL;

  g_return_val_if_fail (SIP_IS_CHALLENGE (self), FALSE);
  g_return_val_if_fail (credentials != NULL, FALSE);

  hold = g_object_ref (self);
  return sip_auth_question_answer (self->question, credentials);
}

/**
 * sip_challenge_cancel:
 * @self: a challenge
 *
 * Gives up: the request fails with the 401 or 407 that it got. Nothing where it is not open.
 */
void
sip_challenge_cancel (SipChallenge *self)
{
  g_autoptr (SipChallenge) hold = NULL;

  g_return_if_fail (SIP_IS_CHALLENGE (self));

  hold = g_object_ref (self);
  sip_auth_question_decline (self->question);
}
