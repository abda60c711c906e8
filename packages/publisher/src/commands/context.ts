import { renderJson } from '@depotcast/hydrator/format';
import type { WriteHook } from '../files/durable-writer.js';

/** The world outside, as the commands see it. */
export interface Context {
  readonly now: () => Date;
  /** Writes a result. */
  readonly print: (text: string) => void;
  /** Writes a line of progress or a warning. */
  readonly note: (line: string) => void;
  /** Rewrites the progress line of a terminal; undefined where there is none. */
  readonly paint?: ((line: string) => void) | undefined;
  /** Makes the process end with this code once the command is through. */
  readonly exitWith: (code: number) => void;
  /** Told every step of a write; for tests that interrupt one. */
  readonly onWrite?: WriteHook | undefined;
}

/** Prints a command's result, for people or for programs. */
export function show<T>(context: Context, json: boolean, result: T, render: (result: T) => string): void {
  context.print(json ? renderJson(result) : render(result));
}
