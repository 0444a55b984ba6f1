/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transaction/sip-server-key-private.h"

#include "transaction/sip-token-private.h"

static guint32
hash_part (SipStr  part,
           guint64 seed,
           guint32 before)
{
  return sip_str_hash (part, seed ^ ((guint64) before << 32 | before));
}

/* RFC 3261 §8.1.1.7: longer than the cookie alone, which says nothing. */
static gboolean
has_cookie (SipStr branch)
{
  return branch.len > 7 && memcmp (branch.p, SIP_BRANCH_COOKIE, 7) == 0;
}

/* Everything that must be equal goes into the hash, or somebody could fill one chain with what he varies. Known methods are the exception:
 * a CANCEL must find its request, and there are few of them. */
static gboolean
read_key (SipServerKey *self,
          const SipMsg *request,
          SipMethod     method,
          guint64       seed)
{
  if (request->via.sent_by.p == NULL)
    return FALSE;

  *self = (SipServerKey){
    .cseq = request->cseq.number,
    .method = method,
    .is_ack = request->method == SIP_METHOD_ACK,
    .is_old = !has_cookie (request->via.branch),
    .has_to_tag = request->to.tag.p != NULL,
  };
  self->parts[SIP_KEY_BRANCH] = self->is_old ? request->via.params : request->via.branch;
  self->parts[SIP_KEY_SENT_BY] = request->via.sent_by;
  if (method == SIP_METHOD_OTHER)
    self->parts[SIP_KEY_METHOD] = request->method_name;
  self->parts[SIP_KEY_FROM_TAG] = request->from.tag;
  self->parts[SIP_KEY_CALL_ID] = request->call_id;

  self->hash = hash_part (self->parts[SIP_KEY_BRANCH], seed, self->is_old);
  self->hash = hash_part (self->parts[SIP_KEY_SENT_BY], seed, self->hash);
  if (method == SIP_METHOD_OTHER)
    self->hash = hash_part (self->parts[SIP_KEY_METHOD], seed, self->hash);
  if (self->is_old)
    {
      self->parts[SIP_KEY_URI] = request->uri;
      self->parts[SIP_KEY_TO_TAG] = request->to.tag;
      self->hash = hash_part (self->parts[SIP_KEY_FROM_TAG], seed, self->hash ^ self->cseq);
      self->hash = hash_part (self->parts[SIP_KEY_CALL_ID], seed, self->hash);
      self->hash = hash_part (self->parts[SIP_KEY_URI], seed, self->hash);
      /* The ACK has the To tag of the response. */
    }
  return TRUE;
}

gboolean
sip_server_key_read (SipServerKey *self,
                     const SipMsg *request,
                     guint64       seed)
{
  return read_key (self, request, request->method == SIP_METHOD_ACK ? SIP_METHOD_INVITE : request->method, seed);
}

gboolean
sip_server_key_read_cancelled (SipServerKey *self,
                               const SipMsg *request,
                               guint64       seed)
{
  return read_key (self, request, SIP_METHOD_INVITE, seed);
}

guint32
sip_server_key_merge_hash (SipServerKey *self,
                           guint64       seed)
{
  self->merge_hash = hash_part (self->parts[SIP_KEY_FROM_TAG], seed, self->cseq);
  self->merge_hash = hash_part (self->parts[SIP_KEY_CALL_ID], seed, self->merge_hash);
  if (self->method == SIP_METHOD_OTHER)
    self->merge_hash = hash_part (self->parts[SIP_KEY_METHOD], seed, self->merge_hash);
  return self->merge_hash;
}

gsize
sip_server_key_size (const SipServerKey *self)
{
  gsize size = 0;

  for (guint i = 0; i < SIP_N_KEY_PARTS; i++)
    size += self->parts[i].len;
  return size;
}

void
sip_kept_key_set (SipKeptKey         *self,
                  char               *text,
                  const SipServerKey *key)
{
  self->cseq = key->cseq;
  self->method = key->method;
  self->is_old = key->is_old;
  for (guint i = 0; i < SIP_N_KEY_PARTS; i++)
    {
      self->lengths[i] = key->parts[i].len;
      if (key->parts[i].len > 0)
        text = (char *) memcpy (text, key->parts[i].p, key->parts[i].len) + key->parts[i].len;
    }
}

/* Whether the parts of @which (a bit each) are equal. */
static gboolean
parts_equal (const SipKeptKey   *self,
             const char         *text,
             const SipServerKey *key,
             guint               which)
{
  for (guint i = 0; i < SIP_N_KEY_PARTS; text += self->lengths[i++])
    if ((which & (1u << i)) != 0 && !sip_str_equal (sip_str (text, self->lengths[i]), key->parts[i]))
      return FALSE;
  return TRUE;
}

gboolean
sip_kept_key_matches (const SipKeptKey   *self,
                      const char         *text,
                      const SipServerKey *key,
                      SipStr              to_tag)
{
  guint which = 1u << SIP_KEY_BRANCH | 1u << SIP_KEY_SENT_BY | 1u << SIP_KEY_METHOD;

  if (self->method != key->method || self->is_old != key->is_old)
    return FALSE;
  if (!key->is_old)
    return parts_equal (self, text, key, which);

  which |= 1u << SIP_KEY_FROM_TAG | 1u << SIP_KEY_CALL_ID | 1u << SIP_KEY_URI;
  if (!key->is_ack)
    which |= 1u << SIP_KEY_TO_TAG;
  else if (to_tag.len > 0 && !sip_str_equal (to_tag, key->parts[SIP_KEY_TO_TAG]))
    return FALSE;
  return self->cseq == key->cseq && parts_equal (self, text, key, which);
}

gboolean
sip_kept_key_is_merged (const SipKeptKey   *self,
                        const char         *text,
                        const SipServerKey *key)
{
  return self->method == key->method && self->cseq == key->cseq &&
         parts_equal (self, text, key, 1u << SIP_KEY_METHOD | 1u << SIP_KEY_FROM_TAG | 1u << SIP_KEY_CALL_ID);
}
