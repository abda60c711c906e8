import type { ListingEntry } from '../listing.js';
import type { SourceText } from './cache-file.js';
import type { SourceDependency } from './cache-header.js';
import { hex, type ImageFacts, type PlacedCache, refuseIn, type SourcePlace } from './image-facts.js';
import { locateSource } from './locate-source.js';
import type { Violation } from './violation.js';

/** Modification time of everything in a layer, in seconds: what Julia from 1.8 on takes for "never stale". */
const LAYER_MTIME = 1;
/** In place of a modification time: size and checksum decide. */
const BY_CONTENT = -1;

const RECOMPILE = 'the sources are not those that were compiled: build the environment again';
const READS_OUTSIDE =
  'the package reads a file outside the environment while it is compiled (include_dependency): copy the file into it';

/** Every file that a cache was compiled from stands in the environment's layers, as it was then. */
export function checkSources(facts: ImageFacts): Violation[] {
  return facts.caches.flatMap((cache) => [
    ...cache.header.sources.flatMap((source) => checkSource(source, cache, facts)),
    ...cache.texts.flatMap((text) => checkText(text, cache, facts)),
  ]);
}

function checkSource(source: SourceDependency, cache: PlacedCache, facts: ImageFacts): Violation[] {
  const refuse = refuseIn(facts);
  const located = locateSource(source.path, facts);
  if (located === 'julia') return [];
  if (located === 'outside') {
    const problem = `depends on ${source.path}, which is outside the environment's layers`;
    return [refuse(cache, 'paths', problem, READS_OUTSIDE)];
  }
  if (located.entry === undefined) {
    return [refuse(cache, 'sources', `was compiled from ${source.path}, which is missing`, RECOMPILE)];
  }
  const problem = differenceOf(source, located.entry, located.place);
  return problem === undefined ? [] : [refuse(cache, 'sources', `${source.path}: ${problem}`, RECOMPILE)];
}

function differenceOf(source: SourceDependency, entry: ListingEntry, place: SourcePlace): string | undefined {
  if (source.content === undefined || source.mtime !== BY_CONTENT) {
    if (source.mtime === LAYER_MTIME) return undefined;
    return `expected modification time ${LAYER_MTIME}, got ${source.mtime}`;
  }
  const { size, crc } = source.content;
  // A folder's size depends on the file system; its content is the names in it.
  if (entry.type === 'file' && entry.size !== size) return `expected ${size} bytes, got ${entry.size}`;
  const actual = place.checksums.get(entry.path);
  if (actual === crc) return undefined;
  return `expected CRC-32C ${hex(crc)}, got ${actual === undefined ? 'none' : hex(actual)}`;
}

/** The texts inside a cache show what was compiled, where Julia itself records only when. */
function checkText({ path, sha256 }: SourceText, cache: PlacedCache, facts: ImageFacts): Violation[] {
  const located = locateSource(path, facts);
  // What stands nowhere has been told above.
  if (typeof located === 'string' || located.entry === undefined) return [];
  const { entry } = located;
  if (entry.type === 'file' && entry.sha256 === sha256) return [];
  const problem = `${path}: expected the text that was compiled, of SHA-256 ${sha256}`;
  return [refuseIn(facts)(cache, 'sources', problem, RECOMPILE)];
}
