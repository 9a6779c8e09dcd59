import { isRecord } from '../json-fields.ts';
import type { SpecialTokens } from '../text/special-tokens.ts';

/** The special tokens that `tokenizer.json` and `tokenizer_config.json` name. */
export function namedSpecials(
  json: Readonly<Record<string, unknown>>,
  config: Readonly<Record<string, unknown>>,
): SpecialTokens {
  const padding = isRecord(json.padding) ? json.padding.pad_token : undefined;
  const model = isRecord(json.model) ? json.model.unk_token : undefined;
  const named = {
    pad: written(config.pad_token) ?? written(padding),
    unk: written(config.unk_token) ?? written(model),
    bos: written(config.bos_token),
    eos: written(config.eos_token),
  };
  const taken = new Set<string | undefined>(Object.values(named));
  const others = specialContents(json.added_tokens).filter((token) => !taken.has(token));
  const present = Object.fromEntries(Object.entries(named).filter(([, token]) => token !== undefined));
  return { ...present, others };
}

/** The text of a token, which is a string, or an object with its content. */
function written(token: unknown): string | undefined {
  const content = isRecord(token) ? token.content : token;
  return typeof content === 'string' && content !== '' ? content : undefined;
}

function specialContents(added: unknown): string[] {
  if (!Array.isArray(added)) return [];
  return added.flatMap((token) => (isRecord(token) && token.special === true ? (written(token) ?? []) : []));
}
