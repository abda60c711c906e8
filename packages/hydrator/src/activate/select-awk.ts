import { type Image, TARGETS } from '../format/index.js';
import { ALIASES } from '../host/cpuinfo.js';
import { capLevels } from '../select/cap-levels.js';
import { renderCapsAwk } from './caps-awk.js';

/**
 * The selection as an awk program, the same as `parseCpuInfo`, `applyCaps` and `selectImage` to the last case: reads a
 * file of caps (operand `reading=caps` before it) and a cpuinfo (`reading=cpuinfo`), and prints for each image in turn,
 * best first, a line of tab-separated fields: its number; `yes`, `no`, `capped` (only a cap keeps it from running) or
 * `foreign` (another architecture); why; and why in brief, for a log. Before them come warnings, a line each. For a file of
 * caps that is not to be obeyed, only `refused` and why.
 *
 * For every awk there is (mawk, gawk, busybox): no intervals in patterns, no functions beyond POSIX. Expects the variable
 * `machine` (as `HostFeatures.arch`) and bytes for characters.
 */
export function renderSelectAwk(images: readonly Image[]): string {
  const baselines = new Map([...TARGETS].reverse().map((target) => [target.arch, target.requires]));
  return [
    'BEGIN {',
    '  arch = machine',
    ...[...ALIASES].map(([name, meaning]) => `  alias["${name}"] = "${meaning}"`),
    ...[...baselines].map(([arch, requires]) => `  baseline["${arch}"] = "${requires.join(' ')}"`),
    '  proof["x86_64"] = "sse2"; proof["aarch64"] = "asimd"',
    ...images.map(
      ({ arch, requires }, index) =>
        `  on[${index + 1}] = "${arch}"; needs[${index + 1}] = "${[...requires].sort().join(' ')}"`,
    ),
    '}',
    ...renderCapsAwk(capLevels(images)),
    // Most nodes say the same for each of their many CPUs.
    '/^[ \\t]*(flags|Features|Flags)[ \\t]*:/ {',
    '  if ($0 in known) next',
    '  known[$0]; blocks++',
    '  sub(/^[^:]*:/, "")',
    '  total = split($0, words, /[ \\t\\r]+/)',
    '  for (i = 1; i <= total; i++) {',
    '    word = words[i] in alias ? alias[words[i]] : words[i]',
    '    if (word != "" && last[word] != blocks) { last[word] = blocks; count[word]++; size[blocks]++ }',
    '  }',
    '  if (size[blocks] > largest) largest = size[blocks]',
    '}',
    'function warn(what) { warnings = warnings "warning: " what "\\n" }',
    'function fall_back(why,    word, total, words, i) {',
    '  for (word in have) delete have[word]',
    '  total = arch in baseline ? split(baseline[arch], words, " ") : 0',
    '  for (i = 1; i <= total; i++) have[words[i]]',
    '  warn(why (total > 0 ? "; only the baseline image is safe" : ""))',
    '}',
    'function without_sve(    word, before) {',
    '  before = shared',
    '  for (word in have) if (word ~ /^sve/) { delete have[word]; shared-- }',
    '  if (shared < before) warn("cpuinfo lists sve extensions without sve; they are ignored")',
    '}',
    'function judge(image,    absent, capped, brief, count, total, words, i) {',
    '  if (on[image] != arch) return "foreign\\tis for " on[image]',
    '  total = split(needs[image], words, " ")',
    '  for (i = 1; i <= total; i++) {',
    '    if (!(words[i] in have)) absent = absent " " words[i]',
    '    else if (words[i] in hides) capped = capped " " words[i]',
    '    else continue',
    '    if (++count <= 3) brief = brief " " words[i]',
    '  }',
    '  if (count == 0) return "yes\\truns here too"',
    '  brief = "\\tmissing" brief (count > 3 ? " ..." : "") (capped == "" ? "" : " (capped)")',
    '  if (capped == "") return "no\\tmissing" absent brief',
    '  return (absent == "" ? "capped" : "no") "\\tmissing" absent (absent == "" ? "" : ", and") capped " (" says ")" brief',
    '}',
    'END {',
    '  for (word in count) if (count[word] == blocks) { have[word]; shared++ }',
    '  if (blocks == 0) fall_back("cpuinfo lists no features")',
    '  else if (arch in proof && !(proof[arch] in have)) fall_back("cpuinfo is not of " arch " (an emulator shows its host\'s?)")',
    '  else {',
    '    if (largest > shared) warn("the CPUs of this node differ; only what all of them have counts")',
    '    if (!("sve" in have)) without_sve()',
    '  }',
    '  if (!(arch in baseline)) warn("no target is known for " arch (arch ~ /^(i[3-6]86|arm.*)$/ ? " (a 32-bit kernel, or a program started by setarch)" : ""))',
    '  apply_caps()',
    '  if (refused != "") { print "refused\\t" refused; exit }',
    '  printf "%s", warnings',
    `  for (image = 1; image <= ${images.length}; image++) print image "\\t" judge(image)`,
    '}',
  ].join('\n');
}
