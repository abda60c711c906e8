import { renderJson } from '../format/index.js';
import type { NodeDirectories } from '../job/directories.js';

/** The world outside, as the commands see it. */
export interface Context {
  readonly env: NodeJS.ProcessEnv;
  /** The words after `--`, exactly as they were given. */
  readonly job: readonly string[];
  readonly directories: Partial<NodeDirectories>;
  /** Writes a result. */
  readonly print: (text: string) => void;
  /** Writes a line of progress or a warning. */
  readonly note: (line: string) => void;
  /** Rewrites the progress line of a terminal; undefined where there is none. */
  readonly paint?: ((line: string) => void) | undefined;
  /** Makes the process end with this code once the command is through. */
  readonly exitWith: (code: number) => void;
}

/** Prints a command's result, for people or for programs. */
export function show<T>(context: Context, json: boolean, result: T, render: (result: T) => string): void {
  context.print(json ? renderJson(result) : render(result));
}
