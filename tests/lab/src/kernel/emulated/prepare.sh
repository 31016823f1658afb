#!/bin/sh
# Makes of two Debian packages what the emulated kernel is started from: vmlinux, initrd, lib/modules. Installs nothing:
# a kernel that was installed would be offered at this machine's next boot.
# prepare.sh DIRECTORY
set -eu
target=$1
rm -rf "$target.new"
mkdir -p "$target.new/first/m" "$target.new/first/dev" "$target.new/first/root"
cd "$target.new"
kernel=$(apt-cache depends linux-image-cloud-amd64 | sed -n 's/^ *Depends: \(linux-image-[^ ]*\)$/\1/p' | head -n 1)
[ -n "$kernel" ]
apt-get download -q "$kernel" busybox-static
for package in *.deb; do dpkg-deb -x "$package" all; rm "$package"; done
version=${kernel#linux-image-}
version=${version%-unsigned}
# Since the merge of /usr, packages have their modules there.
[ -d all/lib/modules ] || mv all/usr/lib all/lib
mkdir lib
mv all/lib/modules lib/
depmod -b . "$version"

# The payload of a bzImage (Documentation/x86/boot.rst) is itself packed; unpacking it here is ten times faster than in
# the emulation. Where it is packed otherwise, the kernel unpacks itself.
image=all/boot/vmlinuz-$version
number() { od -A n -t "u$2" -j "$1" -N "$2" "$image" | tr -d ' '; }
start=$((($(number 497 1) + 1) * 512 + $(number 584 4)))
length=$(($(number 588 4) - 4))
tail -c +$((start + 1)) "$image" | head -c "$length" | lz4 -d -q - vmlinux 2>/dev/null || cp "$image" vmlinux

# The first file system: enough to reach the machine's own.
cp all/bin/busybox first/ 2>/dev/null || cp all/usr/bin/busybox first/
{
    echo '#!/busybox sh'
    modprobe -d "$PWD" -S "$version" -D virtio_pci >list
    modprobe -d "$PWD" -S "$version" -D virtiofs >>list
    while read -r verb path rest; do
        [ "$verb" = insmod ] || continue
        cp "$path" first/m/
        # What two need is loaded once; a second time is refused, and harms nobody.
        echo "/busybox insmod /m/${path##*/} 2>/dev/null"
    done <list
    echo '/busybox mount -t virtiofs root /root'
    echo '/busybox mount -t devtmpfs dev /root/dev'
    echo 'exec /busybox switch_root /root "$FIRST"'
} >first/init
chmod +x first/init
(cd first && find . | cpio -o -H newc --quiet) >initrd
rm -rf all first list
cd /
rm -rf "$target"
mv "$target.new" "$target"
