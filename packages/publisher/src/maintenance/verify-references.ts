import { readContent, type TrustedRepository } from '@depotcast/hydrator';
import {
  currentEntry,
  type LayerId,
  objectPathsOf,
  type ReleaseLayer,
  repository,
  type StoredFileEntry,
} from '@depotcast/hydrator/format';
import pLimit from 'p-limit';
import { noting, type Problem } from './problem.js';

/** Contents read at a time; each holds a few hundred KiB. */
const CONCURRENCY = 8;

export interface ReferenceEvents {
  /** Told the bytes that will be reported as files, all in all. */
  readonly onTotal: (bytes: number) => void;
  readonly onLayer: (layer: ReleaseLayer) => void;
  /** Bytes of one more file that has been checked. */
  readonly onFile: (bytes: number) => void;
}

/**
 * Follows everything that signed metadata leads to, down to the last byte of every file's content.
 * @returns the paths below the repository that were reached, sound or not
 */
export async function verifyReferences(
  trusted: TrustedRepository,
  problems: Problem[],
  events: ReferenceEvents,
): Promise<Set<string>> {
  const reached = new Set<string>();
  const checked = new Set<string>();
  for (const name of trusted.channels()) {
    await noting(problems, async () => trusted.release(currentEntry(await trusted.channel(name)).release));
  }
  const layers = await collectLayers(trusted, problems);
  events.onTotal(layers.reduce((sum, { bytes }) => sum + bytes, 0));
  for (const layer of layers) {
    events.onLayer(layer);
    reached.add(repository.listing(layer.tree));
    await noting(problems, async () => {
      const files = (await trusted.listing(layer)).filter((entry) => entry.type === 'file');
      await pLimit(CONCURRENCY).map(files, async (file) => {
        if (isNew(file, checked, reached)) {
          await noting(problems, () => drain(readContent(trusted.source, file)));
        }
        events.onFile(file.size);
      });
    });
  }
  return reached;
}

async function collectLayers(trusted: TrustedRepository, problems: Problem[]): Promise<ReleaseLayer[]> {
  const layers = new Map<LayerId, ReleaseLayer>();
  for (const id of trusted.releases()) {
    await noting(problems, async () => {
      const { release } = await trusted.release(id);
      for (const layer of release.layers) layers.set(layer.id, layer);
    });
  }
  return [...layers.values()];
}

/** Whether a content, as these very objects, has not been met before. */
function isNew({ sha256, content }: StoredFileEntry, checked: Set<string>, reached: Set<string>): boolean {
  const objects = objectPathsOf(content);
  const key = [sha256, ...objects].join(' ');
  if (checked.has(key)) return false;
  checked.add(key);
  for (const path of objects) reached.add(path);
  return true;
}

async function drain(content: AsyncIterator<unknown>): Promise<void> {
  while ((await content.next()).done !== true);
}
