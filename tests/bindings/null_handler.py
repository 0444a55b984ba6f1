# SPDX-License-Identifier: LGPL-2.1-or-later
"""A session description handler written in Python."""

import uninstalled  # noqa: F401

from gi.repository import GLib, GObject, Sip

SDP = 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\n'
HELD = SDP + 'a=sendonly\r\n'


class NullHandler(GObject.Object, Sip.SessionDescriptionHandler):
    """Offers and answers the same each time, says so where the call is on hold, and keeps what happened in `log`."""

    def __init__(self, fail=False, refuse=False):
        super().__init__()
        self.fail = fail
        self.refuse = refuse
        self.log = []

    def do_has_description(self, content_type):
        return content_type == 'application/sdp'

    def do_get_description(self, type, options, task):
        options = options.unpack() if options is not None else {}
        self.log.append(('get', type, options))
        if self.fail:
            task.return_error(GLib.Error('no media today', 'sip-error-quark', Sip.Error.MEDIA) if self.fail is True else self.fail)
        else:
            # Later, as a real one would.
            text = HELD if options.get('hold') else SDP
            GLib.idle_add(lambda: self.return_description(task, Sip.Description.new_from_text(type, 'application/sdp', text)))

    def do_set_description(self, description, options, task):
        self.log.append(('set', description.get_description_type(), description.to_text()))
        if self.refuse:
            task.return_error(GLib.Error('not like this', 'sip-error-quark', Sip.Error.MEDIA))
        else:
            task.return_boolean(True)

    def do_rollback(self):
        self.log.append(('rollback',))

    def do_send_dtmf(self, tones, duration, inter_tone_gap):
        if tones == 'x':
            raise GLib.Error('no such tone', 'sip-error-quark', Sip.Error.NOT_SUPPORTED)
        self.log.append(('tones', tones, duration, inter_tone_gap))
        return True

    def do_close(self):
        self.log.append(('close',))
