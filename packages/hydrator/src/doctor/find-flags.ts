import { type Image, isAtLeast } from '../format/index.js';
import type { Finding } from './finding.js';

interface FlagRule {
  /** Flag and value, as one word. */
  readonly pattern: RegExp;
  readonly effect: Finding['effect'];
  readonly what: string;
  readonly remedy: string;
  /** Oldest Julia that minds, unless all do. */
  readonly since?: string;
}

const LEAVE_OUT = 'leave it out';

const RULES: readonly FlagRule[] = [
  {
    pattern: /^(?:-C|--cpu-target)/,
    effect: 'compiles',
    what: "asks for code of another CPU target than the image's",
    remedy: `${LEAVE_OUT}: the image is chosen by this node's CPU`,
  },
  {
    pattern: /^(?:-J|--sysimage)/,
    effect: 'diverts',
    what: "starts on another system image than the release's",
    remedy: LEAVE_OUT,
  },
  {
    pattern: /^--project(?:=|$)/,
    effect: 'diverts',
    what: "takes another environment than the release's",
    remedy: `${LEAVE_OUT}, or publish that environment`,
  },
  {
    pattern: /^--startup-file=yes$/,
    effect: 'diverts',
    what: "runs the user's start-up file before the job",
    remedy: LEAVE_OUT,
  },
  {
    pattern: /^--compiled-modules=no$/,
    effect: 'compiles',
    what: 'has every package cache ignored',
    remedy: LEAVE_OUT,
  },
  {
    pattern: /^--pkgimages=(?:no|existing)$/,
    effect: 'compiles',
    what: 'has the machine code in package caches ignored',
    remedy: LEAVE_OUT,
    since: '1.9',
  },
  {
    pattern: /^--(?:code-coverage|track-allocation)(?:$|=(?!none$))/,
    effect: 'compiles',
    what: 'counts lines, which compiled code does not',
    remedy: 'measure on a development machine, not under a release',
  },
  {
    pattern: /^--inline=no$/,
    effect: 'compiles',
    what: 'needs code that was compiled without inlining',
    remedy: LEAVE_OUT,
    since: '1.9',
  },
];

/** Flags that have to be what the image was compiled with, and what the spec calls them. */
const COMPILED_IN: readonly { readonly pattern: RegExp; readonly key: string; readonly normal: string }[] = [
  { pattern: /^--check-bounds=(?!auto$)/, key: 'check-bounds', normal: '--check-bounds=auto' },
  { pattern: /^(?:-O|--optimize=)/, key: 'opt-level', normal: '-O2' },
];

/**
 * Flags of a job's own that do not go with its image.
 * @param args what follows `julia` on the job's command line
 */
export function findFlags(args: readonly string[], image: Image): Finding[] {
  return flagsOf(args).flatMap((flag): Finding[] => {
    const rule = RULES.find(({ pattern }) => pattern.test(flag));
    if (rule !== undefined) {
      const { effect, what, remedy, since } = rule;
      const minds = since === undefined || isAtLeast(image.julia.version, since);
      return minds ? [{ effect, subject: flag, what, remedy }] : [];
    }
    const compiledIn = COMPILED_IN.find(({ pattern }) => pattern.test(flag));
    if (compiledIn === undefined) return [];
    const { pattern, key, normal } = compiledIn;
    const has = image.flags.find((own) => pattern.test(own)) ?? normal;
    if (spelling(flag) === has) return [];
    return [
      {
        effect: 'compiles',
        subject: flag,
        what: `the image was compiled with ${has}`,
        remedy: `leave it out, or publish an image with ${key} in the spec's [compile]`,
      },
    ];
  });
}

function spelling(flag: string): string {
  return flag === '-O' ? '-O2' : flag.replace(/^--optimize=/, '-O');
}

/** Julia's short options whose value may be a word of its own. */
const TAKES_VALUE = /^-[CJHptLm]$/;
/** What follows is the program. */
const ENDS = /^(?:-[eE].*|--eval(?:=.*)?|--print(?:=.*)?|--|[^-].*|-)$/;

/** The options in front of the program, each with its value. */
function flagsOf(args: readonly string[]): string[] {
  const flags: string[] = [];
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? '';
    if (ENDS.test(arg)) break;
    if (TAKES_VALUE.test(arg)) {
      index++;
      flags.push(`${arg}${args[index] ?? ''}`);
    } else flags.push(arg);
  }
  return flags;
}
