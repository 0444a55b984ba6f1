/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/fixture.h"
#include "agent/sip-session-private.h"
#include "sip.h"

/* Two agents in a call who say at random what can be said inside it, whose messages get lost, and who hang up in the middle, from within any handler too. Whatever
 * happens: each request that was taken has one end, each tone that was told of has one, and nothing comes after `terminated`. */

#define N_CALLS (g_test_slow () ? 20000 : 300)
#define N_STEPS 40

typedef struct
{
  GRand *random;
  Fixture *f;
  GPtrArray *kept;  /* SipIncomingContext, to be answered later */
  guint open;       /* requests that have no end yet */
  guint tones;      /* tones that have none */
  guint lost;       /* of a hundred messages */
} Chaos;

static Chaos *chaos;
static guint n_tones, n_answers, n_hang_ups;

static gboolean
dice (guint of_a_hundred)
{
  return (guint) g_rand_int_range (chaos->random, 0, 100) < of_a_hundred;
}

static gboolean
lose (Fixture *fixture, SipMsg *msg)
{
  return !dice (chaos->lost);
}

static SipSession *
either (void)
{
  return dice (50) ? chaos->f->alice.session : chaos->f->bob.session;
}

static void
maybe_hang_up (SipSession *session)
{
  if (dice (3))
    n_hang_ups += sip_session_terminate (session, NULL, NULL);
}

static void
tone_ended_cb (SipDtmf *dtmf, SipSession *session)
{
  g_assert_cmpuint (chaos->tones, >, 0);
  chaos->tones--;
  n_tones++;
  maybe_hang_up (session);
}

static void
tone_failed_cb (SipDtmf *dtmf, SipMessage *message, const char *cause, SipSession *session)
{
  tone_ended_cb (dtmf, session);
}

static void
dtmf_cb (SipSession *session, SipRequest *request, SipDtmf *dtmf)
{
  g_assert_cmpint (sip_session_get_state (session), !=, SIP_SESSION_STATE_TERMINATED);
  if (sip_dtmf_get_direction (dtmf) == SIP_DIRECTION_OUTGOING)
    {
      chaos->tones++;
      g_signal_connect (dtmf, "succeeded", G_CALLBACK (tone_ended_cb), session);
      g_signal_connect (dtmf, "failed", G_CALLBACK (tone_failed_cb), session);
    }
  if (dice (5))
    sip_session_dtmf (session, "9", NULL, NULL);
  maybe_hang_up (session);
}

static gboolean
request_cb (SipSession *session, SipIncomingContext *context)
{
  g_assert_cmpint (sip_session_get_state (session), !=, SIP_SESSION_STATE_TERMINATED);
  maybe_hang_up (session);
  switch (g_rand_int_range (chaos->random, 0, 5))
    {
    case 0:
      sip_incoming_context_accept (context, NULL, NULL);
      return TRUE;
    case 1:
      sip_incoming_context_reject (context, NULL, NULL);
      return dice (50);
    case 2:
      g_ptr_array_add (chaos->kept, g_object_ref (context));
      return TRUE;
    case 3:
      return TRUE; /* and is forgotten */
    default:
      return FALSE;
    }
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SipResponse) response = sip_session_send_request_finish (SIP_SESSION (source), result, &error);

  g_assert_true ((response == NULL) == (error != NULL));
  g_assert_cmpuint (chaos->open, >, 0);
  chaos->open--;
  n_answers += response != NULL;
  maybe_hang_up (SIP_SESSION (source));
}

static void
say_something (void)
{
  static const char *const methods[] = { "INFO", "MESSAGE", "OPTIONS", "DANCE", "BYE" };
  static const char *const tones[] = { "1", "2,3", "456", "*#", "bad" };
  g_autoptr (GCancellable) cancellable = dice (20) ? g_cancellable_new () : NULL;
  g_autoptr (SipDtmfOptions) options = g_object_new (SIP_TYPE_DTMF_OPTIONS, "method", dice (30) ? SIP_DTMF_METHOD_RTP : SIP_DTMF_METHOD_INFO, NULL);

  switch (g_rand_int_range (chaos->random, 0, 6))
    {
    case 0:
    case 1:
      sip_session_dtmf (either (), tones[g_rand_int_range (chaos->random, 0, G_N_ELEMENTS (tones))], options, NULL);
      break;
    case 2:
    case 3:
      chaos->open++;
      sip_session_send_request_async (either (), methods[g_rand_int_range (chaos->random, 0, G_N_ELEMENTS (methods))], NULL, cancellable,
                                      answered_cb, NULL);
      if (cancellable != NULL && dice (50))
        g_cancellable_cancel (cancellable);
      break;
    case 4:
      while (chaos->kept->len > 0 && dice (60))
        {
          g_autoptr (SipIncomingContext) context = g_ptr_array_steal_index_fast (chaos->kept, chaos->kept->len - 1);

          if (dice (70))
            sip_incoming_context_accept (context, NULL, NULL);
        }
      break;
    default:
      if (dice (20))
        sip_session_hold_async (either (), NULL, NULL, NULL, NULL);
      break;
    }
}

static void
run_call (guint seed)
{
  Chaos self = { .random = g_rand_new_with_seed (seed), .f = fixture_new (), .kept = g_ptr_array_new_with_free_func (g_object_unref) };
  SipSession *sessions[2];

  chaos = &self;
  fixture_establish (self.f);
  sessions[0] = self.f->alice.session;
  sessions[1] = self.f->bob.session;
  for (guint i = 0; i < G_N_ELEMENTS (sessions); i++)
    {
      g_signal_connect (sessions[i], "dtmf", G_CALLBACK (dtmf_cb), NULL);
      g_signal_connect (sessions[i], "request-received", G_CALLBACK (request_cb), NULL);
    }
  self.lost = (guint) g_rand_int_range (self.random, 0, 40);
  self.f->filter = lose;

  for (guint i = 0; i < N_STEPS; i++)
    {
      say_something ();
      fixture_run (self.f, dice (50) ? g_rand_int_range (self.random, 0, 2000) * 1000 : 0);
    }

  self.lost = 0;
  sip_session_terminate (sessions[0], NULL, NULL);
  fixture_run (self.f, 40 * G_USEC_PER_SEC);
  sip_session_terminate (sessions[1], NULL, NULL);
  g_ptr_array_set_size (self.kept, 0);
  for (guint i = 0; i < 5; i++)
    fixture_run (self.f, 40 * G_USEC_PER_SEC);
  for (guint i = 0; i < G_N_ELEMENTS (sessions); i++)
    g_assert_cmpint (sip_session_get_state (sessions[i]), ==, SIP_SESSION_STATE_TERMINATED);
  g_assert_cmpuint (self.open, ==, 0);
  g_assert_cmpuint (self.tones, ==, 0);
  g_ptr_array_unref (self.kept);
  fixture_free (self.f);
  g_rand_free (self.random);
  chaos = NULL;
}

static void
test_chaos (void)
{
  guint n = N_CALLS;

  for (guint i = 0; i < n; i++)
    {
      g_test_message ("seed %u", i);
      run_call (i);
    }

  /* And all of it did happen. */
  g_test_message ("%u tones, %u answers, %u calls ended within a handler", n_tones, n_answers, n_hang_ups);
  g_assert_cmpuint (n_tones, >, n);
  g_assert_cmpuint (n_answers, >, n);
  g_assert_cmpuint (n_hang_ups, >, n / 10);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/inside-chaos/calls", test_chaos);

  return g_test_run ();
}
