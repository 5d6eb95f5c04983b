# Removed ($1 is 0); at an upgrade the service runs on, and the new version's scriptlet has restarted it.
if [ "$1" = 0 ] && command -v systemctl >/dev/null; then
  systemctl --no-reload disable difusor.service >/dev/null 2>&1 || :
  if [ -d /run/systemd/system ]; then systemctl stop difusor.service >/dev/null 2>&1 || :; fi
fi
