import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DepotError } from '@depotcast/hydrator/format';
import type { DurableWriter } from '../files/durable-writer.js';
import { isMissing } from '../files/missing.js';
import type { OpenRepository } from '../repository/open-repository.js';
import { GENERATOR, renderPage } from './page.js';
import { readSite } from './site.js';

/** Where web servers look for the page of a folder. */
export const SITE_FILE = 'index.html';

/**
 * Writes the page of a repository.
 * @throws DepotError `usage` where a page of someone else stands; whatever reading the repository throws
 */
export async function writeSite(opened: OpenRepository, writer: DurableWriter, now: Date): Promise<void> {
  if ((await ownerOf(writer.root)) === 'other') {
    const file = join(writer.root, SITE_FILE);
    throw new DepotError('usage', `${file}: was not written by depot-publish site`, {
      hint: 'move it away: it would be lost',
    });
  }
  await writer.write(SITE_FILE, renderPage(await readSite(opened, now)));
  await writer.sync();
}

/** Writes the page anew where there is one of ours: who has asked for it once wants it to be true. */
export async function updateSite(opened: OpenRepository, writer: DurableWriter, now: Date): Promise<void> {
  if ((await ownerOf(writer.root)) === 'us') await writeSite(opened, writer, now);
}

async function ownerOf(directory: string): Promise<'us' | 'other' | undefined> {
  try {
    const page = await readFile(join(directory, SITE_FILE), 'utf8');
    return page.includes(GENERATOR) ? 'us' : 'other';
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
