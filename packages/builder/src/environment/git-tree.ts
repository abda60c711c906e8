import type { Listing, ListingEntry } from '@depotcast/hydrator/format';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

interface TreeItem {
  readonly mode: string;
  readonly name: string;
  /** Hash of the object, in hex. */
  readonly hash: string;
}

/**
 * The hash that git gives a folder, and a Manifest a package. Empty folders count for nothing.
 * @param listing of the folder
 * @param fileOf where the content of a path below it stands
 * @param blobs by path, the hashes of files that are known already; those that are not are added
 */
export async function gitTreeHash(
  listing: Listing,
  fileOf: (path: string) => string,
  blobs = new Map<string, string>(),
): Promise<string> {
  const children = new Map<string, ListingEntry[]>();
  for (const entry of listing) {
    const parent = entry.path.slice(0, Math.max(0, entry.path.lastIndexOf('/')));
    children.set(parent, [...(children.get(parent) ?? []), entry]);
  }
  const itemsIn = async (folder: string): Promise<TreeItem[]> => {
    const items: TreeItem[] = [];
    for (const entry of children.get(folder) ?? []) {
      const name = entry.path.slice(folder === '' ? 0 : folder.length + 1);
      const item = await itemOf(entry);
      if (item !== undefined) items.push({ ...item, name });
    }
    return items;
  };
  const itemOf = async (entry: ListingEntry): Promise<Omit<TreeItem, 'name'> | undefined> => {
    switch (entry.type) {
      case 'directory': {
        const items = await itemsIn(entry.path);
        return items.length === 0 ? undefined : { mode: '40000', hash: hashTree(items) };
      }
      case 'symlink':
        return { mode: '120000', hash: hashObject('blob', Buffer.from(entry.target)) };
      case 'file': {
        const mode = entry.executable ? '100755' : '100644';
        const hash = blobs.get(entry.path) ?? (await hashBlob(fileOf(entry.path), entry.size));
        blobs.set(entry.path, hash);
        return { mode, hash };
      }
    }
  };
  return hashTree(await itemsIn(''));
}

function hashTree(items: readonly TreeItem[]): string {
  // Git compares folders as if their names ended with a slash.
  const keyOf = ({ mode, name }: TreeItem) => Buffer.from(mode === '40000' ? `${name}/` : name);
  const sorted = items.toSorted((a, b) => Buffer.compare(keyOf(a), keyOf(b)));
  const entries = sorted.flatMap(({ mode, name, hash }) => [
    Buffer.from(`${mode} ${name}\0`),
    Buffer.from(hash, 'hex'),
  ]);
  return hashObject('tree', Buffer.concat(entries));
}

function hashObject(kind: 'blob' | 'tree', content: Buffer): string {
  return createHash('sha1').update(`${kind} ${content.length}\0`).update(content).digest('hex');
}

async function hashBlob(file: string, size: number): Promise<string> {
  // Most files of a package are small, and a stream takes longer than they do.
  if (size < LARGE_BYTES) return hashObject('blob', await readFile(file));
  const hash = createHash('sha1').update(`blob ${size}\0`);
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

const LARGE_BYTES = 1024 * 1024;
