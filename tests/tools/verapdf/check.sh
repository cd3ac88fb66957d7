#!/bin/sh
# Validates files against PDF/UA-1 and PDF/A-2a; ends with 1 when any fails.
#
#   VERAPDF=FOLDER tests/tools/verapdf/check.sh FILE...
#
# FOLDER is where install.sh put the validator. PROFILES may name other profiles (default ua1,2a).
set -eu
folder=${VERAPDF:?set VERAPDF to the folder that install.sh filled}
[ -e "$folder/classpath" ] || { echo "no validator in $folder: run install.sh $folder" >&2; exit 2; }
[ $# -gt 0 ] || { echo "usage: check.sh FILE..." >&2; exit 2; }
exec java -Xmx768m -cp "$(cat "$folder/classpath")" VeraCheck "${PROFILES:-ua1,2a}" "$@"
