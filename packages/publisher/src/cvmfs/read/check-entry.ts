import type { ReadEntry } from './catalog-entry.js';

/**
 * What is wrong with one entry by itself.
 * @param root of its catalog
 * @param subdirectories how many directories it holds, for its link count
 */
export function checkEntry(
  entry: ReadEntry & { readonly path: string },
  root: string,
  subdirectories: number,
): string[] {
  const problems: string[] = [];
  const isRoot = entry.path === root;
  if (
    !isRoot &&
    (entry.name === '' || entry.name === '.' || entry.name === '..' || /[/\0]/.test(entry.name))
  ) {
    problems.push('has no usable name');
  }
  if ((entry.role === 'nested root') !== (isRoot && root !== '')) {
    problems.push(isRoot ? 'is not marked as the root of its catalog' : 'is marked as the root of a catalog');
  }
  return [...problems, ...checkByType(entry, subdirectories)];
}

function checkByType(entry: ReadEntry, subdirectories: number): string[] {
  switch (entry.type) {
    case 'directory':
      return checkDirectory(entry, subdirectories);
    case 'symlink':
      return checkSymlink(entry);
    case 'file':
      return checkFile(entry);
    case 'special':
      return ['is neither a file nor a directory nor a link'];
  }
}

function checkDirectory({ role, links, hash }: ReadEntry, subdirectories: number): string[] {
  // What is below a mountpoint, its own catalog knows.
  const expected = role === 'mountpoint' ? links : 2 + subdirectories;
  return [
    ...(links === expected ? [] : [`expected ${expected} links, got ${links}`]),
    ...(hash === undefined ? [] : ['is a directory with content']),
  ];
}

function checkSymlink({ target, size, hash, links }: ReadEntry): string[] {
  return [
    ...(target === '' ? ['links to nothing'] : []),
    ...(target.includes('$(') ? ['links to $(, which clients expand'] : []),
    ...(size === Buffer.byteLength(target)
      ? []
      : [`expected size ${Buffer.byteLength(target)}, got ${size}`]),
    ...(hash === undefined ? [] : ['is a link with content']),
    ...(links === 1 ? [] : [`expected 1 link, got ${links}`]),
  ];
}

function checkFile(entry: ReadEntry): string[] {
  const problems = entry.chunked ? checkChunks(entry) : [];
  if (!entry.chunked && entry.hash === undefined) problems.push('has no content');
  if (!entry.chunked && entry.chunks.length > 0) problems.push('has chunks but is not marked as chunked');
  if (entry.links === 0 || (entry.links > 1 && entry.hardlinkGroup === 0)) {
    problems.push(`has ${entry.links} links in hard link group ${entry.hardlinkGroup}`);
  }
  return problems;
}

function checkChunks({ chunks, size }: ReadEntry): string[] {
  const problems: string[] = [];
  let end = 0;
  for (const chunk of chunks) {
    if (chunk.offset !== end) problems.push(`expected a chunk at byte ${end}, got one at ${chunk.offset}`);
    if (chunk.hash === undefined) problems.push(`the chunk at byte ${chunk.offset} has no content`);
    end = chunk.offset + chunk.size;
  }
  if (chunks.length === 0) problems.push('is marked as chunked but has no chunks');
  if (end !== size) problems.push(`expected chunks up to byte ${size}, got ${end}`);
  return problems;
}
