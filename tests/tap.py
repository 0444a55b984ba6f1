# SPDX-License-Identifier: LGPL-2.1-or-later
"""unittest that speaks TAP: tap.main () in place of unittest.main ()."""

import sys
import traceback
import unittest


class _Result(unittest.TestResult):
    def __init__(self):
        super().__init__()
        self.number = 0
        self.good = True

    def _point(self, test, good, directive=''):
        self.number += 1
        self.good = self.good and good
        name = test.id().split('.', 1)[-1]
        print(f'{"" if good else "not "}ok {self.number} {name}{directive}', flush=True)

    def _trouble(self, test, err):
        self._point(test, False)
        kind, value, trace = err
        # Of a failed assertion only the line of the test that made it; of anything else the whole way.
        frames = traceback.extract_tb(trace)
        if issubclass(kind, AssertionError):
            frames = [frame for frame in frames if '/unittest/' not in frame.filename]
        text = traceback.format_list(frames) + traceback.format_exception_only(kind, value)
        for line in ''.join(text).splitlines():
            print(f'# {line}', flush=True)

    def addSuccess(self, test):
        self._point(test, True)

    def addFailure(self, test, err):
        self._trouble(test, err)

    def addError(self, test, err):
        self._trouble(test, err)

    def addSkip(self, test, reason):
        self._point(test, True, f' # SKIP {reason}')

    def addSubTest(self, test, subtest, err):
        if err is not None:
            self._trouble(subtest, err)

    def addExpectedFailure(self, test, err):
        self._trouble(test, err)

    def addUnexpectedSuccess(self, test):
        self._point(test, False)


def main():
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules['__main__'])
    result = _Result()
    suite.run(result)
    print(f'1..{result.number}', flush=True)
    sys.exit(0 if result.good and result.number > 0 else 1)
