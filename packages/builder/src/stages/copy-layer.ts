import { DepotError, treeDigestOf } from '@depotcast/hydrator/format';
import { copyFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ListedSources } from '../environment/list-sources.js';
import { type CopyStage, describeStage, type RuntimeStage } from '../plan/stage.js';
import { type BuildContext, preparedEnvironment } from './context.js';

/**
 * Copies what environments consist of, or the artifacts of their packages, into a layer. Modes and times are set before
 * anything is compiled, as Julia records the times of what it compiles.
 */
export async function copyLayer(stage: CopyStage, context: BuildContext): Promise<string> {
  const content = preparedEnvironment(context, stage.environment).contents.get(stage.layer);
  if (content === undefined) throw new Error(`${stage.layer} has no content`);
  return copyContent(stage, content, context);
}

/** Makes a layer of what was listed before. @throws DepotError `build-failed` when it is not that any more */
export async function copyContent(
  stage: CopyStage | RuntimeStage,
  content: ListedSources,
  context: BuildContext,
): Promise<string> {
  const folder = await context.store.begin(stage.layer);
  for (const entry of content.listing) {
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
        const text = content.texts.get(entry.path);
        if (text === undefined) await copyFile(content.files.get(entry.path) ?? '', path);
        else await writeFile(path, text, { mode: entry.executable ? 0o755 : 0o644 });
      }
    }
  }
  const layer = await context.store.finish(stage.layer);
  if (layer.tree === treeDigestOf(content.listing)) return `${layer.files} files`;
  await context.store.begin(stage.layer);
  throw new DepotError('build-failed', `${describeStage(stage)}: files changed while they were copied`, {
    hint: 'run the build again',
  });
}
