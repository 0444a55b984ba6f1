// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Subscriptions, both sides of them, from Vala.

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
  var end = get_monotonic_time () + 60 * TimeSpan.SECOND;

  while (!condition ()) {
    if (get_monotonic_time () > end)
      throw new Check.FAILED ("this did not happen in time");
    Timeout.add (5, until.callback);
    yield;
  }
}

Bytes describe (Sip.PresenceBasic basic) {
  var presence = new Sip.Presence ("sip:bob@127.0.0.1");

  presence.add_tuple (new Sip.PresenceTuple ("desk", basic, null));
  presence.note = "from Vala";
  return presence.to_bytes ();
}

async void test_presence (Sip.UserAgent alice, Sip.UserAgent bob, string target) throws Error {
  Sip.Notifier? notifier = null;
  var options = new Sip.SubscribeOptions ();
  var over = false;

  bob.events = { "presence" };
  bob.subscribe.connect ((it) => {
    notifier = it;
    try {
      it.accept (0);
      it.send_notify (Sip.PRESENCE_TYPE, describe (Sip.PresenceBasic.OPEN));
    } catch (Error error) {
      critical ("%s", error.message);
    }
  });
  options.expires = 600;
  var watch = alice.send_subscribe (target, "presence", options);
  watch.terminated.connect ((message, cause) => { over = true; });
  yield until (() => watch.content != null);
  var presence = (Sip.Presence) watch.content;
  check (presence.basic == Sip.PresenceBasic.OPEN && presence.note == "from Vala", "open");
  check (presence.tuples.get_n_items () == 1 && ((Sip.PresenceTuple) presence.tuples.get_item (0)).id == "desk", "one tuple");
  check (watch.state == Sip.SubscriptionState.ACTIVE && watch.event == "presence" && watch.error == null, "active");
  notifier.send_notify (Sip.PRESENCE_TYPE, describe (Sip.PresenceBasic.CLOSED));
  yield until (() => ((Sip.Presence) watch.content).basic == Sip.PresenceBasic.CLOSED);
  notifier.terminate ("noresource", 0);
  yield until (() => over);
  check (watch.reason == "noresource" && watch.error is Sip.Error.DIALOG, "no resource");
}

async void run () throws Error {
  var alice = new Sip.UserAgent ("sip:alice@example.com");
  var bob = new Sip.UserAgent ("sip:bob@127.0.0.1");

  alice.listen ("udp://127.0.0.1:0");
  var port = bob.listen ("udp://127.0.0.1:0").split (":")[2].replace ("/", "");
  yield bob.start_async (null);
  yield alice.start_async (null);
  yield test_presence (alice, bob, @"sip:bob@127.0.0.1:$port");
  yield alice.stop_async (null);
  yield bob.stop_async (null);
}

int main () {
  var loop = new MainLoop ();
  string? problem = null;

  run.begin ((source, result) => {
    try {
      run.end (result);
    } catch (Error error) {
      problem = error.message;
    }
    loop.quit ();
  });
  loop.run ();
  print ("%sok 1 events\n", problem == null ? "" : "not ");
  if (problem != null)
    print ("# %s\n", problem);
  print ("1..1\n");
  return problem == null ? 0 : 1;
}
