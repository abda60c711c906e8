import type { DurableWriter } from '../files/durable-writer.js';
import type { RepositoryFile } from '../trust/plan-revision.js';

/**
 * Writes a revision. Everything it refers to is durable before the last file, the timestamp, is renamed into place: until
 * then the old revision is in force, from then on the new one, also after a power cut.
 */
export async function commitRevision(writer: DurableWriter, files: readonly RepositoryFile[]): Promise<void> {
  for (const { path, bytes } of files.slice(0, -1)) await writer.write(path, bytes);
  await writer.sync();
  for (const { path, bytes } of files.slice(-1)) await writer.write(path, bytes);
  await writer.sync();
}
