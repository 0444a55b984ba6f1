/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "dialog/sip-causes.h"

/* The cause that a call fails with, or ends with, where its media could not be had. */
const char *sip_cause_for_error (const GError *error);
