import type { Argv } from 'yargs';
import { readFiles } from '../cache/read-files.js';
import { type Image, layersToStart, type LayerId, type Listing } from '../format/index.js';
import { filesToWarm } from '../job/files-to-warm.js';
import type { OpenRelease } from '../job/open-release.js';
import { type Context, show } from './context.js';
import { withCache, withHost, withJson, withRelease, withWish } from './options.js';
import { chooseAndHydrate, type ChoiceOptions } from './start.js';

export interface Fetched {
  readonly release: string;
  readonly target: string;
  readonly start: string;
  /** Folder below which the layers stand. */
  readonly root: string;
  /** Files and bytes that were read so that they are at hand; null unless asked for. */
  readonly warmed: { readonly files: number; readonly bytes: number } | null;
}

export type FetchOptions = ChoiceOptions & { readonly warm?: boolean | undefined };

export async function fetchImage(options: FetchOptions, context: Context): Promise<Fetched> {
  const { image, root, open, lease } = await chooseAndHydrate(options, context);
  try {
    const warmed = options.warm === true ? await warm(open, image, root) : null;
    return { release: open.verified.id, target: image.target, start: image.start, root, warmed };
  } finally {
    await lease?.release();
  }
}

/** Julia reads its files one after another; on a mounted tree each waits for the network. */
async function warm(
  { verified, repository }: OpenRelease,
  image: Image,
  root: string,
): Promise<NonNullable<Fetched['warmed']>> {
  const listings = new Map<LayerId, Listing>();
  for (const layer of layersToStart(verified.release, image)) {
    listings.set(layer.id, await repository.listing(layer));
  }
  const files = filesToWarm(verified.release, image, listings);
  await readFiles(root, files);
  return { files: files.length, bytes: files.reduce((sum, { size }) => sum + size, 0) };
}

export function registerFetch(cli: Argv, context: Context): Argv {
  return cli.command(
    'fetch',
    "bring the chosen image's layers to this node",
    (command) =>
      withJson(withCache(withWish(withHost(withRelease(command)))))
        .option('warm', {
          type: 'boolean',
          default: false,
          describe: 'read what a job will read, many files at a time, so that caches on the way have it',
        })
        .example(
          '$0 fetch --repo https://julia.example.org --channel prod --root root.json',
          'before the first job',
        )
        .example('$0 fetch --repo /cvmfs/julia.example.org --channel prod --warm', 'on a mounted tree'),
    async (options) => {
      show(context, options.json, await fetchImage(options, context), renderFetched);
    },
  );
}

function renderFetched({ target, start, root, warmed }: Fetched): string {
  const read = warmed === null ? '' : `, ${warmed.files} files read (${Math.ceil(warmed.bytes / 1e6)} MB)`;
  return `${target}, ${start}: ready below ${root}${read}\n`;
}
