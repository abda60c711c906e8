import { resolve } from 'node:path';
import { DirectorySource } from './directory-source.js';
import { HttpSource, type HttpSourceOptions } from './http-source.js';
import type { Source } from './source.js';

export function isUrl(location: string): boolean {
  return /^https?:\/\//.test(location);
}

/** Nothing is read yet: a location that does not exist shows with the first read. */
export function openSource(location: string, options: HttpSourceOptions = {}): Source {
  return isUrl(location) ? new HttpSource(location, options) : new DirectorySource(resolve(location));
}

/** Copies of one repository, to be asked in order; each but the last is given up soon. */
export function openCopies(locations: readonly string[]): Source[] {
  return locations.map((location, index) =>
    openSource(location, { isDispensable: index < locations.length - 1 }),
  );
}
