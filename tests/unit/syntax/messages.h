/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

/* Messages as they are on a network, and one that is as odd as the grammar allows (RFC 4475 §3.1.1.1 in spirit). */

#define SDP \
  "v=0\r\n" \
  "o=alice 2890844526 2890844526 IN IP4 192.0.2.101\r\n" \
  "s=-\r\n" \
  "c=IN IP4 192.0.2.101\r\n" \
  "t=0 0\r\n" \
  "m=audio 49172 RTP/AVP 0 8 101\r\n" \
  "a=rtpmap:0 PCMU/8000\r\n" \
  "a=rtpmap:8 PCMA/8000\r\n" \
  "a=rtpmap:101 telephone-event/8000\r\n" \
  "a=fmtp:101 0-15\r\n" \
  "a=sendrecv\r\n"

#define MSG_INVITE \
  "INVITE sip:bob@biloxi.example.com SIP/2.0\r\n" \
  "Via: SIP/2.0/UDP 192.0.2.101:5060;branch=z9hG4bK74b43c1f;rport\r\n" \
  "Max-Forwards: 70\r\n" \
  "From: \"Alice Liddell\" <sip:alice@atlanta.example.com>;tag=9fxced76sl\r\n" \
  "To: Bob <sip:bob@biloxi.example.com>\r\n" \
  "Call-ID: 3848276298220188511@atlanta.example.com\r\n" \
  "CSeq: 2 INVITE\r\n" \
  "Contact: <sip:alice@192.0.2.101:5060;transport=udp>\r\n" \
  "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, PRACK, REFER, NOTIFY, MESSAGE\r\n" \
  "Supported: replaces, 100rel, timer, outbound\r\n" \
  "User-Agent: Softphone 1.0 (Linux)\r\n" \
  "Content-Type: application/sdp\r\n" \
  "Content-Length: 228\r\n" \
  "\r\n" SDP

#define MSG_OK \
  "SIP/2.0 200 OK\r\n" \
  "Via: SIP/2.0/UDP ss2.biloxi.example.com:5060;branch=z9hG4bK721e418c4.1;received=192.0.2.222\r\n" \
  "Via: SIP/2.0/UDP ss1.atlanta.example.com:5060;branch=z9hG4bK2d4790.1;received=192.0.2.111\r\n" \
  "Via: SIP/2.0/UDP client.atlanta.example.com:5060;branch=z9hG4bK74bf9;received=192.0.2.101\r\n" \
  "Record-Route: <sip:ss2.biloxi.example.com;lr>, <sip:ss1.atlanta.example.com;lr>\r\n" \
  "From: \"Alice Liddell\" <sip:alice@atlanta.example.com>;tag=9fxced76sl\r\n" \
  "To: Bob <sip:bob@biloxi.example.com>;tag=314159\r\n" \
  "Call-ID: 3848276298220188511@atlanta.example.com\r\n" \
  "CSeq: 2 INVITE\r\n" \
  "Contact: <sip:bob@client.biloxi.example.com;transport=udp>\r\n" \
  "Content-Type: application/sdp\r\n" \
  "Content-Length: 228\r\n" \
  "\r\n" SDP

#define MSG_REGISTER \
  "REGISTER sip:registrar.biloxi.example.com SIP/2.0\r\n" \
  "Via: SIP/2.0/WSS df7jal23ls0d.invalid;branch=z9hG4bKnashds7\r\n" \
  "Max-Forwards: 70\r\n" \
  "From: Bob <sip:bob@biloxi.example.com>;tag=ja743ks76zlflH\r\n" \
  "To: Bob <sip:bob@biloxi.example.com>\r\n" \
  "Call-ID: 1j9FpLxk3uxtm8tn@biloxi.example.com\r\n" \
  "CSeq: 2 REGISTER\r\n" \
  "Contact: <sip:bob@df7jal23ls0d.invalid;transport=ws>;reg-id=1" \
  ";+sip.instance=\"<urn:uuid:00000000-0000-1000-8000-AABBCCDDEEFF>\"\r\n" \
  "Authorization: Digest username=\"bob\", realm=\"atlanta.example.com\", nonce=\"ea9c8e88df84f1cec4341ae6cbe5a359\", opaque=\"\"," \
  " uri=\"sip:registrar.biloxi.example.com\"," \
  " response=\"dfe56131d1958046689d83306477ecc\", qop=auth, nc=00000001, cnonce=\"0a4f113b\"\r\n" \
  "Supported: path, gruu, outbound\r\n" \
  "Expires: 600\r\n" \
  "Content-Length: 0\r\n" \
  "\r\n"

#define MSG_BYE \
  "BYE sip:alice@192.0.2.101:5060;transport=udp SIP/2.0\r\n" \
  "Via: SIP/2.0/UDP ss1.atlanta.example.com:5060;branch=z9hG4bK2d4790.2\r\n" \
  "Via: SIP/2.0/UDP ss2.biloxi.example.com:5060;branch=z9hG4bK721e4.4;received=192.0.2.222\r\n" \
  "Via: SIP/2.0/UDP client.biloxi.example.com:5060;branch=z9hG4bKnashds7;received=192.0.2.201\r\n" \
  "Max-Forwards: 68\r\n" \
  "Route: <sip:ss2.biloxi.example.com;lr>, <sip:ss1.atlanta.example.com;lr>\r\n" \
  "From: Bob <sip:bob@biloxi.example.com>;tag=314159\r\n" \
  "To: \"Alice Liddell\" <sip:alice@atlanta.example.com>;tag=9fxced76sl\r\n" \
  "Call-ID: 3848276298220188511@atlanta.example.com\r\n" \
  "CSeq: 1 BYE\r\n" \
  "Reason: Q.850;cause=16;text=\"Normal call clearing\"\r\n" \
  "Content-Length: 0\r\n" \
  "\r\n"

#define MSG_ACK \
  "ACK sip:bob@client.biloxi.example.com;transport=udp SIP/2.0\r\n" \
  "Via: SIP/2.0/UDP client.atlanta.example.com:5060;branch=z9hG4bK74b76\r\n" \
  "Max-Forwards: 70\r\n" \
  "Route: <sip:ss1.atlanta.example.com;lr>, <sip:ss2.biloxi.example.com;lr>\r\n" \
  "From: \"Alice Liddell\" <sip:alice@atlanta.example.com>;tag=9fxced76sl\r\n" \
  "To: Bob <sip:bob@biloxi.example.com>;tag=314159\r\n" \
  "Call-ID: 3848276298220188511@atlanta.example.com\r\n" \
  "CSeq: 2 ACK\r\n" \
  "Content-Length: 0\r\n" \
  "\r\n"

#define MSG_ODD \
  "INVITE sip:ann@chair.example.com;unknownparam SIP/2.0\r\n" \
  "TO :\r\n" \
  " sip:ann@chair.example.com ;   tag    = 1918181833n\r\n" \
  "from   : \"J R \\\\\\\"\"       <sip:jr@example.com>\r\n" \
  "  ;\r\n" \
  "  tag = 98asjd8\r\n" \
  "MaX-fOrWaRdS: 0068\r\n" \
  "i: wsinv.ndaksdj@192.0.2.1\r\n" \
  "Content-Length   : 0\r\n" \
  "cseq: 0009\r\n" \
  "  INVITE\r\n" \
  "Via  : SIP  /   2.0\r\n" \
  " /UDP\r\n" \
  "    192.0.2.2 : 5061;branch=390skdjuw\r\n" \
  "s :\r\n" \
  "NewFangledHeader:   newfangled value\r\n" \
  " continued newfangled value\r\n" \
  "UnknownHeaderWithUnusualValue: ;;,,;;,;\r\n" \
  "Route:\r\n" \
  " <sip:services.example.com;lr;unknownwith=value;unknown-no-value>\r\n" \
  "v:  SIP  / 2.0  / TCP     spindle.example.com   ;\r\n" \
  "  branch  =   z9hG4bK9ikj8  ,\r\n" \
  " SIP  /    2.0   / UDP  192.168.255.111   ; branch=\r\n" \
  " z9hG4bK30239\r\n" \
  "m:\"Quoted string \\\"\\\"\" <sip:jr@example.com> ; newparam =\r\n" \
  "      newvalue ;\r\n" \
  "  secondparam ; q = 0.33\r\n" \
  "\r\n"
