/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "syntax/sip-auth-info-view-private.h"

#include "syntax/sip-auth-params-private.h"

static SipStr *
find_place (SipAuthInfoView *view, SipStr name)
{
  const struct
  {
    const char *name;
    SipStr *place;
  } places[] = {
    { "nextnonce", &view->next_nonce }, { "rspauth", &view->rspauth }, { "cnonce", &view->cnonce }, { "qop", &view->qop }, { "nc", &view->nc },
  };

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      if (sip_auth_param_is (name, places[i].name))
        return places[i].place;
    }

  return NULL;
}

gboolean
sip_auth_info_view_parse (SipAuthInfoView *view, SipStr value)
{
  SipAuthParam param;

  *view = (SipAuthInfoView){ 0 };
  while (sip_auth_param_next (&value, &param))
    {
      SipStr *place = param.is_param ? find_place (view, param.name) : NULL;

      if (!param.is_param || (place != NULL && (place->p != NULL || !sip_auth_param_is_safe (param.value))))
        return FALSE;
      if (place != NULL)
        *place = param.value;
    }

  return !param.is_broken;
}
