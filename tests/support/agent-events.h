/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <sip-glib/sip.h>

/* What the test agent subscribes to, and lets others subscribe to; it tells of it in lines that begin with "watch" and "notifier". */
void test_events_add_options (GOptionContext *context);
void test_events_prepare (SipUserAgent *agent);
/* Once it is started. */
void test_events_begin (SipUserAgent *agent);
