# SPDX-License-Identifier: LGPL-2.1-or-later
"""The library of the build folder, with its overrides of the source folder. Import this before gi.repository.Sip."""

import os

import gi
import gi.overrides

gi.overrides.__path__.append(os.path.join(os.environ['SIP_SOURCE'], 'bindings', 'python', 'gi', 'overrides'))
gi.require_version('Sip', '1.0')
