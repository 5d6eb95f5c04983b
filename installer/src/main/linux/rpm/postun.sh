# The configuration and everything below /var/lib/difusor stay, with the account that they belong to.
if [ "$1" = 0 ]; then rm -rf /var/cache/difusor; fi
if [ -d /run/systemd/system ]; then systemctl daemon-reload >/dev/null 2>&1 || :; fi
