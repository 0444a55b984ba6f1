/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <sip-glib/sip.h>

G_BEGIN_DECLS

#define TEST_TYPE_NULL_HANDLER (test_null_handler_get_type ())

/* A session description handler without media: it offers and answers the same session each time, and takes whatever it gets. */
G_DECLARE_FINAL_TYPE (TestNullHandler, test_null_handler, TEST, NULL_HANDLER, GObject)

/* For sip_user_agent_set_session_description_handler_factory(). */
SipSessionDescriptionHandler *test_null_handler_factory (SipUserAgent *user_agent, SipSession *session, gpointer user_data);

G_END_DECLS
