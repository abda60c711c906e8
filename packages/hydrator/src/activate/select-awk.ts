import { type Image, TARGETS } from '../format/index.js';
import { ALIASES } from '../host/cpuinfo.js';

/**
 * The selection as an awk program, the same as `parseCpuInfo` and `selectImage` to the last case: reads a cpuinfo, prints
 * for each image in turn `<number> yes`, or `<number> no` and the missing features, best first.
 *
 * For every awk there is (mawk, gawk, busybox): no intervals in patterns, no functions beyond POSIX. Expects the variable
 * `machine`.
 */
export function renderSelectAwk(images: readonly Image[]): string {
  const baselines = new Map([...TARGETS].reverse().map((target) => [target.arch, target.requires]));
  return [
    'BEGIN {',
    '  arch = machine == "arm64" ? "aarch64" : machine',
    ...[...ALIASES].map(([name, meaning]) => `  alias["${name}"] = "${meaning}"`),
    ...[...baselines].map(([arch, requires]) => `  baseline["${arch}"] = "${requires.join(' ')}"`),
    '  proof["x86_64"] = "sse2"; proof["aarch64"] = "asimd"',
    ...images.map(
      ({ arch, requires }, index) =>
        `  on[${index + 1}] = "${arch}"; needs[${index + 1}] = "${requires.join(' ')}"`,
    ),
    '}',
    // Most nodes say the same for each of their many CPUs.
    '/^(flags|Features|Flags)[ \\t]*:/ {',
    '  if ($0 in known) next',
    '  known[$0]; blocks++',
    '  sub(/^[^:]*:/, "")',
    '  total = split($0, words, /[ \\t\\r]+/)',
    '  for (i = 1; i <= total; i++) {',
    '    word = words[i] in alias ? alias[words[i]] : words[i]',
    '    if (word != "" && last[word] != blocks) { last[word] = blocks; count[word]++ }',
    '  }',
    '}',
    'END {',
    '  for (word in count) if (count[word] == blocks) have[word]',
    '  if (blocks == 0 || (arch in proof && !(proof[arch] in have))) {',
    '    for (word in have) delete have[word]',
    '    total = split(baseline[arch], words, " ")',
    '    for (i = 1; i <= total; i++) have[words[i]]',
    '    print "cpuinfo shows no features of " arch "; only the baseline image is safe" > "/dev/stderr"',
    '  } else if (!("sve" in have)) {',
    '    for (word in have) if (word ~ /^sve/) delete have[word]',
    '  }',
    `  for (image = 1; image <= ${images.length}; image++) {`,
    '    missing = ""',
    '    total = split(needs[image], words, " ")',
    '    if (on[image] == arch) for (i = 1; i <= total; i++) if (!(words[i] in have)) missing = missing " " words[i]',
    '    print image, (on[image] == arch && missing == "" ? "yes" : "no" missing)',
    '  }',
    '}',
  ].join('\n');
}
