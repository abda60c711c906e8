import { DepotError } from '@depotcast/hydrator/format';
import { copyFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SourcesStage } from '../plan/stage.js';
import { type BuildContext, preparedEnvironment } from './context.js';

/**
 * Copies an environment and its packages into their layer. Modes and times are set before anything is compiled, as Julia
 * records the times of what it compiles.
 */
export async function buildSources(stage: SourcesStage, context: BuildContext): Promise<string> {
  const { sources, tree } = preparedEnvironment(context, stage.environment);
  const folder = await context.store.begin(stage.layer);
  for (const entry of sources.listing) {
    context.signal.throwIfAborted();
    const path = join(folder, entry.path);
    switch (entry.type) {
      case 'directory':
        await mkdir(path);
        break;
      case 'symlink':
        await symlink(entry.target, path);
        break;
      case 'file': {
        const text = sources.texts.get(entry.path);
        if (text === undefined) await copyFile(sources.files.get(entry.path) ?? '', path);
        else await writeFile(path, text);
      }
    }
  }
  const layer = await context.store.finish(stage.layer);
  if (layer.tree === tree) return `${layer.files} files`;
  await context.store.begin(stage.layer);
  throw new DepotError(
    'build-failed',
    `environment ${stage.environment}: its files changed while they were copied`,
    {
      hint: 'run the build again',
    },
  );
}
