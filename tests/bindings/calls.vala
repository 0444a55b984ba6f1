// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Two agents call each other; the handler of their media is written in Vala.

const string SDP = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\n";

class NullHandler : Object, Sip.SessionDescriptionHandler {
  public void get_description (Sip.DescriptionType type, Variant? options, Task task) {
    return_description (task, new Sip.Description.from_text (type, "application/sdp", SDP));
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

class Call : Object {
  MainLoop loop = new MainLoop ();
  Sip.UserAgent alice = new Sip.UserAgent ("sip:alice@example.com");
  Sip.UserAgent bob = new Sip.UserAgent ("sip:bob@127.0.0.1");
  string[] log = {};
  int over = 0;

  void watch (Sip.Session session, string who) {
    session.accepted.connect ((code, response) => {
      log += @"$who accepted $code";
      if (who == "alice") {
        try {
          session.send_dtmf ("5", null);
        } catch (Error error) {
          log += error.message;
        }
      }
    });
    session.dtmf.connect ((request, dtmf) => {
      log += @"$who dtmf $(dtmf.tone)";
      dtmf.succeeded.connect (() => { ask.begin (session); });
    });
    session.request_received.connect ((context) => {
      log += @"$who $(context.get_method ())";
      try {
        return context.accept_request (null);
      } catch (Error error) {
        log += error.message;
        return false;
      }
    });
    session.bye.connect (() => { log += @"$who bye"; });
    session.terminated.connect ((message, cause) => {
      log += @"$who terminated $cause";
      if (++over == 2)
        loop.quit ();
    });
  }

  async void ask (Sip.Session session) {
    try {
      var response = yield session.send_request_async ("MESSAGE", null, null);
      log += @"alice answer $(response.get_status_code ())";
      session.send_bye (null);
    } catch (Error error) {
      log += error.message;
    }
  }

  async void run () throws Error {
    foreach (var agent in new Sip.UserAgent[] { alice, bob })
      agent.set_session_description_handler_factory ((agent, session) => new NullHandler ());
    bob.invite.connect ((session) => {
      watch (session, "bob");
      try {
        session.accept (null);
      } catch (Error error) {
        log += error.message;
      }
    });
    var port = bob.listen ("ws://127.0.0.1:0/").split (":")[2].replace ("/", "");
    yield bob.start_async (null);
    yield alice.start_async (null);
    watch (alice.send_invite (@"sip:bob@127.0.0.1:$port;transport=ws", null), "alice");
  }

  public static int main () {
    var call = new Call ();

    call.run.begin ((source, result) => {
      try {
        call.run.end (result);
      } catch (Error error) {
        print ("# %s\n", error.message);
        call.loop.quit ();
      }
    });
    Timeout.add_seconds (20, () => {
      call.loop.quit ();
      return Source.REMOVE;
    });
    call.loop.run ();

    string[] expected = { "alice accepted 200", "alice dtmf 5", "alice answer 200", "alice bye", "alice terminated Terminated", "bob accepted 200",
                          "bob dtmf 5", "bob MESSAGE", "bob bye", "bob terminated Terminated" };
    string[] alice_first = {};
    foreach (var who in new string[] { "alice", "bob" })
      foreach (var line in call.log)
        if (line.has_prefix (who))
          alice_first += line;
    var good = string.joinv ("\n", alice_first) == string.joinv ("\n", expected);
    print ("%sok 1 two agents call each other\n", good ? "" : "not ");
    foreach (var line in call.log)
      print ("# %s\n", line);
    print ("1..1\n");

    return good ? 0 : 1;
  }
}
