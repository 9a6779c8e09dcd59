/** Of a token its character: 0 is padding, 1 the start, 2 the end. */
const characters = [...'\0\u0001\u0002 ,-./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'];

export const vocabularySize = characters.length;
export const specialTokens = { paddingToken: 0, startToken: 1, endToken: 2 };

export const encode = (text: string): number[] => [...text].map((character) => characters.indexOf(character));
export const decode = (tokens: readonly number[]): string =>
  tokens.map((token) => characters[token]).join('');
