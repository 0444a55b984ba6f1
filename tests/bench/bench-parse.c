/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Five messages as they are on the wire of an ordinary call, and the loop around them. Each number read on stdin is so many rounds; each is
 * answered with the nanoseconds of CPU that a message took. Every parser is a program of its own, for their symbols clash. */

#include "bench-parse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SDP \
  "v=0\r\n" \
  "o=alice 2890844526 2890844526 IN IP4 192.0.2.4\r\n" \
  "s=-\r\n" \
  "c=IN IP4 192.0.2.4\r\n" \
  "t=0 0\r\n" \
  "m=audio 49170 RTP/AVP 96 0 8 101\r\n" \
  "a=rtpmap:96 opus/48000/2\r\n" \
  "a=rtpmap:0 PCMU/8000\r\n" \
  "a=rtpmap:8 PCMA/8000\r\n" \
  "a=rtpmap:101 telephone-event/8000\r\n" \
  "a=fmtp:101 0-15\r\n" \
  "a=fmtp:96 useinbandfec=1;stereo=0\r\n" \
  "a=rtcp:49171 IN IP4 192.0.2.4\r\n" \
  "a=ptime:20\r\n" \
  "a=sendrecv\r\n"

static const char *const messages[] = {
  "INVITE sip:bob@biloxi.example.com SIP/2.0\r\n"
  "Via: SIP/2.0/TCP client.atlanta.example.com:5060;branch=z9hG4bK74bf9d8a61;rport\r\n"
  "Max-Forwards: 70\r\n"
  "Route: <sip:ss1.atlanta.example.com;lr>\r\n"
  "From: \"Alice Liddell\" <sip:alice@atlanta.example.com>;tag=9fxced76sl\r\n"
  "To: Bob <sip:bob@biloxi.example.com>\r\n"
  "Call-ID: 3848276298220188511@atlanta.example.com\r\n"
  "CSeq: 1 INVITE\r\n"
  "Contact: <sip:alice@client.atlanta.example.com;transport=tcp>\r\n"
  "Allow: INVITE, ACK, CANCEL, OPTIONS, BYE, REFER, NOTIFY, INFO, UPDATE, PRACK\r\n"
  "Supported: replaces, 100rel, timer\r\n"
  "User-Agent: Bench/1.0\r\n"
  "Content-Type: application/sdp\r\n"
  "Content-Length: 331\r\n"
  "\r\n" SDP,

  "SIP/2.0 200 OK\r\n"
  "Via: SIP/2.0/TCP ss2.biloxi.example.com:5060;branch=z9hG4bK721e418c4.1;received=192.0.2.222\r\n"
  "Via: SIP/2.0/TCP ss1.atlanta.example.com:5060;branch=z9hG4bK2d4790.1;received=192.0.2.111\r\n"
  "Via: SIP/2.0/TCP client.atlanta.example.com:5060;branch=z9hG4bK74bf9d8a61;received=192.0.2.101\r\n"
  "Record-Route: <sip:ss2.biloxi.example.com;lr>, <sip:ss1.atlanta.example.com;lr>\r\n"
  "From: \"Alice Liddell\" <sip:alice@atlanta.example.com>;tag=9fxced76sl\r\n"
  "To: Bob <sip:bob@biloxi.example.com>;tag=314159\r\n"
  "Call-ID: 3848276298220188511@atlanta.example.com\r\n"
  "CSeq: 1 INVITE\r\n"
  "Contact: <sip:bob@client.biloxi.example.com;transport=tcp>\r\n"
  "Allow: INVITE, ACK, CANCEL, OPTIONS, BYE, REFER, NOTIFY, INFO, UPDATE, PRACK\r\n"
  "Content-Type: application/sdp\r\n"
  "Content-Length: 331\r\n"
  "\r\n" SDP,

  "REGISTER sip:registrar.biloxi.example.com SIP/2.0\r\n"
  "Via: SIP/2.0/UDP client.biloxi.example.com:5060;branch=z9hG4bKnashd92;rport\r\n"
  "Max-Forwards: 70\r\n"
  "From: Bob <sip:bob@biloxi.example.com>;tag=ja743ks76zlflH\r\n"
  "To: Bob <sip:bob@biloxi.example.com>\r\n"
  "Call-ID: 1j9FpLxk3uxtm8tn@biloxi.example.com\r\n"
  "CSeq: 2 REGISTER\r\n"
  "Contact: <sip:bob@client.biloxi.example.com>;expires=3600;+sip.instance=\"<urn:uuid:00000000-0000-1000-8000-000A95A0E128>\"\r\n"
  "Authorization: Digest username=\"bob\", realm=\"atlanta.example.com\", nonce=\"ea9c8e88df84f1cec4341ae6cbe5a359\", opaque=\"\", "
  "uri=\"sip:registrar.biloxi.example.com\", response=\"dfe56131d1958046689d83306477ecc\", algorithm=MD5, qop=auth, cnonce=\"0a4f113b\", "
  "nc=00000001\r\n"
  "Supported: path, outbound, gruu\r\n"
  "User-Agent: Bench/1.0\r\n"
  "Expires: 3600\r\n"
  "Content-Length: 0\r\n"
  "\r\n",

  "BYE sip:alice@client.atlanta.example.com;transport=tcp SIP/2.0\r\n"
  "Via: SIP/2.0/TCP client.biloxi.example.com:5060;branch=z9hG4bKnashds7;rport\r\n"
  "Max-Forwards: 70\r\n"
  "Route: <sip:ss2.biloxi.example.com;lr>, <sip:ss1.atlanta.example.com;lr>\r\n"
  "From: Bob <sip:bob@biloxi.example.com>;tag=314159\r\n"
  "To: \"Alice Liddell\" <sip:alice@atlanta.example.com>;tag=9fxced76sl\r\n"
  "Call-ID: 3848276298220188511@atlanta.example.com\r\n"
  "CSeq: 1 BYE\r\n"
  "User-Agent: Bench/1.0\r\n"
  "Reason: Q.850;cause=16;text=\"Normal call clearing\"\r\n"
  "Content-Length: 0\r\n"
  "\r\n",

  "ACK sip:bob@client.biloxi.example.com;transport=tcp SIP/2.0\r\n"
  "Via: SIP/2.0/TCP client.atlanta.example.com:5060;branch=z9hG4bK74b76;rport\r\n"
  "Max-Forwards: 70\r\n"
  "Route: <sip:ss1.atlanta.example.com;lr>, <sip:ss2.biloxi.example.com;lr>\r\n"
  "From: \"Alice Liddell\" <sip:alice@atlanta.example.com>;tag=9fxced76sl\r\n"
  "To: Bob <sip:bob@biloxi.example.com>;tag=314159\r\n"
  "Call-ID: 3848276298220188511@atlanta.example.com\r\n"
  "CSeq: 1 ACK\r\n"
  "User-Agent: Bench/1.0\r\n"
  "Content-Length: 0\r\n"
  "\r\n",
};

#define N_MESSAGES (sizeof messages / sizeof messages[0])
/* Of all five, what bench_one() has to find: Via, From, To, Call-ID, CSeq, Max-Forwards, Contact, Route, Record-Route. */
#define EXPECTED (7 + 5 + 5 + 5 + 5 + 4 + 3 + 5 + 2)

int
main (void)
{
  size_t lens[N_MESSAGES], bytes = 0;
  unsigned found = 0;
  char line[64];

  bench_setup ();
  for (size_t i = 0; i < N_MESSAGES; i++)
    {
      lens[i] = strlen (messages[i]);
      bytes += lens[i];
      found += bench_one (messages[i], lens[i]);
    }
  if (found != EXPECTED)
    {
      fprintf (stderr, "%s found %u header values, not %u\n", bench_name, found, EXPECTED);
      return 1;
    }
  printf ("%s %zu\n", bench_name, bytes / N_MESSAGES);
  fflush (stdout);

  while (fgets (line, sizeof line, stdin) != NULL)
    {
      long rounds = strtol (line, NULL, 10);
      struct timespec a, b;

      clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &a);
      for (long round = 0; round < rounds; round++)
        for (size_t i = 0; i < N_MESSAGES; i++)
          found += bench_one (messages[i], lens[i]);
      clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &b);

      printf ("%.1f\n", ((b.tv_sec - a.tv_sec) * 1e9 + (b.tv_nsec - a.tv_nsec)) / ((double) rounds * N_MESSAGES));
      fflush (stdout);
    }

  return found == 0;
}
