/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "media/sip-description-modifier.h"

#include "media/sip-sdp-edit-private.h"
#include "syntax/sip-error.h"

#define HEAD "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\n"

static char *
order (const char *text)
{
  const char *names[] = { "pcma", "opus", "G722", NULL };

  return sip_sdp_edit_order_codecs (text, names);
}

static void
test_edits (void)
{
  static const struct
  {
    char *(*edit) (const char *text);
    const char *before;
    const char *after;
  } cases[] = {
    { sip_sdp_edit_strip_tcp_candidates,
      HEAD "m=audio 9 RTP/AVP 0\r\na=candidate:1 1 UDP 1 192.0.2.1 1 typ host\r\na=candidate:2 1 tcp 1 192.0.2.1 9 typ host\r\n",
      HEAD "m=audio 9 RTP/AVP 0\r\na=candidate:1 1 UDP 1 192.0.2.1 1 typ host\r\n" },
    { sip_sdp_edit_strip_tcp_candidates, "a=candidate:\n", "a=candidate:\r\n" },

    { sip_sdp_edit_strip_telephone_event,
      HEAD "m=audio 9 RTP/AVP 0 101 8 102\r\na=rtpmap:101 telephone-event/8000\r\na=rtpmap:102 Telephone-Event/48000\r\n"
           "a=fmtp:101 0-15\r\na=fmtp:1011 x\r\nm=application 9 UDP/DTLS/SCTP 101\r\n",
      HEAD "m=audio 9 RTP/AVP 0 8\r\na=fmtp:1011 x\r\nm=application 9 UDP/DTLS/SCTP 101\r\n" },
    { sip_sdp_edit_strip_telephone_event, HEAD "m=audio 9 RTP/AVP 101\r\na=rtpmap:101 telephone-event/8000\r\n",
      HEAD "m=audio 9 RTP/AVP 101\r\na=rtpmap:101 telephone-event/8000\r\n" },
    { sip_sdp_edit_strip_telephone_event, "m=RTP/", "m=RTP/\r\n" },

    { sip_sdp_edit_strip_video,
      HEAD "a=group:BUNDLE a v\r\na=group:LS v\r\nm=audio 9 RTP/AVP 0\r\na=mid:a\r\nm=video 4 RTP/AVP 96\r\n"
           "c=IN IP4 192.0.2.1\r\na=mid:v\r\na=rtpmap:96 VP8/90000\r\n",
      HEAD "a=group:BUNDLE a\r\nm=audio 9 RTP/AVP 0\r\na=mid:a\r\nm=video 0 RTP/AVP 96\r\nc=IN IP4 192.0.2.1\r\na=mid:v\r\n" },
    { sip_sdp_edit_strip_video, "m=video ", "m=video \r\n" },

    { sip_sdp_edit_hold, HEAD "m=audio 9 RTP/AVP 0\r\na=sendrecv\r\nm=video 9 RTP/AVP 96\r\na=recvonly\r\nm=text 9 RTP/AVP 98\r\n",
      HEAD "m=audio 9 RTP/AVP 0\r\na=sendonly\r\nm=video 9 RTP/AVP 96\r\na=inactive\r\nm=text 9 RTP/AVP 98\r\na=sendonly\r\n" },
    { sip_sdp_edit_hold, "v=0\r\na=recvonly\r\nm=audio 9 RTP/AVP 0\r\nm=audio 9 RTP/AVP 0\r\na=sendonly\r\n",
      "v=0\r\na=inactive\r\nm=audio 9 RTP/AVP 0\r\nm=audio 9 RTP/AVP 0\r\na=sendonly\r\n" },
    { sip_sdp_edit_hold, "m=application 9 UDP/DTLS/SCTP x", "m=application 9 UDP/DTLS/SCTP x\r\n" },

    { order, HEAD "m=audio 9 RTP/AVP 0 111 101 8 9\r\na=rtpmap:111 opus/48000/2\r\na=rtpmap:101 telephone-event/8000\r\n",
      HEAD "m=audio 9 RTP/AVP 8 111 9 0 101\r\na=rtpmap:111 opus/48000/2\r\na=rtpmap:101 telephone-event/8000\r\n" },
    { order, "m=audio 9 RTP/AVP\r\nm=x 9 y 8 0\r\n", "m=audio 9 RTP/AVP\r\nm=x 9 y 8 0\r\n" },
    { order, "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *after = cases[i].edit (cases[i].before);
      g_autofree char *again = cases[i].edit (after);

      g_assert_cmpstr (after, ==, cases[i].after);
      g_assert_cmpstr (again, ==, cases[i].after);
    }
}

static void
store_result_cb (GObject      *object,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static SipDescription *
modify (SipDescriptionModifier *modifier,
        SipDescription         *description,
        GError                **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  sip_description_modifier_modify_async (modifier, description, NULL, store_result_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);

  return sip_description_modifier_modify_finish (modifier, result, error);
}

static void
test_stock (void)
{
  const char *names[] = { "PCMA", NULL };
  SipDescriptionModifier *modifiers[] = {
    sip_description_modifier_new_strip_tcp_candidates (), sip_description_modifier_new_strip_telephone_event (),
    sip_description_modifier_new_strip_video (),          sip_description_modifier_new_hold (),
    sip_description_modifier_new_codec_order (names),
  };
  g_autoptr (SipDescription) description = sip_description_new_from_text (SIP_DESCRIPTION_ANSWER, "application/sdp",
                                                                          HEAD "m=audio 9 RTP/AVP 0 8\r\nm=video 9 RTP/AVP 96\r\n");
  g_autoptr (SipDescription) other = sip_description_new_from_text (SIP_DESCRIPTION_OFFER, "text/plain", "m=audio 9 RTP/AVP 0 8");
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (modifiers); i++)
    {
      SipDescription *modified = modify (modifiers[i], description, &error);
      g_autoptr (SipDescription) same = modify (modifiers[i], other, &error);

      g_assert_no_error (error);
      g_assert_true (same == other);
      sip_description_unref (description);
      description = modified;
    }
  text = sip_description_to_text (description);
  g_assert_cmpstr (text, ==, HEAD "m=audio 9 RTP/AVP 8 0\r\na=sendonly\r\nm=video 0 RTP/AVP 96\r\na=sendonly\r\n");
  g_assert_cmpint (sip_description_get_description_type (description), ==, SIP_DESCRIPTION_ANSWER);

  for (guint i = 0; i < G_N_ELEMENTS (modifiers); i++)
    g_object_unref (modifiers[i]);
}

static SipDescription *
refuse (SipDescription *description,
        gpointer        user_data,
        GError        **error)
{
  ++*(int *) user_data;
  g_set_error (error, SIP_ERROR, SIP_ERROR_MEDIA, "no");

  return NULL;
}

static void
count (gpointer user_data)
{
  *(int *) user_data += 10;
}

static void
test_func (void)
{
  int n = 0;
  g_autoptr (SipDescriptionModifier) modifier = sip_description_modifier_new_for_func (refuse, &n, count);
  g_autoptr (SipDescription) description = sip_description_new_from_text (SIP_DESCRIPTION_OFFER, "application/sdp", "");
  g_autoptr (GError) error = NULL;

  g_assert_null (modify (modifier, description, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_MEDIA);
  g_assert_cmpint (n, ==, 1);
  g_clear_object (&modifier);
  g_assert_cmpint (n, ==, 11);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/media/description-modifier/edits", test_edits);
  g_test_add_func ("/media/description-modifier/stock", test_stock);
  g_test_add_func ("/media/description-modifier/func", test_func);

  return g_test_run ();
}
