#!/bin/sh
# keeper.sh FOLDER NAME MEMORY: keeps one engine's namespaces for as long as its standard input is open, so that a test
# process that crashes takes its engine with it; then ends every process in them and removes what they left.
# MEMORY is no for an engine that sees no memory cgroup, as on a Raspberry Pi with its delivered settings.
# Prints the id of the namespaces' first process, or nothing and the reason in FOLDER/keeper.log.
set -eu
folder=$1 name=$2 memory=$3
trap '' HUP INT TERM

# The private /run hides the machine's own engine and keeps the shims' sockets apart.
# The private /etc/docker gives each engine an identity of its own: Docker 20.10 keeps its key there.
# /proc is still the machine's when the process id is read, so it is the id as seen from outside.
inside='
  set -eu
  exec 2>>"$1/keeper.log"
  read -r pid rest </proc/self/stat
  mount -t proc proc /proc
  mount -t tmpfs tmpfs /run
  mkdir -p /etc/docker
  mount -t tmpfs tmpfs /etc/docker
  if [ "$2" = no ] && [ -d /sys/fs/cgroup/memory ]; then umount /sys/fs/cgroup/memory; fi
  if [ "$2" = no ] && [ -f /sys/fs/cgroup/cgroup.controllers ]; then
    sed "s/\<memory\> *//" /sys/fs/cgroup/cgroup.controllers >"$1/controllers"
    mount --bind "$1/controllers" /sys/fs/cgroup/cgroup.controllers
  fi
  ip link set lo up
  echo "$pid" >"$1/first-process"
  echo "$pid"
  exec >/dev/null
  sleep infinity &
  wait
'
unshare --net --mount --pid --fork --kill-child=KILL --propagation private \
  sh -c "$inside" sh "$folder" "$memory" </dev/null 2>"$folder/keeper.log" &
namespaces=$!
exec >/dev/null

read -r _ || true

# The death of the first process ends when every other process of its namespace is gone.
kill -KILL "$(cat "$folder/first-process" 2>/dev/null || echo "$namespaces")" 2>/dev/null || true
wait "$namespaces" 2>/dev/null || true
for group in "/sys/fs/cgroup/$name" /sys/fs/cgroup/*/"$name"; do
  [ ! -d "$group" ] || find "$group" -depth -type d -exec rmdir {} \;
done
rm -rf "$folder"
