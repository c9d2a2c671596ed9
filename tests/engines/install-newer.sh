#!/bin/sh
# Unpacks the Docker engine of a newer Debian suite beside the installed one; the machine's apt setup stays as it is.
# BELFRY_ENGINES_CACHE: where to (default /var/cache/belfry-engines). BELFRY_ENGINES_SUITE: from which suite (default forky).
# Its programs need no newer C library than Debian 12's, and run with the installed runc.
set -eu

cache=${BELFRY_ENGINES_CACHE:-/var/cache/belfry-engines}
suite=${BELFRY_ENGINES_SUITE:-forky}
target=$cache/newer

if [ -x "$target/bin/dockerd" ]; then
  "$target/bin/dockerd" --version
  exit 0
fi

mkdir -p "$cache"
work=$(mktemp -d "$cache/.unpack-XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
mkdir -p "$work/lists/partial" "$work/archives/partial"

# The mirror of the release in use, which carries the other suites too; security and update archives do not.
mirror=$(. /etc/os-release && apt-get indextargets --format '$(SITE) $(CODENAME) $(COMPONENT)' 'Created-By: Packages' |
  awk -v codename="$VERSION_CODENAME" '$2 == codename && $3 == "main" { print $1; exit }')
if [ -z "$mirror" ]; then
  echo "No mirror of this machine's Debian release is known to apt; run 'apt-get update' first." >&2
  exit 1
fi
keyring=$(ls /usr/share/keyrings/debian-archive-keyring.* | head -n 1)
echo "deb [signed-by=$keyring] $mirror $suite main" >"$work/sources.list"

quiet_apt() {
  apt-get -qq -o Dir::Etc::sourcelist="$work/sources.list" -o Dir::Etc::sourceparts=- \
    -o Dir::State::lists="$work/lists" -o Dir::Cache="$work" -o Acquire::Languages=none \
    -o APT::Sandbox::User=root "$@"
}

quiet_apt update
(cd "$work" && quiet_apt download docker.io containerd)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work/root"; done

mkdir "$work/newer" "$work/newer/bin"
for program in sbin/dockerd sbin/docker-proxy bin/containerd bin/containerd-shim-runc-v2; do
  mv "$work/root/usr/$program" "$work/newer/bin/"
done
"$work/newer/bin/dockerd" --version
"$work/newer/bin/containerd" --version
mv -T "$work/newer" "$target"
