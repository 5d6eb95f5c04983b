#!/bin/sh
# Stops the agent and removes its program and its service. The home with its archive, the configuration and the account
# stay: at the end it says where they are.
#
#   uninstall.sh [--prefix DIR] [--root DIR] [--dry-run]
#
#   --prefix DIR   as it was given to install.sh; default: that of the installed systemd unit, or else where this script
#                  was installed, or else /usr/local
#   --root DIR     as it was given to install.sh
set -eu

from=$(cd "$(dirname "$0")" && pwd -P)
prefix=
root=
dry=no
while [ $# -gt 0 ]; do
  case $1 in
    --prefix | --root)
      if [ $# -lt 2 ]; then
        echo "uninstall.sh: $1 needs a value" >&2
        exit 2
      fi
      if [ "$1" = --prefix ]; then prefix=$2; else root=$2; fi
      shift 2
      ;;
    --dry-run) dry=yes; shift ;;
    *)
      echo "uninstall.sh: $1 is no option" >&2
      echo "  cure: see the head of uninstall.sh" >&2
      exit 2
      ;;
  esac
done
system=$(uname -s)
ours=../lib/difusor/bin/difusor

is_ours() { # COMMAND
  [ "$(readlink "$1" 2>/dev/null || true)" = "$ours" ]
}

# What install.sh was told, as the service's file has it, or the place of this script.
unit=$root/etc/systemd/system/difusor.service
if [ -z "$prefix" ] && [ "$system" = Linux ] && [ -r "$unit" ]; then
  prefix=$(sed -n 's|^ExecStart=\(/.*\)/bin/difusor run .*|\1|p' "$unit" | tail -n 1)
fi
place=${from%/lib/difusor*}
if [ -z "$prefix" ] && is_ours "$place/bin/difusor"; then
  below=
  if [ -n "$root" ]; then below=$(cd "$root" && pwd -P); fi
  case $place in
    "$below"/*) prefix=${place#"$below"} ;;
  esac
fi
prefix=${prefix:-/usr/local}
case $prefix in
  /*) ;;
  *)
    echo "uninstall.sh: the prefix $prefix does not begin with a slash" >&2
    echo "  cure: give the whole path" >&2
    exit 2
    ;;
esac

run() {
  if [ "$dry" = yes ]; then echo "would run: $*"; else "$@"; fi
}

if [ -z "$root" ] && [ "$dry" = no ] && [ "$(id -u)" != 0 ]; then
  echo "uninstall.sh: only root can uninstall" >&2
  echo "  cure: run it by sudo or doas" >&2
  exit 1
fi

# A service that cannot be stopped keeps its program.
if [ -z "$root" ]; then
  if [ "$system" = FreeBSD ] && [ -e "$prefix/etc/rc.d/difusor" ]; then
    if service difusor onestatus >/dev/null 2>&1; then run service difusor onestop; fi
    run sysrc -x difusor_enable 2>/dev/null || true
  elif [ -d /run/systemd/system ] && [ -e /etc/systemd/system/difusor.service ]; then
    run systemctl disable --now difusor.service
  fi
fi

if is_ours "$root$prefix/bin/difusor"; then run rm -f "$root$prefix/bin/difusor"; fi
if [ -L "$root$prefix/lib/difusor" ]; then run rm -f "$root$prefix/lib/difusor"; fi
found=no
for one in "$root$prefix"/lib/difusor-*; do
  if [ -e "$one/difusor-agent.jar" ]; then
    found=yes
    run rm -rf "$one"
  fi
done
case $system in
  FreeBSD)
    run rm -f "$root$prefix/etc/rc.d/difusor"
    config=$prefix/etc/difusor
    home=/var/db/difusor
    ;;
  *)
    run rm -f "$root/etc/systemd/system/difusor.service"
    if [ -z "$root" ] && [ -d /run/systemd/system ]; then run systemctl daemon-reload; fi
    config=/etc/difusor
    home=/var/lib/difusor
    ;;
esac
if [ "$found" = no ]; then
  echo "uninstall.sh: there is no program below $prefix" >&2
  echo "  cure: give the --prefix that install.sh was given" >&2
  exit 1
fi
echo "difusor is removed; kept are its home $home with the archive, its configuration $config and its account"
