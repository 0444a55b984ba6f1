/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "media/sip-handler-watch-private.h"
#include "syntax/sip-error.h"
#include "transport/sip-timer-wheel-private.h"

/* The smallest handler that an application can write: it answers with a fixed text and implements nothing that is optional. */
#define TEST_TYPE_HANDLER (test_handler_get_type ())
G_DECLARE_FINAL_TYPE (TestHandler, test_handler, TEST, HANDLER, GObject)

struct _TestHandler
{
  GObject parent;
  SipDescription *remote;
};

static void
get_description (SipSessionDescriptionHandler *handler,
                 SipDescriptionType            type,
                 GVariant                     *options,
                 GTask                        *task)
{
  gboolean audio = FALSE;

  if (options != NULL)
    g_variant_lookup (options, "audio", "b", &audio);
  g_task_return_pointer (task, sip_description_new_from_text (type, "application/sdp", audio ? "m=audio" : "none"),
                         (GDestroyNotify) sip_description_unref);
}

static void
set_description (SipSessionDescriptionHandler *handler,
                 SipDescription               *description,
                 GVariant                     *options,
                 GTask                        *task)
{
  g_clear_pointer (&TEST_HANDLER (handler)->remote, sip_description_unref);
  TEST_HANDLER (handler)->remote = sip_description_ref (description);
  g_task_return_boolean (task, TRUE);
}

static void
handler_iface_init (SipSessionDescriptionHandlerInterface *iface)
{
  iface->get_description = get_description;
  iface->set_description = set_description;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TestHandler, test_handler, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (SIP_TYPE_SESSION_DESCRIPTION_HANDLER, handler_iface_init))

static void
test_handler_finalize (GObject *object)
{
  g_clear_pointer (&TEST_HANDLER (object)->remote, sip_description_unref);
  G_OBJECT_CLASS (test_handler_parent_class)->finalize (object);
}

static void
test_handler_class_init (TestHandlerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_handler_finalize;
}

static void
test_handler_init (TestHandler *self)
{
}

static void
store_result_cb (GObject      *object,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static GAsyncResult *
wait_for_result (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return *result;
}

static void
test_descriptions (void)
{
  g_autoptr (SipSessionDescriptionHandler) handler = g_object_new (TEST_TYPE_HANDLER, NULL);
  g_autoptr (GAsyncResult) got = NULL;
  g_autoptr (GAsyncResult) set = NULL;
  g_autoptr (SipDescription) local = NULL;
  g_autoptr (SipDescription) remote = sip_description_new_from_text (SIP_DESCRIPTION_ANSWER, "application/sdp", "v=0");
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  GVariant *options = g_variant_new_parsed ("{'audio': <true>}");

  sip_session_description_handler_get_description_async (handler, SIP_DESCRIPTION_OFFER, options, NULL, store_result_cb, &got);
  local = sip_session_description_handler_get_description_finish (handler, wait_for_result (&got), &error);
  g_assert_no_error (error);
  text = sip_description_to_text (local);
  g_assert_cmpstr (text, ==, "m=audio");

  sip_session_description_handler_set_description_async (handler, remote, NULL, NULL, store_result_cb, &set);
  g_assert_true (sip_session_description_handler_set_description_finish (handler, wait_for_result (&set), &error));
  g_assert_no_error (error);
  g_assert_true (TEST_HANDLER (handler)->remote == remote);
}

static void
test_optional_methods (void)
{
  g_autoptr (SipSessionDescriptionHandler) handler = g_object_new (TEST_TYPE_HANDLER, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (sip_session_description_handler_has_description (handler, "Application/SDP"));
  g_assert_false (sip_session_description_handler_has_description (handler, "text/plain"));
  g_assert_false (sip_session_description_handler_send_dtmf (handler, "1", 100, 500, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_NOT_SUPPORTED);
  sip_session_description_handler_rollback (handler);
  sip_session_description_handler_close (handler);
}

static void
failed_cb (SipSessionDescriptionHandler *handler,
           const GError                 *error,
           gpointer                      user_data)
{
  g_assert_error (error, SIP_ERROR, SIP_ERROR_MEDIA);
  ++*(int *) user_data;
}

static void
test_failed_signal (void)
{
  g_autoptr (SipSessionDescriptionHandler) handler = g_object_new (TEST_TYPE_HANDLER, NULL);
  g_autoptr (GError) error = g_error_new (SIP_ERROR, SIP_ERROR_MEDIA, "no path");
  int count = 0;

  g_signal_connect (handler, "failed", G_CALLBACK (failed_cb), &count);
  g_signal_emit_by_name (handler, "failed", error);
  g_assert_cmpint (count, ==, 1);
}

/* --- watches, which hear before anybody else --- */

typedef struct
{
  SipHandlerWatch watch;
  const char *name;
  SipHandlerWatch *ends; /* when it is told; nullable */
} Watcher;

static GString *heard;

static void
watch_failed (SipHandlerWatch *watch,
              const GError    *error)
{
  Watcher *self = SIP_CONTAINER_OF (watch, Watcher, watch);

  g_string_append_printf (heard, "%s: %s\n", self->name, error->message);
  if (self->ends != NULL)
    {
      sip_handler_watch_end (self->ends);
      /* It may be gone. */
      memset (self->ends, 0x55, sizeof *self->ends);
    }
}

static void
watch_dtmf_received (SipHandlerWatch *watch,
                     const char      *tone,
                     guint            duration)
{
  g_string_append_printf (heard, "%s: %s %u\n", SIP_CONTAINER_OF (watch, Watcher, watch)->name, tone, duration);
}

static void
watched_cb (SipSessionDescriptionHandler *handler,
            const GError                 *error,
            gpointer                      user_data)
{
  g_string_append (heard, "signal\n");
}

static void
expect_heard (const char *expected)
{
  g_assert_cmpstr (heard->str, ==, expected);
  g_string_truncate (heard, 0);
}

static void
test_watches (void)
{
  static const SipHandlerWatchEvents events = { watch_failed, watch_dtmf_received };
  g_autoptr (SipSessionDescriptionHandler) handler = g_object_new (TEST_TYPE_HANDLER, NULL);
  g_autoptr (GError) error = g_error_new (SIP_ERROR, SIP_ERROR_MEDIA, "no path");
  Watcher a = { .name = "a" }, b = { .name = "b" }, c = { .name = "c" };

  heard = g_string_new (NULL);
  g_signal_connect (handler, "failed", G_CALLBACK (watched_cb), NULL);
  g_signal_emit_by_name (handler, "failed", error);
  expect_heard ("signal\n");

  sip_handler_watch_begin (&a.watch, handler, &events);
  g_signal_emit_by_name (handler, "failed", error);
  expect_heard ("a: no path\nsignal\n");
  g_signal_emit_by_name (handler, "dtmf-received", "#", 90);
  expect_heard ("a: # 90\n");

  /* Several, of which one ends another that has not been told. */
  sip_handler_watch_begin (&b.watch, handler, &events);
  sip_handler_watch_begin (&c.watch, handler, &events);
  g_signal_emit_by_name (handler, "dtmf-received", "1", 100);
  expect_heard ("c: 1 100\nb: 1 100\na: 1 100\n");
  c.ends = &b.watch;
  g_signal_emit_by_name (handler, "failed", error);
  expect_heard ("c: no path\na: no path\nsignal\n");

  c.ends = NULL;
  sip_handler_watch_end (&c.watch);
  sip_handler_watch_end (&c.watch);
  g_signal_emit_by_name (handler, "failed", error);
  expect_heard ("a: no path\nsignal\n");
  sip_handler_watch_end (&a.watch);
  g_signal_emit_by_name (handler, "failed", error);
  expect_heard ("signal\n");
  g_string_free (g_steal_pointer (&heard), TRUE);
}

static SipDescription *
answer (SipSessionDescriptionHandler *handler,
        SipDescription               *offer,
        GVariant                     *options,
        GError                      **error)
{
  g_assert_true (options == NULL || !g_variant_is_floating (options));
  return sip_description_new_from_text (SIP_DESCRIPTION_ANSWER, "application/sdp", "v=0");
}

static void
test_answer (void)
{
  g_autoptr (SipSessionDescriptionHandler) handler = g_object_new (TEST_TYPE_HANDLER, NULL);
  g_autoptr (SipDescription) offer = sip_description_new_from_text (SIP_DESCRIPTION_OFFER, "application/sdp", "v=0");
  g_autoptr (SipDescription) made = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (sip_session_description_handler_answer (handler, offer, g_variant_new_parsed ("{'audio': <true>}"), &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_NOT_SUPPORTED);
  g_clear_error (&error);

  SIP_SESSION_DESCRIPTION_HANDLER_GET_IFACE (handler)->answer = answer;
  made = sip_session_description_handler_answer (handler, offer, g_variant_new_parsed ("{'audio': <true>}"), &error);
  g_assert_no_error (error);
  g_assert_cmpint (sip_description_get_description_type (made), ==, SIP_DESCRIPTION_ANSWER);
  SIP_SESSION_DESCRIPTION_HANDLER_GET_IFACE (handler)->answer = NULL;
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/media/session-description-handler/descriptions", test_descriptions);
  g_test_add_func ("/media/session-description-handler/optional-methods", test_optional_methods);
  g_test_add_func ("/media/session-description-handler/failed-signal", test_failed_signal);
  g_test_add_func ("/media/session-description-handler/watches", test_watches);
  g_test_add_func ("/media/session-description-handler/answer", test_answer);

  return g_test_run ();
}
