/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/fixture.h"
#include "agent/raw-peer.h"
#include "sip.h"

/* What an agent was told, and what becomes of it on the wire. The peer that reads and writes is carol. */

#define OFFER "v=0\r\ns=carol\r\n"

typedef struct
{
  Fixture *f;
  RawPeer *carol;
} Scene;

static Scene *
scene_new (void)
{
  Scene *self = g_new0 (Scene, 1);

  self->f = fixture_new ();
  self->carol = raw_peer_new ("carol", self->f->wheel);
  return self;
}

static void
scene_free (Scene *self)
{
  raw_peer_free (self->carol);
  fixture_free (self->f);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Scene, scene_free)

/* alice calls carol: the INVITE as it came. */
static SipMsg *
call (Scene *s, SipInviteOptions *options)
{
  SipMsg *invite;

  fixture_call_target (s->f, "sip:carol@carol.mem", options);
  invite = raw_peer_last (s->carol, "INVITE");
  g_assert_nonnull (invite);
  return invite;
}

/* carol asks alice, as user @user: the last answer. */
static SipMsg *
ask (Scene *s, const char *method, const char *user, const char *more, const char *body)
{
  static guint n;

  n++;
  raw_peer_send (s->carol, "alice", body,
                 "%s sip:%s@alice.mem SIP/2.0\r\nVia: SIP/2.0/TCP carol.mem;branch=z9hG4bKs%u\r\nFrom: <sip:carol@carol.mem>;tag=c%u\r\n"
                 "To: <sip:%s@alice.mem>\r\nCall-ID: settings%u\r\nCSeq: 1 %s\r\nMax-Forwards: 70\r\nContact: <sip:carol@carol.mem>\r\n%s",
                 method, user, n, n, user, n, method, more);
  fixture_run (s->f, 0);
  return g_ptr_array_index (s->carol->received, s->carol->received->len - 1);
}

static void
assert_header (SipMsg *msg, SipHeaderId id, const char *expected)
{
  g_autofree char *value = sip_msg_field (msg, id) != NULL ? sip_str_dup (sip_msg_value (msg, id)) : NULL;

  g_assert_cmpstr (value, ==, expected);
}

/* --- texts that must not go into a header --- */

static void
started_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  sip_user_agent_start_finish (SIP_USER_AGENT (source), result, user_data);
}

static const struct
{
  const char *property;
  const char *text;
  gboolean is_list;
  const char *shown;
} bad_texts[] = {
  { "display-name", "Alice\r\nX-Evil: yes", FALSE, "display-name is no text of one line: \"Alice\\r\\nX-Evil: yes\"" },
  { "display-name", "Ali\nce", FALSE, "Ali\\nce" },
  { "display-name", "Ali\x01", FALSE, "display-name" },
  { "display-name", "\xff\xfe", FALSE, "display-name" },
  { "user-agent-string", "Phone/1\r\nVia: SIP/2.0/UDP evil", FALSE, "user-agent-string is no text of one line: \"Phone/1\\r\\nVia" },
  { "contact-name", "a\r\nb", FALSE, "contact-name" },
  { "contact-params", "transport=ws>\r\nX-Evil: yes", TRUE, "contact-params is no parameter of a URI: \"transport=ws>\\r\\nX-Evil: yes\"" },
  { "contact-params", "a=b;c=d", TRUE, "a=b;c=d" },
  { "contact-params", "a=b>", TRUE, "a=b>" },
  { "contact-params", "", TRUE, "contact-params" },
  { "contact-params", "=b", TRUE, "=b" },
  { "contact-params", "a=", TRUE, "a=" },
  { "contact-params", "a=b=c", TRUE, "a=b=c" },
  { "contact-params", "a=%4", TRUE, "a=%4" },
  { "extra-supported", "x, 100rel", TRUE, "extra-supported is no option tag: \"x, 100rel\"" },
  { "extra-supported", "a\r\nX-Evil: yes", TRUE, "extra-supported" },
  { "extra-supported", "", TRUE, "extra-supported" },
  { "aliases", "bob\r\n", TRUE, "aliases" },
};

static void
set_text (SipUserAgent *agent, const char *property, const char *text, gboolean is_list)
{
  const char *list[] = { text, NULL };

  if (is_list)
    g_object_set (agent, property, list, NULL);
  else
    g_object_set (agent, property, text, NULL);
}

static void
test_bad_texts (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad_texts); i++)
    {
      g_autoptr (Scene) s = scene_new ();
      g_autoptr (SipUserAgent) dora = sip_user_agent_new_with_wheel ("sip:dora@dora.mem", s->f->wheel);
      g_autoptr (GError) error = NULL;
      SipMsg *answer;

      g_test_message ("%s", bad_texts[i].shown);

      /* Before the start ... */
      set_text (dora, bad_texts[i].property, bad_texts[i].text, bad_texts[i].is_list);
      sip_user_agent_start_async (dora, NULL, started_cb, &error);
      fixture_run (s->f, 0);
      g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_HEADER);
      g_assert_nonnull (strstr (error->message, bad_texts[i].shown));
      g_assert_cmpint (sip_user_agent_get_state (dora), ==, SIP_USER_AGENT_STATE_STOPPED);
      g_clear_error (&error);

      /* ... and behind it: nothing is sent, and answers do without the text. */
      set_text (s->f->alice.agent, bad_texts[i].property, bad_texts[i].text, bad_texts[i].is_list);
      g_assert_null (sip_user_agent_invite (s->f->alice.agent, "sip:carol@carol.mem", NULL, &error));
      g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_HEADER);
      g_assert_nonnull (strstr (error->message, bad_texts[i].shown));
      fixture_run (s->f, 0);
      fixture_expect (s->f, "");
      answer = ask (s, "OPTIONS", "alice", "", NULL);
      g_assert_cmpuint (answer->status, ==, 200);
      g_assert_null (memmem (answer->data, answer->len, "Evil", 4));
      g_assert_null (memmem (answer->data, answer->len, "evil", 4));
      assert_header (answer, SIP_H_CONTACT, "<sip:alice@alice.mem>");
    }
}

static void
test_bad_content_type (void)
{
  g_autoptr (Scene) s = scene_new ();
  g_autoptr (GBytes) body = g_bytes_new_static ("x", 1);
  g_autoptr (SipResponseOptions) options =
      g_object_new (SIP_TYPE_RESPONSE_OPTIONS, "body", body, "content-type", "text/plain\r\nX-Evil: yes", NULL);
  g_autoptr (GError) error = NULL;

  fixture_call (s->f, NULL);
  g_string_truncate (s->f->log, 0);
  g_assert_false (sip_incoming_session_progress (SIP_INCOMING_SESSION (s->f->bob.session), options, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_HEADER);
  g_clear_error (&error);
  g_assert_false (sip_incoming_session_reject (SIP_INCOMING_SESSION (s->f->bob.session), options, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_HEADER);
  g_assert_nonnull (strstr (error->message, "X-Evil"));
  fixture_run (s->f, 0);
  fixture_expect (s->f, "");
}

/* --- each setting on the wire --- */

static void
test_display_name (void)
{
  g_autoptr (Scene) s = scene_new ();
  SipMsg *invite;

  sip_user_agent_set_display_name (s->f->alice.agent, "Alice \"the\\one\" Müller");
  invite = call (s, NULL);
  g_assert_true (g_str_has_prefix (sip_msg_value (invite, SIP_H_FROM).p, "\"Alice \\\"the\\\\one\\\" Müller\" <sip:alice@alice.mem>;tag="));
  g_assert_cmpstr (sip_name_addr_get_display_name (sip_session_get_local_identity (s->f->alice.session)), ==, "Alice \"the\\one\" Müller");
}

static void
test_user_agent_string (void)
{
  g_autoptr (Scene) s = scene_new ();

  sip_user_agent_set_user_agent_string (s->f->alice.agent, "Phone/7 (it works)");
  assert_header (call (s, NULL), SIP_H_USER_AGENT, "Phone/7 (it works)");
  assert_header (ask (s, "OPTIONS", "alice", "", NULL), SIP_H_SERVER, "Phone/7 (it works)");
  sip_user_agent_set_user_agent_string (s->f->alice.agent, NULL);
  assert_header (call (s, NULL), SIP_H_USER_AGENT, NULL);
  assert_header (ask (s, "OPTIONS", "alice", "", NULL), SIP_H_SERVER, NULL);
}

static void
test_extra_supported (void)
{
  g_autoptr (Scene) s = scene_new ();
  const char *tags[] = { "x-teleport", "x-levitate", NULL };
  SipMsg *answer = ask (s, "INVITE", "alice", "Require: x-teleport\r\n", OFFER);

  g_assert_cmpuint (answer->status, ==, 420);
  assert_header (answer, SIP_H_UNSUPPORTED, "x-teleport");

  sip_user_agent_set_extra_supported (s->f->alice.agent, tags);
  g_assert_true (sip_msg_has_token (call (s, NULL), SIP_H_SUPPORTED, "x-teleport"));
  g_assert_true (sip_msg_has_token (raw_peer_last (s->carol, "INVITE"), SIP_H_SUPPORTED, "x-levitate"));
  answer = ask (s, "INVITE", "alice", "Require: x-teleport\r\n", OFFER);
  g_assert_cmpuint (answer->status, ==, 180);
  answer = ask (s, "INVITE", "alice", "Require: x-teleport, x-vanish\r\n", OFFER);
  g_assert_cmpuint (answer->status, ==, 420);
  assert_header (answer, SIP_H_UNSUPPORTED, "x-vanish");
  answer = ask (s, "OPTIONS", "alice", "", NULL);
  g_assert_true (sip_msg_has_token (answer, SIP_H_SUPPORTED, "x-levitate"));
}

static void
test_aliases (void)
{
  g_autoptr (Scene) s = scene_new ();
  const char *some[] = { "ally", NULL };
  const char *all[] = { "*", NULL };

  g_assert_cmpuint (ask (s, "OPTIONS", "ally", "", NULL)->status, ==, 404);
  sip_user_agent_set_aliases (s->f->alice.agent, some);
  g_assert_cmpuint (ask (s, "OPTIONS", "ally", "", NULL)->status, ==, 200);
  g_assert_cmpuint (ask (s, "OPTIONS", "%61lly", "", NULL)->status, ==, 200);
  g_assert_cmpuint (ask (s, "OPTIONS", "somebody", "", NULL)->status, ==, 404);
  sip_user_agent_set_aliases (s->f->alice.agent, all);
  g_assert_cmpuint (ask (s, "OPTIONS", "somebody", "", NULL)->status, ==, 200);
}

static void
test_contact (void)
{
  g_autoptr (Scene) s = scene_new ();
  const char *params[] = { "transport=ws", "x-id=a%20b", "ob", NULL };

  assert_header (call (s, NULL), SIP_H_CONTACT, "<sip:alice@alice.mem>");
  g_assert_cmpuint (ask (s, "OPTIONS", "al ice", "", NULL)->status, !=, 200);
  sip_user_agent_set_contact_name (s->f->alice.agent, "al ice@home");
  sip_user_agent_set_contact_params (s->f->alice.agent, params);
  assert_header (call (s, NULL), SIP_H_CONTACT, "<sip:al%20ice%40home@alice.mem;transport=ws;x-id=a%20b;ob>");
  assert_header (ask (s, "OPTIONS", "alice", "", NULL), SIP_H_CONTACT, "<sip:al%20ice%40home@alice.mem;transport=ws;x-id=a%20b;ob>");
  /* Who answers to its own Contact is found again. */
  g_assert_cmpuint (ask (s, "OPTIONS", "al%20ice%40home", "", NULL)->status, ==, 200);
  sip_user_agent_set_contact_name (s->f->alice.agent, NULL);
  sip_user_agent_set_contact_params (s->f->alice.agent, NULL);
  assert_header (call (s, NULL), SIP_H_CONTACT, "<sip:alice@alice.mem>");
}

static void
test_no_answer_timeout (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  sip_user_agent_set_no_answer_timeout (f->bob.agent, 7);
  fixture_call (f, NULL);
  g_string_truncate (f->log, 0);
  fixture_run (f, 6999 * 1000);
  fixture_expect (f, "");
  fixture_run (f, 1000);
  fixture_expect (f, "bob > 408 INVITE\nbob: failed 408 \"No Answer\"\nbob: terminated 408 \"No Answer\"\n"
                     "alice > ACK\nalice: rejected 408 \"Request Timeout\"\nalice: failed 408 \"Unavailable\"\n"
                     "alice: terminated 408 \"Unavailable\"\n");
}

static void
test_no_provisional_response (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  sip_user_agent_set_send_initial_provisional_response (f->bob.agent, FALSE);
  fixture_call (f, NULL);
  fixture_expect (f, "alice > INVITE\nbob > 100 INVITE\nbob: invite\nalice: progress 100\n");
}

/* --- options for description handlers: the agent's, beneath the call's --- */

static void
assert_options (NullHandler *handler, const char *expected)
{
  g_autoptr (GVariant) parsed = g_variant_ref_sink (g_variant_new_parsed (expected));
  GVariantDict dict;
  GVariantIter iter;
  const char *key;
  GVariant *value;

  g_assert_nonnull (handler->options);
  g_assert_cmpuint (g_variant_n_children (handler->options), ==, g_variant_n_children (parsed));
  g_variant_dict_init (&dict, handler->options);
  g_variant_iter_init (&iter, parsed);
  while (g_variant_iter_loop (&iter, "{&sv}", &key, &value))
    {
      g_autoptr (GVariant) found = g_variant_dict_lookup_value (&dict, key, NULL);

      g_assert_nonnull (found);
      g_assert_cmpvariant (found, value);
    }
  g_variant_dict_clear (&dict);
}

static void
test_handler_options (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autoptr (SipInviteOptions) invite = sip_invite_options_new ();

  sip_user_agent_set_session_description_handler_options (f->alice.agent, g_variant_new_parsed ("{'a': <1>, 'b': <2>}"));
  sip_invite_options_set_session_description_handler_options (invite, g_variant_new_parsed ("{'b': <'mine'>, 'c': <3>}"));
  fixture_call (f, invite);
  assert_options (f->alice.handler, "{'a': <1>, 'b': <'mine'>, 'c': <3>}");
  g_assert_null (f->bob.handler);
  g_assert_true (sip_incoming_session_accept (SIP_INCOMING_SESSION (f->bob.session), NULL, NULL));
  fixture_run (f, 0);
  g_assert_null (f->bob.handler->options);
  sip_session_hold_async (f->alice.session, NULL, NULL, NULL, NULL);
  fixture_run (f, 0);
  assert_options (f->alice.handler, "{'hold': <true>}");

  fixture_call (f, NULL);
  assert_options (f->alice.handler, "{'a': <1>, 'b': <2>}");
}

/* --- anonymous (RFC 3323, RFC 3325) --- */

static void
test_anonymous (void)
{
  g_autoptr (Scene) s = scene_new ();
  g_autoptr (SipInviteOptions) options = g_object_new (SIP_TYPE_INVITE_OPTIONS, "anonymous", TRUE, NULL);
  const char *params[] = { "x=y", NULL };
  SipMsg *msg;

  sip_user_agent_set_display_name (s->f->alice.agent, "Alice");
  sip_user_agent_set_contact_name (s->f->alice.agent, "alices-phone");
  sip_user_agent_set_contact_params (s->f->alice.agent, params);
  msg = call (s, options);
  g_assert_true (g_str_has_prefix (sip_msg_value (msg, SIP_H_FROM).p, "\"Anonymous\" <sip:anonymous@anonymous.invalid>;tag="));
  assert_header (msg, SIP_H_PRIVACY, "id");
  assert_header (msg, SIP_H_P_PREFERRED_IDENTITY, "\"Alice\" <sip:alice@alice.mem>");
  assert_header (msg, SIP_H_CONTACT, "<sip:anonymous@alice.mem;x=y>");

  /* The dialog stays anonymous. */
  raw_peer_respond (s->carol, msg, 200, "c", NULL, OFFER);
  fixture_run (s->f, 0);
  msg = raw_peer_last (s->carol, "ACK");
  g_assert_nonnull (msg);
  g_assert_null (memmem (sip_msg_value (msg, SIP_H_FROM).p, sip_msg_value (msg, SIP_H_FROM).len, "lice", 4));
  sip_session_reinvite_async (s->f->alice.session, NULL, NULL, NULL, NULL);
  fixture_run (s->f, 0);
  msg = raw_peer_last (s->carol, "INVITE");
  g_assert_cmpuint (msg->to.tag.len, >, 0);
  assert_header (msg, SIP_H_CONTACT, "<sip:anonymous@alice.mem;x=y>");
  assert_header (msg, SIP_H_PRIVACY, "id");
  raw_peer_respond (s->carol, msg, 200, "c", NULL, OFFER);
  fixture_run (s->f, 0);

  /* Another call is not. */
  msg = call (s, NULL);
  assert_header (msg, SIP_H_PRIVACY, NULL);
  assert_header (msg, SIP_H_P_PREFERRED_IDENTITY, NULL);
  assert_header (msg, SIP_H_CONTACT, "<sip:alices-phone@alice.mem;x=y>");
}

/* --- as properties --- */

static void
count_cb (guint *n)
{
  ++*n;
}

/* Each is there, has its default, tells of a change, once, and not of none. */
static void
test_properties (void)
{
  static const char *const tags[] = { "a", "b", NULL };
  g_autoptr (SipUserAgent) agent = sip_user_agent_new ("sip:alice@example.com");
  g_auto (GStrv) list = NULL;
  guint n = 0;

  g_signal_connect_swapped (agent, "notify", G_CALLBACK (count_cb), &n);
  g_assert_cmpint (sip_user_agent_get_rel100 (agent), ==, SIP_REL100_UNSUPPORTED);
  g_assert_true (sip_user_agent_get_replaces (agent));
  g_assert_cmpuint (sip_user_agent_get_session_expires (agent), ==, 1800);
  g_assert_cmpuint (sip_user_agent_get_min_se (agent), ==, 90);
  g_assert_cmpint (sip_user_agent_get_session_refresher (agent), ==, SIP_SESSION_REFRESHER_AUTO);
  g_assert_null (sip_user_agent_get_extra_supported (agent));
  g_assert_null (sip_user_agent_get_contact_name (agent));
  g_assert_null (sip_user_agent_get_contact_params (agent));
  g_assert_null (sip_user_agent_get_session_description_handler_options (agent));

  for (guint i = 0; i < 2; i++)
    {
      g_object_set (agent, "rel100", SIP_REL100_REQUIRED, "replaces", FALSE, "session-expires", 30u, "min-se", 120u,
                    "session-refresher", SIP_SESSION_REFRESHER_LOCAL, "contact-name", "me", NULL);
      g_assert_cmpuint (n, ==, 6);
    }
  g_object_set (agent, "extra-supported", tags, "contact-params", tags, NULL);
  g_assert_cmpuint (n, ==, 8);

  g_assert_cmpint (sip_user_agent_get_rel100 (agent), ==, SIP_REL100_REQUIRED);
  g_assert_false (sip_user_agent_get_replaces (agent));
  g_assert_cmpuint (sip_user_agent_get_session_expires (agent), ==, 90); /* RFC 4028 §4 */
  g_assert_cmpuint (sip_user_agent_get_min_se (agent), ==, 120);
  g_assert_cmpint (sip_user_agent_get_session_refresher (agent), ==, SIP_SESSION_REFRESHER_LOCAL);
  g_assert_cmpstr (sip_user_agent_get_contact_name (agent), ==, "me");
  g_object_get (agent, "contact-params", &list, NULL);
  g_assert_cmpstrv (list, tags);
  sip_user_agent_set_session_expires (agent, 0);
  g_assert_cmpuint (sip_user_agent_get_session_expires (agent), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name) g_test_add_func ("/settings/" #name, test_##name)
  ADD (bad_texts);
  ADD (bad_content_type);
  ADD (display_name);
  ADD (user_agent_string);
  ADD (extra_supported);
  ADD (aliases);
  ADD (contact);
  ADD (no_answer_timeout);
  ADD (no_provisional_response);
  ADD (handler_options);
  ADD (anonymous);
  ADD (properties);
#undef ADD
  return g_test_run ();
}
