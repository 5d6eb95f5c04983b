#!/bin/sh
# What the packages do on the host after their files are in place, once more harmlessly: the account, the folders, the
# configuration, the archive of classes. Run by root; nothing is fetched.
#
#   set-up.sh new        the package was not there before
#   set-up.sh upgrade    it was: the service that runs is restarted, if the new version takes its configuration
set -eu
umask 022

how=${1:?new or upgrade}
home=/var/lib/difusor
config=/etc/difusor/difusor.yaml
cache=/var/cache/difusor
unset JAVA_HOME DIFUSOR_ARCHIVE DIFUSOR_JAVA_OPTIONS

as_difusor() {
  setpriv --reuid=difusor --regid=difusor --clear-groups -- "$@"
}

account() {
  if ! getent passwd difusor >/dev/null; then
    useradd --system --user-group --home-dir "$home" --no-create-home --shell /usr/sbin/nologin \
      --comment 'Difusor' difusor
  fi
}

folders() {
  # A web server of another account passes through to live and releases; everything else is closed.
  [ -d "$home" ] || install -d -o difusor -g difusor -m 0711 "$home"
  install -d -o root -g difusor -m 0750 /etc/difusor
  install -d -o root -g root -m 0755 "$cache"
}

# The template, the folders and this host's own keys. As the service's account, whose folder it is; what is there stays.
configuration() {
  if [ -e "$config" ]; then return; fi
  if ! [ -e "$home/difusor.yaml" ]; then
    if ! as_difusor /usr/bin/difusor init "$home" >/dev/null; then
      echo "difusor: there is no configuration yet; once /proc is mounted: /usr/lib/difusor/installer/set-up.sh new" >&2
      return
    fi
    made=yes
  fi
  as_difusor head -c 1048576 "$home/difusor.yaml" | sed "s|^home: \\.\$|home: $home|" >"$config.new"
  chown root:difusor "$config.new"
  chmod 0640 "$config.new"
  mv "$config.new" "$config"
  # One configuration, not two; one that somebody else put there is not ours to remove.
  if [ "${made:-no}" = yes ]; then as_difusor rm -f "$home/difusor.yaml"; fi
}

# Without it the agent only starts more slowly.
class_archive() {
  # On a host that is serving, others come first.
  nice -n "$1" timeout 300 /usr/lib/difusor/bin/difusor-prepare "$cache" >/dev/null 2>"$cache/prepare.log" ||
    echo "difusor: no archive of classes was made, so each start takes longer; see $cache/prepare.log" >&2
  [ -s "$cache/prepare.log" ] || rm -f "$cache/prepare.log"
}

# Nothing is started that did not run, and what runs is only replaced by what would run.
service() {
  if ! [ -d /run/systemd/system ]; then return; fi
  systemctl --system daemon-reload >/dev/null || true
  if ! systemctl --quiet is-active difusor.service; then return; fi
  if problems=$(as_difusor /usr/bin/difusor check-config --config "$config" 2>&1); then
    if command -v deb-systemd-invoke >/dev/null; then
      deb-systemd-invoke restart difusor.service >/dev/null || true
    else
      systemctl restart difusor.service || true
    fi
  else
    printf '%s\n' "$problems" >&2
    echo "difusor: the running service was not restarted, because this version does not take $config" >&2
    echo "  cure: correct it, then systemctl restart difusor" >&2
  fi
}

next_steps() {
  if [ -d /run/systemd/system ] && systemctl --quiet is-active difusor.service; then return; fi
  if as_difusor /usr/bin/difusor check-config --config "$config" >/dev/null 2>&1; then
    echo "difusor: $config is complete; start with: systemctl enable --now difusor"
  else
    echo "difusor: next: put the Institute's SSH key at $home/keys/iee.pub and its certificate at" \
      "$home/trust/iee-root.pem, fill in the event's times in $config," \
      "then: difusor check-config && systemctl enable --now difusor"
  fi
}

account
folders
configuration
# First: files of the new version lie under the old one that still runs.
if [ "$how" = upgrade ]; then
  service
  class_archive 10
else
  class_archive 0
fi
next_steps
