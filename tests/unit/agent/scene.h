/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "agent/fixture.h"
#include "agent/raw-peer.h"
#include "sip.h"

/* Calls with a peer that does as the test says: forks, routes, orders that no agent of ours would make. The peer is carol: alice calls her, she calls bob. */
typedef struct
{
  Fixture *f;
  RawPeer *carol;
} Scene;

Scene *scene_new (void);
void scene_free (Scene *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Scene, scene_free)

/* alice calls carol: the INVITE that came. */
SipMsg *scene_call (Scene *self, SipInviteOptions *options);
/* carol answers @request, and all happens that follows. */
void scene_respond (Scene *self, SipMsg *request, guint status, const char *tag, const char *more, const char *sdp);
/* carol sends a request to bob. @to_tag NULL: outside of a dialog. @more: header lines, each ended by CRLF; nullable. @body: nullable. */
void scene_say (Scene *self, const char *method, const char *uri, const char *to_tag, guint cseq, const char *more, const char *body);
/* The last response that carol received, or NULL; and the last to a request of @method. */
SipMsg *scene_last_response (Scene *self);
SipMsg *scene_last_response_to (Scene *self, const char *method);
char *scene_header (SipMsg *msg, SipHeaderId id);

#define SCENE_ANSWER "v=0\r\ns=carol\r\n"
#define SCENE_CONTACT "Contact: <sip:carol@carol.mem>\r\n"
#define SCENE_BOB "sip:bob@bob.mem"
