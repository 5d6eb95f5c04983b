#!/bin/sh
# Stops the agent and removes its program and its service. The home with its archive, the configuration and the account
# stay: at the end it says where they are.
#
#   uninstall.sh [--prefix DIR] [--root DIR] [--dry-run]      as they were given to install.sh
set -eu

prefix=/usr/local
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

system=$(uname -s)
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

if [ "$(readlink "$root$prefix/bin/difusor" 2>/dev/null || true)" = ../lib/difusor/bin/difusor ]; then
  run rm -f "$root$prefix/bin/difusor"
fi
if [ -L "$root$prefix/lib/difusor" ]; then run rm -f "$root$prefix/lib/difusor"; fi
for one in "$root$prefix"/lib/difusor-*; do
  if [ -e "$one/difusor-agent.jar" ]; then run rm -rf "$one"; fi
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
echo "difusor is removed; kept are its home $home with the archive, its configuration $config and its account"
