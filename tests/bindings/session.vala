// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What changes a call, tones and transfer, from Vala. The handler of the media is that of calls.vala in short.

const string SDP = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\n";

class NullHandler : Object, Sip.SessionDescriptionHandler {
  public void get_description (Sip.DescriptionType type, Variant? options, Task task) {
    bool held = false;
    if (options != null)
      options.lookup ("hold", "b", out held);
    return_description (task, new Sip.Description.from_text (type, "application/sdp", held ? SDP + "a=sendonly\r\n" : SDP));
  }

  public void set_description (Sip.Description description, Variant? options, Task task) {
    task.return_boolean (true);
  }

  public bool has_description (string content_type) {
    return content_type == "application/sdp";
  }

  public bool send_dtmf (string tones, uint duration, uint inter_tone_gap) throws Error {
    throw new Sip.Error.NOT_SUPPORTED ("no tones");
  }

  public void rollback () {
  }

  public void close () {
  }

  public bool is_ready () {
    return true;
  }
}

errordomain Check {
  FAILED
}

void check (bool value, string what) throws Error {
  if (!value)
    throw new Check.FAILED ("%s does not hold", what);
}

// Lets the main loop run until the condition holds.
delegate bool Condition ();

async void until (owned Condition condition) throws Error {
  var end = get_monotonic_time () + 10 * TimeSpan.SECOND;

  while (!condition ()) {
    if (get_monotonic_time () > end)
      throw new Check.FAILED ("this did not happen in time");
    Timeout.add (5, until.callback);
    yield;
  }
}

class Pair : Object {
  public Sip.UserAgent alice = new Sip.UserAgent ("sip:alice@example.com");
  public Sip.UserAgent bob = new Sip.UserAgent ("sip:bob@127.0.0.1");
  public Sip.Session outgoing;
  public Sip.IncomingSession? incoming = null;
  public string target;

  public async void establish () throws Error {
    foreach (var agent in new Sip.UserAgent[] { alice, bob })
      agent.set_session_description_handler_factory ((agent, session) => new NullHandler ());
    bob.invite.connect ((session) => {
      if (incoming == null)
        incoming = session;
      try {
        session.accept (null);
      } catch (Error error) {
        critical ("%s", error.message);
      }
    });
    var port = bob.listen ("ws://127.0.0.1:0/").split (":")[2].replace ("/", "");
    yield bob.start_async (null);
    yield alice.start_async (null);
    target = @"sip:bob@127.0.0.1:$port;transport=ws";
    outgoing = alice.send_invite (target, null);
    yield until (() => outgoing.state == Sip.SessionState.ESTABLISHED && incoming != null && incoming.state == Sip.SessionState.ESTABLISHED);
  }

  public async void stop () throws Error {
    yield alice.stop_async (null);
    yield bob.stop_async (null);
  }
}

async void test_changes (Pair pair) throws Error {
  uint n = 0;

  pair.incoming.reinvite.connect ((session) => { n++; });
  check (yield pair.outgoing.hold_async (null, null), "hold");
  check (pair.outgoing.held_locally && pair.incoming.held_remotely, "held");
  check (yield pair.outgoing.unhold_async (null, null), "unhold");
  check (!pair.outgoing.held_locally && !pair.incoming.held_remotely, "not held");
  var options = new Sip.InviteOptions ();
  options.extra_headers = { "X-A: a" };
  options.anonymous = true;
  check (yield pair.outgoing.reinvite_async (options, null), "reinvite");
  check (n == 3, "three changes");
}

async void test_tones (Pair pair) throws Error {
  var heard = "";

  pair.incoming.dtmf.connect ((request, dtmf) => { heard += dtmf.tone; });
  var options = new Sip.DtmfOptions ();
  options.duration = 70;
  options.inter_tone_gap = 50;
  check (pair.outgoing.send_dtmf ("15#", options), "tones");
  yield until (() => heard == "15#");
}

async void test_requests (Pair pair) throws Error {
  pair.incoming.request_received.connect ((context) => {
    try {
      return context.accept_request (null);
    } catch (Error error) {
      return false;
    }
  });
  var options = new Sip.RequestOptions ();
  options.body = new Bytes ("hello".data);
  var response = yield pair.outgoing.send_request_async ("MESSAGE", options, null);
  check (response.get_status_code () == 200, "the answer");
}

async void test_messages (Pair pair) throws Error {
  var heard = "";

  pair.bob.message.connect ((context) => {
    heard = (string) context.get_request ().get_body ().get_data ();
    return false;
  });
  var response = yield pair.alice.send_message_async (pair.target, "hello", null, null);
  check (response.get_status_code () == 200, "the message");
  check (heard.has_prefix ("hello"), "the text");
  var options = new Sip.RequestOptions ();
  options.anonymous = true;
  response = yield pair.alice.request_async ("OPTIONS", pair.target, options, null);
  check (response.get_status_code () == 200, "the options");
  var context = pair.alice.send_request ("DANCE", pair.target, null);
  var cause = "";
  context.failed.connect ((message, why) => { cause = why; });
  yield until (() => cause != "");
  check (context.response.get_status_code () == 501, "another method");
}

async void test_transfer (Pair pair) throws Error {
  string[] told = {};

  foreach (var session in new Sip.Session[] { pair.outgoing, pair.incoming })
    session.refer_requested.connect ((context) => {
      var client = context as Sip.ReferClientContext;
      var server = context as Sip.ReferServerContext;
      if (client != null)
        client.refer_accepted.connect ((code, reason) => { told += "transferred"; });
      if (server != null) {
        server.refer_accepted.connect ((code, reason) => { told += "followed"; });
        try {
          server.accept (true, null);
        } catch (Error error) {
          told += error.message;
        }
      }
    });
  var response = yield pair.outgoing.refer_async (pair.target, null, null);
  check (response.get_status_code () == 202, "the answer");
  yield until (() => told.length == 2);
  check (("transferred" in told) && ("followed" in told), string.joinv (", ", told));
}

async void test_credentials (Pair pair) throws Error {
  string[] asked = {};

  pair.incoming.request_received.connect ((context) => {
    var known = context.get_request ().get_header ("Authorization") != null;
    var options = new Sip.ResponseOptions ();
    options.status_code = known ? 200 : 401;
    options.extra_headers = { "WWW-Authenticate: Digest realm=\"bob\", nonce=\"n\"" };
    try {
      return context.reply (options);
    } catch (Error error) {
      return false;
    }
  });
  pair.alice.authenticate.connect ((challenge) => {
    asked += challenge.realm;
    return challenge.authenticate ("alice", "secret");
  });
  var response = yield pair.outgoing.send_request_async ("MESSAGE", null, null);
  check (response.get_status_code () == 200, "let in");
  check (asked.length == 1 && asked[0] == "bob", "asked once");
  pair.alice.credentials = new Sip.Credentials ("alice", "secret", "bob");
  check (pair.alice.credentials.get_username () == "alice", "credentials");
  check (new Sip.Credentials.for_ha1 ("alice", "bob", Sip.DigestAlgorithm.MD5, "no hash") == null, "no hash");
}

async void test_errors (Pair pair) throws Error {
  pair.outgoing.send_bye (null);
  yield until (() => pair.outgoing.state == Sip.SessionState.TERMINATED);
  try {
    yield pair.outgoing.hold_async (null, null);
    check (false, "a hold after the end");
  } catch (Sip.Error.INVALID_STATE error) {
  }
}

async bool run () {
  var good = true;
  string[] names = { "changes", "tones", "requests", "transfer", "credentials", "errors" };

  for (var i = 0; i < names.length; i++) {
    string? problem = null;
    try {
      var pair = new Pair ();
      yield pair.establish ();
      switch (names[i]) {
      case "changes":
        yield test_changes (pair);
        break;
      case "tones":
        yield test_tones (pair);
        break;
      case "requests":
        yield test_requests (pair);
        yield test_messages (pair);
        break;
      case "transfer":
        yield test_transfer (pair);
        break;
      case "credentials":
        yield test_credentials (pair);
        break;
      case "errors":
        yield test_errors (pair);
        break;
      }
      yield pair.stop ();
    } catch (Error error) {
      problem = error.message;
    }
    print ("%sok %d %s\n", problem == null ? "" : "not ", i + 1, names[i]);
    if (problem != null)
      print ("# %s\n", problem);
    good &= problem == null;
  }
  print ("1..%d\n", names.length);
  return good;
}

int main () {
  var loop = new MainLoop ();
  var good = false;

  run.begin ((source, result) => {
    good = run.end (result);
    loop.quit ();
  });
  loop.run ();
  return good ? 0 : 1;
}
