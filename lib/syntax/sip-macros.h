/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(SIP_INSIDE) && !defined(SIP_COMPILATION)
#error "Include <sip-glib/sip.h>, not this header."
#endif

/**
 * SIP_AVAILABLE_IN_1_0: (skip)
 *
 * Marks a function as public since version 1.0 of the API.
 */
#define SIP_AVAILABLE_IN_1_0 __attribute__ ((visibility ("default"))) extern

/**
 * SIP_DECLARE_INTERNAL_TYPE: (skip)
 *
 * Declares an object type whose structs only the library knows: it can be used, not derived, from outside.
 */
#define SIP_DECLARE_INTERNAL_TYPE(ModuleObjName, module_obj_name, MODULE, OBJ_NAME, ParentName) \
  GType module_obj_name##_get_type (void); \
  G_GNUC_BEGIN_IGNORE_DEPRECATIONS \
  typedef struct _##ModuleObjName ModuleObjName; \
  typedef struct _##ModuleObjName##Class ModuleObjName##Class; \
  _GLIB_DEFINE_AUTOPTR_CHAINUP (ModuleObjName, ParentName) \
  G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModuleObjName##Class, g_type_class_unref) \
  G_GNUC_UNUSED static inline ModuleObjName *MODULE##_##OBJ_NAME (gpointer ptr) \
  { \
    return G_TYPE_CHECK_INSTANCE_CAST (ptr, module_obj_name##_get_type (), ModuleObjName); \
  } \
  G_GNUC_UNUSED static inline ModuleObjName##Class *MODULE##_##OBJ_NAME##_CLASS (gpointer ptr) \
  { \
    return G_TYPE_CHECK_CLASS_CAST (ptr, module_obj_name##_get_type (), ModuleObjName##Class); \
  } \
  G_GNUC_UNUSED static inline gboolean MODULE##_IS_##OBJ_NAME (gpointer ptr) \
  { \
    return G_TYPE_CHECK_INSTANCE_TYPE (ptr, module_obj_name##_get_type ()); \
  } \
  G_GNUC_UNUSED static inline ModuleObjName##Class *MODULE##_##OBJ_NAME##_GET_CLASS (gpointer ptr) \
  { \
    return G_TYPE_INSTANCE_GET_CLASS (ptr, module_obj_name##_get_type (), ModuleObjName##Class); \
  } \
  G_GNUC_END_IGNORE_DEPRECATIONS
