import { createReadStream } from 'node:fs';

/** Whether `text` stands anywhere in a file, which is read in pieces. */
export async function fileContains(file: string, text: string): Promise<boolean> {
  const wanted = Buffer.from(text);
  let end = Buffer.alloc(0);
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    const window = Buffer.concat([end, chunk]);
    if (window.includes(wanted)) return true;
    // It may begin in one piece and end in the next.
    end = window.subarray(Math.max(0, window.length - wanted.length + 1));
  }
  return false;
}
