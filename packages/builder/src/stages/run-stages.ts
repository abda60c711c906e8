import pLimit from 'p-limit';
import type { Stage, StageId } from '../plan/stage.js';

/**
 * Runs every stage as soon as those that it needs are done, at most `jobs` at a time. The first failure stops the rest:
 * `abort` is called, and the failure is thrown once nothing runs any more.
 */
export async function runStages(
  stages: readonly Stage[],
  jobs: number,
  run: (stage: Stage) => Promise<void>,
  abort: (reason: unknown) => void,
): Promise<void> {
  const limit = pLimit(jobs);
  const done = new Map<StageId, Promise<void>>();
  let failure: { readonly reason: unknown } | undefined;
  for (const stage of stages) {
    const needed = stage.needs.map((id) => {
      const earlier = done.get(id);
      if (earlier === undefined)
        throw new Error(`stage ${stage.id} needs ${id}, which does not come before it`);
      return earlier;
    });
    const finished = Promise.all(needed).then(() =>
      limit(async () => {
        if (failure === undefined) await run(stage);
      }),
    );
    const guarded = finished.catch((reason: unknown) => {
      if (failure !== undefined) return;
      failure = { reason };
      abort(reason);
    });
    done.set(stage.id, guarded);
  }
  await Promise.all(done.values());
  if (failure !== undefined) throw failure.reason;
}
