/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/sip-marshal-private.h"

typedef struct
{
  gpointer first;
  gpointer last;
  gpointer func;
} Call;

/* What a handler gets first and last, and what it is. */
static Call
begin (GClosure *closure, gpointer instance, gpointer marshal_data)
{
  GCClosure *c = (GCClosure *) closure;
  Call call = { instance, closure->data, marshal_data != NULL ? marshal_data : c->callback };

  if (G_CCLOSURE_SWAP_DATA (closure))
    {
      call.first = closure->data;
      call.last = instance;
    }

  return call;
}

void
sip_marshal_object_string_va (GClosure *closure, GValue *result, gpointer instance, va_list args, gpointer marshal_data, int n_params,
                              GType *param_types)
{
  typedef void (*Func) (gpointer first, gpointer object, const char *text, gpointer last);
  Call call = begin (closure, instance, marshal_data);
  g_autoptr (GObject) object = NULL;
  const char *text;
  va_list copy;

  va_copy (copy, args);
  g_set_object (&object, va_arg (copy, GObject *));
  text = va_arg (copy, const char *);
  va_end (copy);

  ((Func) call.func) (call.first, object, text, call.last);
}

void
sip_marshal_uint_object_va (GClosure *closure, GValue *result, gpointer instance, va_list args, gpointer marshal_data, int n_params,
                            GType *param_types)
{
  typedef void (*Func) (gpointer first, guint number, gpointer object, gpointer last);
  Call call = begin (closure, instance, marshal_data);
  g_autoptr (GObject) object = NULL;
  guint number;
  va_list copy;

  va_copy (copy, args);
  number = va_arg (copy, guint);
  g_set_object (&object, va_arg (copy, GObject *));
  va_end (copy);

  ((Func) call.func) (call.first, number, object, call.last);
}
