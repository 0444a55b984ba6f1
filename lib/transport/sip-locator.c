/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transport/sip-locator-private.h"

typedef enum
{
  STAGE_NAPTR,
  STAGE_SRV,
  STAGE_HOST,
  STAGE_DONE,
} Stage;

typedef struct
{
  SipDnsAsker asker;
  SipLocator *owner;
  SipDnsAnswer *answer; /* nullable */
} Question;

struct _SipLocator
{
  SipDnsResolver *resolver;
  SipLocateWish wish;
  char *host;
  Stage stage;
  Question naptr;
  Question srv[SIP_LOCATE_MAX_SERVICES]; /* of the service with the same index */
  GArray *services;
  guint n_asked;       /* of them */
  guint n_services;    /* that have had their turn */
  gboolean was_found;  /* some have SRV records */
  guint32 found_order;
  GArray *locations;   /* of one of them */
  guint n_locations;   /* that have been given out */
  gboolean has_news;     /* since the last look at it */
  void (*func) (gpointer user_data);
  gpointer user_data;
};

SipLocator *
sip_locator_new (SipDnsResolver *resolver, const SipLocateWish *wish)
{
  SipLocator *self = g_new0 (SipLocator, 1);

  self->resolver = resolver;
  self->wish = *wish;
  self->wish.host = self->host = g_strdup (wish->host);
  self->services = sip_locate_services_new ();
  self->locations = sip_locations_new ();
  if (sip_locate_wants_naptr (wish))
    self->stage = STAGE_NAPTR;
  else if (sip_locate_wants_srv (wish))
    self->stage = STAGE_SRV;
  else
    self->stage = STAGE_HOST;
  if (self->stage == STAGE_SRV)
    sip_locate_add_usual (self->services, wish);
  return self;
}

static void
question_clear (Question *question)
{
  sip_dns_asker_stop (&question->asker);
  g_clear_pointer (&question->answer, sip_dns_answer_unref);
}

void
sip_locator_free (SipLocator *self)
{
  question_clear (&self->naptr);
  for (guint i = 0; i < G_N_ELEMENTS (self->srv); i++)
    question_clear (&self->srv[i]);
  g_array_unref (self->services);
  g_array_unref (self->locations);
  g_free (self->host);
  g_free (self);
}

static void
answered_cb (SipDnsAsker *asker, SipDnsAnswer *answer)
{
  Question *question = SIP_CONTAINER_OF (asker, Question, asker);
  SipLocator *self = question->owner;
  void (*func) (gpointer) = g_steal_pointer (&self->func);

  question->answer = sip_dns_answer_ref (answer);
  self->has_news = TRUE;
  if (func != NULL)
    func (self->user_data);
}

static void
ask (SipLocator *self, Question *question, SipDnsType type, const char *name)
{
  SipDnsAnswer *known = sip_dns_resolver_peek (self->resolver, type, name);

  question->owner = self;
  if (known != NULL)
    question->answer = sip_dns_answer_ref (known);
  else
    sip_dns_resolver_ask (self->resolver, type, name, &question->asker, answered_cb);
}

/* NULL: it is not there yet. */
static const SipDnsAnswer *
get_naptr (SipLocator *self)
{
  if (self->naptr.owner == NULL)
    ask (self, &self->naptr, SIP_DNS_NAPTR, self->host);
  return self->naptr.answer;
}

static const SipLocateService *
get_service (SipLocator *self, guint i)
{
  return &g_array_index (self->services, SipLocateService, i);
}

/* Those of one order are asked for together. */
static const SipDnsAnswer *
get_srv (SipLocator *self, guint i)
{
  while (self->n_asked < self->services->len &&
         (self->n_asked <= i || get_service (self, self->n_asked)->preference.priority == get_service (self, i)->preference.priority))
    {
      ask (self, &self->srv[self->n_asked], SIP_DNS_SRV, get_service (self, self->n_asked)->name);
      self->n_asked++;
    }
  return self->srv[i].answer;
}

/* RFC 3263 §4.1: without NAPTR records, which a server that does not answer has not, SRV records tell what is spoken there. */
static void
take_naptr (SipLocator *self, const SipDnsAnswer *answer)
{
  sip_locate_add_naptr (self->services, &self->wish, answer);
  if (self->services->len == 0)
    sip_locate_add_usual (self->services, &self->wish);
  self->stage = STAGE_SRV;
}

/* FALSE: there is no more to take. RFC 3403 §4.1: of a later order only where an earlier one has brought nothing. */
static gboolean
has_more_services (SipLocator *self)
{
  if (self->n_services >= self->services->len)
    return FALSE;
  return !self->was_found || get_service (self, self->n_services)->preference.priority == self->found_order;
}

static void
take_srv (SipLocator *self, const SipDnsAnswer *answer)
{
  const SipLocateService *service = get_service (self, self->n_services++);

  if (answer->n_records == 0)
    return;
  /* A "." says that there is nothing, and so that nothing else is to be tried. */
  if (!self->was_found)
    self->found_order = service->preference.priority;
  self->was_found = TRUE;
  g_array_set_size (self->locations, 0);
  self->n_locations = 0;
  sip_locations_add_srv (self->locations, service->kind, answer, sip_random_real, NULL);
}

/* RFC 3263 §4.2: no SRV records, so the host itself, and the transport that NAPTR has chosen. */
static void
take_host (SipLocator *self)
{
  SipTransportKind kind = sip_locate_usual_kind (&self->wish);

  if (self->naptr.answer != NULL && self->naptr.answer->n_records > 0 && self->services->len > 0)
    kind = get_service (self, 0)->kind;
  if (!self->was_found)
    sip_locations_add_host (self->locations, &self->wish, kind);
}

const SipLocation *
sip_locator_next (SipLocator *self, gboolean *is_pending)
{
  const SipDnsAnswer *answer;

  self->has_news = FALSE;
  *is_pending = FALSE;
  while (self->n_locations == self->locations->len && self->stage != STAGE_DONE)
    switch (self->stage)
      {
      case STAGE_NAPTR:
        answer = get_naptr (self);
        if (answer == NULL)
          {
            *is_pending = TRUE;
            return NULL;
          }
        take_naptr (self, answer);
        break;

      case STAGE_SRV:
        if (!has_more_services (self))
          {
            self->stage = STAGE_HOST;
            break;
          }
        answer = get_srv (self, self->n_services);
        if (answer == NULL)
          {
            *is_pending = TRUE;
            return NULL;
          }
        take_srv (self, answer);
        break;

      case STAGE_HOST:
        take_host (self);
        self->stage = STAGE_DONE;
        break;

      case STAGE_DONE:
      default:
        break;
      }

  if (self->n_locations < self->locations->len)
    return &g_array_index (self->locations, SipLocation, self->n_locations++);
  return NULL;
}

gboolean
sip_locator_wait (SipLocator *self, void (*func) (gpointer user_data), gpointer user_data)
{
  if (self->has_news)
    return FALSE;
  self->func = func;
  self->user_data = user_data;
  return TRUE;
}

void
sip_locator_stop_waiting (SipLocator *self)
{
  self->func = NULL;
}
