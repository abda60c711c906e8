import { renderJson } from '../format/index.js';
import { quote } from './quote.js';
import type { LaunchEnvironment } from './render-environment.js';

export const SHELL_FORMATS = ['sh', 'csh', 'fish', 'json', 'slurm'] as const;
export type ShellFormat = (typeof SHELL_FORMATS)[number];

/** Holds what follows `julia` on the command line, for prologues that cannot change the command. */
const FLAGS_VARIABLE = 'DEPOT_JULIA_FLAGS';

/** The environment as text to evaluate in a shell, or as a Slurm task prologue prints it. */
export function renderShell(format: ShellFormat, environment: LaunchEnvironment): string {
  if (format === 'json') return renderJson(environment);
  const set = { ...environment.set, [FLAGS_VARIABLE]: environment.flags.join(' ') };
  const lines = [
    ...environment.unset.map((name) => LINES[format].unset(name)),
    ...Object.entries(set).map(([name, value]) => LINES[format].set(name, value)),
  ];
  return `${lines.join('\n')}\n`;
}

interface LineStyle {
  set(name: string, value: string): string;
  unset(name: string): string;
}

const LINES: Readonly<Record<Exclude<ShellFormat, 'json'>, LineStyle>> = {
  sh: { set: (name, value) => `export ${name}=${quote(value)}`, unset: (name) => `unset ${name}` },
  csh: {
    // csh expands ! even between single quotes.
    set: (name, value) => `setenv ${name} ${quote(value).replaceAll('!', '\\!')}`,
    unset: (name) => `unsetenv ${name}`,
  },
  fish: {
    set: (name, value) => `set -gx ${name} '${value.replace(/[\\']/g, '\\$&')}'`,
    unset: (name) => `set -e ${name}`,
  },
  // Slurm takes these lines from a TaskProlog's output as they are, without quotes.
  slurm: { set: (name, value) => `export ${name}=${value}`, unset: (name) => `unset ${name}` },
};
