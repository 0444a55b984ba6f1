/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <time.h>

#include "syntax/sip-framer-private.h"
#include "syntax/sip-msg-builder-private.h"

/* Text that somebody made to keep us busy must cost what its size costs. Eight times the text is looked at: the square of that would be
 * 64 times the work. What is compared is the processor's time for the one with that for the other, each the least of several runs, so
 * that what else the machine does has no part in it. */
#define SMALL 7000
#define FACTOR 8

static const struct
{
  const char *name;
  const char *head;
  const char *unit; /* repeated as often as there is room */
} table[] = {
  { "commas", "Contact: ", "," },
  { "blank-commas", "Contact: ", " , " },
  { "semicolons", "Contact: <sip:a>", ";" },
  { "params", "Contact: <sip:a>", ";a=b" },
  { "quotes", "Contact: ", "\"" },
  { "strings", "Contact: ", "\"\"," },
  { "half-strings", "Contact: ", ",\"" },
  { "escapes", "Contact: \"", "\\\"" },
  { "backslashes", "Contact: ", "\\" },
  { "brackets", "Contact: ", "<" },
  { "closed-brackets", "Contact: ", "<>" },
  { "half-brackets", "Contact: ", ",<" },
  { "addresses", "Contact: ", "<sip:a@b>;c=\"d\"," },
  { "comments", "Contact: ", " (" },
  { "half-comments", "Contact: ", ", (" },
  { "blanks", "Contact: ", " " },
  { "tabs-and-letters", "Contact: ", "\ta" },
  { "folds", "Contact: ", "\r\n " },
  { "folded-letters", "Contact: ", "a\r\n " },
  { "display", "Contact: ", "a\r\n\t" },
  { "controls", "Contact: ", "\001" },
  { "quoted-controls", "Contact: \"", "\\\001" },
  { "colons", "Contact: ", ":" },
  { "ats", "Contact: sip:", "@" },
  { "percents", "Contact: sip:", "%" },
  { "octets", "Contact: sip:", "%41" },
  { "labels", "Contact: sip:", "a." },
  { "digits", "Contact: sip:", "1" },
  { "numbers", "Contact: sip:", "1." },
  { "hyphens", "Contact: sip:a", "-" },
  { "ipv6", "Contact: <sip:[", "1:" },
  { "uri-params", "Contact: <sip:a", ";b" },
  { "uri-headers", "Contact: <sip:a?", "b=c&" },
  { "opaque", "Contact: <x:", "y" },
  { "vias", "Via: ", "SIP/2.0/UDP a;b=c," },
  { "via-params", "Via: SIP/2.0/UDP a", ";received" },
  { "slashes", "Via: SIP", "/" },
  { "fields", "", "Contact: <sip:a>\r\n" },
  { "empty-fields", "", "m:\r\n" },
  { "unknown-fields", "", "Q:\r\n" },
  { "names", "", "a" },
  { "no-colons", "", "a\r\n" },
  { "names-without-colons", "", "Contact\r\n" },
  { "only-colons", "", ":\r\n" },
  { "lengths", "", "l:0\r\n" },
  { "line-feeds", "a", "\n\t\n" },
  { "carriage-returns", "Contact: ", "\r" },
  { "nuls", "Contact: ", "" },
};

/* All that is done with a message between its coming and its answer. */
static void
use (const char *text,
     gsize       len)
{
  static const SipLimits limits = { G_MAXUINT32, G_MAXUINT32, G_MAXUINT32, G_MAXUINT32 };
  gsize skipped, consumed;
  g_autoptr (SipMsg) msg = sip_msg_parse (text, len, &limits, NULL);

  g_assert_nonnull (msg);
  sip_framer_next (text, len, &limits, &skipped, &consumed);

  for (SipHeaderId id = SIP_H_OTHER; id < SIP_H_LAST; id++)
    {
      SipValueIter iter = { 0 };
      SipNameAddrView address;
      SipViaView via;
      SipStr value;
      guint64 number;

      while (sip_msg_next_value (msg, id, &iter, &value))
        {
          sip_name_addr_view_parse (&address, value);
          sip_via_view_parse (&via, value);
        }
      sip_msg_has_token (msg, id, "x");
      sip_msg_uint (msg, id, G_MAXUINT32, &number);
    }

  for (guint i = 0; i < msg->n_fields && i < 1; i++)
    g_free (sip_msg_unfold (sip_msg_field_value (msg, &msg->fields[msg->n_fields - 1])));
  sip_msg_value_by_name (msg, SIP_STR ("Unknown"));

  {
    g_autoptr (SipMsgBuilder) builder = sip_msg_builder_new_response (msg, 400, NULL, "x");
    g_autoptr (SipMsg) answer = NULL;

    sip_msg_builder_copy (builder, SIP_H_CONTACT, msg);
    answer = sip_msg_builder_seal (builder, (SipStr) SIP_STR_INIT, (SipStr) SIP_STR_INIT);
  }
}

static char *
make (guint  i,
      gsize  size,
      gsize *len)
{
  g_autoptr (GString) text = g_string_new ("INVITE sip:a SIP/2.0\r\nVia: SIP/2.0/UDP a\r\nFrom: <sip:a>\r\nTo: <sip:a>\r\n"
                                           "Call-ID: a\r\nCSeq: 1 INVITE\r\n");
  gsize unit = MAX (strlen (table[i].unit), 1);
  gsize end = text->len + size;

  g_string_append (text, table[i].head);
  while (text->len + unit < end)
    g_string_append_len (text, table[i].unit, unit);
  g_string_append (text, "\r\n\r\n");
  *len = text->len;

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static gint64
processor_time (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);

  return now.tv_sec * G_GINT64_CONSTANT (1000000000) + now.tv_nsec;
}

static gint64
cost (const char *text,
      gsize       len)
{
  gint64 least = G_MAXINT64;

  for (guint run = 0; run < 9; run++)
    {
      gint64 start = processor_time ();

      use (text, len);
      least = MIN (least, processor_time () - start);
    }

  return least;
}

static void
test_scaling (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  gsize small_len, large_len;
  g_autofree char *small = make (i, SMALL, &small_len);
  g_autofree char *large = make (i, SMALL * FACTOR, &large_len);
  gint64 small_cost = 0;
  gint64 large_cost = 0;

  /* Who is suspected is looked at again. */
  for (guint attempt = 0; attempt < 5; attempt++)
    {
      small_cost = cost (small, small_len);
      large_cost = cost (large, large_len);
      if (large_cost <= small_cost * FACTOR * 3)
        break;
    }
  g_test_message ("%" G_GINT64_FORMAT " ns and %" G_GINT64_FORMAT " ns", small_cost, large_cost);
  g_assert_cmpint (large_cost, <=, small_cost * FACTOR * 3);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *path = g_strconcat ("/syntax/msg-cost/", table[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_scaling);
    }

  return g_test_run ();
}
