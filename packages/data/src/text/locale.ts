export const isLocale = {
  expected: 'a BCP 47 tag, such as en or zh-Hant',
  fits(value: unknown) {
    try {
      return typeof value === 'string' && Intl.getCanonicalLocales(value).length === 1;
    } catch {
      return false;
    }
  },
};
