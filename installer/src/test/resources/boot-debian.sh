#!/bin/sh
# Boots the Debian in a folder: systemd as the first process of namespaces of its own, with this host's network.
set -eu
mount --make-rprivate /
mount --bind "$1" "$1"
cd "$1"
mount -t proc proc proc
mount -t sysfs sysfs sys
mount -t tmpfs -o mode=755 tmpfs run
mount --rbind /sys/fs/cgroup sys/fs/cgroup
mount --rbind /dev dev
# Not chroot: inside one no user namespaces can be made, and the service has one.
pivot_root . mnt
cd /
exec env -i container=difusor-test PATH=/usr/sbin:/usr/bin:/sbin:/bin \
  sh -c 'umount -l /mnt && exec /lib/systemd/systemd --log-target=kmsg'
