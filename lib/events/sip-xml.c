/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "events/sip-xml-private.h"

#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>

#include "syntax/sip-error.h"

/* What is counted while the parser goes along: it hangs on the parser's context. */
typedef struct
{
  guint depth;
  guint n_nodes;
  const char *problem;
} Watch;

static void
stop (xmlParserCtxt *ctxt, const char *problem)
{
  Watch *watch = ctxt->_private;

  if (watch->problem == NULL)
    watch->problem = problem;
  xmlStopParser (ctxt);
}

/* Where a document type begins, before anything of it is read. */
static void
internal_subset_cb (void *ctx, const xmlChar *name, const xmlChar *external_id, const xmlChar *system_id)
{
  stop (ctx, "it has a document type");
}

static void
start_element_cb (void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int n_namespaces, const xmlChar **namespaces, int n_attributes,
                  int n_defaulted, const xmlChar **attributes)
{
  xmlParserCtxt *ctxt = ctx;
  Watch *watch = ctxt->_private;

  watch->n_nodes += 1 + (guint) n_namespaces + (guint) n_attributes;
  if (++watch->depth > SIP_XML_MAX_DEPTH)
    stop (ctxt, "its elements are too deep in one another");
  else if (watch->n_nodes > SIP_XML_MAX_NODES)
    stop (ctxt, "it has too many elements");
  else
    xmlSAX2StartElementNs (ctx, name, prefix, uri, n_namespaces, namespaces, n_attributes, n_defaulted, attributes);
}

static void
end_element_cb (void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
  xmlParserCtxt *ctxt = ctx;
  Watch *watch = ctxt->_private;

  watch->depth--;
  xmlSAX2EndElementNs (ctx, name, prefix, uri);
}

static xmlDoc *
read_document (const char *text, gsize len, Watch *watch)
{
  xmlParserCtxt *ctxt = xmlCreateMemoryParserCtxt (text, (int) len);
  xmlDoc *doc;

  if (ctxt == NULL)
    return NULL;

  xmlCtxtUseOptions (ctxt, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA | XML_PARSE_COMPACT | XML_PARSE_IGNORE_ENC);
  ctxt->_private = watch;
  ctxt->sax->internalSubset = internal_subset_cb;
  ctxt->sax->startElementNs = start_element_cb;
  ctxt->sax->endElementNs = end_element_cb;
  xmlSwitchEncoding (ctxt, XML_CHAR_ENCODING_UTF8);
  xmlParseDocument (ctxt);
  doc = ctxt->myDoc;
  ctxt->myDoc = NULL;
  if (!ctxt->wellFormed && doc != NULL)
    g_clear_pointer (&doc, xmlFreeDoc);
  xmlFreeParserCtxt (ctxt);

  return doc;
}

xmlDoc *
sip_xml_parse (GBytes *bytes, const char *space, const char *name, GError **error)
{
  gsize len;
  const char *text = g_bytes_get_data (bytes, &len);
  g_autoptr (xmlDoc) doc = NULL;
  Watch watch = { 0 };

  if (len == 0 || len > SIP_XML_MAX)
    watch.problem = len == 0 ? "it is empty" : "it is too long";
  else if (!g_utf8_validate_len (text, len, NULL))
    watch.problem = "it is no UTF-8";
  else
    doc = read_document (text, len, &watch);

  if (watch.problem == NULL && doc == NULL)
    watch.problem = "it is not well-formed";
  if (watch.problem == NULL && !sip_xml_is (xmlDocGetRootElement (doc), space, name))
    watch.problem = "its root is another element";
  if (watch.problem != NULL)
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_PARSE, "This is no <%s> document: %s", name, watch.problem);
      return NULL;
    }

  return g_steal_pointer (&doc);
}

gboolean
sip_xml_is (const xmlNode *node, const char *space, const char *name)
{
  return node != NULL && node->type == XML_ELEMENT_NODE && node->ns != NULL && g_strcmp0 ((const char *) node->ns->href, space) == 0 &&
         (name == NULL || strcmp ((const char *) node->name, name) == 0);
}

static const xmlNode *
find (const xmlNode *node, const char *space, const char *name)
{
  while (node != NULL && !sip_xml_is (node, space, name))
    node = node->next;

  return node;
}

const xmlNode *
sip_xml_next (const xmlNode *node, const char *space, const char *name)
{
  return node != NULL ? find (node->next, space, name) : NULL;
}

const xmlNode *
sip_xml_first (const xmlNode *node, const char *space, const char *name)
{
  return node != NULL ? find (node->children, space, name) : NULL;
}

/* Takes @text. */
static char *
to_own (xmlChar *text)
{
  char *own = text != NULL ? g_strdup ((const char *) text) : NULL;

  if (text != NULL)
    xmlFree (text);
  return own != NULL ? g_strstrip (own) : NULL;
}

char *
sip_xml_dup_text (const xmlNode *node)
{
  return node != NULL ? to_own (xmlNodeGetContent ((xmlNode *) node)) : NULL;
}

char *
sip_xml_dup_attribute (const xmlNode *node, const char *name)
{
  return node != NULL ? to_own (xmlGetNoNsProp ((xmlNode *) node, (const xmlChar *) name)) : NULL;
}

gboolean
sip_xml_uint_attribute (const xmlNode *node, const char *name, guint64 max, guint64 *value)
{
  g_autofree char *text = sip_xml_dup_attribute (node, name);

  return text != NULL && sip_str_to_uint (sip_str_from (text), max, value);
}

/* --- writing --- */

/* In an attribute a line's end would be read as a blank. */
static void
append_escaped (GString *xml, const char *text, gboolean in_attribute)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      switch (c)
        {
        case '<':
          g_string_append (xml, "&lt;");
          break;
        case '>':
          g_string_append (xml, "&gt;");
          break;
        case '&':
          g_string_append (xml, "&amp;");
          break;
        case '"':
          g_string_append (xml, "&quot;");
          break;
        default:
          /* XML 1.0 §2.2: a Char */
          if (in_attribute && (c == '\t' || c == '\n'))
            g_string_append_printf (xml, "&#%u;", c);
          else if ((c >= 0x20 && c != 0xfffe && c != 0xffff) || c == '\t' || c == '\n')
            g_string_append_unichar (xml, c);
        }
    }
}

void
sip_xml_append (GString *xml, const char *element, const char *attributes, const char *text)
{
  if (text == NULL)
    return;

  g_string_append_printf (xml, "<%s%s>", element, attributes);
  append_escaped (xml, text, FALSE);
  g_string_append_printf (xml, "</%s>\n", element);
}

void
sip_xml_append_attribute (GString *xml, const char *name, const char *value)
{
  if (value == NULL)
    return;

  g_string_append_printf (xml, " %s=\"", name);
  append_escaped (xml, value, TRUE);
  g_string_append_c (xml, '"');
}
