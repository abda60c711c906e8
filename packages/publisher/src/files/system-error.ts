import { getSystemErrorMap } from 'node:util';
import { DepotError } from '@depotcast/hydrator/format';

/** What the operating system refused, in our words; any other error as it is. */
export function explainSystemError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof DepotError) return error;
  const { syscall, errno, code, path } = error as NodeJS.ErrnoException;
  if (syscall === undefined || errno === undefined) return error;
  const [name = code ?? '', why = ''] = getSystemErrorMap().get(errno) ?? [];
  return new DepotError('storage', `${path ?? 'system'}: ${syscall} failed: ${why} (${name})`, {
    cause: error,
  });
}
