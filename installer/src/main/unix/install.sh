#!/bin/sh
# Installs the agent, or a newer one, on any Unix with a Java 17 or newer; run it by root out of the unpacked .tar.gz.
# Nothing is fetched. Run again, it does only what is missing: a configuration, keys and packages that are there stay,
# and so do a prefix and an account that are not given again.
#
#   install.sh [--prefix DIR] [--user NAME] [--root DIR] [--without-archive] [--dry-run]
#
#   --prefix DIR        where the program goes; default: that of the installed systemd unit, or else /usr/local
#   --user NAME         the account that runs the agent, made where there is none; default: that of the installed unit or
#                       rc.d script, or else difusor
#   --root DIR          lays everything below DIR, for an image or a jail; makes no account and tells no service
#   --without-archive   makes no archive of classes: the agent starts more slowly
#   --dry-run           says what would be done, and does nothing
#
# The program lies in PREFIX/lib/difusor-VERSION, and PREFIX/lib/difusor is a link to it that is moved in one step: what
# runs goes on running out of its own folder. The version before is kept; older ones are removed.
set -eu
umask 022

from=$(cd "$(dirname "$0")" && pwd -P)
prefix=
user=
root=
archive=yes
dry=no

fail() {
  echo "install.sh: $1" >&2
  echo "  cure: $2" >&2
  exit "${3:-1}"
}

while [ $# -gt 0 ]; do
  case $1 in
    --prefix | --user | --root)
      [ $# -ge 2 ] || fail "$1 needs a value" "see the head of install.sh" 2
      case $1 in
        --prefix) prefix=$2 ;;
        --user) user=$2 ;;
        *) root=$2 ;;
      esac
      shift 2
      ;;
    --without-archive) archive=no; shift ;;
    --dry-run) dry=yes; shift ;;
    *) fail "$1 is no option" "see the head of install.sh" 2 ;;
  esac
done
system=$(uname -s)

# What an earlier run was told, as the service's file has it.
told() { # FILE EXPRESSION
  if [ -r "$1" ]; then sed -n "$2" "$1" | tail -n 1; fi
}
unit=$root/etc/systemd/system/difusor.service
if [ "$system" = Linux ]; then
  if [ -z "$prefix" ]; then prefix=$(told "$unit" 's|^ExecStart=\(/.*\)/bin/difusor run .*|\1|p'); fi
  if [ -z "$user" ]; then user=$(told "$unit" 's|^User=||p'); fi
fi
prefix=${prefix:-/usr/local}
rc=$root$prefix/etc/rc.d/difusor
if [ "$system" = FreeBSD ] && [ -z "$user" ]; then
  # shellcheck disable=SC2016 # words of that script, not of this one
  user=$(told "$rc" 's|^: "${difusor_user:="\(.*\)"}"$|\1|p')
fi
user=${user:-difusor}

case $prefix in
  /*) ;;
  *) fail "the prefix $prefix does not begin with a slash" "give the whole path" 2 ;;
esac
# They go into a service's file and through sed.
case $prefix$user in
  *[!A-Za-z0-9/._-]*) fail "only letters, digits, dots, dashes, underscores in --prefix and --user" "choose another" 2 ;;
esac

version=$(cat "$from/VERSION")
lib=$root$prefix/lib
case $system in
  FreeBSD)
    config_folder=$prefix/etc/difusor
    home=/var/db/difusor
    ;;
  *)
    config_folder=/etc/difusor
    home=/var/lib/difusor
    ;;
esac
config=$config_folder/difusor.yaml

run() {
  if [ "$dry" = yes ]; then echo "would run: $*"; else "$@"; fi
}

# The account's own group, which need not have its name.
group() {
  if [ -n "$root" ]; then echo "$user"; else id -gn "$user" 2>/dev/null || echo "$user"; fi
}

# A file made out of another, in one step.
filtered() { # MODE EXPRESSION FROM TO
  if [ "$dry" = yes ]; then
    echo "would write: $4"
    return
  fi
  # A file that says so already keeps its time, and whoever watches it is not woken.
  if [ -e "$4" ] && sed "$2" "$3" | cmp -s - "$4"; then
    chmod "$1" "$4"
    return
  fi
  sed "$2" "$3" >"$4.new"
  chmod "$1" "$4.new"
  mv -f "$4.new" "$4"
}

as_user() {
  if [ -n "$root" ]; then
    "$@"
  elif [ "$system" = FreeBSD ]; then
    # No word of these commands has a space or a quote.
    su -m "$user" -c "$*"
  elif command -v setpriv >/dev/null; then
    setpriv --reuid="$user" --regid="$(id -gn "$user")" --clear-groups -- "$@"
  else
    su -s /bin/sh "$user" -c "$*"
  fi
}

needs() {
  if [ -z "$root" ] && [ "$dry" = no ] && [ "$(id -u)" != 0 ]; then
    fail "only root can install" "run it by sudo or doas, or try it with --root DIR"
  fi
  case $system in
    FreeBSD) java_cure="pkg install openjdk17" ;;
    *) java_cure="install a Java 17 or newer (Debian: apt install openjdk-17-jre-headless), or set JAVA_HOME" ;;
  esac
  if [ -n "${JAVA_HOME:-}" ]; then java=$JAVA_HOME/bin/java; else java=java; fi
  command -v "$java" >/dev/null || fail "there is no Java at $java" "$java_cure"
  java_version=$("$java" -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.specification\.version = //p')
  case $java_version in
    [0-9] | 1[0-6] | 1.* | '' | *[!0-9]*) fail "$java is older than Java 17" "$java_cure" ;;
  esac
}

account() {
  if [ -n "$root" ] || id "$user" >/dev/null 2>&1; then return; fi
  if [ "$system" = FreeBSD ]; then
    run pw useradd -n "$user" -c Difusor -d "$home" -s /usr/sbin/nologin -w no
  elif command -v useradd >/dev/null; then
    run useradd --system --user-group --home-dir "$home" --no-create-home --shell /usr/sbin/nologin \
      --comment Difusor "$user"
  elif command -v adduser >/dev/null; then
    run adduser -S -D -H -h "$home" -s /sbin/nologin -g Difusor "$user"
  else
    fail "this system has neither pw nor useradd nor adduser" "make the account $user, and run this again"
  fi
}

# What is in a folder, but for the archive of classes, which is made on the host.
contents() {
  (cd "$1" && find . -type f ! -path './archive/*' ! -name prepare.log -exec cksum {} + | sort)
}

# A link to a folder is not to be moved into the folder that it is to replace.
point() { # LINK TARGET
  ln -s "$2" "$1.new"
  mv -T "$1.new" "$1" 2>/dev/null || mv -h "$1.new" "$1" 2>/dev/null || {
    rm -f "$1"
    mv "$1.new" "$1"
  }
}

program() {
  if [ -d "$lib/difusor" ] && ! [ -L "$lib/difusor" ]; then
    fail "$lib/difusor is a folder and not a link of an earlier installation" "move it away"
  fi
  before=$(readlink "$lib/difusor" 2>/dev/null || true)
  target=difusor-$version
  count=1
  while [ -d "$lib/$target" ] && [ "$(contents "$lib/$target")" != "$(contents "$from")" ]; do
    count=$((count + 1))
    target=difusor-$version-$count
  done
  if ! [ -d "$lib/$target" ]; then
    run mkdir -p "$lib" "$root$prefix/bin"
    run rm -rf "$lib/.$target.new"
    run mkdir "$lib/.$target.new"
    run cp -R "$from/." "$lib/.$target.new"
    run rm -rf "$lib/.$target.new/archive"
    if [ "$(id -u)" = 0 ]; then run chown -R "0:0" "$lib/.$target.new"; fi
    run chmod -R go-w "$lib/.$target.new"
    run mv "$lib/.$target.new" "$lib/$target"
  fi
  if [ "$before" != "$target" ]; then
    if [ "$dry" = yes ]; then echo "would point: $lib/difusor at $target"; else point "$lib/difusor" "$target"; fi
  fi
  if [ "$(readlink "$root$prefix/bin/difusor" 2>/dev/null || true)" != ../lib/difusor/bin/difusor ]; then
    if [ -e "$root$prefix/bin/difusor" ]; then
      fail "$prefix/bin/difusor is there and not ours" "move it away, and run this again"
    fi
    run ln -s ../lib/difusor/bin/difusor "$root$prefix/bin/difusor"
  fi
}

older() {
  for one in "$lib"/difusor-*; do
    case ${one##*/} in
      "$target" | "${before:-$target}") ;;
      *) if [ -d "$one" ]; then run rm -rf "$one"; fi ;;
    esac
  done
}

# The template, the folders and this host's own keys, made by the account that they are for.
configuration() {
  if [ -e "$root$config" ]; then return; fi
  run mkdir -p "$root$config_folder"
  if [ -z "$root" ]; then
    run chown "0:$(group)" "$config_folder"
    run chmod 0750 "$config_folder"
    if ! [ -d "$home" ]; then
      run mkdir -p "$home"
      run chown "$user:$(group)" "$home"
      run chmod 0711 "$home"
    fi
  fi
  made=no
  if ! [ -e "$root$home/difusor.yaml" ]; then
    made=yes
    if [ "$dry" = yes ]; then
      echo "would run: difusor init $root$home"
    else
      as_user "$root$prefix/bin/difusor" init "$root$home" >/dev/null
    fi
  fi
  filtered 0640 "s|^home: \\.\$|home: $home|" "$root$home/difusor.yaml" "$root$config"
  if [ -z "$root" ]; then run chown "0:$(group)" "$config"; fi
  # One configuration, not two; one that somebody else put there is not ours to remove.
  if [ "$made" = yes ]; then run rm -f "$root$home/difusor.yaml"; fi
}

service_files() {
  case $system in
    FreeBSD)
      run mkdir -p "$root$prefix/etc/rc.d"
      filtered 0555 "s|/usr/local|$prefix|g; s|difusor_user:=\"difusor\"|difusor_user:=\"$user\"|" \
        "$from/freebsd/difusor" "$rc"
      ;;
    Linux)
      if ! [ -e "$from/linux/difusor.service" ]; then return; fi
      run mkdir -p "$root/etc/systemd/system"
      filtered 0644 "s|/usr/bin/difusor|$prefix/bin/difusor|g; s|^User=.*|User=$user|; s|^Group=.*|Group=$(group)|" \
        "$from/linux/difusor.service" "$unit"
      if [ -z "$root" ] && [ -d /run/systemd/system ]; then run systemctl daemon-reload; fi
      ;;
  esac
}

# Without it the agent only starts more slowly.
class_archive() {
  if [ "$archive" = no ] || [ -d "$lib/$target/archive" ]; then return; fi
  if [ "$dry" = yes ]; then
    echo "would run: difusor-prepare"
  elif ! "$lib/$target/bin/difusor-prepare" >/dev/null 2>"$lib/$target/prepare.log"; then
    echo "install.sh: no archive of classes was made, so each start takes longer; see $lib/$target/prepare.log" >&2
  else
    rm -f "$lib/$target/prepare.log"
  fi
}

# What runs is only replaced by what would run.
restart() {
  if [ -n "$root" ] || [ "$before" = "$target" ]; then return; fi
  if [ "$system" = FreeBSD ]; then
    running="service difusor onestatus"
    again="service difusor onerestart"
  elif [ -d /run/systemd/system ]; then
    running="systemctl --quiet is-active difusor.service"
    again="systemctl restart difusor.service"
  else
    return
  fi
  if ! $running >/dev/null 2>&1; then return; fi
  if [ "$dry" = yes ]; then
    echo "would run: $again"
  elif as_user "$prefix/bin/difusor" check-config --config "$config"; then
    $again
  else
    echo "install.sh: the running agent was not restarted, because this version does not take $config" >&2
    echo "  cure: correct it, then: $again" >&2
  fi
}

next_steps() {
  case $system in
    FreeBSD) enable="sysrc difusor_enable=YES && service difusor start" ;;
    Linux) enable="systemctl enable --now difusor" ;;
    *) enable="have it started by $user: $prefix/bin/difusor run --config $config" ;;
  esac
  echo "difusor $version is in $prefix/lib/difusor; its configuration is $config, its home $home"
  if [ -z "$before" ]; then
    echo "next: put the Institute's SSH key at $home/keys/iee.pub and its certificate at $home/trust/iee-root.pem,"
    echo "      fill in $config, then: difusor check-config && $enable"
  fi
}

needs
account
program
configuration
service_files
class_archive
restart
older
next_steps
