import { join } from 'node:path';
import type { Argv } from 'yargs';
import { DurableWriter } from '../files/durable-writer.js';
import { openRepository } from '../repository/open-repository.js';
import { SITE_FILE, writeSite } from '../site/write-site.js';
import { type Context, show } from './context.js';
import {
  openOptions,
  withJson,
  withKeys,
  withRepo,
  withWait,
  type WriteOptions,
  writing,
} from './options.js';

export interface SiteReport {
  readonly file: string;
}

export async function site(options: WriteOptions, context: Context): Promise<SiteReport> {
  return writing(options, async () => {
    const opened = await openRepository(options.repo, openOptions(options, context));
    await writeSite(opened, new DurableWriter(options.repo, context.onWrite), context.now());
    return { file: join(options.repo, SITE_FILE) };
  });
}

export function registerSite(cli: Argv, context: Context): Argv {
  return cli.command(
    'site <repo>',
    'write a page about the repository into it; what changes the repository keeps it up to date from then on',
    (command) =>
      withWait(withJson(withKeys(withRepo(command)))).example(
        '$0 site /srv/julia',
        'index.html, for the web server that serves the repository; remove the file to stop it',
      ),
    async (options) => {
      show(context, options.json, await site(options, context), ({ file }) => `wrote ${file}\n`);
    },
  );
}
