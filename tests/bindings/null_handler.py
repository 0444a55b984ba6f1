# SPDX-License-Identifier: LGPL-2.1-or-later
"""A session description handler written in Python."""

import uninstalled  # noqa: F401

from gi.repository import GLib, GObject, Sip

SDP = 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\n'


class NullHandler(GObject.Object, Sip.SessionDescriptionHandler):
    """Offers and answers the same each time, and keeps what happened in `log`."""

    def __init__(self, fail=False):
        super().__init__()
        self.fail = fail
        self.log = []

    def do_has_description(self, content_type):
        return content_type == 'application/sdp'

    def do_get_description(self, type, options, task):
        self.log.append(('get', type, options))
        if self.fail:
            task.return_error(GLib.Error('no media today', 'sip-error-quark', Sip.Error.MEDIA))
        else:
            # Later, as a real one would.
            GLib.idle_add(lambda: self.return_description(task, Sip.Description.new_from_text(type, 'application/sdp', SDP)))

    def do_set_description(self, description, options, task):
        self.log.append(('set', description.get_description_type(), description.to_text()))
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
