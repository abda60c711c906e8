import fc from 'fast-check';
import { TARGETS } from '../src/format/index.js';
import { hosts } from './hosts.js';

/** All that a selector is given. */
export interface Case {
  readonly cpuinfo: string;
  readonly machine: string;
  readonly host: string | undefined;
  /** A site's caps, as text. */
  readonly config: string | undefined;
  /** The value of DEPOT_TARGET. */
  readonly override: string;
}

/** Every recorded host as it is. */
export function recordedCases(): Case[] {
  return hosts.map(({ cpuinfo, machine }) => ({
    ...{ cpuinfo, machine, override: '' },
    ...{ host: undefined, config: undefined },
  }));
}

/** The same cases at each call. */
export function generateCases(count: number): Case[] {
  return fc.sample(generatedCase(), { numRuns: count, seed: 4 });
}

const MACHINES = ['x86_64', 'aarch64', 'arm64', 'riscv64', 'ppc64le', 's390x', 'i686', 'armv7l'];
const FEATURES = [...new Set(TARGETS.flatMap(({ requires }) => requires))];
const ODD_WORDS = [
  'sse3',
  'lzcnt',
  'sve',
  'sve2',
  'svei8mm',
  'avx2x',
  'AVX2',
  'constructor',
  '__proto__',
  '$0',
  '"',
];
const HEADS = [
  'flags\t\t: ',
  'Features\t: ',
  'Flags:   ',
  'features\t: ',
  'flagsx: ',
  'xflags: ',
  '  flags: ',
  'isa\t: ',
];

function generatedCase(): fc.Arbitrary<Case> {
  const likely = fc.constantFrom<string>('x86_64', 'aarch64');
  const machine = fc.oneof({ weight: 5, arbitrary: likely }, fc.constantFrom(...MACHINES));
  const named = fc.constantFrom('login1', 'login2.example.org', 'gpu-07', 'c1-b');
  const none = fc.constant(undefined);
  return machine.chain((name) =>
    fc.record({
      machine: fc.constant(name),
      cpuinfo: cpuinfo(name),
      host: fc.oneof({ weight: 30, arbitrary: named }, none, fc.constant('')),
      config: fc.oneof({ weight: 2, arbitrary: config(name) }, none),
      override: override(name),
    }),
  );
}

function cpuinfo(machine: string): fc.Arbitrary<string> {
  const anything = fc.array(fc.oneof(fc.constantFrom(...FEATURES), fc.constantFrom(...ODD_WORDS)), {
    maxLength: 40,
  });
  const line = fc
    .tuple(
      fc.constantFrom(...HEADS),
      fc.oneof({ weight: 4, arbitrary: nearlyTarget(machine) }, anything),
      fc.constantFrom(' ', ' ', '  ', '\t'),
      fc.constantFrom('', '', '\r', ' '),
    )
    .map(([head, words, between, tail]) => `${head}${words.join(between)}${tail}\n`);
  const garbage = fc
    .oneof(fc.string({ unit: 'binary' }), fc.constant('model name\t: x'))
    .map((text) => `${withoutNul(text)}\n`);
  const plain = fc
    .tuple(nearlyTarget(machine), fc.integer({ min: 1, max: 4 }))
    .map(([words, cpus]) =>
      Array.from({ length: cpus }, (_, cpu) => `processor\t: ${cpu}\nflags\t\t: ${words.join(' ')}\n\n`).join(
        '',
      ),
    );
  const everything = TARGETS.filter(({ arch }) => arch === machine).flatMap(({ requires }) => requires);
  const recorded = fc.constantFrom(...hosts.map((host) => host.cpuinfo));
  return fc.oneof(
    { weight: 6, arbitrary: plain },
    { weight: 2, arbitrary: fc.constant(`flags : ${everything.join(' ')}\n`) },
    {
      weight: 4,
      arbitrary: fc
        .array(fc.oneof({ weight: 3, arbitrary: line }, garbage), { maxLength: 5 })
        .map((lines) => lines.join('')),
    },
    { weight: 2, arbitrary: recorded.chain(shuffledLines) },
  );
}

/** The features of a target of this machine, less a few, and with some more, in any order. */
function nearlyTarget(machine: string): fc.Arbitrary<string[]> {
  const arch = machine === 'arm64' ? 'aarch64' : machine;
  const targets = TARGETS.filter((target) => target.arch === arch);
  const start = fc.constantFrom(...(targets.length === 0 ? TARGETS : targets));
  return fc
    .tuple(
      start.chain(({ requires }) =>
        fc.shuffledSubarray([...requires], { minLength: Math.max(0, requires.length - 1) }),
      ),
      fc.array(fc.oneof(fc.constantFrom(...FEATURES), fc.constantFrom(...ODD_WORDS)), { maxLength: 3 }),
    )
    .map(([words, more]) => [...words, ...more]);
}

function shuffledLines(text: string): fc.Arbitrary<string> {
  const lines = text.split('\n');
  return fc.shuffledSubarray([...lines, ...lines]).map((some) => some.join('\n'));
}

/** A NUL ends a line for some awks; a kernel never writes one. */
function withoutNul(text: string): string {
  return text.replaceAll('\0', '');
}

function override(machine: string): fc.Arbitrary<string> {
  const own = TARGETS.filter(({ arch }) => arch === machine).map(({ name }) => name);
  const odd = fc.constantFrom(...TARGETS.map(({ name }) => name), 'haswell', 'a b', '\\n', "it's");
  const target = own.length === 0 ? odd : fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...own) }, odd);
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant('') },
    target,
    target.map((name) => `force:${name}`),
    fc.constantFrom('force:', 'force:force:x86-64', ':'),
  );
}

const PATTERNS = [
  '*',
  'login*',
  'login[0-9]',
  'login?',
  '*.example.org',
  'login2',
  'gpu-0[!0-6]',
  'c[1a-c]-[!a]',
  'c1-?b',
  'l*n[12]',
];
const BAD_PATTERNS = [
  '',
  '[',
  '[]',
  '[!]',
  '[z-a]',
  'a b',
  'a|b',
  'login{1,2}',
  '(',
  '\\u0041',
  '$(id)',
  'é',
  '[9-0]x',
];
const BLANKS = ['', '', '# a comment', '   ', '\t# é "quoted" [[cap]]', '#'];
const BAD_LINES = [
  '[cap]',
  '[[cap]] x',
  '[[ cap ]]',
  '[[caps]]',
  '[cache]',
  '[[cache]]',
  'quota = "50 GB"',
  'quota = "1,5 GB"',
  'hosts = "a" "b"',
  "target = 'x86-64'",
  'target = """x86-64"""',
  'cap.hosts = "a"',
  'cap = [{ hosts = "a", target = "b" }]',
  '"hosts" = "a"',
  'host = "a"',
  'target = x86-64',
  'hosts = "a',
  'title = "caps"',
  '# a NUL \0 in a comment',
  '# a bell \x07 in a comment',
  'target = "x86-64" # and \x7f',
  '\uFEFF',
  '\v',
  '\u00A0',
  'target = "x86-64"\r\r',
];

/** Files of caps, most of them well-formed. */
function config(machine: string): fc.Arbitrary<string> {
  const own = TARGETS.filter(({ arch }) => arch === machine);
  const known = fc.constantFrom(...[...TARGETS, ...own, ...own, ...own].map(({ name }) => name));
  const target = fc.oneof(
    { weight: 24, arbitrary: known },
    fc.constantFrom('haswell', '-v3', 'x y', 'x'.repeat(101)),
  );
  const pattern = fc.oneof(
    { weight: 15, arbitrary: fc.constantFrom(...PATTERNS) },
    { weight: 15, arbitrary: fc.constant('*') },
    fc.constantFrom(...BAD_PATTERNS),
  );
  const space = fc.constantFrom('', ' ', ' ', '\t');
  const entry = (key: string, value: fc.Arbitrary<string>): fc.Arbitrary<string> =>
    fc
      .tuple(space, space, space, value, fc.constantFrom('', '', ' # why', '\t'))
      .map(([indent, before, after, text, tail]) => `${indent}${key}${before}=${after}"${text}"${tail}`);
  const entries = fc
    .tuple(entry('hosts', pattern), entry('target', target))
    .chain((pair) => fc.shuffledSubarray(pair, { minLength: 2 }));
  const table = fc
    .tuple(fc.constantFrom('[[cap]]', '[[cap]]', ' [[cap]] # one'), entries, fc.constantFrom(...BLANKS))
    .map(([header, lines, blank]) => [header, ...lines, blank]);
  const size = fc.constantFrom('50 GB', '1.5TiB', '0', '50 gb', '-1', '1e9', '1'.repeat(21));
  const cache = fc
    .tuple(fc.constantFrom('[cache]', '[cache] # one'), entry('quota', size))
    .map(([header, line]) => [header, line]);
  return fc
    .tuple(
      fc.array(fc.oneof({ weight: 8, arbitrary: table }, cache), { maxLength: 3 }),
      fc.constantFrom('\n', '\n', '\n', '\r\n'),
      damage(),
    )
    .map(([tables, end, harm]) => `${harm(tables.flat()).join(end)}${end}`);
}

/** Mostly none; else a line that does not belong there, one too many or one too few. */
function damage(): fc.Arbitrary<(lines: readonly string[]) => readonly string[]> {
  const at = fc.nat(6);
  const insert = fc.tuple(fc.constantFrom(...BAD_LINES), at).map(
    ([line, index]) =>
      (lines: readonly string[]) =>
        lines.toSpliced(index, 0, line),
  );
  const drop = at.map((index) => (lines: readonly string[]) => lines.toSpliced(index, 1));
  const repeat = at.map(
    (index) => (lines: readonly string[]) => lines.toSpliced(index, 0, ...lines.slice(index, index + 1)),
  );
  const none = fc.constant((lines: readonly string[]) => lines);
  return fc.oneof({ weight: 12, arbitrary: none }, insert, drop, repeat);
}
