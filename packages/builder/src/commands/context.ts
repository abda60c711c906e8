import { renderJson } from '@depotcast/hydrator/format';
import type { Progress } from '../progress/progress.js';

/** What the commands get from the process that they run in. */
export interface Context {
  readonly env: NodeJS.ProcessEnv;
  readonly home: string;
  readonly cwd: string;
  /** The words after `--`, exactly as they were given. */
  readonly session: readonly string[];
  readonly isRoot: boolean;
  readonly machine: { readonly cores: number; readonly memoryBytes: number };
  readonly print: (text: string) => void;
  readonly progress: Progress;
  /** Aborted when the process is told to stop. */
  readonly signal: AbortSignal;
}

/** Prints what a command found: for programs, or for people. */
export function show<T>(
  context: Pick<Context, 'print'>,
  json: boolean,
  data: T,
  render: (data: T) => string,
): void {
  context.print(json ? renderJson(data) : render(data));
}
