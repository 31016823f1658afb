#!/bin/sh
# First process of a second kernel: mounts, modules, one command, its exit status, power off.
# An overlay makes every path writable for this boot; only $TESTDIR is shared with the machine outside.
# From the kernel's command line: $TESTDIR, $MODULES (a directory with the modules of this kernel), $CONSOLE (where what
# the command prints goes), $SHARE (how the directory is reached: hostfs or bind).
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
mount -t tmpfs t /mnt
mkdir -p /mnt/u /mnt/w /mnt/r /mnt/t /mnt/m/lib
ln -s "$MODULES" /mnt/m/lib/modules
modprobe -d /mnt/m overlay
case $SHARE in
hostfs) mount -t hostfs -o "$TESTDIR" none /mnt/t ;;
*) mount --bind "$TESTDIR" /mnt/t ;;
esac
mount -t overlay -o lowerdir=/,upperdir=/mnt/u,workdir=/mnt/w o /mnt/r
# pivot_root, not chroot: the kernel's own requests for modules then find /lib/modules.
cd /mnt/r && pivot_root . mnt
mount -t tmpfs t /run
mkdir /run/t
mount --move /mnt/mnt/t /run/t
umount -l /mnt
mount -t proc p /proc
mount -t sysfs s /sys
mount -t devtmpfs d /dev
mkdir -p /dev/shm /dev/pts
mount -t tmpfs t /dev/shm
mount -t devpts -o ptmxmode=0666 p /dev/pts
mkdir -p /usr/lib/modules
ln -sfn "$MODULES/$(uname -r)" "/usr/lib/modules/$(uname -r)"
: > /etc/resolv.conf
echo '127.0.0.1 localhost test' > /etc/hosts
hostname test
ip link set lo up
modprobe -a ip_vs veth bridge
stty -F "/dev/$CONSOLE" raw -echo
: > /run/t/booted
sh /run/t/cmd > "/dev/$CONSOLE" 2>&1 < /dev/null
echo $? > /run/t/status
# Setting the line again waits until everything written to it has left.
stty -F "/dev/$CONSOLE" raw -echo
sync
echo o > /proc/sysrq-trigger
sleep 60
