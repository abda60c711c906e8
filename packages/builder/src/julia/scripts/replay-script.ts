import { juliaString } from '../literal.js';
import { EVALUATE_SCRIPT } from './evaluate-script.js';

/** Line that tells how many statements took effect; before it stands one for each that did not. */
const COMPILED = /^statements compiled: (\d+)$/m;
const FAILED = /^no effect: (.*)$/gm;

/**
 * Julia code that evaluates recorded statements one by one.
 * @param statements file with one `precompile(...)` a line
 */
export function renderReplay(statements: string): string {
  return `${EVALUATE_SCRIPT}
compiled = let compiled = 0
    for line in eachline(${juliaString(statements)})
        done = try
            Core.eval(staging, revive(Meta.parse(line))) !== false
        catch error
            println("failed: ", sprint(showerror, error))
            false
        end
        done ? (compiled += 1) : println("no effect: ", line)
    end
    compiled
end
println("statements compiled: ", compiled)`;
}

/** Reads what came of the statements: the number of those that took effect, and the others. */
export function parseReplayOutput(output: string): { compiled: number; failed: string[] } {
  const failed = [...output.matchAll(FAILED)].flatMap(([, statement]) => statement ?? []);
  return { compiled: Number(COMPILED.exec(output)?.[1] ?? 0), failed };
}
