import type { CapLevels } from '../select/cap-levels.js';

/**
 * The awk rules that read a file of caps as `parseCaps` does and find those of this host as `applyCaps` does. They want
 * `reading` to be `caps` while that file is read, the environment variables `host` and `config`, and `arch`.
 *
 * They leave in `refused` what is wrong with the file, as `line: reason`; in `hides` the features that do not count, once
 * `apply_caps` has seen those that the host has; and in `says` why.
 */
export function renderCapsAwk(levels: CapLevels): string[] {
  return [
    'BEGIN {',
    ...[...levels].flatMap(([name, byArch]) => [
      `  level["${name}"]`,
      ...[...byArch].map(
        ([arch, features]) => `  level_on["${name} ${arch}"] = "${[...features].join(' ')}"`,
      ),
    ]),
    '}',
    ...RULES,
  ];
}

const COMMENT = '[ \\t]*(#[^\\001-\\010\\012-\\037\\177]*)?$';
const PATTERN = '^([A-Za-z0-9._*?-]|\\[!?([A-Za-z0-9](-[A-Za-z0-9])?)+\\])+$';

const RULES = [
  'function refuse(line, why) { if (refused == "") refused = line ": " why }',
  'function is_pattern(text,    set, range) {',
  `  if (text !~ /${PATTERN}/) return 0`,
  '  while (match(text, /\\[[^]]*\\]/)) {',
  '    set = substr(text, RSTART + 1, RLENGTH - 2)',
  '    text = substr(text, RSTART + RLENGTH)',
  '    while (match(set, /.-./)) {',
  '      range = substr(set, RSTART, 3)',
  '      set = substr(set, RSTART + 3)',
  '      if (substr(range, 1, 1) "" > substr(range, 3) "") return 0',
  '    }',
  '  }',
  '  return 1',
  '}',
  'function is_name(text) { return length(text) <= 100 && text ~ /^[A-Za-z0-9][A-Za-z0-9._-]*$/ }',
  'function is_size(text) { return length(text) <= 20 && text ~ /^[0-9]+([.][0-9]+)? ?((k|M|G|T|Ki|Mi|Gi|Ti)B)?$/ }',
  'function matches(pattern, name,    label) {',
  '  gsub(/\\./, "[.]", pattern); gsub(/\\*/, ".*", pattern); gsub(/\\?/, ".", pattern); gsub(/\\[!/, "[^", pattern)',
  '  label = name; sub(/\\..*/, "", label)',
  '  return name ~ ("^" pattern "$") || label ~ ("^" pattern "$")',
  '}',
  'function read_line(text,    key, home) {',
  '  sub(/\\r$/, "", text)',
  `  if (text ~ /^${COMMENT}/) return`,
  `  if (text ~ /^[ \\t]*\\[\\[cap\\]\\]${COMMENT}/) { caps++; begins[caps] = FNR; table = "[[cap]]"; return }`,
  `  if (text ~ /^[ \\t]*\\[cache\\]${COMMENT}/) {`,
  '    if (caches++ > 0) refuse(FNR, "a second [cache]")',
  '    table = "[cache]"; return',
  '  }',
  `  if (text !~ /^[ \\t]*(hosts|target|quota)[ \\t]*=[ \\t]*"[^"\\\\\\001-\\037\\177]*"${COMMENT}/) {`,
  '    refuse(FNR, "expected [[cap]], hosts = \\"PATTERN\\", target = \\"NAME\\", [cache] or quota = \\"SIZE\\""); return',
  '  }',
  '  key = text ~ /^[ \\t]*hosts/ ? "hosts" : text ~ /^[ \\t]*target/ ? "target" : "quota"',
  '  home = key == "quota" ? "[cache]" : "[[cap]]"',
  '  sub(/^[^"]*"/, "", text); sub(/".*/, "", text)',
  '  if (table != home) refuse(FNR, key " stands outside of a " home)',
  '  else if (key == "quota" && quotas++ > 0) refuse(FNR, "a second quota in one [cache]")',
  '  else if (key != "quota" && (caps, key) in entry) refuse(FNR, "a second " key " in one [[cap]]")',
  '  else if (key == "quota" && !is_size(text)) refuse(FNR, "expected a size such as 50 GB")',
  '  else if (key == "hosts" && !is_pattern(text)) refuse(FNR, "expected a pattern of host names, with *, ? and [a-z] at most")',
  '  else if (key == "target" && !is_name(text)) refuse(FNR, "expected the name of a target")',
  '  if (key == "quota") return',
  '  entry[caps, key] = text; at[caps, key] = FNR',
  '}',
  'function apply_caps(    cap, name, word, total, words, allowed, i) {',
  '  for (cap = 1; cap <= caps; cap++) {',
  '    if (!((cap, "hosts") in entry)) refuse(begins[cap], "this [[cap]] has no hosts")',
  '    else if (!((cap, "target") in entry)) refuse(begins[cap], "this [[cap]] has no target")',
  '  }',
  '  for (cap = 1; cap <= caps && refused == ""; cap++) {',
  '    name = entry[cap, "target"]',
  '    if (!matches(entry[cap, "hosts"], ENVIRON["host"])) continue',
  '    if (!(name in level)) { refuse(at[cap, "target"], "no target \'" name "\' is known"); continue }',
  '    if (!((name " " arch) in level_on) || name in applied) continue',
  '    applied[name]',
  '    says = says (says == "" ? "capped at " : " and ") name',
  '    for (word in allowed) delete allowed[word]',
  '    total = split(level_on[name " " arch], words, " ")',
  '    for (i = 1; i <= total; i++) allowed[words[i]]',
  '    for (word in have) if (!(word in allowed)) hides[word]',
  '  }',
  '  says = says " by " ENVIRON["config"]',
  '}',
  'reading == "caps" { if (refused == "") read_line($0); next }',
];
