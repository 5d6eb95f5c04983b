# Installed ($1 is 1) or upgraded: set-up.sh has what this does.
if [ "$1" = 1 ]; then
  if command -v systemctl >/dev/null; then systemctl --no-reload enable difusor.service >/dev/null 2>&1 || :; fi
  /usr/lib/difusor/installer/set-up.sh new || :
else
  /usr/lib/difusor/installer/set-up.sh upgrade || :
fi
