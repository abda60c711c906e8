import { digestSchema, parseJson, renderJson } from '@depotcast/hydrator/format';
import * as v from 'valibot';

/**
 * What a finished prefix was made from. Raise `format` with any change to what is unpacked or written beside it: a
 * prefix with another one is made anew.
 */
const receiptSchema = v.object({
  format: v.literal(2),
  suite: v.string(),
  packages: v.array(
    v.object({
      package: v.string(),
      version: v.string(),
      architecture: v.string(),
      sha256: digestSchema,
    }),
  ),
});

export type Receipt = v.InferOutput<typeof receiptSchema>;

/** Written last of all files in a prefix. */
export const RECEIPT_FILE = 'receipt.json';

/** @throws DepotError `bad-format`. */
export function parseReceipt(text: string, where: string): Receipt {
  return parseJson(receiptSchema, text, where);
}

export function renderReceipt(receipt: Receipt): string {
  return renderJson(receipt);
}
