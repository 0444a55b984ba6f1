/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/registering.h"

static void
note_response (Registering *self, const char *sign, SipResponse *response, const char *cause)
{
  g_autofree char *status = response != NULL ? g_strdup_printf ("%u", sip_response_get_status_code (response)) : g_strdup ("null");

  fixture_note (&self->s->f->alice, "%s%s%s%s", sign, status, cause != NULL ? " " : "", cause != NULL ? cause : "");
}

static void
registered_cb (SipUserAgent *agent, SipResponse *response, SipRegistration *registration, Registering *self)
{
  g_assert_cmpint (sip_registration_get_state (registration), ==, SIP_REGISTRATION_STATE_REGISTERED);
  g_assert_no_error (sip_registration_get_error (registration));
  g_assert_true (sip_user_agent_is_registered (agent));
  note_response (self, "+", response, NULL);
}

static void
unregistered_cb (SipUserAgent *agent, SipResponse *response, const char *cause, SipRegistration *registration, Registering *self)
{
  g_assert_cmpint (sip_registration_get_state (registration), !=, SIP_REGISTRATION_STATE_REGISTERED);
  g_assert_cmpuint (sip_registration_get_expires (registration), ==, 0);
  note_response (self, "-", response, cause);
}

static void
failed_cb (SipUserAgent *agent, SipResponse *response, const char *cause, SipRegistration *registration, Registering *self)
{
  g_assert_nonnull (sip_registration_get_error (registration));
  note_response (self, "!", response, cause);
}

static void
state_cb (SipRegistration *registration, GParamSpec *pspec, Registering *self)
{
  GEnumClass *klass = g_type_class_peek (SIP_TYPE_REGISTRATION_STATE);

  fixture_note (&self->s->f->alice, "%s", g_enum_get_value (klass, (int) sip_registration_get_state (registration))->value_nick);
}

static void
items_cb (GListModel *list, guint position, guint removed, guint added, Registering *self)
{
  g_autoptr (SipRegistration) registration = NULL;

  if (added == 0)
    return;
  registration = g_list_model_get_item (list, position);
  if (registration == self->registration)
    return;
  g_set_object (&self->registration, registration);
  g_signal_connect (registration, "notify::state", G_CALLBACK (state_cb), self);
}

Registering *
registering_new (void)
{
  Registering *self = g_new0 (Registering, 1);

  self->s = scene_new ();
  self->alice = self->s->f->alice.agent;
  sip_user_agent_set_instance_id (self->alice, "urn:uuid:0");
  g_signal_connect (self->alice, "registered", G_CALLBACK (registered_cb), self);
  g_signal_connect (self->alice, "unregistered", G_CALLBACK (unregistered_cb), self);
  g_signal_connect (self->alice, "registration-failed", G_CALLBACK (failed_cb), self);
  g_signal_connect (sip_user_agent_get_registrations (self->alice), "items-changed", G_CALLBACK (items_cb), self);
  return self;
}

void
registering_free (Registering *self)
{
  /* Nobody answers any more. */
  sip_user_agent_set_stop_timeout (self->alice, 1);
  g_clear_object (&self->registration);
  scene_free (self->s);
  g_free (self);
}

SipRegisterOptions *
registering_options (void)
{
  return g_object_new (SIP_TYPE_REGISTER_OPTIONS, "registrar", "sip:carol.mem", NULL);
}

static void
note_task (Registering *self, const char *what, const GError *error)
{
  if (error == NULL)
    fixture_note (&self->s->f->alice, "%s done", what);
  else
    fixture_note (&self->s->f->alice, "%s %s %d", what, g_quark_to_string (error->domain), error->code);
}

static void
register_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Registering *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SipRegistration) registration = sip_user_agent_register_finish (SIP_USER_AGENT (source), result, &error);

  g_assert_true ((registration == NULL) == (error != NULL));
  note_task (self, "register", error);
}

static void
unregister_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (sip_user_agent_unregister_finish (SIP_USER_AGENT (source), result, &error), ==, error == NULL);
  note_task (user_data, "unregister", error);
}

void
registering_begin (Registering *self, SipRegisterOptions *options)
{
  g_autoptr (SipRegisterOptions) carol = registering_options ();

  sip_user_agent_register_async (self->alice, options != NULL ? options : carol, NULL, register_cb, self);
  fixture_run (self->s->f, 0);
}

void
registering_end (Registering *self, gboolean all)
{
  g_autoptr (SipRegisterOptions) options = registering_options ();

  sip_register_options_set_all (options, all);
  sip_user_agent_unregister_async (self->alice, options, NULL, unregister_cb, self);
  fixture_run (self->s->f, 0);
}

SipMsg *
registering_request (Registering *self, guint n)
{
  g_assert_cmpuint (raw_peer_count (self->s->carol, "REGISTER"), ==, n);
  return raw_peer_last (self->s->carol, "REGISTER");
}

void
registering_answer (Registering *self, guint status, const char *more)
{
  scene_respond (self->s, raw_peer_last (self->s->carol, "REGISTER"), status, "registrar", more, NULL);
}

void
registering_accept (Registering *self, guint expires, const char *params, const char *more)
{
  SipMsg *request = raw_peer_last (self->s->carol, "REGISTER");
  g_autofree char *contact = scene_header (request, SIP_H_CONTACT);
  char *at = strstr (contact, ";expires=");
  g_autofree char *lines = NULL;

  g_assert_nonnull (at);
  *at = '\0';
  lines = g_strdup_printf ("Contact: %s;expires=%u%s%s\r\n%s", contact, expires, params != NULL ? ";" : "", params != NULL ? params : "",
                           more != NULL ? more : "");
  registering_answer (self, 200, lines);
}

void
registering_establish (Registering *self)
{
  registering_begin (self, NULL);
  registering_accept (self, 600, NULL, NULL);
  registering_expect (self, "alice > REGISTER\nalice: registering\ncarol > 200 REGISTER\nalice: registered\nalice: +200\nalice: register done\n");
}

void
registering_expect (Registering *self, const char *expected)
{
  fixture_expect (self->s->f, expected);
}

void
registering_wait (Registering *self, guint seconds)
{
  fixture_run (self->s->f, seconds * G_USEC_PER_SEC);
}

guint
registering_wait_for_request (Registering *self)
{
  guint n = raw_peer_count (self->s->carol, "REGISTER");
  gint64 begin = sip_timer_wheel_now (self->s->f->wheel);

  while (raw_peer_count (self->s->carol, "REGISTER") == n)
    {
      sip_timer_wheel_advance (self->s->f->wheel, 100 * 1000);
      sip_timer_wheel_advance (self->s->f->wheel, 0);
      g_assert_cmpint (sip_timer_wheel_now (self->s->f->wheel) - begin, <, 86401 * (gint64) G_USEC_PER_SEC);
    }
  fixture_run (self->s->f, 0);
  return (guint) ((sip_timer_wheel_now (self->s->f->wheel) - begin + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC);
}
