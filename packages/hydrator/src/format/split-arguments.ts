/** How the script that completes command lines asks, before all words of the line. */
const COMPLETING = '--get-yargs-completions';

export interface SplitArguments {
  /** The program's own. */
  readonly own: readonly string[];
  /** What stands after the first `--`: the command line of somebody else. */
  readonly rest: readonly string[];
}

/**
 * Splits a command line at its first `--`, for a parser to see only the part before: it would take 1.10 in a job's own
 * arguments for the number 1.1. The last word of a line that is being completed is the beginning of an option.
 */
export function splitArguments(args: readonly string[]): SplitArguments {
  const typed = args[0] === COMPLETING ? args.slice(0, -1) : args;
  const end = typed.indexOf('--');
  return end === -1 ? { own: args, rest: [] } : { own: args.slice(0, end), rest: args.slice(end + 1) };
}
