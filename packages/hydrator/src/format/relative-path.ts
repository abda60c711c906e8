import { DepotError } from './error.js';

/** A checked path below a layer's root: non-empty components joined by `/`, none of them `.` or `..`. */
export type RelativePath = string & { readonly brand: 'RelativePath' };

/** Linux' NAME_MAX and PATH_MAX, in bytes; a tree that exceeds them could not be unpacked on a node. */
const MAX_COMPONENT_BYTES = 255;
const MAX_PATH_BYTES = 4095;

/**
 * Checks a path that comes from outside, component by component, so that it can never lead out of its layer.
 * @throws DepotError `bad-format`, naming `where` and the offending path.
 */
export function parseRelativePath(text: string, where: string): RelativePath {
  const problem = findProblem(text);
  if (problem === undefined) return text as RelativePath;
  throw new DepotError('bad-format', `${where}: unsafe path ${JSON.stringify(text)}: ${problem}`);
}

function findProblem(text: string): string | undefined {
  if (text === '') return 'it is empty';
  if (text.includes('\0')) return 'it contains NUL';
  if (text.includes('\uFFFD') || !text.isWellFormed()) return 'it is not valid UTF-8';
  if (Buffer.byteLength(text) > MAX_PATH_BYTES) return `it is longer than ${MAX_PATH_BYTES} bytes`;
  for (const component of text.split('/')) {
    if (component === '') return 'it is absolute or has an empty component';
    if (component === '.' || component === '..') return `it has a '${component}' component`;
    if (Buffer.byteLength(component) > MAX_COMPONENT_BYTES) {
      return `a component is longer than ${MAX_COMPONENT_BYTES} bytes`;
    }
  }
  return undefined;
}

/**
 * Where a symbolic link at `path` leads, as a path below the layer's root; the empty string is the root itself.
 * @throws DepotError `bad-format` when the target is absolute, empty, or climbs out of the layer.
 */
export function resolveLink(path: RelativePath, target: string, where: string): string {
  const refuse = (why: string): never => {
    throw new DepotError(
      'bad-format',
      `${where}: symbolic link '${path}' -> ${JSON.stringify(target)} ${why}`,
    );
  };
  if (target === '' || target.includes('\0')) refuse('has no usable target');
  if (target.startsWith('/')) refuse('is absolute and would leave the layer');
  // CernVM-FS clients expand $(VAR) in link targets from the job's environment.
  if (target.includes('$(')) refuse('contains $(, which CernVM-FS clients would expand');
  const at = path.split('/').slice(0, -1);
  let below = false;
  for (const component of target.split('/')) {
    if (component === '' || component === '.') continue;
    if (component !== '..') {
      at.push(component);
      below = true;
    } else {
      // After a name, `..` would lead wherever a link of that name leads.
      if (below) refuse("has a '..' after a name");
      if (at.pop() === undefined) refuse('leads out of the layer');
    }
  }
  return at.join('/');
}

/** Orders paths by their UTF-8 bytes, whatever the locale: the order of listings and tars. */
export function comparePaths(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
