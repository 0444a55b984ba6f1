# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Sourced by the `run` of each example: what tests/setup.sh has, and the library as a program finds it that was not installed.

. "$(dirname "${BASH_SOURCE[0]}")/../tests/setup.sh"

# prepare [GROUP...]: the packages that an example needs, those of the groups besides, and the build.
prepare ()
{
  need_packages build run "$@"
  # A test that runs an example has built already, perhaps elsewhere.
  if [ -z "${SIP_BUILD-}" ]; then
    build_in build
    SIP_BUILD=$top/build
  fi
  export GI_TYPELIB_PATH=$SIP_BUILD/lib LD_LIBRARY_PATH=$SIP_BUILD/lib GJS_PATH=$top/bindings/gjs
  export PYTHONDONTWRITEBYTECODE=1
}

# told_by NAME: what comes on stdin, with the name in front, as it comes.
told_by ()
{
  stdbuf -oL sed "s/^/$1 /"
}
