/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "null-handler.h"

#define SDP \
  "v=0\r\n" \
  "o=- 1 1 IN IP4 127.0.0.1\r\n" \
  "s=-\r\n" \
  "c=IN IP4 127.0.0.1\r\n" \
  "t=0 0\r\n" \
  "m=audio 40000 RTP/AVP 0\r\n" \
  "a=rtpmap:0 PCMU/8000\r\n"

struct _TestNullHandler
{
  GObject parent_instance;
};

static void
get_description (SipSessionDescriptionHandler *handler,
                 SipDescriptionType            type,
                 GVariant                     *options,
                 GTask                        *task)
{
  g_autoptr (GBytes) body = g_bytes_new_static (SDP, sizeof SDP - 1);

  g_task_return_pointer (task, sip_description_new (type, "application/sdp", body), (GDestroyNotify) sip_description_unref);
}

static void
set_description (SipSessionDescriptionHandler *handler,
                 SipDescription               *description,
                 GVariant                     *options,
                 GTask                        *task)
{
  g_task_return_boolean (task, TRUE);
}

static SipDescription *
answer (SipSessionDescriptionHandler *handler,
        SipDescription               *offer,
        GVariant                     *options,
        GError                      **error)
{
  g_autoptr (GBytes) body = g_bytes_new_static (SDP, sizeof SDP - 1);

  return sip_description_new (SIP_DESCRIPTION_ANSWER, "application/sdp", body);
}

static void
handler_init (SipSessionDescriptionHandlerInterface *iface)
{
  iface->get_description = get_description;
  iface->set_description = set_description;
  iface->answer = answer;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TestNullHandler, test_null_handler, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (SIP_TYPE_SESSION_DESCRIPTION_HANDLER, handler_init))

static void
test_null_handler_class_init (TestNullHandlerClass *klass)
{
}

static void
test_null_handler_init (TestNullHandler *self)
{
}

SipSessionDescriptionHandler *
test_null_handler_factory (SipUserAgent *user_agent,
                           SipSession   *session,
                           gpointer      user_data)
{
  return g_object_new (TEST_TYPE_NULL_HANDLER, NULL);
}
