// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Modifiers of descriptions in Vala: a function, a class that takes its time, and those that are ready.

class Slow : Sip.DescriptionModifier {
  public override void modify (Sip.Description description, Task task) {
    Idle.add (() => {
      return_description (task, add_line (description, "slow"));
      return Source.REMOVE;
    });
  }
}

Sip.Description add_line (Sip.Description description, string line) {
  return new Sip.Description.from_text (description.get_description_type (), "application/sdp", description.to_text () + @"a=$line\r\n");
}

async string run () throws Error {
  var list = new ListStore (typeof (Sip.DescriptionModifier));
  list.append (new Sip.DescriptionModifier.strip_tcp_candidates ());
  list.append (new Sip.DescriptionModifier.strip_telephone_event ());
  list.append (new Sip.DescriptionModifier.strip_video ());
  list.append (new Sip.DescriptionModifier.codec_order ({ "PCMA" }));
  list.append (new Sip.DescriptionModifier.hold ());
  list.append (new Sip.DescriptionModifier.for_func ((description) => add_line (description, "func")));
  list.append (new Slow ());
  var options = new Sip.InviteOptions ();
  options.modifiers = list;
  var description = new Sip.Description.from_text (Sip.DescriptionType.OFFER, "application/sdp", "m=audio 9 RTP/AVP 0 8\r\n");
  for (uint i = 0; i < options.modifiers.get_n_items (); i++)
    description = yield ((Sip.DescriptionModifier) options.modifiers.get_item (i)).modify_async (description, null);
  return description.to_text ();
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
  var good = text == "m=audio 9 RTP/AVP 8 0\r\na=sendonly\r\na=func\r\na=slow\r\n";
  print ("%sok 1 modifiers\n# %s\n1..1\n", good ? "" : "not ", text.replace ("\r\n", " | "));
  return good ? 0 : 1;
}
