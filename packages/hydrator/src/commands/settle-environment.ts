import { renderJson } from '../format/index.js';
import type { OpenRelease } from '../job/open-release.js';
import { matchProject } from '../project/match-project.js';
import { refuseMatch } from '../project/render-match.js';
import type { Wish } from '../select/select-image.js';
import type { Context } from './context.js';

export interface ProjectWish extends Wish {
  /** Folder of a project whose environment is wished for. */
  readonly project?: string | undefined;
  /** Whether what differs is wanted as JSON. */
  readonly json?: boolean | undefined;
}

/**
 * The wish with the environment that its project has in the release.
 * @throws DepotError `not-found` with the packages that differ, where none has it
 */
export async function settleEnvironment(
  open: OpenRelease,
  wish: ProjectWish,
  context: Pick<Context, 'note' | 'print'>,
): Promise<Wish> {
  if (wish.project === undefined) return wish;
  const match = await matchProject(open, wish.project, wish.environment);
  if (match.environment === null) {
    if (wish.json === true) context.print(renderJson(match));
    throw refuseMatch(open.verified.release.name, match);
  }
  const surplus = match.comparisons[0]?.surplus ?? [];
  const more = surplus.length === 0 ? '' : `, which has ${surplus.join(', ')} besides`;
  context.note(`${match.manifest}: is published as environment ${match.environment}${more}`);
  return { ...wish, environment: match.environment };
}
