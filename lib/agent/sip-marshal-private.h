/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* Call one C handler of a signal without boxing its arguments; GObject has such functions for signals of one argument only, and asks libffi
 * for all others, at some 1 500 instructions each. Every other kind of handler is called as ever. For g_signal_set_va_marshaller(). */

/* (SipResponse and the like: an object that may be NULL; a text of static scope that may be NULL) */
void sip_marshal_object_string_va (GClosure *closure, GValue *result, gpointer instance, va_list args, gpointer marshal_data, int n_params,
                                   GType *param_types);
/* (guint, an object that may be NULL) */
void sip_marshal_uint_object_va (GClosure *closure, GValue *result, gpointer instance, va_list args, gpointer marshal_data, int n_params,
                                 GType *param_types);

G_END_DECLS
