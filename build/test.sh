#!/usr/bin/env bash
# Builds the solution and runs every test. The last line reads "N passed, N failed"; in front of it stands what failed, and why.
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

# count OUTCOME FILES: how many tests ended so.
count() { cat /dev/null "${@:2}" 2>/dev/null | grep -o '<Counters [^>]*' | grep -o " $1=\"[0-9]*\"" | grep -o '[0-9]*' | awk '{n += $1} END {print n + 0}'; }

# The failed tests of result files, each with the first lines of its message.
failures() {
  awk '
    function plain(text) {
      gsub(/&#x[DA];/, " ", text); gsub(/&lt;/, "<", text); gsub(/&gt;/, ">", text); gsub(/&quot;/, "\"", text); gsub(/&#x27;|&apos;/, "\x27", text); gsub(/&amp;/, "\\&", text)
      return text
    }
    /<UnitTestResult / { failed = /outcome="Failed"/ }
    failed && /<UnitTestResult / { name = $0; sub(/.* testName="/, "", name); sub(/".*/, "", name); print "FAILED " plain(name) }
    failed && /<Message>/ { sub(/.*<Message>/, ""); left = 12 }
    left > 0 {
      last = sub(/<\/Message>.*/, "")
      print "    " substr(plain($0), 1, 300)
      left = last ? 0 : left - 1
    }' "$@"
}

unfinished=()
if dotnet build KmemAnalyzers.sln --configuration Release --nologo; then
  for project in tests/*.Tests/*.csproj; do
    name=$(basename "$project" .csproj)
    trx="$results/$name.trx"
    dotnet test "$project" --configuration Release --no-build --nologo --logger "trx;LogFileName=$trx" --logger "console;verbosity=normal" && [ -f "$trx" ] \
      || [ "$(count failed "$trx")" -gt 0 ] || unfinished+=("FAILED $name: the run ended before all of its tests had, see above.")
  done
else
  unfinished+=("FAILED The build; no test was run.")
fi

shopt -s nullglob
files=("$results"/*.trx)
[ ${#files[@]} -eq 0 ] || failures "${files[@]}"
[ ${#unfinished[@]} -eq 0 ] || printf '%s\n' "${unfinished[@]}"
passed=$(count passed "${files[@]}")
failed=$(($(count failed "${files[@]}") + ${#unfinished[@]}))
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
