import type { TrustedRepository, VerifiedRelease } from '@depotcast/hydrator';
import { currentEntry } from '@depotcast/hydrator/format';
import { resolveRelease } from './resolve-release.js';

/**
 * The release that a word of a command line means: what a channel of that name runs, else the release of that name, else
 * the one whose hash begins so.
 * @throws DepotError as {@link resolveRelease} does
 */
export async function findRelease(trusted: TrustedRepository, word: string): Promise<VerifiedRelease> {
  if (trusted.channels().includes(word)) {
    return trusted.release(currentEntry(await trusted.channel(word)).release);
  }
  const releases = await Promise.all(trusted.releases().map((id) => trusted.release(id)));
  const named = releases.find(({ release }) => release.name === word);
  if (named !== undefined) return named;
  const candidates = releases.map(({ id, release }) => ({ id, name: release.name }));
  return trusted.release(resolveRelease(word, candidates).id);
}
