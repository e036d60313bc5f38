// Dates in EDTF and moments in RFC 3339: which days they cover, and how they read in English.
//
// Levels 0 and 1 of EDTF, and the seasons and quarters of level 2. `~`, `?` and `%` do not widen a date.

const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const SEASONS = ['spring', 'summer', 'autumn', 'winter'];
const QUARTERS = ['first', 'second', 'third', 'fourth'];

const PARTIAL = /^(-?)(\d{4}|\d{3}X|\d{2}XX)(?:-(\d\d|XX)(?:-(\d\d|XX))?)?([~?%]?)$/;
const MOMENT = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/;

const DAY = 86_400_000;

/** Days since 1970-01-01; months count from 1. A day past the end of its month is NaN. */
function dayNumber(year, month, day) {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 ? Math.round(date.getTime() / DAY) : NaN;
}

const lastOfMonth = (year, month) => (month === 12 ? dayNumber(year + 1, 1, 1) : dayNumber(year, month + 1, 1)) - 1;

export function isoDay(number) {
  const date = new Date(number * DAY);
  const year = date.getUTCFullYear();
  const two = (value) => String(value).padStart(2, '0');
  const digits = String(Math.abs(year)).padStart(4, '0');
  return `${year < 0 ? '-' : ''}${digits}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`;
}

/** One date of an EDTF text, or undefined if it is none. */
function partial(text) {
  const [, minus, digits, month, day, mark] = PARTIAL.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const unspecified = digits.length - digits.replaceAll('X', '').length;
  let year = Number(digits.replaceAll('X', '0'));
  if (minus && year === 0) return undefined;
  if (minus) year = -year;
  const found = { year, about: '~%'.includes(mark) && mark !== '', unsure: '?%'.includes(mark) && mark !== '' };
  if (unspecified > 0) {
    if (month !== undefined) return undefined;
    const more = unspecified === 1 ? 9 : 99;
    const [from, to] = year < 0 ? [year - more, year] : [year, year + more];
    const grain = unspecified === 1 ? 'DECADE' : 'CENTURY';
    return { ...found, grain, precision: grain, first: dayNumber(from, 1, 1), last: lastOfMonth(to, 12) };
  }
  const whole = { first: dayNumber(year, 1, 1), last: lastOfMonth(year, 12) };
  if (month === undefined) return { ...found, ...whole, grain: 'YEAR', precision: 'YEAR' };
  if (month === 'XX') {
    if (day !== undefined && day !== 'XX') return undefined;
    return { ...found, ...whole, grain: day ? 'UNKNOWN_MONTH_AND_DAY' : 'UNKNOWN_MONTH', precision: 'YEAR' };
  }
  const number = Number(month);
  if (number >= 21 && number <= 24 && day === undefined) {
    const start = 3 * (number - 20);
    // Winter runs into February of the next year, but the calendar ends with the year 9999.
    const last = number < 24 ? lastOfMonth(year, start + 2) : year === 9999 ? whole.last : lastOfMonth(year + 1, 2);
    return { ...found, grain: 'SEASON', precision: 'SEASON', part: number - 21, first: dayNumber(year, start, 1), last };
  }
  if (number >= 33 && number <= 36 && day === undefined) {
    const start = 3 * (number - 33) + 1;
    const days = { first: dayNumber(year, start, 1), last: lastOfMonth(year, start + 2) };
    return { ...found, ...days, grain: 'QUARTER', precision: 'QUARTER', part: number - 33 };
  }
  if (number < 1 || number > 12) return undefined;
  const days = { first: dayNumber(year, number, 1), last: lastOfMonth(year, number) };
  if (day === undefined) return { ...found, ...days, month: number, grain: 'MONTH', precision: 'MONTH' };
  if (day === 'XX') return { ...found, ...days, month: number, grain: 'UNKNOWN_DAY', precision: 'MONTH' };
  const exact = dayNumber(year, number, Number(day));
  if (Number(day) < 1 || Number.isNaN(exact)) return undefined;
  return { ...found, month: number, day: Number(day), grain: 'DAY', precision: 'DAY', first: exact, last: exact };
}

/** One side of an interval: a date, OPEN (`..`) or UNKNOWN (nothing). */
function side(text) {
  if (text === '..') return 'OPEN';
  return text === '' ? 'UNKNOWN' : partial(text);
}

/**
 * A date in EDTF: `first` and `last` are the days that it can mean, infinite where there is no such end.
 * Throws if the text is none.
 */
export function edtf(text) {
  const wrong = () => new Error(`${JSON.stringify(text)} is no date in EDTF`);
  if (!text.includes('/')) {
    const single = partial(text);
    if (!single) throw wrong();
    return {
      text,
      start: single,
      first: single.first,
      last: single.last,
      precision: single.precision,
      about: single.about,
      unsure: single.unsure,
      label: qualified(single),
    };
  }
  const sides = text.split('/').map(side);
  const [start, end] = sides;
  if (sides.length !== 2 || !start || !end || (start === 'UNKNOWN' && end === 'UNKNOWN')) throw wrong();
  const first = start.first ?? -Infinity;
  const last = end.last ?? Infinity;
  if (last < first) throw wrong();
  return {
    text,
    start: typeof start === 'string' ? undefined : start,
    first,
    last,
    precision: 'INTERVAL',
    about: Boolean(start.about || end.about),
    unsure: Boolean(start.unsure || end.unsure),
    label: interval(start, end),
  };
}

function interval(start, end) {
  if (start === 'OPEN') return end === 'OPEN' ? 'at all times' : end === 'UNKNOWN' ? 'until an unknown date' : `until ${qualified(end)}`;
  if (start === 'UNKNOWN') return end === 'OPEN' ? 'since an unknown date' : `until ${qualified(end)}, start unknown`;
  if (end === 'OPEN') return `since ${qualified(start)}`;
  if (end === 'UNKNOWN') return `from ${qualified(start)}, end unknown`;
  if (qualified(start) === qualified(end)) return qualified(end);
  const plain = !start.about && !start.unsure && !end.about && !end.unsure;
  // What the end says again is left out of the start.
  if (plain && start.year === end.year && start.grain === end.grain) {
    if (start.grain === 'DAY' && start.month === end.month) return `${start.day}–${qualified(end)}`;
    if (start.grain === 'DAY') return `${start.day} ${MONTHS[start.month - 1]} to ${qualified(end)}`;
    if (start.grain === 'MONTH') return `${MONTHS[start.month - 1]} to ${qualified(end)}`;
  }
  return `${qualified(start)} to ${qualified(end)}`;
}

function qualified(date) {
  const words = [date.unsure && 'possibly', date.about && 'about', inWords(date)];
  return words.filter(Boolean).join(' ');
}

/** The year 0 is 1 BC; early years have their era. */
function yearName(year) {
  if (year <= 0) return `${1 - year} BC`;
  return year < 1000 ? `AD ${year}` : String(year);
}

function inWords(date) {
  const { year } = date;
  const name = yearName(year);
  const months = MONTHS[date.month - 1];
  switch (date.grain) {
    case 'CENTURY':
      if (year === 0) return 'the first 99 years AD';
      return year < 0 ? `${yearName(year - 99)} to ${name}` : `${name} to ${yearName(year + 99)}`;
    case 'DECADE':
      if (year >= 1000) return `${name}s`;
      return year < 0 ? `${yearName(year - 9)} to ${name}` : `${name} to ${yearName(year + 9)}`;
    case 'UNKNOWN_MONTH':
      return `${name}, month unknown`;
    case 'UNKNOWN_MONTH_AND_DAY':
      return `${name}, month and day unknown`;
    case 'SEASON':
      return `${SEASONS[date.part]} ${name}`;
    case 'QUARTER':
      return `${QUARTERS[date.part]} quarter of ${name}`;
    case 'MONTH':
      return `${months} ${name}`;
    case 'UNKNOWN_DAY':
      return `${months} ${name}, day unknown`;
    case 'DAY':
      return `${date.day} ${months} ${name}`;
    default:
      return name;
  }
}

/** A moment: milliseconds since 1970, and its text in UTC. Throws if the text is none. */
export function moment(text) {
  const [, seconds, fraction = '', zone] = MOMENT.exec(text) ?? [];
  const whole = Date.parse(`${seconds}${zone}`);
  if (Number.isNaN(whole)) throw new Error(`${JSON.stringify(text)} is no moment`);
  const digits = fraction.replace(/0+$/, '');
  const utc = new Date(whole).toISOString().slice(0, 19);
  return { milliseconds: whole + Number(`0.${fraction || 0}`) * 1000, text: `${utc}${digits && `.${digits}`}Z` };
}
