import { CONFIG_FILE } from '../host/read-caps.js';
import { IMAGE_VARIABLES } from '../launch/plain-environment.js';

/**
 * The part of the activate script that is the same for every release. Before it stand the release's own: the variables
 * `release`, `environment`, `root` and `selection` (an awk program), and the function `describe`, which sets `image_*`.
 */
export const ACTIVATE_SCRIPT = `
say() {
  case $format in
    # A TaskProlog's standard error is closed: what it says to the job's log are lines of its output.
    slurm) printf 'print %s\\n' "$*" ;;
    *) printf '%s\\n' "$*" >&2 ;;
  esac
}
# Of a job's tasks on a node the first speaks for all.
note() { [ "$format" = slurm ] && [ "\${SLURM_LOCALID:-0}" != 0 ] || say "$*"; }
fail() {
  code=$1; shift
  [ "$failing" = open ] || { say "activate: error: $*"; exit "$code"; }
  say "depotcast: plain Julia, no image: activate: error: $*"
  # Inherited, as a step inherits from a job on another node; a user's own variables stay.
  [ -z "\${DEPOT_JULIA_FLAGS-}" ] || print_unset ${IMAGE_VARIABLES.join(' ')}
  print_variable DEPOT_JULIA_FLAGS ''
  exit 0
}
print_unset() { for name; do echo "unset $name"; done; }
print_variable() {
  case $format in
    slurm) printf 'export %s=%s\\n' "$1" "$2" ;;
    *) printf "export %s='%s'\\n" "$1" "$(printf %s "$2" | sed "s/'/'\\\\\\\\''/g")" ;;
  esac
}

action=run format=sh on_failure= failing= target= start= julia= cpuinfo= machine= host= config=
while [ $# -gt 0 ]; do
  case $1 in
    --env) action=env; shift; continue ;;
    --explain) action=explain; shift; continue ;;
    --fail-open) on_failure=open; shift; continue ;;
    --fail-closed) on_failure=closed; shift; continue ;;
    --help) sed -n '2,/^set/s/^# *//p' "$0"; exit 0 ;;
    --format | --environment | --target | --start | --julia | --cpuinfo | --machine | --host | --config) [ $# -gt 1 ] || fail 2 "$1 needs a value" ;;
    --) shift; break ;;
    -*) fail 2 "unknown option $1" ;;
    *) break ;;
  esac
  case $1 in
    --format) format=$2 ;;
    --environment) environment=$2 ;;
    --target) target=$2 ;;
    --start) start=$2 ;;
    --julia) julia=$2 ;;
    --cpuinfo) cpuinfo=$2 ;;
    --machine) machine=$2 ;;
    --host) host=$2 ;;
    --config) config=$2 ;;
  esac
  shift 2
done
case $action,$format,$on_failure in
  env,sh,* | run,sh, | explain,sh,) failing=$on_failure ;;
  env,slurm,*) failing=\${on_failure:-open}; exec </dev/null 2>/dev/null ;;
  env,*) fail 2 "--format $format: expected sh or slurm" ;;
  *) fail 2 "--format, --fail-open and --fail-closed go with --env" ;;
esac
[ "$action" != run ] || [ $# -gt 0 ] || fail 2 "no command; end with: julia script.jl"

if [ -z "$machine" ] && [ -r /proc/sys/kernel/arch ]; then read -r machine </proc/sys/kernel/arch; fi
[ -n "$machine" ] || machine=$(uname -m)
[ "$machine" != arm64 ] || machine=aarch64
if [ -n "$cpuinfo" ]; then
  [ -r "$cpuinfo" ] || fail 5 "$cpuinfo cannot be read"
  [ -n "$host" ] || [ -z "$config" ] || fail 2 "--config: caps are by host name, and a recorded cpuinfo has none"
elif [ -z "$host" ]; then
  if [ -r /proc/sys/kernel/hostname ]; then read -r host </proc/sys/kernel/hostname; else host=$(uname -n); fi
fi
cpuinfo=\${cpuinfo:-/proc/cpuinfo}
[ -r "$cpuinfo" ] || cpuinfo=/dev/null
# awk would take a=b for an assignment.
case $cpuinfo in /*) ;; *) cpuinfo=./$cpuinfo ;; esac

judge() { LC_ALL=C host=$host config=$config awk -v machine="$machine" "$selection" "$@" reading=cpuinfo "$cpuinfo"; }
if [ -z "$config" ] && [ -n "$host" ] && [ -e ${CONFIG_FILE} ]; then config=${CONFIG_FILE}; fi
if [ -n "$config" ]; then
  # What it forbids would be unknown.
  [ -r "$config" ] && [ ! -d "$config" ] || fail 5 "$config cannot be read"
  # Some awks end a line at a NUL, and would not see what stands behind it.
  verdicts=$(tr '\\000' '\\001' <"$config" | judge reading=caps -)
else
  verdicts=$(judge)
fi || fail 5 "awk cannot be run"
tab='	'
case $verdicts in refused*) fail 2 "$config:\${verdicts#refused"$tab"}" ;; esac

is_wished() {
  case $1 in warning:*) return 1 ;; esac
  describe "$1"
  [ "$image_environment" = "$environment" ] || return 1
  [ -z "$target" ] || [ "$image_target" = "$target" ] || return 1
  [ -z "$start" ] || [ "$image_start" = "$start" ]
}
override=
[ -n "$target" ] || override=\${DEPOT_TARGET-}
asked=\${override#force:}
chosen= overridden= ignored= refused=
while IFS=$tab read -r image verdict why brief; do
  case $image in warning:*) note "$image" ;; esac
  is_wished "$image" || continue
  case $verdict,"$refused; " in
    yes,*) chosen=\${chosen:-$image} ;;
    *"; $image_target: $why; "*) ;;
    *) refused="$refused; $image_target: $why" ;;
  esac
  [ "$image_target" = "$asked" ] || continue
  [ "$verdict" = yes ] || [ "$override" != "$asked" ] || { ignored=\${ignored:-$why}; continue; }
  [ -z "$overridden" ] || continue
  overridden=$image
  case $verdict in
    yes) ;;
    capped) note "warning: DEPOT_TARGET forces $asked, against the cap ($why)" ;;
    *) note "warning: DEPOT_TARGET forces $asked, which this host cannot run ($why): expect a crash" ;;
  esac
done <<END
$verdicts
END
[ -n "$chosen$refused" ] || fail 2 "the release has no such environment, target or start"
[ -z "$override" ] || [ -n "$overridden" ] || note "warning: DEPOT_TARGET=$asked is ignored: \${ignored:-the release has no such image}"
chosen=\${overridden:-$chosen}

if [ "$action" = explain ]; then
  while IFS=$tab read -r image verdict why brief; do
    is_wished "$image" || continue
    [ "$image" != "$chosen" ] || why=chosen
    echo "$image_target $image_start: $why"
  done <<END
$verdicts
END
  exit 0
fi
[ -n "$chosen" ] || fail 3 "no image of this release runs on this $machine host: \${refused#; }"

known= passed= count=0
while IFS=$tab read -r image verdict why brief; do
  is_wished "$image" || continue
  [ "$image" != "$chosen" ] || break
  case $verdict in foreign) continue ;; yes) brief="not what DEPOT_TARGET asks for" ;; esac
  case "$known; " in *"; $image_target: $brief; "*) continue ;; esac
  known="$known; $image_target: $brief"
  count=$((count + 1))
  [ "$count" -gt 3 ] || passed=$known
done <<END
$verdicts
END
[ "$count" -le 3 ] || passed="$passed; and $((count - 3)) more"
[ -z "$passed" ] || passed="; passed over \${passed#; }"
describe "$chosen"

case $root in *[[:space:]:]*) fail 5 "$root: a space or a colon in it would take Julia's paths apart" ;; esac
for needed in "$root/$image_project" $image_sysimage $image_bindir; do
  [ -e "$needed" ] || fail 5 "$needed is not there: is the tree mounted and whole?"
done
if [ -z "$julia" ] && [ -n "$image_bindir" ]; then
  bindir=$image_bindir julia=$image_bindir/julia path=$image_bindir\${PATH:+:$PATH}
else
  julia=\${julia:-julia} path=
  program=$(command -v "$julia") || fail 5 "$julia is not on the PATH"
  program=$(readlink -f "$program")
  bindir=\${program%/*}
  # A wrapper script is not where Julia is installed: ask it.
  if [ ! -d "$bindir/../share/julia/stdlib" ]; then
    bindir=$("$julia" --startup-file=no -e 'print(Sys.BINDIR)') || fail 5 "$julia cannot be started"
  fi
  version=$("$julia" --version) || fail 5 "$julia cannot be started"
  [ "$version" = "julia version $image_julia" ] || fail 3 "the image is for Julia $image_julia, but $julia is \${version#julia version }"
fi

# Nobody can foresee this name, and nothing is created unless the job itself adds packages.
if [ -z "\${DEPOT_SCRATCH-}" ]; then
  read -r random </proc/sys/kernel/random/uuid
  DEPOT_SCRATCH=\${TMPDIR:-/tmp}/depotcast-$random
fi
# Up to Julia 1.10 an empty entry would bring in the user's depot; from 1.11 on it means those that Julia ships.
shipped=
[ "$image_path_bound" = no ] || shipped=\${bindir%/*}/local/share/julia:\${bindir%/*}/share/julia

set_variables() {
  "$1" JULIA_DEPOT_PATH "$DEPOT_SCRATCH:$image_depots:$shipped"
  "$1" JULIA_PROJECT "$root/$image_project"
  "$1" JULIA_LOAD_PATH @:@stdlib
  "$1" JULIA_PKG_PRECOMPILE_AUTO 0
  "$1" JULIA_PKG_OFFLINE true
  "$1" JULIA_HISTORY /dev/null
  [ -z "$path" ] || "$1" PATH "$path"
  "$1" DEPOT_JULIA_FLAGS "$image_flags"
}
set_variable() { export "$1=$2"; }

note "$(printf %.500s "depotcast: $release on $image_target, $image_start$passed")"
if [ "$action" = env ]; then
  print_unset JULIA_CPU_TARGET JULIA_BINDIR
  set_variables print_variable
  exit 0
fi
unset JULIA_CPU_TARGET JULIA_BINDIR
set_variables set_variable
case \${1##*/} in
  julia)
    shift
    # shellcheck disable=SC2086 # flags are words without spaces
    exec "$julia" $image_flags "$@"
    ;;
  *) exec "$@" ;;
esac
`;
