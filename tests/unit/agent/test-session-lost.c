/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/fixture.h"
#include "agent/raw-peer.h"
#include "sip.h"

/* The connection breaks, in every state of a call: before the answer that is the end of it, after the answer the call does not notice (RFC 3261 §18.4, design: the next request
 * finds its own way). dora has no address of her own, but a connection to the hub, where the peer is that does as the test says. */

#define S G_GINT64_CONSTANT (1000000)
#define SDP "v=0\r\ns=hub\r\n"
#define SERVER "mem://hub?transport=ws"

typedef struct
{
  Fixture *f;
  RawPeer *hub;
  SipUserAgent *dora;
  SipFlow *flow;      /* the connection, as the hub has it */
  SipMsg *invite;
  guint cseq;
} Scene;

static SipSessionDescriptionHandler *
make_handler (SipUserAgent *agent, SipSession *session, gpointer user_data)
{
  Party *party = user_data;
  NullHandler *handler = g_object_new (NULL_TYPE_HANDLER, NULL);

  handler->hold = party->hold;
  g_set_object (&party->handler, handler);

  return SIP_SESSION_DESCRIPTION_HANDLER (handler);
}

static void
invite_cb (SipUserAgent *agent, SipIncomingSession *session, Party *party)
{
  fixture_watch (party, SIP_SESSION (session));
}

static Scene *
scene_new (void)
{
  Scene *self = g_new0 (Scene, 1);
  const char *servers[] = { SERVER, NULL };
  g_autofree char *at = NULL;

  self->f = fixture_new ();
  self->hub = raw_peer_new ("hub", self->f->wheel);
  at = sip_transports_listen (self->hub->transports, SERVER, NULL);
  self->dora = sip_user_agent_new_with_wheel ("sip:dora@dora.mem", self->f->wheel);
  sip_user_agent_set_servers (self->dora, servers);
  sip_user_agent_set_session_description_handler_factory (self->dora, make_handler, &self->f->alice, NULL);
  g_signal_connect (self->dora, "invite", G_CALLBACK (invite_cb), &self->f->alice);
  sip_user_agent_start_async (self->dora, NULL, NULL, NULL);
  fixture_run (self->f, 0);
  g_assert_cmpint (sip_user_agent_get_state (self->dora), ==, SIP_USER_AGENT_STATE_STARTED);

  return self;
}

static void
scene_free (Scene *self)
{
  sip_user_agent_stop_async (self->dora, NULL, NULL, NULL);
  /* A question that is still open keeps its handler, which keeps the question. */
  if (self->f->alice.handler != NULL && self->f->alice.handler->pending != NULL)
    null_handler_release (self->f->alice.handler);
  fixture_run (self->f, 6 * S);
  g_clear_object (&self->f->alice.session);
  g_clear_object (&self->f->alice.handler);
  g_assert_finalize_object (self->dora);
  g_clear_pointer (&self->flow, sip_flow_unref);
  g_clear_pointer (&self->invite, sip_msg_unref);
  raw_peer_free (self->hub);
  fixture_free (self->f);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Scene, scene_free)

/* dora's signals and what she sent, since the last time; what a timer sends once more is left out. */
static char *
tell (Scene *s)
{
  const char *before = "";
  g_auto (GStrv) lines = g_strsplit (s->f->log->str, "\n", -1);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; lines[i] != NULL && *lines[i] != '\0'; i++)
    {
      const char *line = lines[i];

      if (g_str_has_prefix (line, "hub ") || g_str_equal (line, before))
        continue;
      before = lines[i];
      line = strchr (line, g_str_has_prefix (line, "alice: ") ? ':' : '>');
      g_string_append_printf (text, "%s%s%s", text->len > 0 ? ", " : "", *line == '>' ? "→" : "", line + 2);
    }
  g_string_truncate (s->f->log, 0);

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
respond (Scene *s, guint status, const char *sdp)
{
  raw_peer_respond (s->hub, raw_peer_last (s->hub, "INVITE"), status, "h", NULL, sdp);
  fixture_run (s->f, 0);
}

/* On the connection. */
static void
say (Scene *s, const char *method, const char *tag, const char *sdp)
{
  const SipLimits limits = SIP_LIMITS_DEFAULT;
  g_autofree char *text = NULL;
  g_autoptr (SipMsg) msg = NULL;

  text = g_strdup_printf ("%s sip:dora@dora.mem SIP/2.0\r\nVia: SIP/2.0/WS hub.invalid;branch=z9hG4bK%s\r\nFrom: <sip:hub@hub.mem>;tag=h\r\n"
                          "To: <sip:dora@dora.mem>%s%s\r\nCall-ID: lost\r\nCSeq: 1 %s\r\nMax-Forwards: 70\r\nContact: <sip:hub@hub.mem>\r\n"
                          "%sContent-Length: %u\r\n\r\n%s",
                          method, method, tag != NULL ? ";tag=" : "", tag != NULL ? tag : "", method,
                          sdp != NULL ? "Content-Type: application/sdp\r\n" : "", sdp != NULL ? (guint) strlen (sdp) : 0, sdp != NULL ? sdp : "");
  msg = sip_msg_parse (text, strlen (text), &limits, NULL);
  g_assert_true (sip_flow_send (s->flow, msg, NULL));
  fixture_run (s->f, 0);
}

/* --- the states --- */

static void
out_preparing (Scene *s)
{
  g_autoptr (SipOutgoingSession) session = sip_user_agent_invite (s->dora, "sip:hub@hub.mem", NULL, NULL);

  g_assert_nonnull (session);
  fixture_watch (&s->f->alice, SIP_SESSION (session));
  fixture_run (s->f, 0);
  if (s->hub->flow != NULL)
    s->flow = sip_flow_ref (s->hub->flow);
}

static void
out_calling (Scene *s)
{
  out_preparing (s);
  g_assert_nonnull (raw_peer_last (s->hub, "INVITE"));
}

static void
out_ringing (Scene *s)
{
  out_calling (s);
  respond (s, 180, NULL);
}

static void
out_withheld (Scene *s)
{
  out_calling (s);
  g_assert_true (sip_session_terminate (s->f->alice.session, NULL, NULL));
}

static void
out_cancelled (Scene *s)
{
  out_ringing (s);
  g_assert_true (sip_session_terminate (s->f->alice.session, NULL, NULL));
}

static void
out_talking (Scene *s)
{
  out_calling (s);
  respond (s, 200, SDP);
}

static void
out_changing (Scene *s)
{
  out_talking (s);
  sip_session_reinvite_async (s->f->alice.session, NULL, NULL, NULL, NULL);
  fixture_run (s->f, 0);
  respond (s, 100, NULL);
}

/* The hub needs the connection before it can call: it comes with a request. */
static void
in_ringing (Scene *s)
{
  out_calling (s);
  respond (s, 486, NULL);
  say (s, "INVITE", NULL, SDP);
}

static char *
tag_of_dora (Scene *s)
{
  for (guint i = s->hub->received->len; i > 0; i--)
    {
      SipMsg *msg = g_ptr_array_index (s->hub->received, i - 1);

      if (!msg->is_request && msg->to.tag.len > 0)
        return sip_str_dup (msg->to.tag);
    }

  return NULL;
}

static void
in_answering (Scene *s)
{
  in_ringing (s);
  s->f->alice.hold = TRUE;
  g_assert_true (sip_incoming_session_accept (SIP_INCOMING_SESSION (s->f->alice.session), NULL, NULL));
}

static void
in_accepted (Scene *s)
{
  in_ringing (s);
  g_assert_true (sip_incoming_session_accept (SIP_INCOMING_SESSION (s->f->alice.session), NULL, NULL));
}

static void
in_talking (Scene *s)
{
  g_autofree char *tag = NULL;

  in_accepted (s);
  fixture_run (s->f, 0);
  tag = tag_of_dora (s);
  say (s, "ACK", tag, NULL);
  g_assert_cmpint (sip_session_get_state (s->f->alice.session), ==, SIP_SESSION_STATE_ESTABLISHED);
}

static void
in_leaving (Scene *s)
{
  in_accepted (s);
  fixture_run (s->f, 0);
  g_assert_true (sip_session_terminate (s->f->alice.session, NULL, NULL));
}

#define LOST "failed null \"Connection Error\", terminated null \"Connection Error\""
#define CANCELED "failed null \"Canceled\", terminated null \"Canceled\""

static const struct
{
  const char *name;
  void (*bring_about) (Scene *s);
  const char *at_once;  /* when the connection breaks */
  const char *a_minute; /* and what comes in the minute after that */
} cases[] = {
  /* Nobody has answered yet: it is worth another way (RFC 3263 §4.3), on which nobody answers either. */
  { "calling", out_calling, "→INVITE", "→INVITE, failed null \"Request Timeout\", terminated null \"Request Timeout\"" },
  { "ringing", out_ringing, LOST, "" },
  { "withheld", out_withheld, CANCELED, "" },
  { "cancelled", out_cancelled, CANCELED, "" },
  { "talking", out_talking, "", "" },
  { "changing", out_changing, "", "" },
  { "called", in_ringing, LOST, "" },
  { "answering", in_answering, LOST, "" },
  { "accepted", in_accepted, "", "→BYE, bye, terminated null \"No ACK\", →BYE" },
  { "called and talking", in_talking, "", "" },
  { "leaving", in_leaving, "", "→BYE, bye, terminated null \"Terminated\", →BYE" },
};

static void
test_lost (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (Scene) s = scene_new ();
      g_autofree char *at_once = NULL;
      g_autofree char *a_minute = NULL;

      cases[i].bring_about (s);
      fixture_run (s->f, 0);
      g_free (tell (s));
      sip_flow_close (s->flow);
      fixture_run (s->f, 0);
      at_once = tell (s);
      fixture_run (s->f, 61 * S);
      a_minute = tell (s);
      g_test_message ("%s: %s; %s", cases[i].name, at_once, a_minute);
      if (strcmp (at_once, cases[i].at_once) != 0 || strcmp (a_minute, cases[i].a_minute) != 0)
        g_test_fail ();
    }
}

/* A call that lives on is hung up by another way. */
static void
test_goes_on (void)
{
  static void (*const states[]) (Scene *s) = { out_talking, in_talking };

  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    {
      g_autoptr (Scene) s = scene_new ();
      g_autofree char *trace = NULL;

      states[i] (s);
      sip_flow_close (s->flow);
      fixture_run (s->f, 0);
      g_assert_cmpint (sip_session_get_state (s->f->alice.session), ==, SIP_SESSION_STATE_ESTABLISHED);
      g_free (tell (s));
      g_assert_true (sip_session_bye (s->f->alice.session, NULL, NULL));
      fixture_run (s->f, 0);
      trace = tell (s);
      g_assert_cmpstr (trace, ==, "→BYE, bye, terminated null \"Terminated\"");
      g_assert_nonnull (raw_peer_last (s->hub, "BYE"));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session-lost/lost", test_lost);
  g_test_add_func ("/session-lost/goes_on", test_goes_on);

  return g_test_run ();
}
