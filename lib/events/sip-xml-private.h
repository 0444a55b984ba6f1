/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>
#include <libxml/tree.h>

#include "syntax/sip-str-private.h"

G_BEGIN_DECLS

/* XML from strangers. No document type, so no entities but XML's own five; nothing is fetched; UTF-8 only; size, depth and number of elements and attributes
 * have their bounds. What breaks one of these is SIP_ERROR_PARSE. */

#define SIP_XML_MAX 65536
#define SIP_XML_MAX_DEPTH 32
#define SIP_XML_MAX_NODES 8192

G_DEFINE_AUTOPTR_CLEANUP_FUNC (xmlDoc, xmlFreeDoc)

/* A document whose root is @name of the namespace @space. */
xmlDoc *sip_xml_parse (GBytes *bytes, const char *space, const char *name, GError **error);

gboolean sip_xml_is (const xmlNode *node, const char *space, const char *name);
/* The next element after @node among its siblings; and the first among the children of @node. @name NULL: of any name. @node is nullable. */
const xmlNode *sip_xml_next (const xmlNode *node, const char *space, const char *name);
const xmlNode *sip_xml_first (const xmlNode *node, const char *space, const char *name);
/* The text in @node (nullable), trimmed; NULL where there is none. */
char *sip_xml_dup_text (const xmlNode *node);
/* An attribute without a namespace, trimmed; NULL where there is none. */
char *sip_xml_dup_attribute (const xmlNode *node, const char *name);
/* FALSE: it is not there, or no such number. */
gboolean sip_xml_uint_attribute (const xmlNode *node, const char *name, guint64 max, guint64 *value);

/* For writing. An element with text: nothing where @text is NULL; what no XML may hold (control characters, broken UTF-8) is left out of it. @attributes:
 * ready text, with a blank before it, or "". */
void sip_xml_append (GString *xml, const char *element, const char *attributes, const char *text);
/* As the value of an attribute. */
void sip_xml_append_attribute (GString *xml, const char *name, const char *value);

G_END_DECLS
