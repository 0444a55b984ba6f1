/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "transaction/sip-auth-challenge-private.h"

G_BEGIN_DECLS

/* What servers were content with, by what the request was about: a key is any text (see sip-authenticator.c). It remembers so many; the ones that were not
 * used for longest go. */
typedef struct _SipAuthCache SipAuthCache;

SipAuthCache *sip_auth_cache_new (guint max);
void sip_auth_cache_free (SipAuthCache *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SipAuthCache, sip_auth_cache_free)

gboolean sip_auth_cache_is_empty (SipAuthCache *self);
guint sip_auth_cache_get_n (SipAuthCache *self);
/* In the place of the one of that header and realm. */
void sip_auth_cache_put (SipAuthCache *self, const char *key, SipAuthChallenge *challenge);
void sip_auth_cache_forget (SipAuthCache *self, const char *key, SipHeaderId answer, const char *realm);
/* Calls @func for each of @key. */
void sip_auth_cache_each (SipAuthCache *self, const char *key, void (*func) (gpointer user_data, SipAuthChallenge *challenge), gpointer user_data);
void sip_auth_cache_clear (SipAuthCache *self);

G_END_DECLS
