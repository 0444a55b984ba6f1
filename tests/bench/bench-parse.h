/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stddef.h>

/* What each parser that is compared has to do, once for each message. */

extern const char bench_name[];

void bench_setup (void);

/* Parses one message and looks at all its Via, From, To, Call-ID, CSeq, Max-Forwards, Contact, Route and Record-Route. Answers a
 * number that depends on them, so that none of it can be left out: how many of these there were. */
unsigned bench_one (const char *data, size_t len);
