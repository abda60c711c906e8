import type { Argv } from 'yargs';
import type { ReleaseId } from '@depotcast/hydrator/format';
import { findRelease } from '../channels/find-release.js';
import { openRepository } from '../repository/open-repository.js';
import { pinsOf } from '../repository/pins.js';
import { commitChange } from './commit-change.js';
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
import { shortHash } from './render.js';

export interface PinOptions extends WriteOptions {
  /** A name, a channel, or the beginning of a hash. */
  readonly release: string;
}

export interface PinReport {
  readonly release: ReleaseId;
  readonly name: string;
  readonly isPinned: boolean;
  /** False when it was so already. */
  readonly changed: boolean;
}

/** Pins a release, or takes its pin away: a pinned one is not retired. */
export async function setPin(options: PinOptions, isPinned: boolean, context: Context): Promise<PinReport> {
  return writing(options, async () => {
    const opened = await openRepository(options.repo, openOptions(options, context));
    const { id, release } = await findRelease(opened.trusted, options.release);
    const pins = pinsOf(opened.state.targets.signed);
    const changed = pins.includes(id) !== isPinned;
    const others = pins.filter((pin) => pin !== id);
    const change = { pins: isPinned ? [...others, id] : others };
    await commitChange(opened, changed ? change : undefined, options, context);
    return { release: id, name: release.name, isPinned, changed };
  });
}

export function registerPin(cli: Argv, context: Context): Argv {
  return register(cli, context, true);
}

export function registerUnpin(cli: Argv, context: Context): Argv {
  return register(cli, context, false);
}

function register(cli: Argv, context: Context, isPinned: boolean): Argv {
  const verb = isPinned ? 'pin' : 'unpin';
  return cli.command(
    `${verb} <repo> <release>`,
    isPinned ? 'keep a release, whatever gc is told' : "take a release's pin away",
    (command) =>
      withWait(withJson(withKeys(withRepo(command))))
        .positional('release', {
          type: 'string',
          demandOption: true,
          describe: 'a channel, the name of a release, or the beginning of its hash',
        })
        .example(`$0 ${verb} /srv/julia 2026.1`, 'signed, as everything that decides what is kept'),
    async (options) => {
      show(context, options.json, await setPin(options, isPinned, context), renderPin);
    },
  );
}

function renderPin({ name, release, isPinned, changed }: PinReport): string {
  const state = isPinned ? 'pinned' : 'not pinned';
  return `release ${name} (${shortHash(release)}) is ${state}${changed ? '' : ' already'}\n`;
}
