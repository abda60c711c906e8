import type { Argv } from 'yargs';
import { type Context, show } from './context.js';
import { withCache, withHost, withJson, withRelease, withWish } from './options.js';
import { chooseAndHydrate, type ChoiceOptions } from './start.js';

export interface Fetched {
  readonly release: string;
  readonly target: string;
  readonly start: string;
  /** Folder below which the layers stand. */
  readonly root: string;
}

export async function fetchImage(options: ChoiceOptions, context: Context): Promise<Fetched> {
  const { image, root, open, lease } = await chooseAndHydrate(options, context);
  await lease?.release();
  return { release: open.verified.id, target: image.target, start: image.start, root };
}

export function registerFetch(cli: Argv, context: Context): Argv {
  return cli.command(
    'fetch',
    "bring the chosen image's layers to this node",
    (command) =>
      withJson(withCache(withWish(withHost(withRelease(command))))).example(
        '$0 fetch --repo https://julia.example.org --channel prod --root root.json',
        'before the first job',
      ),
    async (options) => {
      show(context, options.json, await fetchImage(options, context), renderFetched);
    },
  );
}

function renderFetched({ target, start, root }: Fetched): string {
  return `${target}, ${start}: ready below ${root}\n`;
}
