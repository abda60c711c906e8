import { DepotError } from '../format/index.js';

/**
 * Gathers a stream into one buffer, refusing to hold more than `maxBytes` of whatever a server chooses to send.
 * @throws DepotError `bad-format`
 */
export async function readCapped(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
  where: string,
): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of chunks) {
    total += chunk.length;
    if (total > maxBytes)
      throw new DepotError('bad-format', `${where}: longer than the ${maxBytes} bytes expected`);
    parts.push(chunk);
  }
  return Buffer.concat(parts);
}
