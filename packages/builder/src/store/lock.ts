import { DepotError } from '@depotcast/hydrator/format';
import { stat } from 'node:fs/promises';
import { createServer, connect, type Server } from 'node:net';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/**
 * Runs `action` while no other process of this host builds in `directory`. The lock is an abstract socket (unix(7)), so
 * that it ends with its holder, however that ends; whoever finds it taken asks it who the holder is.
 * @throws DepotError `locked`, naming the holder
 */
export async function withBuildLock<T>(directory: string, action: () => Promise<T>): Promise<T> {
  const { dev, ino } = await stat(directory);
  const address = `\0depotcast-build/${dev}:${ino}`;
  const server = createServer((socket) => socket.on('error', () => undefined).end(String(process.pid)));
  if (!(await listen(server, address))) throw await lockedBy(address, directory);
  try {
    return await action();
  } finally {
    server.close();
  }
}

async function listen(server: Server, address: string): Promise<boolean> {
  server.listen(address);
  try {
    await once(server, 'listening');
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false;
    throw error;
  }
}

async function lockedBy(address: string, directory: string): Promise<DepotError> {
  const pid = await text(connect(address)).catch(() => '');
  return new DepotError(
    'locked',
    `${directory}: another build is at work here${pid === '' ? '' : `, process ${pid}`}`,
    {
      hint: 'wait until it ends, or give this build another folder with --cache',
    },
  );
}
