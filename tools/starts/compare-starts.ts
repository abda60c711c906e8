import { DepotError } from '@depotcast/hydrator/format';
import type { Measurement } from './chart.js';
import type { StartWay } from './start-ways.js';

/**
 * Starts a job `runs` times in each way, and checks that all print the same result.
 * @param before what to do before each run
 * @throws DepotError `build-failed` when a run fails or a result differs in any digit
 */
export async function compareStarts(
  ways: readonly StartWay[],
  runs: number,
  before: () => Promise<void> = () => Promise.resolve(),
): Promise<{ measurements: Measurement[]; result: string }> {
  const outputs = new Set<string>();
  const measurements: Measurement[] = [];
  for (const { name, run } of ways) {
    const seconds: number[] = [];
    for (let count = 0; count < runs; count++) {
      await before();
      const job = await run();
      seconds.push(job.seconds);
      outputs.add(resultOf(job.output));
    }
    measurements.push({ name, seconds });
  }
  const [result = ''] = outputs;
  if (outputs.size === 1) return { measurements, result };
  throw new DepotError('build-failed', `the images disagree:\n${[...outputs].join('\n')}`);
}

/** A job prints its numbers with all digits in these lines. */
function resultOf(output: string): string {
  return output
    .split('\n')
    .filter((line) => /^(?:result|checksum) /.test(line))
    .join('\n');
}
