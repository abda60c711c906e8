import { DepotError, type ListingEntry, parseRelativePath } from '@depotcast/hydrator/format';
import type { Header } from 'tar-stream';

/** Set-user-id, set-group-id and sticky: bits that no layer carries. */
const SPECIAL_BITS = 0o7000;
const EXECUTE_BITS = 0o111;

/**
 * Checks that a tar entry is what the listing says stands at its place: path, type, executable bit, size, link target.
 * @throws DepotError `bad-format`, naming the tar and the entry; also for an unsafe path and for devices and the like
 */
export function checkHeader(header: Header, expected: ListingEntry | undefined, tar: string): ListingEntry {
  const isDirectory = header.type === 'directory';
  const path = parseRelativePath(isDirectory ? header.name.replace(/\/$/, '') : header.name, tar);
  const refuse = (why: string): never => {
    throw new DepotError('bad-format', `${tar}: entry '${path}' ${why}`);
  };
  if (expected === undefined) return refuse('is not in the listing');
  if (path !== expected.path) return refuse(`stands where the listing has '${expected.path}'`);
  if ((header.mode & SPECIAL_BITS) !== 0) refuse('is set-user-id, set-group-id or sticky');
  if (header.type !== expected.type)
    refuse(`is ${describe(header.type)}, where the listing has a ${expected.type}`);
  if (expected.type === 'file' && header.size !== expected.size) {
    refuse(`has ${header.size} bytes, where the listing has ${expected.size}`);
  }
  if (expected.type === 'file' && ((header.mode & EXECUTE_BITS) !== 0) !== expected.executable) {
    refuse(`is ${expected.executable ? 'not executable' : 'executable'}, against the listing`);
  }
  if (expected.type === 'symlink' && header.linkname !== expected.target) {
    refuse(`links to '${header.linkname}', where the listing has '${expected.target}'`);
  }
  if (expected.type !== 'file' && header.size !== 0) refuse('has content, which only a file may have');
  return expected;
}

/** tar-stream gives null for the types that it does not know. */
function describe(type: Header['type'] | null): string {
  if (type === null) return 'of an unknown type';
  return type === 'link' ? 'a hard link' : `a ${type}`;
}
