#!/usr/bin/env bash
# Builds the solution and runs every test; the last line reads "N passed, N failed".
set -uo pipefail
cd "$(dirname "$0")/.."
exec </dev/null
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en

# Compiling ahead of time, which one test does, links with the system's C compiler.
if ! command -v clang gcc >/dev/null && command -v apt-get >/dev/null; then
  apt-get update -q && apt-get install -qy gcc libc6-dev zlib1g-dev
fi

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

status=0
if dotnet build KmemAnalyzers.sln --configuration Release --nologo; then
  for project in tests/*.Tests/*.csproj; do
    name=$(basename "$project" .csproj)
    dotnet test "$project" --configuration Release --no-build --nologo \
      --logger "trx;LogFileName=$results/$name.trx" --logger "console;verbosity=normal" || status=1
    [ -f "$results/$name.trx" ] || { echo "$name: the test run ended without results." >&2; status=1; }
  done
else
  echo "The build failed; no test was run." >&2
fi

count() { cat "$results"/*.trx 2>/dev/null | grep -o "<Counters [^>]*" | grep -o " $1=\"[0-9]*\"" | grep -o '[0-9]*' | awk '{n += $1} END {print n + 0}'; }
passed=$(count passed)
failed=$(count failed)
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ] || status=1
echo "$passed passed, $failed failed"
exit $status
