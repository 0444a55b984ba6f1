// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Registration in Vala: alice registers at bob, who is no registrar and says so.

async string run () throws Error {
  var text = "";
  var bob = new Sip.UserAgent ("sip:bob@127.0.0.1");
  var uri = bob.listen ("udp://127.0.0.1:0");
  yield bob.start_async (null);

  var alice = new Sip.UserAgent ("sip:alice@127.0.0.1");
  alice.aliases = { "*" };
  alice.listen ("udp://127.0.0.1:0");
  alice.registration_failed.connect ((response, cause, registration) => {
    text += @"$(response.get_status_code ()) $cause $(registration.state == Sip.RegistrationState.FAILED) ";
  });
  alice.unregistered.connect ((response, cause, registration) => {
    text += "unregistered ";
  });
  yield alice.start_async (null);

  var options = new Sip.RegisterOptions ();
  options.registrar = "sip:" + uri.replace ("udp://", "");
  options.expires = 60;
  try {
    yield alice.register_async (options, null);
  } catch (Sip.Error.NOT_SUPPORTED error) {
    text += "refused ";
  }
  var registration = (Sip.Registration) alice.registrations.get_item (0);
  text += @"$(registration.error != null) $(alice.is_registered) $(registration.get_retry_in ()) ";
  yield alice.unregister_async (null, null);
  text += @"$(alice.registrations.get_n_items ())";
  yield alice.stop_async (null);
  yield bob.stop_async (null);
  return text;
}

int main () {
  var loop = new MainLoop ();
  var text = "";

  run.begin ((source, result) => {
    try {
      text = run.end (result);
    } catch (Error error) {
      text = error.message;
    }
    loop.quit ();
  });
  loop.run ();
  var good = text == "405 SIP Failure Code true refused true false 0 unregistered 0";
  print ("%sok 1 registration\n# %s\n1..1\n", good ? "" : "not ", text);
  return good ? 0 : 1;
}
