import type { BundleLayer, Start } from '@depotcast/hydrator/format';
import type { ContentBytes } from '../bundle/measure-content.js';
import type { Plan } from '../plan/plan.js';
import { type ProofRecord, proofRecordSchema } from '../proof/prove-image.js';
import { describeStatements, type SysimageRecord, sysimageRecordSchema } from '../stages/sysimage.js';
import type { BuildFolders } from '../store/folders.js';
import { readRecord } from '../store/record.js';
import { renderBytes, renderTable } from './render.js';
import { renderContent } from './render-content.js';

export interface BuildReport {
  /** The bundle's folder. */
  readonly bundle: string;
  readonly stages: { readonly built: number; readonly reused: number };
  readonly layers: readonly BundleLayer[];
  readonly images: readonly ImageReport[];
  /** What takes up the bytes of the bundle, largest first. */
  readonly content: readonly ContentBytes[];
}

export interface ImageReport {
  readonly environment: string;
  readonly target: string;
  readonly start: Start;
  /** What became of the workload's statements; null without a system image. */
  readonly statements: SysimageRecord | null;
  /** Under which every package was loaded; null where that is not known any more. */
  readonly conditions: ProofRecord['conditions'] | null;
  /** Methods that the workload still compiles at run time; null without a workload. */
  readonly stillCompiled: number | null;
  /** The same by the package that makes it necessary, most first. */
  readonly compiledFor: ProofRecord['compiledFor'];
  /** Both on an emulated CPU; null where none was asked for or there is none. */
  readonly otherCpu: ProofRecord['otherCpu'];
  /** What packages hold of the build host, for people. */
  readonly baked: ProofRecord['baked'];
}

/** What is known of the images of a finished build, whether they were built now or earlier. */
export async function reportImages(plan: Plan, folders: BuildFolders): Promise<ImageReport[]> {
  const proofs = plan.stages.filter((stage) => stage.kind === 'proof');
  return Promise.all(
    proofs.map(async ({ id, image }) => {
      const { environment, target, start, sysimage } = image;
      const proof = await readRecord(folders, id, proofRecordSchema);
      const statements =
        sysimage === null ? undefined : await readRecord(folders, sysimage, sysimageRecordSchema);
      return {
        environment,
        target,
        start,
        statements: statements ?? null,
        conditions: proof?.conditions ?? null,
        stillCompiled: proof?.stillCompiled ?? null,
        compiledFor: proof?.compiledFor ?? [],
        otherCpu: proof?.otherCpu ?? null,
        baked: proof?.baked ?? [],
      };
    }),
  );
}

export function renderReport({ bundle, stages, layers, images, content }: BuildReport): string {
  const rows = images.map(({ environment, target, start, statements, ...proof }) => [
    environment,
    target,
    start,
    describeCompiled(proof),
    statements === null ? '' : describeStatements(statements),
  ]);
  const bytes = layers.reduce((sum, layer) => sum + layer.bytes, 0);
  const baked = new Set(images.flatMap((image) => image.baked));
  return [
    renderTable(rows),
    ...[...baked].map((line) => `note: ${line}\n`),
    renderContent(content),
    `\n${bundle}: ${layers.length} layers, ${renderBytes(bytes)}; `,
    `${stages.built} stages built, ${stages.reused} reused\n`,
  ].join('');
}

/** Packages that are named as the cause of methods still compiled. */
const NAMED = 3;

function describeCompiled({
  stillCompiled,
  compiledFor,
  otherCpu,
}: Pick<ImageReport, 'stillCompiled' | 'compiledFor' | 'otherCpu'>): string {
  if (stillCompiled === null) return '';
  const here = `${stillCompiled} methods still compiled${describeCauses(compiledFor)}`;
  if (otherCpu === null) return here;
  return `${here}, ${otherCpu.stillCompiled} on ${otherCpu.cpu}${describeCauses(otherCpu.compiledFor)}`;
}

function describeCauses(compiledFor: ProofRecord['compiledFor']): string {
  const causes = compiledFor.slice(0, NAMED).map((cause) => `${cause.package} ${cause.methods}`);
  const more = compiledFor.length > NAMED ? ', ...' : '';
  return causes.length === 0 ? '' : ` (${causes.join(', ')}${more})`;
}
