import { DepotError, renderJson } from '../format/index.js';
import { quote } from './quote.js';
import type { LaunchEnvironment } from './render-environment.js';

export const SHELL_FORMATS = ['sh', 'csh', 'fish', 'json', 'slurm'] as const;
export type ShellFormat = (typeof SHELL_FORMATS)[number];

/** Holds what follows `julia` on the command line, for prologues that cannot change the command; empty without an image. */
export const FLAGS_VARIABLE = 'DEPOT_JULIA_FLAGS';

/** The environment as text to evaluate in a shell, or as a Slurm task prologue prints it. */
export function renderShell(format: ShellFormat, environment: LaunchEnvironment): string {
  if (format === 'json') return renderJson(environment);
  const style = LINES[format];
  const lines = [
    ...environment.unset.map((name) => style.unset(name)),
    ...Object.entries(environment.set).map(([name, value]) => style.set(name, [value])),
    style.set(FLAGS_VARIABLE, environment.flags),
  ];
  return `${lines.join('\n')}\n`;
}

interface LineStyle {
  /** @param words one value, or the words that the variable is to stand for */
  set(name: string, words: readonly string[]): string;
  unset(name: string): string;
}

const LINES: Readonly<Record<Exclude<ShellFormat, 'json'>, LineStyle>> = {
  sh: {
    set: (name, words) => `export ${name}=${quote(words.join(' '))}`,
    unset: (name) => `unset ${name}`,
  },
  csh: {
    // csh expands ! even between single quotes; and its eval joins lines, so that each needs an end of its own.
    set: (name, words) => `setenv ${name} ${quote(words.join(' ')).replaceAll('!', '\\!')};`,
    unset: (name) => `unsetenv ${name};`,
  },
  fish: {
    // fish never splits a value into words: several words are a list.
    set: (name, words) => `set -gx ${name} ${words.map(quoteForFish).join(' ')}`,
    unset: (name) => `set -e ${name}`,
  },
  slurm: {
    // Slurm takes these lines from a TaskProlog's output as they are, without quotes.
    set: (name, words) => `export ${name}=${requireOneLine(name, words.join(' '))}`,
    unset: (name) => `unset ${name}`,
  },
};

function quoteForFish(value: string): string {
  return `'${value.replace(/[\\']/g, '\\$&')}'`;
}

function requireOneLine(name: string, value: string): string {
  if (!/[\r\n]/.test(value)) return value;
  throw new DepotError('usage', `${name}: Slurm's format cannot carry a line break`);
}
