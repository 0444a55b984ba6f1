/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "transaction/sip-transactions-private.h"

G_BEGIN_DECLS

/* RFC 3323 §4.1.1.3 */
#define SIP_ANONYMOUS_USER "anonymous"
#define SIP_ANONYMOUS_URI "sip:anonymous@anonymous.invalid"

/* A dialog (RFC 3261 §12): the identity, the CSeq numbers, the route set and the remote target that two sides share. What goes on inside it are
 * usages (RFC 5057); a dialog lives as long as one is attached to it. */
typedef struct _SipDialog SipDialog;
typedef struct _SipDialogs SipDialogs;
typedef struct _SipUsageLink SipUsageLink;

/* Either may be NULL. A usage without `request` only keeps the dialog alive. */
typedef struct
{
  /* A request inside the dialog, its CSeq checked. TRUE: the usage answers it, now or later. */
  gboolean (*request) (gpointer usage, SipDialog *dialog, SipServerTransaction *transaction, SipMsg *request);
  /* An ACK for a 2xx. TRUE: it was this usage's. */
  gboolean (*ack) (gpointer usage, SipDialog *dialog, SipMsg *ack, SipFlow *flow);
} SipUsageClass;

/* Embedded in a usage, once for each dialog that it takes part in. */
struct _SipUsageLink
{
  SipUsageLink *next;
  SipDialog *dialog;
  const SipUsageClass *klass;
  gpointer usage;
};

struct _SipDialog
{
  SipDialogs *dialogs;
  SipUsageLink *usages;
  SipFlow *flow;         /* the connection it was last heard on; NULL for datagrams: each request finds its own way */
  const char *call_id;
  const char *local_tag;
  const char *remote_tag; /* "" where the other side gave none (RFC 2543) */
  const char *local;     /* From of our requests, with the tag */
  const char *remote;    /* To of our requests, with the tag */
  char *remote_target;
  char **routes;         /* nullable */
  SipStr id[3];          /* Call-ID, local and remote tag as the table compares them */
  guint32 hash;
  guint32 local_cseq;    /* of our last request; 0: none yet */
  guint32 remote_cseq;
  guint8 has_remote_cseq;
  guint8 is_confirmed;
  guint8 is_anonymous;   /* we do not say who we are, from the beginning or from some point on (RFC 3323 §4.1) */
};

/* The dialog that @response (with a To tag) to our @request makes (§12.1.2), or that we make by answering @request with @local_tag (§12.1.1). It is in
 * the table when it comes back and belongs to the links that are attached to it: attach at once. */
SipDialog *sip_dialog_new_outgoing (SipDialogs *dialogs, const SipMsg *request, const SipMsg *response, SipFlow *flow);
SipDialog *sip_dialog_new_incoming (SipDialogs *dialogs, const SipMsg *request, const char *local_tag, SipFlow *flow);

/* What stands for a dialog from a SUBSCRIBE or REFER of ours outside of any to its first NOTIFY (RFC 6665 §4.4.1): it has no remote tag, and a NOTIFY that is
 * in no dialog finds it. And the dialog that @notify makes of it. */
SipDialog *sip_dialog_new_half (SipDialogs *dialogs, const SipMsg *request);
SipDialog *sip_dialog_new_notified (SipDialogs *dialogs, const SipMsg *request, const SipMsg *notify, SipFlow *flow);

void sip_dialog_attach (SipDialog *self, SipUsageLink *link, const SipUsageClass *klass, gpointer usage);
/* The last one out frees the dialog. */
void sip_dialog_detach (SipUsageLink *link);

/* A 2xx confirms an early dialog and says its route set anew (§13.2.2.4). */
void sip_dialog_confirm (SipDialog *self, const SipMsg *response, SipFlow *flow);
/* Contact of a target refresh request or of the 2xx to one (§12.2). */
void sip_dialog_refresh_target (SipDialog *self, const SipMsg *message);
/* §12.2.2: FALSE when the CSeq is not higher than the last one. */
gboolean sip_dialog_accept_cseq (SipDialog *self, const SipMsg *request);
void sip_dialog_set_flow (SipDialog *self, SipFlow *flow);

/* A request inside the dialog with everything that the dialog decides; @cseq 0: the next number. An ACK (and a CANCEL) names its INVITE's. */
SipMsgBuilder *sip_dialog_new_request (SipDialog *self, SipMethod method, guint32 cseq);
/* A method that may be none of those that we know. */
SipMsgBuilder *sip_dialog_new_named_request (SipDialog *self, SipStr method, guint32 cseq);
/* How the other side reaches us in this dialog: without our name where we are anonymous. */
SipContactSpec sip_dialog_get_contact (SipDialog *self);
/* Where it goes. The slices in @target live as long as the dialog does not change. */
void sip_dialog_fill_target (SipDialog *self, SipSendTarget *target, gboolean has_contact);

G_END_DECLS
