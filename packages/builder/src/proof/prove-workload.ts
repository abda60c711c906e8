import * as v from 'valibot';
import { countByPackage, countStatements } from '../julia/statements.js';
import type { ProofStage } from '../plan/stage.js';
import { emulatedJulia } from '../stages/baked.js';
import type { BuildContext, OnLine } from '../stages/context.js';
import type { JuliaStart } from '../stages/start-julia.js';
import { traceWorkload } from '../stages/trace-workload.js';
import { traceOnOtherCpu } from './trace-on-other-cpu.js';

const causesSchema = v.array(v.strictObject({ package: v.string(), methods: v.number() }));

/** What of an image's workload Julia still compiles. */
export const workloadProofSchema = v.strictObject({
  /** Number of methods; null where there is no workload to tell. */
  stillCompiled: v.nullable(v.number()),
  /** The same by the package that makes it necessary, most first. */
  compiledFor: causesSchema,
  /** The same on an emulated CPU; null where none was asked for or there is none. */
  otherCpu: v.nullable(
    v.strictObject({ cpu: v.string(), stillCompiled: v.number(), compiledFor: causesSchema }),
  ),
});
export type WorkloadProof = v.InferOutput<typeof workloadProofSchema>;

/**
 * Runs the workload of an image as a job would, and on another CPU where the stage says so.
 * @param folder for what is written meanwhile
 */
export async function proveWorkload(
  context: BuildContext,
  start: JuliaStart & { readonly stage: ProofStage },
  folder: string,
  onLine: OnLine,
): Promise<WorkloadProof> {
  const { stage } = start;
  const trace = await traceWorkload(context, { ...start, writesLog: true }, folder, onLine);
  const emulated = stage.onOtherCpu ? await emulatedJulia([stage.image.target], context) : undefined;
  if (emulated === undefined) return { ...count(trace), otherCpu: null };
  const cpu = emulated.cpu.name;
  onLine(`run the workload on an emulated ${cpu}`);
  const elsewhere = await traceOnOtherCpu(context, start, emulated, folder, onLine);
  return { ...count(trace), otherCpu: { cpu, ...count(elsewhere) } };
}

function count(trace: string) {
  return { stillCompiled: countStatements(trace), compiledFor: countByPackage(trace) };
}

export function describeWorkload({ stillCompiled, otherCpu }: WorkloadProof): string {
  if (stillCompiled === null) return '';
  const elsewhere = otherCpu === null ? '' : `, ${otherCpu.stillCompiled} on ${otherCpu.cpu}`;
  return `; its workload compiles ${stillCompiled} methods${elsewhere}`;
}
