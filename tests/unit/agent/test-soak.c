/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/registering.h"

#include <malloc.h>
#include <unistd.h>

/* Nothing grows with what is over: thousands of calls, and of refreshed registrations, on one agent, and afterwards there is as much memory in use, and there are as
 * many objects and timers, as there were after the first few. -m slow: ten thousand of each. */

#define S G_GINT64_CONSTANT (1000000)
#define N (g_test_slow () ? 10000u : 300u)
/* By then everything has been used once, and tables have the size that they keep. */
#define WARM 200u

/* A number that is one digit longer. */
#define MAX_HEAP_GROWTH 256
#define MAX_RSS_GROWTH (512 * 1024)

typedef struct
{
  gsize heap;     /* bytes that are allocated; always 0 where a sanitizer allocates */
  gsize resident;
  guint n_timers;
} Use;

static gsize
resident_bytes (void)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) words = NULL;

  g_assert_true (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL));
  words = g_strsplit (text, " ", 3);
  return (gsize) g_ascii_strtoull (words[1], NULL, 10) * (gsize) sysconf (_SC_PAGESIZE);
}

static Use
look (Fixture *f)
{
  Use use = { 0 };

  /* What ends some time after the last word has ended. */
  fixture_run (f, 200 * S);
  g_string_truncate (f->log, 0);
  malloc_trim (0);
  use.heap = mallinfo2 ().uordblks;
  use.resident = resident_bytes ();
  use.n_timers = sip_timer_wheel_get_n_running (f->wheel);
  return use;
}

static void
compare (const Use *before, const Use *after)
{
  g_test_message ("heap %+" G_GSSIZE_FORMAT " bytes, resident %+" G_GSSIZE_FORMAT " kB", (gssize) (after->heap - before->heap),
                  (gssize) (after->resident - before->resident) / 1024);
  g_assert_cmpuint (after->n_timers, ==, before->n_timers);
  g_assert_cmpuint (after->heap, <=, before->heap + MAX_HEAP_GROWTH);
#ifndef __SANITIZE_ADDRESS__
  g_assert_cmpuint (after->resident, <=, before->resident + MAX_RSS_GROWTH);
#endif
}

/* --- calls --- */

static guint n_alive;

static void
gone_cb (gpointer data, GObject *session)
{
  n_alive--;
}

static void
count (SipSession *session)
{
  n_alive++;
  g_object_weak_ref (G_OBJECT (session), gone_cb, NULL);
}

static void
call (Fixture *f, guint kind)
{
  g_autoptr (SipInviteOptions) options = g_object_new (SIP_TYPE_INVITE_OPTIONS, "rel100", kind == 5 ? SIP_REL100_REQUIRED : SIP_REL100_SUPPORTED, NULL);
  SipIncomingSession *incoming;

  fixture_call (f, options);
  count (f->alice.session);
  count (f->bob.session);
  incoming = SIP_INCOMING_SESSION (f->bob.session);
  switch (kind)
    {
    case 0:
      g_assert_true (sip_incoming_session_reject (incoming, NULL, NULL));
      break;
    case 1:
      g_assert_true (sip_session_terminate (f->alice.session, NULL, NULL));
      break;
    case 5:
      g_assert_true (sip_incoming_session_progress (incoming, NULL, NULL));
      fixture_run (f, 0);
      sip_session_hold_async (f->alice.session, NULL, NULL, NULL, NULL);
      fixture_run (f, 0);
      g_assert_true (sip_session_get_held_locally (f->alice.session));
      G_GNUC_FALLTHROUGH;
    default:
      g_assert_true (sip_incoming_session_accept (incoming, NULL, NULL));
      fixture_run (f, 0);
      g_assert_cmpint (sip_session_get_state (f->bob.session), ==, SIP_SESSION_STATE_ESTABLISHED);
    }
  if (kind == 4)
    {
      sip_session_hold_async (f->bob.session, NULL, NULL, NULL, NULL);
      g_assert_true (sip_session_dtmf (f->alice.session, "1", NULL, NULL));
    }
  fixture_run (f, 0);
  if (kind >= 2)
    g_assert_true (sip_session_bye (kind == 2 ? f->alice.session : f->bob.session, NULL, NULL));
  fixture_run (f, S / 10);
  g_assert_cmpint (sip_session_get_state (f->alice.session), ==, SIP_SESSION_STATE_TERMINATED);
  g_assert_cmpint (sip_session_get_state (f->bob.session), ==, SIP_SESSION_STATE_TERMINATED);
  g_string_truncate (f->log, 0);
}

static void
make_calls (Fixture *f, guint n)
{
  for (guint i = 0; i < n; i++)
    call (f, i % 6);

  g_clear_object (&f->alice.session);
  g_clear_object (&f->alice.handler);
  g_clear_object (&f->bob.session);
  g_clear_object (&f->bob.handler);
}

static void
test_calls (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  Use before, after;

  make_calls (f, WARM);
  before = look (f);
  g_assert_cmpuint (n_alive, ==, 0);
  make_calls (f, N);
  after = look (f);
  g_assert_cmpuint (n_alive, ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (sip_user_agent_get_sessions (f->alice.agent)), ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (sip_user_agent_get_sessions (f->bob.agent)), ==, 0);
  compare (&before, &after);
}

/* --- registrations --- */

static void
refresh (Registering *r, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      registering_wait_for_request (r);
      registering_accept (r, 600, NULL, NULL);
      g_assert_cmpint (sip_registration_get_state (r->registration), ==, SIP_REGISTRATION_STATE_REGISTERED);
      /* The registrar keeps nothing either. */
      g_ptr_array_set_size (r->s->carol->received, 0);
      g_string_truncate (r->s->f->log, 0);
    }
}

/* Before the registrar is looked at: the time that passes there would be one for a refresh. */
static Use
look_between (Registering *r)
{
  Use use;

  registering_wait_for_request (r);
  registering_accept (r, 600, NULL, NULL);
  use = look (r->s->f);
  g_ptr_array_set_size (r->s->carol->received, 0);
  return use;
}

static void
test_refreshes (void)
{
  g_autoptr (Registering) r = registering_new ();
  Use before, after;

  registering_establish (r);
  refresh (r, WARM);
  before = look_between (r);
  refresh (r, N);
  after = look_between (r);
  g_assert_cmpuint (g_list_model_get_n_items (sip_user_agent_get_registrations (r->alice)), ==, 1);
  compare (&before, &after);
}

/* ... and ended, and begun again. */
static void
test_registrations (void)
{
  g_autoptr (Registering) r = registering_new ();
  Use before = { 0 }, after;

  for (guint i = 0; i < WARM + N; i++)
    {
      if (i == WARM)
        before = look (r->s->f);
      registering_begin (r, NULL);
      registering_accept (r, 600, NULL, NULL);
      g_assert_true (sip_user_agent_is_registered (r->alice));
      registering_end (r, FALSE);
      registering_answer (r, 200, NULL);
      g_assert_cmpuint (g_list_model_get_n_items (sip_user_agent_get_registrations (r->alice)), ==, 0);
      g_ptr_array_set_size (r->s->carol->received, 0);
      fixture_run (r->s->f, S);
      g_string_truncate (r->s->f->log, 0);
    }
  after = look (r->s->f);
  compare (&before, &after);
}

/* Once more, with an allocator that keeps nothing back for later, which would count as used. */
static void
count_exactly (char *argv[])
{
  if (g_getenv ("GLIBC_TUNABLES") != NULL)
    return;

  g_setenv ("GLIBC_TUNABLES", "glibc.malloc.tcache_count=0", TRUE);
  g_setenv ("G_SLICE", "always-malloc", TRUE);
  execv ("/proc/self/exe", argv);
}

int
main (int argc, char *argv[])
{
  count_exactly (argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/soak/calls", test_calls);
  g_test_add_func ("/soak/refreshes", test_refreshes);
  g_test_add_func ("/soak/registrations", test_registrations);
  return g_test_run ();
}
