/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/scene.h"

Scene *
scene_new (void)
{
  Scene *self = g_new0 (Scene, 1);

  self->f = fixture_new ();
  self->carol = raw_peer_new ("carol", self->f->wheel);
  return self;
}

void
scene_free (Scene *self)
{
  raw_peer_free (self->carol);
  fixture_free (self->f);
  g_free (self);
}

SipMsg *
scene_call (Scene *self, SipInviteOptions *options)
{
  SipMsg *invite;

  fixture_call_target (self->f, "sip:carol@carol.mem", options);
  invite = raw_peer_last (self->carol, "INVITE");
  g_assert_nonnull (invite);
  g_string_truncate (self->f->log, 0);
  return invite;
}

void
scene_respond (Scene *self, SipMsg *request, guint status, const char *tag, const char *more, const char *sdp)
{
  raw_peer_respond (self->carol, request, status, tag, more, sdp);
  fixture_run (self->f, 0);
}

void
scene_say (Scene *self, const char *method, const char *uri, const char *to_tag, guint cseq, const char *more, const char *body)
{
  static guint n;

  raw_peer_send (self->carol, "bob", body,
                 "%s %s SIP/2.0\r\nVia: SIP/2.0/UDP carol.mem;branch=z9hG4bKraw%u\r\nMax-Forwards: 70\r\n"
                 "From: <sip:carol@carol.mem>;tag=c1\r\nTo: <sip:bob@bob.mem>%s%s\r\nCall-ID: raw-call\r\nCSeq: %u %s\r\n%s",
                 method, uri, ++n, to_tag != NULL ? ";tag=" : "", to_tag != NULL ? to_tag : "", cseq, method, more != NULL ? more : "");
  fixture_run (self->f, 0);
}

SipMsg *
scene_last_response_to (Scene *self, const char *method)
{
  for (guint i = self->carol->received->len; i > 0; i--)
    {
      SipMsg *msg = g_ptr_array_index (self->carol->received, i - 1);

      if (!msg->is_request && (method == NULL || sip_str_equal (msg->cseq.method_name, sip_str_from (method))))
        return msg;
    }

  return NULL;
}

SipMsg *
scene_last_response (Scene *self)
{
  return scene_last_response_to (self, NULL);
}

char *
scene_header (SipMsg *msg, SipHeaderId id)
{
  return sip_str_dup (sip_msg_value (msg, id));
}
