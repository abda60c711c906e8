import * as v from 'valibot';
import { DepotError } from '../error.js';
import { preferencesSchema } from './preferences.js';
import { parseToml } from './toml.js';

const uuidSchema = v.pipe(
  v.string(),
  v.regex(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i),
  v.toLowerCase(),
);
const uuidsSchema = v.optional(v.record(v.string(), uuidSchema), {});

const projectSchema = v.object({
  name: v.optional(v.string()),
  uuid: v.optional(uuidSchema),
  version: v.optional(v.string()),
  /** Manifest that the project names itself, relative to its folder. */
  manifest: v.optional(v.string()),
  deps: uuidsSchema,
  weakdeps: uuidsSchema,
  extras: uuidsSchema,
  workspace: v.optional(v.object({ projects: v.optional(v.array(v.string()), []) }), { projects: [] }),
  preferences: v.optional(preferencesSchema, {}),
});

/** What counts of a Project.toml. */
export type Project = v.InferOutput<typeof projectSchema>;

/** Undefined when the text is TOML but no project. @throws DepotError `bad-spec` when it is not TOML */
export function parseProject(text: string, file: string): Project | undefined {
  const result = v.safeParse(projectSchema, parseToml(text, file));
  return result.success ? result.output : undefined;
}

/** @throws DepotError `bad-spec` for what is no Project.toml */
export function requireProject(text: string, file: string): Project {
  const project = parseProject(text, file);
  if (project !== undefined) return project;
  throw new DepotError('bad-spec', `${file}: not a Julia project`, {
    hint: 'let Pkg write it: julia --project=. and then add packages',
  });
}
