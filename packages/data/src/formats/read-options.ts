import { kind, type OptionKinds } from '@unroll/backend/checks';
import { type BadRowOptions, badRowKinds } from './bad-rows.ts';

/** Options of every format. */
export interface ReadOptions extends BadRowOptions {
  /**
   * A label that `TextDecoder` accepts. Default `utf-8`. As in browsers, `latin1` means windows-1252. Bytes that are
   * invalid in the encoding make a row bad. In UTF-16 they end the reading, and a resumed reading decodes from the
   * file's beginning.
   */
  encoding?: string | undefined;
}

export const readKinds: OptionKinds<ReadOptions> = { ...badRowKinds, encoding: kind.text };
