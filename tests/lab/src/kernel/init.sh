#!/bin/sh
# First process of the second kernel: mounts, modules, one command, its exit status, power off.
# An overlay makes every path writable for this boot; only $TESTDIR is shared with the machine outside.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
mount -t tmpfs t /mnt
mkdir -p /mnt/u /mnt/w /mnt/r /mnt/m/lib
ln -s /usr/lib/uml/modules /mnt/m/lib/modules
modprobe -d /mnt/m overlay
mount -t overlay -o lowerdir=/,upperdir=/mnt/u,workdir=/mnt/w o /mnt/r
# pivot_root, not chroot: the kernel's own requests for modules then find /lib/modules.
cd /mnt/r && pivot_root . mnt && umount -l /mnt
mount -t proc p /proc
mount -t sysfs s /sys
mount -t devtmpfs d /dev
mkdir -p /dev/shm /dev/pts
mount -t tmpfs t /dev/shm
mount -t devpts -o ptmxmode=0666 p /dev/pts
mount -t tmpfs t /run
mkdir /run/t
mount -t hostfs -o "$TESTDIR" none /run/t
mkdir -p /usr/lib/modules
ln -sfn "/usr/lib/uml/modules/$(uname -r)" "/usr/lib/modules/$(uname -r)"
: > /etc/resolv.conf
echo '127.0.0.1 localhost test' > /etc/hosts
hostname test
ip link set lo up
modprobe -a ip_vs veth bridge
stty -F /dev/tty1 raw -echo
sh /run/t/cmd > /dev/tty1 2>&1 < /dev/null
echo $? > /run/t/status
# Setting the line again waits until everything written to it has left.
stty -F /dev/tty1 raw -echo
sync
echo o > /proc/sysrq-trigger
sleep 60
