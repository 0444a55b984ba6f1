/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "dialog/sip-invite-machine-private.h"

/* Provisional responses to an INVITE of ours that come again until a PRACK tells of their arrival (RFC 3262 §4), and the descriptions in both (§5, RFC 6337 §2).
 * A response may answer our offer: then the PRACK may bring another one; or make the offer where the INVITE had none: then the PRACK answers it. */
struct _SipPrack
{
  SipPrack *next;
  SipInviteUsage *usage;
  SipInviteLeg *leg;
  SipDialogRequest *request;
  gboolean has_answer;
  gboolean has_offer;
};

static void
prack_free (SipPrack *prack)
{
  sip_dialog_request_free (prack->request);
  g_free (prack);
}

void
sip_invite_prack_clear (SipInviteLeg *leg)
{
  while (leg->pracks != NULL)
    {
      SipPrack *prack = leg->pracks;

      leg->pracks = prack->next;
      prack_free (prack);
    }
}

static void
remove_prack (SipPrack *prack)
{
  for (SipPrack **at = &prack->leg->pracks; *at != NULL; at = &(*at)->next)
    {
      if (*at == prack)
        {
          *at = prack->next;
          break;
        }
    }

  prack_free (prack);
}

/* --- PRACK --- */

static const char *
cause_of_failure (const SipMsg *response, const GError *error)
{
  if (response == NULL)
    return g_error_matches (error, SIP_ERROR, SIP_ERROR_TIMEOUT) ? SIP_CAUSE_REQUEST_TIMEOUT : SIP_CAUSE_CONNECTION_ERROR;
  if (response->status == 481)
    return SIP_CAUSE_DIALOG_ERROR;

  return sip_cause_for_status (response->status);
}

static void
done_cb (gpointer user_data, SipDialogRequest *request, SipMsg *response, SipDialogEffect effect, const GError *error)
{
  SipPrack *prack = user_data;
  SipInviteUsage *self = prack->usage;
  G_GNUC_UNUSED g_autoptr (SipInviteUsage) hold = sip_invite_usage_ref (self);
  SipInviteLeg *leg = prack->leg;
  gboolean has_answer = prack->has_answer;
  gboolean has_offer = prack->has_offer;

  remove_prack (prack);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (has_offer)
    {
      /* What the other side did not like was the offer. If it has not taken the rest either, its response comes again. */
      leg->is_unsure = response == NULL || response->status >= 300;
      sip_invite_change_answered (self, response, effect, error);
      return;
    }
  if (response != NULL && response->status < 300)
    {
      sip_invite_change_go_on (self);
      return;
    }

  sip_invite_debug (self, "A PRACK failed: %u %s", response != NULL ? response->status : 0, error != NULL ? error->message : "");
  /* A refusal that ends nothing: where only the arrival was told, the other side says it again or gives up by itself. */
  if (response != NULL && effect == SIP_DIALOG_LIVES && !has_answer)
    {
      sip_invite_change_go_on (self);
      return;
    }

  if (self->state != SIP_CALL_CONFIRMED)
    {
      sip_invite_client_lost_leg (self, leg, cause_of_failure (response, error));
    }
  else if (effect != SIP_DIALOG_LIVES)
    {
      sip_invite_usage_end_with_bye (self, NULL, response, SIP_CAUSE_DIALOG_ERROR, FALSE);
    }
  else
    {
      g_autoptr (GError) refused = g_error_new (SIP_ERROR, SIP_ERROR_NOT_SUPPORTED, "The other side refused the answer");

      sip_invite_change_undescribed (self, error != NULL ? error : refused);
    }
}

static SipPrack *
new_prack (SipInviteUsage *self, SipInviteLeg *leg, guint32 rseq, guint32 cseq, const char *const *lines, const char *content_type, GBytes *body)
{
  static const SipDialogRequestEvents events = { NULL, NULL, done_cb };
  SipMsgBuilder *message = sip_dialog_new_request (leg->link.dialog, SIP_METHOD_PRACK, 0);
  SipPrack *prack = g_new0 (SipPrack, 1);

  sip_msg_builder_add_printf (message, SIP_H_RACK, "%u %u INVITE", rseq, cseq);
  if (lines != NULL)
    sip_msg_builder_add_lines (message, lines, FALSE, NULL);
  if (body != NULL)
    sip_msg_builder_set_body (message, content_type, body);

  prack->usage = self;
  prack->leg = leg;
  prack->request = sip_dialog_request_new (leg->link.dialog, message, FALSE, &events, prack);
  prack->next = leg->pracks;
  leg->pracks = prack;

  return prack;
}

static void
send_prack (SipInviteUsage *self, SipInviteLeg *leg, guint32 rseq, guint32 cseq, const char *content_type, GBytes *body)
{
  SipPrack *prack = new_prack (self, leg, rseq, cseq, NULL, content_type, body);

  prack->has_answer = body != NULL;
  sip_dialog_request_start (prack->request);
}

static void
send_due (SipInviteUsage *self, SipInviteLeg *leg)
{
  guint32 cseq = leg->due_cseq;

  leg->due_cseq = 0;
  send_prack (self, leg, leg->rseq, cseq, NULL, NULL);
}

void
sip_invite_prack_send_due (SipInviteUsage *self)
{
  SipInviteLeg *leg, *next;

  for (leg = self->legs; leg != NULL; leg = next)
    {
      next = leg->next;
      if (leg->due_cseq != 0 && (leg != self->media_leg || !sip_invite_change_wants_prack (self)))
        send_due (self, leg);
    }
}

/* §5: "If the UAC receives a reliable provisional response with an answer, it MAY generate an additional offer in the PRACK." */
void
sip_invite_prack_send_offer (SipInviteUsage *self, const char *const *lines, const char *content_type, GBytes *body)
{
  SipInviteLeg *leg = self->media_leg;
  guint32 cseq = leg->due_cseq;
  SipPrack *prack;

  leg->due_cseq = 0;
  prack = new_prack (self, leg, leg->rseq, cseq, lines, content_type, body);
  prack->has_offer = TRUE;
  sip_dialog_request_start (prack->request);
}

/* --- descriptions --- */

static void
described (SipInviteUsage *self)
{
  if (self->state == SIP_CALL_CONFIRMED)
    sip_invite_change_described (self);
  else
    sip_invite_client_described (self);
  sip_invite_change_go_on (self);
}

static void
undescribed (SipInviteUsage *self, const char *cause, const GError *error)
{
  sip_invite_debug (self, "The description of a provisional response is of no use: %s", error->message);
  if (self->state == SIP_CALL_CONFIRMED)
    sip_invite_change_undescribed (self, error);
  else
    sip_invite_client_undescribed (self, cause);
}

static void
taken_answer (SipInviteUsage *self, const GError *error)
{
  if (error != NULL)
    undescribed (self, SIP_CAUSE_BAD_MEDIA_DESCRIPTION, error);
  else
    described (self);
}

static void
made_answer (SipInviteUsage *self, const char *content_type, GBytes *body, const GError *error)
{
  SipInviteLeg *leg = self->media_leg;

  if (error != NULL)
    {
      undescribed (self, sip_cause_for_error (error), error);
      return;
    }

  leg->exchange = SIP_EXCHANGE_STABLE;
  leg->has_agreed = TRUE;
  send_prack (self, leg, self->prack_rseq, self->prack_cseq, content_type, body);
  described (self);
}

static void
taken_offer (SipInviteUsage *self, const GError *error)
{
  if (error != NULL)
    undescribed (self, SIP_CAUSE_BAD_MEDIA_DESCRIPTION, error);
  else
    sip_invite_usage_ask_make (self, SIP_ROLE_ANSWER, made_answer);
}

/* The media follows one branch. To another one it is said that its answer has come, or that nothing of its offer is wanted yet: should it win, the call is
 * changed at once. */
static void
acknowledge_without_media (SipInviteUsage *self, SipInviteLeg *leg, SipMsg *response)
{
  g_autoptr (GBytes) refusal = NULL;
  g_autofree char *content_type = NULL;

  if (leg->exchange != SIP_EXCHANGE_LOCAL_OFFER && self->events != NULL)
    {
      refusal = self->events->refuse (self->owner, sip_msg_value (response, SIP_H_CONTENT_TYPE), sip_msg_body (response));
      content_type = sip_str_dup (sip_msg_value (response, SIP_H_CONTENT_TYPE));
    }

  leg->exchange = SIP_EXCHANGE_STABLE;
  leg->has_agreed = TRUE;
  if (refusal != NULL)
    send_prack (self, leg, leg->rseq, response->cseq.number, content_type, refusal);
  else
    leg->due_cseq = response->cseq.number;
}

gboolean
sip_invite_prack_is_reliable (const SipMsg *response)
{
  guint64 rseq;

  return response->status > 100 && response->status < 200 && response->to.tag.len > 0 &&
         sip_msg_has_token (response, SIP_H_REQUIRE, "100rel") && sip_msg_uint (response, SIP_H_RSEQ, G_MAXUINT32, &rseq) && rseq > 0;
}

/* §3: the next one is said when the last has its PRACK, and while those are on their way to somebody who never answers them, no more are wanted. */
#define MAX_PRACKS 8

static gboolean
has_too_many (const SipInviteLeg *leg)
{
  guint n = 0;

  for (const SipPrack *prack = leg->pracks; prack != NULL; prack = prack->next)
    n++;

  return n >= MAX_PRACKS;
}

gboolean
sip_invite_prack_receive (SipInviteUsage *self, SipInviteLeg *leg, SipMsg *response)
{
  gboolean is_wanted = !leg->has_agreed && leg->exchange != SIP_EXCHANGE_REMOTE_OFFER &&
                       (self->state == SIP_CALL_PROCEEDING || self->state == SIP_CALL_CONFIRMED) && sip_invite_usage_has_description (self, response);
  gboolean is_followed = self->media_leg == NULL || self->media_leg == leg;
  guint64 rseq = 0;

  /* §4: one after the other. What was here before is acknowledged already, what comes before its turn will come again. */
  sip_msg_uint (response, SIP_H_RSEQ, G_MAXUINT32, &rseq);
  if (leg->is_unsure && rseq == leg->rseq)
    {
      leg->is_unsure = FALSE;
      send_prack (self, leg, leg->rseq, response->cseq.number, NULL, NULL);
      return FALSE;
    }
  if (leg->rseq != 0 && rseq != (guint64) leg->rseq + 1)
    return FALSE;
  if (has_too_many (leg) || leg->due_cseq != 0)
    return FALSE;
  /* So will what the media has no time for now. */
  if (is_wanted && is_followed && sip_invite_usage_is_asking (self))
    return FALSE;

  leg->rseq = (guint32) rseq;
  leg->is_unsure = FALSE;
  sip_dialog_refresh_target (leg->link.dialog, response);
  if (!is_wanted)
    {
      leg->due_cseq = response->cseq.number;
    }
  else if (!is_followed)
    {
      acknowledge_without_media (self, leg, response);
    }
  else if (leg->exchange == SIP_EXCHANGE_LOCAL_OFFER)
    {
      self->media_leg = leg;
      leg->exchange = SIP_EXCHANGE_STABLE;
      leg->has_agreed = TRUE;
      leg->due_cseq = response->cseq.number;
      sip_invite_usage_ask_take (self, SIP_ROLE_ANSWER, response, taken_answer);
    }
  else
    {
      self->media_leg = leg;
      self->prack_rseq = leg->rseq;
      self->prack_cseq = response->cseq.number;
      leg->exchange = SIP_EXCHANGE_REMOTE_OFFER;
      sip_invite_usage_ask_take (self, SIP_ROLE_OFFER, response, taken_offer);
    }

  return TRUE;
}
