/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "syntax/sip-history-entry.h"
#include "syntax/sip-str-private.h"

G_BEGIN_DECLS

/* NULL where @value breaks the grammar. */
SipHistoryEntry *sip_history_entry_new_from_str (SipStr value);

G_END_DECLS
