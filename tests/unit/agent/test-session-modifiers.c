/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/fixture.h"
#include "agent/sip-session-private.h"
#include "sip.h"

/* What changes descriptions on their way: which, when, how often, and what becomes of a call when it does not work. */

/* --- a modifier that writes its letter behind what it gets --- */

static GString *trace; /* the letters, as they ran */

static SipDescription *
mark (SipDescription *description, gpointer user_data, GError **error)
{
  g_autofree char *text = sip_description_to_text (description);
  g_autofree char *marked = g_strconcat (text, user_data, NULL);

  g_string_append (trace, user_data);
  return sip_description_new_from_text (sip_description_get_description_type (description), "application/sdp", marked);
}

static SipDescription *
refuse (SipDescription *description, gpointer user_data, GError **error)
{
  g_set_error (error, SIP_ERROR, SIP_ERROR_MEDIA, "not this one");
  return NULL;
}

static SipDescription *
give_nothing (SipDescription *description, gpointer user_data, GError **error)
{
  return NULL;
}

/* What comes out of it is said to be something else. */
static SipDescription *
disguise (SipDescription *description, gpointer user_data, GError **error)
{
  return sip_description_new (SIP_DESCRIPTION_PRANSWER, "application/sdp", sip_description_get_body (description));
}

static void
append (GListStore *list, SipDescriptionModifierFunc func, const char *letter)
{
  g_autoptr (SipDescriptionModifier) modifier = sip_description_modifier_new_for_func (func, (gpointer) letter, NULL);

  g_list_store_append (list, modifier);
}

static GListStore *
list_of (SipDescriptionModifierFunc func, const char *letter)
{
  GListStore *list = g_list_store_new (SIP_TYPE_DESCRIPTION_MODIFIER);

  append (list, func, letter);
  return list;
}

static SipInviteOptions *
options_of (SipDescriptionModifierFunc func, const char *letter)
{
  g_autoptr (GListStore) list = list_of (func, letter);

  return g_object_new (SIP_TYPE_INVITE_OPTIONS, "modifiers", list, NULL);
}

static void
expect_trace (const char *expected)
{
  g_assert_cmpstr (trace->str, ==, expected);
  g_string_truncate (trace, 0);
}

/* --- one that takes its time --- */

#define SLOW_TYPE_MODIFIER (slow_modifier_get_type ())
G_DECLARE_FINAL_TYPE (SlowModifier, slow_modifier, SLOW, MODIFIER, SipDescriptionModifier)

struct _SlowModifier
{
  SipDescriptionModifier parent_instance;
  GTask *task;
  SipDescription *description;
};

G_DEFINE_FINAL_TYPE (SlowModifier, slow_modifier, SIP_TYPE_DESCRIPTION_MODIFIER)

static void
slow_modifier_modify (SipDescriptionModifier *modifier, SipDescription *description, GTask *task)
{
  SlowModifier *self = SLOW_MODIFIER (modifier);

  g_assert_null (self->task);
  self->task = g_object_ref (task);
  self->description = sip_description_ref (description);
}

static gboolean
slow_modifier_release (SlowModifier *self)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);
  g_autoptr (SipDescription) description = g_steal_pointer (&self->description);
  GCancellable *cancellable = g_task_get_cancellable (task);
  gboolean cancelled = cancellable != NULL && g_cancellable_is_cancelled (cancellable);

  sip_description_modifier_return_description (SIP_DESCRIPTION_MODIFIER (self), task, description);
  return cancelled;
}

static void
slow_modifier_class_init (SlowModifierClass *klass)
{
  SIP_DESCRIPTION_MODIFIER_CLASS (klass)->modify = slow_modifier_modify;
}

static void
slow_modifier_init (SlowModifier *self)
{
}

/* --- tests --- */

static void
changed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError **error = user_data;

  sip_session_reinvite_finish (SIP_SESSION (source), result, error);
}

/* Alice's agent has A, her call B and C; Bob's agent has D, and he accepts with E. */
static void
test_order (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autoptr (GListStore) alice_list = list_of (mark, "A");
  g_autoptr (GListStore) bob_list = list_of (mark, "D");
  g_autoptr (SipInviteOptions) call = options_of (mark, "B");
  g_autoptr (SipInviteOptions) accept = options_of (mark, "E");
  g_autoptr (SipInviteOptions) none = sip_invite_options_new ();
  g_autoptr (GListStore) empty = g_list_store_new (SIP_TYPE_DESCRIPTION_MODIFIER);
  g_autoptr (GError) error = NULL;

  sip_user_agent_set_modifiers (f->alice.agent, G_LIST_MODEL (alice_list));
  sip_user_agent_set_modifiers (f->bob.agent, G_LIST_MODEL (bob_list));
  g_assert_true (sip_user_agent_get_modifiers (f->bob.agent) == G_LIST_MODEL (bob_list));
  append (G_LIST_STORE (sip_invite_options_get_modifiers (call)), mark, "C");
  fixture_call (f, call);
  fixture_run (f, 0);
  expect_trace ("ABC");
  g_assert_true (sip_incoming_session_accept (SIP_INCOMING_SESSION (f->bob.session), accept, NULL));
  fixture_run (f, 0);
  /* Bob takes the offer and makes his answer; Alice takes that. */
  expect_trace ("DE" "DE" "ABC");
  g_assert_cmpstr (f->bob.handler->remote, ==, "v=0\r\ns=alice\r\nABCDE");
  g_assert_cmpstr (f->alice.handler->remote, ==, "v=0\r\ns=bob\r\nDEABC");
  g_assert_cmpint (sip_session_get_state (f->alice.session), ==, SIP_SESSION_STATE_ESTABLISHED);

  /* They hold for changes of the call that bring none, */
  sip_session_reinvite_async (f->alice.session, none, NULL, changed_cb, &error);
  fixture_run (f, 0);
  g_assert_no_error (error);
  expect_trace ("ABC" "DE" "DE" "ABC");
  /* and an empty list takes them away. Those of the agent stay. */
  sip_invite_options_set_modifiers (none, G_LIST_MODEL (empty));
  sip_session_reinvite_async (f->alice.session, none, NULL, changed_cb, &error);
  fixture_run (f, 0);
  g_assert_no_error (error);
  expect_trace ("A" "DE" "DE" "A");
}

/* The offer in the 2xx, the answer in the ACK. */
static void
test_late_offer (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autoptr (SipInviteOptions) call = options_of (mark, "A");
  g_autoptr (SipInviteOptions) accept = options_of (mark, "B");

  sip_invite_options_set_invite_without_sdp (call, TRUE);
  fixture_call (f, call);
  fixture_run (f, 0);
  expect_trace ("");
  g_assert_true (sip_incoming_session_accept (SIP_INCOMING_SESSION (f->bob.session), accept, NULL));
  fixture_run (f, 0);
  expect_trace ("B" "A" "A" "B");
  g_assert_cmpstr (f->alice.handler->remote, ==, "v=0\r\ns=bob\r\nBA");
  g_assert_cmpstr (f->bob.handler->remote, ==, "v=0\r\ns=alice\r\nAB");
}

/* A failure of a modifier is one of the description, wherever it happens. */
static void
test_failures (void)
{
  static const struct
  {
    SipDescriptionModifierFunc func;
    gboolean bob;
    const char *log;
  } cases[] = {
    { refuse, FALSE, "alice: failed null \"WebRTC Error\"\nalice: terminated null \"WebRTC Error\"\n" },
    { give_nothing, FALSE, "alice: failed null \"WebRTC Error\"\nalice: terminated null \"WebRTC Error\"\n" },
    { refuse, TRUE, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (Fixture) f = fixture_new ();
      g_autoptr (SipInviteOptions) bad = options_of (cases[i].func, NULL);

      fixture_call (f, cases[i].bob ? NULL : bad);
      fixture_run (f, 0);
      if (!cases[i].bob)
        {
          fixture_expect (f, cases[i].log);
          continue;
        }
      g_assert_true (sip_incoming_session_accept (SIP_INCOMING_SESSION (f->bob.session), bad, NULL));
      fixture_run (f, 0);
      g_assert_cmpuint (f->bob.handler->n_taken, ==, 0);
      g_assert_nonnull (strstr (f->log->str, "bob > 488 INVITE"));
      g_assert_cmpint (sip_session_get_state (f->bob.session), ==, SIP_SESSION_STATE_TERMINATED);
    }
}

/* A change whose offer cannot be modified leaves everything as it was, the handler and the modifiers. */
static void
test_failed_change (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autoptr (SipInviteOptions) call = options_of (mark, "A");
  g_autoptr (SipInviteOptions) bad = options_of (refuse, NULL);
  g_autoptr (GError) error = NULL;

  fixture_call (f, call);
  fixture_run (f, 0);
  g_assert_true (sip_incoming_session_accept (SIP_INCOMING_SESSION (f->bob.session), NULL, NULL));
  fixture_run (f, 0);
  expect_trace ("AA");
  fixture_run (f, 0);
  g_string_truncate (f->log, 0);

  sip_session_hold_async (f->alice.session, bad, NULL, changed_cb, &error);
  fixture_run (f, 0);
  g_assert_error (error, SIP_ERROR, SIP_ERROR_MEDIA);
  g_assert_nonnull (strstr (error->message, "not this one"));
  g_clear_error (&error);
  fixture_expect (f, "");
  g_assert_cmpuint (f->alice.handler->n_rollbacks, >=, 1);
  g_assert_false (sip_session_get_held_locally (f->alice.session));

  sip_session_reinvite_async (f->alice.session, NULL, NULL, changed_cb, &error);
  fixture_run (f, 0);
  g_assert_no_error (error);
  expect_trace ("AA");
}

static void
test_type (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autoptr (SipInviteOptions) call = options_of (disguise, NULL);

  fixture_call (f, call);
  fixture_run (f, 0);
  g_assert_true (sip_incoming_session_accept (SIP_INCOMING_SESSION (f->bob.session), NULL, NULL));
  fixture_run (f, 0);
  g_assert_cmpint (f->alice.handler->taken_type, ==, SIP_DESCRIPTION_ANSWER);
}

/* The caller gives up while a modifier is busy, in the one direction and in the other; what comes of it afterwards is of no use to anybody. */
static void
test_cancelled (void)
{
  for (guint receiving = 0; receiving < 2; receiving++)
    {
      g_autoptr (Fixture) f = fixture_new ();
      g_autoptr (SlowModifier) slow = g_object_new (SLOW_TYPE_MODIFIER, NULL);
      g_autoptr (GListStore) list = list_of (mark, "A");
      g_autoptr (SipInviteOptions) options = g_object_new (SIP_TYPE_INVITE_OPTIONS, "modifiers", list, NULL);

      g_list_store_insert (list, 0, slow);
      fixture_call (f, receiving ? NULL : options);
      fixture_run (f, 0);
      if (receiving)
        {
          g_assert_true (sip_incoming_session_accept (SIP_INCOMING_SESSION (f->bob.session), options, NULL));
          fixture_run (f, 0);
        }
      g_assert_nonnull (slow->task);
      g_assert_true (sip_session_terminate (f->alice.session, NULL, NULL));
      fixture_run (f, 0);
      g_assert_true (slow_modifier_release (slow));
      fixture_run (f, 0);
      expect_trace ("");
      g_assert_cmpint (sip_session_get_state (f->alice.session), ==, SIP_SESSION_STATE_TERMINATED);
      if (receiving)
        {
          g_assert_cmpuint (f->bob.handler->n_taken, ==, 0);
          g_assert_cmpint (sip_session_get_state (f->bob.session), ==, SIP_SESSION_STATE_TERMINATED);
        }
    }
}

/* One that takes its time does nothing to the call but that. */
static void
test_slow (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autoptr (SlowModifier) slow = g_object_new (SLOW_TYPE_MODIFIER, NULL);
  g_autoptr (GListStore) list = list_of (mark, "A");
  g_autoptr (SipInviteOptions) options = g_object_new (SIP_TYPE_INVITE_OPTIONS, "modifiers", list, NULL);

  g_list_store_append (list, slow);
  fixture_call (f, options);
  fixture_run (f, 0);
  expect_trace ("A");
  fixture_expect (f, "");
  g_assert_false (slow_modifier_release (slow));
  fixture_run (f, 0);
  g_assert_true (sip_incoming_session_accept (SIP_INCOMING_SESSION (f->bob.session), NULL, NULL));
  fixture_run (f, 0);
  g_assert_false (slow_modifier_release (slow));
  fixture_run (f, 0);
  g_assert_cmpint (sip_session_get_state (f->alice.session), ==, SIP_SESSION_STATE_ESTABLISHED);
  expect_trace ("A");
}

int
main (int argc, char *argv[])
{
  int result;

  g_test_init (&argc, &argv, NULL);
  trace = g_string_new (NULL);
  g_test_add_func ("/agent/session-modifiers/order", test_order);
  g_test_add_func ("/agent/session-modifiers/late-offer", test_late_offer);
  g_test_add_func ("/agent/session-modifiers/failures", test_failures);
  g_test_add_func ("/agent/session-modifiers/failed-change", test_failed_change);
  g_test_add_func ("/agent/session-modifiers/type", test_type);
  g_test_add_func ("/agent/session-modifiers/cancelled", test_cancelled);
  g_test_add_func ("/agent/session-modifiers/slow", test_slow);
  result = g_test_run ();
  g_string_free (trace, TRUE);
  return result;
}
