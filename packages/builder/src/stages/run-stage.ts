import { access, rm } from 'node:fs/promises';
import type { Stage } from '../plan/stage.js';
import { proofRecordSchema, proveImage } from '../proof/prove-image.js';
import { readRecord, removeRecord } from '../store/record.js';
import { buildRuntime } from '../runtime/build-runtime.js';
import { buildCaches } from './caches.js';
import type { BuildContext, OnLine } from './context.js';
import { copyLayer } from './copy-layer.js';
import { buildSysimage } from './sysimage.js';
import { buildTrace, traceFile } from './trace.js';

/** Whether an earlier build has done what a stage would do. */
export async function isFinished(stage: Stage, { store, folders }: BuildContext): Promise<boolean> {
  switch (stage.kind) {
    case 'runtime':
    case 'sources':
    case 'artifacts':
    case 'caches':
    case 'sysimage':
      return (await store.find(stage.layer)) !== undefined;
    case 'trace':
      return access(traceFile(folders, stage.id)).then(
        () => true,
        () => false,
      );
    case 'proof':
      return (await readRecord(folders, stage.id, proofRecordSchema)) !== undefined;
  }
}

/** Makes a stage unfinished again, so that a build that dies before it runs leaves no outcome of an earlier one behind. */
export async function forgetStage(stage: Stage, { store, folders }: BuildContext): Promise<void> {
  switch (stage.kind) {
    case 'runtime':
    case 'sources':
    case 'artifacts':
    case 'caches':
    case 'sysimage':
      return store.forget(stage.layer);
    case 'trace':
      return rm(traceFile(folders, stage.id), { force: true });
    case 'proof':
      return removeRecord(folders, stage.id);
  }
}

/** @returns what came of it, for people */
export function runStage(stage: Stage, context: BuildContext, onLine: OnLine): Promise<string> {
  switch (stage.kind) {
    case 'runtime':
      return buildRuntime(stage, context, onLine);
    case 'sources':
    case 'artifacts':
      return copyLayer(stage, context);
    case 'caches':
      return buildCaches(stage, context, onLine);
    case 'trace':
      return buildTrace(stage, context, onLine);
    case 'sysimage':
      return buildSysimage(stage, context, onLine);
    case 'proof':
      return proveImage(stage, context, onLine);
  }
}
