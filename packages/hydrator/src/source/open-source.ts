import { resolve } from 'node:path';
import { DirectorySource } from './directory-source.js';
import { HttpSource } from './http-source.js';
import type { Source } from './source.js';

export function isUrl(location: string): boolean {
  return /^https?:\/\//.test(location);
}

/** Nothing is read yet: a location that does not exist shows with the first read. */
export function openSource(location: string): Source {
  return isUrl(location) ? new HttpSource(location) : new DirectorySource(resolve(location));
}
