// Values: how they read, how they sort, and how a text is looked at whatever its case and accents.
import anyAscii from 'any-ascii';

const folded = new Map();

/** A text without case and accents. */
export function fold(text) {
  let found = folded.get(text);
  if (found === undefined) {
    found = anyAscii(text).toLowerCase();
    folded.set(text, found);
  }
  return found;
}

const BOUNDS = { EXACT: '', ABOUT: 'about ', ALMOST: 'almost ', MORE_THAN: 'more than ', LESS_THAN: 'less than ', VAGUE: 'on the order of ' };

function quantityLabel({ value, bound = 'EXACT', unit, currency }) {
  const [whole, fraction] = String(value).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return [`${BOUNDS[bound]}${grouped}${fraction ? `.${fraction}` : ''}`, unit, currency].filter(Boolean).join(' ');
}

/** A value in words. */
export function label(value) {
  switch (value.kind) {
    case 'date':
      return value.date.label;
    case 'dateTime':
      return value.moment.text;
    case 'localizedText':
      return value.held.text;
    case 'quantity':
      return quantityLabel(value.held);
    default:
      return String(value.held);
  }
}

/** What a bounded number can mean: what the source gives, else what the bound implies; null is unbounded. */
export function interval({ value, bound = 'EXACT', low, high }, widths) {
  const [about, almost] = [Math.abs(value) * widths.about, Math.abs(value) * widths.almost];
  const implied = {
    EXACT: [value, value],
    ABOUT: [value - about, value + about],
    ALMOST: [value - almost, value],
    MORE_THAN: [value, null],
    LESS_THAN: [null, value],
    VAGUE: [null, null],
  }[bound];
  return [low ?? implied[0], high ?? implied[1]];
}

/** The number that a value is compared by, or undefined. */
export function number(value) {
  switch (value.kind) {
    case 'bigInt':
      return BigInt(value.held);
    case 'int':
    case 'float':
      return value.held;
    case 'quantity':
      return value.held.value;
    case 'dateTime':
      return value.moment.milliseconds;
    default:
      return undefined;
  }
}

export const textKey = (text) => [fold(text), text];
export const dateKey = (date) => [date.first, date.last];

/** What a value sorts by; undefined is not stated. */
export function sortKey(value, type, view) {
  if (value === undefined) return undefined;
  switch (value.kind) {
    case 'date':
      return dateKey(value.date);
    case 'boolean':
      return [Number(value.held)];
    case 'enum': {
      const place = view.ontology.enums.get(type).indexOf(value.held);
      return place < 0 ? undefined : [place];
    }
    case 'entity':
      return textKey(view.labelOf(value.entity));
    case 'int':
    case 'bigInt':
    case 'float':
    case 'dateTime':
    case 'quantity':
      return [number(value)];
    default:
      return textKey(label(value));
  }
}

/** Halves of characters past 2^16 come after all whole ones, as the characters do. */
const unit = (code) => (code < 0xd800 ? code : code < 0xe000 ? code + 0x2000 : code - 0x800);

/** Texts by their characters' numbers, numbers by size. */
function compareParts(one, other) {
  if (one === other) return 0;
  if (typeof one !== 'string') return one < other ? -1 : 1;
  const shared = Math.min(one.length, other.length);
  for (let place = 0; place < shared; place += 1) {
    const difference = unit(one.charCodeAt(place)) - unit(other.charCodeAt(place));
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}

/** The order of two keys: what is not stated comes last, in either direction. */
export function compareKeys(one, other, descending) {
  if (one === undefined || other === undefined) return Number(one === undefined) - Number(other === undefined);
  const different = one.map((part, place) => compareParts(part, other[place])).find((order) => order !== 0) ?? 0;
  return descending ? -different : different;
}
