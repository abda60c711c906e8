import { isAtLeast } from '../julia-version.js';
import { type ImageFacts, keyOf, type PlacedCache, refuseIn } from './image-facts.js';
import type { Violation } from './violation.js';

/** What a cache was compiled with is what the image says: Julia, flags, preferences. */
export function checkOptions(facts: ImageFacts): Violation[] {
  return facts.caches.flatMap((cache) => [
    ...checkJulia(cache, facts),
    ...checkFlags(cache, facts),
    ...checkPreferences(cache, facts),
  ]);
}

function checkJulia(cache: PlacedCache, facts: ImageFacts): Violation[] {
  const { version, system, arch } = cache.header.julia;
  const expected = `Julia ${facts.image.julia.version} for Linux ${facts.image.arch}`;
  const actual = `Julia ${version} for ${system} ${arch}`;
  if (actual === expected) return [];
  const problem = `was compiled by ${actual}, and the image is for ${expected}`;
  return [refuseIn(facts)(cache, 'julia', problem, 'build it with the Julia that jobs use')];
}

/** Fields of a cache's flags, which are the bits OOICCDDP. */
function fieldsOf(flags: number) {
  return {
    debug: (flags >> 1) & 3,
    checkBounds: (flags >> 3) & 3,
    inline: (flags >> 5) & 1,
    optimization: (flags >> 6) & 3,
  };
}

const CHECK_BOUNDS: Readonly<Record<string, number>> = { auto: 0, yes: 1, no: 2 };
const DEFAULT_OPTIMIZATION = 2;
/** Debug level 1, inlining on: what every Julia that is not a debug build begins with. */
const DEFAULT_DEBUG = 1;

/** @see https://github.com/JuliaLang/julia/blob/v1.12.5/src/staticdata_utils.c#L446 jl_match_cache_flags */
function checkFlags(cache: PlacedCache, facts: ImageFacts): Violation[] {
  if (cache.header.flags === undefined) return [];
  const actual = fieldsOf(cache.header.flags);
  const { flags, julia } = facts.image;
  const bounds = CHECK_BOUNDS[lastValue(flags, /^--check-bounds=(.*)$/) ?? 'auto'];
  const optimization = Number(lastValue(flags, /^-O(\d)$/) ?? DEFAULT_OPTIMIZATION);
  const debugFits = isAtLeast(julia.version, '1.12')
    ? actual.debug >= DEFAULT_DEBUG
    : actual.debug === DEFAULT_DEBUG;
  const fits =
    actual.optimization >= optimization && actual.checkBounds === bounds && actual.inline === 1 && debugFits;
  if (fits) return [];
  const problem = `was compiled with -O${actual.optimization}, check-bounds ${actual.checkBounds}, inlining ${actual.inline}, debug level ${actual.debug}, and jobs start with ${flags.join(' ') || 'no flags'}`;
  const remedy = 'set flags in [compile] of the spec, not in JULIA_OPTIONS or a wrapper script';
  return [refuseIn(facts)(cache, 'flags', problem, remedy)];
}

function lastValue(flags: readonly string[], pattern: RegExp): string | undefined {
  return flags.flatMap((flag) => pattern.exec(flag)?.[1] ?? []).at(-1);
}

function checkPreferences(cache: PlacedCache, facts: ImageFacts): Violation[] {
  const { preferences } = cache.header;
  if (preferences === undefined || preferences.names.length > 0 || preferences.hash === 0n) return [];
  const problem = 'records values of preferences, and no names of them';
  return [refuseIn(facts)(cache, 'preferences', problem, 'build it again')];
}

/** One environment has one set of preferences, whatever the target. */
export function checkSamePreferences(images: readonly ImageFacts[]): Violation[] {
  const first = new Map<string, bigint>();
  return images.flatMap((facts) =>
    facts.caches.flatMap((cache) => {
      const hash = cache.header.preferences?.hash ?? 0n;
      const key = `${facts.image.environment} ${keyOf(cache.package)}`;
      const expected = first.get(key) ?? hash;
      first.set(key, expected);
      if (hash === expected) return [];
      const problem = 'was compiled with other preferences than for another image of the environment';
      const remedy =
        'put preferences into LocalPreferences.toml beside the Project, and build all images anew';
      return [refuseIn(facts)(cache, 'preferences', problem, remedy)];
    }),
  );
}
