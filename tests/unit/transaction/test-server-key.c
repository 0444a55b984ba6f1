/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transaction/sip-server-key-private.h"

#define SEED G_GUINT64_CONSTANT (0x0123456789abcdef)

static SipMsg *
make (const char *method,
      const char *via,
      const char *to_tag,
      guint       cseq)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_strdup_printf ("%s sip:a@b SIP/2.0\r\nVia: %s\r\nMax-Forwards: 70\r\nFrom: <sip:c@d>;tag=f\r\n"
                                           "To: <sip:a@b>%s\r\nCall-ID: i\r\n"
                                           "CSeq: %u %s\r\nContent-Length: 0\r\n\r\n", method, via, to_tag, cseq, method);
  SipMsg *msg = sip_msg_parse (text, strlen (text), &SIP_LIMITS_DEFAULT, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (msg->defect, ==, 0);
  return msg;
}

typedef struct
{
  const char *name;
  const char *method;
  const char *via;
  const char *to_tag;
  guint cseq;
  const char *other_method;
  const char *other_via;
  const char *other_to_tag;
  guint other_cseq;
  gboolean matches;
  gboolean is_merged;
} Pair;

#define NEW "SIP/2.0/UDP h;branch=z9hG4bK1"
#define OLD "SIP/2.0/UDP h"

static const Pair pairs[] = {
  { "same", "BYE", NEW, "", 1, "BYE", NEW, "", 1, TRUE, TRUE },
  { "ack", "INVITE", NEW, "", 1, "ACK", NEW, ";tag=us", 1, TRUE, TRUE },
  { "ack-of-another", "BYE", NEW, "", 1, "ACK", NEW, "", 1, FALSE, FALSE },
  { "cseq", "BYE", NEW, "", 1, "BYE", NEW, "", 2, TRUE, FALSE },
  { "method", "BYE", NEW, "", 1, "INFO", NEW, "", 1, FALSE, FALSE },
  { "unknown-method", "FOO", NEW, "", 1, "FOO", NEW, "", 1, TRUE, TRUE },
  { "unknown-methods", "FOO", NEW, "", 1, "BAR", NEW, "", 1, FALSE, FALSE },
  { "branch", "BYE", NEW, "", 1, "BYE", NEW "2", "", 1, FALSE, TRUE },
  { "sent-by", "BYE", NEW, "", 1, "BYE", "SIP/2.0/UDP g;branch=z9hG4bK1", "", 1, FALSE, TRUE },
  { "transport", "BYE", NEW, "", 1, "BYE", "SIP/2.0/TCP h;branch=z9hG4bK1", "", 1, TRUE, TRUE },
  { "parameter", "BYE", NEW, "", 1, "BYE", NEW ";x=y", "", 1, TRUE, TRUE },
  { "old-and-new", "BYE", NEW, "", 1, "BYE", OLD ";branch=1", "", 1, FALSE, TRUE },
  { "old", "BYE", OLD, "", 1, "BYE", OLD, "", 1, TRUE, TRUE },
  { "old-parameter", "BYE", OLD, "", 1, "BYE", OLD ";x=y", "", 1, FALSE, TRUE },
  { "old-cseq", "BYE", OLD, "", 1, "BYE", OLD, "", 2, FALSE, FALSE },
  { "old-to-tag", "BYE", OLD, ";tag=t", 1, "BYE", OLD, ";tag=t", 1, TRUE, TRUE },
  { "old-to-tags", "BYE", OLD, ";tag=t", 1, "BYE", OLD, ";tag=u", 1, FALSE, TRUE },
  { "old-ack", "INVITE", OLD, "", 1, "ACK", OLD, ";tag=us", 1, TRUE, TRUE },
  { "old-ack-of-another", "INVITE", OLD, "", 1, "ACK", OLD, ";tag=else", 1, FALSE, TRUE },
};

static void
test_pair (gconstpointer data)
{
  const Pair *pair = data;
  g_autoptr (SipMsg) one = make (pair->method, pair->via, pair->to_tag, pair->cseq);
  g_autoptr (SipMsg) two = make (pair->other_method, pair->other_via, pair->other_to_tag, pair->other_cseq);
  g_autofree char *text = NULL;
  SipServerKey key, other;
  SipKeptKey kept;

  g_assert_true (sip_server_key_read (&key, one, SEED));
  g_assert_true (sip_server_key_read (&other, two, SEED));
  text = g_malloc (sip_server_key_size (&key) + 1);
  sip_kept_key_set (&kept, text, &key);

  g_assert_cmpint (sip_kept_key_matches (&kept, text, &other, SIP_STR ("us")), ==, pair->matches);
  g_assert_cmpint (sip_kept_key_is_merged (&kept, text, &other), ==, pair->is_merged);
  /* What matches is in one chain. What does not is in another, all but the known methods. */
  if (pair->matches)
    g_assert_cmpuint (key.hash, ==, other.hash);
  if (pair->is_merged)
    g_assert_cmpuint (sip_server_key_merge_hash (&key, SEED), ==, sip_server_key_merge_hash (&other, SEED));
}

/* Keys whose hashes are equal are still told apart. */
static void
test_collision (void)
{
  g_autoptr (SipMsg) one = make ("BYE", NEW, "", 1);
  g_autoptr (SipMsg) two = make ("BYE", NEW "2", "", 1);
  g_autofree char *text = NULL;
  SipServerKey key, other;
  SipKeptKey kept;

  sip_server_key_read (&key, one, SEED);
  sip_server_key_read (&other, two, SEED);
  g_assert_cmpuint (key.hash, !=, other.hash);
  other.hash = key.hash;
  text = g_malloc (sip_server_key_size (&key));
  sip_kept_key_set (&kept, text, &key);
  g_assert_false (sip_kept_key_matches (&kept, text, &other, (SipStr) SIP_STR_INIT));
}

static void
test_seed (void)
{
  g_autoptr (SipMsg) msg = make ("BYE", NEW, "", 1);
  SipServerKey key, other;

  sip_server_key_read (&key, msg, SEED);
  sip_server_key_read (&other, msg, SEED + 1);
  g_assert_cmpuint (key.hash, !=, other.hash);
  g_assert_cmpuint (sip_server_key_merge_hash (&key, SEED), !=, sip_server_key_merge_hash (&other, SEED + 1));
}

static void
test_cancel (void)
{
  g_autoptr (SipMsg) invite = make ("INVITE", NEW, "", 1);
  g_autoptr (SipMsg) cancel = make ("CANCEL", NEW, "", 1);
  g_autofree char *text = NULL;
  SipServerKey key, other;
  SipKeptKey kept;

  sip_server_key_read (&key, invite, SEED);
  text = g_malloc (sip_server_key_size (&key));
  sip_kept_key_set (&kept, text, &key);
  sip_server_key_read (&other, cancel, SEED);
  g_assert_false (sip_kept_key_matches (&kept, text, &other, (SipStr) SIP_STR_INIT));
  sip_server_key_read_cancelled (&other, cancel, SEED);
  g_assert_true (sip_kept_key_matches (&kept, text, &other, (SipStr) SIP_STR_INIT));
  g_assert_cmpuint (key.hash, ==, other.hash);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autofree char *path = g_strdup_printf ("/server-key/pair/%s", pairs[i].name);

      g_test_add_data_func (path, &pairs[i], test_pair);
    }
  g_test_add_func ("/server-key/collision", test_collision);
  g_test_add_func ("/server-key/seed", test_seed);
  g_test_add_func ("/server-key/cancel", test_cancel);

  return g_test_run ();
}
