import { DepotError, parseProject, type Project } from '../format/index.js';

/** @throws DepotError `bad-spec` for what is no Project.toml */
export function requireProject(text: string, file: string): Project {
  const project = parseProject(text, file);
  if (project !== undefined) return project;
  throw new DepotError('bad-spec', `${file}: not a Julia project`, { hint: 'let Pkg write it' });
}
