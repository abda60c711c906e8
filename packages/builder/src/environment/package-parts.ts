import { type FoundEnvironment, PREFERENCES_NAMES, PROJECT_NAMES } from '@depotcast/hydrator/format';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfPresent } from '../store/read-if-present.js';
import { ARTIFACT_FILES } from './artifact-files.js';
import { standAlone } from './stand-alone.js';

/** As much of a folder as belongs to the package or project in it. */
export interface PackageParts {
  readonly folder: string;
  /** Folders in it. */
  readonly parts: readonly string[];
  /** By name, files in it. */
  readonly texts: ReadonlyMap<string, string>;
}

/**
 * Folders in which packages keep what they load or read. The rest of a project's folder is as likely to be anything else:
 * notebooks, results, the bundle.
 */
const PARTS = ['src', 'ext', 'deps', 'data', 'assets', 'res', 'resources', 'lib'];

/** What a project has beside its Manifest. */
export async function readProjectParts(found: FoundEnvironment): Promise<PackageParts> {
  const { folder, ownPackage } = found;
  const isPackage = ownPackage !== undefined;
  const names = [...PREFERENCES_NAMES, ...(isPackage ? ARTIFACT_FILES : [])];
  return {
    folder,
    parts: isPackage ? await findParts(folder) : [],
    texts: standAlone(found, await readTexts(folder, names)),
  };
}

/** A package in whose folder there is more than the package. */
export async function readPackageParts(folder: string): Promise<PackageParts> {
  const texts = await readTexts(folder, [...PROJECT_NAMES, ...ARTIFACT_FILES]);
  return { folder, parts: await findParts(folder), texts };
}

async function findParts(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return PARTS.filter((part) => folders.includes(part));
}

async function readTexts(folder: string, names: readonly string[]): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for (const name of names) {
    const text = await readIfPresent(join(folder, name));
    if (text !== undefined) texts.set(name, text);
  }
  return texts;
}
