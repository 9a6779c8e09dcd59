export { loadBrownNews } from './corpora/brown-news.ts';
export { loadNameLists } from './corpora/first-names.ts';
