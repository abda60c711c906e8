import { juliaPackageId, juliaString, type PackageId } from '../literal.js';

const DISTRIBUTED: PackageId = { name: 'Distributed', uuid: '8ba89e20-285c-5b6f-9357-94700520ee1b' };

/**
 * Julia code that starts one worker, as `addprocs` does, has it load packages, and ends it. Nothing where Distributed is not
 * in the system image: what is compiled for it can be kept in an image only.
 * @param trace what Julia writes of the worker
 */
export function renderWorkerScript(packages: readonly PackageId[], trace: string): string {
  const loads = packages.map((id) => `Base.require(${juliaPackageId(id)})`);
  return `distributed = get(Base.loaded_modules, ${juliaPackageId(DISTRIBUTED)}, nothing)
if distributed !== nothing
    ids = distributed.addprocs(1; exeflags = ${juliaString(`--trace-compile=${trace}`)})
    distributed.remotecall_eval(Main, ids, quote
        ${[...loads, 'nothing'].join('; ')}
    end)
    distributed.rmprocs(ids)
end
`;
}
