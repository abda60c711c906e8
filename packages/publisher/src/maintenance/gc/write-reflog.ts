import { MANIFEST_FILE } from '../../cvmfs/read/manifest.js';
import { REFLOG_FILE } from '../../cvmfs/read/reflog.js';
import type { RepositoryKey } from '../../cvmfs/namespace-keys.js';
import { hashOf, spell } from '../../cvmfs/write/hash-text.js';
import { makeReflog } from '../../cvmfs/write/reflog.js';
import { sealLines, signWithRepositoryKey } from '../../cvmfs/write/signed-text.js';
import type { DurableWriter } from '../../files/durable-writer.js';
import type { NamespaceRoots } from './mark-namespace.js';

/**
 * Writes the reference log, and signs the manifest of the revision in force with its hash. To clients nothing changes.
 */
export async function writeReflog(
  { manifest, references }: NamespaceRoots,
  { key }: RepositoryKey,
  writer: DurableWriter,
): Promise<void> {
  const reflog = await makeReflog(manifest.name, references);
  const line = `Y${spell(hashOf(reflog))}`;
  if (manifest.text.lines.includes(line)) return;
  const lines = manifest.text.lines.map((old) => (old.startsWith('Y') ? line : old));
  await writer.write(REFLOG_FILE, reflog);
  await writer.sync();
  await writer.write(MANIFEST_FILE, sealLines(lines, signWithRepositoryKey(key)));
  await writer.sync();
}
