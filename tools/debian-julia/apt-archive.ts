import { DepotError } from '@depotcast/hydrator/format';

/** A Debian archive that the machine is set up to use. */
export interface AptArchive {
  /** Base address, without a trailing slash. */
  readonly site: string;
  /** The suite that the machine takes from it, by the name in its sources. */
  readonly suite: string;
}

/** For `apt-get indextargets --format`; {@link chooseArchive} reads what it prints. */
export const INDEX_TARGET_FORMAT = '$(CREATED_BY)|$(COMPONENT)|$(ORIGIN)|$(RELEASE)|$(SITE)';

/** What apt prints for an origin that it does not know, as it has not fetched the suite's release file. */
const UNKNOWN_ORIGIN = '$(ORIGIN)';

/** Suites that hold whole releases, by every name that sources give them; other vendors borrow the code names too. */
const DEBIAN_SUITES: ReadonlySet<string> = new Set([
  ...['oldoldstable', 'oldstable', 'stable', 'testing', 'unstable'],
  ...['bullseye', 'bookworm', 'trixie', 'forky', 'duke', 'sid'],
]);

/**
 * Chooses the archive of Debian's releases, not of their security fixes or updates, from a list of index targets.
 * Where origins are unknown, the archive that also serves the suite's updates is Debian's own before any other.
 */
export function chooseArchive(listing: string): AptArchive | undefined {
  const targets = listing.split('\n').flatMap(parseTarget);
  const named = targets.filter(({ origin, suite }) => origin === 'Debian' && !suite.includes('-'));
  const unnamed = targets.filter(({ origin, suite }) => origin === undefined && DEBIAN_SUITES.has(suite));
  const hasUpdates = (archive: AptArchive) =>
    targets.some(({ site, suite }) => site === archive.site && suite === `${archive.suite}-updates`);
  const chosen = named[0] ?? unnamed.find(hasUpdates) ?? unnamed[0];
  return chosen && { site: chosen.site, suite: chosen.suite };
}

function parseTarget(line: string): (AptArchive & { readonly origin: string | undefined })[] {
  const [kind, component, origin, suite, site] = line.split('|');
  if (kind !== 'Packages' || component !== 'main' || suite === undefined || site === undefined) return [];
  // An installation medium is listed as an archive too, and holds its own release only.
  if (site.startsWith('cdrom:')) return [];
  return [{ origin: origin === UNKNOWN_ORIGIN ? undefined : origin, suite, site }];
}

/** @throws DepotError `not-found`, as apt has no Debian archive to ask. */
export function noArchive(): never {
  throw new DepotError('not-found', "no Debian archive among this machine's apt sources");
}
