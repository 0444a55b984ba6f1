/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transaction/sip-token-private.h"

#include <pthread.h>
#include <string.h>
#include <sys/random.h>

/* The kernel is asked for a page of random bytes at a time: a call needs some fifty of them, and a system call costs more than all the
 * rest of making a token. Each thread has its own page, so no lock is needed. */
typedef struct
{
  guint8 bytes[1024];
  gsize left;
} Pool;

static __thread Pool pool;

/* A child that was forked would hand out its parent's tokens again. Only the thread that forked lives on in it. */
static void
forget_cb (void)
{
  pool.left = 0;
}

static void
fill (void)
{
  static gsize watching_forks = 0;
  gsize filled = 0;

  if (g_once_init_enter (&watching_forks))
    {
      pthread_atfork (NULL, NULL, forget_cb);
      g_once_init_leave (&watching_forks, 1);
    }

  while (filled < sizeof pool.bytes)
    {
      gssize n = getrandom (pool.bytes + filled, sizeof pool.bytes - filled, 0);

      if (n > 0)
        filled += n;
      else
        pool.bytes[filled++] = (guint8) g_random_int ();
    }
  pool.left = sizeof pool.bytes;
}

static guint8
take_byte (void)
{
  guint8 byte;

  if (pool.left == 0)
    fill ();
  byte = pool.bytes[--pool.left];
  /* What was handed out does not stay in memory. */
  pool.bytes[pool.left] = 0;
  return byte;
}

void
sip_token_fill (gpointer bytes,
                gsize    len)
{
  for (gsize i = 0; i < len; i++)
    ((guint8 *) bytes)[i] = take_byte ();
}

void
sip_token_write (char  *buffer,
                 gsize  len)
{
  static const char alphabet[65] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.";

  for (gsize i = 0; i < len; i++)
    buffer[i] = alphabet[take_byte () & 63];
  buffer[len] = '\0';
}

char *
sip_branch_new (void)
{
  char *branch = g_malloc (SIP_BRANCH_LEN + 1);

  memcpy (branch, SIP_BRANCH_COOKIE, 7);
  sip_token_write (branch + 7, SIP_BRANCH_LEN - 7);
  return branch;
}

char *
sip_tag_new (void)
{
  char *tag = g_malloc (SIP_TAG_LEN + 1);

  sip_token_write (tag, SIP_TAG_LEN);
  return tag;
}

char *
sip_call_id_new (void)
{
  char *call_id = g_malloc (22 + 1);

  sip_token_write (call_id, 22);
  return call_id;
}
