/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Runs jobs one after the other outside of the main loop. Elements that open a device may block for seconds when their state changes;
 * nobody's loop is to wait for them, and no two of them may overtake each other. There is no thread while there is nothing to do. */
typedef struct _SipSerialQueue SipSerialQueue;

SipSerialQueue *sip_serial_queue_new (void);
SipSerialQueue *sip_serial_queue_ref (SipSerialQueue *self);
void sip_serial_queue_unref (SipSerialQueue *self); /* what was pushed still runs */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SipSerialQueue, sip_serial_queue_unref)

/* @func gets @data, @destroy frees it afterwards; both in another thread. */
void sip_serial_queue_push (SipSerialQueue *self, GFunc func, gpointer data, GDestroyNotify destroy);

G_END_DECLS
