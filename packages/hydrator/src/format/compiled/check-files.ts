import { hex, type ImageFacts, keyOf, libraryOf, type PlacedCache, refuseIn } from './image-facts.js';
import type { Violation } from './violation.js';

const DAMAGED = 'build it again, or copy the bundle again';

/** The files of a compiled layer: whole, each where Julia looks for it, one for each package, machine code beside them. */
export function checkFiles(facts: ImageFacts): Violation[] {
  return [
    ...facts.caches.flatMap((cache) => [
      ...checkChecksum(cache, facts),
      ...checkLibrary(cache, facts),
      ...checkPlace(cache, facts),
    ]),
    ...checkOnePerPackage(facts),
  ];
}

function checkChecksum(cache: PlacedCache, facts: ImageFacts): Violation[] {
  const { recorded, actual } = cache.crc;
  if (recorded === actual) return [];
  const problem = `expected CRC-32C ${hex(recorded)} of ${cache.path}, got ${hex(actual)}`;
  return [refuseIn(facts)(cache, 'checksum', problem, DAMAGED)];
}

function checkLibrary(cache: PlacedCache, facts: ImageFacts): Violation[] {
  const refuse = refuseIn(facts);
  if (cache.header.flags === undefined) return [];
  const path = libraryOf(cache);
  const actual = facts.libraries.get(path);
  if (cache.header.targets.length === 0) {
    const remedy = 'build it without --pkgimages=no';
    return [refuse(cache, 'library', `${cache.path} holds no machine code`, remedy)];
  }
  if (actual === undefined) return [refuse(cache, 'library', `${path} is missing`, DAMAGED)];
  if (actual === cache.libraryCrc) return [];
  const problem = `expected CRC-32C ${hex(cache.libraryCrc)} of ${path}, got ${hex(actual)}`;
  return [refuse(cache, 'library', problem, 'it is of another compilation: build both again')];
}

function checkPlace(cache: PlacedCache, facts: ImageFacts): Violation[] {
  const [, minor = ''] = /^(\d+\.\d+)\./.exec(facts.image.julia.version) ?? [];
  const place = `compiled/v${minor}/${cache.package.name}/${cache.slug}_`;
  if (cache.path.startsWith(place) && !cache.path.slice(place.length).includes('/')) return [];
  const problem = `stands at ${cache.path}, and Julia ${facts.image.julia.version} looks for ${place}*`;
  return [refuseIn(facts)(cache, 'place', problem, 'build it again, and move no files inside a layer')];
}

/** Of several caches Julia takes the newest, and in a published tree all are equally old. */
function checkOnePerPackage(facts: ImageFacts): Violation[] {
  const seen = new Map<string, PlacedCache>();
  return facts.caches.flatMap((cache) => {
    const first = seen.get(keyOf(cache.package));
    seen.set(keyOf(cache.package), cache);
    if (first === undefined) return [];
    const problem = `has several caches, among them ${first.path} and ${cache.path}`;
    const remedy = 'end other Julia processes that use the build cache, and build it again';
    return [refuseIn(facts)(cache, 'one-cache', problem, remedy)];
  });
}
