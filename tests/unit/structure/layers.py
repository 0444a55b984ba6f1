# SPDX-License-Identifier: LGPL-2.1-or-later
"""A folder of lib/ is a layer: includes never run up, and only where they belong do they leave the library."""

import unittest

import source
import tap


class Layers(unittest.TestCase):
    def test_every_folder_is_a_layer(self):
        folders = {path.name for path in source.LIB.iterdir() if path.is_dir()}
        self.assertEqual(folders - {'include'}, set(source.LAYERS))
        self.assertGreater(len(source.sources()), 0)

    def test_includes_never_run_up(self):
        wrong = []
        for path in source.sources():
            layer = path.parent.name
            for is_system, what in source.includes(path):
                other = what.split('/')[0]
                if not is_system and other != layer and other not in source.LAYERS[layer]:
                    wrong.append(f'{source.name(path)} includes {what}')
        self.assertEqual(wrong, [])

    def test_includes_show_their_layer(self):
        wrong = []
        for path in source.sources():
            for is_system, what in source.includes(path):
                if not is_system and not any((source.LIB / (what + end)).is_file() for end in ('', '.in')):
                    wrong.append(f'{source.name(path)} includes {what}')
        self.assertEqual(wrong, [])

    def test_headers_have_no_cycles(self):
        graph = {source.name(path): [what for is_system, what in source.includes(path) if not is_system]
                 for path in source.sources('*.h')}
        done = set()

        def visit(header, above):
            self.assertNotIn(header, above, f'{" -> ".join(above)} -> {header}')
            if header not in done:
                for what in graph.get(header, []):
                    visit(what, above + [header])
                done.add(header)

        for header in graph:
            visit(header, [])

    def test_foreign_libraries_stay_in_their_place(self):
        """libsoup is known to the WebSocket transport only, GStreamer and libnice to media/ only, libxml2 to events/ only."""
        wrong = []
        for path in source.sources():
            for is_system, what in source.includes(path):
                if not is_system:
                    continue
                if what.startswith('libsoup/') and 'websocket' not in path.stem:
                    wrong.append(f'{source.name(path)} includes {what}')
                if what.startswith('libxml/') and path.parent.name != 'events':
                    wrong.append(f'{source.name(path)} includes {what}')
                if what.startswith(('gst/', 'nice/', 'agent.h')) and path.parent.name != 'media':
                    wrong.append(f'{source.name(path)} includes {what}')
        self.assertEqual(wrong, [])


if __name__ == '__main__':
    tap.main()
