# SPDX-License-Identifier: LGPL-2.1-or-later
"""Where the sources are, and how to read them."""

import os
import pathlib
import re

SOURCE = pathlib.Path(os.environ.get('SIP_SOURCE', pathlib.Path(__file__).parents[3]))
BUILD = pathlib.Path(os.environ.get('SIP_BUILD', SOURCE / 'build'))
LIB = SOURCE / 'lib'

# A layer, and the layers below it that its files may include.
LAYERS = {
    'syntax': [],
    'transport': ['syntax'],
    'transaction': ['syntax', 'transport'],
    'dialog': ['syntax', 'transport', 'transaction'],
    'media': ['syntax'],
    'events': ['syntax'],
    'agent': ['syntax', 'transport', 'transaction', 'dialog', 'media', 'events'],
}

INCLUDE = re.compile(r'^#\s*include\s+([<"])([^>"]+)[>"]', re.MULTILINE)


def sources(pattern='*.[ch]'):
    """The files of the layers."""
    return sorted(path for layer in LAYERS for path in (LIB / layer).glob(pattern))


def name(path):
    return str(path.relative_to(LIB))


def is_public(header):
    return header.suffix == '.h' and not header.stem.endswith('-private')


def includes(path):
    """(is a system include, what is included) for each include of a file."""
    return [(bracket == '<', what) for bracket, what in INCLUDE.findall(path.read_text())]


def without_comments(text):
    return re.sub(r'/\*.*?\*/', lambda m: '\n' * m.group().count('\n'), text, flags=re.DOTALL)
