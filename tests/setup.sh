# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Sourced by tests/run and examples/run: packages, and a build that is up to date.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# Meson and its Python are Debian's; a pyenv or a venv that comes first on PATH has no PyGObject.
export PATH="/usr/bin:/bin:/usr/sbin:/sbin:$PATH"

die ()
{
  echo "${0##*/}: $*" >&2
  exit 1
}

# Prints the packages of the groups given, but those whose command is there.
packages_of ()
{
  awk -v groups=" $* " '
    /^#/ || /^$/ { next }
    /^@/ { wanted = index (groups, " " substr ($1, 2) " "); next }
    wanted { print $1, $2 }' "$top/tests/packages" |
    while read -r package command; do
      command=${command#(}
      [ -n "$command" ] && command -v "${command%)}" >/dev/null || echo "$package"
    done
}

# Installs what lacks of the groups given. Costs one dpkg-query when nothing does.
need_packages ()
{
  local all missing sudo=()

  command -v dpkg-query >/dev/null || die "this needs Debian 12 (there is no dpkg here); the packages are listed in tests/packages"

  mapfile -t all < <(packages_of "$@")
  [ ${#all[@]} -gt 0 ] || return 0
  mapfile -t missing < <(
    comm -13 <(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "${all[@]}" 2>/dev/null | sed -n 's/^installed //p' | sort -u) \
             <(printf '%s\n' "${all[@]}" | sort -u))
  [ ${#missing[@]} -gt 0 ] || return 0

  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null && sudo -n true 2>/dev/null ||
      die "these packages are missing, and I am neither root nor may I use sudo: ${missing[*]}"
    sudo=(sudo)
  fi

  echo "installing: ${missing[*]}" >&2
  {
    "${sudo[@]}" apt-get update -q &&
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
  } >"$log_dir/apt.log" 2>&1 || { tail -n 30 "$log_dir/apt.log" >&2; die "apt-get could not install: ${missing[*]}"; }
}

# build_in FOLDER [MESON OPTION...]: configures once, then compiles. Quiet unless it fails.
build_in ()
{
  local folder=$top/$1 log=$log_dir/$1.log
  shift

  if [ ! -e "$folder/build.ninja" ]; then
    rm -rf "$folder"
    meson setup "$folder" "$top" "$@" >"$log" 2>&1 || { cat "$log" >&2; die "meson setup failed"; }
  elif [ -n "$(find "$top"/lib "$top"/tests "$top"/bindings "$top"/docs "$top"/examples -name meson.build -newer "$folder/build.ninja" -print -quit)" ]; then
    # A folder that is new is none that ninja knows of.
    meson setup --reconfigure "$folder" >"$log" 2>&1 || { cat "$log" >&2; die "meson setup failed"; }
  fi
  ninja -C "$folder" >"$log" 2>&1 || { grep -v '^\[' "$log" | tail -n 200 >&2; die "the build failed"; }
}

log_dir=$(mktemp -d) || die "no temporary folder"
trap 'rm -rf "$log_dir"' EXIT
